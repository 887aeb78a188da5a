import { getModuleVersions } from "../../generated/index.js";
import { latestVersions } from "../../generated/versions.js";
import { PevensieError } from "../errors/index.js";
import type { ResolvedConfig } from "./config.js";
import { Database } from "./database.js";
import { schemaOutdatedMessage } from "./errors.js";
import { prepare } from "./statement.js";
import { type ModuleName, newerSchemaMessage } from "./versions.js";

const moduleVersions = prepare("getModuleVersions", getModuleVersions);

/** One warning a process: a rolling deployment would repeat it at every start of every driver. */
let warnedOfNewerSchema = false;

/** The state that every driver of this package shares: connected to a database whose schema fits, or not. */
export class Connection {
  readonly database: Database;
  readonly #modules: readonly ModuleName[];
  #state: "disconnected" | "connecting" | "connected" | "disconnecting" = "disconnected";
  #disconnected: Promise<void> = Promise.resolve();

  /** @param module - which module's tables, beside the base's, have to be there */
  constructor(config: ResolvedConfig, module: ModuleName) {
    this.database = new Database(config);
    this.#modules = ["base", module];
  }

  async connect(): Promise<void> {
    if (this.#state !== "disconnected") {
      throw new PevensieError("ALREADY_CONNECTED", "Already connected: connect() is to be called once a driver.");
    }
    this.#state = "connecting";
    try {
      this.database.open();
      await this.#checkSchema();
      this.#state = "connected";
    } catch (error) {
      await this.database.close();
      this.#state = "disconnected";
      throw error;
    }
  }

  disconnect(): Promise<void> {
    if (this.#state === "connected") {
      this.#state = "disconnecting";
      this.#disconnected = this.database.close().finally(() => {
        this.#state = "disconnected";
      });
    }
    return this.#disconnected;
  }

  async #checkSchema(): Promise<void> {
    const rows = await this.database.read(moduleVersions, undefined).catch((error: unknown) => {
      throw this.#whileConnecting(error);
    });
    const versions = new Map(rows.map(({ module, version }) => [module, version ?? ""]));
    for (const module of this.#modules) {
      const version = versions.get(module) ?? "";
      if (version < latestVersions[module]) throw this.#schemaOutdated();
      if (version > latestVersions[module]) warnOfNewerSchema(module);
    }
  }

  /** Nothing else can keep a connection from being had at that time than a server that does not answer. */
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
    return new PevensieError("SCHEMA_OUTDATED", schemaOutdatedMessage(modules), cause === undefined ? {} : { cause });
  }
}

function warnOfNewerSchema(module: ModuleName): void {
  if (warnedOfNewerSchema) return;
  warnedOfNewerSchema = true;
  process.emitWarning(newerSchemaMessage(module), { type: "PevensieWarning", code: "SCHEMA_TOO_NEW" });
}
