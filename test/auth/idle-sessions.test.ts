import { expect, test } from "vitest";
import { authOn, createUser, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool } from "../support/observed-pool.js";
import { whileRefusing } from "../support/refusals.js";

const database = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);

async function newSession(idleSeconds: number, ttlSeconds: number | null = null) {
  const { id: userId } = await createUser(auth.current, { password: null });
  return auth.current.createSession({ userId, idleSeconds, ttlSeconds });
}

/** The seconds since a session was last seen, as stored. */
async function idleFor(id: string): Promise<number> {
  const [row] = await database.rows<{ seconds: number }>(
    "select extract(epoch from now() - last_seen_at)::float8 as seconds from pevensie.session where id = $1",
    [id],
  );
  return row?.seconds ?? Number.NaN;
}

test("G37: a session that was not read for idleSeconds is null, and its row is deleted", async () => {
  for (const find of [
    (id: string) => auth.current.getSession(id),
    (id: string) => auth.current.getSessionWithUser(id),
  ]) {
    const session = await newSession(86_400);
    await backdoor.ageSession(session.id, 86_340);
    await expect(find(session.id)).resolves.not.toBeNull();
    await expect.poll(() => idleFor(session.id)).toBeLessThan(80_000);
    await backdoor.ageSession(session.id, 86_400);
    await expect(find(session.id)).resolves.toBeNull();
    await expect(backdoor.sessionIds(session.userId)).resolves.toEqual([]);
  }
});

test("G37: in one batch, idle sessions are null and live ones are found", async () => {
  const sessions = await Promise.all(Array.from({ length: 20 }, () => newSession(600)));
  for (const { id } of sessions.slice(0, 10)) await backdoor.ageSession(id, 601);
  const found = await Promise.all(sessions.map(({ id }) => auth.current.getSession(id)));
  expect(found.map((session) => session?.id ?? null)).toEqual(
    sessions.map(({ id }, index) => (index < 10 ? null : id)),
  );
});

test("G37: ttlSeconds stays the absolute end, however often the session is read", async () => {
  const session = await newSession(600, 3600);
  await backdoor.ageSession(session.id, 300);
  await auth.current.getSession(session.id);
  await expect.poll(() => idleFor(session.id)).toBeLessThan(200);
  await backdoor.expireSession(session.id);
  await expect(auth.current.getSession(session.id)).resolves.toBeNull();
});

test("reading postpones the idle timeout once a minute, or once in a tenth of it", async () => {
  const long = await newSession(86_400);
  const short = await newSession(300);
  await backdoor.ageSession(long.id, 50);
  await backdoor.ageSession(short.id, 20);
  await auth.current.getSession(long.id);
  await auth.current.getSession(short.id);
  // A write that was due would be made before this one.
  const marker = await newSession(100);
  await backdoor.ageSession(marker.id, 50);
  await auth.current.getSession(marker.id);
  await expect.poll(() => idleFor(marker.id)).toBeLessThan(40);
  expect(await idleFor(long.id)).toBeGreaterThan(49);
  expect(await idleFor(short.id)).toBeGreaterThan(19);
  await backdoor.ageSession(long.id, 11);
  await backdoor.ageSession(short.id, 11);
  await auth.current.getSession(long.id);
  await auth.current.getSessionWithUser(short.id);
  await expect.poll(() => idleFor(long.id)).toBeLessThan(50);
  await expect.poll(() => idleFor(short.id)).toBeLessThan(20);
});

test("a flood of reads writes a session once, without touching an index", async () => {
  const session = await newSession(600);
  await backdoor.ageSession(session.id, 300);
  const version = async () =>
    (await database.rows<{ xmin: string }>("select xmin::text from pevensie.session where id = $1", [session.id]))[0]
      ?.xmin;
  const before = await version();
  const others = await Promise.all(
    Array.from({ length: 3 }, () => authOn({ connectionString: database.url }).connect()),
  );
  try {
    const reads = [auth.current, ...others].flatMap((one) =>
      Array.from({ length: 500 }, () => one.getSession(session.id)),
    );
    for (const read of await Promise.all(reads)) expect(read?.id).toBe(session.id);
    await expect.poll(version).not.toBe(before);
  } finally {
    await Promise.all(others.map((other) => other.disconnect()));
  }
  const after = await version();
  await Promise.all(Array.from({ length: 500 }, () => auth.current.getSession(session.id)));
  expect(await version()).toBe(after);
  const [plan] = await database.rows<{ indexed: string[] }>(
    `select array_agg(distinct a.attname::text) as indexed
     from pg_index i join pg_attribute a on a.attrelid = i.indrelid and (a.attnum = any(i.indkey)
       or pg_get_expr(i.indpred, i.indrelid) like '%' || a.attname || '%')
     where i.indrelid = 'pevensie.session'::regclass and a.attnum > 0`,
  );
  // No index has the column that the write changes, nor asks for it: the update can be a HOT one.
  expect(plan?.indexed).not.toContain("last_seen_at");
});

