import { getModuleVersions, isSchemaDistributed } from "#generated/statements.js";
import { latestVersions } from "#generated/versions.js";
import { notConnected, PevensieError } from "../../errors/index.js";
import type { EventListener } from "../../events.js";
import type { ResolvedConfig } from "../config/config.js";
import { PoolExecutor } from "../execution/pool-executor.js";
import { type ModuleName, newerSchemaMessage } from "../migrations/versions.js";
import { schemaOutdatedMessage } from "../protocol/statement-errors.js";
import { ConnectionState } from "./connection-state.js";

/** Limits the warning to one per process: in a rolling deployment, every driver would repeat it at every start. */
let warnedOfNewerSchema = false;

/** The life cycle of a driver. A connected driver has a database with a matching schema. */
export class Lifecycle {
  readonly executor: PoolExecutor;
  readonly #modules: readonly ModuleName[];
  readonly #state = new ConnectionState();

  /** @param module - the module whose tables the driver uses, in addition to the base's */
  constructor(config: ResolvedConfig, module: ModuleName) {
    this.executor = new PoolExecutor(config);
    this.#modules = ["base", module];
  }

  /**
   * Opens the pool and checks the schema. Events are emitted from the first connection on.
   *
   * @throws PevensieError NOT_CONNECTED if {@link disconnect} is called meanwhile
   */
  connect(listener: EventListener = () => {}): Promise<void> {
    return this.#state.connect(() => this.#open(listener));
  }

  async #open(listener: EventListener): Promise<void> {
    try {
      this.executor.open(listener);
      await this.#checkSchema();
      if (this.#state.isDisconnecting) throw notConnected();
      this.#state.markConnected();
    } catch (error) {
      const reason = this.#state.isDisconnecting ? notConnected() : error;
      await this.executor.close();
      this.#state.markDisconnected();
      throw reason;
    }
  }

  get isConnected(): boolean {
    return this.#state.isConnected;
  }

  /** Drains calls in flight and closes the pool. A `connect()` in progress is aborted, and closes the pool itself. Idempotent. */
  disconnect(): Promise<void> {
    return this.#state.disconnect({
      abort: () => this.executor.abort(),
      close: () => this.executor.close(),
    });
  }

  async #checkSchema(): Promise<void> {
    const rows = await this.executor.read(getModuleVersions, undefined).catch((error: unknown) => {
      throw this.#whileConnecting(error);
    });
    this.executor.setDefaultIsolation(rows[0]?.isolation ?? null);
    if (rows[0]?.hasCitus === true) {
      const [schema] = await this.executor.read(isSchemaDistributed, undefined);
      this.executor.statements.isDistributed = schema?.isDistributed === true;
    }
    const versions = new Map(rows.map(({ module, version }) => [module, version ?? ""]));
    for (const module of this.#modules) {
      const version = versions.get(module) ?? "";
      if (version < latestVersions[module]) throw this.#schemaOutdated();
      if (version > latestVersions[module]) warnOfNewerSchema(module);
    }
  }

  /**
   * Translates an error of the schema check. No other call holds connections yet, so a timeout means that the server
   * does not respond.
   */
  #whileConnecting(error: unknown): unknown {
    if (!(error instanceof PevensieError)) return error;
    if (error.code === "SCHEMA_OUTDATED") return this.#schemaOutdated(error.cause);
    if (error.code !== "TIMEOUT") return error;
    return new PevensieError("CONNECTION_UNAVAILABLE", `Postgres cannot be reached: ${error.message}`, {
      cause: error,
    });
  }

  #schemaOutdated(cause?: unknown): PevensieError {
    const modules = this.#modules.filter((module) => module !== "base");
    const message = schemaOutdatedMessage(modules, this.executor.statements.schema);
    return new PevensieError("SCHEMA_OUTDATED", message, cause === undefined ? {} : { cause });
  }
}

function warnOfNewerSchema(module: ModuleName): void {
  if (warnedOfNewerSchema) return;
  warnedOfNewerSchema = true;
  process.emitWarning(newerSchemaMessage(module), { type: "PevensieWarning", code: "SCHEMA_TOO_NEW" });
}
