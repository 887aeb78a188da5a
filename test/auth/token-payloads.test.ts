import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { CreateOneTimeTokenOptions, OneTimeTokenOptions } from "../../src/auth/index.js";
import { createUser, uniqueEmail, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);
const newUser = async () => (await createUser(auth.current, { password: null })).id;
const INVALID = { code: "INVALID_ONE_TIME_TOKEN" };

type Kind = Pick<CreateOneTimeTokenOptions, "tokenType" | "purpose">;

const KINDS: readonly Kind[] = [
  { tokenType: "password-reset" },
  { tokenType: "email-confirmation" },
  { tokenType: "log-in" },
  { tokenType: "application", purpose: "invitation" },
];

const create = (userId: string, kind: Kind, more: object = {}) =>
  auth.current.createOneTimeToken({ userId, ttlSeconds: 600, ...kind, ...more });

test.each(KINDS)("G41: $tokenType: a payload comes back, before and when the token is used", async (kind) => {
  const userId = await newUser();
  const payload = { team: 7, names: ["Lucy", 'quo"te', "ü"], nested: { deep: [null, true] } };
  const token = await create(userId, kind, { payload });
  const expected = { userId, payload, purpose: kind.purpose ?? null, tokenType: kind.tokenType };
  expect(await auth.current.getOneTimeToken({ ...kind, token })).toEqual({
    ...expected,
    expiresAt: expect.any(Date),
  });
  expect(await auth.current.validateOneTimeToken({ ...kind, token })).toBe(true);
  expect(await auth.current.useOneTimeToken({ ...kind, token })).toEqual({ userId, payload });
  expect(await auth.current.getOneTimeToken({ ...kind, token })).toBeNull();
  await expect(auth.current.useOneTimeToken({ ...kind, token })).rejects.toMatchObject(INVALID);
  const plain = await create(userId, kind);
  expect(await auth.current.useOneTimeToken({ ...kind, token: plain, userId })).toEqual({ userId, payload: null });
});

test.each(KINDS)(
  "G21: $tokenType: a token of another user, type or purpose fails and is not consumed",
  async (kind) => {
    const userId = await newUser();
    const token = await create(userId, kind);
    const wrong: OneTimeTokenOptions[] = [
      { ...kind, token, userId: await newUser() },
      { ...kind, token, userId: randomUUID() },
      { ...kind, token, userId: "no id" },
      { tokenType: "application", purpose: "another", token },
      { tokenType: kind.tokenType === "log-in" ? "password-reset" : "log-in", token },
    ];
    for (const options of wrong) {
      expect(await auth.current.validateOneTimeToken(options)).toBe(false);
      expect(await auth.current.getOneTimeToken(options)).toBeNull();
      await expect(auth.current.useOneTimeToken(options)).rejects.toMatchObject(INVALID);
      await auth.current.deleteOneTimeToken(options);
    }
    await expect(auth.current.useOneTimeToken({ ...kind, token })).resolves.toMatchObject({ userId });
  },
);

test.each(KINDS)("G41: $tokenType: an expired or deleted token is refused", async (kind) => {
  const userId = await newUser();
  const deleted = await create(userId, kind);
  await auth.current.deleteOneTimeToken({ ...kind, token: deleted });
  await expect(auth.current.useOneTimeToken({ ...kind, token: deleted })).rejects.toMatchObject(INVALID);
  const expired = await create(userId, kind);
  await backdoor.expireTokens(userId);
  expect(await auth.current.validateOneTimeToken({ ...kind, token: expired })).toBe(false);
  await expect(auth.current.useOneTimeToken({ ...kind, token: expired })).rejects.toMatchObject(INVALID);
});

test("G20: an application's token replaces the one of its purpose, and no other; of the rest, five are usable", async () => {
  const userId = await newUser();
  const invitation = { tokenType: "application", purpose: "invitation" } as const;
  const download = { tokenType: "application", purpose: "download" } as const;
  const kept = await create(userId, download);
  const [first, second] = [await create(userId, invitation), await create(userId, invitation)];
  expect(await auth.current.validateOneTimeToken({ ...invitation, token: first })).toBe(false);
  expect(await auth.current.validateOneTimeToken({ ...invitation, token: second })).toBe(true);
  expect(await auth.current.validateOneTimeToken({ ...download, token: kept })).toBe(true);
  for (const kind of KINDS.slice(0, 3)) {
    const tokens = [];
    for (let payload = 0; payload < 6; payload += 1) tokens.push(await create(userId, kind, { payload }));
    const found = await Promise.all(tokens.map((token) => auth.current.getOneTimeToken({ ...kind, token })));
    expect(found.map((token) => token?.payload)).toEqual([undefined, 1, 2, 3, 4, 5]);
  }
});

test("G20: 20 concurrent creations of an application's token leave one live: 10 rounds", async () => {
  const userId = await newUser();
  const kind = { tokenType: "application", purpose: "invitation" } as const;
  for (let round = 0; round < 10; round += 1) {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => create(userId, kind)));
    const live = await Promise.all(tokens.map((token) => auth.current.validateOneTimeToken({ ...kind, token })));
    expect(live.filter(Boolean)).toHaveLength(1);
  }
});

