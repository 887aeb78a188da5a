import { beforeAll, expect, test } from "vitest";
import { createCache } from "../../src/cache/index.js";
import { createCacheDriver, type MigrateResult, migrate } from "../../src/postgres/index.js";
import { asRead, authOn, PASSWORD } from "../support/auth.js";
import { describeCatalog } from "../support/catalog.js";
import { restoreOriginal } from "../support/catalog-original.js";
import { useDatabase } from "../support/database.js";

const fresh = useDatabase();
const original = useDatabase({ empty: true });

/** The last digits of the fixture's ids. */
const id = (digits: string) => `01950000-0000-7000-8000-000000000${digits}`;

interface StoredUser {
  readonly id: string;
  readonly email: string;
  readonly updated_at: Date;
}
let before: StoredUser[];
let result: MigrateResult;

const users = () => original.rows<StoredUser>(`select id, email, updated_at from pevensie."user" order by id`);

beforeAll(async () => {
  await restoreOriginal(original.pool);
  before = await users();
  result = await migrate({ modules: ["auth", "cache"], apply: true, connectionString: original.url });
});

test("the original's first migrations are not run again", () => {
  expect(result.applied).toBe(true);
  expect(result.migrations.length).toBeGreaterThan(0);
  expect(result.migrations.map(({ version }) => version)).not.toContain("20241222140532");
});

test("the catalog becomes the one of a fresh database", async () => {
  expect(await describeCatalog(original.pool)).toBe(await describeCatalog(fresh.pool));
});

test("every row is kept", async () => {
  const counts = await original.rows(`
    select (select count(*) from pevensie."user")::int as users, (select count(*) from pevensie.session)::int as sessions,
      (select count(*) from pevensie.one_time_token)::int as tokens, (select count(*) from pevensie.cache)::int as entries`);
  expect(counts).toEqual([{ users: 14, sessions: 3, tokens: 4, entries: 3 }]);
  expect((await users()).map((user) => user.id)).toEqual(before.map((user) => user.id));
});

test("emails without a collision are found by their original spelling", async () => {
  const spelt = new Map(before.map((user) => [user.id, user.email]));
  await using auth = await authOn({ connectionString: original.url }).connect();
  for (const digits of ["001", "002", "003", "004", "005", "006", "007"]) {
    const user = await auth.getUserByEmail(spelt.get(id(digits)) as string);
    expect(user?.id).toBe(id(digits));
    expect(user?.email).toBe((spelt.get(id(digits)) as string).trim().normalize("NFC").toLowerCase());
  }
});

test("a deleted user's email is normalised, and does not collide with others", async () => {
  const stored = new Map((await users()).map((user) => [user.id, user.email]));
  expect(stored.get(id("008"))).toBe("susan@example.com");
  expect(stored.get(id("001"))).toBe("susan@example.com");
});

test("only changed rows get a new updatedAt", async () => {
  const after = new Map((await users()).map((user) => [user.id, user]));
  for (const user of before) {
    const now = after.get(user.id) as StoredUser;
    expect(now.updated_at > user.updated_at).toBe(now.email !== user.email);
  }
  expect(after.get(id("007"))?.email).toBe("digory@example.com");
});

test("emails that collide stay unchanged, and each is reported by the user's id only", async () => {
  const spelt = new Map(before.map((user) => [user.id, user.email]));
  const stored = new Map((await users()).map((user) => [user.id, user.email]));
  for (const digits of ["011", "012", "013", "014", "015", "016"]) {
    expect(stored.get(id(digits))).toBe(spelt.get(id(digits)));
  }
  // 012 and 016 are in normal form: they need no change.
  const reported = ["011", "013", "014", "015"].map(id);
  expect(result.warnings).toHaveLength(reported.length);
  for (const [index, userId] of reported.entries()) expect(result.warnings[index]).toContain(userId);
  expect(result.warnings.join("\n")).not.toMatch(/@|peter|polly|zo/i);
});

test("tokens of the original are void, and the user can be given a new one", async () => {
  expect(await original.rows("select id from pevensie.one_time_token where deleted_at is null")).toEqual([]);
  expect(await original.rows("select deleted_at from pevensie.one_time_token where id = $1", [id("203")])).toEqual([
    { deleted_at: new Date("2025-01-01T06:00:00Z") },
  ]);
  await using auth = await authOn({ connectionString: original.url }).connect();
  const owner = { userId: id("001"), tokenType: "password-reset" } as const;
  for (const stored of ["live token", "used token", "deleted token"]) {
    expect(await auth.validateOneTimeToken({ ...owner, token: stored })).toBe(false);
  }
  const token = await auth.createOneTimeToken({ ...owner, ttlSeconds: 60 });
  expect(await auth.validateOneTimeToken({ ...owner, token })).toBe(true);
});

test("a user logs in with the hash that the original made", async () => {
  await using auth = await authOn({ connectionString: original.url }).connect();
  expect(await auth.logInUser({ email: "Susan@Example.com", password: `${PASSWORD}!` })).toBeNull();
  const loggedIn = await auth.logInUser({ email: "Susan@Example.com", password: PASSWORD });
  expect(loggedIn?.user.id).toBe(id("001"));
  expect(loggedIn?.user.role).toBe("queen");
  expect(loggedIn?.user.userMetadata).toEqual({ books: ["one", "two"] });
});

test("sessions stay, and an IPv4-mapped address is the IPv4 address", async () => {
  await using auth = await authOn({ connectionString: original.url }).connect();
  const mapped = await auth.getSession(id("101"), { ip: "192.0.2.7", userAgent: "Firefox" });
  expect(mapped).toMatchObject({ id: id("101"), userId: id("001"), ip: "192.0.2.7", expiresAt: null });
  expect(await auth.getSession(id("101"), { ip: "::ffff:192.0.2.7", userAgent: "Firefox" })).toEqual(asRead(mapped));
  expect(await auth.getSession(id("102"), { ip: "2001:db8::1" })).toMatchObject({ ip: "2001:db8::1" });
  expect(await auth.getSession(id("103"), { ip: "192.0.2.8" })).toBeNull();
});

test("cache entries stay, and two resource types may now share a key", async () => {
  await using cache = await createCache({ driver: createCacheDriver({ connectionString: original.url }) }).connect();
  expect(await cache.get("lamp", "post")).toBe("lit");
  expect(await cache.get("lamp", "hall")).toBe("dark");
  expect(await cache.get("snow", "wood")).toBeNull();
  await cache.set("snow", "post", "melting");
  expect(await cache.getAll("post")).toEqual(
    new Map([
      ["lamp", "lit"],
      ["snow", "melting"],
    ]),
  );
});

test("a second run is a no-op, and reports nothing", async () => {
  const again = await migrate({ modules: ["auth", "cache"], apply: true, connectionString: original.url });
  expect(again).toEqual({ applied: true, migrations: [], sql: "", warnings: [] });
});
