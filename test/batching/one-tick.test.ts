import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth, User } from "../../src/auth/index.js";
import { type Cache, createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { asRead, authOn, createUser } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";
import { PATIENT } from "../support/patience.js";

const database = useDatabase();
const backdoor = authBackdoor(database);

/** The outcome of a call: its value, or the code of its error. */
const settle = (call: Promise<unknown>) => call.catch((error: { code: unknown }) => ({ code: error.code }));

describe.each([
  ["with batching", true],
  ["without batching", false],
])("%s", (_, batching) => {
  const observed = observedPool({ connectionString: database.url, max: 8 });
  let auth: Auth;
  let cache: Cache;
  let user: User;
  beforeAll(async () => {
    auth = await authOn({ pool: observed.pool, batching }).connect();
    cache = await createCache({ driver: createCacheDriver({ ...PATIENT, pool: observed.pool, batching }) }).connect();
    user = await createUser(auth, { password: null, userMetadata: { list: ["as it was"] } });
  });
  afterAll(async () => {
    await auth.disconnect();
    await cache.disconnect();
    await endPool(observed.pool);
  });

  test("1,000 mixed calls in one tick each get their own answer", async () => {
    const bound = await auth.createSession({ userId: user.id, ip: "192.0.2.1" });
    const free = await auth.createSession({ userId: user.id });
    const expired = await auth.createSession({ userId: user.id, ttlSeconds: 60 });
    await backdoor.expireSession(expired.id);
    await cache.set("type", "live", "live value");
    await cache.set("type", "expired", "expired value", { ttlSeconds: 60 });
    await database.rows("update pevensie.cache set expires_at = now() where key = 'expired'");
    const refused = (code: string) => ({ code });
    const kinds: readonly (readonly [() => Promise<unknown>, unknown])[] = [
      [() => auth.getSession(free.id), asRead(free)],
      [() => auth.getSession("nonsense"), null],
      [() => auth.getSession(expired.id), null],
      [() => auth.getSession(randomUUID()), null],
      [() => auth.getSession(bound.id, { ip: "192.0.2.1" }), asRead(bound)],
      [() => auth.getSession(bound.id, { ip: "192.0.2.2" }), null],
      [() => auth.getSession(bound.id), null],
      [() => auth.getSession(free.id.toUpperCase(), { ip: "not an ip" }), refused("INVALID_INPUT")],
      [() => auth.getUserById(user.id), user],
      [() => auth.getUserById("nonsense"), null],
      [() => auth.getUserById(1 as never), refused("INVALID_INPUT")],
      [() => auth.getUserById(randomUUID()), null],
      [() => auth.getUserByEmail(user.email.toUpperCase()), user],
      [() => auth.getUserByEmail("nobody@example.com"), null],
      [() => cache.get("type", "live"), "live value"],
      [() => cache.get("type", "expired"), null],
      [() => cache.get("type", "missing"), null],
      [() => cache.get("type", "k".repeat(1025)), refused("INVALID_INPUT")],
      [() => cache.get("other type", "live"), null],
      [() => cache.set("new", "k".repeat(1024), "value"), undefined],
      [() => cache.set("new", "\ud800", "value"), refused("INVALID_INPUT")],
      [() => cache.set("new", "key", "value", { ttlSeconds: 0 }), refused("INVALID_INPUT")],
      [() => cache.delete("new", "missing"), false],
      [() => cache.delete("new", "\0"), refused("INVALID_INPUT")],
    ];
    const asked = Array.from(
      { length: 1000 },
      (_each, index) => kinds[(index * 7) % kinds.length] as (typeof kinds)[0],
    );
    const answers = await Promise.all(asked.map(([call]) => settle(call())));
    expect(answers).toEqual(asked.map(([, answer]) => answer));
    // Expired rows are deleted.
    expect(await backdoor.sessionIds(user.id)).not.toContain(expired.id);
    expect(await database.rows("select key from pevensie.cache where key in ('live', 'expired')")).toEqual([
      { key: "live" },
    ]);
  });

  test("several sets of one key in one tick: the last one counts, with its expiry", async () => {
    const sets = Array.from({ length: 50 }, (_each, index) =>
      cache.set("type", `key ${index % 3}`, `value ${index}`, index === 49 ? {} : { ttlSeconds: 60 }),
    );
    await Promise.all(sets);
    if (!batching) return;
    const last = { "key 0": "value 48", "key 1": "value 49", "key 2": "value 47" };
    expect(await cache.getMany("type", Object.keys(last))).toEqual(new Map(Object.entries(last)));
    expect(await database.rows("select key from pevensie.cache where key ~ '^key' and expires_at is null")).toEqual([
      { key: "key 1" },
    ]);
  });

  test("two lookups of the same row return two separate objects", async () => {
    const session = await auth.createSession({ userId: user.id, ip: "192.0.2.1" });
    const lookups = {
      getUserById: () => auth.getUserById(user.id),
      getUserByEmail: () => auth.getUserByEmail(user.email),
      getSession: () => auth.getSession(session.id, { ip: "192.0.2.1" }),
    };
    for (const [name, lookup] of Object.entries(lookups)) {
      const found = await Promise.all([lookup(), lookup(), lookup(), lookup()]);
      const copy = structuredClone(found[0]);
      const expected = copy && "authenticationAgeSeconds" in copy ? asRead(copy) : copy;
      // A caller that changes its object, or a nested one, does not change those of others.
      for (const one of found) {
        expect(one, name).toEqual(expected);
        one?.createdAt.setTime(0);
        if (one && "appMetadata" in one) Object.assign(one.appMetadata as object, { changed: true });
        if (one && "userMetadata" in one) (one.userMetadata as { list: unknown[] }).list.push("changed");
        Object.assign(one as object, { id: "changed" });
      }
    }
  });

  test("a set and then a get of one key, each waited for, see each other", async () => {
    for (let round = 0; round < 20; round += 1) {
      await cache.set("type", "own", String(round));
      expect(await cache.get("type", "own")).toBe(String(round));
      await cache.delete("type", "own");
      expect(await cache.get("type", "own")).toBeNull();
    }
  });

  test("calls of one tick share a bounded number of statements", async () => {
    const session = await auth.createSession({ userId: user.id });
    const batches: Readonly<Record<string, readonly [() => Promise<unknown>, RegExp]>> = {
      getUserById: [() => auth.getUserById(user.id), /\$1::pg_catalog\.uuid\b(?!\[)/],
      getUserByEmail: [() => auth.getUserByEmail(user.email), /\$1::pg_catalog\.text\b(?!\[)/],
      getSession: [() => auth.getSession(session.id), /\$1::pg_catalog\.uuid\b(?!\[)/],
      "cache.get": [() => cache.get("type", "live"), /\$2::pg_catalog\.text\b(?!\[)/],
      "cache.set": [() => cache.set("type", "live", "x"), /\binsert[\s\S]*\$3::pg_catalog\.text\b(?!\[)/],
      "cache.delete": [() => cache.delete("type", "absent"), /\bdelete[\s\S]*\$1::pg_catalog\.text\b(?!\[)/],
    };
    for (const [call, plain] of Object.values(batches)) {
      // One call alone is the plain statement for one row.
      const alone = await statementsOf(observed, call);
      expect(alone).toHaveLength(1);
      expect(alone[0]).toMatch(plain);
      const many = await statementsOf(observed, () => Promise.all(Array.from({ length: 1000 }, call)));
      if (batching) expect(many.length).toBeLessThanOrEqual(5);
      else expect(many).toEqual(new Array(1000).fill(alone[0]));
    }
  });
});
