import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { createAuth } from "../src/auth/index.js";
import { createCache } from "../src/cache/index.js";
import { PevensieError } from "../src/errors/index.js";
import { resolveConfig } from "../src/postgres/config/config.js";
import {
  createAuthDriver,
  createCacheDriver,
  defaultConfig,
  migrate,
  type PostgresConfig,
} from "../src/postgres/index.js";
import { asRead, COOKIE_KEY, PASSWORD, uniqueEmail } from "./support/auth.js";
import { useDatabase } from "./support/database.js";
import { endPool } from "./support/fault-pool.js";

// An option that is undefined has its default: so can options be passed on without looking at each. A `userId` that says whose object is
// meant has none.

const database = useDatabase();
const pool = new pg.Pool({ connectionString: database.url });
afterAll(() => endPool(pool));

const undefinedSettings = Object.fromEntries(Object.keys(defaultConfig()).map((key) => [key, undefined])) as {
  readonly [K in keyof PostgresConfig]?: undefined;
};

test("undefined settings of a driver count as absent", () => {
  const url = { connectionString: database.url };
  expect(resolveConfig(undefinedSettings)).toEqual(resolveConfig());
  expect(resolveConfig({ ...undefinedSettings, ...url })).toEqual(resolveConfig(url));
});

test("undefined settings beside a caller's pool count as absent", () => {
  const settings = {
    connectionTimeoutMillis: undefined,
    query_timeout: undefined,
    batching: undefined,
    slowQueryMillis: undefined,
  };
  expect(resolveConfig({ pool, ...settings })).toEqual(resolveConfig({ pool }));
});

test("migrate() with an undefined apply plans", async () => {
  const planned = await migrate({ modules: ["auth"], apply: undefined, pool });
  expect(planned).toEqual({ applied: false, migrations: [], sql: "", warnings: [] });
});

test.each([
  [{ passwordHashing: undefined, logInLimits: undefined, onEvent: undefined, userMetadata: undefined }],
  [
    {
      passwordHashing: { maxConcurrent: undefined, maxQueued: undefined },
      logInLimits: { accountAndAddress: undefined, account: undefined, address: undefined },
    },
  ],
])("an auth with %j works", async (options) => {
  await using auth = await createAuth({
    driver: createAuthDriver({ pool }),
    cookieKey: COOKIE_KEY,
    ...options,
  }).connect();
  const credentials = { email: uniqueEmail(), password: PASSWORD };
  await auth.createUserWithEmail({ ...credentials, userMetadata: {} });
  expect(await auth.logInUser({ ...credentials, password: "wrong password" })).toBeNull();
  expect((await auth.logInUser(credentials))?.user.email).toBe(credentials.email);
});

describe("functions of an auth", () => {
  test("accept undefined for every optional argument", async () => {
    await using auth = await createAuth({ driver: createAuthDriver({ pool }), cookieKey: COOKIE_KEY }).connect();
    const client = { ip: undefined, userAgent: undefined };
    const credentials = { email: uniqueEmail(), password: PASSWORD };
    const user = await auth.createUserWithEmail({
      ...credentials,
      userMetadata: {},
      role: undefined,
      phoneNumber: undefined,
    });
    const terms = { bindTo: undefined, ttlSeconds: undefined, idleSeconds: undefined };
    const logIn = { ...credentials, ...client, ...terms, replaceSessionId: undefined, deviceToken: undefined };
    const loggedIn = await auth.logInUser(logIn);
    const session = await auth.createSession({
      userId: user.id,
      ...terms,
      deleteOtherSessions: undefined,
      ...client,
    });
    expect(await auth.getSession(loggedIn?.session.id ?? "", client)).toEqual(asRead(loggedIn?.session));
    expect(session).toMatchObject({ expiresAt: null, ip: null, userAgent: null });
    const filters = { id: [user.id], email: undefined, phoneNumber: undefined };
    const page = { limit: undefined, offset: undefined, onInvalidMetadata: undefined };
    expect(await auth.listUsers({ ...page, filters })).toHaveLength(1);
    expect(await auth.listUsers({ ...page, filters: undefined })).not.toEqual([]);
    await auth.setUserPassword(user.id, PASSWORD, { keepSessionId: undefined });
    expect(await auth.getSession(session.id)).toBeNull();
    expect(await auth.withTransaction(async () => "done", { client: undefined })).toBe("done");
    expect(await auth.removeExpired({ batchSize: undefined })).toMatchObject({ sessions: 0 });
  });
});

test("the owner of what a call is for must not be undefined: anybody's would be meant", async () => {
  await using auth = await createAuth({ driver: createAuthDriver({ pool }), cookieKey: COOKIE_KEY }).connect();
  const user = await auth.createUserWithEmail({ email: uniqueEmail(), password: null, userMetadata: {} });
  const { id } = await auth.createSession({ userId: user.id, ttlSeconds: 60 });
  const { apiKey, key } = await auth.createApiKey({ userId: user.id, name: "key" });
  const token = await auth.createOneTimeToken({ userId: user.id, tokenType: "password-reset", ttlSeconds: 60 });
  const nobody = { userId: undefined } as unknown as { userId: string };
  const presented = { tokenType: "password-reset", token, ...nobody } as const;
  const calls = [
    auth.deleteSession(id, nobody),
    auth.revokeApiKey(apiKey.id, nobody),
    auth.useOneTimeToken(presented),
    auth.validateOneTimeToken(presented),
    auth.getOneTimeToken(presented),
    auth.deleteOneTimeToken(presented),
  ];
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: "INVALID_INPUT", field: "userId" });
  expect(await auth.getSession(id)).not.toBeNull();
  expect(await auth.getApiKeyWithUser(key)).not.toBeNull();
  expect(await auth.validateOneTimeToken({ tokenType: "password-reset", token })).toBe(true);
});

test("a cache and its functions accept undefined for every optional argument", async () => {
  await using cache = await createCache({ driver: createCacheDriver({ pool }), onEvent: undefined }).connect();
  await cache.set("type", "key", "value", { ttlSeconds: undefined });
  await cache.setMany("type", [["other", "value"]], { ttlSeconds: undefined });
  expect(await cache.getMany("type", ["key", "other"])).toHaveProperty("size", 2);
  expect(await cache.removeExpired({ batchSize: undefined })).toBe(0);
});

test("an error has no property for what is undefined", () => {
  const error = new PevensieError("TIMEOUT", "", { field: undefined, retryAfterSeconds: undefined });
  expect(error.field).toBeUndefined();
  expect(error.retryAfterSeconds).toBeUndefined();
});
