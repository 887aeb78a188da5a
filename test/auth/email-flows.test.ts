import { expect, test } from "vitest";
import { createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);
const newUser = () => createUser(auth.current, { password: null });
const INVALID = { code: "INVALID_ONE_TIME_TOKEN" };
const confirmation = (userId: string) =>
  auth.current.createOneTimeToken({ userId, tokenType: "email-confirmation", ttlSeconds: 600 });
const change = (userId: string, email: string) =>
  auth.current.createEmailChangeToken({ userId, email, ttlSeconds: 600 });

test("G42: confirmEmail confirms the email, once", async () => {
  const user = await createUser(auth.current);
  const session = await auth.current.createSession({ userId: user.id });
  const token = await confirmation(user.id);
  const confirmed = await auth.current.confirmEmail({ token });
  expect(confirmed).toMatchObject({ id: user.id, email: user.email, emailConfirmedAt: expect.any(Date) });
  await expect(auth.current.confirmEmail({ token })).rejects.toMatchObject(INVALID);
  // It ends nothing: the password is that of the user's own sign-up.
  expect(await auth.current.getSession(session.id)).not.toBeNull();
  expect(await auth.current.getUserByEmailAndPassword(user.email, PASSWORD)).not.toBeNull();
  const again = await auth.current.confirmEmail({ token: await confirmation(user.id) });
  expect(again.emailConfirmedAt).toEqual(confirmed.emailConfirmedAt);
});

test("G42: confirmEmail refuses a token that was made for another email, also where other SQL changed it", async () => {
  const user = await newUser();
  const token = await confirmation(user.id);
  await database.rows('update pevensie."user" set email = $2 where id = $1', [user.id, uniqueEmail()]);
  await expect(auth.current.confirmEmail({ token })).rejects.toMatchObject(INVALID);
  expect((await auth.current.getUserById(user.id))?.emailConfirmedAt).toBeNull();
});

test("G42: confirmEmail refuses tokens of other types, of deleted and of banned users", async () => {
  const [deleted, banned, user] = [await newUser(), await newUser(), await newUser()];
  const tokens = [await confirmation(deleted.id), await confirmation(banned.id)];
  await database.rows('update pevensie."user" set deleted_at = now() where id = $1', [deleted.id]);
  await database.rows("update pevensie.\"user\" set banned_until = 'infinity' where id = $1", [banned.id]);
  tokens.push(await auth.current.createOneTimeToken({ userId: user.id, tokenType: "log-in", ttlSeconds: 60 }));
  for (const token of [...tokens, "", "ec_", "x"]) {
    await expect(auth.current.confirmEmail({ token })).rejects.toMatchObject(INVALID);
  }
});

test("G42: an email changes when the new address is proved, and not before", async () => {
  const user = await newUser();
  const email = uniqueEmail();
  const [kept, ended] = [
    await auth.current.createSession({ userId: user.id }),
    await auth.current.createSession({ userId: user.id }),
  ];
  const old = await confirmation(user.id);
  const token = await change(user.id, email.toUpperCase());
  expect((await auth.current.getUserById(user.id))?.email).toBe(user.email);
  const changed = await auth.current.confirmEmailChange({ token, keepSessionId: kept.id });
  expect(changed.previousEmail).toBe(user.email);
  expect(changed.user).toMatchObject({ id: user.id, email, emailConfirmedAt: expect.any(Date) });
  expect(await auth.current.getUserByEmail(email)).toEqual(changed.user);
  expect(await auth.current.getUserByEmail(user.email)).toBeNull();
  expect((await auth.current.listSessions(user.id)).map(({ id }) => id)).toEqual([kept.id]);
  expect(await auth.current.getSession(ended.id)).toBeNull();
  await expect(auth.current.confirmEmail({ token: old })).rejects.toMatchObject(INVALID);
  await expect(auth.current.confirmEmailChange({ token })).rejects.toMatchObject(INVALID);
});

test("G42: without a session to keep, a changed email ends all of them", async () => {
  const user = await newUser();
  await auth.current.createSession({ userId: user.id });
  await auth.current.confirmEmailChange({ token: await change(user.id, uniqueEmail()) });
  expect(await backdoor.sessionIds(user.id)).toEqual([]);
});

test("G42: EMAIL_TAKEN is decided when the change is confirmed; the token stays usable", async () => {
  const user = await newUser();
  const email = uniqueEmail();
  const token = await change(user.id, email);
  const rival = await createUser(auth.current, { email, password: null });
  const session = await auth.current.createSession({ userId: user.id });
  await expect(auth.current.confirmEmailChange({ token })).rejects.toMatchObject({ code: "EMAIL_TAKEN" });
  expect(await auth.current.getSession(session.id)).not.toBeNull();
  await auth.current.deleteUserById(rival.id);
  expect((await auth.current.confirmEmailChange({ token })).user.email).toBe(email);
});

test("G42: a later change replaces an earlier one; a change of the email in another way voids it", async () => {
  const user = await newUser();
  const first = await change(user.id, uniqueEmail());
  const second = await change(user.id, uniqueEmail());
  await expect(auth.current.confirmEmailChange({ token: first })).rejects.toMatchObject(INVALID);
  await auth.current.setUserEmail(user.id, uniqueEmail());
  await expect(auth.current.confirmEmailChange({ token: second })).rejects.toMatchObject(INVALID);
});

test("G42: of two users who prove one address at the same moment, one gets it: 200 rounds", async () => {
  const [one, other] = [await newUser(), await newUser()];
  for (let round = 0; round < 200; round += 1) {
    const email = uniqueEmail();
    const tokens = [await change(one.id, email), await change(other.id, email)];
    const outcomes = await Promise.allSettled(tokens.map((token) => auth.current.confirmEmailChange({ token })));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const refused = outcomes.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ code: "EMAIL_TAKEN" });
  }
});

test("G42: a change that is confirmed while the user is deleted leaves the user deleted: 100 rounds", async () => {
  for (let round = 0; round < 100; round += 1) {
    const user = await newUser();
    const token = await change(user.id, uniqueEmail());
    const [confirmed] = await Promise.allSettled([
      auth.current.confirmEmailChange({ token }),
      auth.current.deleteUserById(user.id),
    ]);
    if (confirmed.status === "rejected") expect(confirmed.reason).toMatchObject(INVALID);
    expect(await auth.current.getUserById(user.id)).toBeNull();
    expect(await backdoor.sessionIds(user.id)).toEqual([]);
  }
});

test.each([undefined, null, 1, {}, "no email", "a@b c"])("G42: refuses the address %s", async (email) => {
  const { id: userId } = await newUser();
  const options = { userId, email, ttlSeconds: 60 } as never;
  const refused = { code: "INVALID_INPUT", field: "email" };
  await expect(auth.current.createEmailChangeToken(options)).rejects.toMatchObject(refused);
});
