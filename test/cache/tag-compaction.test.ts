import type pg from "pg";
import { beforeEach, describe, expect, test } from "vitest";
import { computation, connectCache, useTwoCaches } from "../support/computation.js";
import { useDatabase } from "../support/database.js";
import { whileHolding } from "../support/fault-blockers.js";
import { IMPATIENT } from "../support/patience.js";

/** Invalidations are kept for as long as a value may depend on them. */

const database = useDatabase();
const caches = useTwoCaches(database.url);
beforeEach(() => database.pool.query("truncate pevensie.cache, pevensie.cache_lease, pevensie.cache_invalidation"));

const tags = async () =>
  (await database.rows<{ tag: string }>(`select tag from pevensie.cache_invalidation order by tag collate "C"`)).map(
    ({ tag }) => tag,
  );
const age = (hours: number) =>
  database.pool.query("update pevensie.cache_invalidation set invalidated_at = now() - $1 * interval '1 hour'", [
    hours,
  ]);

/**
 * Sweeps until these are left. The snapshots of other databases' transactions are older than their own, and an invalidation is kept until
 * those have ended.
 */
const expectSwept = (left: readonly string[], options = {}) =>
  expect.poll(() => caches.one.removeExpired(options).then(tags)).toEqual(left);

test("G52: many invalidations of a tag leave one row, and so do concurrent ones once another follows", async () => {
  for (let round = 0; round < 100; round += 1) await caches.one.invalidateTags(["a", "b"]);
  await expect.poll(() => caches.one.invalidateTags(["a", "b"]).then(tags)).toEqual(["a", "b"]);
  await Promise.all(Array.from({ length: 50 }, (_, index) => (index % 2 ? caches.one : caches.other).invalidateTags(["a", `${index}`]))); // biome-ignore format: one line
  const ofOne = async () => (await tags()).filter((tag) => tag === "a");
  await expect.poll(() => caches.one.invalidateTags(["a"]).then(ofOne)).toEqual(["a"]);
});

/** Runs some work beside a transaction that has begun before. */
async function besideTransaction(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query("begin; select pg_current_xact_id()");
    await work(client);
  } finally {
    await client.query("rollback");
    client.release();
  }
}

test("G52: values that were computed before, between and after invalidations are what these make them: beside an older transaction", async () => {
  await besideTransaction(async (client) => {
    const options = { ttlSeconds: 60, tags: ["a"] };
    const compute = (key: string) => caches.one.getOrSet("type", key, () => "value", options);
    const live = async () => [...(await caches.one.getMany("type", ["before", "between", "after"])).keys()];
    await compute("before");
    await caches.other.invalidateTags(["a"]);
    await compute("between");
    await caches.other.invalidateTags(["a"]);
    await compute("after");
    await expect(live()).resolves.toEqual(["after"]);
    await caches.other.invalidateTags(["a"], { client });
    await expect(live()).resolves.toEqual(["after"]);
    await client.query("commit");
    await expect(live()).resolves.toEqual([]);
  });
});

test("G52: a lookup of a tagged entry reads no invalidation that its snapshot sees, and none of other tags, however many there are", async () => {
  await besideTransaction(async () => {
    for (const tag of ["'hot'", "'other ' || n"]) {
      await database.pool.query(
        `insert into pevensie.cache_invalidation select ${tag}, n::text::xid8 from generate_series(100, 20000) as n`,
      );
    }
    const client = await database.pool.connect();
    try {
      for (const [mode, isAnalyzed] of [
        ["custom", false],
        ["generic", false],
        ["custom", true],
        ["generic", true],
      ]) {
        // biome-ignore format: pairs
        if (isAnalyzed) await client.query("analyze pevensie.cache_invalidation");
        await client.query(`begin; set local plan_cache_mode = force_${mode}_plan`);
        const before = await rowsRead(client);
        const { rows } = await client.query(
          `select pevensie.cache_tags_are_current(array['hot', 'cold'], '1000000:1000000:'::pg_snapshot) as "isCurrent",
            pevensie.cache_tags_are_current(array['hot', 'cold'], '50:1000000:50,60'::pg_snapshot) as "isCurrentToo",
            pevensie.cache_tags_are_current(array['hot', 'cold'], '100:1000000:100'::pg_snapshot) as "hasMissedOne",
            pevensie.cache_tags_are_current(array['hot', 'cold'], '90:90:'::pg_snapshot) as "hasMissedAll"`,
        );
        expect(rows).toEqual([{ isCurrent: true, isCurrentToo: true, hasMissedOne: false, hasMissedAll: false }]);
        expect((await rowsRead(client)) - before).toBeLessThan(10);
        await client.query("commit");
      }
    } finally {
      client.release();
    }
  });
});

