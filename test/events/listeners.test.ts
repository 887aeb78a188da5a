import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createAuth, type User } from "../../src/auth/index.js";
import { createCache } from "../../src/cache/index.js";
import type { EventListener, PevensieEvent } from "../../src/events.js";
import { createAuthDriver, createCacheDriver } from "../../src/postgres/index.js";
import { authOn, COOKIE_KEY, createUser, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { terminate, waitForBlockedBackend, whileHolding } from "../support/fault-blockers.js";
import { walkAuth, walkCache } from "../support/fault-walk.js";

const database = useDatabase();

const rejections: unknown[] = [];
const note = (reason: unknown) => rejections.push(reason);
beforeAll(() => {
  process.on("unhandledRejection", note);
});
afterAll(() => {
  process.off("unhandledRejection", note);
});
afterEach(async () => {
  // Node reports unhandled rejections at the end of a turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  expect(rejections.splice(0)).toEqual([]);
});

const config = () => ({ connectionString: database.url, slowQueryMillis: 0, max: 2 });

/** Everything that emits events: all functions, a lost connection, a retry, a sweep. */
async function everything(onEvent: EventListener): Promise<void> {
  await using auth = await authOn(config(), { onEvent }).connect();
  await using cache = await createCache({ driver: createCacheDriver(config()), onEvent }).connect();
  await walkAuth(auth);
  await walkCache(cache);
  const user = await createUser(auth, { password: null });
  const { outcome } = await whileHolding(database.url, 'lock table pevensie."user"', async () => {
    const pending = Promise.allSettled([auth.getUserByPhoneNumber("none")]);
    await terminate(database.pool, await waitForBlockedBackend(database.pool));
    return { outcome: pending };
  });
  expect(await outcome).toMatchObject([{ status: "fulfilled", value: null }]);
  expect(await auth.getUserById(user.id)).toEqual(user);
}

describe("a listener breaks nothing", () => {
  const listeners: Readonly<Record<string, EventListener>> = {
    "that throws": () => {
      throw new Error("the listener's own");
    },
    "that throws no error": () => {
      throw undefined;
    },
    "that rejects": (() => Promise.reject(new Error("the listener's own"))) as EventListener,
    "that rejects later": (async () => {
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error("the listener's own");
    }) as EventListener,
    "that never ends": (() => new Promise(() => {})) as EventListener,
    "that changes what it is given": (event) => {
      for (const key of Object.keys(event)) Reflect.deleteProperty(event, key);
    },
  };

  test.each(Object.entries(listeners))("%s", async (_, listener) => {
    let emitted = 0;
    await everything((event) => {
      emitted += 1;
      return listener(event);
    });
    expect(emitted).toBeGreaterThan(20);
  });

  test("that calls the auth itself", async () => {
    const found: Promise<User | null>[] = [];
    const email = uniqueEmail();
    const auth = await authOn(
      { connectionString: database.url, max: 1 },
      {
        onEvent: (event) => {
          if (event.type === "password-changed") found.push(auth.getUserByEmail(email));
        },
      },
    ).connect();
    try {
      const user = await createUser(auth, { email });
      await auth.setUserPassword(user.id, null);
      await auth.withTransaction((inside) => inside.setUserPassword(user.id, null));
      expect(await Promise.all(found)).toMatchObject([{ id: user.id }, { id: user.id }]);
    } finally {
      await auth.disconnect();
    }
  });

  test("and a value that is not a function is refused", () => {
    for (const onEvent of [null, 1, "log", {}]) {
      const refused = expect.objectContaining({ code: "INVALID_INPUT", field: "onEvent" });
      const options = { onEvent: onEvent as never };
      expect(() => createAuth({ driver: createAuthDriver(), cookieKey: COOKIE_KEY, ...options })).toThrow(refused);
      expect(() => createCache({ driver: createCacheDriver(), ...options })).toThrow(refused);
    }
  });
});

test("a disconnected auth that connects again continues to emit", async () => {
  const events: PevensieEvent[] = [];
  const auth = await authOn(config(), { onEvent: (event) => events.push(event) }).connect();
  const again = await (await auth.disconnect()).connect();
  events.length = 0;
  await again.removeExpired();
  await again.disconnect();
  expect(events.map(({ type }) => type)).toContain("sweep");
});

test("G12: no event carries a secret", async () => {
  const events: PevensieEvent[] = [];
  const secrets = {
    password: "the planted password",
    newPassword: "another planted password",
    email: "planted.email@example.com",
    key: "planted cache key",
    value: "planted cache value",
    userAgent: "planted user agent",
    phoneNumber: "+1 555 0199",
  };
  const found: string[] = Object.values(secrets);
  const onEvent = (event: PevensieEvent) => events.push(event);
  const passwordHashing = { maxConcurrent: 1, maxQueued: 1 };
  await using auth = await authOn(config(), { onEvent, passwordHashing }).connect();
  await using cache = await createCache({ driver: createCacheDriver(config()), onEvent }).connect();
  const { email, password, userAgent, phoneNumber } = secrets;
  const user = await createUser(auth, { email, password, phoneNumber });
  const loggedIn = await auth.logInUser({ email, password, userAgent });
  const session = loggedIn?.session ?? (await auth.createSession({ userId: user.id }));
  const owner = { userId: user.id, tokenType: "password-reset" } as const;
  const tokens = [await auth.createOneTimeToken({ ...owner, ttlSeconds: 60 })];
  await auth.useOneTimeToken({ ...owner, token: tokens[0] as string });
  tokens.push(await auth.createOneTimeToken({ ...owner, ttlSeconds: 60 }));
  const hashes = await database.rows<{ hash: string }>(
    `select password_hash as hash from pevensie."user" where password_hash is not null
     union all select token_hash from pevensie.one_time_token`,
  );
  found.push(session.id, auth.createSessionCookie(session), COOKIE_KEY, ...tokens, ...hashes.map(({ hash }) => hash));
  found.push(new URL(database.url).password);
  await auth.deleteSession(session.id);
  await Promise.allSettled(Array.from({ length: 20 }, () => auth.logInUser({ email, password: secrets.newPassword })));
  await auth.resetPassword({ token: tokens[1] as string, password: secrets.newPassword });
  await Promise.allSettled([createUser(auth, { email, password })]);
  await cache.set(secrets.key, secrets.key, secrets.value);
  await cache.get(secrets.key, secrets.key);
  await whileHolding(database.url, 'lock table pevensie."user"; lock table pevensie.cache', async () => {
    const calls = [auth.setUserPassword(user.id, password), auth.getUserByEmail(email)];
    const pending = Promise.allSettled([...calls, cache.set(secrets.key, secrets.key, secrets.value)]);
    const ended = "select pg_terminate_backend(pid, 10000) from pg_stat_activity where wait_event_type = 'Lock'";
    for (let count = 0; count < 3; ) count += (await database.rows(`${ended} and datname = current_database()`)).length;
    return { pending };
  });
  await auth.updateUser(user.id, { bannedUntil: new Date(8.64e15) });
  await Promise.allSettled([auth.logInUser({ email, password: secrets.newPassword })]);
  await auth.deleteUserById(user.id);
  await auth.removeExpired();
  await cache.removeExpired();

  const types = new Set(events.map(({ type }) => type));
  expect([...types].toSorted()).toEqual([
    "connection-healed",
    "connection-lost",
    "log-in-failed",
    "password-changed",
    "retry",
    "session-ended",
    "slow-query",
    "sweep",
    "token-used",
  ]);
  expect(found.length).toBeGreaterThan(14);
  expect(Math.min(...found.map(({ length }) => length))).toBeGreaterThan(7);
  for (const text of [JSON.stringify(events), inspect(events, { depth: null, showHidden: true })]) {
    for (const secret of found) expect(text).not.toContain(secret);
  }
});
