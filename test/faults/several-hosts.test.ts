import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { freePort } from "../../src/embedded/ports.js";
import type { PevensieEvent } from "../../src/events.js";
import { createAuthDriver, createPool, migrate, type PoolSettings } from "../../src/postgres/index.js";
import { authOn, createUser } from "../support/auth.js";
import { errorOf } from "../support/fault-outcome.js";
import { IMPATIENT, PATIENT } from "../support/patience.js";
import { usePair } from "../support/server-pair.js";
import { TcpProxy } from "../support/tcp-proxy.js";

const pair = usePair();
const IMPATIENT_CONNECTING = { connectionTimeoutMillis: IMPATIENT.connectionTimeoutMillis };
const onlyConnecting = { connectionTimeoutMillis: PATIENT.connectionTimeoutMillis };

/** Whether a connection string leads to a server that accepts writes. */
async function acceptsWrites(connectionString: string): Promise<boolean> {
  await using auth = await authOn({ connectionString }).connect();
  const outcome = await createUser(auth, { password: null }).then(
    () => true,
    (error: unknown) => error,
  );
  if (outcome !== true) expect(outcome).toMatchObject({ code: "CONNECTION_UNAVAILABLE", cause: { code: "25006" } });
  return outcome === true;
}

type ServerSettings = Pick<PoolSettings, "hosts" | "password" | "database">;

/** Runs some work with a proxy to the primary as the first host, and the primary as the second. */
async function besideProxy(work: (proxy: TcpProxy, servers: ServerSettings) => Promise<void>): Promise<void> {
  const url = new URL(pair.current.primary.url());
  const proxy = await TcpProxy.start(url.href);
  const hosts = [proxy.port, Number(url.port)].map((port) => ({ host: "127.0.0.1", port }));
  try {
    await work(proxy, { hosts, password: url.password, database: url.pathname.slice(1) });
  } finally {
    await proxy.stop();
  }
}

test("F20: of several hosts, connections lead to the primary, wherever it is in the list", async () => {
  expect(await acceptsWrites(pair.current.url())).toBe(true);
  expect(await acceptsWrites(pair.current.url({ isReversed: true }))).toBe(true);
  expect(await acceptsWrites(`${pair.current.url({ isReversed: true })}?target_session_attrs=primary`)).toBe(true);
  expect(await acceptsWrites(`${pair.current.url({ isReversed: true })}?target_session_attrs=any`)).toBe(false);
});

test("F20: migrate connects to the primary", async () => {
  const result = await migrate({
    ...PATIENT,
    modules: ["auth"],
    apply: true,
    connectionString: pair.current.url({ isReversed: true }),
  });
  expect(result).toMatchObject({ applied: true, migrations: [] });
});

test("F15: lookups on an unresponsive server are sent to the next one, and older connections are not used again", async () => {
  const timeouts = { connectionTimeoutMillis: 6_000, query_timeout: IMPATIENT.query_timeout, idleTimeoutMillis: 0 };
  await besideProxy(async (proxy, servers) => {
    await using auth = await authOn({ ...servers, ...timeouts }).connect();
    const user = await createUser(auth, { password: null });
    const session = await auth.createSession({ userId: user.id });
    // Opens several connections.
    await Promise.all(Array.from({ length: 5 }, () => auth.withTransaction(() => auth.getUserById(user.id))));
    proxy.stall();
    const found = await Promise.all([auth.getSession(session.id), auth.getUserById(user.id)]);
    expect(found.map((one) => one?.id)).toEqual([session.id, user.id]);
    expect(await auth.setUserRole(user.id, "changed")).toMatchObject({ role: "changed" });
  });
});

