import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Json, User } from "../../src/auth/index.js";
import { PevensieError } from "../../src/errors/index.js";
import { createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { hostileText, isStorable, storableText } from "../support/texts.js";

const database = useDatabase();
const auth = useAuth(database.url);
let user: User;
beforeAll(async () => {
  await database.rows("create table public.canary (id int)");
  await database.rows("insert into public.canary values (1)");
  user = await createUser(auth.current);
});
// No value that a test has sent was executed as SQL.
afterEach(async () => {
  await expect(database.rows("select id from public.canary")).resolves.toEqual([{ id: 1 }]);
});

const length = (text: string) => Array.from(text).length;

/** Every text round-trips if Postgres can hold it, and is refused with the name of the field if not. */
async function roundTrips(field: string, send: (text: string) => Promise<unknown>, max: number): Promise<void> {
  const property = fc.asyncProperty(
    hostileText.filter((text) => length(text) <= max),
    async (text) => {
      if (isStorable(text)) await expect(send(text)).resolves.toBe(text);
      else await expect(send(text)).rejects.toMatchObject({ code: "INVALID_INPUT", field });
    },
  );
  await fc.assert(property, { numRuns: 200 });
}

describe("texts that are kept", () => {
  test("G2: any role, phone number and user agent round-trips unchanged, or is refused", async () => {
    const { current } = auth;
    await roundTrips("role", async (role) => (await current.setUserRole(user.id, role)).role, 255);
    const setPhone = async (phoneNumber: string) => {
      const changed = await current.updateUser(user.id, { phoneNumber });
      await expect(current.getUserByPhoneNumber(phoneNumber)).resolves.toEqual(changed);
      return changed.phoneNumber;
    };
    await roundTrips("phoneNumber", setPhone, 64);
    const bind = async (userAgent: string) => {
      const { id } = await current.createSession({ userId: user.id, userAgent });
      return (await current.getSession(id, { userAgent }))?.userAgent;
    };
    await roundTrips("userAgent", bind, 1024);
  });

  test("G2: any text inside metadata round-trips unchanged, as a value and as a key, or is refused", async () => {
    const { current } = auth;
    const keep = async (text: string) => {
      const metadata = Object.fromEntries([
        ["value", [text]],
        [text, true],
      ]) as Json;
      const changed = await current.updateUserMetadata(user.id, metadata);
      expect(changed.userMetadata).toEqual(metadata);
      expect((await current.getUserById(user.id))?.userMetadata).toEqual(metadata);
      return (changed.userMetadata as { value: [string] }).value[0];
    };
    await roundTrips("userMetadata", async (text) => (text === "value" ? text : keep(text)), 1024);
    const keepApp = async (text: string) => (await current.updateUser(user.id, { appMetadata: text })).appMetadata;
    await roundTrips("appMetadata", keepApp, 1024);
  });

  test("G2: any JSON round-trips as metadata", async () => {
    const json = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" });
    const property = fc.asyncProperty(json, async (value) => {
      const text = JSON.stringify(value);
      fc.pre(!/\\u0000|\\ud[89a-f]/i.test(text) && text.isWellFormed());
      const { userMetadata } = await auth.current.updateUserMetadata(user.id, value as Json);
      // JSON has no negative zero.
      expect(userMetadata).toEqual(JSON.parse(text));
    });
    await fc.assert(property, { numRuns: 200 });
  });

  test("G2: any password of 8 characters or more logs in, and no other does", async () => {
    const passwords = storableText.map((text) => `eight or more ${text}`);
    const property = fc.asyncProperty(passwords, async (password) => {
      await auth.current.setUserPassword(user.id, password);
      const logIn = (attempt: string) => auth.current.getUserByEmailAndPassword(user.email, attempt);
      await expect(logIn(password)).resolves.toMatchObject({ id: user.id });
      await expect(logIn(`${password} `)).resolves.toBeNull();
    });
    await fc.assert(property, { numRuns: 25 });
    await expect(auth.current.setUserPassword(user.id, "a NUL \0 in it")).rejects.toMatchObject({ field: "password" });
    await expect(auth.current.setUserPassword(user.id, "alone: \ud800")).rejects.toMatchObject({ field: "password" });
  });

  test("G6: any local part of an email without specials finds its user and no other", async () => {
    const localPart = storableText.filter(
      (text) => /^[^@\s"(),:;<>[\]\\\p{Cc}\p{Cf}]+$/u.test(text) && length(text) < 200,
    );
    const property = fc.asyncProperty(localPart, async (local) => {
      const email = `${local}@${randomUUID()}`;
      const created = await createUser(auth.current, { email, password: null });
      await expect(auth.current.getUserByEmail(email)).resolves.toEqual(created);
      // What is stored is in normal form: it has to find its user, too.
      await expect(auth.current.getUserByEmail(created.email)).resolves.toEqual(created);
    });
    await fc.assert(property, { numRuns: 200 });
  });
});

describe("fuzzing", () => {
  const expected = new Set(["INVALID_INPUT", "USER_NOT_FOUND", "INVALID_ONE_TIME_TOKEN"]);

  test("G6: no method passes text into SQL", async () => {
    const { current } = auth;
    const tokenOf = (text: string) => ({ userId: user.id, tokenType: "password-reset", token: `pr_${text}` }) as const;
    const calls: ((text: string) => unknown)[] = [
      (text) => current.getUserById(text),
      (text) => current.getUserByEmail(text),
      (text) => current.getUserByPhoneNumber(text),
      (text) => current.listUsers({ filters: { id: [text], email: [text], phoneNumber: [text] } }),
      (text) => current.listUsers({ filters: { id: [`${text}\\`], email: [`${text}\\`], phoneNumber: [`${text}\\`] } }),
      (text) => current.updateUser(text, { role: text }),
      (text) => current.setUserRole(text, text),
      (text) => current.setUserEmail(text, `${text}@example.com`),
      (text) => current.updateLastSignIn(text, null),
      (text) => current.updateUserMetadata(text, text),
      (text) => current.deleteUserById(text),
      (text) => current.createSession({ userId: text }),
      (text) => current.createSession({ userId: user.id, ip: text }),
      (text) => current.getSession(text, { userAgent: text }),
      (text) => current.getSession(text, { ip: text }),
      (text) => current.deleteSession(text),
      (text) => current.validateSessionCookie(text),
      (text) => current.createOneTimeToken({ userId: text, tokenType: "password-reset", ttlSeconds: 60 }),
      (text) => current.createOneTimeToken({ userId: user.id, tokenType: text as "password-reset", ttlSeconds: 60 }),
      (text) => current.validateOneTimeToken(tokenOf(text)),
      (text) => current.useOneTimeToken(tokenOf(text)),
      (text) => current.deleteOneTimeToken(tokenOf(text)),
      (text) => current.validateOneTimeToken({ ...tokenOf(text), userId: text }),
    ];
    const before = await current.getUserById(user.id);
    const property = fc.asyncProperty(hostileText, async (text) => {
      for (const call of calls) {
        try {
          await call(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PevensieError);
          expect(expected).toContain((error as PevensieError).code);
        }
      }
    });
    await fc.assert(property, { numRuns: 100 });
    await expect(current.getUserById(user.id)).resolves.toEqual(before);
  });

  test("G6: a login with any text is refused, and is never a database error", async () => {
    const property = fc.asyncProperty(storableText, async (text) => {
      const attempt = { email: text, password: text, userAgent: text };
      await expect(auth.current.logInUser(attempt)).resolves.toBeNull();
    });
    await fc.assert(property, { numRuns: 25 });
  });
});

describe("wildcards", () => {
  test("G7: percent sign, underscore and backslash are literal in exact lookups and in logins", async () => {
    const tag = randomUUID();
    const plain = await createUser(auth.current, { email: `john_doe@${tag}`, phoneNumber: `_${tag}` });
    const lookalike = await createUser(auth.current, { email: `johnxdoe@${tag}`, phoneNumber: `x${tag}` });
    const { current } = auth;
    await expect(current.getUserByEmail(plain.email)).resolves.toEqual(plain);
    await expect(current.getUserByEmail(lookalike.email)).resolves.toEqual(lookalike);
    await expect(current.getUserByPhoneNumber(`_${tag}`)).resolves.toEqual(plain);
    await expect(current.getUserByPhoneNumber(`x${tag}`)).resolves.toEqual(lookalike);
    await expect(current.logInUser({ email: plain.email, password: PASSWORD })).resolves.toMatchObject({
      user: { id: plain.id },
    });
    for (const email of [`%@${tag}`, `john%@${tag}`, `john\\_doe@${tag}`, `john_doe@${tag}\\`, "%", "_", "\\"]) {
      await expect(current.getUserByEmail(email)).resolves.toBeNull();
      await expect(current.getUserByEmailAndPassword(email, PASSWORD)).resolves.toBeNull();
      await expect(current.logInUser({ email, password: PASSWORD })).resolves.toBeNull();
    }
    await expect(current.getUserByPhoneNumber(`%${tag}`)).resolves.toBeNull();
  });

  test("G7: emails that differ only where one has a wildcard are two users'", async () => {
    const tag = randomUUID();
    for (const email of [`a%b@${tag}`, `a_b@${tag}`, `axb@${tag}`, `ab@${tag}`]) {
      const created = await createUser(auth.current, { email, password: null });
      await expect(auth.current.getUserByEmail(email)).resolves.toEqual(created);
    }
  });

  test("G7: listUsers has wildcards, lower-cases email patterns, and takes a trailing backslash", async () => {
    const tag = randomUUID();
    const first = await createUser(auth.current, { email: `first@${tag}`, phoneNumber: `+${tag}` });
    const second = await createUser(auth.current, { email: `second@${tag}` });
    const list = (filters: object) => auth.current.listUsers({ filters });
    await expect(list({ email: [`%@${tag.toUpperCase()}`] })).resolves.toEqual([first, second]);
    await expect(list({ email: [`FIRST@${tag}`], phoneNumber: ["nobody's"] })).resolves.toEqual([first]);
    await expect(list({ phoneNumber: [`_${tag}`], email: [`second@${tag}`] })).resolves.toEqual([first, second]);
    await expect(list({ id: [`${first.id.slice(0, 30).toUpperCase()}%`] })).resolves.toContainEqual(first);
    await expect(list({ email: [`%@${tag}\\`] })).resolves.toEqual([]);
    await expect(list({ id: ["\\"], email: ["\\\\\\"], phoneNumber: ["\\"] })).resolves.toEqual([]);
    await expect(list({ email: [] })).resolves.toEqual([]);
    await expect(list({ email: [], id: [second.id] })).resolves.toEqual([second]);
  });

  test("G7: a user can be created with an email that matches another user's as a pattern", async () => {
    const email = uniqueEmail();
    await createUser(auth.current, { email, password: null });
    const pattern = `_${email.slice(1)}`;
    await expect(createUser(auth.current, { email: pattern, password: null })).resolves.toMatchObject({
      email: pattern,
    });
  });
});
