import { getModuleVersions, isSchemaDistributed } from "#generated/statements.js";
import { latestVersions } from "#generated/versions.js";
import { notConnected, PevensieError } from "../../errors/index.js";
import type { EventListener } from "../../events.js";
import type { ResolvedConfig } from "../config/config.js";
import { PoolExecutor } from "../execution/pool-executor.js";
import { type ModuleName, newerSchemaMessage } from "../migrations/versions.js";
import { ignoreError } from "../protocol/connection.js";
import { schemaOutdatedMessage } from "../protocol/errors.js";

/** Limits the warning to one per process: in a rolling deployment, every driver would repeat it at every start. */
let warnedOfNewerSchema = false;

/** The life cycle of a driver. A connected driver has a database with a matching schema. */
export class Lifecycle {
  readonly executor: PoolExecutor;
  readonly #modules: readonly ModuleName[];
  #state: "disconnected" | "connecting" | "connected" | "disconnecting" = "disconnected";
  /** Settles at the end of the last attempt to connect. */
  #attempt: Promise<void> = Promise.resolve();
  #disconnected: Promise<void> = Promise.resolve();

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
  async connect(listener: EventListener = () => {}): Promise<void> {
    if (this.#state !== "disconnected") {
      throw new PevensieError("ALREADY_CONNECTED", "The driver is connected already. Call connect() once per driver.");
    }
    this.#state = "connecting";
    this.#attempt = this.#open(listener);
    await this.#attempt;
  }

  async #open(listener: EventListener): Promise<void> {
    try {
      this.executor.open(listener);
      await this.#checkSchema();
      if (this.#isDisconnecting) throw notConnected();
      this.#state = "connected";
    } catch (error) {
      const reason = this.#isDisconnecting ? notConnected() : error;
      await this.executor.close();
      this.#state = "disconnected";
      throw reason;
    }
  }

  get isConnected(): boolean {
    return this.#state === "connected";
  }

  /** A getter, since TypeScript's narrowing ignores that `disconnect()` may change the state during an `await`. */
  get #isDisconnecting(): boolean {
    return this.#state === "disconnecting";
  }

  /** Drains calls in flight and closes the pool. A `connect()` in progress is aborted, and closes the pool itself. Idempotent. */
  disconnect(): Promise<void> {
    if (this.#state === "connecting") {
      this.#state = "disconnecting";
      this.#disconnected = this.#attempt.catch(ignoreError);
      this.executor.abort();
    }
    if (this.#state === "connected") {
      this.#state = "disconnecting";
      this.#disconnected = this.executor.close().finally(() => {
        this.#state = "disconnected";
      });
    }
    return this.#disconnected;
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