test("G52: a lookup of a tagged entry looks at the last invalidation of each tag alone, however many transactions were in progress", async () => {
  await database.pool.query(
    "insert into pevensie.cache_invalidation values ('old', '50'), ('new', '150'), ('seen', '155')",
  );
  const client = await database.pool.connect();
  try {
    const inProgress = Array.from({ length: 100 }, (_, index) => 101 + 2 * index);
    for (const [tag, most] of [
      ["old", 3],
      ["absent", 3],
      ["new", 200],
    ] as const) {
      await client.query("begin");
      const before = await scans(client);
      const { rows } = await client.query("select pevensie.cache_tags_are_current(array[$1], $2) as is", [
        tag,
        `101:400:${inProgress.join(",")}`,
      ]);
      expect(rows).toEqual([{ is: true }]);
      expect((await scans(client)) - before).toBeLessThanOrEqual(most);
      await client.query("commit");
    }
    // One of them has invalidated 'seen'.
    const { rows } = await client.query("select pevensie.cache_tags_are_current(array['old', 'seen'], $1) as is", [
      `101:400:${inProgress.join(",")}`,
    ]);
    expect(rows).toEqual([{ is: false }]);
  } finally {
    await client.query("rollback");
    client.release();
  }
});

test("G52: an invalidation removes 1000 earlier ones at most, and the next ones the others", async () => {
  await database.pool.query(
    "insert into pevensie.cache_invalidation select tag, n::text::xid8 from generate_series(1, 600) as n, unnest(array['a', 'b']) as tag",
  );
  await caches.one.invalidateTags(["a", "b"]);
  expect(await tags()).toHaveLength(202);
  await expect.poll(() => caches.one.invalidateTags(["a", "b"]).then(tags)).toEqual(["a", "b"]);
});

test("G52: an invalidation is as old as its statement, however long its transaction has lasted: a sweep keeps it for an hour", async () => {
  await besideTransaction(async (client) => {
    await client.query("select pg_sleep(0.05)");
    await caches.one.invalidateTags(["a"], { client });
    const { rows } = await client.query(
      "select invalidated_at >= now() + interval '50 ms' as later from pevensie.cache_invalidation",
    );
    expect(rows).toEqual([{ later: true }]);
  });
});

test("G52: an invalidation does not wait for a lock on an earlier one", async () => {
  await caches.one.invalidateTags(["a"]);
  // Until then, no invalidation tries to remove the one before.
  const isOldest = async () =>
    database.rows("select from pevensie.cache_invalidation where xact_id < pg_snapshot_xmin(pg_current_snapshot())");
  await expect.poll(isOldest).toHaveLength(1);
  await using impatient = await connectCache({ connectionString: database.url, ...IMPATIENT });
  await whileHolding(database.url, "select from pevensie.cache_invalidation for update", async () => {
    await caches.one.set("type", "key", "value", { tags: ["a"] });
    await impatient.invalidateTags(["a"]);
    await expect(caches.one.get("type", "key")).resolves.toBeNull();
  });
});

