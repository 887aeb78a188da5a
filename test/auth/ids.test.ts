import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { asRead, authOn, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";

const database = useDatabase();
const observed = observedPool({ connectionString: database.url });
let auth: Auth;
beforeAll(async () => {
  auth = await authOn({ pool: observed.pool }).connect();
});
afterAll(async () => {
  await auth.disconnect();
  await endPool(observed.pool);
});

const MALFORMED = [
  "",
  " ",
  "1",
  "null",
  "'",
  "%",
  "00000000-0000-0000-0000-00000000000",
  "00000000-0000-0000-0000-0000000000000",
  " 00000000-0000-0000-0000-000000000000",
  "00000000-0000-0000-0000-000000000000\n",
  "g0000000-0000-0000-0000-000000000000",
  "00000000--0000-0000-0000-000000000000",
  "{00000000-0000-0000-0000-000000000000",
  "00000000-0000-0000-0000-000000000000\0",
  "\ud800",
  "0".repeat(10_000),
];

/** One UUID as Postgres reads it, and as RFC 9562 writes it in a URN. */
function spellingsOf(id: string): string[] {
  const digits = id.replaceAll("-", "");
  return [
    id,
    id.toUpperCase(),
    digits,
    digits.toUpperCase(),
    `{${id}}`,
    `{${digits}}`,
    `urn:uuid:${id}`,
    `URN:UUID:${id.toUpperCase()}`,
    digits.replace(/.{4}(?=.)/g, "$&-"),
  ];
}

describe("ids", () => {
  const notFound = { code: "USER_NOT_FOUND" };

  test('G3: a malformed user id is "not found", without a query', async () => {
    const token = { tokenType: "password-reset", token: `pr_${"A".repeat(43)}` } as const;
    const statements = await statementsOf(observed, async () => {
      for (const id of MALFORMED) {
        await expect(auth.getUserById(id)).resolves.toBeNull();
        await expect(auth.updateUser(id, { role: "x" })).rejects.toMatchObject(notFound);
        await expect(auth.setUserRole(id, "x")).rejects.toMatchObject(notFound);
        await expect(auth.setUserEmail(id, uniqueEmail())).rejects.toMatchObject(notFound);
        await expect(auth.setUserPassword(id, null)).rejects.toMatchObject(notFound);
        await expect(auth.updateLastSignIn(id, null)).rejects.toMatchObject(notFound);
        await expect(auth.updateUserMetadata(id, {})).rejects.toMatchObject(notFound);
        await expect(auth.deleteUserById(id)).rejects.toMatchObject(notFound);
        await expect(auth.createSession({ userId: id })).rejects.toMatchObject(notFound);
        const newToken = { userId: id, tokenType: "password-reset", ttlSeconds: 60 } as const;
        await expect(auth.createOneTimeToken(newToken)).rejects.toMatchObject(notFound);
        await expect(auth.validateOneTimeToken({ ...token, userId: id })).resolves.toBe(false);
        await expect(auth.useOneTimeToken({ ...token, userId: id })).rejects.toMatchObject({
          code: "INVALID_ONE_TIME_TOKEN",
        });
        await expect(auth.deleteOneTimeToken({ ...token, userId: id })).resolves.toBeUndefined();
      }
    });
    expect(statements).toEqual([]);
  });

  test('G3: a malformed session id is "not found", without a query', async () => {
    const statements = await statementsOf(observed, async () => {
      for (const id of MALFORMED) {
        await expect(auth.getSession(id)).resolves.toBeNull();
        await expect(auth.deleteSession(id)).resolves.toBeUndefined();
      }
    });
    expect(statements).toEqual([]);
  });

  test("G3: upper case and other spellings of one UUID are one id", async () => {
    const user = await createUser(auth);
    const session = await auth.createSession({ userId: user.id });
    for (const id of spellingsOf(user.id)) {
      await expect(auth.getUserById(id)).resolves.toEqual(user);
      await expect(auth.listUsers({ filters: { id: [id] } })).resolves.toEqual([user]);
      await expect(auth.createSession({ userId: id })).resolves.toMatchObject({ userId: user.id });
      const options = { userId: id, tokenType: "password-reset" } as const;
      const token = await auth.createOneTimeToken({ ...options, ttlSeconds: 60 });
      await expect(auth.validateOneTimeToken({ ...options, token })).resolves.toBe(true);
    }
    for (const id of spellingsOf(user.id)) {
      await expect(auth.setUserRole(id, id)).resolves.toMatchObject({ id: user.id, role: id });
    }
    for (const id of spellingsOf(session.id)) {
      await expect(auth.getSession(id)).resolves.toEqual(asRead(session));
      expect(auth.createSessionCookie({ ...session, id })).toBe(auth.createSessionCookie(session));
    }
  });

  test("G3: the session to keep may be spelt in any way, and deleteSession accepts any spelling, too", async () => {
    const user = await createUser(auth);
    for (const spell of spellingsOf(user.id).map((_, index) => (id: string) => spellingsOf(id)[index] as string)) {
      const { id } = await auth.createSession({ userId: user.id });
      await auth.setUserPassword(user.id, null, { keepSessionId: spell(id) });
      await expect(auth.getSession(id)).resolves.toMatchObject({ id });
      await auth.deleteSession(spell(id));
      await expect(auth.getSession(id)).resolves.toBeNull();
    }
  });

  test("a session to keep that is malformed, unknown or another user's keeps nothing", async () => {
    const [user, other] = [await createUser(auth), await createUser(auth)];
    const foreign = await auth.createSession({ userId: other.id });
    for (const keepSessionId of ["nonsense", user.id, foreign.id]) {
      const { id } = await auth.createSession({ userId: user.id });
      await auth.setUserPassword(user.id, PASSWORD, { keepSessionId });
      await expect(auth.getSession(id)).resolves.toBeNull();
    }
    await expect(auth.getSession(foreign.id)).resolves.toEqual(asRead(foreign));
  });
});
