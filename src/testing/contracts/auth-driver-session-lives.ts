import { randomUUID } from "node:crypto";
import type { NewSession, Session, SessionPresentation } from "../../auth/index.js";
import { parseIpAddress } from "../../net/index.js";
import { sleep } from "../../timers.js";
import { type AuthContractContext, PASSWORD_HASH, SESSION_TERMS } from "./auth-driver-context.js";

const FUTURE = new Date("9999-01-01T00:00:00.000Z");
const UNBOUND: SessionPresentation = { ip: null, userAgent: null };
const IP = parseIpAddress("2001:db8::1");

export function sessionLivesContract(context: AuthContractContext): void {
  const { describe, expect, test } = context.runner;
  const { asRead } = context;
  const createSession = (overrides: Partial<NewSession> & { userId: string }) =>
    context.driver.createSession({ ...SESSION_TERMS, ...overrides }, false);
  const idsOf = (sessions: readonly Session[]) => sessions.map(({ id }) => id);

  describe("what sessions are bound to", () => {
    test("a client that is recorded without being bound is returned, and not compared", async () => {
      const { id: userId } = await context.createUser();
      const client = { ip: IP, userAgent: "A" };
      for (const [boundTo, missing] of [
        [[], { ip: null, userAgent: null }],
        [["ip"], { ip: IP, userAgent: null }],
        [["userAgent"], { ip: null, userAgent: "A" }],
      ] as const) {
        const session = await createSession({ userId, ...client, boundTo });
        expect(session).toMatchObject({ ...client, boundTo });
        await expect(context.driver.getSession(session.id, missing)).resolves.toEqual(asRead(session));
        await expect(context.driver.getSession(session.id, client)).resolves.toEqual(asRead(session));
        const others = { ip: boundTo[0] === "ip" ? null : IP, userAgent: boundTo[0] === "userAgent" ? null : "A" };
        const found = boundTo.length === 0 ? asRead(session) : null;
        await expect(context.driver.getSession(session.id, others)).resolves.toEqual(found);
      }
    });

    test("a session is bound to nothing that was not given", async () => {
      const { id: userId } = await context.createUser();
      await expect(createSession({ userId, ip: IP })).resolves.toMatchObject({ boundTo: ["ip"] });
      await expect(createSession({ userId, userAgent: "A" })).resolves.toMatchObject({ boundTo: ["userAgent"] });
      await expect(createSession({ userId })).resolves.toMatchObject({ boundTo: [] });
    });
  });

  describe("idle timeouts", () => {
    test("a session that was not read for so long is expired, whatever its ttl; reading it deletes the row", async () => {
      const { id: userId } = await context.createUser();
      for (const ttlSeconds of [3600, null]) {
        const [idle, active] = [
          await createSession({ userId, idleSeconds: 1000, ttlSeconds }),
          await createSession({ userId, idleSeconds: 2000, ttlSeconds }),
        ];
        expect(idle).toMatchObject({ idleSeconds: 1000, lastSeenAt: idle.createdAt });
        for (const { id } of [idle, active]) await context.backdoor.ageSession(id, 1001);
        await expect(context.driver.listSessions(userId)).resolves.toMatchObject([{ id: active.id }]);
        await expect(context.driver.renewAuthentication(idle.id, userId, PASSWORD_HASH)).resolves.toBeNull();
        await expect(context.driver.getSession(idle.id, UNBOUND)).resolves.toBeNull();
        await expect(context.backdoor.sessionIds(userId)).resolves.toEqual([active.id]);
        await expect(context.driver.getSession(active.id, UNBOUND)).resolves.toMatchObject({ id: active.id });
        await context.driver.deleteSession(active.id, null);
      }
    });

    test("reading a session postpones its idle end, and not its absolute one", async () => {
      const { id: userId } = await context.createUser();
      for (const read of [
        (id: string) => context.driver.getSession(id, UNBOUND),
        (id: string) => context.driver.getSessionWithUser(id, UNBOUND),
      ]) {
        const session = await createSession({ userId, idleSeconds: 1000, ttlSeconds: 3600 });
        await context.backdoor.ageSession(session.id, 990);
        await expect(read(session.id)).resolves.not.toBeNull();
        // The read is recorded after the lookup.
        const lastSeen = async () => (await context.driver.getSession(session.id, UNBOUND))?.lastSeenAt ?? 0;
        while ((await lastSeen()) < session.lastSeenAt) await sleep(5);
        await context.backdoor.ageSession(session.id, 900);
        await expect(read(session.id)).resolves.not.toBeNull();
        const [listed] = await context.driver.listSessions(userId);
        expect(listed?.expiresAt).toEqual(session.expiresAt);
        await context.driver.deleteSession(session.id, null);
      }
    });

    test("a read within a tenth of the timeout writes nothing", async () => {
      const { id: userId } = await context.createUser();
      const session = await createSession({ userId, idleSeconds: 1000 });
      await context.backdoor.ageSession(session.id, 5);
      const [aged] = await context.driver.listSessions(userId);
      for (let count = 0; count < 3; count += 1) await context.driver.getSession(session.id, UNBOUND);
      await expect(context.driver.listSessions(userId)).resolves.toMatchObject([{ lastSeenAt: aged?.lastSeenAt }]);
    });

    test("a sweep removes idle sessions, however small the batches, and nothing else", async () => {
      await context.driver.removeExpired(1000);
      const { id: userId } = await context.createUser();
      const live = [await createSession({ userId, idleSeconds: 1000 }), await createSession({ userId })];
      for (let count = 0; count < 5; count += 1) {
        const { id } = await createSession({ userId, idleSeconds: 1000 });
        await context.backdoor.ageSession(id, 1001);
      }
      await expect(context.driver.removeExpired(2)).resolves.toMatchObject({ sessions: 5 });
      expect((await context.backdoor.sessionIds(userId)).sort()).toEqual(idsOf(live).sort());
      await expect(context.driver.removeExpired(2)).resolves.toMatchObject({ sessions: 0 });
    });
  });

  describe("sessions with their users", () => {
    test("both are found together, with the client that the session is bound to only", async () => {
      const user = await context.createUser({ userMetadata: '{"name":"Susan"}' });
      const session = await createSession({ userId: user.id, ip: IP, userAgent: "A" });
      const get = (presented: SessionPresentation) => context.driver.getSessionWithUser(session.id, presented);
      await expect(get({ ip: IP, userAgent: "A" })).resolves.toEqual({ session: asRead(session), user });
      await expect(get({ ip: IP, userAgent: "B" })).resolves.toBeNull();
      await expect(get(UNBOUND)).resolves.toBeNull();
      await expect(context.driver.getSessionWithUser(randomUUID(), UNBOUND)).resolves.toBeNull();
    });

    test("an expired one is not found, and its row is deleted", async () => {
      const { id: userId } = await context.createUser();
      const session = await createSession({ userId });
      await context.backdoor.expireSession(session.id);
      await expect(context.driver.getSessionWithUser(session.id, UNBOUND)).resolves.toBeNull();
      await expect(context.backdoor.sessionIds(userId)).resolves.toEqual([]);
    });

    test("that of a deleted or banned user is not found; a ban that is over does not matter", async () => {
      const [deleted, banned, free] = [
        await context.createUser(),
        await context.createUser(),
        await context.createUser(),
      ];
      await context.driver.updateUser(free.id, { bannedUntil: new Date(0) }, null);
      const sessions = [];
      for (const { id: userId } of [deleted, banned, free]) sessions.push(await createSession({ userId }));
      await context.driver.deleteUser(deleted.id);
      await context.driver.updateUser(banned.id, { bannedUntil: FUTURE }, null);
      const found = await Promise.all(sessions.map(({ id }) => context.driver.getSessionWithUser(id, UNBOUND)));
      expect(found).toMatchObject([null, null, { user: { id: free.id } }]);
    });

    test("concurrent lookups find the same as sequential ones, and return separate objects", async () => {
      const [one, other] = [await context.createUser(), await context.createUser()];
      const sessions = [
        await createSession({ userId: one.id }),
        await createSession({ userId: one.id }),
        await createSession({ userId: other.id }),
      ] as const;
      const [first, second, others] = sessions;
      const ids = [first.id, second.id, randomUUID(), others.id, first.id];
      const found = await Promise.all(ids.map((id) => context.driver.getSessionWithUser(id, UNBOUND)));
      expect(found).toEqual([
        { session: asRead(first), user: one },
        { session: asRead(second), user: one },
        null,
        { session: asRead(others), user: other },
        { session: asRead(first), user: one },
      ]);
      expect(found[0]?.user).not.toBe(found[4]?.user);
    });
  });

  describe("managing sessions", () => {
    test("lists the live sessions of a user, newest first", async () => {
      const [{ id: userId }, { id: otherId }] = [await context.createUser(), await context.createUser()];
      const sessions = [];
      for (let count = 0; count < 3; count += 1) sessions.push(await createSession({ userId, ip: IP }));
      const [oldest, middle, newest] = sessions as [Session, Session, Session];
      await createSession({ userId: otherId });
      await context.backdoor.ageSession(oldest.id, 60);
      await context.backdoor.expireSession(middle.id);
      expect(idsOf(await context.driver.listSessions(userId))).toEqual([newest.id, oldest.id]);
      await expect(context.driver.listSessions(randomUUID())).resolves.toEqual([]);
    });

    test("deletes a session for its user only, if one is named", async () => {
      const [{ id: userId }, { id: otherId }] = [await context.createUser(), await context.createUser()];
      const session = await createSession({ userId });
      await expect(context.driver.deleteSession(session.id, otherId)).resolves.toBeNull();
      await expect(context.backdoor.sessionIds(userId)).resolves.toEqual([session.id]);
      await expect(context.driver.deleteSession(session.id, userId)).resolves.toBe(userId);
      await expect(context.backdoor.sessionIds(userId)).resolves.toEqual([]);
    });

    test("deletes the sessions of a user, except one, and returns their number", async () => {
      const [{ id: userId }, { id: otherId }] = [await context.createUser(), await context.createUser()];
      const kept = await createSession({ userId });
      const others = await createSession({ userId: otherId });
      for (let count = 0; count < 2; count += 1) await createSession({ userId });
      await expect(context.driver.deleteSessions(userId, kept.id)).resolves.toBe(2);
      await expect(context.backdoor.sessionIds(userId)).resolves.toEqual([kept.id]);
      await expect(context.driver.deleteSessions(userId, others.id)).resolves.toBe(1);
      await expect(context.driver.deleteSessions(userId, null)).resolves.toBe(0);
      await expect(context.backdoor.sessionIds(otherId)).resolves.toEqual([others.id]);
    });
  });

  describe("renewing the authentication", () => {
    test("the age of the authentication grows, and is renewed, by the database's clock", async () => {
      const { id: userId } = await context.createUser();
      const session = await createSession({ userId, ttlSeconds: 3600 });
      await context.backdoor.ageSession(session.id, 600);
      const aged = await context.driver.getSession(session.id, UNBOUND);
      expect(aged?.authenticationAgeSeconds).toBeCloseTo(600, -2);
      const renewed = await context.driver.renewAuthentication(session.id, userId, PASSWORD_HASH);
      expect(renewed).toMatchObject({ id: session.id, createdAt: aged?.createdAt, authenticationAgeSeconds: 0 });
      expect(renewed?.authenticatedAt.getTime()).toBeGreaterThanOrEqual(session.authenticatedAt.getTime());
      await expect(context.driver.getSession(session.id, UNBOUND)).resolves.toEqual(asRead(renewed as Session));
    });

    test("returns null and changes nothing for another user, another hash, and a session or user that is gone", async () => {
      const [{ id: userId }, { id: otherId }] = [await context.createUser(), await context.createUser()];
      const session = await createSession({ userId });
      await context.backdoor.ageSession(session.id, 600);
      const renew = (...given: [string, string, string]) => context.driver.renewAuthentication(...given);
      await expect(renew(session.id, otherId, PASSWORD_HASH)).resolves.toBeNull();
      await expect(renew(session.id, userId, "another")).resolves.toBeNull();
      await expect(renew(randomUUID(), userId, PASSWORD_HASH)).resolves.toBeNull();
      const [listed] = await context.driver.listSessions(userId);
      expect(listed?.authenticationAgeSeconds).toBeCloseTo(600, -2);
      await context.backdoor.expireSession(session.id);
      await expect(renew(session.id, userId, PASSWORD_HASH)).resolves.toBeNull();
      const last = await createSession({ userId });
      await context.driver.deleteUser(userId);
      await expect(renew(last.id, userId, PASSWORD_HASH)).resolves.toBeNull();
    });
  });
}
