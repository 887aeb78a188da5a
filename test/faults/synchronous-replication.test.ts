import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { migrate, type PostgresDriverConfig } from "../../src/postgres/index.js";
import { asRead, authOn, createUser } from "../support/auth.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { useServer } from "../support/fault-server.js";
import { IMPATIENT, PATIENT } from "../support/patience.js";
import { TcpProxy } from "../support/tcp-proxy.js";

const server = useServer();
const config = () => ({ connectionString: server.current.url() });
let administrator: pg.Client;

beforeAll(async () => {
  administrator = new pg.Client(config());
  await administrator.connect();
});
afterAll(() => administrator.end());

async function waitingBackends(): Promise<number[]> {
  const { rows } = await administrator.query<{ pid: number }>(
    "select pid from pg_stat_activity where wait_event = 'SyncRep'",
  );
  return rows.map(({ pid }) => pid);
}

/** Whether commits wait already: the checkpointer puts the setting in force, at some time after a reload. */
async function commitsWait(): Promise<boolean> {
  const client = new pg.Client(config());
  await client.connect();
  try {
    let hasEnded = false;
    const written = client.query("select pg_logical_emit_message(true, 'test', '')").finally(() => {
      hasEnded = true;
    });
    const waiting = async () => hasEnded || (await waitingBackends()).length > 0;
    await expect.poll(waiting).toBe(true);
    const [pid] = await waitingBackends();
    if (pid !== undefined) await administrator.query("select pg_cancel_backend($1)", [pid]);
    await written;
    return pid !== undefined;
  } finally {
    await client.end();
  }
}

/** Does some work while every commit waits for a standby that there is not. */
async function withoutStandby(work: () => Promise<void>): Promise<void> {
  const standbys = async (names: string) => {
    await administrator.query(`alter system set synchronous_standby_names = '${names}'`);
    await administrator.query("select pg_reload_conf()");
    await expect
      .poll(async () => (await administrator.query("show synchronous_standby_names")).rows)
      .toEqual([{ synchronous_standby_names: names }]);
  };
  await standbys("absent");
  try {
    await expect.poll(commitsWait).toBe(true);
    await work();
  } finally {
    await standbys("");
  }
}

const WRITES: Readonly<Record<string, (auth: Auth, userId: string) => Promise<unknown>>> = {
  "a statement": (auth, userId) => auth.createSession({ userId }),
  "a transaction": (auth, userId) => auth.withTransaction((inside) => inside.createSession({ userId })),
};

describe.each(Object.entries(WRITES))("%s that waits for a standby", (_, write) => {
  test("G69: is not reported as a success when the wait is cancelled", async () => {
    await using auth = await authOn(config()).connect();
    const { id: userId } = await createUser(auth, { password: null });
    await withoutStandby(async () => {
      const error = errorOf(write(auth, userId));
      await expect.poll(waitingBackends).toHaveLength(1);
      await administrator.query("select pg_cancel_backend($1)", await waitingBackends());
      expect(await error).toMatchObject({ code: "OUTCOME_UNKNOWN", cause: { code: "01000" } });
    });
    const [session, ...others] = await auth.listSessions(userId);
    expect(others).toEqual([]);
    // The connection is used again, and what follows on it is reported as it is.
    const next = await auth.createSession({ userId });
    expect(await auth.getSession(next.id)).toEqual(asRead(next));
    expect(session).toMatchObject({ userId });
  });

  test("G70: does not go on waiting on the server once it was given up", async () => {
    await using auth = await authOn({ ...config(), ...IMPATIENT }).connect();
    const { id: userId } = await createUser(auth, { password: null });
    await withoutStandby(async () => {
      expect(await codeOf(write(auth, userId))).toBe("OUTCOME_UNKNOWN");
      await expect.poll(waitingBackends).toEqual([]);
    });
  });
});

test("G70: a commit that waits for a standby does not go on waiting once disconnect() has given it up", async () => {
  const auth = await authOn({ ...config(), ...IMPATIENT }).connect();
  const { id: userId } = await createUser(auth, { password: null });
  await withoutStandby(async () => {
    let commit = () => {};
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    const written = codeOf(
      auth.withTransaction(async (inner) => {
        await inner.setUserRole(userId, "late");
        await held;
      }),
    );
    const disconnected = auth.disconnect();
    // The commit would time out later than disconnect() stops waiting for it.
    await delay(IMPATIENT.query_timeout / 3);
    commit();
    await disconnected;
    expect(await written).toBe("OUTCOME_UNKNOWN");
    await expect.poll(waitingBackends).toEqual([]);
  });
});

test("G69: concerns the write that has waited, and nothing that follows on a client of the caller's", async () => {
  const pool = new pg.Pool({ ...config(), max: 1 });
  try {
    await using auth = await authOn({ pool }).connect();
    const { id: userId } = await createUser(auth, { password: null });
    const session = await auth.createSession({ userId });
    await withoutStandby(async () => {
      const written = pool.query("create table public.of_the_caller ()");
      await expect.poll(waitingBackends).toHaveLength(1);
      await administrator.query("select pg_cancel_backend($1)", await waitingBackends());
      await written;
      expect(await auth.getSession(session.id)).toEqual(asRead(session));
    });
  } finally {
    await pool.end();
  }
});