test("G37: a read fails for no failure of the write", async () => {
  const session = await newSession(600);
  await backdoor.ageSession(session.id, 300);
  const refusal = { event: "update on pevensie.session" } as const;
  await whileRefusing(database, refusal, async () => {
    for (let round = 0; round < 5; round += 1) {
      expect((await auth.current.getSession(session.id))?.id).toBe(session.id);
      expect((await auth.current.getSessionWithUser(session.id))?.session.id).toBe(session.id);
    }
    return undefined as never;
  });
});

test("G37: reads postpone the idle timeout again as soon as what kept the write from being made has gone", async () => {
  const observed = observedPool({ connectionString: database.url });
  const own = await authOn({ pool: observed.pool }).connect();
  try {
    const session = await newSession(3600);
    await backdoor.ageSession(session.id, 300);
    await whileRefusing(database, { event: "update on pevensie.session" }, async () => {
      await own.getSession(session.id);
      await expect.poll(() => observed.statements).toContainEqual(expect.stringMatching(/^rollback/));
      return undefined as never;
    });
    await own.getSession(session.id);
    await expect.poll(() => idleFor(session.id)).toBeLessThan(200);
  } finally {
    await own.disconnect();
    await endPool(observed.pool);
  }
});

test("a write that comes after another process's changes nothing", async () => {
  const observed = observedPool({ connectionString: database.url });
  const own = await authOn({ pool: observed.pool }).connect();
  const session = await newSession(600);
  await backdoor.ageSession(session.id, 300);
  const version = async () => (await database.rows("select xmin from pevensie.session where id = $1", [session.id]))[0];
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  observed.before = (text) => (text.includes("set last_seen_at") ? held : undefined);
  try {
    await own.getSession(session.id);
    await expect.poll(() => observed.statements).toContainEqual(expect.stringContaining("set last_seen_at"));
    await auth.current.getSession(session.id);
    await expect.poll(() => idleFor(session.id)).toBeLessThan(200);
    const written = await version();
    release();
    await own.disconnect();
    expect(await version()).toEqual(written);
  } finally {
    release();
    await own.disconnect();
    await endPool(observed.pool);
  }
});

test("a session that is deleted while its write is on the way is not recreated", async () => {
  const observed = observedPool({ connectionString: database.url });
  const own = await authOn({ pool: observed.pool }).connect();
  try {
    const session = await newSession(600);
    await backdoor.ageSession(session.id, 300);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let seen = () => {};
    const isHeld = new Promise<void>((resolve) => {
      seen = resolve;
    });
    observed.before = (text) => {
      if (!text.includes("set last_seen_at")) return undefined;
      seen();
      return held;
    };
    await own.getSession(session.id);
    await isHeld;
    await auth.current.deleteSession(session.id);
    release();
    await own.disconnect();
    expect(await backdoor.sessionIds(session.userId)).toEqual([]);
  } finally {
    await own.disconnect();
    await endPool(observed.pool);
  }
});

test("in a transaction a read does not write, and finds no idle session", async () => {
  const session = await newSession(600);
  await backdoor.ageSession(session.id, 300);
  await auth.current.withTransaction(async (inner) => {
    expect((await inner.getSession(session.id))?.id).toBe(session.id);
  });
  expect(await idleFor(session.id)).toBeGreaterThan(299);
  await backdoor.ageSession(session.id, 300);
  await auth.current.withTransaction(async (inner) => expect(await inner.getSession(session.id)).toBeNull());
});

test("a sweep removes idle sessions, with and without an absolute end, and no others", async () => {
  await auth.current.removeExpired();
  const idle = [await newSession(60), await newSession(60, 100_000)];
  const live = [await newSession(600), await newSession(600, 100_000)];
  const { id: userId } = await createUser(auth.current, { password: null });
  live.push(await auth.current.createSession({ userId }));
  for (const { id } of [...idle, ...live]) await backdoor.ageSession(id, 61);
  for (const batchSize of [1, 1000]) {
    const { sessions } = await auth.current.removeExpired({ batchSize });
    expect(sessions).toBe(batchSize === 1 ? 2 : 0);
  }
  for (const { userId, id } of live) expect(await backdoor.sessionIds(userId)).toEqual([id]);
  for (const { userId } of idle) expect(await backdoor.sessionIds(userId)).toEqual([]);
});

test.each([0, -1, 1.5, Number.NaN, "60", 3_155_760_001])("refuses idleSeconds %s", async (idleSeconds) => {
  const { id: userId } = await createUser(auth.current, { password: null });
  const refused = { code: "INVALID_INPUT", field: "idleSeconds" };
  const options = { userId, idleSeconds } as never;
  await expect(auth.current.createSession(options)).rejects.toMatchObject(refused);
  const logIn = { email: "a@example.com", password: "a password", idleSeconds } as never;
  await expect(auth.current.logInUser(logIn)).rejects.toMatchObject(refused);
});
