import type { ConnectionOptions } from "node:tls";
import type pg from "pg";
import { invalidInput } from "../../errors/index.js";
import { requireBoolean, requireInteger, requireOptions } from "../../input/values.js";
import { type PostgresPool, requirePool } from "../../pg-interface.js";
import { MAX_TIMER_MILLIS } from "../../timers.js";
import { type ParameterName, type Parameters, parametersOfEnvironment } from "./connection-parameters.js";
import { parseConnectionString, requireHost } from "./connection-string.js";
import { timeoutOfPool } from "./created-pools.js";
import { type HostAddress, type ServerChoice, serversOf, type TargetSessionAttrs } from "./hosts.js";
import { DEFAULT_SCHEMA, requireSchema } from "./schema.js";
import { SingleFamilySocket } from "./single-family-socket.js";
import { readTls, securityOf } from "./tls.js";

/** Connection settings, named as in the `pg` package. */
export interface PostgresConfig {
  /**
   * A `postgresql://` URL, or pg's `socket:` URL or path of a Unix socket. Its values take precedence over the settings
   * below. Values that neither sets are left to pg: `PGHOST`, `PGUSER` and so on.
   *
   * Parameters: `host`, `port`, `user`, `password`, `dbname`, `sslmode`, `sslcert`, `sslkey`, `sslrootcert`,
   * `sslnegotiation`, `channel_binding` (`disable` or `prefer`), `application_name`, `fallback_application_name`,
   * `options`, `connect_timeout` (in seconds, for `connectionTimeoutMillis`), `target_session_attrs` (`read-write`,
   * `primary` or `any`), `gssencmode`, `client_encoding=utf8`; and pg's `ssl`, `uselibpqcompat`, `statement_timeout`, `lock_timeout` and
   * `idle_in_transaction_session_timeout`. Others, and other values, are INVALID_INPUT. Every `sslmode` except
   * `disable` and `no-verify` verifies the server's certificate and name, as in pg.
   */
  readonly connectionString?: string | undefined;
  /** Host name, IP address, or directory of a Unix socket. Default: localhost. */
  readonly host: string;
  /** Default: 5432. */
  readonly port: number;
  /**
   * Several servers, of which one at a time is the primary, instead of `host` and `port`; in a connection string
   * `postgresql://one:5432,two:5433/shop`. They are tried in turn until `connectionTimeoutMillis` has passed. Default: none, so `host`
   * and `port` apply. INVALID_INPUT with a `host` or `port` other than the default.
   */
  readonly hosts?: readonly HostAddress[] | undefined;
  /**
   * Which servers are connected to: those that are not in recovery and have `default_transaction_read_only` off
   * ("read-write"), those that are not in recovery ("primary"), or "any". A server reports both settings when a
   * connection starts. Default: `PGTARGETSESSIONATTRS`, else "read-write" with several hosts and "any" with one.
   */
  readonly targetSessionAttrs?: TargetSessionAttrs | undefined;
  /** Default: postgres. */
  readonly database: string;
  /** Default: postgres. */
  readonly user: string;
  /** Default: postgres. */
  readonly password: string;
  /**
   * TLS: false, true, or Node's TLS options. Default: `PGSSLMODE`, `PGSSLROOTCERT`, `PGSSLCERT` and `PGSSLKEY` of the
   * environment, with the same meaning as in a connection string; without them, false.
   *
   * `PGSSLNEGOTIATION` and `PGCHANNELBINDING` of the environment apply as well. An unsupported value of these variables
   * is INVALID_INPUT. So is a variable that requires more security than this package can enforce (`PGREQUIREAUTH`,
   * `PGSSLCRL` …).
   */
  readonly ssl: boolean | ConnectionOptions;
  /**
   * Settings (GUCs) for every connection, sent in its startup packet: `{ application_name: "shop" }`. PgBouncer refuses
   * those that it does not know; none are sent by default. Default: {}.
   */
  readonly connectionParameters: Readonly<Record<string, string>>;
  /** Maximum number of connections in the pool. Default: 10. */
  readonly max: number;
  /** How long a connection may be idle before it is closed, in milliseconds; 0 means forever. Default: 10,000. */
  readonly idleTimeoutMillis: number;
  /**
   * How long a connection may be open before it is closed, in seconds; 0 means forever. A connection that is in use is closed
   * when it is released. 0 to 2,147,483. Default: 0.
   */
  readonly maxLifetimeSeconds: number;
  /** How long a call waits for a connection, queued or connecting, in milliseconds. Default: 5,000. */
  readonly connectionTimeoutMillis: number;
  /**
   * How long a statement may take before its connection is closed, in milliseconds. For pipelined lookups this includes
   * the time in the queue of the connection. Default: 5,000.
   */
  readonly query_timeout: number;
  /** The duration from which a statement emits a "slow-query" event, in milliseconds. Default: 1,000. */
  readonly slowQueryMillis: number;
  /** The IP version to which a host name is resolved: 4, 6, or "any" that works. Default: "any". */
  readonly ipVersion: "any" | 4 | 6;
  /**
   * Whether concurrent lookups and cache calls share a statement. This multiplies the throughput under load and does
   * not delay a single call. A call for a row that another transaction has locked waits alone, up to `query_timeout`,
   * without delaying the other calls of its statement. Default: true.
   */
  readonly batching: boolean;
  /**
   * The schema of the tables, which `migrate` creates: 1 to 63 bytes of UTF-8 without NUL; not `information_schema`, and not beginning
   * with `pg_`. Each schema has users, sessions and cache entries of its own. Default: "pevensie".
   */
  readonly schema: string;
}

