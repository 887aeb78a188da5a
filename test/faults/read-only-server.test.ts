import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Auth, User } from "../../src/auth/index.js";
import { migrate } from "../../src/postgres/index.js";
import { asRead, authOn, createUser, uniqueEmail } from "../support/auth.js";
import { withDrivers } from "../support/fault-drivers.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { endPool } from "../support/fault-pool.js";
import { useServer } from "../support/fault-server.js";
import { PATIENT } from "../support/patience.js";

const server = useServer();

const config = () => ({ connectionString: server.current.url() });

let pool: pg.Pool;
/** How many connections were released to be closed. */
let discarded: number;
beforeEach(() => {
  discarded = 0;
  pool = new pg.Pool({ ...config(), max: 4 });
  pool.on("release", (isDiscarded) => {
    if (isDiscarded) discarded += 1;
  });
});
afterEach(() => endPool(pool));

/** Runs SQL that goes past the fence. */
async function onServer(...texts: readonly string[]): Promise<void> {
  const client = new pg.Client(config());
  await client.connect();
  try {
    for (const text of texts) await client.query(text);
  } finally {
    await client.end();
  }
}

/** Plans or applies the migrations of a schema that does not exist. */
const migrateNew = (apply: boolean) => {
  const { connectionTimeoutMillis } = PATIENT;
  return migrate({ ...config(), connectionTimeoutMillis, modules: ["auth", "cache"], schema: "unmigrated", apply });
};

const REFUSED_MIGRATION = {
  code: "CONNECTION_UNAVAILABLE",
  message: expect.stringContaining("The server accepts no writes"),
  cause: { code: "25006" },
};

const schemaExists = async () => (await pool.query("select from pg_namespace where nspname = 'unmigrated'")).rowCount;

async function fence(value: "on" | "off"): Promise<void> {
  await onServer(`alter system set default_transaction_read_only = ${value}`, "select pg_reload_conf()");
  await expect
    .poll(async () => (await pool.query("show transaction_read_only")).rows)
    .toEqual([{ transaction_read_only: value }]);
}

/** Writes, of which some are a single statement and others a transaction. */
const WRITES: Readonly<Record<string, (auth: Auth, user: User) => Promise<unknown>>> = {
  createUserWithEmail: (auth) => createUser(auth, { email: uniqueEmail() }),
  createSession: (auth, { id }) => auth.createSession({ userId: id }),
  setUserPassword: (auth, { id }) => auth.setUserPassword(id, "another horse, another battery"),
  deleteUserById: (auth, { id }) => auth.deleteUserById(id),
  withTransaction: (auth, { id }) => auth.withTransaction((inside) => inside.setUserRole(id, "changed")),
};

describe("a fence by default_transaction_read_only", () => {
  afterEach(() => fence("off"));

  test.each(Object.entries(WRITES))("G67: a fence holds against %s, and reads succeed", async (_, write) => {
    await using auth = await authOn({ pool }).connect();
    const user = await createUser(auth);
    const session = await auth.createSession({ userId: user.id });
    await fence("on");
    expect(await errorOf(write(auth, user))).toMatchObject({
      code: "CONNECTION_UNAVAILABLE",
      cause: { code: "25006" },
    });
    expect(await auth.getUserById(user.id)).toEqual(user);
    expect(await auth.getSession(session.id)).toEqual(asRead(session));
    await fence("off");
    await write(auth, user);
  });

  test("G67: a fence holds against migrations and against the printed SQL", async () => {
    await fence("on");
    expect(await errorOf(migrateNew(true))).toMatchObject(REFUSED_MIGRATION);
    const { sql } = await migrateNew(false);
    await expect(onServer(sql)).rejects.toMatchObject({ code: "25006" });
    expect(await schemaExists()).toBe(0);
  });
});

test("F15: every connection on which a standby has refused a write is discarded", async () => {
  await withDrivers(config(), async (auth, cache) => {
    await createUser(auth);
    await cache.set("type", "key", "value");
  });
  await server.current.restartAsStandby();
  await withDrivers({ pool }, async (auth, cache) => {
    const users = await auth.listUsers();
    const [user] = users as [User];
    expect(discarded).toBe(0);
    const codes = await Promise.all(Object.values(WRITES).map((write) => codeOf(write(auth, user))));
    expect(new Set(codes)).toEqual(new Set(["CONNECTION_UNAVAILABLE"]));
    expect(discarded).toBe(codes.length);
    // During recovery, an unlogged table cannot be read either.
    expect(await errorOf(cache.get("type", "key"))).toMatchObject({
      code: "CONNECTION_UNAVAILABLE",
      cause: { code: "0A000" },
    });
    expect(discarded).toBe(codes.length + 1);
    expect(await auth.listUsers()).toEqual(users);
  });
});

test("F15: a standby refuses migrations as CONNECTION_UNAVAILABLE", async () => {
  await server.current.restartAsStandby();
  expect(await errorOf(migrateNew(true))).toMatchObject(REFUSED_MIGRATION);
  expect(await schemaExists()).toBe(0);
});
