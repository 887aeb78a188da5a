import { afterEach, expect, test, vi } from "vitest";
import { createAuth } from "../../src/auth/index.js";
import { createAuthDriver } from "../../src/postgres/index.js";
import { fastPasswordHashing } from "../../src/testing/index.js";
import { authOn, COOKIE_KEY, createUser, PASSWORD } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const config = { connectionString: database.url };
const backdoor = authBackdoor(database);

afterEach(() => vi.unstubAllEnvs());

test("hashes are argon2id of the least cost, and passwords are verified against them", async () => {
  await using auth = await authOn(config, { passwordHashing: fastPasswordHashing }).connect();
  const { id, email } = await createUser(auth);
  const hash = await backdoor.passwordHash(id);
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
  expect(await auth.logInUser({ email, password: "another password" })).toBeNull();
  expect(await auth.logInUser({ email: "nobody@example.com", password: PASSWORD })).toBeNull();
  expect((await auth.logInUser({ email, password: PASSWORD }))?.user.id).toBe(id);
  expect(await backdoor.passwordHash(id)).toBe(hash);
});

test("hashes of the usual cost are verified and stay", async () => {
  await using usual = await authOn(config).connect();
  const { id, email } = await createUser(usual);
  const hash = await backdoor.passwordHash(id);
  await using auth = await authOn(config, { passwordHashing: fastPasswordHashing }).connect();
  expect(await auth.logInUser({ email, password: PASSWORD })).not.toBeNull();
  expect(await backdoor.passwordHash(id)).toBe(hash);
});

test("an auth without it replaces such a hash at the next login", async () => {
  await using auth = await authOn(config, { passwordHashing: fastPasswordHashing }).connect();
  const { id, email } = await createUser(auth);
  await using usual = await authOn(config).connect();
  expect(await usual.logInUser({ email, password: PASSWORD })).not.toBeNull();
  expect(await backdoor.passwordHash(id)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test("is refused in production, and nothing else is", () => {
  const create = (passwordHashing: object) =>
    createAuth({ driver: createAuthDriver(config), cookieKey: COOKIE_KEY, passwordHashing });
  const refused = expect.objectContaining({ code: "INVALID_INPUT", field: "passwordHashing.cost" });
  create(fastPasswordHashing);
  expect(() => create({ cost: "none" })).toThrow(refused);
  vi.stubEnv("NODE_ENV", "production");
  expect(() => create(fastPasswordHashing)).toThrow(refused);
  create({ cost: "standard" });
  create({});
});
