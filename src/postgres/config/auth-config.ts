import { invalidInput } from "../../errors/index.js";
import { requireInteger, requireOptions } from "../../input/values.js";
import { type PostgresDriverConfig, type ResolvedConfig, resolveConfig } from "./config.js";
import { within } from "./nested.js";

/** Configuration of an auth driver. */
export type AuthDriverConfig = PostgresDriverConfig & {
  /**
   * A streaming replica, from which `listUsers` and `countUsers` read: what they return is as old as the replica is. Sessions, logins,
   * tokens and transactions use the primary, and so does any lookup that the replica cannot answer. Its `schema` must be the primary's;
   * `targetSessionAttrs` is "any" by default. Default: no replica.
   */
  readonly replica?: PostgresDriverConfig | undefined;
  /** Lets `getUserById`, `getUserByEmail` and `getUserByPhoneNumber` read from the replica, too. Default: they do not. */
  readonly staleReads?: StaleReads | undefined;
};

/** How old answers of the replica may be. */
export interface StaleReads {
  /**
   * How old, in milliseconds, a read may be: it sees every change that was committed this long before the call. 1 to 86,400,000. Applies
   * to `listUsers` and `countUsers` as well. A replica that lags by more is not read from.
   */
  readonly maxAgeMillis: number;
}

/**
 * How long a lookup waits for a replica that is restarting or being replaced, in milliseconds. With the primary's
 * `connectionTimeoutMillis`, which may cover a fail-over, lists would stall that long although the primary can answer them.
 */
const CONNECT_RETRY_MILLIS = 1_000;

/** A validated configuration of an auth driver. */
export interface ResolvedAuthConfig {
  readonly primary: ResolvedConfig;
  readonly replica: ResolvedConfig | null;
  readonly maxAgeMillis: number | null;
}

/** Validates the configuration of an auth driver. @throws PevensieError INVALID_INPUT */
export function resolveAuthConfig(config: AuthDriverConfig | undefined): ResolvedAuthConfig {
  if (typeof config !== "object" || config === null || !("replica" in config || "staleReads" in config)) {
    return { primary: resolveConfig(config), replica: null, maxAgeMillis: null };
  }
  const { replica, staleReads, ...rest } = config;
  const primary = resolveConfig(rest as PostgresDriverConfig);
  if (replica === undefined) {
    if (staleReads !== undefined) throw invalidInput("staleReads", "needs a replica");
    return { primary, replica: null, maxAgeMillis: null };
  }
  if (typeof replica !== "object" || replica === null || Array.isArray(replica)) {
    throw invalidInput("replica", "must be an object");
  }
  return {
    primary,
    replica: within("replica", () => resolveReplica(replica, primary.schema)),
    maxAgeMillis: staleReads === undefined ? null : readMaxAge(staleReads),
  };
}

/** Returns the configuration of a replica: of the primary's schema, and by default of standbys, which do not accept writes. */
function resolveReplica(given: PostgresDriverConfig, schema: string): ResolvedConfig {
  const config: PostgresDriverConfig =
    "pool" in given
      ? { ...given, schema: given.schema ?? schema }
      : { ...given, schema: given.schema ?? schema, targetSessionAttrs: given.targetSessionAttrs ?? "any" };
  const resolved = resolveConfig(config);
  if (resolved.schema !== schema) throw invalidInput("schema", "must be that of the primary: leave it out");
  return { ...resolved, connectRetryMillis: CONNECT_RETRY_MILLIS };
}

function readMaxAge(staleReads: unknown): number {
  const { maxAgeMillis } = requireOptions(staleReads, "staleReads", ["maxAgeMillis"]);
  return requireInteger(maxAgeMillis, "staleReads.maxAgeMillis", 1, 86_400_000);
}