test("F15: answers of the next server do not count for lookups that wait for an unresponsive one", async () => {
  const proxy = await TcpProxy.start(pair.current.primary.url());
  const connectionString = `${proxy.url}&target_session_attrs=read-write`;
  const timeouts = { ...onlyConnecting, query_timeout: IMPATIENT.query_timeout, idleTimeoutMillis: 0 };
  try {
    await using auth = await authOn({ connectionString, ...timeouts }).connect();
    const user = await createUser(auth, { password: null });
    const session = await auth.createSession({ userId: user.id });
    await Promise.all([1, 2, 3].map(() => auth.withTransaction(() => auth.getUserById(user.id))));
    proxy.stallOpen();
    const first = auth.getSession(session.id);
    await delay(IMPATIENT.query_timeout / 4);
    const second = auth.getUserById(user.id);
    expect([(await first)?.id, (await second)?.id]).toEqual([session.id, user.id]);
  } finally {
    await proxy.stop();
  }
});

test("F15: lookups on an unresponsive server are sent to one that was found meanwhile", async () => {
  const timeouts = { connectionTimeoutMillis: 4_000, query_timeout: 6_000, idleTimeoutMillis: 0 };
  await besideProxy(async (proxy, servers) => {
    await using auth = await authOn({ ...servers, ...timeouts }).connect();
    const user = await createUser(auth, { password: null });
    const session = await auth.createSession({ userId: user.id });
    proxy.stall();
    let isOver = false;
    const waiting = auth.getSession(session.id).finally(() => {
      isOver = true;
    });
    // The only open connection is in use, so these are answered on new ones.
    while (!isOver) expect(await auth.getUserByEmail(user.email)).toEqual(user);
    expect((await waiting)?.id).toBe(session.id);
  });
});

test("a driver that is disconnected does not go on to search on a pool of createPool", async () => {
  const proxy = await TcpProxy.start(pair.current.primary.url());
  proxy.closeNext(1_000_000);
  const pool = createPool({ connectionString: proxy.url, connectionTimeoutMillis: 600_000 });
  try {
    const driver = createAuthDriver({ pool });
    const outcome = errorOf(driver.connect());
    await expect.poll(() => proxy.accepted).toBeGreaterThan(2);
    await driver.disconnect();
    expect(await outcome).toMatchObject({ code: "NOT_CONNECTED" });
    // An attempt may have been in progress.
    await delay(1_000);
    const { accepted } = proxy;
    await delay(1_000);
    expect(proxy.accepted).toBe(accepted);
  } finally {
    await pool.end();
    await proxy.stop();
  }
});

test("F20: a host that does not answer is passed over after some seconds, however long the search may take", async () => {
  await besideProxy(async (proxy, servers) => {
    proxy.stall();
    await using auth = await authOn({ ...servers, connectionTimeoutMillis: 40_000 }).connect();
    expect(await createUser(auth, { password: null })).toMatchObject({ deletedAt: null });
  });
});

test("F20: one name that leads to another server is tried again after some seconds, with target_session_attrs", async () => {
  const proxy = await TcpProxy.start(pair.current.primary.url());
  try {
    proxy.stall();
    const connectionString = `${proxy.url}&target_session_attrs=read-write`;
    const connecting = authOn({ connectionString, connectionTimeoutMillis: 40_000 }).connect();
    await expect.poll(() => proxy.accepted).toBe(1);
    proxy.stallOpen();
    await using auth = await connecting;
    expect(await createUser(auth, { password: null })).toMatchObject({ deletedAt: null });
  } finally {
    await proxy.stop();
  }
});

test("F20: a migration's search ends with its timeout, in the middle of an attempt to connect", async () => {
  // Closes the first connection after some time, and leaves the second one without a response.
  const server = createServer((socket) => {
    if (first === undefined) first = setTimeout(() => socket.destroy(), 1_500);
  });
  let first: NodeJS.Timeout | undefined;
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const connectionString = `postgresql://nobody@127.0.0.1:${port}/none?target_session_attrs=read-write`;
  try {
    const migrating = errorOf(migrate({ modules: ["auth"], connectionString, connectionTimeoutMillis: 2_000 }));
    // A second attempt of two seconds would end after this search.
    const later = errorOf(authOn({ connectionString, connectionTimeoutMillis: 2_750 }).connect());
    expect(await Promise.race([migrating, later.then(() => "later")])).toMatchObject({
      code: "CONNECTION_UNAVAILABLE",
    });
    await later;
  } finally {
    clearTimeout(first);
    server.close();
  }
});

