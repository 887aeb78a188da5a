import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Auth, PasswordCheck } from "../../src/auth/index.js";
import { createAuth } from "../../src/auth/index.js";
import type { PevensieEvent } from "../../src/index.js";
import { type AuthDriverConfig, createAuthDriver, createPool } from "../../src/postgres/index.js";
import { createUser, uniqueEmail } from "../support/auth.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";
import { IMPATIENT, PATIENT } from "../support/patience.js";
import { hasPgBouncer, startPgBouncer } from "../support/process-pgbouncer.js";
import { useReplicatedServers } from "../support/replica-server.js";
import { TcpProxy } from "../support/tcp-proxy.js";
import { createTenant } from "../support/tenants.js";

const servers = useReplicatedServers();
const COOKIE_KEY = "k".repeat(32);

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function authWith(
  options: Partial<AuthDriverConfig>,
  checkPassword?: PasswordCheck,
): Promise<{ auth: Auth; events: string[] }> {
  const events: string[] = [];
  const onEvent = (event: PevensieEvent) => {
    if (event.type === "replica-unavailable") events.push(event.reason);
    if (event.type === "replica-available") events.push("available");
  };
  const config = { connectionString: servers.primary, ...IMPATIENT, ...options } as AuthDriverConfig;
  const driver = createAuthDriver(config);
  const auth = await createAuth({ driver, cookieKey: COOKIE_KEY, onEvent, checkPassword }).connect();
  cleanUps.push(() => auth.disconnect());
  return { auth, events };
}
const replica = () => ({ connectionString: servers.replica, ...IMPATIENT });

/** A connection string with its server named twice. */
const twice = (connectionString: string) => connectionString.replace(/@([^/]+)/, "@$1,$1");

/** Stops the replica from showing what the primary commits from now on. */
async function freeze(): Promise<void> {
  await servers.caughtUp();
  await servers.onReplica("select pg_wal_replay_pause()");
  await expect
    .poll(() => servers.onReplica("select pg_get_wal_replay_pause_state() as state"))
    .toEqual([{ state: "paused" }]);
  cleanUps.push(() => thaw());
}
const thaw = () => servers.onReplica("select pg_wal_replay_resume()");

describe("without staleReads", () => {
  test("G77: lists and counts are read from the replica, and everything else from the primary", async () => {
    const { auth } = await authWith({ replica: replica() });
    const known = await createUser(auth);
    await freeze();
    const user = await createUser(auth, { phoneNumber: `+${Date.now()}` });
    const filters = { filters: { email: [user.email] } };
    expect(await auth.listUsers(filters)).toEqual([]);
    expect(await auth.countUsers(filters)).toBe(0);
    expect(await auth.listUsers({ filters: { id: [known.id] } })).toHaveLength(1);
    expect(await auth.getUserById(user.id)).toEqual(user);
    expect(await auth.getUserByEmail(user.email)).toEqual(user);
    expect(await auth.getUserByPhoneNumber(user.phoneNumber as string)).toEqual(user);
    await auth.withTransaction(async (transaction) => {
      expect(await transaction.listUsers(filters)).toEqual([user]);
    });
  });
});

describe("tenants and several hosts", () => {
  test("G77: lists are those of the primary's schema", async () => {
    const schema = await createTenant(servers.primary);
    // Without the tables, the replica would not be read from at first.
    await servers.caughtUp();
    const { auth, events } = await authWith({ schema, replica: replica() });
    const user = await createUser(auth);
    await servers.caughtUp();
    expect(await auth.listUsers()).toEqual([user]);
    expect(await auth.countUsers()).toBe(1);
    expect(events).toEqual([]);
  });

  test("G77: of several hosts, a standby is read from, also where the environment asks for servers that accept writes", async () => {
    vi.stubEnv("PGTARGETSESSIONATTRS", "read-write");
    const { auth, events } = await authWith({
      replica: { connectionString: twice(servers.replica), ...IMPATIENT },
    });
    const known = await createUser(auth);
    await freeze();
    const user = await createUser(auth);
    expect(await auth.listUsers({ filters: { id: [known.id, user.id] } })).toEqual([known]);
    expect(events).toEqual([]);
  });
});

