import { hash } from "@node-rs/argon2";
import { describe, expect, test } from "vitest";
import { createUser, PASSWORD, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url, { logInLimits: false });
const backdoor = authBackdoor(database);

async function accepts(email: string, password: string): Promise<boolean> {
  return (await auth.current.getUserByEmailAndPassword(email, password)) !== null;
}

/** A user whose row holds a hash from elsewhere. */
async function userWithHash(passwordHash: string) {
  const user = await createUser(auth.current, { password: null });
  await backdoor.setPasswordHash(user.id, passwordHash);
  return user;
}

// The library's enum of algorithms is one that only its own compilation can read.
const ARGON2D = 0;
const ARGON2I = 1;

/** The example of argon2-cffi's documentation (Python, over the reference implementation in C). */
const FROM_ARGON2_CFFI =
  "$argon2id$v=19$m=65536,t=3,p=4$MIIRqgvgQbgj220jfp0MPA$YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg";

describe("stored hashes", () => {
  test("G13: a PHC string of argon2id with m=19456, t=2, p=1 and a fresh salt", async () => {
    const hashes: (string | null)[] = [];
    for (let index = 0; index < 3; index += 1) {
      const user = await createUser(auth.current);
      hashes.push(await backdoor.passwordHash(user.id));
    }
    for (const stored of hashes) {
      expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22,}\$[A-Za-z0-9+/]{43,}$/);
    }
    expect(new Set(hashes.map((stored) => stored?.split("$")[4])).size).toBe(3);
    const user = await createUser(auth.current);
    await auth.current.updateUser(user.id, { password: "another password" });
    await expect(backdoor.passwordHash(user.id)).resolves.toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test("G13: argon2id hashes of other systems verify, and strong ones are kept", async () => {
    const user = await userWithHash(FROM_ARGON2_CFFI);
    await expect(accepts(user.email, "correct horse battery stapler")).resolves.toBe(false);
    await expect(auth.current.logInUser({ email: user.email, password: PASSWORD })).resolves.not.toBeNull();
    await expect(backdoor.passwordHash(user.id)).resolves.toBe(FROM_ARGON2_CFFI);
  });

  test("a short password imported from another system can still log in", async () => {
    const user = await userWithHash(await hash("short", { memoryCost: 19_456, timeCost: 2, parallelism: 1 }));
    await expect(accepts(user.email, "short")).resolves.toBe(true);
    await expect(accepts(user.email, "Short")).resolves.toBe(false);
  });

  /** Either matches no password or cannot be read: both fail closed. */
  const TRUNCATED = FROM_ARGON2_CFFI.slice(0, -20);

  const CORRUPT = [
    TRUNCATED,
    "",
    " ",
    "correct horse battery staple",
    "$2x$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
    FROM_ARGON2_CFFI.slice(0, 60),
    `${FROM_ARGON2_CFFI} `,
    ` ${FROM_ARGON2_CFFI}`,
    FROM_ARGON2_CFFI.replace("argon2id", "argon2xy"),
    FROM_ARGON2_CFFI.replace("v=19", "v=99"),
    FROM_ARGON2_CFFI.replace("t=3", "t=0"),
    FROM_ARGON2_CFFI.replace("m=65536", "m=1"),
    FROM_ARGON2_CFFI.replace("p=4", "p=0"),
    FROM_ARGON2_CFFI.replace("t=3", "t=4294967295"),
    FROM_ARGON2_CFFI.replace("m=65536", "m=4294967295"),
    "$argon2id$v=19$m=19456,t=2,p=1$AAAA$BBBB",
    "$argon2id$v=19$m=19456,t=2,p=1$$",
  ];

  test("G17: a corrupt hash fails closed, with another error than a wrong password", async () => {
    const user = await createUser(auth.current);
    for (const corrupt of CORRUPT) {
      await backdoor.setPasswordHash(user.id, corrupt);
      for (const password of [PASSWORD, "wrong password", corrupt]) {
        const attempt = auth.current.logInUser({ email: user.email, password });
        const outcome = await attempt.catch((error: unknown) => error);
        if (corrupt === TRUNCATED) expect([null, "PASSWORD_HASH_FAILED"]).toContain(codeOf(outcome));
        else expect(outcome).toMatchObject({ code: "PASSWORD_HASH_FAILED" });
      }
      await expect(accepts(user.email, PASSWORD).catch(codeOf)).resolves.not.toBe(true);
    }
    await expect(backdoor.sessionIds(user.id)).resolves.toEqual([]);
    await auth.current.setUserPassword(user.id, PASSWORD);
    await expect(accepts(user.email, PASSWORD)).resolves.toBe(true);
  });

  const codeOf = (outcome: unknown) => (outcome as { code?: string } | null)?.code ?? outcome;
});

