import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import type { PevensieEvent } from "../../src/index.js";
import { computation, connectCache, type HeldResults, holdResults, useTwoCaches } from "../support/computation.js";
import { useDatabase } from "../support/database.js";
import { whileHolding } from "../support/fault-blockers.js";
import { SLACK } from "../support/patience.js";

const database = useDatabase();
const caches = useTwoCaches(database.url);
const TTL = { ttlSeconds: 60 };
const lockOf = (key: string) => `select from pevensie.cache where key = '${key}' for update`;

test("G51: a computation that fails after its lease has ended is not repeated: its caller gets the error", async () => {
  const produce = vi.fn(
    ({ signal }: { signal: AbortSignal }) =>
      new Promise<string>((_, reject) => {
        signal.addEventListener("abort", () => reject(new RangeError("too late")));
      }),
  );
  const call = caches.one.getOrSet("page", randomUUID(), produce, { ...TTL, leaseSeconds: 1, waitMillis: 0 });
  await expect(call).rejects.toThrow(new RangeError("too late"));
  expect(produce).toHaveBeenCalledTimes(1);
});

test("G51: the signal is aborted when the lease has ended, also while the server does not say whether it is held", async () => {
  let results = {} as HeldResults;
  await using cache = await connectCache({ connectionString: database.url }, {}, (driver) => {
    const [holding, held] = holdResults(driver, "isLeaseHeld");
    results = held;
    return holding;
  });
  const produce = vi
    .fn()
    .mockImplementationOnce(computation({ obeys: true }).produce)
    .mockReturnValue("second");
  const call = cache.getOrSet("page", randomUUID(), produce, { ...TTL, leaseSeconds: 1 });
  await results.held;
  await expect(call).resolves.toBe("second");
  results.release();
});

test("G50: a value whose store fails is returned with an event, and another process does not wait for its lease", async () => {
  const key = randomUUID();
  await database.pool.query(`
    create function public.refuse() returns trigger language plpgsql as
      $$ begin if new.value = 'refused' then raise exception 'no'; end if; return new; end $$;
    create trigger refuse before update on pevensie.cache for each row execute function public.refuse()`);
  const long = { ...TTL, leaseSeconds: 86_400 };
  const events: PevensieEvent[] = [];
  await using cache = await connectCache(
    { connectionString: database.url },
    { onEvent: (event) => events.push(event) },
  );
  await expect(cache.getOrSet("page", key, () => "refused", long)).resolves.toBe("refused");
  const error = expect.objectContaining({ code: "DATABASE_ERROR" });
  expect(events).toEqual([{ type: "store-failed", resourceType: "page", error }]);
  await database.pool.query("drop function public.refuse cascade");
  await expect(caches.other.getOrSet("page", key, () => "stored", long)).resolves.toBe("stored");
});

test("G33: a row that another transaction has locked keeps calls waiting for about a second, and they share the value", async () => {
  const key = randomUUID();
  await database.rows("insert into pevensie.cache values ('page', $1, 'expired', now())", [key]);
  await whileHolding(database.url, lockOf(key), async () => {
    const produce = vi.fn(async () => {
      await sleep(100);
      return "computed";
    });
    const calls = Array.from({ length: 10 }, () =>
      caches.one.getOrSet("page", key, produce, { ...TTL, waitMillis: 3_600_000 }),
    );
    const ended = Promise.race([Promise.all(calls), sleep(SLACK, "waiting", { ref: false })]);
    await expect(ended).resolves.toEqual(calls.map(() => "computed"));
    expect(produce).toHaveBeenCalledTimes(1);
  });
  await expect(caches.other.getOrSet("page", key, () => "stored", TTL)).resolves.toBe("stored");
});

test("G33: a row that another transaction has locked keeps no call waiting longer than it said", async () => {
  const key = randomUUID();
  await database.rows("insert into pevensie.cache values ('page', $1, 'expired', now())", [key]);
  await whileHolding(database.url, lockOf(key), async () => {
    const call = caches.one.getOrSet("page", key, () => "computed", { ...TTL, waitMillis: 300 });
    await expect(call).resolves.toBe("computed");
  });
});

test("G50: an entry with grace that the previous release has overwritten is found", async () => {
  const key = randomUUID();
  await caches.one.getOrSet("page", key, () => "first", { ...TTL, graceSeconds: 60 });
  await database.rows(
    `insert into pevensie.cache (resource_type, key, value, expires_at) values ('page', $1, 'overwritten', null)
     on conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at`,
    [key],
  );
  await expect(caches.one.get("page", key)).resolves.toBe("overwritten");
  await expect(Promise.all([caches.one.get("page", key), caches.one.get("page", "absent")])).resolves.toEqual([
    "overwritten",
    null,
  ]);
  await expect(caches.one.getAll(key)).resolves.toEqual(new Map([["page", "overwritten"]]));
  const { produce } = computation();
  await expect(caches.one.getOrSet("page", key, produce, TTL)).resolves.toBe("overwritten");
});

test("G54: text that begins like the state of a limit is none, and a limit without an expiry stays one", async () => {
  const limit = { limit: 1, windowSeconds: 3600 };
  const key = randomUUID();
  await caches.one.set("text", key, "limit: 5 items");
  await expect(caches.one.rateLimit("text", key, limit)).rejects.toMatchObject({ code: "WRONG_VALUE_TYPE" });
  await expect(caches.one.get("text", key)).resolves.toBe("limit: 5 items");
  await expect(caches.one.rateLimit("limit", key, limit)).resolves.toMatchObject({ allowed: true });
  await caches.one.touch("limit", key, { ttlSeconds: null });
  await expect(caches.one.rateLimit("limit", key, limit)).resolves.toMatchObject({ allowed: false });
});