test.each(KINDS.slice(1))("G19: $tokenType: of 20 concurrent uses of one token, one succeeds", async (kind) => {
  const userId = await newUser();
  const token = await create(userId, kind);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, () => auth.current.useOneTimeToken({ ...kind, token })),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test.each(KINDS)(
  "G41: $tokenType: using a token voids the others, also of concurrent uses: 50 rounds",
  async (kind) => {
    const userId = await newUser();
    for (let round = 0; round < 50; round += 1) {
      const tokens = [await create(userId, kind), await create(userId, kind)];
      const outcomes = await Promise.allSettled(
        tokens.map((token) => auth.current.useOneTimeToken({ ...kind, token })),
      );
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toMatchObject(INVALID);
    }
  },
);

test.each<[string, (userId: string) => Promise<unknown>]>([
  ["deletion", (id) => auth.current.deleteUserById(id)],
  ["a ban", (id) => auth.current.banUser(id)],
  ["a new password", (id) => auth.current.setUserPassword(id, null)],
  ["a new email", (id) => auth.current.setUserEmail(id, uniqueEmail())],
])("G22: %s voids tokens of every type, also one that is created at that moment", async (_, end) => {
  for (const kind of KINDS) {
    const userId = await newUser();
    const token = await create(userId, kind);
    await end(userId);
    expect(await auth.current.validateOneTimeToken({ ...kind, token })).toBe(false);
    await expect(auth.current.useOneTimeToken({ ...kind, token })).rejects.toMatchObject(INVALID);
  }
  for (let round = 0; round < 50; round += 1) {
    const userId = await newUser();
    const kind = KINDS[1 + (round % 3)] as Kind;
    const before = auth.current.createSession({ userId });
    const [created] = await Promise.allSettled([create(userId, kind), end(userId), before]);
    if (created.status === "rejected") {
      expect(["USER_NOT_FOUND", "USER_BANNED"]).toContain(created.reason.code);
      continue;
    }
    // It came before the end, and is void; or it came after one that does not refuse it, and is live.
    const [row] = await database.rows<{ live: number }>(
      "select count(*)::int as live from pevensie.user_token where user_id = $1 and expires_at > now()",
      [userId],
    );
    expect(await auth.current.validateOneTimeToken({ ...kind, token: created.value })).toBe(row?.live === 1);
  }
});

test("G41: a payload has at most 8 kB, and is JSON", async () => {
  const userId = await newUser();
  const kind = { tokenType: "application", purpose: "x" } as const;
  const atMost = "x".repeat(8190);
  const token = await create(userId, kind, { payload: atMost });
  expect(await auth.current.useOneTimeToken({ ...kind, token })).toEqual({ userId, payload: atMost });
  for (const payload of [`${atMost}x`, "ü".repeat(4096), new Date(), Number.NaN, () => {}, "\0"]) {
    const refused = { code: "INVALID_INPUT", field: "payload" };
    await expect(create(userId, kind, { payload })).rejects.toMatchObject(refused);
  }
});

test("a token that is deleted leaves no payload, and the others keep theirs", async () => {
  const userId = await newUser();
  const kind = { tokenType: "password-reset" } as const;
  const stored = async () => {
    const [row] = await database.rows<{ payloads: Record<string, unknown> }>(
      "select payloads from pevensie.one_time_token where user_id = $1",
      [userId],
    );
    return Object.values(row?.payloads ?? {}).sort();
  };
  const tokens: string[] = [];
  for (let payload = 1; payload <= 4; payload += 1) tokens.push(await create(userId, kind, { payload }));
  const [first = "", second = "", third = "", fourth = ""] = tokens;
  for (const token of [fourth, second]) await auth.current.deleteOneTimeToken({ ...kind, userId, token });
  expect(await stored()).toEqual([1, 3]);
  expect(await auth.current.getOneTimeToken({ ...kind, token: third })).toMatchObject({ payload: 3 });
  for (const token of [third, first]) await auth.current.deleteOneTimeToken({ ...kind, userId, token });
  expect(await stored()).toEqual([]);
});

test("G41: a purpose is for applications alone, and required there", async () => {
  const userId = await newUser();
  const refused = { code: "INVALID_INPUT", field: "purpose" };
  for (const purpose of [undefined, "", "x".repeat(256), 1, "\0"]) {
    await expect(create(userId, { tokenType: "application", purpose: purpose as never })).rejects.toMatchObject(
      refused,
    );
  }
  await expect(create(userId, { tokenType: "log-in", purpose: "x" })).rejects.toMatchObject(refused);
  const other = { code: "INVALID_INPUT", field: "tokenType" };
  await expect(create(userId, { tokenType: "email-change" })).rejects.toMatchObject(other);
});

test("G18: nothing stored redeems", async () => {
  const userId = await newUser();
  const kind = { tokenType: "application", purpose: "x" } as const;
  const token = await create(userId, kind);
  const [row] = await database.rows<Record<string, unknown>>("select * from pevensie.user_token where user_id = $1", [
    userId,
  ]);
  for (const value of Object.values(row ?? {})) {
    const text = String(value);
    const encoded = Buffer.from(text, "hex").toString("base64url");
    for (const guess of [text, `ap_${text}`, encoded, `ap_${encoded}`]) {
      expect(await auth.current.validateOneTimeToken({ ...kind, token: guess })).toBe(false);
    }
  }
  expect(await auth.current.validateOneTimeToken({ ...kind, token })).toBe(true);
});
