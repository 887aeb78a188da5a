import { Agent, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { type Options, rateLimit } from "express-rate-limit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createRateLimitStore } from "../../src/plugs/express-rate-limit.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { useDatabase } from "../support/database.js";
import { runFixture } from "../support/process.js";

const database = useDatabase();
const connect = () => createCache({ driver: createCacheDriver({ connectionString: database.url }) }).connect();
let cache: Cache;
beforeAll(async () => {
  cache = await connect();
});
afterAll(() => cache.disconnect());
beforeEach(() => database.pool.query("truncate pevensie.cache"));

const MINUTE = 60_000;
const CLIENT = "127.0.0.1";
const invalid = (field: string) => expect.objectContaining({ code: "INVALID_INPUT", field });

/** What the limiters have logged: express-rate-limit reports misuse of its stores there. */
let logged: unknown[] = [];
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  expect(logged).toEqual([]);
  logged = [];
});

/** Starts a server on loopback, whose `/fail` fails, behind limiters. Returns its port and the first limiter. */
async function serve(...limiters: Partial<Options>[]) {
  const log = (error: unknown) => logged.push(error);
  const middleware = limiters.map((options) =>
    rateLimit({ windowMs: MINUTE, legacyHeaders: false, logger: { error: log, warn: log }, ...options }),
  );
  const app = express();
  app.use(...middleware);
  app.get("/fail", (_, response) => {
    response.status(500).send("failed");
  });
  app.get("/", (_, response) => {
    response.send("admitted");
  });
  app.use((error: { code?: string }, _request: unknown, response: express.Response, _next: unknown) => {
    response.status(503).send(error.code);
  });
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, CLIENT, () => resolve(listening));
  });
  servers.push(server);
  return { port: (server.address() as AddressInfo).port, limiter: middleware[0] };
}

interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function get(port: number, path = "/", agent?: Agent): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: CLIENT, port, path, agent }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        body += text;
      });
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

const statuses = (replies: readonly Reply[]) => replies.map(({ status }) => status);

async function inTurn(count: number, port: number, path?: string): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (let index = 0; index < count; index += 1) replies.push(await get(port, path));
  return replies;
}

