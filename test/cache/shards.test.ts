import { describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import type { PevensieEvent } from "../../src/events.js";
import { Rendezvous } from "../../src/postgres/drivers/cache/shards/rendezvous.js";
import { createCacheDriver, migrateShards, type ShardedCacheConfig } from "../../src/postgres/index.js";
import { computation } from "../support/computation.js";
import { createDatabase, databaseUrl, onServer, useDatabase } from "../support/database.js";
import { errorOf } from "../support/fault-outcome.js";
import { PATIENT } from "../support/patience.js";
import { runCli } from "../support/process.js";
import { keysOn } from "../support/shards.js";
import { TcpProxy } from "../support/tcp-proxy.js";

const databases = { a: useDatabase(), b: useDatabase(), c: useDatabase() };
type Name = keyof typeof databases;

const shard = (name: Name) => ({ name, connectionString: databases[name].url, ...PATIENT });
const driverOn = (...names: Name[]) => createCacheDriver({ shards: names.map(shard) });
const cacheOn = (...names: Name[]): Promise<Cache> => createCache({ driver: driverOn(...names) }).connect();

/** The keys of a type that a server has. */
async function keysIn(name: Name, resourceType: string): Promise<string[]> {
  const rows = await databases[name].rows<{ key: string }>("select key from pevensie.cache where resource_type = $1", [
    resourceType,
  ]);
  return rows.map(({ key }) => key);
}

async function listed(cache: Cache, resourceType: string, options = {}): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of cache.keys(resourceType, options)) keys.push(key);
  return keys;
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `key ${index}`);

describe("placement", () => {
  test("G73: all entries of a key are on one server, whatever the order of the list", async () => {
    await using cache = await cacheOn("a", "b");
    await using other = await cacheOn("b", "a");
    const keys = numbered(200);
    const entries = keys.map((key) => [key, key] as const);
    await cache.setMany("page", entries);
    await Promise.all(keys.map((key) => other.set("image", key, key)));
    const [onA, onB] = [await keysIn("a", "page"), await keysIn("b", "page")];
    expect([...onA, ...onB].sort()).toEqual([...keys].sort());
    expect(Math.min(onA.length, onB.length)).toBeGreaterThan(60);
    for (const name of ["a", "b"] as const) {
      expect((await keysIn(name, "image")).sort()).toEqual((await keysIn(name, "page")).sort());
    }
    expect([...(await other.getMany("page", keys))]).toEqual(entries);
    expect(await cache.getAll("key 7")).toEqual(
      new Map([
        ["page", "key 7"],
        ["image", "key 7"],
      ]),
    );
    expect(await other.deleteMany("page", keys.slice(0, 150))).toBe(150);
    expect(await cache.clear("page")).toBe(50);
  });

  test("G73: another server takes over its share of the keys, equally from all others, and nothing else moves", () => {
    const keys = numbered(60_000);
    for (const count of [1, 2, 3, 4, 5, 9]) {
      const names = Array.from({ length: count }, (_, index) => `10.0.0.${index + 1}:5432/app`);
      const [before, after] = [new Rendezvous(names), new Rendezvous([...names, "10.0.1.1:5432/app"])];
      const taken = new Array<number>(count).fill(0);
      for (const key of keys) {
        const [from, to] = [before.indexOf(key), after.indexOf(key)];
        if (from === to) continue;
        expect(to).toBe(count);
        taken[from] = (taken[from] as number) + 1;
      }
      const share = keys.length / (count + 1) / count;
      for (const number of taken) expect(Math.abs(number - share)).toBeLessThan(share * 0.15);
    }
  });

  test("G73: with a third server, two thirds of the entries are found where they were", async () => {
    const keys = numbered(600);
    await using two = await cacheOn("a", "b");
    await two.setMany(
      "moving",
      keys.map((key) => [key, "old"]),
    );
    await using three = await cacheOn("a", "b", "c");
    const moved = keysOn("c", ["a", "b", "c"], 600).filter((key) => keys.includes(key));
    const found = await three.getMany("moving", keys);
    expect([...found.keys()]).toEqual(keys.filter((key) => !moved.includes(key)));
    expect(moved.length).toBeGreaterThan(150);
    expect(moved.length).toBeLessThan(250);
    // What stayed behind is not listed, and neither hides nor doubles what the new server has.
    expect((await listed(three, "moving")).sort()).toEqual([...found.keys()].sort());
    await three.setMany(
      "moving",
      moved.map((key) => [key, "new"]),
    );
    expect((await listed(three, "moving")).sort()).toEqual([...keys].sort());
    expect(await three.get("moving", moved[0] as string)).toBe("new");
    await three.clear("moving");
    for (const name of ["a", "b", "c"] as const) expect(await keysIn(name, "moving")).toEqual([]);
  });

  test("G73: keys belong to the same names in every release", () => {
    const names = ["a", "b", "c"];
    const placement = new Rendezvous(names);
    const places = ["", "a", "narnia", "user:42", "/page/1.html", "ß", "日本", "😀", "x".repeat(1024)].map(
      (key) => names[placement.indexOf(key)],
    );
    expect(places).toEqual(["c", "b", "b", "b", "a", "c", "a", "b", "c"]);
  });

  test("keys() lists every key once, over several pages, from a key on and with a prefix", async () => {
    await using cache = await cacheOn("c", "a", "b");
    const keys = Array.from({ length: 1500 }, (_, index) => `${index % 2 ? "odd" : "even"}/${index}`);
    await cache.setMany(
      "listed",
      keys.map((key) => [key, ""]),
    );
    const all = await listed(cache, "listed");
    expect([...all].sort()).toEqual([...keys].sort());
    expect(await listed(cache, "listed", { after: all[799] })).toEqual(all.slice(800));
    expect(await listed(cache, "listed", { prefix: "odd/" })).toEqual(all.filter((key) => key.startsWith("odd/")));
    await cache.clear("listed");
  });
});

