import { randomUUID } from "node:crypto";
import { uuidv7 } from "uuidv7";
import { emailOf, keyOf, OTHER_VALUE, phoneNumberOf, RESOURCE_TYPE, randomRow, TTL_SECONDS, VALUE } from "../seed.js";
import { poolOf, textOf } from "../statements.js";
import { type Candidate, expect, type Operation, type Path, PG_NAMED, pick, type Stage } from "./contender.js";
import { BULK } from "./pevensie-cache.js";

/** What the drivers send with a write. */
const LOCK_TIMEOUT = "100ms";

type Row = Readonly<Record<string, unknown>>;

/** Runs a statement of the package through a pool, named or not. */
type Run = (statement: string, params: readonly string[], values: () => unknown[]) => () => Promise<Row[]>;

type Bare = Pick<Operation, "run" | "check"> & { readonly path: Path };

/** The package's own SQL through a bare pg, with named statements: what everything else is held against. */
export const pgNamed: Candidate = {
  name: PG_NAMED,
  async connect(stage) {
    const pool = poolOf(stage.data.url);
    const named: Run = (name, params, values) => {
      const text = textOf(name, params);
      return async () => (await pool.query<Row>({ name, text, values: values() })).rows;
    };
    return {
      operations: bareOperations(named, stage).map((operation) => ({
        contender: PG_NAMED,
        server: "postgres",
        ...operation,
      })),
      close: () => pool.end(),
    };
  },
};

/** The same without names: each call is parsed and planned anew. */
export const pgUnnamed: Candidate = {
  name: "pg, unnamed",
  async connect(stage) {
    const pool = poolOf(stage.data.url);
    const unnamed: Run = (name, params, values) => {
      const text = textOf(name, params);
      return async () => (await pool.query<Row>(text, values())).rows;
    };
    const operations = bareOperations(unnamed, stage).filter(({ path }) => path === "getSession");
    return {
      operations: operations.map((operation) => ({ contender: "pg, unnamed", server: "postgres", ...operation })),
      close: () => pool.end(),
    };
  },
};

function bareOperations(run: Run, { data }: Stage): Bare[] {
  const { sessionIds, userIds, users, rows } = data;
  const key = () => keyOf(randomRow(rows));
  const keys = () => Array.from({ length: BULK }, key);
  // An upsert cannot take a key twice.
  const distinctKeys = () => [...new Set(keys())];
  const same = <T>(count: number, value: T) => new Array<T>(count).fill(value);
  return [
    verified(
      "getSession",
      run("getSession", ["id"], () => [pick(sessionIds)]),
      hasOne,
    ),
    verified(
      "getSessionWithUser",
      run("getSessionWithUser", ["id"], () => [pick(sessionIds)]),
      hasOne,
    ),
    verified(
      "cacheGet",
      run("getCacheEntry", ["resourceType", "key"], () => [RESOURCE_TYPE, key()]),
      hasValue,
    ),
    verified(
      "cacheSet",
      run("setCacheEntry", ["resourceType", "key", "value", "ttlSeconds", "lockTimeout"], () => [
        RESOURCE_TYPE,
        key(),
        OTHER_VALUE,
        TTL_SECONDS,
        LOCK_TIMEOUT,
      ]),
      hasNone,
    ),
    verified(
      "cacheDelete",
      run("deleteCacheEntry", ["resourceType", "key", "lockTimeout"], () => [
        RESOURCE_TYPE,
        randomUUID(),
        LOCK_TIMEOUT,
      ]),
      hasNone,
    ),
    verified(
      "getMany",
      run("getCacheEntries", ["largest", "resourceTypes", "keys"], () => [null, same(BULK, RESOURCE_TYPE), keys()]),
      (found) => found.length === BULK,
    ),
    verified(
      "setMany",
      run("setCacheEntries", ["resourceTypes", "keys", "values", "ttlsSeconds", "lockTimeout"], () => {
        const chosen = distinctKeys();
        const { length } = chosen;
        return [
          same(length, RESOURCE_TYPE),
          chosen,
          same(length, OTHER_VALUE),
          same(length, TTL_SECONDS),
          LOCK_TIMEOUT,
        ];
      }),
      hasNone,
    ),
    verified(
      "getUserById",
      run("getUserById", ["id"], () => [pick(userIds)]),
      hasOne,
    ),
    verified(
      "getUserByEmail",
      run("getUserByEmail", ["email"], () => [emailOf(randomRow(users))]),
      hasOne,
    ),
    verified(
      "createSession",
      run(
        "createSession",
        ["userId", "id", "ttlSeconds", "ip", "userAgent", "recordedIp", "recordedUserAgent", "idleSeconds"],
        () => [pick(userIds), uuidv7(), TTL_SECONDS, null, null, null, null, null],
      ),
      hasOne,
    ),
    verified(
      "getUserByPhoneNumber",
      run("getUserByPhoneNumber", ["phoneNumber"], () => [phoneNumberOf(randomRow(users))]),
      hasOne,
    ),
    verified(
      "deleteSession",
      run("deleteSession", ["id", "userId"], () => [randomUUID(), null]),
      hasNone,
    ),
  ];
}

const hasOne = (rows: readonly Row[]) => rows.length === 1;
const hasNone = (rows: readonly Row[]) => rows.length === 0;
const hasValue = ([row]: readonly Row[]) => row?.["value"] === VALUE || row?.["value"] === OTHER_VALUE;

function verified(path: Path, run: () => Promise<Row[]>, isRight: (rows: readonly Row[]) => boolean): Bare {
  return { path, run, check: async () => expect(isRight(await run()), path) };
}
