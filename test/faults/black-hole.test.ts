import { once } from "node:events";
import { type AddressInfo, createServer, Socket } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { createCache } from "../../src/cache/index.js";
import { freePort } from "../../src/embedded/ports.js";
import { createCacheDriver, createPool, migrate } from "../../src/postgres/index.js";
import { authOn, createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { withDrivers } from "../support/fault-drivers.js";
import { codeOf, timed } from "../support/fault-outcome.js";
import { IMPATIENT, SLACK } from "../support/patience.js";
import { TcpProxy } from "../support/tcp-proxy.js";

const database = useDatabase();

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function startProxy(port = 0): Promise<TcpProxy> {
  const proxy = await TcpProxy.start(database.url, port);
  cleanUps.push(() => proxy.stop());
  return proxy;
}

/** Accepts connections, reads nothing and never responds. */
async function startBlackHole(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (socket) => sockets.add(socket.on("error", () => {})));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanUps.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return Object.assign(new URL(database.url), { port: String((server.address() as AddressInfo).port) }).href;
}

test("F4: no server at connect(): a typed error in time, and connect() can be called again", async () => {
  const port = await freePort();
  const connectionString = Object.assign(new URL(database.url), { port: String(port) }).href;
  const auth = authOn({ connectionString, ...IMPATIENT });
  for (let round = 0; round < 2; round += 1) {
    const { value, elapsed } = await timed(() => codeOf(auth.connect()));
    expect(value).toBe("CONNECTION_UNAVAILABLE");
    expect(elapsed).toBeLessThan(IMPATIENT.connectionTimeoutMillis + SLACK);
  }
  await startProxy(port);
  await using connected = await auth.connect();
  expect(await connected.listUsers()).toEqual([]);
});

test("F4: an unknown host, a wrong password and an unknown database fail with typed errors", async () => {
  for (const change of [{ hostname: "nowhere.invalid" }, { password: "wrong" }, { pathname: "/no_such_database" }]) {
    const url = new URL(database.url);
    Object.assign(url, change);
    const connectionString = url.href;
    const auth = authOn({ connectionString, ...IMPATIENT });
    expect(await codeOf(auth.connect())).toBe("CONNECTION_UNAVAILABLE");
  }
});

test("F4: a black hole at connect(): a typed error in time, and connect() can be called again", async () => {
  const connectionString = await startBlackHole();
  const disconnected = [
    authOn({ connectionString, ...IMPATIENT }),
    createCache({ driver: createCacheDriver({ connectionString, ...IMPATIENT }) }),
  ];
  for (const each of [...disconnected, ...disconnected]) {
    const { value, elapsed } = await timed(() => codeOf(each.connect()));
    expect(value).toBe("CONNECTION_UNAVAILABLE");
    expect(elapsed).toBeLessThan(IMPATIENT.connectionTimeoutMillis + SLACK);
  }
});

test("F4: the next call connects once a black hole has become a server", async () => {
  const proxy = await startProxy();
  proxy.stall();
  const auth = authOn({ connectionString: proxy.url, ...IMPATIENT });
  expect(await codeOf(auth.connect())).toBe("CONNECTION_UNAVAILABLE");
  proxy.pass();
  await using connected = await auth.connect();
  expect(await connected.listUsers()).toEqual([]);
});

test("F4: migrate times out on a black hole", async () => {
  const connectionString = await startBlackHole();
  const call = () => codeOf(migrate({ modules: ["auth"], apply: true, connectionString, ...IMPATIENT }));
  const { value, elapsed } = await timed(call);
  expect(value).toBe("CONNECTION_UNAVAILABLE");
  expect(elapsed).toBeLessThan(IMPATIENT.connectionTimeoutMillis + SLACK);
});

test.each(["stall", "goHalfOpen"] as const)(
  "F4: silence in mid-query (%s): typed errors in time, then everything works again",
  async (silence) => {
    const proxy = await startProxy();
    await withDrivers({ connectionString: proxy.url, ...IMPATIENT, max: 1 }, async (auth, cache) => {
      const user = await createUser(auth);
      await cache.set("type", "key", "value");
      for (const [call, code] of [
        [() => auth.getUserById(user.id), "TIMEOUT"],
        [() => auth.setUserRole(user.id, "silent"), "OUTCOME_UNKNOWN"],
        [() => cache.get("type", "key"), "TIMEOUT"],
        [() => cache.set("type", "silent", "value"), "OUTCOME_UNKNOWN"],
        [() => auth.deleteUserById(user.id), "TIMEOUT"],
      ] as const) {
        proxy[silence]();
        const { value, elapsed } = await timed(() => codeOf(call()));
        expect(value).toBe(code);
        expect(elapsed).toBeLessThan(IMPATIENT.query_timeout + SLACK);
        proxy.pass();
        // Neither is kept: a connection without an answer, nor a pool that is full of them.
        expect(await auth.getUserById(user.id)).not.toBeNull();
        expect(await cache.get("type", "key")).toBe("value");
      }
    });
  },
);

test("F4: sockets are closed after disconnect() and the end of a pool although the server does not respond", async () => {
  const proxy = await startProxy();
  const opened = vi.spyOn(Socket.prototype, "connect");
  cleanUps.push(async () => opened.mockRestore());
  const pool = createPool({ connectionString: proxy.url });
  await pool.query("select 1");
  const auth = await authOn({ connectionString: proxy.url }).connect();
  await auth.countUsers();
  const sockets = (opened.mock.contexts as Socket[]).filter((socket) => socket.remotePort === proxy.port);
  expect(sockets).toHaveLength(2);
  proxy.stall();
  await Promise.all([auth.disconnect(), pool.end()]);
  await expect.poll(() => sockets.filter(({ destroyed }) => !destroyed)).toEqual([]);
});

test("F4: while the server does not respond, every call times out, however many there are", async () => {
  const proxy = await startProxy();
  await withDrivers({ connectionString: proxy.url, ...IMPATIENT, max: 2 }, async (auth, cache) => {
    const user = await createUser(auth);
    proxy.stall();
    const calls = Array.from({ length: 50 }, (_, index) => [
      timed(() => codeOf(auth.getUserById(user.id))),
      timed(() => codeOf(cache.get("type", `key ${index}`))),
      timed(() => codeOf(auth.setUserRole(user.id, "x"))),
    ]).flat();
    for (const { value, elapsed } of await Promise.all(calls)) {
      expect(["TIMEOUT", "OUTCOME_UNKNOWN", "CONNECTION_UNAVAILABLE"]).toContain(value);
      expect(elapsed).toBeLessThan(IMPATIENT.connectionTimeoutMillis + IMPATIENT.query_timeout + SLACK);
    }
    proxy.pass();
    expect(await auth.getUserById(user.id)).not.toBeNull();
  });
});

test("F4: a statement that takes too long times out, and its connection is closed", async () => {
  const config = { connectionString: database.url, ...IMPATIENT, max: 1 };
  await withDrivers(config, async (auth) => {
    const user = await createUser(auth);
    await database.pool.query(
      "create function public.snail() returns trigger language plpgsql as $$ begin perform pg_sleep(30); return new; end $$",
    );
    await database.pool.query(
      `create trigger snail before update on pevensie."user" for each row execute function public.snail()`,
    );
    const { value, elapsed } = await timed(() => codeOf(auth.setUserRole(user.id, "slow")));
    expect(value).toBe("OUTCOME_UNKNOWN");
    expect(elapsed).toBeLessThan(IMPATIENT.query_timeout + SLACK);
    expect(await auth.getUserById(user.id)).toEqual(user);
  });
});