describe("a sweep", () => {
  test("G52: removes invalidations of more than an hour ago that nothing depends on, in batches", async () => {
    const many = Array.from({ length: 45 }, (_, index) => `tag ${index}`);
    await Promise.all([caches.one.invalidateTags(many.slice(0, 30)), caches.one.invalidateTags(many.slice(30))]);
    await caches.one.removeExpired();
    expect(await tags()).toHaveLength(45);
    await age(0.9);
    await caches.one.removeExpired();
    expect(await tags()).toHaveLength(45);
    await age(1.1);
    await caches.one.invalidateTags(["recent"]);
    await expectSwept(["recent"], { batchSize: 2 });
  });

  test("G52: keeps those that an entry has not seen, until the entry is gone", async () => {
    await caches.one.set("type", "old", "value", { tags: ["of the entry"] });
    await caches.one.invalidateTags(["another"]);
    await age(2);
    await caches.one.removeExpired();
    await expect(tags()).resolves.toEqual(["another"]);
    await caches.one.delete("type", "old");
    const sweep = async () => {
      await caches.one.set("type", "young", "value", { tags: ["of the entry"] });
      await caches.one.removeExpired();
      return tags();
    };
    await expect.poll(sweep).toEqual([]);
    await expect(caches.one.get("type", "young")).resolves.toBe("value");
  });

  test("G52: keeps those that a computation has not seen: its value is not stored", async () => {
    const slow = computation();
    const call = caches.one.getOrSet("type", "key", slow.produce, { ttlSeconds: 60, tags: ["a"] });
    await slow.begun;
    await caches.other.invalidateTags(["a"]);
    await age(2);
    await caches.other.removeExpired();
    await expect(tags()).resolves.toEqual(["a"]);
    slow.resolve("late");
    await expect(call).resolves.toBe("late");
    await expect(caches.one.get("type", "key")).resolves.toBeNull();
    await expectSwept([]);
  });

  test("G52: keeps those of a transaction that is older than a snapshot in use", async () => {
    const client = await database.pool.connect();
    await client.query("begin; select pg_current_xact_id()");
    await caches.one.invalidateTags(["a"]);
    await age(2);
    await caches.one.removeExpired();
    await expect(tags()).resolves.toEqual(["a"]);
    await client.query("commit");
    client.release();
    await expectSwept([]);
  });

  test("G52: skips invalidations that are locked", async () => {
    await caches.one.invalidateTags(["a"]);
    await age(2);
    await using impatient = await connectCache({ connectionString: database.url, ...IMPATIENT });
    await whileHolding(database.url, "select from pevensie.cache_invalidation for update", async () => {
      await impatient.removeExpired();
      await expect(tags()).resolves.toEqual(["a"]);
    });
    await expectSwept([]);
  });

  test("G52: skips leases that are locked", async () => {
    const dead = computation();
    const call = caches.one.getOrSet("type", "dead", dead.produce, { ttlSeconds: 60 });
    await dead.begun;
    await database.pool.query("update pevensie.cache_lease set expires_at = now()");
    await using impatient = await connectCache({ connectionString: database.url, ...IMPATIENT });
    await whileHolding(database.url, "select from pevensie.cache_lease for update", async () => {
      await impatient.removeExpired();
      await expect(database.rows("select key from pevensie.cache_lease")).resolves.toEqual([{ key: "dead" }]);
    });
    await caches.one.removeExpired();
    await expect(database.rows("select from pevensie.cache_lease")).resolves.toEqual([]);
    dead.resolve("late");
    await expect(call).resolves.toBe("late");
    await expect(caches.one.get("type", "dead")).resolves.toBeNull();
  });

  test("G52: removes expired leases, however small the batches, and no others", async () => {
    const live = computation();
    const call = caches.one.getOrSet("type", "live", live.produce, { ttlSeconds: 60 });
    await live.begun;
    await database.pool.query(
      `insert into pevensie.cache_lease
       select 'type', 'dead ' || n, gen_random_uuid(), now(), pg_current_snapshot(), pg_current_xact_id()
       from generate_series(1, 45) as n`,
    );
    await caches.other.removeExpired({ batchSize: 2 });
    await expect(database.rows("select key from pevensie.cache_lease")).resolves.toEqual([{ key: "live" }]);
    live.resolve("value");
    await call;
    await expect(caches.one.get("type", "live")).resolves.toBe("value");
  });
});

async function scans(client: pg.PoolClient): Promise<number> {
  const { rows } = await client.query<{ scans: number }>(
    `select (idx_scan + seq_scan)::int as scans from pg_stat_xact_user_tables
     where relid = 'pevensie.cache_invalidation'::regclass`,
  );
  return rows[0]?.scans ?? 0;
}

async function rowsRead(client: { query(text: string): Promise<{ rows: { read: number }[] }> }): Promise<number> {
  const { rows } = await client.query(
    `select (idx_tup_fetch + seq_tup_read)::int as read from pg_stat_xact_user_tables
     where relid = 'pevensie.cache_invalidation'::regclass`,
  );
  return rows[0]?.read ?? 0;
}
