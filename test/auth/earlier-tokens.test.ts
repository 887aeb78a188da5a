import { randomUUID } from "node:crypto";
import type pg from "pg";
import { describe, expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import * as queries from "../../src/postgres/queries.js";
import { authOn, createUser, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);

const keyOf = (userId: string, token: string) => ({ userId, tokenType: "password-reset", token }) as const;
const issue = (userId: string, ttlSeconds = 60) =>
  auth.current.createOneTimeToken({ userId, tokenType: "password-reset", ttlSeconds });

/** A user with tokens, oldest first. */
async function newTokens(count: number): Promise<{ userId: string; tokens: string[] }> {
  const { id: userId } = await createUser(auth.current, { password: null });
  const tokens: string[] = [];
  for (let index = 0; index < count; index += 1) tokens.push(await issue(userId));
  return { userId, tokens };
}

const validity = (userId: string, tokens: readonly string[]) =>
  Promise.all(tokens.map((token) => auth.current.validateOneTimeToken(keyOf(userId, token))));

const use = (userId: string, token: string) => auth.current.useOneTimeToken(keyOf(userId, token));

/** Sets the expiries of a user's live row, newest token first, as SQL expressions. */
const setExpiries = (userId: string, newest: string, earlier: string) =>
  database.rows(
    `update pevensie.one_time_token set expires_at = ${newest}, earlier_expire_at = ${earlier} where user_id = $1`,
    [userId],
  );

describe("the last five tokens", () => {
  test("G35: an attacker's requests do not prevent the owner from using the token that was sent first", async () => {
    const { userId, tokens } = await newTokens(5);
    expect(await validity(userId, tokens)).toEqual([true, true, true, true, true]);
    await expect(
      auth.current.resetPassword({ token: tokens[0] as string, password: "the owner's password" }),
    ).resolves.toMatchObject({ id: userId });
    expect(await validity(userId, tokens)).toEqual([false, false, false, false, false]);
  });

  test("G20: a sixth voids the oldest permanently", async () => {
    const { userId, tokens } = await newTokens(7);
    expect(await validity(userId, tokens)).toEqual([false, false, true, true, true, true, true]);
    for (const token of tokens.slice(4)) await auth.current.deleteOneTimeToken(keyOf(userId, token));
    expect(await validity(userId, tokens)).toEqual([false, false, true, true, false, false, false]);
    await expect(use(userId, tokens[0] as string)).rejects.toMatchObject({ code: "INVALID_ONE_TIME_TOKEN" });
  });

  test("G19: 20 connections use five tokens of one set concurrently: one wins", async () => {
    const others: Auth[] = await Promise.all(
      Array.from({ length: 20 }, () => authOn({ connectionString: database.url, max: 1 }).connect()),
    );
    try {
      for (let round = 0; round < 5; round += 1) {
        const { userId, tokens } = await newTokens(5);
        const uses = others.map((other, n) => other.useOneTimeToken(keyOf(userId, tokens[n % 5] as string)));
        const outcomes = await Promise.allSettled(uses);
        expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        expect(await validity(userId, tokens)).not.toContain(true);
      }
    } finally {
      await Promise.all(others.map((other) => other.disconnect()));
    }
  });

  test("G20: each keeps its own expiry", async () => {
    const { userId, tokens } = await newTokens(3);
    const later = "now() + interval '1 minute'";
    await setExpiries(userId, "now()", `array[${later}, ${later}]`);
    expect(await validity(userId, tokens)).toEqual([true, true, false]);
    await setExpiries(userId, later, `array[now(), ${later}]`);
    expect(await validity(userId, tokens)).toEqual([true, false, true]);
    // The expiries move on with their tokens.
    const newer = await issue(userId);
    expect(await validity(userId, [...tokens, newer])).toEqual([true, false, true, true]);
    await auth.current.deleteOneTimeToken(keyOf(userId, newer));
    await auth.current.deleteOneTimeToken(keyOf(userId, tokens[2] as string));
    expect(await validity(userId, [...tokens, newer])).toEqual([true, false, false, false]);
    await expect(use(userId, tokens[1] as string)).rejects.toMatchObject({ code: "INVALID_ONE_TIME_TOKEN" });
    await expect(
      auth.current.resetPassword({ token: tokens[1] as string, password: "another password" }),
    ).rejects.toMatchObject({ code: "INVALID_ONE_TIME_TOKEN" });
    await use(userId, tokens[0] as string);
  });

  test("G20: an earlier one is refused at the exact moment of its expiry", async () => {
    const { id: userId } = await createUser(auth.current, { password: null });
    const key = { userId, tokenType: "password-reset", tokenHash: "the earlier one" } as const;
    const client = await database.pool.connect();
    try {
      // The clock of a transaction stands still, so its moment is exactly the token's.
      await client.query("begin");
      await queries.createOneTimeToken.run({ ...key, id: randomUUID(), ttlSeconds: 60 }, client);
      await queries.createOneTimeToken.run({ ...key, id: randomUUID(), tokenHash: "new", ttlSeconds: 60 }, client);
      const found = async (offset: string) => {
        await client.query(
          `update pevensie.one_time_token set earlier_expire_at = array[current_timestamp + $1::interval]
           where user_id = $2`,
          [offset, userId],
        );
        return (await queries.getOneTimeToken.run(key, client)).map((row) => row.userId);
      };
      expect(await found("0")).toEqual([]);
      await expect(queries.useOneTimeToken.run(key, client)).resolves.toEqual([]);
      expect(await found("1 microsecond")).toEqual([userId]);
      await expect(queries.useOneTimeToken.run(key, client)).resolves.toHaveLength(1);
    } finally {
      await client.query("rollback");
      client.release();
    }
  });

  test("F14: a sweep keeps a row with a live earlier token", async () => {
    const { userId, tokens } = await newTokens(3);
    const { userId: expired } = await newTokens(3);
    const [past, later] = ["now() - interval '1 minute'", "now() + interval '1 minute'"];
    await setExpiries(expired, past, `array[${past}, now()]`);
    await setExpiries(userId, past, `array[${past}, ${later}]`);
    await expect(auth.current.removeExpired()).resolves.toMatchObject({ oneTimeTokens: 1 });
    await expect(backdoor.liveTokenCount(expired)).resolves.toBe(0);
    expect(await validity(userId, tokens)).toEqual([true, false, false]);
    await setExpiries(userId, past, `array[${past}, ${past}]`);
    await expect(auth.current.removeExpired()).resolves.toMatchObject({ oneTimeTokens: 1 });
  });

  test("G21: another user's and another type's are refused and not consumed", async () => {
    const [mine, theirs] = [await newTokens(2), await newTokens(2)];
    const [token] = theirs.tokens as [string];
    await expect(use(mine.userId, token)).rejects.toMatchObject({ code: "INVALID_ONE_TIME_TOKEN" });
    await auth.current.deleteOneTimeToken(keyOf(mine.userId, token));
    expect(await validity(theirs.userId, theirs.tokens)).toEqual([true, true]);
    await database.rows("alter type pevensie.one_time_token_type add value if not exists 'another-type'");
    const retype = (type: string) =>
      database.rows("update pevensie.one_time_token set token_type = $2 where user_id = $1", [theirs.userId, type]);
    await retype("another-type");
    await expect(use(theirs.userId, token)).rejects.toMatchObject({ code: "INVALID_ONE_TIME_TOKEN" });
    await expect(auth.current.resetPassword({ token, password: "another password" })).rejects.toMatchObject({
      code: "INVALID_ONE_TIME_TOKEN",
    });
    await auth.current.deleteOneTimeToken(keyOf(theirs.userId, token));
    await retype("password-reset");
    await use(theirs.userId, token);
  });

  test("G18: the stored hashes of earlier ones are not accepted as tokens", async () => {
    const { userId, tokens } = await newTokens(3);
    const stored = await database.rows<{ hash: string }>(
      "select unnest(earlier_hashes) as hash from pevensie.one_time_token where user_id = $1",
      [userId],
    );
    expect(stored).toHaveLength(2);
    for (const { hash } of stored) {
      const bytes = Buffer.from(hash, "hex").toString("base64url");
      expect(await validity(userId, [hash, `pr_${hash}`, `pr_${bytes}`])).toEqual([false, false, false]);
      for (const token of tokens) expect(hash).not.toContain(token.slice(3, 20));
    }
  });
});

describe("tokens that are created, used and deleted concurrently", () => {
  /** Runs a statement in a transaction, starts `meanwhile`, which has to wait for it, and commits. */
  async function beforeCommit<T>(
    statement: (client: pg.PoolClient) => Promise<unknown>,
    meanwhile: () => Promise<T>,
  ): Promise<T> {
    const client = await database.pool.connect();
    try {
      await client.query("begin");
      await statement(client);
      const waiting = meanwhile();
      const isWaiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
      while ((await database.rows(isWaiting)).length === 0) await new Promise((resolve) => setImmediate(resolve));
      await client.query("commit");
      return await waiting;
    } finally {
      client.release();
    }
  }
  const create = (userId: string, tokenHash: string) => (client: pg.PoolClient) =>
    queries.createOneTimeToken.run(
      { id: randomUUID(), userId, tokenType: "password-reset", tokenHash, ttlSeconds: 60 },
      client,
    );
  const isValid = async (tokenHash: string) =>
    (await queries.getOneTimeToken.run({ tokenType: "password-reset", tokenHash }, database.pool)).length;

  test("G19: a use waits for a token that is being created, then voids that one too", async () => {
    const { userId, tokens } = await newTokens(2);
    await beforeCommit(create(userId, "newest"), () => use(userId, tokens[1] as string));
    expect(await validity(userId, tokens)).toEqual([false, false]);
    expect(await isValid("newest")).toBe(0);
  });

  test("G20: a token that is created while an earlier one is used is the first of a new set", async () => {
    const { userId, tokens } = await newTokens(2);
    const key = { userId, tokenType: "password-reset" } as const;
    const [{ hash } = { hash: "" }] = await database.rows<{ hash: string }>(
      "select earlier_hashes[1] as hash from pevensie.one_time_token where user_id = $1",
      [userId],
    );
    const newest = await beforeCommit(
      (client) => queries.useOneTimeToken.run({ ...key, tokenHash: hash }, client),
      () => issue(userId),
    );
    expect(await validity(userId, [...tokens, newest])).toEqual([false, false, true]);
  });

  test("G20: a deletion waits for a token that is being created, and removes only its own", async () => {
    const { userId, tokens } = await newTokens(2);
    await beforeCommit(create(userId, "newest"), () =>
      auth.current.deleteOneTimeToken(keyOf(userId, tokens[1] as string)),
    );
    expect(await validity(userId, tokens)).toEqual([true, false]);
    expect(await isValid("newest")).toBe(1);
  });
});

describe("beside the previous release", () => {
  const live = "where user_id = $1 and deleted_at is null and used_at is null";
  const previous: Readonly<Record<string, string>> = {
    endUserAccess: `update pevensie.one_time_token set deleted_at = current_timestamp ${live}`,
    useOneTimeToken: `update pevensie.one_time_token set used_at = current_timestamp ${live}`,
    deleteUser: `delete from pevensie."user" where id = $1`,
  };

  test.each(Object.entries(previous))("its %s voids the earlier tokens as well", async (_, statement) => {
    const { userId, tokens } = await newTokens(3);
    await database.rows(statement, [userId]);
    expect(await validity(userId, tokens)).toEqual([false, false, false]);
    for (const token of tokens) {
      await expect(auth.current.resetPassword({ token, password: "another password" })).rejects.toMatchObject({
        code: "INVALID_ONE_TIME_TOKEN",
      });
    }
  });

  test("its createOneTimeToken replaces the newest token of the row, and leaves the earlier ones", async () => {
    const { userId, tokens } = await newTokens(3);
    await database.rows(
      `insert into pevensie.one_time_token (id, token_type, user_id, token_hash, expires_at)
       values (gen_random_uuid(), 'password-reset', $1, 'of the previous release', now() + interval '1 minute')
       on conflict (user_id, token_type) where deleted_at is null and used_at is null
       do update set id = excluded.id, created_at = excluded.created_at, expires_at = excluded.expires_at,
         token_hash = excluded.token_hash`,
      [userId],
    );
    expect(await validity(userId, tokens)).toEqual([true, true, false]);
    await expect(backdoor.liveTokenCount(userId)).resolves.toBe(1);
    await use(userId, tokens[0] as string);
    await expect(backdoor.liveTokenCount(userId)).resolves.toBe(0);
  });
});
