import { describe, expect, test } from "vitest";
import type { AuthFunctions, PasswordCheck, TransactionClient } from "../../src/auth/index.js";
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

describe("a checkPassword in a transaction", () => {
  let check: PasswordCheck = () => {};
  const connect = () =>
    authOn({ connectionString: database.url }, { checkPassword: (...given) => check(...given) }).connect();
  const user = () => ({ email: uniqueEmail(), password: PASSWORD, userMetadata: {} });
  const refusal = { code: "INVALID_INPUT", field: "checkPassword" };

  const USES: Readonly<Record<string, (auth: AuthFunctions, client: TransactionClient) => Promise<unknown>>> = {
    "a call": (auth) => auth.getUserByEmail("nobody@example.com"),
    SQL: (_, client) => client.query("select"),
    "a nested transaction": (auth) => auth.withTransaction(async () => {}),
    "a call that is made late": async (auth) => {
      await new Promise(setImmediate);
      await auth.getUserByEmail("nobody@example.com");
    },
  };
  test.each(Object.entries(USES))("G31: that waits for %s of the transaction is refused", async (_, use) => {
    await using outside = await connect();
    const changes: readonly ((auth: AuthFunctions) => Promise<unknown>)[] = [
      (auth) => auth.createUserWithEmail(user()),
      (auth) => auth.withTransaction((nested) => nested.createUserWithEmail(user())),
    ];
    for (const change of changes) {
      const call = outside.withTransaction(async (auth, client) => {
        check = () => use(auth, client).then(() => {});
        await change(auth);
      });
      await expect(call).rejects.toMatchObject(refusal);
    }
  });

  test("G31: that waits for a call of the nested transaction is refused", async () => {
    await using outside = await connect();
    const call = outside.withTransaction((outer) =>
      outer.withTransaction(async (auth) => {
        check = () => auth.countUsers().then(() => {});
        await auth.createUserWithEmail(user());
      }),
    );
    await expect(call).rejects.toMatchObject(refusal);
  });

  test("can leave code that uses the transaction later, also during another check", async () => {
    await using outside = await connect();
    const { email, ...rest } = user();
    const found = await outside.withTransaction(async (auth) => {
      let goOn = () => {};
      let late: Promise<unknown> = Promise.resolve();
      check = () => {
        late = new Promise<void>((resolve) => {
          goOn = resolve;
        }).then(() => auth.getUserByEmail(email));
      };
      await auth.createUserWithEmail({ email, ...rest });
      // Lasts until the transaction has been used.
      check = () => {
        goOn();
        return late.then(() => {});
      };
      await outside.withTransaction((other) => other.createUserWithEmail(user()));
      return late;
    });
    expect(found).toMatchObject({ email });
  });

  test("can use the auth outside, and leaves other calls in their order", async () => {
    await using outside = await connect();
    const { email, ...rest } = user();
    const found = await outside.withTransaction(async (auth) => {
      const begun = new Promise<void>((resolve) => {
        check = async () => {
          resolve();
          await outside.withTransaction((other) => other.countUsers());
        };
      });
      const created = auth.createUserWithEmail({ email, ...rest });
      await begun;
      return [await auth.getUserByEmail(email), await created];
    });
    expect(found).toMatchObject([{ email }, { email }]);
  });
});

test("G49: refuses a checkPassword that is no function", () => {
  const create = () => authOn({ connectionString: database.url }, { checkPassword: "no" as never });
  expect(create).toThrow(expect.objectContaining({ code: "INVALID_INPUT", field: "checkPassword" }));
});
