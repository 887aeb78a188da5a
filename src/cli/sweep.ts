import { setTimeout as sleep } from "node:timers/promises";
import { isPevensieError, type PevensieError } from "../errors/index.js";
import { DEFAULT_BATCH_SIZE, MAX_BATCH_SIZE } from "../input/sweep-options.js";
import { resolveConfig } from "../postgres/config/config.js";
import {
  createAuthDriver,
  createCacheDriver,
  type MigrateOptions,
  type PostgresDriverConfig,
} from "../postgres/index.js";
import { findSchemas, forEachSchema } from "../postgres/migrations/each-schema.js";
import { MAX_TIMER_MILLIS } from "../timers.js";
import { forEachDatabase } from "./databases.js";
import { SchemaReport } from "./schema-report.js";
import {
  type AllSchemas,
  addressesOf,
  describe,
  parse,
  parseAllSchemas,
  parseCount,
  parseModules,
  report,
  reportError,
  UsageError,
} from "./usage.js";

const SECONDS = { s: 1, m: 60, h: 3600 } as const;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** `pevensie sweep`: removes expired rows, once or until SIGINT or SIGTERM. */
export async function runSweep(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args, {
    addr: { type: "string", multiple: true },
    schema: { type: "string" },
    "all-schemas": { type: "boolean" },
    concurrency: { type: "string" },
    every: { type: "string" },
    "batch-size": { type: "string" },
    "max-entries": { type: "string" },
  });
  const modules = [...new Set(parseModules(positionals))];
  const addresses = addressesOf(values.addr);
  const allSchemas = parseAllSchemas(values);
  const batchSize = parseCount("--batch-size", values["batch-size"], MAX_BATCH_SIZE) ?? DEFAULT_BATCH_SIZE;
  const maxEntries = parseCount("--max-entries", values["max-entries"], 1e12);
  if (addresses.length > 1 && modules.includes("auth"))
    throw new UsageError("several --addr are for the cache alone: sweep auth one database at a time");
  if (maxEntries !== null && !modules.includes("cache")) throw new UsageError("--max-entries is for the cache");
  if (maxEntries !== null && allSchemas !== null && addresses.length > 1)
    throw new UsageError("--max-entries with several --addr is for one schema at a time");
  const stop = new AbortController();
  const options: Options = { modules, batchSize, maxEntries, signal: stop.signal };
  const sweep = () =>
    allSchemas === null
      ? sweepSchema(addresses, values.schema, options)
      : forEachDatabase(addresses, (address, where) => sweepAllSchemas({ address, where, ...allSchemas }, options));
  if (values.every === undefined) return sweep();

  const pause = parseDuration(values.every);
  // Invalid settings would fail in every sweep alike.
  await forEachDatabase(addresses, async (connectionString) => {
    resolveConfig({ connectionString, schema: values.schema });
  });
  if (process.exitCode === 1) return;
  const end = () => {
    // A second signal, of either kind, ends the process as if nothing listened.
    for (const signal of SIGNALS) process.off(signal, end);
    stop.abort();
  };
  for (const signal of SIGNALS) process.on(signal, end);
  for (let isFirst = true; !stop.signal.aborted; isFirst = false) {
    // A server that is unreachable for a while, or a certificate that is being replaced, must not end the loop.
    await sweep().catch((error: unknown) => {
      if (!isPevensieError(error) || (isFirst && error.code === "INVALID_INPUT")) throw error;
      reportError(error);
    });
    await sleep(pause, undefined, { signal: stop.signal }).catch(() => {});
  }
  // Failures were printed, and a later sweep may have succeeded: ending by a signal is a success.
  process.exitCode = 0;
}

interface Options {
  readonly modules: MigrateOptions["modules"];
  readonly batchSize: number;
  /** Null: no live entry of the cache is evicted. */
  readonly maxEntries: number | null;
  /** Ends a sweep after the batch in progress. */
  readonly signal: AbortSignal;
}

/** @param addresses - more than one: the shards of a cache */
async function sweepSchema(addresses: readonly string[], schema: string | undefined, options: Options): Promise<void> {
  for (const module of options.modules) {
    if (options.signal.aborted) return;
    const { text, removed, failures, error } = await sweepModule(module, addresses, schema, options);
    if (error !== null && removed === 0) throw error;
    report(`${module}: ${text}${error === null ? "" : `; then failed: ${describe(error)}`}`);
    for (const failure of failures) reportError(failure);
    if (error !== null || failures.length > 0) process.exitCode = 1;
    if (error !== null) return;
  }
}

/** The options of a sweep of all schemas of one database. */
interface Schemas extends AllSchemas {
  readonly address: string;
  /** The suffix of each line, such as ` (--addr 2)`; empty for a single database. */
  readonly where: string;
}