/** A pool that the caller owns. Other code may share it, and the driver never ends it. */
export interface CallerPool {
  /** A pool of pg, or one with the same interface. */
  readonly pool: PostgresPool;
  /**
   * As in {@link PostgresConfig}. The timeouts of a pool that `createPool` did not make apply as well. Default: that of the pool if
   * `createPool` made it, else 5,000.
   */
  readonly connectionTimeoutMillis?: number | undefined;
  /** As in {@link PostgresConfig}. The pool's own timeouts apply as well. */
  readonly query_timeout?: number | undefined;
  /** As in {@link PostgresConfig}. */
  readonly batching?: boolean | undefined;
  /** As in {@link PostgresConfig}. */
  readonly slowQueryMillis?: number | undefined;
  /** As in {@link PostgresConfig}: drivers of any number of schemas can share the pool. */
  readonly schema?: string | undefined;
}

/** Configuration of a driver: settings for a pool that the driver owns, or a pool that the caller owns. */
export type PostgresDriverConfig =
  | { readonly [K in keyof PostgresConfig]?: PostgresConfig[K] | undefined }
  | CallerPool;

/** Without `ssl`, whose default depends on the environment. */
const DEFAULTS: Omit<PostgresConfig, "ssl" | "hosts" | "targetSessionAttrs"> = {
  host: "localhost",
  port: 5432,
  database: "postgres",
  user: "postgres",
  password: "postgres",
  connectionParameters: {},
  max: 10,
  idleTimeoutMillis: 10_000,
  maxLifetimeSeconds: 0,
  connectionTimeoutMillis: 5_000,
  query_timeout: 5_000,
  ipVersion: "any",
  batching: true,
  slowQueryMillis: 1_000,
  schema: DEFAULT_SCHEMA,
};

/**
 * Returns the default configuration: a local PostgreSQL with the password "postgres", ten connections, timeouts of five
 * seconds, and TLS as set by the environment (`PGSSLMODE` …).
 *
 * @throws PevensieError INVALID_INPUT for an environment variable that is not supported
 */
export function defaultConfig(): PostgresConfig {
  return { ...DEFAULTS, connectionParameters: {}, ssl: readTls(parametersOfEnvironment(), "ssl") ?? false };
}