test("F20: hosts that refuse connections are passed over", async () => {
  const port = await freePort();
  const url = new URL(pair.current.primary.url());
  const hosts = [
    { host: "127.0.0.1", port },
    { host: "127.0.0.1", port: Number(url.port) },
  ];
  await using auth = await authOn({ hosts, password: url.password, database: url.pathname.slice(1) }).connect();
  expect(await createUser(auth, { password: null })).toMatchObject({ deletedAt: null });
});

test("F20: one host with target_session_attrs, behind which servers may change, is tried until the timeout", async () => {
  const port = await freePort();
  const url = Object.assign(new URL(pair.current.primary.url()), { port: String(port) });
  url.searchParams.set("target_session_attrs", "read-write");
  const connecting = authOn({ ...onlyConnecting, connectionString: url.href }).connect();
  // Longer than a single server that refuses connections is tried.
  await delay(1_500);
  const proxy = await TcpProxy.start(pair.current.primary.url(), port);
  try {
    await using auth = await connecting;
    expect(await createUser(auth, { password: null })).toMatchObject({ deletedAt: null });
  } finally {
    await proxy.stop();
  }
});

describe.each(["08P01", "0A000"])("a pooler that refuses the start-up with %s", (state) => {
  test("F20: is passed over", async () => {
    await besideProxy(async (proxy, servers) => {
      const settings = { ...onlyConnecting, ...servers, max: 1 };
      proxy.refuseNext(state, Number.POSITIVE_INFINITY);
      await using auth = await authOn(settings).connect();
      await auth.countUsers();
      // With statement_timeout, and without.
      expect(proxy.accepted).toBe(2);
      const pool = createPool(settings);
      expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
      await pool.end();
      expect(proxy.accepted).toBe(3);
      expect(await migrate({ ...settings, modules: ["auth"], apply: true })).toMatchObject({ applied: true });
      expect(proxy.accepted).toBe(5);
    });
  });

  test("F20: is connected to without statement_timeout if it accepts that", async () => {
    await besideProxy(async (proxy, servers) => {
      const settings = { ...onlyConnecting, ...servers, max: 1 };
      const connected: (() => Promise<unknown>)[] = [
        () =>
          authOn(settings)
            .connect()
            .then((auth) => auth.disconnect()),
        () => migrate({ ...settings, modules: ["auth"], apply: true }),
      ];
      for (const connect of connected) {
        const before = proxy.accepted;
        proxy.refuseNext(state, 1);
        await connect();
        expect(proxy.accepted - before).toBe(2);
      }
    });
  });
});

test("F20: a primary that is in two places of the list does not change", async () => {
  const { password, pathname } = new URL(pair.current.primary.url());
  const events: string[] = [];
  const onEvent = ({ type }: PevensieEvent) => events.push(type);
  const proxy = await TcpProxy.start(pair.current.primary.url());
  const hosts = [1, 2].map(() => ({ host: "127.0.0.1", port: proxy.port }));
  try {
    await using auth = await authOn({ hosts, password, database: pathname.slice(1), max: 1 }, { onEvent }).connect();
    proxy.closeNext(1);
    await pair.current.on(
      pair.current.primary,
      "select pg_terminate_backend(pid, 10000) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()",
    );
    await auth.countUsers();
    expect(proxy.accepted).toBe(3);
    expect(events).not.toContain("primary-changed");
  } finally {
    await proxy.stop();
  }
});

