/**
 * A long load under constant faults: `npm run soak`, or `npm run soak -- --minutes 2`.
 *
 * A private Postgres that loses nothing it has committed; 64 concurrent callers of the built package; every second some
 * connections are terminated, every minute the server is killed and started again. With `--fail-over` there are two servers, and
 * every two minutes the primary is killed and its synchronous standby is promoted. It fails on an exception that is not
 * caught, an error without a type or a reason, a wrong answer, a write that was acknowledged and is lost, a session that
 * is accepted after its end, or memory that grows.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createAuth } from "pevensie";
import { createCache } from "pevensie/cache";
import { createAuthDriver, createCacheDriver, migrate } from "pevensie/postgres";
import { Ledger } from "./soak/ledger.js";
import { Breaches, Tally } from "./soak/model.js";
import { type SoakServers, startPair, startSingle, withClient } from "./soak/servers.js";
import { Worker } from "./soak/worker.js";

const IN_FLIGHT = 64;
const SAMPLE_MS = 10_000;
const FIRST_CRASH_MS = 30_000;
const TERMINATE_MS = 1_000;
/** Of the memory's samples, those that only show how the process warms up. */
const WARM_UP_MS = 20_000;

/** Long enough for a standby to be promoted. */
const FAIL_OVER_PATIENCE = { connectionTimeoutMillis: 15_000 };

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, "fail-over": { type: "boolean", default: false } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 24 * 60)) throw new Error("--minutes takes a number, 1440 at most");

async function soak(collect: () => void): Promise<void> {
  const breaches = new Breaches();
  process.on("unhandledRejection", (error) => breaches.add("an unhandled rejection", describe(error)));
  process.on("uncaughtException", (error) => breaches.add("an uncaught exception", describe(error)));

  const hasStandby = values["fail-over"];
  const servers = await (hasStandby ? startPair() : startSingle());
  const ledger = new Ledger();
  try {
    await migrate({ modules: ["auth", "cache"], apply: true, connectionString: servers.url });
    // Postgres cancels statements that timed out here, so that it is known when a write can no longer take effect.
    const config = { connectionString: servers.url, max: 16, ...(hasStandby ? FAIL_OVER_PATIENCE : {}) };
    const named = (name: string) => ({
      ...config,
      connectionParameters: { application_name: name, statement_timeout: "5000" },
    });
    const options = { cookieKey: "a key that signs the soak's cookies" };
    const auth = await createAuth({ ...options, driver: createAuthDriver(named("soak auth")) }).connect();
    const cache = await createCache({ driver: createCacheDriver(named("soak cache")) }).connect();

    const chaos = new Chaos(servers);
    const calls = new Tally();
    const errors = new Tally();
    const surroundings = { auth, cache, ledger, breaches, calls, errors, epoch: () => chaos.epoch };
    const workers = Array.from({ length: IN_FLIGHT }, (_, index) => new Worker(`worker${index}`, surroundings));
    let stopped = false;
    const running = Promise.all(workers.map((worker) => worker.run(() => stopped)));
    const faults = chaos.run(() => stopped);

    const heap = await watch(collect, () => lineOf(chaos, calls, errors, breaches), calls);
    stopped = true;
    await Promise.all([faults, running]);
    // No more faults: every acknowledged write must be there.
    for (const worker of workers) await worker.verify();
    await Promise.all([auth.disconnect(), cache.disconnect()]);
    const compared = await withClient(servers.current, (client) => ledger.compare(client, breaches));
    checkMemory(heap, breaches);

    console.log(`\ncalls: ${calls}\nerrors: ${errors}`);
    console.log(
      `${chaos.terminated} connections terminated, ${chaos.crashes} ${hasStandby ? "fail-overs" : "crashes of the server"}`,
    );
    console.log(`${compared} users and sessions compared with the tables`);
    console.log(breaches.count === 0 ? "no breach" : `${breaches.count} breaches\n${breaches.lines().join("\n")}`);
    process.exitCode = breaches.count === 0 ? 0 : 1;
  } finally {
    await servers.stop();
    ledger.discard();
  }
}

/** Ends connections and the server. */
class Chaos {
  /** Rises when the server is killed, and again when it is back: what is answered in between may be from either side. */
  epoch = 0;
  crashes = 0;
  terminated = 0;
  readonly #servers: SoakServers;

  constructor(servers: SoakServers) {
    this.#servers = servers;
  }

  async run(stopped: () => boolean): Promise<void> {
    let nextCrash = performance.now() + FIRST_CRASH_MS;
    while (!stopped()) {
      await sleep(TERMINATE_MS);
      if (performance.now() < nextCrash) {
        // A second in which that fails is one without.
        await this.#terminate().catch(() => {});
        continue;
      }
      nextCrash += this.#servers.crashMillis;
      this.crashes += 1;
      this.epoch += 1;
      await this.#servers.crash();
      this.epoch += 1;
    }
  }

  /** One busy connection, if there is one, and up to two others, chosen at random. */
  async #terminate(): Promise<void> {
    const others = Math.floor(Math.random() * 3);
    await withClient(this.#servers.current, async (client) => {
      const { rowCount } = await client.query(
        `with ours as (select pid, state from pg_stat_activity where application_name like 'soak %')
         select pg_terminate_backend(pid) from (
           (select pid from ours where state <> 'idle' order by random() limit 1)
           union
           (select pid from ours order by random() limit $1)
         ) as terminated`,
        [others],
      );
      this.terminated += rowCount ?? 0;
    });
  }
}

/** Prints a line every ten seconds until the time is over; gives what the heap held, after a collection, each time. */
async function watch(collect: () => void, line: () => string, calls: Tally): Promise<number[]> {
  const heap: number[] = [];
  const start = performance.now();
  const end = start + minutes * 60_000;
  let before = 0;
  for (let next = start + SAMPLE_MS; next <= end; next += SAMPLE_MS) {
    await sleep(next - performance.now());
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    const elapsed = Math.round((performance.now() - start) / 1000);
    const rate = Math.round((calls.total - before) / (SAMPLE_MS / 1000));
    before = calls.total;
    if (next - start > WARM_UP_MS) heap.push(heapUsed);
    console.log(`${elapsed} s: ${rate} calls/s, heap ${megabytes(heapUsed)}, rss ${megabytes(rss)}, ${line()}`);
  }
  return heap;
}

function lineOf(chaos: Chaos, calls: Tally, errors: Tally, breaches: Breaches): string {
  const faults = `${chaos.terminated} terminated, ${chaos.crashes} crashes`;
  return `${calls.total} calls, ${errors.total} errors, ${faults}, ${breaches.count} breaches`;
}

/** Flat: the last third's median is no more than 20 % or 20 MB, whichever is more, above the first third's. */
function checkMemory(heap: readonly number[], breaches: Breaches): void {
  const third = Math.floor(heap.length / 3);
  if (third === 0) {
    console.log("\nheap: too short a run to judge");
    return;
  }
  const first = median(heap.slice(0, third));
  const last = median(heap.slice(-third));
  const change = `${megabytes(first)} in the first third, ${megabytes(last)} in the last`;
  console.log(`\nheap: ${change}`);
  if (last > first * 1.2 && last > first + 20 * 1024 * 1024) breaches.add("memory grows", change);
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

if (globalThis.gc === undefined) {
  // Memory is measured after a collection, which has to be asked for.
  const args = ["--expose-gc", ...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1)));
} else {
  await soak(globalThis.gc).catch((error: unknown) => {
    console.error(describe(error));
    process.exitCode = 1;
  });
}