describe("calls for all servers", () => {
  test("G75: an invalidation of tags reaches every server", async () => {
    await using cache = await cacheOn("a", "b", "c");
    await cache.setMany(
      "tagged",
      numbered(60).map((key) => [key, "old"]),
      { tags: ["articles"] },
    );
    await cache.invalidateTags(["articles"]);
    expect(await cache.getMany("tagged", numbered(60))).toEqual(new Map());
    await cache.removeExpired();
    for (const name of ["a", "b", "c"] as const) expect(await keysIn(name, "tagged")).toEqual([]);
  });

  test("G75: a value whose computation began before an invalidation is not stored, on whichever server", async () => {
    await using cache = await cacheOn("a", "b");
    for (const name of ["a", "b"]) {
      const [key] = keysOn(name, ["a", "b"], 1) as [string];
      const old = computation();
      const first = cache.getOrSet("computed", key, old.produce, { ttlSeconds: 60, tags: ["articles"] });
      await old.begun;
      await cache.invalidateTags(["articles"]);
      old.resolve("old");
      await first;
      expect(await cache.get("computed", key)).toBeNull();
    }
  });

  test("G75: a client is refused, since its transaction is one of a single server", async () => {
    await using cache = await cacheOn("a", "b");
    const client = await databases.a.pool.connect();
    try {
      expect(await errorOf(cache.invalidateTags(["articles"], { client }))).toMatchObject({
        code: "INVALID_INPUT",
        field: "client",
      });
    } finally {
      client.release();
    }
  });

  test("a sweep evicts what expires soonest over all servers", async () => {
    await using cache = await cacheOn("a", "b");
    for (const { pool } of Object.values(databases)) await pool.query("truncate pevensie.cache");
    const keys = (name: string) => keysOn(name, ["a", "b"], 60);
    const fill = (some: readonly string[], ttlSeconds: number | null) =>
      cache.setMany(
        "evicted",
        some.map((key) => [key, ""]),
        { ttlSeconds },
      );
    await fill(keys("b").slice(0, 40), 60);
    await fill(keys("a"), 600);
    await fill(keys("b").slice(40), null);
    expect(await cache.removeExpired({ maxEntries: 120 })).toBe(0);
    expect(await cache.removeExpired({ maxEntries: 80 })).toBe(40);
    expect((await keysIn("a", "evicted")).sort()).toEqual(keys("a").sort());
    expect((await keysIn("b", "evicted")).sort()).toEqual(keys("b").slice(40).sort());
    // Equally where they expire at the same time.
    await fill([...keys("a"), ...keys("b").slice(40)], null);
    expect(await cache.removeExpired({ maxEntries: 40 })).toBe(40);
    expect(await keysIn("a", "evicted")).toHaveLength(30);
    expect(await keysIn("b", "evicted")).toHaveLength(10);
  });
});

test("G76: processes that list the servers in different orders share leases, counters and limits", async () => {
  await using one = await cacheOn("a", "b", "c");
  await using other = await cacheOn("c", "b", "a");
  const caches = [one, other, one, other];
  const keys = numbered(30);
  const drivers = [driverOn("b", "a", "c"), driverOn("c", "a", "b")];
  await Promise.all(drivers.map((driver) => driver.connect()));
  const attempts = await Promise.all(
    keys.flatMap((key) => drivers.map((driver) => driver.acquireLease({ resourceType: "once", key }, 600))),
  );
  await Promise.all(drivers.map((driver) => driver.disconnect()));
  expect(attempts.filter(({ outcome }) => outcome === "acquired")).toHaveLength(keys.length);
  expect(attempts.filter(({ outcome }) => outcome === "held")).toHaveLength(keys.length);
  const counts = await Promise.all(keys.flatMap((key) => caches.map((cache) => cache.increment("counter", key))));
  expect(counts.filter((count) => count === 4)).toHaveLength(keys.length);
  const limit = { limit: 3, windowSeconds: 3600 };
  const limited = await Promise.all(keys.flatMap((key) => caches.map((cache) => cache.rateLimit("limit", key, limit))));
  // A statement that another one has overtaken may refuse the last call, which the next statement admits.
  for (const cache of caches)
    limited.push(...(await Promise.all(keys.map((key) => cache.rateLimit("limit", key, limit)))));
  expect(limited.filter(({ allowed }) => allowed)).toHaveLength(keys.length * 3);
});