test("F20: without a primary, the error says so once the time is over, also if other hosts cannot be reached", async () => {
  const absentPort = await freePort();
  const hosts = [pair.current.standby.port, absentPort].map((port) => ({ host: "127.0.0.1", port }));
  const { password, pathname } = new URL(pair.current.standby.url());
  const address = { hosts, password, database: pathname.slice(1), targetSessionAttrs: "primary" } as const;
  const calls = [
    authOn({ ...IMPATIENT, ...address }).connect(),
    createPool({ ...IMPATIENT_CONNECTING, ...address }).connect(),
    migrate({ ...IMPATIENT, ...address, modules: ["auth"], apply: true }),
  ];
  for (const error of await Promise.all(calls.map(errorOf))) {
    expect(error.code).toBe("CONNECTION_UNAVAILABLE");
    expect(error.message).toContain("is a standby");
    expect(error.message).toContain(`127.0.0.1:${pair.current.standby.port}, 127.0.0.1:${absentPort}`);
  }
});

test("F20: if no host can be reached, the error names them, without the password", async () => {
  const ports = [await freePort(), await freePort()];
  const connectionString = `postgresql://me:secret@${ports.map((port) => `localhost:${port}`).join(",")}/shop`;
  const calls = [
    authOn({ ...IMPATIENT, connectionString }).connect(),
    createPool({ ...IMPATIENT_CONNECTING, connectionString }).connect(),
    migrate({ ...IMPATIENT, connectionString, modules: ["auth"], apply: true }),
  ];
  for (const { code, message } of await Promise.all(calls.map(errorOf))) {
    expect(code).toBe("CONNECTION_UNAVAILABLE");
    expect(message).toContain(`localhost:${ports[0]}, localhost:${ports[1]}`);
    expect(message).not.toContain("secret");
  }
});

test("F20: the error brackets IPv6 addresses that have a port", async () => {
  const hosts = [{ host: "::1", port: await freePort() }, { host: "::1" }, { host: "/nonexistent", port: 5433 }];
  const { message } = await errorOf(createPool({ ...IMPATIENT_CONNECTING, hosts, password: "wrong" }).connect());
  expect(message).toContain(`([::1]:${hosts[0]?.port}, ::1, /nonexistent:5433)`);
});

test("F20: a primary that refuses the login is reported beside a standby that accepts it", async () => {
  const proxy = await TcpProxy.start(pair.current.primary.url());
  try {
    proxy.refuseNext("28P01", Number.POSITIVE_INFINITY);
    const hosts = [pair.current.standby.port, proxy.port].map((port) => ({ host: "127.0.0.1", port }));
    const { password, pathname } = new URL(pair.current.standby.url());
    const error = await errorOf(authOn({ hosts, password, database: pathname.slice(1) }).connect());
    expect(error).toMatchObject({ code: "CONNECTION_UNAVAILABLE", cause: { code: "28P01" } });
    expect(error.message).not.toContain("standby");
  } finally {
    await proxy.stop();
  }
});

test("F20: a connection that is accepted and closed before it is ready is tried again", async () => {
  const proxy = await TcpProxy.start(pair.current.primary.url());
  try {
    proxy.closeNext(3);
    await using auth = await authOn({ connectionString: proxy.url }).connect();
    await auth.countUsers();
    expect(proxy.accepted).toBe(4);
  } finally {
    await proxy.stop();
  }
});

