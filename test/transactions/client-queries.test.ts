import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TransactionClient } from "../../src/auth/index.js";
import { authOn } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { useOwnRows } from "../support/own-rows.js";

const database = useDatabase();
const own = useOwnRows(database);
const pool = new pg.Pool({ connectionString: database.url, max: 1 });
const disconnected = authOn({ pool });
let auth: Awaited<ReturnType<typeof disconnected.connect>>;
beforeAll(async () => {
  auth = await disconnected.connect();
});
afterAll(async () => {
  await auth.disconnect();
  await endPool(pool);
});

const inTransaction = <T>(work: (client: TransactionClient) => Promise<T>): Promise<T> =>
  auth.withTransaction((_, client) => work(client));

test.each([
  "set transaction isolation level serializable",
  "set local transaction_isolation = 'repeatable read'",
  "select set_config('transaction_isolation', 'serializable', true)",
])("G22: %s does not change the isolation level", async (text) => {
  await expect(inTransaction((client) => client.query(text))).rejects.toMatchObject({ code: "25001" });
});

describe("the forms of a query that pg has", () => {
  test("a text, with or without values", async () => {
    await inTransaction(async (client) => {
      expect(await client.query("select 1 as one")).toEqual({ rows: [{ one: 1 }], rowCount: 1, command: "SELECT" });
      expect(await client.query("select $1::int as one", [1])).toEqual({
        rows: [{ one: 1 }],
        rowCount: 1,
        command: "SELECT",
      });
    });
  });

  test("an object with a text, with its values in it or beside it", async () => {
    await inTransaction(async (client) => {
      const text = "select $1::int as one";
      expect(await client.query({ text, values: [1] })).toEqual({ rows: [{ one: 1 }], rowCount: 1, command: "SELECT" });
      expect(await client.query({ text }, [1])).toEqual({ rows: [{ one: 1 }], rowCount: 1, command: "SELECT" });
      expect(await client.query({ text, values: [2] }, [1])).toEqual({
        rows: [{ one: 1 }],
        rowCount: 1,
        command: "SELECT",
      });
    });
  });

  test("rows as arrays", async () => {
    await inTransaction(async (client) => {
      const { rows } = await client.query({ text: "select 1 as same, 'two' as same", rowMode: "array" });
      expect(rows).toEqual([[1, "two"]]);
    });
  });

  test("type parsers for the one query", async () => {
    const types = { getTypeParser: (oid: number) => (text: string) => `${oid}: ${text}` };
    await inTransaction(async (client) => {
      expect((await client.query({ text: "select 1 as one", types })).rows).toEqual([{ one: "23: 1" }]);
      expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    });
  });

  test("the objects that Drizzle and Kysely pass", async () => {
    await inTransaction(async (client) => {
      const types = { getTypeParser: pg.types.getTypeParser };
      const drizzle = { name: undefined, text: "select $1::int, $2::text", rowMode: "array" as const, types };
      expect((await client.query(drizzle, [1, "two"])).rows).toEqual([[1, "two"]]);
      expect((await client.query("select $1::int as one", [...[1]])).rows).toEqual([{ one: 1 }]);
    });
  });

  test("a name, under which nothing stays prepared, so that its text may change", async () => {
    await inTransaction(async (client) => {
      expect((await client.query({ name: "same", text: "select 1 as one" })).rows).toEqual([{ one: 1 }]);
      expect((await client.query({ name: "same", text: "select 2 as two" })).rows).toEqual([{ two: 2 }]);
      expect((await client.query("select name from pg_prepared_statements where name = 'same'")).rows).toEqual([]);
    });
  });

  test("a subclass or a template's object with more properties than pg reads", async () => {
    class Template {
      strings = ["select ", "::int as one"];
      values = [1];
      get text() {
        return "select $1::int as one";
      }
    }
    expect((await inTransaction((client) => client.query(new Template()))).rows).toEqual([{ one: 1 }]);
  });
});

describe("refused before any SQL, with the name of the field", () => {
  const text = "insert into public.own (name) values ('refused')";
  const cursor = { submit() {}, text };
  const refused: Readonly<Record<string, readonly [string, readonly unknown[]]>> = {
    "a callback beside a text": ["callback", [text, () => {}]],
    "a callback after the values": ["callback", [text, [], () => {}]],
    "a callback in an object": ["callback", [{ text, callback() {} }]],
    "a cursor": ["query", [cursor]],
    "a pg.Query": ["query", [new pg.Query(text)]],
    "no text": ["text", [undefined]],
    null: ["text", [null]],
    "a number": ["text", [1]],
    "an object without a text": ["text", [{ name: "prepared before" }]],
    "an object whose text is no string": ["text", [{ text: { toString: () => text } }]],
    "values that are no list": ["values", [text, { 0: 1 }]],
    "values in an object that are no list": ["values", [{ text, values: "1" }]],
    "another row mode": ["rowMode", [{ text, rowMode: "object" }]],
    "a name that is no string": ["name", [{ text, name: 1 }]],
    "types without a parser": ["types", [{ text, types: {} }]],
    "rows by portions": ["rows", [{ text, rows: 10 }]],
    "a portal": ["portal", [{ text, portal: "p" }]],
    "binary results": ["binary", [{ text, binary: true }]],
    "a timeout of its own": ["query_timeout", [{ text, query_timeout: 1 }]],
    "the end of the transaction in an object": ["text", [{ text: "commit" }]],
  };

  test.each(Object.entries(refused))("%s", async (_, [field, given]) => {
    await inTransaction(async (client) => {
      const query = client.query as (...args: readonly unknown[]) => Promise<unknown>;
      expect(await errorOf(query(...given))).toMatchObject({ code: "INVALID_INPUT", field });
    });
    expect(await own.names()).toEqual([]);
  });

  test("changes of the arguments after the call have no effect", async () => {
    const names: string[] = [];
    const read = (name: string) => names.push(name);
    const query = {
      get text() {
        read("text");
        return names.filter((name) => name === "text").length === 1 ? "select $1::int as one" : "commit";
      },
      values: [1],
    };
    const answer = await inTransaction((client) => {
      const call = client.query(query);
      query.values[0] = 2;
      return call;
    });
    expect(answer.rows).toEqual([{ one: 1 }]);
    expect(names).toEqual(["text"]);
  });
});
