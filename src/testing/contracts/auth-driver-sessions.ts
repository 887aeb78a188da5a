import { randomUUID } from "node:crypto";
import type { LogIn, NewSession, Session, SessionPresentation, SessionTerms } from "../../auth/index.js";
import { parseIpAddress } from "../../net/index.js";
import {
  type AuthContractContext,
  credentialsOf,
  newEmail,
  PASSWORD_HASH,
  SESSION_TERMS,
} from "./auth-driver-context.js";

const FUTURE = new Date("9999-01-01T00:00:00.000Z");
const UNBOUND: SessionPresentation = { ip: null, userAgent: null };
const IP = parseIpAddress("2001:db8::1");
const OTHER_IP = parseIpAddress("2001:db8::2");

export function sessionsContract(context: AuthContractContext): void {
  const { describe, expect, test } = context.runner;
  const { asRead } = context;
  const createSession = (overrides: Partial<NewSession> & { userId: string }, deleteOthers = false) =>
    context.driver.createSession({ ...SESSION_TERMS, ...overrides }, deleteOthers);

  describe("creating sessions", () => {
    test("a session has the given values, and expires after its ttl", async () => {
      const { id: userId } = await context.createUser();
      const session = await createSession({ userId, ip: IP, userAgent: "Browser/1", ttlSeconds: 3600 });
      expect(session).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        createdAt: expect.any(Date),
        expiresAt: expect.any(Date),
        userId,
        ip: IP,
        userAgent: "Browser/1",
        boundTo: ["ip", "userAgent"],
        idleSeconds: null,
        lastSeenAt: session.createdAt,
        authenticatedAt: session.createdAt,
        authenticationAgeSeconds: 0,
      });
      expect((session.expiresAt?.getTime() ?? 0) - session.createdAt.getTime()).toBe(3_600_000);
      await expect(context.driver.getSession(session.id, { ip: IP, userAgent: "Browser/1" })).resolves.toEqual(
        asRead(session),
      );
    });

    test("without a ttl it does not expire; the longest ttl is a hundred years", async () => {
      const { id: userId } = await context.createUser();
      const endless = await createSession({ userId, ttlSeconds: null });
      expect(endless.expiresAt).toBeNull();
      await expect(context.driver.getSession(endless.id, UNBOUND)).resolves.toEqual(asRead(endless));
      const long = await createSession({ userId, ttlSeconds: 3_155_760_000 });
      expect((long.expiresAt?.getTime() ?? 0) - long.createdAt.getTime()).toBe(3_155_760_000_000);
    });

    test("fails for a user that is unknown, deleted or banned", async () => {
      const deleted = await context.createUser();
      await context.driver.deleteUser(deleted.id);
      const banned = await context.createUser();
      await context.driver.updateUser(banned.id, { bannedUntil: FUTURE }, null);
      for (const deleteOthers of [false, true]) {
        await expect(createSession({ userId: randomUUID() }, deleteOthers)).rejects.toMatchObject({
          code: "USER_NOT_FOUND",
        });
        await expect(createSession({ userId: deleted.id }, deleteOthers)).rejects.toMatchObject({
          code: "USER_NOT_FOUND",
        });
        await expect(createSession({ userId: banned.id }, deleteOthers)).rejects.toMatchObject({ code: "USER_BANNED" });
      }
      await context.driver.updateUser(banned.id, { bannedUntil: new Date("2001-01-01T00:00:00Z") }, null);
      await expect(createSession({ userId: banned.id })).resolves.toMatchObject({ userId: banned.id });
    });

    test("a session replaces the user's other sessions if requested", async () => {
      const [{ id: userId }, { id: otherId }] = [await context.createUser(), await context.createUser()];
      await createSession({ userId });
      await createSession({ userId });
      await createSession({ userId: otherId });
      const only = await createSession({ userId }, true);
      await expect(context.backdoor.sessionIds(userId)).resolves.toEqual([only.id]);
      await expect(context.backdoor.sessionIds(otherId)).resolves.toHaveLength(1);
    });

    test("of ten concurrent sessions that each replace the others, one is left", async () => {
      const { id: userId } = await context.createUser();
      // Only overlapping calls can go wrong.
      for (let round = 0; round < 20; round += 1) {
        await Promise.all(Array.from({ length: 10 }, () => createSession({ userId }, true)));
        await expect(context.backdoor.sessionIds(userId)).resolves.toHaveLength(1);
      }
    });
  });

  describe("finding sessions", () => {
    test("finds a bound one only with the same ip and user agent, an unbound one with any", async () => {
      const { id: userId } = await context.createUser();
      const free = await createSession({ userId });
      const bound = await createSession({ userId, ip: IP, userAgent: "A" });
      const get = (id: string, presentation: SessionPresentation) => context.driver.getSession(id, presentation);
      await expect(get(free.id, { ip: IP, userAgent: "A" })).resolves.toEqual(asRead(free));
      await expect(get(bound.id, { ip: IP, userAgent: "A" })).resolves.toEqual(asRead(bound));
      await expect(get(bound.id, { ip: OTHER_IP, userAgent: "A" })).resolves.toBeNull();
      await expect(get(bound.id, { ip: IP, userAgent: "B" })).resolves.toBeNull();
      await expect(get(bound.id, { ip: IP, userAgent: "a" })).resolves.toBeNull();
      await expect(get(bound.id, { ip: null, userAgent: "A" })).resolves.toBeNull();
      await expect(get(bound.id, { ip: IP, userAgent: null })).resolves.toBeNull();
      await expect(get(bound.id, { ip: IP, userAgent: "A" })).resolves.toEqual(asRead(bound));
    });

    test("reading an expired one returns null and deletes that row only", async () => {
      const { id: userId } = await context.createUser();
      const [expired, live] = [await createSession({ userId }), await createSession({ userId })];
      await context.backdoor.expireSession(expired.id);
      await expect(context.driver.getSession(expired.id, UNBOUND)).resolves.toBeNull();
      await expect(context.backdoor.sessionIds(userId)).resolves.toEqual([live.id]);
      await expect(context.driver.getSession(expired.id, UNBOUND)).resolves.toBeNull();
      await expect(context.driver.getSession(live.id, UNBOUND)).resolves.toEqual(asRead(live));
    });

    test("concurrent lookups find the same sessions as sequential ones, and return separate objects", async () => {
      const { id: userId } = await context.createUser();
      const [free, bound, expired] = [
        await createSession({ userId }),
        await createSession({ userId, ip: IP, userAgent: '"A",{\\' }),
        await createSession({ userId }),
      ];
      await context.backdoor.expireSession(expired.id);
      const own = { ip: IP, userAgent: '"A",{\\' };
      const asked: [string, SessionPresentation, Session | null][] = [
        [free.id, UNBOUND, free],
        [free.id, own, free],
        [bound.id, own, bound],
        [bound.id, own, bound],
        [bound.id, UNBOUND, null],
        [bound.id, { ...own, ip: OTHER_IP }, null],
        [bound.id, { ...own, userAgent: "B" }, null],
        [expired.id, UNBOUND, null],
        [expired.id, own, null],
        [randomUUID(), own, null],
      ];
      const rounds = [...asked, ...asked, ...asked];
      const found = await Promise.all(rounds.map(([id, presented]) => context.driver.getSession(id, presented)));
      expect(found).toEqual(rounds.map(([, , expected]) => expected && asRead(expected)));
      expect(found[2]).not.toBe(found[3]);
      await expect(context.backdoor.sessionIds(userId)).resolves.not.toContain(expired.id);
    });

    test("returns null for an unknown id; deleting is idempotent", async () => {
      const { id: userId } = await context.createUser();
      const session = await createSession({ userId });
      await expect(context.driver.deleteSession(session.id, null)).resolves.toBe(userId);
      await expect(context.driver.getSession(session.id, UNBOUND)).resolves.toBeNull();
      await expect(context.driver.deleteSession(session.id, null)).resolves.toBeNull();
      await expect(context.driver.deleteSession(randomUUID(), null)).resolves.toBeNull();
      await expect(context.backdoor.sessionIds(userId)).resolves.toEqual([]);
    });
  });

  describe("sweeping", () => {
    test("removes expired sessions, however small the batches, and nothing else", async () => {
      await context.driver.removeExpired(1000);
      const { id: userId } = await context.createUser();
      const live = [await createSession({ userId }), await createSession({ userId, ttlSeconds: null })];
      for (let count = 0; count < 5; count += 1) {
        await context.backdoor.expireSession((await createSession({ userId })).id);
      }
      await expect(context.driver.removeExpired(2)).resolves.toMatchObject({ sessions: 5 });
      const left = await context.backdoor.sessionIds(userId);
      expect(left.sort()).toEqual(live.map(({ id }) => id).sort());
      await expect(context.driver.removeExpired(2)).resolves.toMatchObject({ sessions: 0 });
    });
  });

  describe("logging in", () => {
    const logIn = (userId: string, overrides: Partial<LogIn> = {}, terms: Partial<SessionTerms> = {}) =>
      context.driver.logIn({
        userId,
        passwordHash: PASSWORD_HASH,
        newPasswordHash: null,
        exemption: null,
        replaceSessionId: null,
        device: null,
        session: { ...SESSION_TERMS, ...terms },
        ...overrides,
      });

    test("records the sign-in and creates the session", async () => {
      const user = await context.createUser();
      const loggedIn = await logIn(user.id, {}, { ip: IP, userAgent: "A" });
      expect(loggedIn?.user).toEqual({ ...user, lastSignIn: expect.any(Date), updatedAt: expect.any(Date) });
      expect(loggedIn?.session).toMatchObject({ userId: user.id, ip: IP, userAgent: "A" });
      await expect(context.driver.getUserById(user.id)).resolves.toEqual(loggedIn?.user);
      const presentation = { ip: IP, userAgent: "A" };
      await expect(context.driver.getSession(loggedIn?.session.id as string, presentation)).resolves.toEqual(
        asRead(loggedIn?.session as Session),
      );
    });

    test("replaces the verified hash by a newer one", async () => {
      const user = await context.createUser();
      await expect(logIn(user.id, { newPasswordHash: "newer" })).resolves.not.toBeNull();
      await expect(credentialsOf(context.driver, user.email)).resolves.toMatchObject({ passwordHash: "newer" });
    });

    test("returns null and changes nothing for a user with another hash, without one, deleted, banned or unknown", async () => {
      const other = await context.createUser({ passwordHash: "another" });
      const none = await context.createUser({ passwordHash: null });
      const deleted = await context.createUser();
      await context.driver.deleteUser(deleted.id);
      const banned = await context.createUser();
      await context.driver.updateUser(banned.id, { bannedUntil: FUTURE }, null);
      for (const id of [other.id, none.id, deleted.id, banned.id, randomUUID()]) {
        await expect(logIn(id, { newPasswordHash: "newer" })).resolves.toBeNull();
        await expect(context.backdoor.sessionIds(id)).resolves.toEqual([]);
      }
      await expect(credentialsOf(context.driver, other.email)).resolves.toEqual({
        userId: other.id,
        passwordHash: "another",
        banned: false,
      });
    });

    test("ends the session that it replaces, also another user's, and returns its user's id", async () => {
      const [user, other] = [await context.createUser(), await context.createUser()];
      for (const owner of [user, other]) {
        const [replaced, kept] = [
          await createSession({ userId: owner.id, ip: IP, userAgent: "A" }),
          await createSession({ userId: owner.id }),
        ];
        const loggedIn = await logIn(user.id, { replaceSessionId: replaced.id });
        expect(loggedIn?.replacedUserId).toBe(owner.id);
        await expect(context.driver.getSession(replaced.id, { ip: IP, userAgent: "A" })).resolves.toBeNull();
        await expect(context.driver.getSession(kept.id, UNBOUND)).resolves.toEqual(asRead(kept));
        await expect(logIn(user.id, { replaceSessionId: replaced.id })).resolves.toMatchObject({
          replacedUserId: null,
        });
      }
      await expect(logIn(user.id)).resolves.toMatchObject({ replacedUserId: null });
    });

    test("keeps the session to replace if it fails", async () => {
      const user = await context.createUser();
      const session = await createSession({ userId: user.id });
      const failing = { passwordHash: "another", replaceSessionId: session.id };
      await expect(logIn(user.id, failing)).resolves.toBeNull();
      await expect(context.driver.getSession(session.id, UNBOUND)).resolves.toEqual(asRead(session));
    });

    test("no session survives that is created while the user loses access", async () => {
      for (let round = 0; round < 20; round += 1) {
        const user = await context.createUser();
        const ended = [
          () => context.driver.deleteUser(user.id),
          () => context.driver.updateUser(user.id, { bannedUntil: FUTURE }, null),
          () => context.driver.updateUser(user.id, { passwordHash: null, email: newEmail() }, null),
        ][round % 3] as () => Promise<unknown>;
        const work = [() => logIn(user.id), ended, () => logIn(user.id)];
        await Promise.all((round % 2 ? work : work.reverse()).map((start) => start()));
        await expect(context.backdoor.sessionIds(user.id)).resolves.toEqual([]);
      }
    });
  });
}
