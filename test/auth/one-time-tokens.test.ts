import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Auth, User } from "../../src/auth/index.js";
import { createOneTimeToken, getOneTimeToken, useOneTimeToken } from "../../src/postgres/queries.js";
import { authOn, createUser, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);

const owner = (userId: string) => ({ userId, tokenType: "password-reset" }) as const;
const issue = (userId: string) => auth.current.createOneTimeToken({ ...owner(userId), ttlSeconds: 60 });

async function newToken(): Promise<{ user: User; token: string }> {
  const user = await createUser(auth.current, { password: null });
  return { user, token: await issue(user.id) };
}

async function expectRefused(userId: string, token: string): Promise<void> {
  await expect(auth.current.validateOneTimeToken({ ...owner(userId), token })).resolves.toBe(false);
  await expect(auth.current.useOneTimeToken({ ...owner(userId), token })).rejects.toMatchObject({
    code: "INVALID_ONE_TIME_TOKEN",
  });
}

async function expectUsable(userId: string, token: string): Promise<void> {
  await expect(auth.current.validateOneTimeToken({ ...owner(userId), token })).resolves.toBe(true);
  await expect(auth.current.useOneTimeToken({ ...owner(userId), token })).resolves.toEqual({ userId, payload: null });
}

describe("the form of a token", () => {
  test("G18: a token is 32 random bytes after a prefix, in characters that need no escaping in a URL", async () => {
    const tokens: string[] = [];
    for (let index = 0; index < 20; index += 1) tokens.push((await newToken()).token);
    for (const token of tokens) {
      expect(token).toMatch(/^pr_[A-Za-z0-9_-]{43}$/);
      expect(Buffer.from(token.slice(3), "base64url")).toHaveLength(32);
      expect(encodeURIComponent(token)).toBe(token);
    }
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  test("G18: only SHA-256 of the bytes is stored, and nothing stored redeems", async () => {
    const { user, token } = await newToken();
    const columns = await database.rows<{ value: string | null }>(
      `select (jsonb_each_text(to_jsonb(t))).value from pevensie.one_time_token as t where user_id = $1`,
      [user.id],
    );
    const values = columns.flatMap(({ value }) => value ?? []);
    const digest = createHash("sha256")
      .update(Buffer.from(token.slice(3), "base64url"))
      .digest("hex");
    expect(values).toContain(digest);
    expect(values.join()).not.toContain(token.slice(3, 20));
    for (const value of values) {
      for (const decoded of ["utf8", "hex", "base64", "base64url"].map((encoding) =>
        Buffer.from(value, encoding as "hex"),
      )) {
        for (const encoded of [
          value,
          decoded.toString("base64url"),
          decoded.toString("hex"),
          decoded.toString("latin1"),
        ]) {
          for (const guess of [encoded, `pr_${encoded}`, `pr_${encoded.slice(0, 43)}`]) {
            await expect(auth.current.validateOneTimeToken({ ...owner(user.id), token: guess })).resolves.toBe(false);
          }
        }
      }
    }
    await expectUsable(user.id, token);
  });

  test("G21: blank, prefix-only, cut, doubled, re-encoded and absent tokens never match", async () => {
    const { user, token } = await newToken();
    const bytes = Buffer.from(token.slice(3), "base64url");
    const last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const sameBits = last[last.indexOf(token.slice(-1)) ^ 1];
    const bad = [
      "",
      " ",
      "pr_",
      "pr",
      token.slice(3),
      token.slice(0, -1),
      `${token}A`,
      `${token}=`,
      token + token,
      ` ${token}`,
      `${token}\n`,
      `${token}\0`,
      token.toUpperCase(),
      `PR_${token.slice(3)}`,
      `ev_${token.slice(3)}`,
      `pr_${bytes.toString("hex")}`,
      `pr_${bytes.toString("base64")}`,
      `${token.slice(0, -1)}${sameBits}`,
      "null",
      "undefined",
      "\ud800",
      "pr_".repeat(100_000),
    ];
    for (const guess of bad) await expectRefused(user.id, guess);
    await expectUsable(user.id, token);
  });
});

describe("a token's life", () => {
  test("G19: 20 connections use one token concurrently: one wins", async () => {
    const { user, token } = await newToken();
    const others: Auth[] = await Promise.all(
      Array.from({ length: 20 }, () => authOn({ connectionString: database.url, max: 1 }).connect()),
    );
    try {
      for (let round = 0, current = token; round < 5; round += 1, current = await issue(user.id)) {
        const uses = others.map((other) => other.useOneTimeToken({ ...owner(user.id), token: current }));
        const outcomes = await Promise.allSettled(uses);
        expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        for (const outcome of outcomes) {
          if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "INVALID_ONE_TIME_TOKEN" });
        }
      }
    } finally {
      await Promise.all(others.map((other) => other.disconnect()));
    }
  });

  test("G20: an expired token is refused, and a new one can be asked for", async () => {
    const { user, token } = await newToken();
    await backdoor.expireTokens(user.id);
    await expectRefused(user.id, token);
    const newer = await issue(user.id);
    await expectRefused(user.id, token);
    await expectUsable(user.id, newer);
  });

  test("G20: a token is refused at the exact moment of its expiry", async () => {
    const { user } = await newToken();
    const key = { ...owner(user.id), tokenHash: "at the boundary" };
    const client = await database.pool.connect();
    try {
      // A transaction's clock stands still, so that its moment is exactly the token's.
      await client.query("begin");
      await createOneTimeToken.run({ ...key, id: user.id, ttlSeconds: 60 }, client);
      const move = (offset: string) =>
        client.query(
          `update pevensie.one_time_token set expires_at = current_timestamp + $1::interval where token_hash = $2`,
          [offset, key.tokenHash],
        );
      await move("0");
      await expect(getOneTimeToken.run(key, client)).resolves.toEqual([]);
      await expect(useOneTimeToken.run(key, client)).resolves.toEqual([]);
      await move("1 microsecond");
      await expect(getOneTimeToken.run(key, client)).resolves.toHaveLength(1);
      await expect(useOneTimeToken.run(key, client)).resolves.toHaveLength(1);
    } finally {
      await client.query("rollback");
      client.release();
    }
  });

  test("G20: it expires after its ttl", async () => {
    const user = await createUser(auth.current, { password: null });
    for (const ttlSeconds of [1, 90, 3_155_760_000]) {
      await auth.current.createOneTimeToken({ ...owner(user.id), ttlSeconds });
      const [row] = await database.rows(
        `select extract(epoch from expires_at - created_at)::bigint::text as seconds
         from pevensie.one_time_token where user_id = $1 and used_at is null and deleted_at is null`,
        [user.id],
      );
      expect(row).toEqual({ seconds: String(ttlSeconds) });
    }
  });

  test("G20: used, replaced and deleted tokens stay refused", async () => {
    const { user, token: used } = await newToken();
    await expectUsable(user.id, used);
    await expectRefused(user.id, used);
    const replaced = await issue(user.id);
    const deleted = await issue(user.id);
    for (let newer = 0; newer < 4; newer += 1) await issue(user.id);
    await expectRefused(user.id, replaced);
    await auth.current.deleteOneTimeToken({ ...owner(user.id), token: deleted });
    await auth.current.deleteOneTimeToken({ ...owner(user.id), token: deleted });
    const live = await issue(user.id);
    for (const dead of [used, replaced, deleted]) {
      await expectRefused(user.id, dead);
      await expect(auth.current.deleteOneTimeToken({ ...owner(user.id), token: dead })).resolves.toBeUndefined();
    }
    await expectUsable(user.id, live);
  });

  test("G20: a deleted token is refused where the user has no other", async () => {
    const { user, token } = await newToken();
    await auth.current.deleteOneTimeToken({ ...owner(user.id), token });
    await expectRefused(user.id, token);
  });

  test("G20: 20 concurrent requests leave one live row, and five of the tokens are usable", async () => {
    const user = await createUser(auth.current, { password: null });
    const tokens = await Promise.all(Array.from({ length: 20 }, () => issue(user.id)));
    await expect(backdoor.liveTokenCount(user.id)).resolves.toBe(1);
    const check = (token: string) => auth.current.validateOneTimeToken({ ...owner(user.id), token });
    const valid = await Promise.all(tokens.map(check));
    expect(valid.filter(Boolean)).toHaveLength(5);
  });
});

