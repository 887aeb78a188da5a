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

const ID = randomUUID();
const newUser = (overrides: object) =>
  watched.auth.createUserWithEmail({ email: uniqueEmail(), password: PASSWORD, userMetadata: {}, ...overrides });
describe("sizes", () => {
  async function expectRefusedFast(field: string, call: () => unknown): Promise<void> {
    const start = performance.now();
    await watched.expectRefused(field, call);
    expect(performance.now() - start).toBeLessThan(50);
  }

  test("G4: a 10 MB password is refused in under 50 ms, without hashing", async () => {
    for (const password of ["p".repeat(10_000_000), "\u{1f600}".repeat(5_000_000)]) {
      await expectRefusedFast("password", () => watched.auth.logInUser({ email: uniqueEmail(), password }));
      await expectRefusedFast("password", () => watched.auth.getUserByEmailAndPassword(uniqueEmail(), password));
      await expectRefusedFast("password", () => newUser({ password }));
      await expectRefusedFast("password", () => watched.auth.setUserPassword(watched.userId, password));
      await expectRefusedFast("password", () => watched.auth.updateUser(watched.userId, { password }));
    }
  });

  test("G4: a 100 kB email or user agent is refused in under 50 ms", async () => {
    const email = `${"e".repeat(100_000)}@example.com`;
    await expectRefusedFast("email", () => newUser({ email }));
    await expectRefusedFast("email", () => watched.auth.getUserByEmail(email));
    await expectRefusedFast("email", () => watched.auth.logInUser({ email, password: PASSWORD }));
    await expectRefusedFast("email", () => watched.auth.setUserEmail(watched.userId, email));
    const userAgent = "u".repeat(100_000);
    await expectRefusedFast("userAgent", () => watched.auth.createSession({ userId: watched.userId, userAgent }));
    await expectRefusedFast("userAgent", () => watched.auth.getSession(ID, { userAgent }));
    await expectRefusedFast("userAgent", () =>
      watched.auth.logInUser({ email: uniqueEmail(), password: PASSWORD, userAgent }),
    );
  });

  test("G4: a 5 kB cookie is nobody's, in under 50 ms", () => {
    const start = performance.now();
    expect(watched.auth.validateSessionCookie(`${randomUUID()}|${"c".repeat(5000)}`)).toBeNull();
    expect(watched.auth.validateSessionCookie("|".repeat(5000))).toBeNull();
    expect(performance.now() - start).toBeLessThan(50);
  });

  test("a user agent may have 1,024 characters, a role 255, a phone number 64", async () => {
    const userAgent = "\u{1f600}".repeat(1024);
    await expect(watched.auth.createSession({ userId: watched.userId, userAgent })).resolves.toMatchObject({
      userAgent,
    });
    await watched.expectRefused("userAgent", () =>
      watched.auth.createSession({ userId: watched.userId, userAgent: `${userAgent}a` }),
    );
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