describe("configuration", () => {
  const pool = databases.a.pool;
  test.each<[string, unknown]>([
    ["shards", { shards: undefined }],
    ["shards", { shards: null }],
    ["shards", { shards: [] }],
    ["shards", { shards: "postgresql://localhost" }],
    ["shards[0]", { shards: ["postgresql://localhost"] }],
    ["shards[1]", { shards: [{}, null] }],
    ["shards[1].port", { shards: [{}, { name: "b", port: 0 }] }],
    ["shards[0].connectionString", { shards: [{ connectionString: undefined }] }],
    ["shards[0].shards", { shards: [{ shards: [{}] }] }],
    ["shards[0].onUnavailable", { shards: [{ onUnavailable: "miss" }] }],
    ["shards[0].name", { shards: [{ name: "" }] }],
    ["shards[0].name", { shards: [{ name: 1 }] }],
    ["shards[2]", { shards: [{ name: "a" }, { name: "b" }, { name: "a", port: 5433 }] }],
    ["shards[1]", { shards: [{}, { password: "other" }] }],
    ["shards[1]", { shards: [{ pool }, { pool }] }],
    ["onUnavailable", { shards: [{}], onUnavailable: "ignore" }],
    ["max", { shards: [{}], max: 5 }],
  ])("INVALID_INPUT names %s", (field, config) => {
    expect(() => createCacheDriver(config as ShardedCacheConfig)).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT", field, message: expect.stringMatching(/^[\w[\].]+ /) }),
    );
  });

  test("an error names no password", () => {
    const secret = "postgresql://user:hunter2@localhost/app?unknown=1";
    expect(() => createCacheDriver({ shards: [{ connectionString: secret }] })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
    );
  });

  test("databases of one server, and pools, are different shards without names", () => {
    const shards = [{ database: "one" }, { database: "two" }, { port: 5433 }, { pool }, { pool: databases.b.pool }];
    expect(() => createCacheDriver({ shards, onUnavailable: undefined })).not.toThrow();
  });
});