/** Prints a line for each schema that had rows to remove or failed, and a summary. The exit status is 1 if any failed. */
async function sweepAllSchemas({ address, where, concurrency }: Schemas, options: Options): Promise<void> {
  const { signal } = options;
  // A signal may come while another database is swept.
  if (signal.aborted) return;
  const config = resolveConfig({ connectionString: address });
  const lines = new SchemaReport(where);
  const isDropped = (schema: string) =>
    findSchemas(config).then(
      (names) => !names.includes(schema),
      () => false,
    );
  const work = async ({ schema }: { readonly schema: string }) => {
    const removals: string[] = [];
    try {
      for (const module of options.modules) {
        if (signal.aborted) break;
        const { text, removed, error } = await sweepModule(module, [address], schema, options);
        if (removed > 0) removals.push(`${module}: ${text}`);
        if (error !== null) throw error;
      }
      return { schema, removals, error: null, isInterrupted: signal.aborted };
    } catch (error) {
      if (!isPevensieError(error)) throw error;
      const hasFailed = error.code !== "SCHEMA_OUTDATED" || !(await isDropped(schema));
      return { schema, removals, error: hasFailed ? error : null, isInterrupted: false };
    }
  };
  const { total, outcomes } = await forEachSchema(config, {
    concurrency,
    signal,
    work,
    onDone: (outcome, count) => {
      lines.show({ ...outcome, ...count }, outcome.removals.length > 0 ? outcome.removals.join("; ") : null, []);
    },
  });
  const succeeded = outcomes.filter(({ error }) => error === null);
  const complete = succeeded.filter(({ isInterrupted }) => !isInterrupted);
  const swept = complete.filter(({ removals }) => removals.length > 0).length;
  const interrupted = succeeded.length - complete.length;
  const counts = [
    `${swept} swept`,
    `${complete.length - swept} with nothing to remove`,
    ...(interrupted > 0 ? [`${interrupted} interrupted`] : []),
  ];
  if (lines.end({ total, outcomes, counts })) process.exitCode = 1;
}

/** What a sweep of one module has removed. */
interface Swept {
  readonly text: string;
  readonly removed: number;
  /** Why some of several servers were not swept. */
  readonly failures: readonly unknown[];
  /** Why the sweep ended early; null if it did not fail. What its earlier batches removed stays removed. */
  readonly error: PevensieError | null;
}

function sweepModule(
  module: MigrateOptions["modules"][number],
  addresses: readonly string[],
  schema: string | undefined,
  options: Options,
): Promise<Swept> {
  const servers = addresses.map((connectionString) => ({ connectionString, schema, max: 1 }));
  return module === "auth" ? sweepAuth(servers, options) : sweepCache(servers, options);
}

async function sweepAuth([server]: readonly PostgresDriverConfig[], { batchSize, signal }: Options): Promise<Swept> {
  const driver = createAuthDriver(server);
  await driver.connect();
  try {
    const removed = { sessions: 0, oneTimeTokens: 0, apiKeys: 0, logInAttempts: 0 };
    const onRemoved = (kind: keyof typeof removed, rows: number) => {
      removed[kind] += rows;
    };
    const error = await errorOf(driver.removeExpired(batchSize, { signal, onRemoved }));
    const { sessions, oneTimeTokens, apiKeys, logInAttempts } = removed;
    return {
      text: `removed ${sessions} expired sessions, ${oneTimeTokens} one-time tokens, ${apiKeys} API keys and ${logInAttempts} login attempts`,
      removed: sessions + oneTimeTokens + apiKeys + logInAttempts,
      failures: [],
      error,
    };
  } finally {
    await driver.disconnect();
  }
}

async function sweepCache(
  servers: readonly PostgresDriverConfig[],
  { batchSize, maxEntries, signal }: Options,
): Promise<Swept> {
  const driver = createCacheDriver(servers.length === 1 ? servers[0] : { shards: servers });
  await driver.connect();
  try {
    const removed = { expired: 0, evicted: 0 };
    const onRemoved = (kind: keyof typeof removed, rows: number) => {
      removed[kind] += rows;
    };
    const failures: unknown[] = [];
    const sweep = async () => {
      const swept = await driver.removeExpired(batchSize, maxEntries, { signal, onRemoved });
      failures.push(...(swept.failures ?? []));
    };
    const error = await errorOf(sweep());
    const { expired, evicted } = removed;
    const text = `removed ${expired} expired entries${maxEntries === null ? "" : ` and evicted ${evicted}`}`;
    return { text, removed: expired + evicted, failures, error };
  } finally {
    await driver.disconnect();
  }
}

/** Returns what a sweep fails with, or null. */
function errorOf(sweep: Promise<unknown>): Promise<PevensieError | null> {
  return sweep.then(
    () => null,
    (error: unknown) => {
      if (!isPevensieError(error)) throw error;
      return error;
    },
  );
}

/** Returns the pause in milliseconds. */
function parseDuration(text: string): number {
  const [, amount, unit] = /^([1-9]\d{0,4})([smh])$/.exec(text) ?? [];
  if (amount === undefined) throw new UsageError("--every takes a time such as 30s, 5m or 1h");
  return Math.min(Number(amount) * SECONDS[unit as keyof typeof SECONDS] * 1000, MAX_TIMER_MILLIS);
}