describe("createPool", () => {
  test("F20: leads to the primary, for the caller's queries and for a driver", async () => {
    const pool = createPool({ connectionString: pair.current.url({ isReversed: true }), ...onlyConnecting });
    try {
      const isStandby = "select pg_is_in_recovery() as is";
      expect((await pool.query(isStandby)).rows).toEqual([{ is: false }]);
      const client = await pool.connect();
      expect((await client.query(isStandby)).rows).toEqual([{ is: false }]);
      client.release();
      const rows = await new Promise((resolve, reject) => {
        pool.query(isStandby, (error: Error | undefined, result: pg.QueryResult) =>
          error ? reject(error) : resolve(result.rows),
        );
      });
      expect(rows).toEqual([{ is: false }]);
      await using auth = await authOn({ pool }).connect();
      expect(await createUser(auth, { password: null })).toMatchObject({ deletedAt: null });
      expect(pool.idleCount).toBe(pool.totalCount);
    } finally {
      await pool.end();
    }
  });

  test("F20: calls that wait for one another's attempts are rejected with why none has succeeded", async () => {
    const proxy = await TcpProxy.start(pair.current.primary.url());
    proxy.closeNext(Number.POSITIVE_INFINITY);
    const standby = `${pair.current.standby.url()}&target_session_attrs=read-write`;
    const withoutTls = pair.current.primary.url().replace("sslmode=disable", "sslmode=verify-full");
    try {
      for (const connectionString of [standby, proxy.url, withoutTls]) {
        const pool = createPool({ ...IMPATIENT_CONNECTING, connectionString, max: 1 });
        const calls = Array.from({ length: 4 }, () => errorOf(pool.query("select 1")));
        const codes = (await Promise.all(calls)).map(({ code }) => code);
        expect(codes).toEqual(codes.map(() => "CONNECTION_UNAVAILABLE"));
        await pool.end();
      }
    } finally {
      await proxy.stop();
    }
  });

  test("F20: rejects with a typed error if no server is the primary, or no client becomes free", async () => {
    const { connectionTimeoutMillis } = IMPATIENT;
    const standby = `${pair.current.standby.url()}&target_session_attrs=read-write`;
    const lost = createPool({ connectionString: standby, connectionTimeoutMillis });
    expect((await errorOf(lost.query("select 1"))).code).toBe("CONNECTION_UNAVAILABLE");
    await lost.end();
    const full = createPool({ connectionString: pair.current.url(), connectionTimeoutMillis, max: 1 });
    const client = await full.connect();
    expect((await errorOf(full.connect())).code).toBe("TIMEOUT");
    client.release();
    expect((await full.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await full.end();
  });
});

describe("a driver on a pool of createPool", () => {
  const urlAt = (port: number) => {
    const url = Object.assign(new URL(pair.current.primary.url()), { port: String(port) });
    url.searchParams.set("target_session_attrs", "read-write");
    return url.href;
  };

  test("F20: waits for a primary as long as the pool does", async () => {
    const port = await freePort();
    const pool = createPool({ ...onlyConnecting, connectionString: urlAt(port), max: 1 });
    try {
      const connecting = authOn({ pool, connectionTimeoutMillis: undefined }).connect();
      // Longer than the default of a driver.
      const waited = delay(5_500);
      expect(await Promise.race([connecting.catch((error: unknown) => error), waited])).toBeUndefined();
      const proxy = await TcpProxy.start(pair.current.primary.url(), port);
      try {
        await using auth = await connecting;
        expect(await createUser(auth, { password: null })).toMatchObject({ deletedAt: null });
      } finally {
        await proxy.stop();
      }
    } finally {
      await pool.end();
    }
  });

  test("F20: waits longer than the pool does if its own connectionTimeoutMillis is longer, and so do migrations", async () => {
    const port = await freePort();
    const pool = createPool({ ...IMPATIENT_CONNECTING, connectionString: urlAt(port) });
    try {
      const connecting = authOn({ pool }).connect();
      const migrating = migrate({ ...PATIENT, modules: ["auth"], apply: true, pool });
      const calls = Promise.allSettled([connecting, migrating]);
      // A search may end slightly before its timeout. Two consecutive ones outlast a search of the same length that began earlier.
      for (let search = 0; search < 2; search += 1) {
        expect((await errorOf(pool.connect())).code).toBe("CONNECTION_UNAVAILABLE");
      }
      const proxy = await TcpProxy.start(pair.current.primary.url(), port);
      try {
        expect((await calls).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
        await (await connecting).disconnect();
      } finally {
        await proxy.stop();
      }
    } finally {
      await pool.end();
    }
  });

  test("F20: acquires through a connect that the application has wrapped", async () => {
    const pool = createPool({ ...onlyConnecting, connectionString: pair.current.url() });
    let acquired = 0;
    const connect = pool.connect.bind(pool) as (...args: unknown[]) => unknown;
    Object.assign(pool, {
      connect: (...args: unknown[]) => {
        acquired += 1;
        return connect(...args);
      },
    });
    try {
      await using auth = await authOn({ pool }).connect();
      const before = acquired;
      await auth.countUsers();
      expect(acquired).toBe(before + 1);
    } finally {
      await pool.end();
    }
  });
});

describe("a primary that is fenced", () => {
  const fence = (value: string) =>
    pair.current.on(
      pair.current.primary,
      `alter system set default_transaction_read_only = ${value}`,
      "select pg_reload_conf()",
    );
  const shown = async () =>
    (
      await pair.current.on<{ fenced: string }>(
        pair.current.primary,
        "select current_setting('default_transaction_read_only') as fenced",
      )
    )[0]?.fenced;
  afterEach(() => fence("off"));

  test("F20: writes wait for its end, and no idle connection from before is used", async () => {
    const events: PevensieEvent[] = [];
    const onEvent = (event: PevensieEvent) => events.push(event);
    await using auth = await authOn({ connectionString: pair.current.url() }, { onEvent }).connect();
    // Several idle connections, each of which reports the fence with its next answer only.
    await Promise.all(Array.from({ length: 4 }, () => createUser(auth, { password: null })));
    await fence("on");
    await expect.poll(shown).toBe("on");
    const user = createUser(auth, { password: null });
    await expect.poll(() => events.map(({ type }) => type)).toContain("read-only-connection");
    await fence("off");
    expect(await user).toMatchObject({ deletedAt: null });
  });

  test("F20: a driver and migrate on a pool of createPool use no idle connection from before the fence", async () => {
    const pool = createPool({ ...onlyConnecting, connectionString: pair.current.url(), max: 1 });
    const events: PevensieEvent[] = [];
    const onEvent = (event: PevensieEvent) => events.push(event);
    /** Fences the primary, and has the idle connection report that. */
    const fenceIdle = async () => {
      await fence("on");
      await expect
        .poll(async () => (await pool.query("show default_transaction_read_only")).rows)
        .toEqual([{ default_transaction_read_only: "on" }]);
    };
    try {
      await using auth = await authOn({ pool }, { onEvent }).connect();
      await fenceIdle();
      const user = createUser(auth, { password: null });
      await expect
        .poll(() => events)
        .toContainEqual({ type: "read-only-connection", reason: "default_transaction_read_only" });
      await fence("off");
      expect(await user).toMatchObject({ deletedAt: null });
      await fenceIdle();
      const migrated = migrate({ ...PATIENT, modules: ["auth"], apply: true, pool });
      const closed = once(pool, "remove").then(() => "closed");
      expect(await Promise.race([migrated, closed])).toBe("closed");
      await fence("off");
      expect(await migrated).toMatchObject({ applied: true });
    } finally {
      await pool.end();
    }
  });

  test("F7: three aborted runs are retried after four connections to it were replaced", async () => {
    const events: PevensieEvent[] = [];
    const onEvent = (event: PevensieEvent) => events.push(event);
    await using auth = await authOn({ connectionString: pair.current.url() }, { onEvent }).connect();
    // Opens four connections, each of which reports the fence with its next answer only.
    await Promise.all(Array.from({ length: 4 }, () => auth.withTransaction((inside) => inside.countUsers())));
    await fence("on");
    await expect.poll(shown).toBe("on");
    let runs = 0;
    const transaction = auth.withTransaction(async (_, client) => {
      runs += 1;
      if (runs < 4) await client.query("do $$ begin raise exception using errcode = '40001'; end $$");
    });
    const refused = () => events.filter(({ type }) => type === "read-only-connection");
    await expect.poll(refused).toHaveLength(4);
    await fence("off");
    await transaction;
    expect(runs).toBe(4);
  });

  test("F20: is connected to with target_session_attrs=primary", async () => {
    await fence("on");
    await expect.poll(shown).toBe("on");
    expect(await acceptsWrites(`${pair.current.url()}?target_session_attrs=primary`)).toBe(false);
  });
});