describe("a token's user and type", () => {
  test("G21: another user's token fails and is not consumed", async () => {
    const [mine, theirs] = [await newToken(), await newToken()];
    await expectRefused(mine.user.id, theirs.token);
    await auth.current.deleteOneTimeToken({ ...owner(mine.user.id), token: theirs.token });
    await expectUsable(theirs.user.id, theirs.token);
    await expectUsable(mine.user.id, mine.token);
  });

  test("G21: another type's token fails and is not consumed", async () => {
    const { user, token } = await newToken();
    await database.rows("alter type pevensie.one_time_token_type add value if not exists 'another-type'");
    await database.rows("update pevensie.one_time_token set token_type = 'another-type' where user_id = $1", [user.id]);
    await expectRefused(user.id, token);
    await auth.current.deleteOneTimeToken({ ...owner(user.id), token });
    // It stands in the way of no token of the other type, either.
    await expectUsable(user.id, await issue(user.id));
    await expect(backdoor.liveTokenCount(user.id)).resolves.toBe(1);
  });

  test("G21: an unknown type is refused, also the name of an inherited property", async () => {
    const { user, token } = await newToken();
    for (const tokenType of ["another-type", "", "toString", "__proto__"] as never[]) {
      const refused = { code: "INVALID_INPUT", field: "tokenType" };
      const options = { userId: user.id, tokenType };
      await expect(auth.current.createOneTimeToken({ ...options, ttlSeconds: 60 })).rejects.toMatchObject(refused);
      await expect(auth.current.validateOneTimeToken({ ...options, token })).rejects.toMatchObject(refused);
      await expect(auth.current.useOneTimeToken({ ...options, token })).rejects.toMatchObject(refused);
      await expect(auth.current.deleteOneTimeToken({ ...options, token })).rejects.toMatchObject(refused);
    }
  });

  test("a user that is unknown, deleted or banned gets no token that is usable", async () => {
    const { user } = await newToken();
    await auth.current.updateUser(user.id, { bannedUntil: new Date("9999-01-01T00:00:00Z") });
    // Whoever asks for a new password must not learn of the ban.
    const token = await issue(user.id);
    await expectRefused(user.id, token);
    await auth.current.unbanUser(user.id);
    await expectRefused(user.id, token);
    const confirmation = { userId: user.id, tokenType: "email-confirmation", ttlSeconds: 60 } as const;
    await auth.current.banUser(user.id);
    await expect(auth.current.createOneTimeToken(confirmation)).rejects.toMatchObject({ code: "USER_BANNED" });
    await auth.current.deleteUserById(user.id);
    await expect(issue(user.id)).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
    await expect(issue("0190163d-8694-739b-aea5-966c26f8ad90")).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
  });

  test("a banned or deleted owner's token is refused, even if it was not voided", async () => {
    for (const column of ["banned_until = now() + interval '1 day'", "deleted_at = now()"]) {
      const { user, token } = await newToken();
      await database.rows(`update pevensie."user" set ${column} where id = $1`, [user.id]);
      await expect(backdoor.liveTokenCount(user.id)).resolves.toBe(1);
      await expectRefused(user.id, token);
    }
  });
});