/** A validated and complete configuration. */
export interface ResolvedConfig extends ServerChoice {
  /** Settings for a pool that the driver owns, or null if the caller's pool is used. */
  readonly client: pg.ClientConfig | null;
  readonly callerPool: PostgresPool | null;
  readonly max: number;
  readonly idleTimeoutMillis: number;
  /** 0: no limit. */
  readonly maxLifetimeSeconds: number;
  readonly connectionTimeoutMillis: number;
  /** For how long connecting is tried again, in milliseconds. Undefined: `connectionTimeoutMillis`. */
  readonly connectRetryMillis?: number;
  readonly queryTimeoutMillis: number;
  readonly batching: boolean;
  readonly slowQueryMillis: number;
  readonly schema: string;
}

const MAX_LIFETIME_SECONDS = Math.floor(MAX_TIMER_MILLIS / 1000);
const POOL_KEYS = [
  "pool",
  "connectionTimeoutMillis",
  "query_timeout",
  "batching",
  "slowQueryMillis",
  "schema",
] as const;
const CONFIG_KEYS = [
  "connectionString",
  "ssl",
  "hosts",
  "targetSessionAttrs",
  ...(Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]),
] as const;

const ADDRESS_KEYS = ["host", "port", "database", "user", "password"] as const;

/** Connection string parameters that pg accepts as text, by the same names. */
const SETTINGS = [
  "application_name",
  "fallback_application_name",
  "statement_timeout",
  "lock_timeout",
  "idle_in_transaction_session_timeout",
] as const satisfies readonly ParameterName[];

/** Validates a configuration once, so that inner code receives no raw options. */
export function resolveConfig(config: PostgresDriverConfig = {}): ResolvedConfig {
  if (typeof config === "object" && config !== null && "pool" in config) {
    requireOptions(config, "config", POOL_KEYS);
    requirePool(config.pool);
    const timeout = defined({ connectionTimeoutMillis: timeoutOfPool(config.pool) });
    return {
      client: null,
      callerPool: config.pool,
      servers: [{}],
      target: "any",
      ...limitsOf({ ...DEFAULTS, ...timeout, ...defined(config) }),
    };
  }
  requireOptions(config, "config", CONFIG_KEYS);
  // An empty string, as from an unset environment variable, must not select the default server on this machine.
  if ("connectionString" in config && !config.connectionString)
    throw invalidInput("connectionString", "must not be empty: check the environment variable it comes from");
  if ("connectionString" in config) requireString(config.connectionString, "connectionString");
  const given = defined(config) as Partial<PostgresConfig>;
  const parameters = given.connectionString === undefined ? {} : parseConnectionString(given.connectionString);
  const { connect_timeout: seconds } = parameters;
  const timeoutOfString = seconds === undefined ? {} : { connectionTimeoutMillis: Number(seconds) * 1000 };
  const full = { ...DEFAULTS, ...given, ...timeoutOfString };
  const choice = serversOf(given, parameters, DEFAULTS);
  // The address of each server replaces that of pg's settings.
  const { host: _host, port: _port, ...others } = parameters;
  const client = resolveClient(given, full, choice.servers.length > 1 ? others : parameters);
  return { client, callerPool: null, ...choice, ...limitsOf(full) };
}

function limitsOf(full: typeof DEFAULTS) {
  requireBoolean(full.batching, "batching");
  return {
    max: requireInteger(full.max, "max", 1, 10_000),
    idleTimeoutMillis: requireInteger(full.idleTimeoutMillis, "idleTimeoutMillis", 0, MAX_TIMER_MILLIS),
    maxLifetimeSeconds: requireInteger(full.maxLifetimeSeconds, "maxLifetimeSeconds", 0, MAX_LIFETIME_SECONDS),
    connectionTimeoutMillis: requireInteger(
      full.connectionTimeoutMillis,
      "connectionTimeoutMillis",
      1,
      MAX_TIMER_MILLIS,
    ),
    queryTimeoutMillis: requireInteger(full.query_timeout, "query_timeout", 1, MAX_TIMER_MILLIS),
    batching: full.batching,
    slowQueryMillis: requireInteger(full.slowQueryMillis, "slowQueryMillis", 0, MAX_TIMER_MILLIS),
    schema: requireSchema(full.schema),
  };
}

