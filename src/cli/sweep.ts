import { setTimeout as sleep } from "node:timers/promises";
import { isPevensieError } from "../errors/index.js";
import { createAuthDriver, createCacheDriver } from "../postgres/index.js";
import { addressOf, type ModuleName, parse, parseModules, report, UsageError } from "./usage.js";

const SECONDS = { s: 1, m: 60, h: 3600 } as const;
const DEFAULT_BATCH_SIZE = 1000;

/** `pevensie sweep`: removes expired rows, once or until SIGINT or SIGTERM. */
export async function runSweep(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args, {
    addr: { type: "string" },
    every: { type: "string" },
    "batch-size": { type: "string" },
  });
  const modules = parseModules(positionals);
  const batchSize = parseBatchSize(values["batch-size"]);
  const connectionString = addressOf(values.addr);
  if (values.every === undefined) return sweepAll(modules, connectionString, batchSize);

  const pause = parseDuration(values.every);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  while (!stop.signal.aborted) {
    // A server that is unreachable for a while must not end the loop.
    await sweepAll(modules, connectionString, batchSize).catch((error: unknown) => {
      if (!isPevensieError(error)) throw error;
      report(`pevensie: ${error.message}`);
    });
    await sleep(pause, undefined, { signal: stop.signal }).catch(() => {});
  }
}

async function sweepAll(modules: readonly ModuleName[], connectionString: string, batchSize: number): Promise<void> {
  for (const module of new Set(modules))
    await (module === "auth" ? sweepAuth : sweepCache)(connectionString, batchSize);
}

async function sweepAuth(connectionString: string, batchSize: number): Promise<void> {
  const driver = createAuthDriver({ connectionString, max: 1 });
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

async function sweepCache(connectionString: string, batchSize: number): Promise<void> {
  const driver = createCacheDriver({ connectionString, max: 1 });
  await driver.connect();
  try {
    report(`cache: removed ${await driver.removeExpired(batchSize)} expired entries`);
  } finally {
    await driver.disconnect();
  }
}

function parseBatchSize(text: string | undefined): number {
  if (text === undefined) return DEFAULT_BATCH_SIZE;
  if (!/^[1-9]\d{0,5}$/.test(text) || Number(text) > 100_000) {
    throw new UsageError("--batch-size takes a number from 1 to 100000");
  }
  return Number(text);
}

/** Returns the pause in milliseconds. */
function parseDuration(text: string): number {
  const [, amount, unit] = /^([1-9]\d{0,4})([smh])$/.exec(text) ?? [];
  if (amount === undefined) throw new UsageError("--every takes a time such as 30s, 5m or 1h");
  return Math.min(Number(amount) * SECONDS[unit as keyof typeof SECONDS] * 1000, 2_147_483_647);
}