describe("the middleware", () => {
  test("admits as many requests as the limit, and the headers count down", async () => {
    const { port } = await serve({ limit: 3, standardHeaders: "draft-8", store: createRateLimitStore(cache) });
    const replies = await inTurn(5, port);
    expect(statuses(replies)).toEqual([200, 200, 200, 429, 429]);
    const headers = replies.map(({ headers }) => /^"3-in-1min"; r=(\d+); t=(\d+)$/.exec(String(headers["ratelimit"])));
    expect(headers.map((match) => Number(match?.[1]))).toEqual([2, 1, 0, 0, 0]);
    for (const match of headers) {
      expect(Number(match?.[2])).toBeGreaterThan(30);
      expect(Number(match?.[2])).toBeLessThanOrEqual(60);
    }
    expect(replies[0]?.headers["ratelimit-policy"]).toMatch(/^"3-in-1min"; q=3; w=60; pk=:.+:$/);
    expect(replies[2]?.headers["retry-after"]).toBeUndefined();
    expect(Number(replies[3]?.headers["retry-after"])).toBeGreaterThan(30);
  });

  test("admits exactly the limit of 1,000 concurrent requests", async () => {
    const { port } = await serve({ limit: 100, store: createRateLimitStore(cache) });
    const agent = new Agent({ keepAlive: true, maxSockets: 200 });
    const replies = await Promise.all(Array.from({ length: 1000 }, () => get(port, "/", agent)));
    agent.destroy();
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(100);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(900);
    expect(await cache.get("express-rate-limit", CLIENT)).toBe("1000");
  });

  test("counts over two caches", async () => {
    await using other = await connect();
    const one = await serve({ limit: 4, store: createRateLimitStore(cache) });
    const two = await serve({ limit: 4, store: createRateLimitStore(other) });
    const replies = [...(await inTurn(3, one.port)), ...(await inTurn(3, two.port)), ...(await inTurn(1, one.port))];
    expect(statuses(replies)).toEqual([200, 200, 200, 200, 429, 429, 429]);
  });

  test("counts over two processes", async () => {
    const run = () => runFixture("rate-limited-server.ts", { DATABASE_URL: database.url });
    const outcomes = await Promise.all([run(), run()]);
    expect(outcomes.map(({ stderr }) => stderr)).toEqual(["", ""]);
    const admitted = outcomes.map(({ stdout }) => Number(stdout));
    expect(admitted.reduce((sum, count) => sum + count, 0)).toBe(100);
  });

  test("begins a new window when the last one has ended", async () => {
    const { port } = await serve({ limit: 1, store: createRateLimitStore(cache) });
    expect(statuses(await inTurn(2, port))).toEqual([200, 429]);
    await database.pool.query("update pevensie.cache set expires_at = now()");
    expect(statuses(await inTurn(2, port))).toEqual([200, 429]);
  });

  test("a window ends as long after its first request as windowMs says", async () => {
    const { port } = await serve({ limit: 1, windowMs: 5_000_000, store: createRateLimitStore(cache) });
    const windows: { end: string; isAsLong: boolean }[] = [];
    for (const status of [200, 429]) {
      const [before] = await database.rows<{ now: string }>("select clock_timestamp()::text as now");
      expect((await get(port)).status).toBe(status);
      windows.push(
        ...(await database.rows<{ end: string; isAsLong: boolean }>(
          `select expires_at::text as end,
            expires_at - interval '5000 seconds' between $1::timestamptz and clock_timestamp() as "isAsLong"
          from pevensie.cache`,
          [before?.now],
        )),
      );
    }
    const [first, second] = windows;
    expect(first?.isAsLong).toBe(true);
    expect(second?.end).toBe(first?.end);
  });

  test("resetKey() and getKey() of the limiter", async () => {
    const { port, limiter } = await serve({ limit: 1, store: createRateLimitStore(cache) });
    expect(await limiter?.getKey(CLIENT)).toBeUndefined();
    expect(statuses(await inTurn(2, port))).toEqual([200, 429]);
    expect(await limiter?.getKey(CLIENT)).toEqual({ totalHits: 2, resetTime: expect.any(Date) });
    await limiter?.resetKey(CLIENT);
    expect(statuses(await inTurn(2, port))).toEqual([200, 429]);
  });

  test("does not count successful requests with skipSuccessfulRequests", async () => {
    const { port, limiter } = await serve({
      limit: 2,
      skipSuccessfulRequests: true,
      standardHeaders: "draft-8",
      store: createRateLimitStore(cache),
    });
    for (let index = 0; index < 4; index += 1) {
      expect((await get(port)).status).toBe(200);
      await expect.poll(async () => (await limiter?.getKey(CLIENT))?.totalHits).toBe(0);
    }
    expect(statuses(await inTurn(3, port, "/fail"))).toEqual([500, 500, 429]);
    expect((await get(port)).status).toBe(429);
  });

  test("does not count failed requests with skipFailedRequests", async () => {
    const { port, limiter } = await serve({ limit: 1, skipFailedRequests: true, store: createRateLimitStore(cache) });
    for (let index = 0; index < 2; index += 1) {
      expect((await get(port, "/fail")).status).toBe(500);
      await expect.poll(async () => (await limiter?.getKey(CLIENT))?.totalHits).toBe(0);
    }
    expect((await get(port)).status).toBe(200);
    expect((await get(port)).status).toBe(429);
  });

  test("two limiters on one request count apart, and are no double count", async () => {
    const { port } = await serve(
      { limit: 3, store: createRateLimitStore(cache, { resourceType: "short" }) },
      { limit: 1, store: createRateLimitStore(cache, { resourceType: "long" }) },
    );
    expect(statuses(await inTurn(4, port))).toEqual([200, 429, 429, 429]);
    expect([await cache.get("short", CLIENT), await cache.get("long", CLIENT)]).toEqual(["4", "3"]);
  });

  test("two limiters with one resource type are reported", async () => {
    const { port } = await serve(
      { limit: 9, store: createRateLimitStore(cache) },
      { limit: 9, store: createRateLimitStore(cache) },
    );
    await get(port);
    expect(logged).toEqual([expect.objectContaining({ code: "ERR_ERL_DOUBLE_COUNT" })]);
    logged = [];
  });

  test("after the cache was disconnected requests fail, or pass with passOnStoreError", async () => {
    const other = await connect();
    const strict = await serve({ limit: 1, store: createRateLimitStore(other) });
    const lenient = await serve({ limit: 1, passOnStoreError: true, store: createRateLimitStore(other) });
    await other.disconnect();
    expect(await get(strict.port)).toMatchObject({ status: 503, body: "NOT_CONNECTED" });
    expect(await get(lenient.port)).toMatchObject({ status: 200, body: "admitted" });
    expect(logged).toEqual([expect.objectContaining({ code: "NOT_CONNECTED" })]);
    logged = [];
  });

  test.each([[0], [-1], [0.5], [Number.POSITIVE_INFINITY], [Number.NaN]])(
    "a window of %s ms admits nothing",
    async (windowMs) => {
      const { port } = await serve({ limit: 9, windowMs, store: createRateLimitStore(cache) });
      expect(await get(port)).toMatchObject({ status: 503, body: "INVALID_INPUT" });
    },
  );
});

