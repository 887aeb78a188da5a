import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection, createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { migrate, type PostgresConfig } from "../../src/postgres/index.js";
import { authOn } from "../support/auth.js";
import { onServer, useDatabase } from "../support/database.js";
import { codeOf, errorOf, timed } from "../support/fault-outcome.js";
import { listening, useServer } from "../support/fault-server.js";
import { PATIENT, SLACK } from "../support/patience.js";
import { TcpProxy } from "../support/tcp-proxy.js";

const database = useDatabase();
const server = useServer();
const role = `role_${randomBytes(8).toString("hex")}`;

/** The database as a role that may have one connection at a time, and is not a superuser, whom no limit holds. */
const limited = Object.assign(new URL(database.url), { username: role, password: "pevensie" }).href;

beforeAll(async () => {
  await onServer(`create role ${role} login connection limit 1 password 'pevensie'`);
  await database.pool.query(`
    grant usage on schema pevensie to ${role};
    grant select, insert, update, delete on all tables in schema pevensie to ${role}`);
});
afterAll(async () => {
  await database.pool.query(`drop owned by ${role}`);
  await onServer(`drop role ${role}`);
});

async function occupy(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: limited });
  client.on("error", () => {});
  await client.connect();
  return client;
}

async function connectWith(config: Partial<PostgresConfig>): Promise<void> {
  const auth = await authOn(config).connect();
  await auth.disconnect();
}

const connectTo = (connectionString: string, config: Partial<PostgresConfig> = {}) =>
  connectWith({ connectionString, ...config });

test("F7: connecting is retried after 53300, while the server is full", async () => {
  const occupant = await occupy();
  const proxy = await TcpProxy.start(limited);
  try {
    const outcome = Promise.allSettled([connectTo(proxy.url)]);
    // A second attempt shows that the first one was refused.
    await expect.poll(() => proxy.accepted).toBeGreaterThan(1);
    await occupant.end();
    expect(await outcome).toMatchObject([{ status: "fulfilled" }]);
  } finally {
    await proxy.stop();
  }
});

test.each(["57P03", "53300"])("F7: connect() and migrate retry %s until it is over", async (state) => {
  const proxy = await TcpProxy.start(database.url);
  try {
    proxy.refuseNext(state, 3);
    await connectTo(proxy.url);
    expect(proxy.accepted).toBe(4);
    proxy.refuseNext(state, 3);
    expect((await migrate({ modules: ["auth"], ...PATIENT, connectionString: proxy.url })).migrations).toEqual([]);
    expect(proxy.accepted).toBe(8);
  } finally {
    await proxy.stop();
  }
});

test.each(["28P01", "3D000", "42501", "57P01", "XX000"])(
  "F7: %s while connecting is tried once, and is a refusal",
  async (state) => {
    const proxy = await TcpProxy.start(database.url);
    try {
      proxy.refuseNext(state, 1);
      const error = await errorOf(connectTo(proxy.url));
      expect(error.code).toBe("CONNECTION_UNAVAILABLE");
      expect(error.message).toContain(`refused the connection (SQLSTATE ${state})`);
      expect(error.cause).toMatchObject({ code: state });
      expect(proxy.accepted).toBe(1);
    } finally {
      await proxy.stop();
    }
  },
);

test("F7: 53300 that lasts is CONNECTION_UNAVAILABLE in time", async () => {
  const occupant = await occupy();
  try {
    const auth = authOn({ connectionString: limited, connectionTimeoutMillis: 700 });
    const { value, elapsed } = await timed(() => codeOf(auth.connect()));
    expect(value).toBe("CONNECTION_UNAVAILABLE");
    expect(elapsed).toBeLessThan(700 + SLACK);
  } finally {
    await occupant.end();
  }
});

/** Resolves when the first attempt to connect to a port or a path has failed. Attempts go on for a second from then. */
function firstRefusal(target: number | string): Promise<unknown> {
  const connect = Socket.prototype.connect;
  return new Promise((resolve) => {
    const spy = vi.spyOn(Socket.prototype, "connect").mockImplementation(function (this: Socket, ...args: unknown[]) {
      if (String(args[0]) === String(target)) {
        spy.mockRestore();
        this.once("error", resolve);
      }
      return connect.apply(this, args as never);
    } as typeof connect);
  });
}

test("F7: connect() and migrate retry ECONNREFUSED while a server starts", async () => {
  for (const connect of [
    connectTo,
    (connectionString: string) => migrate({ modules: ["auth"], apply: true, ...PATIENT, connectionString }),
  ]) {
    const absent = await TcpProxy.start(database.url);
    const { port, url } = absent;
    await absent.stop();
    const refused = firstRefusal(port);
    const outcome = Promise.allSettled([connect(url)]);
    await refused;
    // A real server could take too long to start.
    const present = await TcpProxy.start(database.url, port);
    try {
      expect(await outcome).toMatchObject([{ status: "fulfilled" }]);
    } finally {
      await present.stop();
    }
  }
});

test("F7: connect() is retried while the Unix socket of a server that starts does not exist", async () => {
  const { pathname, username, password, hostname, port } = new URL(database.url);
  const folder = await mkdtemp(join(tmpdir(), "pevensie-"));
  const path = join(folder, ".s.PGSQL.5432");
  const listener = createServer((client) => {
    const upstream = createConnection(Number(port), hostname);
    client.on("error", () => {}).on("close", () => upstream.destroy());
    upstream.on("error", () => {}).on("close", () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  try {
    const refused = firstRefusal(path);
    const config = { host: folder, port: 5432, user: username, password, database: pathname.slice(1) };
    const outcome = Promise.allSettled([connectWith(config)]);
    await refused;
    listener.listen(path);
    expect(await outcome).toMatchObject([{ status: "fulfilled" }]);
  } finally {
    listener.close();
    await rm(folder, { recursive: true });
  }
});

test("F7: connecting is retried while a server recovers from a crash", async () => {
  await server.current.kill();
  const booted = server.current.boot();
  await listening(server.current);
  const outcome = Promise.allSettled([1, 2, 3, 4].map(() => connectTo(server.current.url())));
  await booted;
  expect(await outcome).toMatchObject(Array(4).fill({ status: "fulfilled" }));
});