describe("with staleReads", () => {
  const HOUR = { maxAgeMillis: 3_600_000 };

  test("G80: with another schema, the replica's users are those of that schema", async () => {
    const schema = await createTenant(servers.primary);
    await servers.caughtUp();
    const { auth: other } = await authWith({ replica: replica(), staleReads: HOUR });
    const { auth, events } = await authWith({ schema, replica: replica(), staleReads: HOUR });
    const [email, phoneNumber] = [uniqueEmail(), `+${Date.now()}`];
    const [theirs, mine] = [
      await createUser(other, { email, phoneNumber }),
      await createUser(auth, { email, phoneNumber }),
    ];
    await freeze();
    for (const [tenant, user] of [
      [other, theirs],
      [auth, mine],
    ] as const) {
      expect(await Promise.all([1, 2].map(() => tenant.getUserById(user.id)))).toEqual([user, user]);
      expect(await Promise.all([1, 2].map(() => tenant.getUserByEmail(email)))).toEqual([user, user]);
      expect(await tenant.getUserByPhoneNumber(phoneNumber)).toEqual(user);
      expect(await tenant.listUsers({ filters: { email: [email] } })).toEqual([user]);
      expect(await tenant.countUsers({ filters: { email: [email] } })).toBe(1);
    }
    expect(await auth.getUserById(theirs.id)).toBeNull();
    expect(events).toEqual([]);
    await servers.onPrimary(`drop schema ${schema} cascade`);
  });

  test.each([false, true])(
    "F12: disconnect() drains lookups of a replica and refuses later ones (position known: %s)",
    async (isKnown) => {
      const { auth } = await authWith({ replica: replica(), staleReads: HOUR });
      const phoneNumber = `+${Date.now()}`;
      const user = await createUser(auth, { phoneNumber });
      await servers.caughtUp();
      if (isKnown) await auth.getUserById(user.id);
      const filters = { filters: { id: [user.id] } };
      const calls = () => [
        auth.getUserById(user.id),
        auth.getUserByEmail(user.email),
        auth.getUserByPhoneNumber(phoneNumber),
        auth.listUsers(filters),
        auth.countUsers(filters),
      ];
      const made = Promise.all(calls());
      const disconnected = auth.disconnect();
      const late = Promise.all(calls().map(codeOf));
      expect(await made).toEqual([user, user, user, [user], 1]);
      await disconnected;
      expect(await late).toEqual(Array.from({ length: 5 }, () => "NOT_CONNECTED"));
    },
  );

  test("G78: users are read from the replica while it is within the bound", async () => {
    const { auth, events } = await authWith({ replica: replica(), staleReads: HOUR });
    const known = await createUser(auth, { phoneNumber: `+${Date.now()}` });
    await servers.caughtUp();
    // Learns a position that the replica has replayed.
    expect(await auth.getUserById(known.id)).toEqual(known);
    await freeze();
    await auth.setUserRole(known.id, "changed");
    const calls = Array.from({ length: 20 }, () => auth.getUserById(known.id));
    expect(await Promise.all(calls)).toEqual(calls.map(() => known));
    expect(await auth.getUserByEmail(known.email)).toEqual(known);
    expect(await auth.getUserByPhoneNumber(known.phoneNumber as string)).toEqual(known);
    expect(await auth.listUsers({ filters: { id: [known.id] } })).toEqual([known]);
    expect(events).toEqual([]);
  });

  test("G78: a change that was committed before the bound is seen, and a replica that lags by more is not read from", async () => {
    const maxAgeMillis = 300;
    const { auth, events } = await authWith({ replica: replica(), staleReads: { maxAgeMillis } });
    const user = await createUser(auth);
    await servers.caughtUp();
    expect(await auth.getUserById(user.id)).toEqual(user);
    await freeze();
    const changed = await auth.setUserRole(user.id, "changed");
    // The time is what the bound is about.
    await delay(maxAgeMillis);
    expect(await auth.getUserById(user.id)).toEqual(changed);
    expect(await auth.getUserByEmail(user.email)).toEqual(changed);
    expect(await auth.listUsers({ filters: { id: [user.id] } })).toEqual([changed]);
    expect(await auth.countUsers({ filters: { id: [user.id] } })).toBe(1);
    const seen: unknown[] = [];
    await expect
      .poll(async () => {
        seen.push(await auth.getUserById(user.id));
        return events;
      })
      .toEqual(["lagging"]);
    expect(seen).toEqual(seen.map(() => changed));
    await thaw();
    await servers.caughtUp();
    expect(await auth.getUserById(user.id)).toEqual(changed);
    // A lookup may have asked for a position that is newer than what the replica has caught up with.
    await expect
      .poll(async () => {
        await auth.getUserById(user.id);
        return events.slice(0, 2);
      })
      .toEqual(["lagging", "available"]);
  });

  test("G78: a first lookup that the replica has not replayed is answered by the primary, and shows no lag", async () => {
    const { auth, events } = await authWith({ replica: replica(), staleReads: HOUR });
    const user = await createUser(auth);
    await servers.caughtUp();
    await freeze();
    const changed = await auth.setUserRole(user.id, "changed");
    expect(await auth.getUserById(user.id)).toEqual(changed);
    expect(events).toEqual([]);
    await thaw();
    await servers.caughtUp();
    expect(await auth.getUserById(user.id)).toEqual(changed);
    expect(events).toEqual([]);
  });

  test("G78: a replica that has replayed everything is read from, also where the next page of the WAL is empty", async () => {
    const observed = observedPool({ connectionString: servers.replica });
    cleanUps.push(() => endPool(observed.pool));
    const user = await createUser((await authWith({})).auth);
    // If the server itself has written in the meantime, the page is not empty, and the test tries again.
    for (let isEmpty = false; !isEmpty; ) {
      const { auth, events } = await authWith({ replica: { pool: observed.pool }, staleReads: HOUR });
      // As archive_timeout does on a primary that writes nothing else.
      await servers.onPrimary("select pg_switch_wal()");
      await servers.replayed();
      const statements = await statementsOf(observed, async () => {
        expect(await auth.getUserById(user.id)).toEqual(user);
      });
      const written = "select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint % 8192 <= 40 as is_empty";
      isEmpty = (await servers.onPrimary(written))[0]?.["is_empty"] === true;
      if (!isEmpty) continue;
      expect(statements.filter((text) => text.includes('from pevensie."user"'))).toHaveLength(1);
      expect(events).toEqual([]);
    }
  });

  test.skipIf(!hasPgBouncer)(
    "F8: users are read from the replica also through PgBouncer, whatever its version",
    async () => {
      const bouncer = await startPgBouncer(servers.replica);
      cleanUps.push(() => bouncer.stop());
      const pooled = { connectionString: bouncer.url, ...IMPATIENT };
      const { auth, events } = await authWith({ replica: pooled, staleReads: HOUR });
      const known = await createUser(auth, { phoneNumber: `+${Date.now()}` });
      await servers.caughtUp();
      expect(await auth.getUserById(known.id)).toEqual(known);
      await freeze();
      await auth.setUserRole(known.id, "changed");
      // More connections than PgBouncer has to the server: another one may have prepared a statement there, or not.
      for (let round = 0; round < 5; round += 1) {
        const calls = [1, 2, 3].flatMap(() => [
          auth.getUserById(known.id),
          auth.getUserByEmail(known.email),
          auth.getUserByPhoneNumber(known.phoneNumber as string),
        ]);
        expect(await Promise.all(calls)).toEqual(calls.map(() => known));
      }
      expect(events).toEqual([]);
    },
  );

  test("G78: while the primary changes a user, no lookup misses a change from before the bound", async () => {
    const maxAgeMillis = 50;
    const observed = observedPool({ connectionString: servers.replica });
    cleanUps.push(() => endPool(observed.pool));
    const { auth } = await authWith({ replica: { pool: observed.pool }, staleReads: { maxAgeMillis } });
    const { id } = await createUser(auth, { role: "0" });
    const committedAt = [performance.now()];
    let hasEnded = false;
    const write = async () => {
      for (let number = 1; number <= 400; number += 1) {
        await auth.setUserRole(id, String(number));
        committedAt[number] = performance.now();
      }
      hasEnded = true;
    };
    const read = async () => {
      while (!hasEnded) {
        const bound = performance.now() - maxAgeMillis;
        const expected = committedAt.findLastIndex((time) => time <= bound);
        expect(Number((await auth.getUserById(id))?.role)).toBeGreaterThanOrEqual(expected);
      }
    };
    await Promise.all([write(), read(), read(), read(), read()]);
    const lookups = observed.statements.filter((text) => text.includes('from pevensie."user"'));
    expect(lookups.length).toBeGreaterThan(0);
  });

  test("G79: sessions, logins and tokens, and what decides them, are read from the primary", async () => {
    const checked: unknown[] = [];
    const { auth } = await authWith({ replica: replica(), staleReads: HOUR }, (_, { email }) => {
      checked.push(email);
    });
    const email = uniqueEmail();
    const password = "the lamp-post in the wood";
    const user = await auth.createUserWithEmail({ email, password, userMetadata: {} });
    await servers.caughtUp();
    expect(await auth.getUserById(user.id)).toEqual(user);
    await freeze();
    const session = await auth.createSession({ userId: user.id });
    expect(await auth.getSession(session.id)).not.toBeNull();
    expect(await auth.listSessions(user.id)).toHaveLength(1);
    const changed = await auth.setUserRole(user.id, "changed");
    expect(await auth.getUserByEmailAndPassword(email, password)).toEqual(changed);
    const newEmail = uniqueEmail();
    await auth.setUserEmail(user.id, newEmail);
    const token = await auth.createOneTimeToken({ userId: user.id, tokenType: "password-reset", ttlSeconds: 3600 });
    await auth.resetPassword({ token, password });
    expect(checked).toEqual([email, newEmail]);
    await auth.deleteUserById(user.id);
    expect(await auth.getSession(session.id)).toBeNull();
    expect(await auth.getUserByEmailAndPassword(newEmail, password)).toBeNull();
    // Which is what staleReads is about.
    expect(await auth.getUserById(user.id)).toEqual(user);
  });

  test("G77: without a replica that answers, everything is read from the primary, until it answers", async () => {
    await servers.stopReplica();
    const { auth, events } = await authWith({ replica: replica(), staleReads: HOUR });
    expect(events).toEqual(["unreachable"]);
    const user = await createUser(auth);
    expect(await auth.getUserById(user.id)).toEqual(user);
    expect(await auth.listUsers({ filters: { id: [user.id] } })).toEqual([user]);
    await servers.startReplica();
    await expect.poll(() => events).toEqual(["unreachable", "available"]);
    await servers.stopReplica();
    expect(await auth.getUserById(user.id)).toEqual(user);
    expect(events).toEqual(["unreachable", "available", "unreachable"]);
    await servers.startReplica();
  });

  test.each(["its own pool", "a pool of createPool"])(
    "G77: a proxy without a replica behind it does not make lookups wait until connectionTimeoutMillis, on %s",
    async (kind) => {
      const proxy = await TcpProxy.start(servers.replica);
      cleanUps.push(() => proxy.stop());
      proxy.closeNext(Number.POSITIVE_INFINITY);
      const throughProxy = { connectionString: proxy.url, connectionTimeoutMillis: 3_600_000 };
      const pool = createPool(throughProxy);
      cleanUps.push(() => pool.end());
      const isOwned = kind === "its own pool";
      const { auth, events } = await authWith({ replica: isOwned ? throughProxy : { pool }, staleReads: HOUR });
      const user = await createUser(auth);
      expect(await auth.listUsers({ filters: { id: [user.id] } })).toEqual([user]);
      expect(events).toEqual(["unreachable"]);
      proxy.closeNext(0);
      await expect.poll(() => events).toEqual(["unreachable", "available"]);
    },
  );

  test("G77: while the primary does not answer, a lookup waits for it once, and not for its position before", async () => {
    const proxy = await TcpProxy.start(servers.primary);
    cleanUps.push(() => proxy.stop());
    const primary = { connectionString: proxy.url, ...PATIENT };
    const { auth } = await authWith({ ...primary, replica: replica(), staleReads: { maxAgeMillis: 50 } });
    const user = await createUser(auth);
    const before = proxy.accepted;
    proxy.stall();
    const list = auth.listUsers({ filters: { id: [user.id] } });
    // The position is requested on the idle connection, and the list on another one.
    await expect.poll(() => proxy.accepted).toBe(before + 1);
    proxy.pass();
    expect(await list).toEqual([user]);
  });

  test("G78: a primary in the place of the replica is not read from", async () => {
    const { auth, events } = await authWith({ replica: { connectionString: servers.primary }, staleReads: HOUR });
    const user = await createUser(auth);
    expect(await auth.getUserById(user.id)).toEqual(user);
    expect(events).toEqual(["not-a-standby"]);
  });
});

