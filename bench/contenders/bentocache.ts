import { randomUUID } from "node:crypto";
import { keyOf, randomRow, TTL_SECONDS, VALUE } from "../seed.js";
import { createDatabase } from "../servers.js";
import { poolOf } from "../statements.js";
import { type Candidate, expect, type Operation } from "./contender.js";
import { NEAR_KEYS, randomTag, readNear } from "./pevensie-cache.js";

export const BENTOCACHE = "bentocache, Postgres";
const BENTOCACHE_MEMORY = "bentocache, memory before Postgres";

/** bentocache over PostgreSQL through knex, with an unlogged table as ours: without its memory tier, and with it. */
export const bentocache: Candidate = {
  name: BENTOCACHE,
  async connect({ servers, data: { rows } }) {
    const { BentoCache, bentostore } = await import("bentocache");
    const { knexDriver } = await import("bentocache/drivers/knex");
    const { memoryDriver } = await import("bentocache/drivers/memory");
    const { default: knex } = await import("knex");
    const url = await createDatabase(servers.postgres, "bentocache");
    const connection = knex({ client: "pg", connection: url, pool: { min: 0, max: 10 } });
    const database = () => bentostore().useL2Layer(knexDriver({ connection, tableName: "bentocache" }));
    const memory = memoryDriver({ maxItems: 100_000 });
    const bento = new BentoCache({
      default: "database",
      // Otherwise a call that failed would count as a miss.
      suppressL2Errors: false,
      ttl: TTL_SECONDS * 1000,
      stores: { database: database(), memory: database().useL1Layer(memory) },
    });
    await bento.set({ key: keyOf(1), value: VALUE });
    await fill(url, rows);
    const near = bento.use("memory");
    const unexpected = () => Promise.reject(new Error("a hit was a miss"));
    const produce = () => VALUE;
    const operations: (Omit<Operation, "contender" | "server"> & { readonly contender?: string })[] = [
      {
        path: "getOrSet",
        run: () => bento.getOrSet({ key: keyOf(randomRow(rows)), factory: unexpected }),
        async check() {
          const value = await bento.getOrSet({ key: keyOf(rows), factory: unexpected });
          expect(value === VALUE, "a hit of bentocache getOrSet");
        },
      },
      {
        path: "getOrSetMiss",
        run: () => bento.getOrSet({ key: randomUUID(), factory: produce }),
        async check() {
          const key = randomUUID();
          const value = await bento.getOrSet({ key, factory: produce });
          expect(value === VALUE && (await bento.get({ key })) === VALUE, "a miss of bentocache getOrSet");
        },
      },
      {
        path: "near",
        contender: BENTOCACHE_MEMORY,
        run: () => readNear((key) => near.get({ key })),
        async check() {
          for (const key of NEAR_KEYS) expect((await near.get({ key })) === VALUE, "bentocache get, memory");
        },
      },
      {
        path: "invalidateTags",
        run: () => bento.deleteByTag({ tags: [randomTag()] }),
        async check() {
          await bento.set({ key: "invalidated", value: VALUE, tags: ["invalidated"] });
          await bento.deleteByTag({ tags: ["invalidated"] });
          expect((await bento.get({ key: "invalidated" })) === undefined, "bentocache deleteByTag");
        },
      },
    ];
    return {
      operations: operations.map((operation) => ({ contender: BENTOCACHE, server: "postgres", ...operation })),
      async close() {
        await bento.disconnectAll();
        await connection.destroy();
      },
    };
  },
};

/** Copies the entry that is there, as the library wrote it, for every other key. */
async function fill(url: string, rows: number): Promise<void> {
  const pool = poolOf(url, 1);
  try {
    await pool.query("alter table bentocache set unlogged");
    await pool.query(
      `insert into bentocache (key, value, expires_at)
       select replace(key, 'key1', 'key' || i), value, expires_at from bentocache, generate_series(2, $1::int) as i`,
      [rows],
    );
    await pool.query("vacuum analyze bentocache");
  } finally {
    await pool.end();
  }
}
