import { availableParallelism } from "node:os";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { authOn, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";

/** Runs of argon2 in flight, and their maximum. */
const argon2 = vi.hoisted(() => ({ running: 0, most: 0, runs: 0 }));
vi.mock("@node-rs/argon2", async (original) => {
  const real = await original<typeof import("@node-rs/argon2")>();
  const watched =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      argon2.runs += 1;
      argon2.running += 1;
      argon2.most = Math.max(argon2.most, argon2.running);
      try {
        return await work(...args);
      } finally {
        argon2.running -= 1;
      }
    };
  return { ...real, hash: watched(real.hash), verify: watched(real.verify) };
});
beforeEach(() => {
  Object.assign(argon2, { running: 0, most: 0, runs: 0 });
});

const database = useDatabase();
const connect = (passwordHashing?: { maxConcurrent?: number; maxQueued?: number }) =>
  authOn(
    { connectionString: database.url },
    { logInLimits: false, ...(passwordHashing ? { passwordHashing } : {}) },
  ).connect();

describe("hashing", () => {
  test.each([1, 2, 3])("G16: 50 concurrent logins never run more than %i hashes in parallel", async (maxConcurrent) => {
    await using auth = await connect({ maxConcurrent });
    const user = await createUser(auth);
    argon2.runs = 0;
    const logIns = Array.from({ length: 50 }, (_, index) =>
      auth.logInUser({ email: index % 2 ? user.email : uniqueEmail(), password: PASSWORD }),
    );
    const outcomes = await Promise.all(logIns);
    expect(outcomes.filter((outcome) => outcome !== null)).toHaveLength(25);
    expect(argon2).toEqual({ running: 0, most: maxConcurrent, runs: 50 });
  });

  test("G16: sign-ups, changes and logins share the limit, which is by default the number of processors, at most 4", async () => {
    await using auth = await connect();
    const users = await Promise.all(Array.from({ length: 6 }, () => createUser(auth)));
    await Promise.all(
      users.flatMap(({ id, email }) => [
        auth.setUserPassword(id, PASSWORD),
        auth.getUserByEmailAndPassword(email, PASSWORD),
        createUser(auth),
      ]),
    );
    expect(argon2.most).toBe(Math.min(availableParallelism(), 4));
  });

  test("G16: calls beyond the queue's limit are rejected with OVERLOADED, and have no effect", async () => {
    await using auth = await connect({ maxConcurrent: 1, maxQueued: 2 });
    const emails = Array.from({ length: 5 }, uniqueEmail);
    const outcomes = await Promise.allSettled(emails.map((email) => createUser(auth, { email })));
    expect(outcomes.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
      "rejected",
    ]);
    for (const outcome of outcomes.slice(3)) expect(outcome).toMatchObject({ reason: { code: "OVERLOADED" } });
    await expect(auth.getUserByEmail(emails[4] as string)).resolves.toBeNull();
    // The queue is free again.
    await expect(createUser(auth)).resolves.toMatchObject({ deletedAt: null });
  });

  test("a failure frees its slot", async () => {
    await using auth = await connect({ maxConcurrent: 1, maxQueued: 0 });
    const user = await createUser(auth);
    await database.rows(`update pevensie."user" set password_hash = 'corrupt' where id = $1`, [user.id]);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(auth.logInUser({ email: user.email, password: PASSWORD })).rejects.toMatchObject({
        code: "PASSWORD_HASH_FAILED",
      });
    }
  });

  test("invalid limits are refused", () => {
    const config = { connectionString: database.url };
    for (const value of [0, -1, 1.5, Number.NaN, "2", null] as number[]) {
      expect(() => authOn(config, { passwordHashing: { maxConcurrent: value } })).toThrowError(
        expect.objectContaining({ code: "INVALID_INPUT", field: "passwordHashing.maxConcurrent" }),
      );
    }
    expect(() => authOn(config, { passwordHashing: { maxQueued: -1 } })).toThrowError(
      expect.objectContaining({ code: "INVALID_INPUT", field: "passwordHashing.maxQueued" }),
    );
  });
});