describe("statement_timeout", () => {
  const shownBy = async (auth: Auth) => {
    const text = "select current_setting('statement_timeout') as limit";
    return (await auth.withTransaction((_, client) => client.query<{ limit: string }>(text))).rows[0]?.limit;
  };
  const limitOf = async (given: PostgresDriverConfig) => {
    await using auth = await authOn(given).connect();
    return shownBy(auth);
  };

  test("G70: statement_timeout is a little longer than query_timeout on an owned pool", async () => {
    expect(await limitOf({ ...config(), query_timeout: 41_000 })).toBe("42s");
  });

  test("G70: a configured statement_timeout is kept", async () => {
    const { url } = { url: server.current.url() };
    expect(await limitOf({ connectionString: `${url}&statement_timeout=17000` })).toBe("17s");
    expect(await limitOf({ ...config(), connectionParameters: { statement_timeout: "18s" } })).toBe("18s");
    expect(await limitOf({ connectionString: `${url}&options=-c%20statement_timeout%3D19s` })).toBe("19s");
    expect(await limitOf({ connectionString: `${url}&options=--statement-timeout%3D20s` })).toBe("20s");
    expect(await limitOf({ ...config(), connectionParameters: { Statement_Timeout: "21s" } })).toBe("21s");
  });

  test.each(["08P01", "0A000"])("G70: a statement_timeout that a pooler refuses with %s is left out", async (state) => {
    const proxy = await TcpProxy.start(server.current.url());
    try {
      proxy.refuseNext(state, 1);
      expect(await limitOf({ connectionString: proxy.url })).toBe("0");
      expect(proxy.accepted).toBe(2);
    } finally {
      await proxy.stop();
    }
  });

  test("G70: is sent to the other hosts if a pooler in the list refuses it", async () => {
    const { port, password, pathname } = new URL(server.current.url());
    const proxy = await TcpProxy.start(server.current.url());
    const hosts = [proxy.port, Number(port)].map((each) => ({ host: "127.0.0.1", port: each }));
    proxy.refuseNext("08P01", 1);
    const auth = await authOn({ hosts, password, database: pathname.slice(1), ...PATIENT }).connect();
    try {
      expect(await shownBy(auth)).toBe("0");
    } finally {
      await proxy.stop();
    }
    expect(await shownBy(auth)).toBe("61s");
    await auth.disconnect();
  });

  test("G70: is sent again after a pooler that refused connections for another reason", async () => {
    const proxy = await TcpProxy.start(server.current.url());
    try {
      await using auth = await authOn({ connectionString: proxy.url, max: 1 }).connect();
      const end = "select pg_terminate_backend(pg_backend_pid())";
      await auth.withTransaction((_, client) => client.query(end)).catch(() => {});
      proxy.refuseNext("08P01", 2);
      expect(await codeOf(auth.countUsers())).toBe("CONNECTION_UNAVAILABLE");
      expect(await shownBy(auth)).toBe("61s");
    } finally {
      await proxy.stop();
    }
  });

  /** Returns the error of a call through a proxy that does to one start-up what it is told, and responds to no later one. */
  const errorAfterStall = async (hosts: number, prepare: (proxy: TcpProxy) => void) => {
    const { password, pathname } = new URL(server.current.url());
    const proxy = await TcpProxy.start(server.current.url());
    const address = { host: "127.0.0.1", port: proxy.port };
    const config = { hosts: Array(hosts).fill(address), password, database: pathname.slice(1), max: 1 };
    try {
      await using auth = await authOn({ ...config, ...IMPATIENT }).connect();
      const end = "select pg_terminate_backend(pg_backend_pid())";
      await auth.withTransaction((_, client) => client.query(end)).catch(() => {});
      prepare(proxy);
      proxy.stall();
      return await errorOf(auth.countUsers());
    } finally {
      await proxy.stop();
    }
  };

  test.each([1, 2])(
    "G70: a pooler that refuses it and then does not respond is a TIMEOUT (hosts: %i)",
    async (hosts) => {
      const error = await errorAfterStall(hosts, (proxy) => proxy.refuseNext("08P01", 1));
      expect(error).toMatchObject({ code: "TIMEOUT", message: expect.stringContaining("no firewall drops packets") });
    },
  );

  test("G70: a pooler that refuses it from a migration and then does not respond is not reported as refusing", async () => {
    const proxy = await TcpProxy.start(server.current.url());
    try {
      proxy.refuseNext("08P01", 1);
      proxy.stall();
      const error = await errorOf(migrate({ connectionString: proxy.url, ...IMPATIENT, modules: ["auth"] }));
      const cause = { message: "The server did not accept the connection in time" };
      expect(error).toMatchObject({ code: "CONNECTION_UNAVAILABLE", cause });
    } finally {
      await proxy.stop();
    }
  });

  test.each([1, 2])("another failure is reported before a server that does not respond (hosts: %i)", async (hosts) => {
    const error = await errorAfterStall(hosts, (proxy) => proxy.closeNext(1));
    expect(error).toMatchObject({
      code: "CONNECTION_UNAVAILABLE",
      cause: { message: "Connection terminated unexpectedly" },
    });
  });

  test("G70: a caller's pool keeps its statement_timeout", async () => {
    const pool = new pg.Pool(config());
    try {
      expect(await limitOf({ pool })).toBe("0");
    } finally {
      await pool.end();
    }
  });
});