function resolveClient(given: Partial<PostgresConfig>, full: typeof DEFAULTS, parameters: Parameters): pg.ClientConfig {
  if (full.ipVersion !== "any" && full.ipVersion !== 4 && full.ipVersion !== 6) {
    throw invalidInput("ipVersion", 'must be "any", 4 or 6');
  }
  const settings = encodeParameters(full.connectionParameters);
  const options = [parameters.options, settings].filter(Boolean).join(" ");
  const family = full.ipVersion === "any" ? undefined : full.ipVersion;
  return {
    ...(given.connectionString === undefined ? addressOf(full) : addressGiven(given, parameters)),
    ...securityOf(given.ssl, parameters),
    ...(defined(pick(parameters, SETTINGS)) as object),
    ...(options === "" ? {} : { options }),
    ...(family === undefined ? {} : { stream: () => new SingleFamilySocket(family) }),
    keepAlive: true,
  };
}

function addressOf(full: typeof DEFAULTS): pg.ClientConfig {
  const address = pick(full, ADDRESS_KEYS);
  requireAddress(address);
  return address;
}

/**
 * Returns the address in the connection string and in explicit settings. The package's defaults must not override pg's.
 */
function addressGiven(given: Partial<PostgresConfig>, parameters: Parameters): pg.ClientConfig {
  const { host, port, dbname: database, user, password } = parameters;
  const beside = defined(pick(given, ADDRESS_KEYS));
  requireAddress(beside);
  const variable = process.env["PGHOST"];
  if (variable && !beside.host && host === undefined) requireHost(variable, "PGHOST");
  return {
    ...beside,
    ...defined({ host, port: port === undefined ? undefined : Number(port), database, user, password }),
  };
}

function requireAddress(address: Partial<PostgresConfig>): void {
  for (const field of ADDRESS_KEYS) {
    const value = address[field];
    if (value === undefined) continue;
    if (field === "port") requireInteger(value, field, 1, 65_535);
    else requireAddressText(value, field);
    // PostgreSQL repeats both in its errors, and a URL may contain a password.
    if ((field === "user" || field === "database") && String(value).includes("://")) {
      throw invalidInput(field, "must be a name; a URL goes into connectionString");
    }
  }
  if (address.host) requireHost(address.host, "host");
}

/** The startup packet separates its texts by NUL: one in a name would begin a parameter of its own, such as `options`. */
function requireAddressText(value: unknown, field: string): void {
  requireString(value, field);
  const text = String(value);
  if (text.includes("\0") || !text.isWellFormed()) {
    throw invalidInput(field, "must not contain NUL or a lone surrogate");
  }
}

function requireString(value: unknown, field: string): void {
  if (typeof value !== "string") throw invalidInput(field, "must be a string");
}

function pick<T, K extends keyof T>(source: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, source[key]])) as Pick<T, K>;
}

type Defined<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** Removes undefined properties, which would override a default. */
function defined<T extends object>(source: T): Defined<T> {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/**
 * Returns the startup packet's `options`: `-c name=value`, blanks and backslashes escaped as in libpq's documentation.
 */
function encodeParameters(parameters: Readonly<Record<string, string>>): string {
  if (typeof parameters !== "object" || parameters === null) {
    throw invalidInput("connectionParameters", "must be an object of strings");
  }
  return Object.entries(parameters)
    .map(([name, value]) => {
      if (!/^[a-z_][a-z0-9_.]*$/i.test(name) || typeof value !== "string" || value.includes("\0")) {
        throw invalidInput("connectionParameters", "must map names of Postgres settings to strings");
      }
      return `-c ${name}=${value.replaceAll(/[\\\s]/g, "\\$&")}`;
    })
    .join(" ");
}