describe("the store", () => {
  const store = () => createRateLimitStore(cache);
  const init = (options: Partial<Options>) => {
    const created = store();
    created.init({ windowMs: MINUTE, ...options } as Options);
    return created;
  };
  const expiry = async () => (await cache.getEntry("express-rate-limit", "key"))?.expiresAt;

  test("is shared by all processes, and says what its keys belong to", () => {
    expect(store()).toMatchObject({ localKeys: false, prefix: "express-rate-limit:" });
  });

  test("every hit of a window has its reset time", async () => {
    const counter = init({});
    const first = await counter.increment("key");
    const expiresAt = await expiry();
    expect(Math.abs(Number(first.resetTime) - Number(expiresAt))).toBeLessThan(10_000);
    expect(await counter.increment("key")).toEqual({ totalHits: 2, resetTime: expiresAt });
    expect(await counter.get("key")).toEqual({ totalHits: 2, resetTime: expiresAt });
    expect(await expiry()).toEqual(expiresAt);
  });

  test.each([
    ["skipped requests", { skipSuccessfulRequests: true }, []],
    ["a decrement", {}, ["decrement"]],
  ] as const)("a count of 1 may be old with %s", async (_, options, calls) => {
    const counter = init(options);
    await cache.set("express-rate-limit", "key", "0", { ttlMillis: 30_000 });
    for (const call of calls) await counter[call]("key");
    expect(await counter.increment("key")).toEqual({ totalHits: 1, resetTime: await expiry() });
  });

  test("the reset time of a window that ends meanwhile is the present", async () => {
    const counter = init({});
    await counter.increment("key");
    const ending: Cache = Object.create(cache, {
      increment: { value: (...args: Parameters<Cache["increment"]>) => cache.increment(...args) },
      getEntry: { value: async () => null },
    });
    const { totalHits, resetTime } = await createRateLimitStore(ending).increment("key");
    expect(totalHits).toBe(2);
    expect(Math.abs(Number(resetTime) - Date.now())).toBeLessThan(10_000);
  });

  test("a counter never falls below 0, and one that a decrement creates expires", async () => {
    const counter = init({});
    await counter.decrement("key");
    expect(await counter.get("key")).toEqual({ totalHits: 0, resetTime: expect.any(Date) });
    await counter.increment("key");
    await Promise.all(Array.from({ length: 10 }, () => counter.decrement("key")));
    expect(await cache.get("express-rate-limit", "key")).toBe("0");
    expect((await counter.increment("key")).totalHits).toBe(1);
  });

  test("a counter below 0, whose decrement is being compensated, counts as 0", async () => {
    await cache.set("express-rate-limit", "key", "-1", { ttlSeconds: 60 });
    expect(await init({}).get("key")).toMatchObject({ totalHits: 0 });
    expect(await init({}).increment("key")).toMatchObject({ totalHits: 1 });
  });

  test("resetKey() deletes one counter, resetAll() those of the resource type", async () => {
    const counter = init({});
    const other = createRateLimitStore(cache, { resourceType: "other" });
    for (const key of ["a", "b", "c"]) await counter.increment(key);
    await other.increment("a");
    await counter.resetKey("a");
    await counter.resetKey("a");
    expect(await counter.get("a")).toBeUndefined();
    expect(await counter.get("b")).toBeDefined();
    await counter.resetAll();
    expect(await counter.get("b")).toBeUndefined();
    expect(await other.get("a")).toMatchObject({ totalHits: 1 });
  });

  test("a window is a minute without init()", async () => {
    const { totalHits, resetTime } = await store().increment("key");
    expect(totalHits).toBe(1);
    expect(Math.abs(Number(resetTime) - Date.now() - MINUTE)).toBeLessThan(10_000);
    expect(Number(await expiry()) - Date.now()).toBeGreaterThan(MINUTE / 2);
  });

  test.each([
    ["of 1,025 bytes", "k".repeat(1025)],
    ["with a NUL character", "a\0b"],
  ])("a key %s is INVALID_INPUT", async (_, key) => {
    const counter = store();
    for (const call of ["increment", "get", "resetKey"] as const) {
      await expect(counter[call](key)).rejects.toThrow(invalid("key"));
    }
    await expect(counter.decrement(key)).resolves.toBeUndefined();
  });

  test("decrement() resolves although the cache fails, since the limiter does not handle its rejection", async () => {
    const other = await connect();
    const counter = createRateLimitStore(other);
    await counter.increment("key");
    await other.disconnect();
    await expect(counter.increment("key")).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    await expect(counter.decrement("key")).resolves.toBeUndefined();
    expect(await cache.get("express-rate-limit", "key")).toBe("1");
  });

  test("an entry that is no counter is WRONG_VALUE_TYPE", async () => {
    await cache.set("express-rate-limit", "key", "text");
    await expect(store().increment("key")).rejects.toMatchObject({ code: "WRONG_VALUE_TYPE" });
  });

  test("calls that are not awaited count", async () => {
    const other = await connect();
    const counter = createRateLimitStore(other);
    const calls = Array.from({ length: 20 }, () => counter.increment("key"));
    const settled = Promise.allSettled(calls);
    await other.disconnect();
    await settled;
    expect(await cache.get("express-rate-limit", "key")).toBe("20");
  });

  test("a cache that is not connected and unknown options are refused", () => {
    const pending = createCache({ driver: createCacheDriver({ connectionString: database.url }) });
    expect(() => createRateLimitStore(pending as unknown as Cache)).toThrow(invalid("cache"));
    expect(() => createRateLimitStore(cache, { prefix: "a" } as object)).toThrow(invalid("prefix"));
    expect(createRateLimitStore(cache, { resourceType: undefined }).prefix).toBe("express-rate-limit:");
  });
});
