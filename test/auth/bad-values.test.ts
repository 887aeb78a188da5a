import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createAuth } from "../../src/auth/index.js";
import { PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { useWatchedAuth } from "../support/watched-auth.js";

const database = useDatabase();
const watched = useWatchedAuth(database.url);

const ID = randomUUID();
const newUser = (overrides: object) =>
  watched.auth.createUserWithEmail({ email: uniqueEmail(), password: PASSWORD, userMetadata: {}, ...overrides });
describe("values that are not text", () => {
  const DATES = ["emailConfirmedAt", "phoneNumberConfirmedAt", "lastSignIn", "bannedUntil"] as const;

  test("G1: invalid dates, and dates beyond those that Postgres reads unambiguously, are refused", async () => {
    const bad = [
      new Date(Number.NaN),
      "2026-01-01",
      0,
      {},
      new Date("-000001-01-01T00:00:00Z"),
      new Date(253402300800000),
    ];
    for (const value of bad) {
      for (const field of DATES)
        await watched.expectRefused(field, () => watched.auth.updateUser(watched.userId, { [field]: value }));
      await watched.expectRefused("lastSignIn", () => watched.auth.updateLastSignIn(watched.userId, value as Date));
    }
    await watched.expectRefused("lastSignIn", () => watched.auth.updateLastSignIn(watched.userId, undefined as never));
  });

  test("G1: limit and offset have to be whole numbers within bounds", async () => {
    for (const value of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "10", null, [1]]) {
      await watched.expectRefused("limit", () => watched.auth.listUsers({ limit: value as number }));
      await watched.expectRefused("offset", () => watched.auth.listUsers({ offset: value as number }));
    }
    await watched.expectRefused("limit", () => watched.auth.listUsers({ limit: 10_001 }));
    await watched.expectRefused("offset", () => watched.auth.listUsers({ offset: 2 ** 53 }));
  });

  test("G1: filters have to be lists, of at most 1,000 patterns", async () => {
    for (const value of ["a", {}, 5, null, Array.from({ length: 1001 }, () => "a")]) {
      await watched.expectRefused("filters.id", () => watched.auth.listUsers({ filters: { id: value as string[] } }));
      await watched.expectRefused("filters.email", () =>
        watched.auth.listUsers({ filters: { email: value as string[] } }),
      );
      await watched.expectRefused("filters.phoneNumber", () =>
        watched.auth.listUsers({ filters: { phoneNumber: value as string[] } }),
      );
    }
    await watched.expectRefused("filters", () => watched.auth.listUsers({ filters: null as never }));
    await watched.expectRefused("onInvalidMetadata", () =>
      watched.auth.listUsers({ onInvalidMetadata: "log" as never }),
    );
  });

  test("G1: null is refused where the type has none, and does not mean a default, everybody or never", async () => {
    const refused = async (field: string, options: (auth: typeof watched.auth) => Promise<unknown>) =>
      watched.expectRefused(field, () => options(watched.auth));
    await refused("until", (auth) => auth.banUser(watched.userId, { until: null as never }));
    await refused("role", (auth) => auth.countUsers({ role: null as never }));
    await refused("role", (auth) => auth.listUsers({ role: null as never }));
    const endless = { ttlSeconds: null as never };
    const email = uniqueEmail();
    const identity = { issuer: "https://id.example", subject: ID, email };
    await refused("ttlSeconds", (auth) => auth.logInUser({ email, password: PASSWORD, ...endless }));
    await refused("ttlSeconds", (auth) => auth.logInWithToken({ token: "a", ...endless }));
    await refused("ttlSeconds", (auth) => auth.logInWithCode({ email, code: "000000", ...endless }));
    await refused("ttlSeconds", (auth) => auth.logInWithIdentity({ ...identity, ...endless }));
    const driver = { connect: () => Promise.resolve() } as never;
    const hashing = { driver, cookieKey: "x".repeat(32), passwordHashing: null as never };
    const refusal = { code: "INVALID_INPUT", field: "passwordHashing" };
    expect(() => createAuth(hashing)).toThrow(expect.objectContaining(refusal));
  });

  test("G1: deleteOtherSessions has to be a boolean", async () => {
    for (const value of ["false", 0, null, []]) {
      await watched.expectRefused("deleteOtherSessions", () =>
        watched.auth.createSession({ userId: watched.userId, deleteOtherSessions: value as never }),
      );
    }
  });

  test("G1: bindTo has to be a list of what a session can be bound to", async () => {
    for (const value of ["ip", false, 0, null, ["IP"], ["ip", "host"], [null], { ip: true }, new Set(["ip"])]) {
      await watched.expectRefused("bindTo", () =>
        watched.auth.logInUser({ email: uniqueEmail(), password: PASSWORD, bindTo: value as never }),
      );
      await watched.expectRefused("bindTo", () =>
        watched.auth.createSession({ userId: watched.userId, bindTo: value as never }),
      );
    }
  });

  test("G1: metadata that is not JSON is refused", async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    const bad = [undefined, () => 1, 1n, Symbol("s"), Number.NaN, new Date(), new Map(), [undefined], { a: { b: 1n } }];
    for (const value of [...bad, cyclic, "\0", ["\ud800"], { "\0": 1 }, { toJSON: () => ({}) }]) {
      await watched.expectRefused("userMetadata", () =>
        watched.auth.updateUserMetadata(watched.userId, value as never),
      );
      await watched.expectRefused("userMetadata", () => newUser({ userMetadata: value }));
      if (value !== undefined) {
        await watched.expectRefused("appMetadata", () =>
          watched.auth.updateUser(watched.userId, { appMetadata: value as never }),
        );
      }
    }
  });

  const TTLS = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "60", 3_155_760_001, [60], {}, true];

  test('G5: a ttl of 0, -1, 1.5, NaN, Infinity, 2**53 or "60" is refused', async () => {
    for (const ttlSeconds of TTLS as never[]) {
      await watched.expectRefused("ttlSeconds", () =>
        watched.auth.createSession({ userId: watched.userId, ttlSeconds }),
      );
      await watched.expectRefused("ttlSeconds", () =>
        watched.auth.createOneTimeToken({ userId: watched.userId, tokenType: "password-reset", ttlSeconds }),
      );
    }
    for (const ttlSeconds of [undefined, null] as never[]) {
      await watched.expectRefused("ttlSeconds", () =>
        watched.auth.createOneTimeToken({ userId: watched.userId, tokenType: "password-reset", ttlSeconds }),
      );
    }
  });

  test("G5: a ttl of 1 and of 3,155,760,000 is accepted", async () => {
    for (const ttlSeconds of [1, 3_155_760_000]) {
      await expect(watched.auth.createSession({ userId: watched.userId, ttlSeconds })).resolves.toMatchObject({
        userId: watched.userId,
      });
      const options = { userId: watched.userId, tokenType: "password-reset", ttlSeconds } as const;
      await expect(watched.auth.createOneTimeToken(options)).resolves.toMatch(/^pr_/);
    }
  });

  test("G1: an unknown option is refused, so that a misspelt one is not ignored silently", async () => {
    await watched.expectRefused("ttl", () => watched.auth.createSession({ userId: watched.userId, ttl: 60 } as never));
    await watched.expectRefused("mail", () => newUser({ mail: "x" }));
    await watched.expectRefused("emial", () => watched.auth.updateUser(watched.userId, { emial: "x" } as never));
    await watched.expectRefused("keepSession", () =>
      watched.auth.setUserPassword(watched.userId, PASSWORD, { keepSession: ID } as never),
    );
    await watched.expectRefused("name", () => watched.auth.listUsers({ filters: { name: [] } } as never));
    await watched.expectRefused("passwordHash", () =>
      watched.auth.updateUser(watched.userId, { passwordHash: "x" } as never),
    );
  });

  test("G1: options that are not an object are refused", async () => {
    for (const value of [null, 5, "x", ["x"]] as never[]) {
      await watched.expectRefused("options", () => watched.auth.listUsers(value));
      await watched.expectRefused("options", () => watched.auth.createUserWithEmail(value));
      await watched.expectRefused("update", () => watched.auth.updateUser(watched.userId, value));
      await watched.expectRefused("options", () => watched.auth.setUserPassword(watched.userId, PASSWORD, value));
      await watched.expectRefused("options", () => watched.auth.createSession(value));
      await watched.expectRefused("presentation", () => watched.auth.getSession(ID, value));
      await watched.expectRefused("options", () => watched.auth.logInUser(value));
      await watched.expectRefused("options", () => watched.auth.createOneTimeToken(value));
      await watched.expectRefused("options", () => watched.auth.useOneTimeToken(value));
    }
  });
});
