import { invalidInput } from "../../errors/index.js";
import { requireText } from "../../input/text.js";
import { type PostgresDriverConfig, type ResolvedConfig, resolveConfig } from "./config.js";
import { within } from "./nested.js";

/** Configuration of one server of a sharded cache. */
export type CacheShardConfig = PostgresDriverConfig & {
  /**
   * Identifies the shard: keys are assigned to names. Keep it when the server moves to another address. Default: `host:port/database`,
   * with several hosts all of them separated by commas; for a caller's pool `pool <place in the list>`, which changes with the order.
   */
  readonly name?: string | undefined;
};

/** A validated shard. */
export interface ResolvedShard {
  readonly name: string;
  /** As given, without the name. */
  readonly settings: PostgresDriverConfig;
  readonly config: ResolvedConfig;
}

const NAME_LIMITS = { min: 1, max: 255, unit: "characters" } as const;

/** Validates a list of shards. The result is sorted by name, so that it does not depend on the order of the list. */
export function resolveShards(shards: unknown): readonly ResolvedShard[] {
  if (!Array.isArray(shards) || shards.length === 0) {
    throw invalidInput("shards", "must list the configuration of at least one server");
  }
  const resolved = shards.map(resolveShard);
  for (const [place, { name, config }] of resolved.entries()) {
    const isSame = (other: ResolvedShard) =>
      other.name === name || (config.callerPool !== null && other.config.callerPool === config.callerPool);
    const earlier = resolved.slice(0, place).findIndex(isSame);
    if (earlier !== -1) {
      throw invalidInput(`shards[${place}]`, `has the name or the pool of shards[${earlier}]: each needs its own`);
    }
  }
  return resolved.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function resolveShard(shard: unknown, place: number): ResolvedShard {
  const field = `shards[${place}]`;
  if (typeof shard !== "object" || shard === null || Array.isArray(shard))
    throw invalidInput(field, "must be an object");
  const { name, ...settings } = shard as CacheShardConfig;
  const given = name === undefined ? undefined : requireText(name, `${field}.name`, NAME_LIMITS);
  const config = within(field, () => resolveConfig(settings));
  return { name: given ?? addressOf(config) ?? `pool ${place + 1}`, settings, config };
}

/** Returns where a server is, or the servers of which one is the primary, without user and password; undefined for a caller's pool. */
function addressOf({ client, servers }: ResolvedConfig): string | undefined {
  if (client === null) return undefined;
  // pg reads these variables for what a connection string leaves out.
  const { PGHOST, PGPORT, PGDATABASE, PGUSER } = process.env;
  const addresses = servers.map(({ host, port }) => {
    const name = host || client.host || PGHOST || "localhost";
    return `${name}:${port || client.port || PGPORT || 5432}`;
  });
  const database = client.database || PGDATABASE || client.user || PGUSER || "";
  return `${addresses.join(",")}/${database}`;
}
