import { randomUUID } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { useWatchedAuth } from "../support/watched-auth.js";

// The real thing, counted.
const argon2 = vi.hoisted(() => ({ runs: 0 }));
vi.mock("@node-rs/argon2", async (original) => {
  const real = await original<typeof import("@node-rs/argon2")>();
  const counted =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      argon2.runs += 1;
      return work(...args);
    };
  return { ...real, hash: counted(real.hash), verify: counted(real.verify) };
});

const database = useDatabase();
const watched = useWatchedAuth(database.url, () => argon2.runs);

const newUser = (overrides: object) =>
  watched.auth.createUserWithEmail({ email: uniqueEmail(), password: PASSWORD, userMetadata: {}, ...overrides });
describe("sizes", () => {
  /** Longer than any text that is accepted. */
  const TOO_LONG = 10_000;

  /** Expects a call to be refused before any SQL, before any hashing, and before a text that is too long is normalised. */
  async function expectRefusedUnread(field: string, call: () => unknown): Promise<void> {
    const normalize = vi.spyOn(String.prototype, "normalize");
    try {
      await watched.expectRefused(field, call);
      expect(normalize.mock.contexts.filter((text) => String(text).length > TOO_LONG)).toHaveLength(0);
    } finally {
      normalize.mockRestore();
    }
  }

  test("G4: a 10 MB password is refused without being normalised or hashed", async () => {
    for (const password of ["p".repeat(10_000_000), "\u{1f600}".repeat(5_000_000)]) {
      await expectRefusedUnread("password", () => watched.auth.logInUser({ email: uniqueEmail(), password }));
      await expectRefusedUnread("password", () => watched.auth.getUserByEmailAndPassword(uniqueEmail(), password));
      await expectRefusedUnread("password", () => newUser({ password }));
      await expectRefusedUnread("password", () => watched.auth.setUserPassword(watched.userId, password));
      await expectRefusedUnread("password", () => watched.auth.updateUser(watched.userId, { password }));
    }
  });

  test("G35: passwords and emails with a long run of combining marks are refused before SQL and hashing", async () => {
    const marks = "\u0301\u0323\u0327\u0345".repeat(8);
    const password = `password${marks}`;
    await watched.expectRefused("password", () => watched.auth.logInUser({ email: uniqueEmail(), password }));
    await watched.expectRefused("password", () => watched.auth.getUserByEmailAndPassword(uniqueEmail(), password));
    await watched.expectRefused("password", () => newUser({ password }));
    await watched.expectRefused("password", () => watched.auth.setUserPassword(watched.userId, password));
    const email = `e${marks}@example.com`;
    await watched.expectRefused("email", () => newUser({ email }));
    await watched.expectRefused("email", () => watched.auth.getUserByEmail(email));
    await watched.expectRefused("email", () => watched.auth.logInUser({ email, password: PASSWORD }));
    for (const field of ["id", "email"]) {
      const filters = { [field]: [`%${marks}`] };
      await watched.expectRefused(`filters.${field}`, () => watched.auth.listUsers({ filters }));
    }
  });

  test("G15: a password of 1,024 characters is accepted in its longest decomposed form", async () => {
    const password = "\u1f82".repeat(1024);
    expect(Array.from(password.normalize("NFD"))).toHaveLength(4096);
    await watched.auth.setUserPassword(watched.userId, password);
    const { email } = (await watched.auth.getUserById(watched.userId)) ?? { email: "" };
    const attempt = watched.auth.getUserByEmailAndPassword(email, password.normalize("NFD"));
    await expect(attempt).resolves.toMatchObject({ id: watched.userId });
  });

  test("G4: a 100 kB email is refused without being normalised", async () => {
    const email = `${"e".repeat(100_000)}@example.com`;
    await expectRefusedUnread("email", () => newUser({ email }));
    await expectRefusedUnread("email", () => watched.auth.getUserByEmail(email));
    await expectRefusedUnread("email", () => watched.auth.logInUser({ email, password: PASSWORD }));
    await expectRefusedUnread("email", () => watched.auth.setUserEmail(watched.userId, email));
  });

  test("G4: a 5 kB cookie is refused", () => {
    expect(watched.auth.validateSessionCookie(`${randomUUID()}|${"c".repeat(5000)}`)).toBeNull();
    expect(watched.auth.validateSessionCookie("|".repeat(5000))).toBeNull();
  });

  test("a role may have 255 characters, a phone number 64", async () => {
    const role = "r".repeat(255);
    await expect(watched.auth.setUserRole(watched.userId, role)).resolves.toMatchObject({ role });
    await watched.expectRefused("role", () => watched.auth.setUserRole(watched.userId, `${role}r`));
    const phoneNumber = "1".repeat(64);
    await expect(watched.auth.updateUser(watched.userId, { phoneNumber })).resolves.toMatchObject({ phoneNumber });
    await watched.expectRefused("phoneNumber", () =>
      watched.auth.updateUser(watched.userId, { phoneNumber: `${phoneNumber}1` }),
    );
    await watched.expectRefused("phoneNumber", () => watched.auth.updateUser(watched.userId, { phoneNumber: "" }));
  });
});
