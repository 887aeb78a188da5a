import { describe, expect, test } from "vitest";
import { hasEnded } from "../../src/postgres/drivers/auth/session-rows.js";
import { createSession, getSession, type IGetSessionResult } from "../../src/postgres/queries.js";
import { asRead, authOn, createUser, PASSWORD, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const userId = async () => (await createUser(auth.current, { password: null })).id;

describe("sessions", () => {
  test("have the given values, and expire after their ttl", async () => {
    const owner = await userId();
    const given = { userId: owner, ip: "192.0.2.1", userAgent: "Browser/1" };
    const session = await auth.current.createSession({ ...given, ttlSeconds: 90 });
    expect(session).toEqual({
      ...given,
      id: expect.stringMatching(UUID_V7),
      createdAt: expect.any(Date),
      expiresAt: expect.any(Date),
      boundTo: ["ip", "userAgent"],
      idleSeconds: null,
      lastSeenAt: session.createdAt,
      authenticatedAt: session.createdAt,
      authenticationAgeSeconds: 0,
    });
    expect((session.expiresAt?.getTime() ?? 0) - session.createdAt.getTime()).toBe(90_000);
    const endless = await auth.current.createSession({ userId: owner });
    expect(endless).toMatchObject({ ip: null, userAgent: null, expiresAt: null });
    await expect(auth.current.getSession(endless.id)).resolves.toEqual(asRead(endless));
  });

  test("G24: the caller cannot choose a session's id", async () => {
    const user = await createUser(auth.current);
    const id = "0190163d-8694-739b-aea5-966c26f8ad90";
    for (const key of ["id", "sessionId"]) {
      await expect(auth.current.createSession({ userId: user.id, [key]: id } as never)).rejects.toMatchObject({
        code: "INVALID_INPUT",
        field: key,
      });
      const logIn = { email: user.email, password: PASSWORD, [key]: id };
      await expect(auth.current.logInUser(logIn)).rejects.toMatchObject({ code: "INVALID_INPUT", field: key });
    }
    await expect(auth.current.getSession(id)).resolves.toBeNull();
  });

  test("G24: every id is new, with 74 random bits", async () => {
    const owner = await userId();
    const ids: string[] = [];
    for (let index = 0; index < 200; index += 1) ids.push((await auth.current.createSession({ userId: owner })).id);
    for (const id of ids) expect(id).toMatch(UUID_V7);
    // The last 48 bits are random, or a counter's that starts anywhere in every millisecond.
    expect(new Set(ids.map((id) => id.slice(-12))).size).toBe(ids.length);
    const bits = ids.map((id) => BigInt(`0x${id.slice(-12)}`));
    for (let bit = 0n; bit < 48n; bit += 1n) {
      const ones = bits.filter((value) => (value >> bit) & 1n).length;
      // Beyond these bounds a fair bit falls once in 10^11 runs.
      expect(ones).toBeGreaterThan(50);
      expect(ones).toBeLessThan(150);
    }
  });

  test("G24: deleteSession takes effect immediately on a second pool, and is idempotent", async () => {
    await using other = await authOn({ connectionString: database.url }).connect();
    const session = await auth.current.createSession({ userId: await userId() });
    await expect(other.getSession(session.id)).resolves.toEqual(asRead(session));
    await auth.current.deleteSession(session.id);
    await expect(other.getSession(session.id)).resolves.toBeNull();
    await expect(auth.current.deleteSession(session.id)).resolves.toBeUndefined();
    await expect(other.deleteSession(session.id)).resolves.toBeUndefined();
  });

  test("reading an expired one returns null and deletes that row only", async () => {
    const owner = await userId();
    const [expired, live] = [
      await auth.current.createSession({ userId: owner, ttlSeconds: 60 }),
      await auth.current.createSession({ userId: owner, ttlSeconds: 60 }),
    ];
    await backdoor.expireSession(expired.id);
    await expect(auth.current.getSession(expired.id)).resolves.toBeNull();
    await expect(backdoor.sessionIds(owner)).resolves.toEqual([live.id]);
  });

  test("one is expired at the exact moment of its expiry", async () => {
    const client = await database.pool.connect();
    try {
      await client.query("begin");
      const id = "0190163d-8694-739b-aea5-966c26f8ad90";
      await createSession.run({ id, userId: await userId(), ttlSeconds: 60 }, client);
      for (const [offset, expired] of [
        ["0", true],
        ["1 microsecond", false],
        ["-1 microsecond", true],
        ["infinity", false],
      ] as const) {
        const expiry = offset === "infinity" ? "'infinity'" : `current_timestamp + interval '${offset}'`;
        await client.query(`update pevensie.session set expires_at = ${expiry} where id = $1`, [id]);
        const [row] = (await getSession.run({ id }, client)) as [IGetSessionResult];
        expect(hasEnded(row)).toBe(expired);
      }
    } finally {
      await client.query("rollback");
      client.release();
    }
  });

  test("cannot be created for a user that is unknown, deleted or banned", async () => {
    const [deleted, banned] = [await userId(), await userId()];
    await auth.current.deleteUserById(deleted);
    await auth.current.updateUser(banned, { bannedUntil: new Date("9999-01-01T00:00:00Z") });
    for (const deleteOtherSessions of [true, false]) {
      const create = (owner: string) => auth.current.createSession({ userId: owner, deleteOtherSessions });
      await expect(create(deleted)).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
      await expect(create("0190163d-8694-739b-aea5-966c26f8ad90")).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
      await expect(create(banned)).rejects.toMatchObject({ code: "USER_BANNED" });
    }
  });

  test("deleteOtherSessions ends the user's others, and no other user's", async () => {
    const [owner, bystander] = [await userId(), await userId()];
    const kept = await auth.current.createSession({ userId: bystander });
    const earlier = await auth.current.createSession({ userId: owner });
    const only = await auth.current.createSession({ userId: owner, deleteOtherSessions: true });
    await expect(auth.current.getSession(earlier.id)).resolves.toBeNull();
    await expect(auth.current.getSession(only.id)).resolves.toEqual(asRead(only));
    await expect(auth.current.getSession(kept.id)).resolves.toEqual(asRead(kept));
    await auth.current.createSession({ userId: owner, deleteOtherSessions: false });
    await expect(backdoor.sessionIds(owner)).resolves.toHaveLength(2);
  });
});
