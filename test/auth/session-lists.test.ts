import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createUser, PASSWORD, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);
const newUser = async () => (await createUser(auth.current, { password: null })).id;

test("G38: a user's live sessions are listed, newest first, and no one else's", async () => {
  const [userId, other] = [await newUser(), await newUser()];
  const created = [];
  for (const ttlSeconds of [60, null, 60]) created.push(await auth.current.createSession({ userId, ttlSeconds }));
  await auth.current.createSession({ userId: other });
  const expired = await auth.current.createSession({ userId, ttlSeconds: 60 });
  await backdoor.expireSession(expired.id);
  const idle = await auth.current.createSession({ userId, idleSeconds: 60 });
  await backdoor.ageSession(idle.id, 60);
  const listed = await auth.current.listSessions(userId);
  expect(listed.map(({ id }) => id)).toEqual(created.map(({ id }) => id).reverse());
  expect(await auth.current.listSessions(randomUUID())).toEqual([]);
  expect(await auth.current.listSessions("no id")).toEqual([]);
});

test("G38: a session records a client without being bound to it", async () => {
  const userId = await newUser();
  const client = { ip: "192.0.2.1", userAgent: "Browser/1" };
  const cases = [
    { bindTo: undefined, boundTo: ["ip", "userAgent"], strangersFindIt: false },
    { bindTo: ["ip"] as const, boundTo: ["ip"], strangersFindIt: false },
    { bindTo: ["userAgent"] as const, boundTo: ["userAgent"], strangersFindIt: false },
    { bindTo: [] as const, boundTo: [], strangersFindIt: true },
  ];
  for (const { bindTo, boundTo, strangersFindIt } of cases) {
    const session = await auth.current.createSession({ userId, ...client, bindTo });
    expect(session).toMatchObject({ ...client, boundTo });
    expect(await auth.current.getSession(session.id, client)).toMatchObject({ ...client, boundTo });
    const stranger = { ip: "192.0.2.2", userAgent: "Browser/2" };
    for (const presented of [{}, stranger]) {
      expect((await auth.current.getSession(session.id, presented)) !== null).toBe(strangersFindIt);
      expect((await auth.current.getSessionWithUser(session.id, presented)) !== null).toBe(strangersFindIt);
    }
    const half = bindTo?.[0] === "ip" ? { ip: client.ip } : { userAgent: client.userAgent };
    if (bindTo?.length === 1) expect(await auth.current.getSession(session.id, half)).not.toBeNull();
  }
});

test("G38: bindTo names only what is given", async () => {
  const session = await auth.current.createSession({ userId: await newUser(), ip: "192.0.2.1" });
  expect(session.boundTo).toEqual(["ip"]);
  for (const bindTo of [["ips"], "ip", [1], {}, null]) {
    const options = { userId: session.userId, bindTo } as never;
    const refused = { code: "INVALID_INPUT", field: "bindTo" };
    await expect(auth.current.createSession(options)).rejects.toMatchObject(refused);
  }
});

test("G38: getSessionWithUser returns both, alone and in a batch", async () => {
  const user = await createUser(auth.current, { password: null, userMetadata: { name: "Lucy" } });
  const session = await auth.current.createSession({ userId: user.id });
  const expected = { session: { id: session.id, userId: user.id }, user };
  expect(await auth.current.getSessionWithUser(session.id)).toMatchObject(expected);
  const calls = Array.from({ length: 50 }, (_, index) =>
    auth.current.getSessionWithUser(index % 2 === 0 ? session.id : randomUUID()),
  );
  const found = await Promise.all(calls);
  for (const [index, result] of found.entries()) {
    if (index % 2 === 0) expect(result).toMatchObject(expected);
    else expect(result).toBeNull();
  }
  // Each caller has its own copy.
  (found[0]?.user.userMetadata as { name: string }).name = "changed";
  expect(found[2]?.user.userMetadata).toEqual({ name: "Lucy" });
  expect(await auth.current.getSessionWithUser("no id")).toBeNull();
});

test("G38: getSessionWithUser is null for a deleted or banned user, also where other SQL deleted or banned", async () => {
  for (const change of ["deleted_at = now()", "banned_until = now() + interval '1 hour'"]) {
    const userId = await newUser();
    const { id } = await auth.current.createSession({ userId });
    await database.rows(`update pevensie."user" set ${change} where id = $1`, [userId]);
    expect(await auth.current.getSessionWithUser(id)).toBeNull();
    expect(await Promise.all([1, 2, 3].map(() => auth.current.getSessionWithUser(id)))).toEqual([null, null, null]);
  }
});

test("G38: deleteSession with a userId ends only that user's session", async () => {
  const [userId, other] = [await newUser(), await newUser()];
  const { id } = await auth.current.createSession({ userId });
  for (const stranger of [other, randomUUID(), "no id"]) {
    await auth.current.deleteSession(id, { userId: stranger });
    expect(await auth.current.getSession(id)).not.toBeNull();
  }
  await auth.current.deleteSession(id, { userId: userId.toUpperCase() });
  expect(await auth.current.getSession(id)).toBeNull();
});

test("G38: deleteSessions ends a user's sessions, except one, and returns their number", async () => {
  const [userId, other] = [await newUser(), await newUser()];
  const kept = await auth.current.createSession({ userId });
  for (let count = 0; count < 3; count += 1) await auth.current.createSession({ userId });
  const foreign = await auth.current.createSession({ userId: other });
  expect(await auth.current.deleteSessions(userId, { keepSessionId: kept.id })).toBe(3);
  expect((await auth.current.listSessions(userId)).map(({ id }) => id)).toEqual([kept.id]);
  expect(await auth.current.deleteSessions(userId, { keepSessionId: foreign.id })).toBe(1);
  expect(await auth.current.deleteSessions(userId)).toBe(0);
  expect(await auth.current.deleteSessions("no id")).toBe(0);
  expect(await auth.current.getSession(foreign.id)).not.toBeNull();
});

test("G38: a login takes the life of its session", async () => {
  const { email } = await createUser(auth.current);
  const options = { ip: "192.0.2.1", bindTo: [], ttlSeconds: 90, idleSeconds: 30 } as const;
  const loggedIn = await auth.current.logInUser({ email, password: PASSWORD, ...options });
  const { session } = loggedIn ?? {};
  expect(session).toMatchObject({ ip: "192.0.2.1", boundTo: [], idleSeconds: 30 });
  expect((session?.expiresAt?.getTime() ?? 0) - (session?.createdAt.getTime() ?? 0)).toBe(90_000);
});