describe("migrations", () => {
  const empty = [useDatabase({ empty: true }), useDatabase({ empty: true })] as const;
  const shards = [
    { name: "one", connectionString: empty[0].url },
    { name: "two", connectionString: empty[1].url },
  ];

  test("migrateShards plans and applies the migrations of all servers", async () => {
    const cache = createCache({ driver: createCacheDriver({ shards }) });
    expect(await errorOf(cache.connect())).toMatchObject({ code: "SCHEMA_OUTDATED" });
    const planned = await migrateShards({ shards });
    expect([...planned.keys()]).toEqual(["one", "two"]);
    for (const { applied, migrations } of planned.values()) {
      expect(applied).toBe(false);
      expect(new Set(migrations.map(({ module }) => module))).toEqual(new Set(["base", "cache"]));
    }
    await migrateShards({ shards, apply: true });
    for (const { migrations } of (await migrateShards({ shards })).values()) expect(migrations).toEqual([]);
    await using connected = await cache.connect();
    expect(await connected.get("type", "key")).toBeNull();
  });

  test("a server that cannot be migrated is named, and keeps none of the others from being migrated", async () => {
    const broken = { name: "three", connectionString: databaseUrl("no_such_database") };
    const error = await errorOf(migrateShards({ shards: [broken, ...shards], apply: true }));
    expect(error).toMatchObject({ code: "CONNECTION_UNAVAILABLE", message: expect.stringMatching(/^Shard three: /) });
    await expect(migrateShards({ shards, apply: "yes" as never })).rejects.toMatchObject({ field: "apply" });
    await expect(migrateShards({ shards: [] })).rejects.toMatchObject({ field: "shards" });
  });

  test("pevensie migrate and sweep take the address of each server", async () => {
    const servers = ["one", "two"]
      .map((suffix) => `test_cli_${process.pid}_${suffix}`)
      .map((name) => ({ name, url: databaseUrl(name) }));
    for (const { name } of servers) await createDatabase(name, { empty: true });
    try {
      const addresses = servers.flatMap(({ url }) => ["--addr", url]);
      const check = () => runCli(["migrate", "--check", ...addresses, "cache"]);
      expect(await check()).toMatchObject({ status: 1, stderr: expect.stringContaining("(--addr 2)") });
      expect(await runCli(["migrate", "--apply", ...addresses, "cache"])).toMatchObject({ status: 0, stdout: "" });
      expect(await check()).toMatchObject({ status: 0 });
      expect(await runCli(["sweep", ...addresses, "cache"])).toMatchObject({
        status: 0,
        stderr: "cache: removed 0 expired entries\n",
      });
      expect(await runCli(["migrate", ...addresses, "cache"])).toMatchObject({ status: 1, stdout: "" });
      expect(await runCli(["migrate", "--concurrency", "2", ...addresses, "cache"])).toMatchObject({ status: 1 });
      expect(await runCli(["sweep", ...addresses, "auth"])).toMatchObject({ status: 1, stdout: "" });
    } finally {
      for (const { name } of servers) await onServer(`drop database ${name} with (force)`);
    }
  });

  test("of the servers that pevensie migrate and sweep take, one that fails is named and the others are done", async () => {
    const away = await TcpProxy.start(databases.a.url);
    const { url } = away;
    await away.stop();
    const addresses = ["--addr", url, "--addr", databases.b.url, "--addr", databases.c.url];
    const migrated = await runCli(["migrate", "--apply", ...addresses, "cache"]);
    expect(migrated).toMatchObject({ status: 1, stdout: "" });
    expect(migrated.stderr.trim().split("\n")).toEqual([
      expect.stringMatching(/^pevensie: .+ \(--addr 1\)$/),
      "nothing to apply: the database is up to date (--addr 2)",
      "nothing to apply: the database is up to date (--addr 3)",
    ]);
    for (const name of ["b", "c"] as const) {
      await databases[name].pool.query("truncate pevensie.cache");
      await databases[name].pool.query(
        `insert into pevensie.cache (resource_type, key, value, expires_at)
         select 'swept', number, '', case when number <= 3 then now() else now() + interval '1 hour' end
         from generate_series(1, 13) as number`,
      );
    }
    // Two thirds of 15 for the two servers that answer.
    const swept = await runCli(["sweep", "--max-entries", "15", ...addresses, "cache"]);
    expect(swept).toMatchObject({ status: 1, stdout: "" });
    const { host } = new URL(url);
    expect(swept.stderr.trim().split("\n")).toEqual([
      "cache: removed 6 expired entries and evicted 10",
      expect.stringMatching(new RegExp(`^pevensie: The cache's server ${host}/.+`)),
    ]);
  });

  test("a sweep of which a server fails to evict reports what the others have evicted", async () => {
    for (const name of ["b", "c"] as const) {
      await databases[name].pool.query("truncate pevensie.cache");
      await databases[name].pool.query(
        `insert into pevensie.cache (resource_type, key, value, expires_at)
         select 'evicted', number, '', '2999-01-01' from generate_series(1, 10) as number`,
      );
    }
    await databases.c.pool.query(
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'on purpose'; end $$;
       create trigger refuse before delete on pevensie.cache for each row execute function refuse()`,
    );
    const events: PevensieEvent[] = [];
    try {
      await using cache = await createCache({
        driver: driverOn("b", "c"),
        onEvent: (event) => events.push(event),
      }).connect();
      await expect(cache.removeExpired({ maxEntries: 10 })).rejects.toMatchObject({ code: "DATABASE_ERROR" });
    } finally {
      await databases.c.pool.query("drop trigger refuse on pevensie.cache; drop function refuse");
    }
    const left = (await keysIn("b", "evicted")).length;
    expect(left).toBe(5);
    expect(events.filter(({ type }) => type === "sweep")).toEqual([
      { type: "sweep", removed: { entries: 0, evicted: 10 - left } },
    ]);
  });

  test("a sweep of which a server fails emits what it has removed from the others, and rejects", async () => {
    const away = await TcpProxy.start(databases.a.url);
    const { url } = away;
    await away.stop();
    const events: PevensieEvent[] = [];
    const driver = createCacheDriver({ shards: [{ name: "a", connectionString: url }, shard("b")] });
    await using cache = await createCache({ driver, onEvent: (event) => events.push(event) }).connect();
    await databases.b.pool.query("truncate pevensie.cache");
    await databases.b.pool.query(
      "insert into pevensie.cache (resource_type, key, value, expires_at) values ('swept', 'expired', '', now())",
    );
    await expect(cache.removeExpired()).rejects.toMatchObject({ code: "CONNECTION_UNAVAILABLE" });
    expect(events.filter(({ type }) => type === "sweep")).toEqual([{ type: "sweep", removed: { entries: 1 } }]);
  });
});
