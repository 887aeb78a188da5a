import { setImmediate as turn } from "node:timers/promises";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { FairSemaphore } from "../../src/auth/passwords/fair-semaphore.js";
import { PasswordHasher } from "../../src/auth/passwords/password-hasher.js";
import { authOn, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { useDatabase } from "../support/database.js";

type Task = "hash" | "verify";

/** Runs of argon2 in the order of their start. While `isGated`, each one lasts until `endOldest` ends it. */
const argon2 = vi.hoisted(() => ({ isGated: false, started: [] as string[], ends: [] as (() => void)[] }));
vi.mock("@node-rs/argon2", async (original) => {
  const real = await original<typeof import("@node-rs/argon2")>();
  const gated =
    <A extends unknown[], R>(task: Task, work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      argon2.started.push(task);
      if (argon2.isGated) await new Promise<void>((resolve) => argon2.ends.push(resolve));
      return work(...args);
    };
  return { ...real, hash: gated("hash", async () => "a hash"), verify: gated("verify", async () => false) };
});
beforeEach(() => {
  Object.assign(argon2, { isGated: true, started: [], ends: [] });
});

/** Ends the oldest run, and returns what has started by the time all that follows from it has happened. */
async function endOldest(): Promise<readonly string[]> {
  const before = argon2.started.length;
  argon2.ends.shift()?.();
  await turn();
  return argon2.started.slice(before);
}

/** Ends every run. */
function endAll(): void {
  argon2.isGated = false;
  for (const end of argon2.ends.splice(0)) end();
}

function times<T>(count: number, work: () => Promise<T>): Promise<T>[] {
  return Array.from({ length: count }, work);
}

const isOverloaded = (outcome: PromiseSettledResult<unknown>) =>
  outcome.status === "rejected" && (outcome.reason as { code?: string }).code === "OVERLOADED";

describe("the share of logins", () => {
  test.each([1, 2, 3, 4])(
    "G34: with 1,100 sign-ups before it on %i slots, a login is verified next",
    async (running) => {
      const hasher = new PasswordHasher({ running, queued: 1000 });
      const signUps = Promise.allSettled(times(1100, () => hasher.hash(PASSWORD)));
      const login = hasher.verify(null, PASSWORD);
      await turn();
      expect(argon2.started).toEqual(Array<Task>(running).fill("hash"));
      expect(await endOldest()).toEqual(["verify"]);
      endAll();
      await expect(login).resolves.toBe(false);
      expect((await signUps).filter(isOverloaded)).toHaveLength(1100 - 1000 - running);
    },
  );

  test.each([1, 2, 4])("G34: while both are queued on %i slots, logins have half of the starts", async (running) => {
    const hasher = new PasswordHasher({ running, queued: 1000 });
    const tasks = [...times(100, () => hasher.hash(PASSWORD)), ...times(100, () => hasher.verify(null, PASSWORD))];
    await turn();
    const started: string[] = [];
    for (let round = 0; round < 40; round += 1) started.push(...(await endOldest()));
    expect(started).toHaveLength(40);
    expect(started.filter((task) => task === "verify").length).toBeGreaterThanOrEqual(20);
    expect(started.filter((task) => task === "hash").length).toBeGreaterThanOrEqual(18);
    endAll();
    await Promise.all(tasks);
  });

  test("logins do not starve sign-ups either", async () => {
    const hasher = new PasswordHasher({ running: 1, queued: 10 });
    const tasks = [...times<unknown>(11, () => hasher.verify(null, PASSWORD)), hasher.hash(PASSWORD)];
    await turn();
    expect(await endOldest()).toEqual(["hash"]);
    endAll();
    await Promise.all(tasks);
  });

  test("G34: a hash that a login replaces is made in the login's share", async () => {
    const hasher = new PasswordHasher({ running: 1, queued: 10 });
    const signUps = Promise.allSettled(times(12, () => hasher.hash(PASSWORD)));
    const rehash = hasher.rehash(PASSWORD);
    await turn();
    endAll();
    await expect(rehash).resolves.toBe("a hash");
    expect((await signUps).filter(isOverloaded)).toHaveLength(1);
  });

  test.each(["hash", "verify"] as const)("without others, %s runs on every slot", async (task) => {
    const hasher = new PasswordHasher({ running: 3, queued: 10 });
    const work = { hash: () => hasher.hash(PASSWORD), verify: () => hasher.verify(null, PASSWORD) };
    const tasks = times<unknown>(5, work[task]);
    await turn();
    expect(argon2.started).toEqual([task, task, task]);
    endAll();
    await Promise.all(tasks);
  });

  test("G34: a class within its share is queued even if the queue is full", async () => {
    const hasher = new PasswordHasher({ running: 2, queued: 0 });
    const signUps = Promise.allSettled(times(3, () => hasher.hash(PASSWORD)));
    const logins = Promise.allSettled(times(2, () => hasher.verify(null, PASSWORD)));
    await turn();
    endAll();
    expect((await signUps).map(isOverloaded)).toEqual([false, false, true]);
    // A share of two slots is one.
    expect((await logins).map(isOverloaded)).toEqual([false, true]);
  });
});

describe("an auth", () => {
  const database = useDatabase();

  test("G34: lets a user log in while sign-ups with a taken email fill their queue", async () => {
    argon2.isGated = false;
    const config = { connectionString: database.url, max: 1 };
    await using auth = await authOn(config, { passwordHashing: { maxConcurrent: 1, maxQueued: 3 } }).connect();
    const user = await createUser(auth, { password: null });
    argon2.isGated = true;
    argon2.started = [];
    const signUps = Promise.allSettled(times(6, () => createUser(auth, { email: user.email })));
    const attempts = Promise.allSettled([
      auth.logInUser({ email: user.email, password: PASSWORD }),
      auth.getUserByEmailAndPassword(uniqueEmail(), PASSWORD),
    ]);
    // On the only connection, this is answered after what the two attempts have asked.
    await auth.listUsers();
    expect(argon2.started).toEqual(["hash"]);
    expect(await endOldest()).toEqual(["verify"]);
    expect(await endOldest()).toEqual(["hash"]);
    expect(await endOldest()).toEqual(["verify"]);
    endAll();
    const wrong = { status: "fulfilled", value: null };
    await expect(attempts).resolves.toEqual([wrong, wrong]);
    const outcomes = await signUps;
    expect(outcomes.filter(isOverloaded)).toHaveLength(2);
    expect(outcomes.slice(0, 4)).toMatchObject(Array(4).fill({ reason: { code: "EMAIL_TAKEN" } }));
  });
});

describe("a fair semaphore", () => {
  test("a task that rejects frees its slot, and so does one that throws synchronously", async () => {
    const semaphore = new FairSemaphore({ running: 1, queued: 5 }, ["a", "b"], "Too many.");
    const failures = [
      semaphore.run("a", () => Promise.reject(new Error("late"))),
      semaphore.run("b", () => {
        throw new Error("synchronous");
      }),
    ];
    const after = semaphore.run("a", async () => "runs");
    expect((await Promise.allSettled(failures)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(after).resolves.toBe("runs");
  });
});