describe("passwords", () => {
  test("G15: passwords that differ at byte 73, at byte 129 or in their last character differ", async () => {
    const user = await createUser(auth.current);
    for (const length of [72, 128, 1023]) {
      const prefix = "p".repeat(length);
      await auth.current.setUserPassword(user.id, `${prefix}a`);
      await expect(accepts(user.email, `${prefix}a`)).resolves.toBe(true);
      await expect(accepts(user.email, `${prefix}b`)).resolves.toBe(false);
      await expect(accepts(user.email, prefix)).resolves.toBe(false);
      if (length < 1023) await expect(accepts(user.email, `${prefix}aa`)).resolves.toBe(false);
    }
  });

  test("G15: the composed and the decomposed form of one text are equal, other similar texts are not", async () => {
    const text = "pässwörd ﬁn Ångström";
    const [composed, decomposed] = [text.normalize("NFC"), text.normalize("NFD")];
    expect(composed).not.toBe(decomposed);
    for (const [stored, given] of [
      [composed, decomposed],
      [decomposed, composed],
    ] as const) {
      const user = await createUser(auth.current, { password: stored });
      await expect(accepts(user.email, given)).resolves.toBe(true);
      await expect(accepts(user.email, stored)).resolves.toBe(true);
      await expect(accepts(user.email, text.normalize("NFKC"))).resolves.toBe(false);
    }
  });

  test("G15: 8 to 1,024 characters, counted as code points", async () => {
    const user = await createUser(auth.current);
    for (const password of ["12345678", "\u{1f600}".repeat(8), "p".repeat(1024), "\u{1f600}".repeat(1024)]) {
      await auth.current.setUserPassword(user.id, password);
      await expect(accepts(user.email, password)).resolves.toBe(true);
    }
    const refused = { code: "INVALID_INPUT", field: "password" };
    for (const password of ["", "1234567", "\u{1f600}".repeat(7), "p".repeat(1025), "\u{1f600}".repeat(1025)]) {
      await expect(auth.current.setUserPassword(user.id, password)).rejects.toMatchObject(refused);
      await expect(createUser(auth.current, { password })).rejects.toMatchObject(refused);
      await expect(auth.current.updateUser(user.id, { password })).rejects.toMatchObject(refused);
    }
    // Seven characters, whatever their number before they are composed.
    await expect(auth.current.setUserPassword(user.id, "e\u0301".repeat(7))).rejects.toMatchObject(refused);
  });

  test("G15: a password of any length beyond 1,024 characters is refused with that limit", async () => {
    const { id } = await createUser(auth.current);
    for (const length of [1025, 4097, 10_000]) {
      const message = "password must be at most 1024 characters long";
      await expect(auth.current.setUserPassword(id, "a".repeat(length))).rejects.toMatchObject({ message });
    }
  });

  test("G15: a password of 1,024 characters may be given decomposed, with twice as many code points", async () => {
    const composed = "é".repeat(1024);
    const user = await createUser(auth.current, { password: composed });
    await expect(accepts(user.email, composed)).resolves.toBe(true);
    await expect(accepts(user.email, composed.normalize("NFD"))).resolves.toBe(true);
    await auth.current.setUserPassword(user.id, composed.normalize("NFD"));
    await expect(accepts(user.email, composed)).resolves.toBe(true);
  });

  test("blanks are part of a password, and case counts", async () => {
    const user = await createUser(auth.current, { password: " \tA password\n" });
    for (const wrong of ["A password", " \tA password", "\tA password\n", " \ta password\n"]) {
      await expect(accepts(user.email, wrong)).resolves.toBe(false);
    }
    await expect(accepts(user.email, " \tA password\n")).resolves.toBe(true);
  });

  test("null removes the password", async () => {
    const user = await createUser(auth.current);
    await auth.current.setUserPassword(user.id, null);
    await expect(backdoor.passwordHash(user.id)).resolves.toBeNull();
    await expect(accepts(user.email, PASSWORD)).resolves.toBe(false);
  });

  test("a refused change leaves the password", async () => {
    const user = await createUser(auth.current);
    await expect(auth.current.updateUser(user.id, { password: "short", role: "x" })).rejects.toMatchObject({
      field: "password",
    });
    await expect(accepts(user.email, PASSWORD)).resolves.toBe(true);
    await expect(auth.current.getUserById(user.id)).resolves.toEqual(user);
  });

  test("G13: a hash of argon2i or argon2d verifies, and is replaced by one of argon2id", async () => {
    for (const algorithm of [ARGON2D, ARGON2I]) {
      const user = await userWithHash(await hash(PASSWORD, { algorithm, memoryCost: 19_456, timeCost: 2 }));
      await expect(accepts(user.email, "wrong password")).resolves.toBe(false);
      await expect(backdoor.passwordHash(user.id)).resolves.toMatch(/^\$argon2[id]\$/);
      await expect(accepts(user.email, PASSWORD)).resolves.toBe(true);
      await expect(backdoor.passwordHash(user.id)).resolves.toMatch(/^\$argon2id\$/);
    }
  });
});
