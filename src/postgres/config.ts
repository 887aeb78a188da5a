import { Socket, type TcpNetConnectOpts } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type pg from "pg";
import { parse } from "pg-connection-string";
import { invalidInput } from "../errors/index.js";
import { requireInteger, requireOptions } from "../input/values.js";

/** How to reach Postgres, in the terms of the `pg` package. */
export interface PostgresConfig {
  /** A `postgresql://` URL; what it names goes before `host`, `port`, `database`, `user`, `password` and `ssl`. */
  readonly connectionString?: string;
  /** Host name, address, or the folder of a Unix socket. Default: localhost. */
  readonly host: string;
  /** Default: 5432. */
  readonly port: number;
  /** Default: postgres. */
  readonly database: string;
  /** Default: postgres. */
  readonly user: string;
  /** Default: postgres. */
  readonly password: string;
  /** TLS: false, true, or Node's TLS options. Default: false. */
  readonly ssl: boolean | ConnectionOptions;
  /**
   * Settings (GUCs) for every connection, sent at its start: `{ application_name: "shop" }`. PgBouncer refuses those
   * that it does not know; none are sent by default. Default: {}.
   */
  readonly connectionParameters: Readonly<Record<string, string>>;
  /** The most connections that the pool opens. Default: 10. */
  readonly max: number;
  /** How long a connection may lie idle before it is closed, in milliseconds; 0 is for ever. Default: 10,000. */
  readonly idleTimeoutMillis: number;
  /** How long a call waits for a connection, be it queueing or connecting, in milliseconds. Default: 5,000. */
  readonly connectionTimeoutMillis: number;
  /**
   * How long a statement may take before its connection is given up, in milliseconds; with look-ups that are sent ahead of
   * the answers to others, that includes their turn. Default: 5,000.
   */
  readonly query_timeout: number;
  /** From how many milliseconds on a statement is told of as a "slow-query" event. Default: 1,000. */
  readonly slowQueryMillis: number;
  /** Which version of IP a host's name is resolved to: 4, 6, or "any" that works. Default: "any". */
  readonly ipVersion: "any" | 4 | 6;
  /**
   * Whether look-ups and cache calls that are made at the same time share a statement: several times the throughput under
   * load, at no cost for a single call. Default: true.
   */
  readonly batching: boolean;
}

/** A pool of the caller's: shared with whatever else uses it, never ended by us. */
export interface CallerPool {
  readonly pool: pg.Pool;
  /** As in {@link PostgresConfig}; the pool's own time-outs apply besides. */
  readonly connectionTimeoutMillis?: number;
  /** As in {@link PostgresConfig}; the pool's own time-outs apply besides. */
  readonly query_timeout?: number;
  /** As in {@link PostgresConfig}. */
  readonly batching?: boolean;
  /** As in {@link PostgresConfig}. */
  readonly slowQueryMillis?: number;
}

/** What a driver is made from: settings for a pool of its own, or a pool of the caller's. */
export type PostgresDriverConfig =
  | { readonly [K in keyof PostgresConfig]?: PostgresConfig[K] | undefined }
  | CallerPool;

/** A local Postgres with the password "postgres", ten connections, and time-outs of five seconds. */
export function defaultConfig(): PostgresConfig {
  return {
    host: "localhost",
    port: 5432,
    database: "postgres",
    user: "postgres",
    password: "postgres",
    ssl: false,
    connectionParameters: {},
    max: 10,
    idleTimeoutMillis: 10_000,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    ipVersion: "any",
    batching: true,
    slowQueryMillis: 1_000,
  };
}

/** A driver's configuration, checked and complete. */
export interface ResolvedConfig {
  /** Settings for a pool to be made, or null where the caller's is used. */
  readonly client: pg.ClientConfig | null;
  readonly callerPool: pg.Pool | null;
  readonly max: number;
  readonly idleTimeoutMillis: number;
  readonly connectionTimeoutMillis: number;
  readonly queryTimeoutMillis: number;
  readonly batching: boolean;
  readonly slowQueryMillis: number;
}

export const MAX_TIMEOUT = 2_147_483_647;
const POOL_KEYS = ["pool", "connectionTimeoutMillis", "query_timeout", "batching", "slowQueryMillis"] as const;
const CONFIG_KEYS = [
  "connectionString",
  ...(Object.keys(defaultConfig()) as (keyof PostgresConfig)[]),
] as const satisfies readonly (keyof PostgresConfig)[];