test("F12: connect() succeeds after a disconnect() that ended an earlier attempt", async () => {
  const proxy = await TcpProxy.start(servers.replica);
  const pool = new pg.Pool({ connectionString: servers.primary });
  cleanUps.push(
    () => proxy.stop(),
    () => endPool(pool),
  );
  const settings = { connectionTimeoutMillis: 600_000 };
  const driver = createAuthDriver({ pool, replica: { connectionString: proxy.url, ...settings } });
  proxy.stall();
  const ended = codeOf(driver.connect());
  await expect.poll(() => proxy.accepted).toBe(1);
  await driver.disconnect();
  proxy.pass();
  await driver.connect();
  expect(await ended).toBe("NOT_CONNECTED");
  await driver.disconnect();
});

describe("configuration", () => {
  test.each<[string, object]>([
    ["replica", { replica: null }],
    ["replica", { replica: "postgresql://localhost" }],
    ["replica.port", { replica: { port: 0 } }],
    ["replica.schema", { replica: { schema: "tenant" } }],
    ["replica.schema", { schema: "tenant", replica: { schema: "pevensie" } }],
    ["replica.replica", { replica: { replica: {} } }],
    ["replica.connectionString", { replica: { connectionString: undefined } }],
    ["staleReads", { staleReads: { maxAgeMillis: 100 } }],
    ["staleReads", { replica: {}, staleReads: 100 }],
    ["staleReads.maxAgeMillis", { replica: {}, staleReads: {} }],
    ["staleReads.maxAgeMillis", { replica: {}, staleReads: { maxAgeMillis: 0 } }],
    ["maxAge", { replica: {}, staleReads: { maxAge: 100 } }],
    ["port", { replica: {}, port: 0 }],
  ])("INVALID_INPUT names %s", (field, config) => {
    expect(() => createAuthDriver(config)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field }));
  });

  test("a replica that refuses the user fails connect()", async () => {
    const url = Object.assign(new URL(servers.replica), { password: "wrong" }) as URL;
    const auth = createAuth({
      driver: createAuthDriver({ connectionString: servers.primary, replica: { connectionString: url.href } }),
      cookieKey: COOKIE_KEY,
    });
    const message = expect.stringContaining("The replica: ");
    expect(await errorOf(auth.connect())).toMatchObject({ code: "CONNECTION_UNAVAILABLE", message });
  });
});
