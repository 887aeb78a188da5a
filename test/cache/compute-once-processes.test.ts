import { once } from "node:events";
import { expect, test } from "vitest";
import { lookedUp, useTwoCaches } from "../support/computation.js";
import { useDatabase } from "../support/database.js";
import { SLACK } from "../support/patience.js";
import { runTogether, startFixture } from "../support/process.js";

const database = useDatabase();
const caches = useTwoCaches(database.url);
const PROGRAM = "compute-once.ts";
const PROCESSES = 4;

/** `ROUNDS=200 npx vitest run test/cache/compute-once-processes` takes some minutes. */
const ROUNDS = Number(process.env["ROUNDS"] ?? 10);

interface Report {
  readonly computed: number;
  readonly values: readonly (readonly string[])[];
}

test(`G50: 1,000 calls in 4 processes compute a missing value once, for each of ${ROUNDS} keys`, async () => {
  const env = { DATABASE_URL: database.url, CALLS: "250", KEYS: String(ROUNDS) };
  const outcomes = await runTogether(PROGRAM, PROCESSES, env);
  expect(outcomes.map(({ stderr, status }) => ({ stderr, status }))).toEqual(
    outcomes.map(() => ({ stderr: "", status: 0 })),
  );
  const reports = outcomes.map(({ stdout }) => JSON.parse(stdout) as Report);
  expect(reports.reduce((sum, { computed }) => sum + computed, 0)).toBe(ROUNDS);
  for (let key = 0; key < ROUNDS; key += 1) {
    const values = new Set(reports.flatMap((report) => report.values[key] as string[]));
    expect(values.size).toBe(1);
  }
  await expect(database.rows("select from pevensie.cache_lease")).resolves.toEqual([]);
});

test("G50: killing the process that computes delays others until its lease expires, and one of them computes the value", async () => {
  const leaseSeconds = 3;
  const env = { DATABASE_URL: database.url, CALLS: "1", PREFIX: "killed", HANG: "yes" };
  const dying = startFixture(PROGRAM, { ...env, LEASE_SECONDS: String(leaseSeconds) });
  await once(dying.process.stdout as NodeJS.ReadableStream, "data");
  const start = performance.now();
  let computed = 0;
  const produce = () => {
    computed += 1;
    return "survivor";
  };
  const options = { ttlSeconds: 60, waitMillis: 86_400_000 };
  const calls = [caches.one, caches.other].flatMap((cache) =>
    Array.from({ length: 100 }, () => cache.getOrSet("page", "killed0", produce, options)),
  );
  await Promise.all([lookedUp(caches.one), lookedUp(caches.other)]);
  dying.process.kill("SIGKILL");
  await expect(dying.outcome).resolves.toMatchObject({ signal: "SIGKILL" });
  // Nobody has computed it while the lease of the dead process lasts.
  const [lease] = await database.rows<{ left: number }>(
    "select extract(epoch from expires_at - clock_timestamp())::float8 as left from pevensie.cache_lease",
  );
  if ((lease?.left ?? 0) > 0.5) expect(computed).toBe(0);
  await expect(Promise.all(calls)).resolves.toEqual(calls.map(() => "survivor"));
  expect(computed).toBe(1);
  expect(performance.now() - start).toBeLessThan(leaseSeconds * 1000 + SLACK);
});
