import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { normaliseEmail } from "../../src/index.js";
import { createUser, PASSWORD, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);

describe("emails", () => {
  test("are trimmed, composed (NFC) and lower-cased, when stored and in lookups", async () => {
    const domain = randomUUID();
    const user = await createUser(auth.current, { email: ` \t\u00a0ÉLISE.O'Connor+x@${domain.toUpperCase()}.COM\n` });
    expect(user.email).toBe(`élise.o'connor+x@${domain}.com`);
    for (const spelling of [user.email, `e\u0301lise.o'connor+x@${domain}.com`, ` ÉLISE.O'CONNOR+X@${domain}.Com `]) {
      await expect(auth.current.getUserByEmail(spelling)).resolves.toEqual(user);
      await expect(auth.current.getUserByEmailAndPassword(spelling, PASSWORD)).resolves.toEqual(user);
      await expect(createUser(auth.current, { email: spelling })).rejects.toMatchObject({ code: "EMAIL_TAKEN" });
    }
    const other = await createUser(auth.current);
    await expect(auth.current.setUserEmail(other.id, `É@${domain}`)).resolves.toMatchObject({ email: `é@${domain}` });
    await expect(auth.current.updateUser(other.id, { email: `A@${domain}` })).resolves.toMatchObject({
      email: `a@${domain}`,
    });
  });

  test("are what normaliseEmail returns: a key for each of them, however it is spelt", async () => {
    const domain = randomUUID();
    const { email } = await createUser(auth.current, { email: ` \tÉlise@${domain}.COM ` });
    for (const spelling of [email, `E\u0301LISE@${domain}.com`, `élise@${domain}.Com\n`]) {
      expect(normaliseEmail(spelling)).toBe(email);
    }
    // A lookup of what can be no address finds nothing, so that it is no error here either.
    expect(normaliseEmail(" No Address ")).toBe("no address");
    for (const wrong of [undefined, null, 7, {}, "x".repeat(255), "a\0@example.com", "\ud800@example.com"]) {
      expect(() => normaliseEmail(wrong)).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: "email" }));
    }
  });

  // Of these the small letter has a composed form and the capital has none: lower-casing undoes the composition.
  test.each(["J\u030c", "H\u0331", "T\u0308", "W\u030a", "Y\u030a"])(
    "the normal form of %s is the same for all its spellings",
    async (capital) => {
      const domain = randomUUID();
      const user = await createUser(auth.current, { email: `${capital}@${domain}` });
      const small = capital.toLowerCase();
      for (const spelling of [
        user.email,
        `${capital}@${domain}`,
        `${small}@${domain}`,
        `${small.normalize("NFC")}@${domain}`,
      ]) {
        await expect(auth.current.getUserByEmail(spelling)).resolves.toEqual(user);
      }
      expect(user.email).toBe(user.email.normalize("NFC"));
    },
  );

  // Lower-casing İ makes a mark of its dot, and U+0344 decomposes to two marks.
  test.each([`x\u0130${"\u0301".repeat(30)}`, `x${"\u0344".repeat(16)}`])(
    "whose normal form has more than 30 marks in a row are refused: %j",
    async (name) => {
      const email = `${name}@example.com`;
      await expect(createUser(auth.current, { email })).rejects.toMatchObject({
        code: "INVALID_INPUT",
        field: "email",
      });
      const allowed = normaliseEmail(`${name.slice(0, -1)}@example.com`);
      expect(normaliseEmail(allowed)).toBe(allowed);
    },
  );

  test("have one @ with something on either side, and no blanks, control characters or specials of RFC 5322", async () => {
    const user = await createUser(auth.current);
    const bad = [
      "",
      "@",
      "a",
      "a@",
      "@b",
      "a@b@c",
      "a b@c",
      "a@b c",
      "a\t@c",
      "a\n@c",
      "a,b@c",
      "a@b,c@d",
      "a\u0001@b",
      "a\u007f@b",
      "a\u0085@b",
      "a\u00a0b@c",
      "a\u2028@b",
      ...[...'"(),:;<>[]\\'].flatMap((special) => [`a${special}b@c`, `a@b${special}c`]),
      "me@evil.example;x.corp.example",
      "name<victim@example.com>",
      "a\u202eb@c",
      "a@b\u200bc",
      "a@b\u00adc",
    ];
    for (const email of bad) {
      const refused = { code: "INVALID_INPUT", field: "email" };
      await expect(createUser(auth.current, { email })).rejects.toMatchObject(refused);
      await expect(auth.current.setUserEmail(user.id, email)).rejects.toMatchObject(refused);
      await expect(auth.current.updateUser(user.id, { email })).rejects.toMatchObject(refused);
      // No user can have it, so a lookup finds none.
      await expect(auth.current.getUserByEmail(email)).resolves.toBeNull();
      await expect(auth.current.logInUser({ email, password: PASSWORD })).resolves.toBeNull();
    }
    await expect(auth.current.getUserById(user.id)).resolves.toEqual(user);
    await expect(auth.current.updateUser(user.id, { email: null as never })).rejects.toMatchObject({ field: "email" });
  });

  test.each([
    "ex\uff41mple.com",
    "ex\u034fample.com",
    "example\u3002com",
    "example\uff0ecom",
    "ex\u00e4mple.\u24b8om",
    "example.com.",
    ".example.com",
    "example..com",
  ])(
    "have a domain whose labels are ASCII, or that IDNA does not map to ASCII letters: %s is refused",
    async (domain) => {
      await expect(createUser(auth.current, { email: `${randomUUID()}@${domain}` })).rejects.toMatchObject({
        code: "INVALID_INPUT",
        field: "email",
      });
    },
  );

  test("may have letters of any script and an encoded domain", async () => {
    for (const domain of [
      "b\u00fccher.example",
      "xn--bcher-kva.example",
      "\u4f8b\u3048.\u30c6\u30b9\u30c8",
      "stra\u00dfe.example",
      // Thai with U+0E33, which NFKC decomposes, and Persian with U+200C.
      "\u0e2a\u0e33\u0e19\u0e31\u0e01.\u0e44\u0e17\u0e22",
      "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.example",
    ]) {
      const email = `\u540d.${randomUUID()}+!#$%&'*/=?^_\`{|}~-@${domain}`;
      await expect(createUser(auth.current, { email })).resolves.toMatchObject({ email });
    }
  });

  test("that an earlier release has stored find their user, who logs in, resets and changes it", async () => {
    const user = await createUser(auth.current);
    const email = `"lucy; the valiant"@${randomUUID()}`;
    await database.rows(`update pevensie."user" set email = $2 where id = $1`, [user.id, email]);
    expect(await auth.current.getUserByEmail(email)).toMatchObject({ id: user.id, email });
    expect(await auth.current.logInUser({ email, password: PASSWORD })).toMatchObject({ user: { id: user.id } });
    expect(await auth.current.updateUser(user.id, { role: "queen" })).toMatchObject({ email, role: "queen" });
    const link = await auth.current.createLogInToken({ email, ttlSeconds: 60 });
    expect(await auth.current.logInWithToken({ token: link?.token ?? "" })).toMatchObject({ user: { email } });
    const reset = await auth.current.createPasswordResetToken({ email, ttlSeconds: 60 });
    const password = "further up and further in";
    expect(await auth.current.resetPassword({ token: reset?.token ?? "", password })).toMatchObject({ email });
    await expect(auth.current.setUserEmail(user.id, email)).rejects.toMatchObject({ field: "email" });
    const { refused } = await auth.current.importUsers([{ email }]);
    expect(refused).toEqual([{ index: 0, code: "INVALID_INPUT", field: "email" }]);
    expect(await auth.current.setUserEmail(user.id, user.email)).toMatchObject({ email: user.email });
  });

  test("of any length are refused with the limit that counts", () => {
    for (const length of [255, 1025, 5000]) {
      expect(() => normaliseEmail(`a@${"b".repeat(length - 2)}`)).toThrow("email must be at most 254 characters long");
    }
  });

  test("have at most 254 characters, blanks around them not counted", async () => {
    const longest = `${"e".repeat(254 - 37)}@${randomUUID()}`;
    await expect(createUser(auth.current, { email: ` ${longest} ` })).resolves.toMatchObject({ email: longest });
    await expect(createUser(auth.current, { email: `e${longest}` })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      field: "email",
    });
    const wide = `${"\u{1f600}".repeat(254 - 37)}@${randomUUID()}`;
    const user = await createUser(auth.current, { email: wide });
    await expect(auth.current.getUserByEmail(wide)).resolves.toEqual(user);
  });

  test("a changed one is not confirmed, the same one stays confirmed", async () => {
    const user = await createUser(auth.current);
    const emailConfirmedAt = new Date("2026-01-02T03:04:05.678Z");
    await auth.current.updateUser(user.id, { emailConfirmedAt });
    await expect(auth.current.setUserEmail(user.id, user.email.toUpperCase())).resolves.toMatchObject({
      email: user.email,
      emailConfirmedAt,
    });
    await expect(auth.current.setUserEmail(user.id, `new-${user.email}`)).resolves.toMatchObject({
      email: `new-${user.email}`,
      emailConfirmedAt: null,
    });
  });
});
