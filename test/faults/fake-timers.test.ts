import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Auth, createAuth } from "../../src/auth/index.js";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createAuthDriver, createCacheDriver, type PostgresDriverConfig } from "../../src/postgres/index.js";
import { asRead, COOKIE_KEY, PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { codeOf } from "../support/fault-outcome.js";
import { IMPATIENT } from "../support/patience.js";
import { runFixture } from "../support/process.js";
import { TcpProxy } from "../support/tcp-proxy.js";

/** The timers of applications' tests: those of vitest and jest are both `@sinonjs/fake-timers`, and node:test has its own. */

const database = useDatabase();
const config = { connectionString: database.url };
const times = (count: number) => Array.from({ length: count }, (_, index) => index);

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

interface Package {
  readonly createAuth: typeof createAuth;
  readonly createCache: typeof createCache;
  readonly createAuthDriver: typeof createAuthDriver;
  readonly createCacheDriver: typeof createCacheDriver;
}
const imported: Package = { createAuth, createCache, createAuthDriver, createCacheDriver };

function connectAll(of: PostgresDriverConfig, from = imported): Promise<[Auth, Cache]> {
  return Promise.all([
    from.createAuth({ driver: from.createAuthDriver(of), cookieKey: COOKIE_KEY }).connect(),
    from.createCache({ driver: from.createCacheDriver(of) }).connect(),
  ]);
}

/** Calls of every kind that waits: batches, transactions, hashes, sweeps. */
async function useAll(auth: Auth, cache: Cache): Promise<void> {
  const email = uniqueEmail();
  const user = await auth.createUserWithEmail({ email, password: PASSWORD, userMetadata: {} });
  const session = await auth.createSession({ userId: user.id });
  const lookups = times(10).flatMap(() => [auth.getSession(session.id), auth.getUserById(user.id)]);
  expect(await Promise.all(lookups)).toEqual(times(10).flatMap(() => [asRead(session), user]));
  await Promise.all(times(20).map((index) => cache.set("type", `key ${index}`, String(index))));
  await Promise.all(times(10).map((index) => cache.delete("type", `key ${index}`)));
  expect(await Promise.all(times(20).map((index) => cache.get("type", `key ${index}`)))).toEqual(
    times(20).map((index) => (index < 10 ? null : String(index))),
  );
  const logins = times(2).map(() => auth.logInUser({ email, password: PASSWORD }));
  for (const login of await Promise.all(logins)) expect(login?.user.id).toBe(user.id);
  expect(await auth.withTransaction((transaction) => transaction.setUserRole(user.id, "role"))).toMatchObject({
    role: "role",
  });
  await database.pool.query("update pevensie.cache set expires_at = now()");
  expect(await cache.removeExpired()).toBeGreaterThanOrEqual(10);
}

describe("F16: with fake timers", () => {
  beforeEach(() => database.pool.query("truncate pevensie.cache"));

  test("after connect(), every call is answered", async () => {
    const [auth, cache] = await connectAll(config);
    vi.useFakeTimers();
    await useAll(auth, cache);
    await Promise.all([auth.disconnect(), cache.disconnect()]);
  });

  test("before connect(), every call is answered", async () => {
    vi.useFakeTimers();
    const [auth, cache] = await connectAll(config);
    await useAll(auth, cache);
    await Promise.all([auth.disconnect(), cache.disconnect()]);
  });

  test("before the package is imported, every call is answered", async () => {
    vi.useFakeTimers();
    vi.resetModules();
    const modules = await Promise.all([
      import("../../src/auth/index.js"),
      import("../../src/cache/index.js"),
      import("../../src/postgres/index.js"),
    ]);
    const fresh: Package = Object.assign({}, ...modules);
    expect(fresh.createCache).not.toBe(createCache);
    expect(vi.getTimerCount()).toBe(0);
    const proxy = await TcpProxy.start(database.url);
    cleanUps.push(() => proxy.stop());
    const timeouts = IMPATIENT;
    const [auth, cache] = await connectAll({ connectionString: proxy.url, ...timeouts }, fresh);
    await cache.set("type", "key", "value");
    proxy.stall();
    // The error's class was imported anew, too.
    await expect(cache.get("type", "key")).rejects.toMatchObject({ code: "TIMEOUT" });
    proxy.pass();
    proxy.refuseNext("57P03", 2);
    await cache.set("type", "key", "value");
    await Promise.all([auth.disconnect(), cache.disconnect()]);
    const others = await connectAll(config, fresh);
    await useAll(...others);
    await Promise.all(others.map((other) => other.disconnect()));
  });

  test("of node:test, before the package is imported, every call is answered", async () => {
    const { status, stdout } = await runFixture("node-test-timers.ts", { DATABASE_URL: database.url });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '["value","value"]\n' });
  });

  test("for calls in flight only, every call is answered", async () => {
    const [auth, cache] = await connectAll(config);
    const calls = () => times(4).flatMap((index) => [cache.set("type", `${index}`, "value"), cache.get("type", "0")]);
    const before = calls();
    vi.useFakeTimers();
    const during = calls();
    await null;
    vi.useRealTimers();
    const after = calls();
    await Promise.all([...before, ...during, ...after]);
    vi.useFakeTimers();
    await Promise.all([...calls(), ...calls()]);
    vi.useRealTimers();
    await useAll(auth, cache);
    await Promise.all([auth.disconnect(), cache.disconnect()]);
  });

  test("that are advanced by a day, no call times out", async () => {
    const [auth, cache] = await connectAll({ ...config, max: 2 });
    vi.useFakeTimers();
    const calls = times(40).map((index) => cache.set("type", `key ${index}`, "value"));
    const lookups = times(40).map(() => auth.getUserById("not an id"));
    for (const _ of times(20)) {
      vi.advanceTimersByTime(86_400_000);
      await cache.getAll("key");
    }
    expect(await Promise.all([...calls, ...lookups])).toHaveLength(80);
    await Promise.all([auth.disconnect(), cache.disconnect()]);
  });

  test("connecting is retried while a server is starting, and times out if it does not respond", async () => {
    const proxy = await TcpProxy.start(database.url);
    cleanUps.push(() => proxy.stop());
    const timeouts = IMPATIENT;
    vi.useFakeTimers();
    proxy.refuseNext("57P03", 2);
    const [auth, cache] = await connectAll({ connectionString: proxy.url, ...timeouts });
    await cache.set("type", "key", "value");
    proxy.stall();
    expect(await codeOf(cache.set("type", "key", "other"))).toBe("OUTCOME_UNKNOWN");
    expect(await codeOf(auth.getUserByEmail("a@b.c"))).toBe("TIMEOUT");
    await Promise.all([auth.disconnect(), cache.disconnect()]);
  });

  test("an attempt to connect without a response frees its slot", async () => {
    const address = await startForgetful();
    const cache = await createCache({
      driver: createCacheDriver({ connectionString: address.url, max: 1, ...IMPATIENT }),
    }).connect();
    vi.useFakeTimers();
    address.forget(1);
    expect(await codeOf(cache.get("type", "key"))).toBe("TIMEOUT");
    expect(await cache.get("type", "key")).toBeNull();
    await cache.disconnect();
  });

  test("a call times out when no attempt of several gets a response", async () => {
    const address = await startForgetful();
    const { host } = new URL(address.url);
    const connectionString = `${address.url.replace(host, `${host},${host}`)}?target_session_attrs=any`;
    const cache = await createCache({
      driver: createCacheDriver({ connectionString, max: 1, ...IMPATIENT }),
    }).connect();
    vi.useFakeTimers();
    address.forget(100);
    expect(await codeOf(cache.get("type", "key"))).toBe("TIMEOUT");
    await cache.disconnect();
  });
});

/** An address that leads to the server, unless it is to forget about its next connections. */
async function startForgetful(): Promise<{ readonly url: string; forget(connections: number): void }> {
  const target = new URL(database.url);
  const sockets = new Set<Socket>();
  let forgotten = 0;
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    if (forgotten > 0) forgotten -= 1;
    else {
      const onward = connect(Number(target.port), target.hostname).on("error", () => {});
      sockets.add(onward);
      socket.pipe(onward).pipe(socket);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const end = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  cleanUps.push(async () => {
    end();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: Object.assign(new URL(target), { hostname: "127.0.0.1", port: String((server.address() as AddressInfo).port) })
      .href,
    forget(connections) {
      forgotten = connections;
      end();
    },
  };
}
