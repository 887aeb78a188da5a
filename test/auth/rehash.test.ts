import { hash, verify } from "@node-rs/argon2";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { User } from "../../src/auth/index.js";
import { authOn, createUser, PASSWORD, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";
import { observedPool } from "../support/observed-pool.js";

const database = useDatabase();
const auth = useAuth(database.url, { logInLimits: false });
const backdoor = authBackdoor(database);
const CURRENT = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;

let outdated: string;
let user: User;
beforeAll(async () => {
  outdated = await hash(PASSWORD, { memoryCost: 64, timeCost: 1, parallelism: 1 });
  user = await createUser(auth.current, { password: null });
});

describe("an outdated hash", () => {
  const logIn = () => auth.current.logInUser({ email: user.email, password: PASSWORD });
  const check = () => auth.current.getUserByEmailAndPassword(user.email, PASSWORD);

  test("G14: is replaced at a login, and at a check of the password", async () => {
    for (const attempt of [logIn, check]) {
      await backdoor.setPasswordHash(user.id, outdated);
      await expect(attempt()).resolves.not.toBeNull();
      const replaced = await backdoor.passwordHash(user.id);
      expect(replaced).toMatch(CURRENT);
      await expect(verify(replaced as string, PASSWORD)).resolves.toBe(true);
    }
  });

  test("G14: too little memory, too few passes or an older version count as outdated", async () => {
    const cheaper = [
      { memoryCost: 19_455, timeCost: 2, parallelism: 1 },
      { memoryCost: 19_456, timeCost: 1, parallelism: 1 },
    ];
    for (const parameters of cheaper) {
      await backdoor.setPasswordHash(user.id, await hash(PASSWORD, parameters));
      await expect(logIn()).resolves.not.toBeNull();
      await expect(backdoor.passwordHash(user.id)).resolves.toMatch(CURRENT);
    }
    const dearer = await hash(PASSWORD, { memoryCost: 19_457, timeCost: 3, parallelism: 2 });
    await backdoor.setPasswordHash(user.id, dearer);
    await expect(logIn()).resolves.not.toBeNull();
    await expect(backdoor.passwordHash(user.id)).resolves.toBe(dearer);
  });

  test("G14: is not replaced at a wrong password, nor at a banned user's right one", async () => {
    await backdoor.setPasswordHash(user.id, outdated);
    await expect(auth.current.logInUser({ email: user.email, password: "wrong password" })).resolves.toBeNull();
    await auth.current.updateUser(user.id, { bannedUntil: new Date("9999-01-01T00:00:00Z") });
    await expect(logIn()).rejects.toMatchObject({ code: "USER_BANNED" });
    await expect(backdoor.passwordHash(user.id)).resolves.toBe(outdated);
    await auth.current.updateUser(user.id, { bannedUntil: null });
  });

  test("G14: a check of the password succeeds although a login replaces the hash that it has verified", async () => {
    const observed = observedPool({ connectionString: database.url });
    onTestFinished(() => endPool(observed.pool));
    await using other = await authOn({ pool: observed.pool }).connect();
    await backdoor.setPasswordHash(user.id, outdated);
    let replaced: Promise<unknown> | undefined;
    observed.before = (text) => {
      if (replaced !== undefined || !text.includes("set password_hash")) return undefined;
      replaced = logIn();
      return replaced;
    };
    await expect(other.getUserByEmailAndPassword(user.email, PASSWORD)).resolves.toMatchObject({ id: user.id });
    await expect(replaced).resolves.not.toBeNull();
  });

  test("G14: ends no sessions when it is replaced", async () => {
    await backdoor.setPasswordHash(user.id, outdated);
    const { id } = await auth.current.createSession({ userId: user.id });
    await logIn();
    await backdoor.setPasswordHash(user.id, outdated);
    await check();
    await expect(auth.current.getSession(id)).resolves.toMatchObject({ id });
  });

  test("G14: concurrent logins with the right password all succeed, though one of them replaces the hash", async () => {
    for (let round = 0; round < 10; round += 1) {
      await backdoor.setPasswordHash(user.id, outdated);
      const logIns = await Promise.all([logIn(), logIn(), logIn()]);
      expect(logIns.map((loggedIn) => loggedIn?.user.id)).toEqual([user.id, user.id, user.id]);
    }
  });

  test("G14: a login succeeds although another one replaces the hash that it has verified, and its options are changed meanwhile", async () => {
    const observed = observedPool({ connectionString: database.url });
    onTestFinished(() => endPool(observed.pool));
    await using other = await authOn({ pool: observed.pool }).connect();
    await backdoor.setPasswordHash(user.id, outdated);
    const options = { email: user.email, password: PASSWORD };
    let replaced: Promise<unknown> | undefined;
    observed.before = (text) => {
      if (replaced !== undefined || !text.includes("set\n    last_sign_in")) return undefined;
      Object.assign(options, { email: "", password: "" });
      replaced = logIn();
      return replaced;
    };
    await expect(other.logInUser(options)).resolves.toMatchObject({ user: { id: user.id } });
    await expect(replaced).resolves.not.toBeNull();
  });

  test("G14: a reauthentication succeeds although a login replaces the hash that it has verified", async () => {
    const observed = observedPool({ connectionString: database.url });
    onTestFinished(() => endPool(observed.pool));
    await using other = await authOn({ pool: observed.pool }).connect();
    const { id } = await auth.current.createSession({ userId: user.id });
    await backdoor.setPasswordHash(user.id, outdated);
    let replaced: Promise<unknown> | undefined;
    observed.before = (text) => {
      if (replaced !== undefined || !text.includes("set authenticated_at")) return undefined;
      replaced = logIn();
      return replaced;
    };
    await expect(other.reauthenticate({ sessionId: id, password: PASSWORD })).resolves.toMatchObject({ id });
    await expect(replaced).resolves.not.toBeNull();
    observed.before = undefined;
    await expect(other.reauthenticate({ sessionId: id, password: "wrong password" })).resolves.toBeNull();
  });

  test("G14: a password change that races with its replacement is never overwritten, 200 rounds", async () => {
    for (let round = 0; round < 200; round += 1) {
      await backdoor.setPasswordHash(user.id, outdated);
      const password = `new password of round ${round}`;
      const change = () => auth.current.setUserPassword(user.id, password);
      const attempt = round % 4 < 2 ? logIn : check;
      await Promise.all(round % 2 ? [attempt(), change()] : [change(), attempt()]);
      const stored = await backdoor.passwordHash(user.id);
      await expect(verify(stored as string, password)).resolves.toBe(true);
    }
  });
});
