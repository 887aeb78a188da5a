import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth, TransactionClient } from "../../src/auth/index.js";
import { asRead, authOn, createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { terminate } from "../support/fault-blockers.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { useOwnRows } from "../support/own-rows.js";
import { whileRefusing } from "../support/refusals.js";

const database = useDatabase();
const own = useOwnRows(database);
const others = useAuth(database.url);

/** One connection: a call that acquires a second one times out. */
const pool = new pg.Pool({ connectionString: database.url, max: 1 });
let auth: Auth;
beforeAll(async () => {
  auth = await authOn({ pool, connectionTimeoutMillis: 2_000 }).connect();
});
afterAll(async () => {
  await auth.disconnect();
  await endPool(pool);
});

const newUser = () => ({ email: uniqueEmail(), password: null, userMetadata: {} });

describe("a connection that is lost", () => {
  const lost = { name: "PevensieError", code: "CONNECTION_UNAVAILABLE" };
  const pidOf = async (client: TransactionClient) => {
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    return rows[0]?.pid ?? 0;
  };

  test("F4: during a statement of the application's own is CONNECTION_UNAVAILABLE, and nothing takes effect", async () => {
    const name = "in flight";
    const call = auth.withTransaction(async (_, client) => {
      await own.add(client, name);
      const pid = await pidOf(client);
      const query = client.query("select pg_sleep(60)");
      void terminate(database.pool, pid);
      await expect(query).rejects.toMatchObject(lost);
      await query;
    });
    await expect(call).rejects.toMatchObject({ ...lost, cause: { code: "57P01" } });
    expect(await own.names()).not.toContain(name);
  });

  test("F4: before one is CONNECTION_UNAVAILABLE as well", async () => {
    const call = auth.withTransaction(async (_, client) => {
      await terminate(database.pool, await pidOf(client));
      await sleep(50);
      await expect(client.query("select 1")).rejects.toMatchObject(lost);
      await client.query("select 2");
    });
    await expect(call).rejects.toMatchObject(lost);
  });

  test("F4: is no name for a mistake in a query", async () => {
    const value = {
      toPostgres: () => {
        throw new RangeError("no text");
      },
    };
    const call = auth.withTransaction((_, client) => client.query("select $1::text", [value]));
    await expect(call).rejects.toMatchObject({ name: "RangeError" });
  });
});

describe("what commits together", () => {
  test("a user and the application's own row, invisible to other transactions before", async () => {
    const options = newUser();
    const user = await auth.withTransaction(async (inside, client) => {
      const created = await inside.createUserWithEmail(options);
      await client.query("insert into public.own (name, user_id) values ('together', $1)", [created.id]);
      expect(await inside.getUserByEmail(options.email)).toEqual(created);
      expect(await others.current.getUserByEmail(options.email)).toBeNull();
      expect(await others.current.getUserById(created.id)).toBeNull();
      expect(await own.names()).not.toContain("together");
      return created;
    });
    expect(await others.current.getUserById(user.id)).toEqual(user);
    expect(await database.rows("select user_id from public.own where name = 'together'")).toEqual([
      { user_id: user.id },
    ]);
  });

  test("the client returns rows and their number, by the pool's own type parsers", async () => {
    const answers = await auth.withTransaction(async (_, client) => [
      await client.query("select $1::int as number, $2::text as text, null as nothing", [1, "it's"]),
      await client.query("update public.own set name = name"),
    ]);
    const [{ count }] = (await database.rows("select count(*)::int as count from public.own")) as [{ count: number }];
    expect(answers).toEqual([
      { rows: [{ number: 1, text: "it's", nothing: null }], rowCount: 1, command: "SELECT" },
      { rows: [], rowCount: count, command: "UPDATE" },
    ]);
  });

  test("every function works inside, on the one connection, also concurrently", async () => {
    const user = await createUser(others.current);
    const tokenType = "password-reset";
    const session = await auth.withTransaction(async (inside) => {
      const ids = await Promise.all(Array.from({ length: 20 }, () => inside.getUserById(user.id)));
      expect(ids).toEqual(Array.from({ length: 20 }, () => user));
      expect(await inside.getUserByEmailAndPassword(user.email, PASSWORD)).toEqual(user);
      expect(await inside.listUsers({ filters: { id: [user.id] } })).toEqual([user]);
      await inside.setUserRole(user.id, "inside");
      const token = await inside.createOneTimeToken({ userId: user.id, tokenType, ttlSeconds: 60 });
      await inside.resetPassword({ token, password: `new ${PASSWORD}` });
      expect(await codeOf(inside.useOneTimeToken({ userId: user.id, tokenType, token }))).toBe(
        "INVALID_ONE_TIME_TOKEN",
      );
      await inside.setUserPassword(user.id, PASSWORD);
      await inside.setUserEmail(user.id, uniqueEmail());
      const replaced = await inside.createSession({ userId: user.id });
      const created = await inside.createSession({ userId: user.id, deleteOtherSessions: true });
      expect(await inside.getSession(replaced.id)).toBeNull();
      const bystander = await inside.createUserWithEmail(newUser());
      await inside.deleteUserById(bystander.id);
      expect(await inside.getUserById(bystander.id)).toBeNull();
      expect(await inside.removeExpired()).toEqual({ sessions: 0, oneTimeTokens: 0, apiKeys: 0, logInAttempts: 0 });
      return created;
    });
    expect(await others.current.getSession(session.id)).toEqual(asRead(session));
    expect(await others.current.getUserById(user.id)).toMatchObject({ role: "inside" });
  });

  test("returns what the work returns", async () => {
    expect(await auth.withTransaction(async () => ({ any: ["thing"] }))).toEqual({ any: ["thing"] });
    expect(await auth.withTransaction(async () => undefined)).toBeUndefined();
  });
});

describe("what does not commit", () => {
  test("work that rejects: the transaction rejects with its error, and nothing is left", async () => {
    const options = newUser();
    const error = new RangeError("the work's own");
    const call = auth.withTransaction(async (inside, client) => {
      await inside.createUserWithEmail(options);
      await own.add(client, "undone");
      throw error;
    });
    await expect(call).rejects.toBe(error);
    expect(await others.current.getUserByEmail(options.email)).toBeNull();
    expect(await own.names()).not.toContain("undone");
  });

  test("work that throws synchronously, or rejects with a value that is not an error", async () => {
    const throwing = () => {
      throw new RangeError("thrown in the same tick");
    };
    await expect(auth.withTransaction(throwing)).rejects.toThrow(new RangeError("thrown in the same tick"));
    await expect(auth.withTransaction(() => Promise.reject("no error"))).rejects.toBe("no error");
    await expect(auth.withTransaction(() => Promise.reject(undefined))).rejects.toBeUndefined();
    expect(await auth.withTransaction(async () => "still works")).toBe("still works");
  });

  test("EMAIL_TAKEN inside rejects the transaction", async () => {
    const taken = await others.current.createUserWithEmail(newUser());
    const call = auth.withTransaction(async (inside, client) => {
      await own.add(client, "taken");
      await inside.createUserWithEmail({ ...newUser(), email: taken.email });
    });
    expect(await codeOf(call)).toBe("EMAIL_TAKEN");
    expect(await own.names()).not.toContain("taken");
  });

  test("the first error wins, not those that follow from it", async () => {
    const taken = await others.current.createUserWithEmail(newUser());
    const seen: unknown[] = [];
    const call = auth.withTransaction(async (inside, client) => {
      await inside.createUserWithEmail({ ...newUser(), email: taken.email }).catch((error) => seen.push(error));
      // Postgres answers 25P02 to every later statement, which would hide the first error.
      await inside.getUserById(taken.id).catch((error) => seen.push(error));
      await own.add(client, "after").catch((error) => seen.push(error));
      await inside.getUserById(taken.id);
    });
    const error = await errorOf(call);
    expect(error.code).toBe("EMAIL_TAKEN");
    expect(seen).toEqual([error, error, error]);
    expect(seen.every((each) => each === error)).toBe(true);
  });

  test("an error that the work swallows: the commit is refused with that error", async () => {
    const taken = await others.current.createUserWithEmail(newUser());
    const swallowed = auth.withTransaction(async (inside, client) => {
      await own.add(client, "swallowed");
      await inside.createUserWithEmail({ ...newUser(), email: taken.email }).catch(() => {});
      return "as if nothing had happened";
    });
    expect(await codeOf(swallowed)).toBe("EMAIL_TAKEN");
    expect(await own.names()).not.toContain("swallowed");
  });

  test("an error of the caller's own SQL is the database's own, swallowed or not", async () => {
    const bad = { code: "23514", constraint: "own_name_check" };
    await expect(auth.withTransaction((_, client) => own.add(client, "bad"))).rejects.toMatchObject(bad);
    const swallowed = auth.withTransaction(async (inside, client) => {
      await inside.createUserWithEmail(newUser());
      await own.add(client, "bad").catch(() => {});
    });
    await expect(swallowed).rejects.toMatchObject(bad);
  });

  test("a commit that the database refuses", async () => {
    const options = newUser();
    const refusal = { event: 'insert on pevensie."user"', atCommit: true, state: "23514" };
    const call = () =>
      auth.withTransaction(async (inside, client) => {
        await inside.createUserWithEmail(options);
        await own.add(client, "refused");
      });
    expect(await whileRefusing(database, refusal, () => codeOf(call()))).toBe("CONSTRAINT_VIOLATED");
    expect(await own.names()).not.toContain("refused");
    expect(await others.current.getUserByEmail(options.email)).toBeNull();
    await call();
    expect(await own.names()).toContain("refused");
  });

  test("bad input inside does not undo the transaction: no SQL was sent", async () => {
    const name = "beside bad input";
    await auth.withTransaction(async (inside, client) => {
      await own.add(client, name);
      expect(await codeOf(inside.setUserRole("no-id", 1 as never))).toBe("INVALID_INPUT");
    });
    expect(await own.names()).toContain(name);
  });

  test.each([undefined, null, "work", {}])("work that is no function (%j) is refused", async (work) => {
    await expect(auth.withTransaction(work as never)).rejects.toMatchObject({ code: "INVALID_INPUT", field: "work" });
  });

  test("an unknown option is refused, and so is work on an auth that is not connected", async () => {
    let ran = false;
    const work = async () => {
      ran = true;
    };
    const options = { isolation: "serializable" } as never;
    expect(await codeOf(auth.withTransaction(work, options))).toBe("INVALID_INPUT");
    const gone = await authOn({ connectionString: database.url }).connect();
    await gone.disconnect();
    expect(await codeOf(gone.withTransaction(work))).toBe("NOT_CONNECTED");
    expect(ran).toBe(false);
  });
});
