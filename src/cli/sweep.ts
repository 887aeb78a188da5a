import { setTimeout as sleep } from "node:timers/promises";
import { isPevensieError } from "../errors/index.js";
import { createAuthDriver, createCacheDriver } from "../postgres/index.js";
import { addressesOf, type ModuleName, parse, parseCount, parseModules, report, UsageError } from "./usage.js";

const SECONDS = { s: 1, m: 60, h: 3600 } as const;
const DEFAULT_BATCH_SIZE = 1000;

/** `pevensie sweep`: removes expired rows, once or until SIGINT or SIGTERM. */
export async function runSweep(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args, {
    addr: { type: "string", multiple: true },
    schema: { type: "string" },
    every: { type: "string" },
    "batch-size": { type: "string" },
    "max-entries": { type: "string" },
  });
  const modules = parseModules(positionals);
  const sweep: Sweep = {
    addresses: addressesOf(values.addr),
    schema: values.schema,
    batchSize: parseCount("--batch-size", values["batch-size"], 100_000) ?? DEFAULT_BATCH_SIZE,
    maxEntries: parseCount("--max-entries", values["max-entries"], 1e12),
  };
  if (sweep.addresses.length > 1 && modules.includes("auth"))
    throw new UsageError("several --addr are for the cache alone: sweep auth one database at a time");
  if (sweep.maxEntries !== null && !modules.includes("cache")) throw new UsageError("--max-entries is for the cache");
  if (values.every === undefined) return sweepAll(modules, sweep);

  const pause = parseDuration(values.every);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  while (!stop.signal.aborted) {
    // A server that is unreachable for a while must not end the loop.
    await sweepAll(modules, sweep).catch((error: unknown) => {
      if (!isPevensieError(error)) throw error;
      report(`pevensie: ${error.message}`);
    });
    await sleep(pause, undefined, { signal: stop.signal }).catch(() => {});
  }
}

interface Sweep {
  /** More than one: the shards of a cache. */
  readonly addresses: readonly string[];
  readonly schema: string | undefined;
  readonly batchSize: number;
  /** Null: no live entry of the cache is evicted. */
  readonly maxEntries: number | null;
}

async function sweepAll(modules: readonly ModuleName[], sweep: Sweep): Promise<void> {
  for (const module of new Set(modules)) await (module === "auth" ? sweepAuth : sweepCache)(sweep);
}

async function sweepAuth({ addresses: [connectionString = ""], schema, batchSize }: Sweep): Promise<void> {
  const driver = createAuthDriver({ connectionString, schema, max: 1 });
  await driver.connect();
  try {
    const { sessions, oneTimeTokens, apiKeys, logInAttempts } = await driver.removeExpired(batchSize);
    report(
      `auth: removed ${sessions} expired sessions, ${oneTimeTokens} one-time tokens, ${apiKeys} API keys and ${logInAttempts} login attempts`,
    );
  } finally {
    await driver.disconnect();
  }
}

async function sweepCache({ addresses, schema, batchSize, maxEntries }: Sweep): Promise<void> {
  const shards = addresses.map((connectionString) => ({ connectionString, schema, max: 1 }));
  const [single] = shards;
  const driver = createCacheDriver(shards.length === 1 ? single : { shards });
  await driver.connect();
  try {
    const { expired, evicted } = await driver.removeExpired(batchSize, maxEntries);
    report(`cache: removed ${expired} expired entries${maxEntries === null ? "" : ` and evicted ${evicted}`}`);
  } finally {
    await driver.disconnect();
  }
}

/** Returns the pause in milliseconds. */
function parseDuration(text: string): number {
  const [, amount, unit] = /^([1-9]\d{0,4})([smh])$/.exec(text) ?? [];
  if (amount === undefined) throw new UsageError("--every takes a time such as 30s, 5m or 1h");
  return Math.min(Number(amount) * SECONDS[unit as keyof typeof SECONDS] * 1000, 2_147_483_647);
}
