import { randomUUID } from "node:crypto";
import { keyOf, OTHER_VALUE, randomRow, TTL_SECONDS, VALUE } from "../seed.js";
import { type Candidate, COUNTERS, expect, type Operation, withEveryCounter } from "./contender.js";
import { BULK } from "./pevensie-cache.js";

export const IOREDIS = "ioredis";
export const IOREDIS_PIPELINING = "ioredis, auto-pipelining";

/** A Redis beside, which loses everything when it stops, through ioredis as it is and with its own batching. */
export const ioredis: Candidate = {
  name: IOREDIS,
  async connect({ servers, data: { rows } }) {
    if (servers.redis === null) return null;
    const { Redis } = await import("ioredis");
    const { port } = servers.redis;
    const plain = new Redis(port, "127.0.0.1");
    const pipelining = new Redis(port, "127.0.0.1", { enableAutoPipelining: true });
    await fill(plain, rows);
    return {
      operations: [
        ...single(plain, rows).map((operation) => ({ ...operation, contender: IOREDIS, server: "redis" }) as const),
        ...bulk(plain, rows).map((operation) => ({ ...operation, contender: IOREDIS, server: "redis" }) as const),
        ...single(pipelining, rows).map(
          (operation) => ({ ...operation, contender: IOREDIS_PIPELINING, server: "redis" }) as const,
        ),
      ],
      async close() {
        await Promise.all([plain.quit(), pipelining.quit()]);
      },
    };
  },
};

type Client = InstanceType<typeof import("ioredis").Redis>;
type Redis = Omit<Operation, "contender" | "server">;

async function fill(client: Client, rows: number): Promise<void> {
  for (let first = 1; first <= rows; first += 10_000) {
    const pipeline = client.pipeline();
    for (let row = first; row < first + 10_000 && row <= rows; row += 1) {
      pipeline.set(keyOf(row), VALUE, "EX", TTL_SECONDS);
    }
    await pipeline.exec();
  }
}

function single(client: Client, rows: number): Redis[] {
  return [
    {
      path: "cacheGet",
      run: () => client.get(keyOf(randomRow(rows))),
      async check() {
        expect((await client.get(keyOf(rows)))?.length === VALUE.length, "ioredis get");
      },
    },
    {
      path: "cacheSet",
      run: () => client.set(keyOf(randomRow(rows)), OTHER_VALUE, "EX", TTL_SECONDS),
      async check() {
        await client.set(keyOf(1), OTHER_VALUE, "EX", TTL_SECONDS);
        expect((await client.get(keyOf(1))) === OTHER_VALUE, "ioredis set");
        expect((await client.ttl(keyOf(1))) > 0, "ioredis expiry");
      },
    },
    {
      path: "getOrSet",
      run: () => client.get(keyOf(randomRow(rows))),
      check: async () => expect((await client.get(keyOf(rows))) !== null, "ioredis get"),
    },
    {
      path: "increment",
      run: () => client.incr(`counter:${keyOf(randomRow(COUNTERS))}`),
      check: () => withEveryCounter((key) => client.incr(`counter:${key}`)),
    },
    {
      path: "incrementOneKey",
      run: () => client.incr("counter:one"),
      check: async () => expect((await client.incr("counter:one")) > 0, "ioredis incr"),
    },
    {
      path: "cacheDelete",
      run: () => client.del(randomUUID()),
      async check() {
        await client.set("deleted", VALUE);
        expect((await client.del("deleted")) === 1, "ioredis del");
      },
    },
  ];
}

function bulk(client: Client, rows: number): Redis[] {
  const keys = () => Array.from({ length: BULK }, () => keyOf(randomRow(rows)));
  return [
    {
      path: "getMany",
      run: () => client.mget(keys()),
      async check() {
        const values = await client.mget(keys());
        expect(
          values.every((value) => value?.length === VALUE.length),
          "ioredis mget",
        );
      },
    },
    {
      // MSET knows no expiry.
      path: "setMany",
      async run() {
        const pipeline = client.pipeline();
        for (const key of keys()) pipeline.set(key, OTHER_VALUE, "EX", TTL_SECONDS);
        return pipeline.exec();
      },
      async check() {
        const answers = await client.pipeline().set(keyOf(2), OTHER_VALUE, "EX", TTL_SECONDS).exec();
        expect(answers?.[0]?.[1] === "OK", "ioredis pipeline");
      },
    },
  ];
}
