import { invalidInput } from "./errors/index.js";

/**
 * What is used of the pools and clients of callers. pg's have it, and so have pg-native's, wrapped ones, and those of other packages
 * with the interface of pg.
 *
 * @module
 */

/** A statement, in the form in which pg takes it: the part of its QueryConfig that is used. */
export interface PostgresQuery {
  text: string;
  values?: unknown[];
  /** The name under which the statement is prepared. */
  name?: string;
  /** How values are parsed. */
  types?: {
    /** Returns what parses the text of a value, by the OID of its type. */
    getTypeParser(oid: number, format?: string): (text: string) => unknown;
  };
}

/** What a statement returns: the part of pg's QueryResult that is used. */
export interface PostgresResult {
  readonly rows: unknown[];
  readonly rowCount: number | null;
  /** The command tag without numbers, such as COMMIT. */
  readonly command: string;
}

/** A client that runs single statements: one of pg, or that of a transaction of this package. */
export interface PostgresQueryable {
  /** Runs a statement. */
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>;
}

/**
 * A connection of the caller's, such as a `pg.Client` or what `pool.connect()` of pg gives. A text without values may have several
 * statements. `query` is also given a callback, and has to call it back or return a promise.
 */
export interface PostgresClient {
  /** Runs a statement. */
  query(query: string | PostgresQuery, values?: unknown[]): Promise<PostgresResult>;
}

/** A client of a pool. */
export interface PostgresPoolClient extends PostgresClient {
  /** Listens to the loss of the connection. */
  on(event: "error", listener: (error: Error) => void): unknown;
  /** Listens to what the server reports beside results: the warnings of a migration. */
  on(event: "notice", listener: (notice: PostgresNotice) => void): unknown;
  /** Removes a listener. */
  off(event: "error", listener: (error: Error) => void): unknown;
  /** Removes a listener. */
  off(event: "notice", listener: (notice: PostgresNotice) => void): unknown;
  /** Returns the connection to its pool. @param destroy - whether it must not be used again */
  release(destroy?: boolean): void;
}

/** A message of the server beside results. */
export interface PostgresNotice {
  readonly severity?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * A pool of the caller's, such as a `pg.Pool`. Further properties of pg's pools and clients are used where they are there: with pg
 * itself, statements are prepared and sent without its overhead. `connect` is given a callback, and has to call it back or return a
 * promise.
 */
export interface PostgresPool {
  /** Acquires a connection. */
  connect(): Promise<PostgresPoolClient>;
  /** Listens to the loss of idle connections. */
  on(event: "error", listener: (error: Error) => void): unknown;
  /** Removes a listener. */
  off(event: "error", listener: (error: Error) => void): unknown;
  /** `max`: how many connections there can be. Default: 1. */
  readonly options?: { readonly max?: number | undefined } | undefined;
  /** How many connections there are. */
  readonly totalCount?: number | undefined;
  /** How many calls wait for a connection. */
  readonly waitingCount?: number | undefined;
}

/** Returns whether a value has functions of these names. */
function hasFunctions(value: unknown, names: readonly string[]): boolean {
  const given = value as Readonly<Record<string, unknown>> | null | undefined;
  return names.every((name) => typeof given?.[name] === "function");
}

const POOL_FUNCTIONS = ["connect", "on", "off"];
const POOL_CLIENT_FUNCTIONS = ["query", "on", "off", "release"];

/** @throws INVALID_INPUT, field `pool`, for what is no pool */
export function requirePool(pool: unknown): asserts pool is PostgresPool {
  if (!hasFunctions(pool, POOL_FUNCTIONS)) {
    throw invalidInput("pool", "must be a pool of pg, or have its functions connect, on and off");
  }
}

/** @throws INVALID_INPUT, field `pool`, for a client that is not one of a pool */
export function requirePoolClient(client: unknown): asserts client is PostgresPoolClient {
  if (!hasFunctions(client, POOL_CLIENT_FUNCTIONS)) {
    throw invalidInput("pool", "must connect clients that have the functions query, on, off and release");
  }
}

/** @throws INVALID_INPUT, field `client`, for what cannot run statements, or runs each of them on another connection */
export function requireClient(client: unknown): asserts client is PostgresQueryable {
  const given = client as { readonly totalCount?: unknown };
  // A pool has query(), too, but runs each statement on any of its connections.
  if (!hasFunctions(client, ["query"]) || given.totalCount !== undefined) {
    throw invalidInput("client", "must be a pg client, such as pool.connect() gives, and no pool");
  }
}