/** Checks a configuration once, so that inner code never meets a raw option. */
export function resolveConfig(config: PostgresDriverConfig = {}): ResolvedConfig {
  if (typeof config === "object" && config !== null && "pool" in config) {
    requireOptions(config, "config", POOL_KEYS);
    if (typeof config.pool?.connect !== "function") throw invalidInput("pool", "must be a pg.Pool");
    return { client: null, callerPool: config.pool, ...limitsOf({ ...defaultConfig(), ...defined(config) }) };
  }
  requireOptions(config, "config", CONFIG_KEYS);
  // An environment variable that is not set must not lead to whatever runs on this machine.
  if ("connectionString" in config && !config.connectionString)
    throw invalidInput("connectionString", "must not be empty");
  if ("connectionString" in config) requireString(config.connectionString, "connectionString");
  const given = defined(config) as Partial<PostgresConfig>;
  const full = { ...defaultConfig(), ...given };
  return { client: resolveClient(given, full), callerPool: null, ...limitsOf(full) };
}

function limitsOf(full: PostgresConfig) {
  if (typeof full.batching !== "boolean") throw invalidInput("batching", "must be a boolean");
  return {
    max: requireInteger(full.max, "max", 1, 10_000),
    idleTimeoutMillis: requireInteger(full.idleTimeoutMillis, "idleTimeoutMillis", 0, MAX_TIMEOUT),
    connectionTimeoutMillis: requireInteger(full.connectionTimeoutMillis, "connectionTimeoutMillis", 1, MAX_TIMEOUT),
    queryTimeoutMillis: requireInteger(full.query_timeout, "query_timeout", 1, MAX_TIMEOUT),
    batching: full.batching,
    slowQueryMillis: requireInteger(full.slowQueryMillis, "slowQueryMillis", 0, MAX_TIMEOUT),
  };
}

function resolveClient(given: Partial<PostgresConfig>, full: PostgresConfig): pg.ClientConfig {
  if (full.ipVersion !== "any" && full.ipVersion !== 4 && full.ipVersion !== 6) {
    throw invalidInput("ipVersion", 'must be "any", 4 or 6');
  }
  const options = encodeParameters(full.connectionParameters);
  const family = full.ipVersion === "any" ? undefined : full.ipVersion;
  return {
    ...(given.connectionString === undefined ? addressOf(full) : { ...addressGiven(given) }),
    ...(options === "" ? {} : { options }),
    ...(family === undefined ? {} : { stream: () => new SingleFamilySocket(family) }),
    keepAlive: true,
  };
}

function addressOf(full: PostgresConfig): pg.ClientConfig {
  for (const field of ["host", "database", "user", "password"] as const) requireString(full[field], field);
  requireInteger(full.port, "port", 1, 65_535);
  return { ...pick(full, ["host", "port", "database", "user", "password", "ssl"]) };
}

/** The URL, and beside it only what was given: our defaults must not fill what both leave to pg's own. */
function addressGiven(given: Partial<PostgresConfig>): pg.ClientConfig {
  const parts = Object.entries(parseUrl(given.connectionString as string)).filter(([, value]) => value);
  const beside = pick(given, ["host", "port", "database", "user", "password", "ssl"]);
  return { ...defined(beside), ...Object.fromEntries(parts) };
}

function parseUrl(url: string): object {
  try {
    return parse(url);
  } catch {
    // The parser's own error repeats the URL, and with it the password.
    throw invalidInput("connectionString", "must be a postgresql:// URL");
  }
}

function requireString(value: unknown, field: string): void {
  if (typeof value !== "string") throw invalidInput(field, "must be a string");
}

function pick<T, K extends keyof T>(source: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, source[key]])) as Pick<T, K>;
}

/** Without the properties that are undefined, which would hide a default. */
function defined<T extends object>(source: T): T {
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined)) as T;
}

/** The start-up packet's `options`: `-c name=value`, blanks and backslashes escaped as libpq's documentation has it. */
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

/** pg has no option for the IP version: it calls `connect(port, host)` on the socket that it is given. */
class SingleFamilySocket extends Socket {
  readonly #family: 4 | 6;

  constructor(family: 4 | 6) {
    super();
    this.#family = family;
  }

  override connect(...target: unknown[]): this {
    const [port, host] = target;
    if (typeof port !== "number" || typeof host !== "string") return super.connect(port as string);
    const options: TcpNetConnectOpts = { port, host, family: this.#family };
    return super.connect(options);
  }
}
