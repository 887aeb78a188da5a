import { keyOf, OTHER_VALUE, randomRow, TTL_SECONDS, VALUE } from "../seed.js";
import { createDatabase } from "../servers.js";
import { poolOf } from "../statements.js";
import { type Candidate, expect, type Operation } from "./contender.js";
import { BULK } from "./pevensie-cache.js";

/** Keyv over PostgreSQL, with an unlogged table as ours. It keeps the expiry inside of the value, as JSON. */
export const keyv: Candidate = {
  name: "@keyv/postgres",
  async connect({ servers, data: { rows } }) {
    const { default: Keyv } = await import("keyv");
    const { KeyvPostgres } = await import("@keyv/postgres");
    const uri = await createDatabase(servers.postgres, "keyv");
    const cache = new Keyv({
      store: new KeyvPostgres({ uri, useUnloggedTable: true, max: 10, idleTimeoutMillis: 0 }),
      // Otherwise a call that failed would count as one that was answered.
      throwOnErrors: true,
    });
    cache.on("error", () => {}); // The call rejects as well.
    const ttl = TTL_SECONDS * 1000;
    await cache.set(keyOf(1), VALUE, ttl);
    const pool = poolOf(uri, 1);
    await pool.query(`insert into keyv (key, value) select 'keyv:key' || i, $1 from generate_series(2, $2::int) as i`, [
      JSON.stringify({ value: VALUE, expires: Date.now() + ttl }),
      rows,
    ]);
    await pool.query("vacuum analyze");
    await pool.end();
    const keys = () => Array.from({ length: BULK }, () => keyOf(randomRow(rows)));
    const distinct = () => [...new Set(keys())];
    const operations: Omit<Operation, "contender" | "server">[] = [
      {
        path: "cacheGet",
        run: () => cache.get(keyOf(randomRow(rows))),
        async check() {
          const values = [await cache.get<string>(keyOf(1)), await cache.get<string>(keyOf(rows))];
          expect(
            values.every((value) => value?.length === VALUE.length),
            "keyv get",
          );
        },
      },
      {
        path: "getOrSet",
        run: () => cache.get(keyOf(randomRow(rows))),
        check: async () => expect((await cache.get(keyOf(rows))) !== undefined, "keyv get"),
      },
      {
        path: "cacheSet",
        run: () => cache.set(keyOf(randomRow(rows)), OTHER_VALUE, ttl),
        async check() {
          await cache.set(keyOf(3), OTHER_VALUE, ttl);
          expect((await cache.get(keyOf(3))) === OTHER_VALUE, "keyv set");
        },
      },
      {
        path: "getMany",
        run: () => cache.getMany(keys()),
        async check() {
          const values = await cache.getMany<string>(keys());
          expect(
            values.every((value) => value?.length === VALUE.length),
            "keyv getMany",
          );
        },
      },
      {
        path: "setMany",
        run: () => cache.setMany(distinct().map((key) => ({ key, value: OTHER_VALUE, ttl }))),
        async check() {
          await cache.setMany([{ key: keyOf(4), value: OTHER_VALUE, ttl }]);
          expect((await cache.get(keyOf(4))) === OTHER_VALUE, "keyv setMany");
        },
      },
    ];
    return {
      operations: operations.map((operation) => ({ ...operation, contender: "@keyv/postgres", server: "postgres" })),
      close: () => cache.disconnect(),
    };
  },
};
