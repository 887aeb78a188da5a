import { expect, test } from "vitest";
import { WithheldError } from "../../src/index.js";
import { authOn, createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const plain = useAuth(database.url);
const BREACHED = "breached password";
const seen: unknown[] = [];
const checking = authOn(
  { connectionString: database.url },
  {
    checkPassword: async (password, user) => {
      seen.push([password, user]);
      await Promise.resolve();
      if (password === BREACHED) throw new Error(`${password} is in a list`);
    },
  },
);

test("G49: every new password is checked, with the user's email, and refused as INVALID_INPUT", async () => {
  await using auth = await checking.connect();
  const user = await createUser(auth);
  const newEmail = uniqueEmail();
  const token = await auth.createOneTimeToken({ userId: user.id, tokenType: "password-reset", ttlSeconds: 60 });
  const ways: Record<string, [string, (password: string) => Promise<unknown>]> = {
    createUserWithEmail: [
      newEmail,
      (password) => auth.createUserWithEmail({ email: newEmail, password, userMetadata: {} }),
    ],
    setUserPassword: [user.email, (password) => auth.setUserPassword(user.id, password)],
    updateUser: [user.email, (password) => auth.updateUser(user.id, { password })],
    "updateUser with an email": [newEmail, (password) => auth.updateUser(user.id, { password, email: newEmail })],
    resetPassword: [user.email, (password) => auth.resetPassword({ token, password })],
  };
  for (const [email, change] of Object.values(ways)) {
    seen.length = 0;
    const error = await change(BREACHED).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "INVALID_INPUT", field: "password" });
    expect(error).toMatchObject({ cause: expect.any(WithheldError) });
    expect(String(error)).not.toContain(BREACHED);
    expect(seen).toEqual([[BREACHED, { email }]]);
  }
  // Nothing has changed, and the token is still usable.
  expect(await auth.getUserByEmailAndPassword(user.email, PASSWORD)).toMatchObject({ id: user.id, email: user.email });
  await auth.resetPassword({ token, password: "a good password" });
});

test("G49: the password that is checked is the one that is hashed, in NFC; null is not checked, nor a login", async () => {
  await using auth = await checking.connect();
  seen.length = 0;
  const user = await createUser(auth, { password: "Zoe\u0308 and her cat" });
  expect(seen).toEqual([["Zoë and her cat", { email: user.email }]]);
  await auth.setUserPassword(user.id, null);
  await auth.setUserPassword("01890a5d-ac96-774b-bcce-b302099a8057", PASSWORD).catch(() => {});
  await auth.logInUser({ email: user.email, password: BREACHED });
  expect(seen).toHaveLength(1);
});

test("G49: in a transaction the check belongs to its call", async () => {
  await using auth = await checking.connect();
  const email = uniqueEmail();
  const refused = auth.withTransaction(async (inner) => {
    await inner.createUserWithEmail({ email, password: BREACHED, userMetadata: {} });
  });
  await expect(refused).rejects.toMatchObject({ code: "INVALID_INPUT", field: "password" });
  expect(await plain.current.getUserByEmail(email)).toBeNull();
});

test("G49: refuses a checkPassword that is no function", () => {
  const create = () => authOn({ connectionString: database.url }, { checkPassword: "no" as never });
  expect(create).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: "checkPassword" }));
});
