import { PGlite } from "@electric-sql/pglite";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver, migrate } from "../../src/postgres/index.js";
import { authOn, PASSWORD, uniqueEmail } from "../support/auth.js";
import { codeOf } from "../support/fault-outcome.js";
import { walkAuth, walkCache } from "../support/fault-walk.js";

/** PGlite, through its own adapter for node-postgres: see docs/pglite.md. */

let database: PGlite;
let pool: pg.Pool;
let auth: Auth;
let cache: Cache;
const events: string[] = [];

beforeAll(async () => {
  database = await PGlite.create("memory://");
  pool = new pg.Pool(createPgConfig(database));
  const { applied, migrations } = await migrate({ pool, modules: ["auth", "cache"], apply: true });
  expect([applied, migrations.length > 0]).toEqual([true, true]);
  const onEvent = ({ type }: { readonly type: string }) => events.push(type);
  auth = await authOn({ pool }, { onEvent }).connect();
  cache = await createCache({ driver: createCacheDriver({ pool }), onEvent }).connect();
});
afterAll(async () => {
  await auth.disconnect();
  await cache.disconnect();
  await pool.end();
  await database.close();
});

test("has one connection, and nothing left to migrate", async () => {
  expect(pool.options.max).toBe(1);
  expect((await migrate({ pool, modules: ["auth", "cache"] })).migrations).toEqual([]);
});

test("a user signs up, logs in, and has a session", async () => {
  const email = uniqueEmail();
  const user = await auth.createUserWithEmail({ email, password: PASSWORD, userMetadata: { name: "Lüçy 🦁" } });
  const login = await auth.logInUser({ email, password: PASSWORD });
  expect(await auth.logInUser({ email, password: `${PASSWORD}.` })).toBeNull();
  const id = login?.session.id ?? "";
  expect(await auth.getSession(id)).toEqual({ ...login?.session, authenticationAgeSeconds: expect.any(Number) });
  const together = await Promise.all(Array.from({ length: 20 }, () => auth.getSessionWithUser(id)));
  for (const found of together) expect(found?.user).toMatchObject({ id: user.id, userMetadata: { name: "Lüçy 🦁" } });
  await auth.deleteSession(id);
  expect(await auth.getSession(id)).toBeNull();
});

test("a cache stores, computes and counts", async () => {
  await cache.set("page", "/", "text", { ttlSeconds: 60, tags: ["pages"] });
  const keys = ["/", "/other", "/"];
  expect(await Promise.all(keys.map((key) => cache.get("page", key)))).toEqual(["text", null, "text"]);
  await cache.invalidateTags(["pages"]);
  expect(await cache.get("page", "/")).toBeNull();
  expect(await cache.getOrSet("page", "/", () => "computed", { ttlSeconds: 60 })).toBe("computed");
  expect(await Promise.all([1, 2, 3].map(() => cache.increment("count", "visits")))).toEqual([1, 2, 3]);
});

test("every function of auth and cache works", async () => {
  await walkAuth(auth);
  await walkCache(cache);
});

test("an error leaves the connection usable, in a transaction and outside of one", async () => {
  const email = uniqueEmail();
  const create = (on: Pick<Auth, "createUserWithEmail">) =>
    on.createUserWithEmail({ email, password: null, userMetadata: {} });
  const { id } = await create(auth);
  expect(await codeOf(create(auth))).toBe("EMAIL_TAKEN");
  const failing = auth.withTransaction(async (inside) => {
    await inside.setUserRole(id, "undone");
    await create(inside);
  });
  expect(await codeOf(failing)).toBe("EMAIL_TAKEN");
  expect(await auth.getUserById(id)).toMatchObject({ email, role: null });
});

test("the statements run as on pg itself, and a client that the pool replaces goes on with the same session", async () => {
  expect(events).not.toContain("pg-not-verified");
  const user = await auth.createUserWithEmail({ email: uniqueEmail(), password: null, userMetadata: {} });
  const client = await pool.connect();
  const removed = new Promise((resolve) => pool.once("remove", resolve));
  client.release(true);
  await removed;
  expect(await auth.getUserById(user.id)).toEqual(user);
});
