import { randomUUID } from "node:crypto";
import pg from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import { REPLACED } from "../../scripts/check-distribution.js";
import type { Auth } from "../../src/auth/index.js";
import type { PevensieEvent } from "../../src/events.js";
import * as queries from "../../src/postgres/queries.js";
import { asRead, authOn, createUser, uniqueEmail } from "../support/auth.js";
import { QUERIES } from "../support/catalog-queries.js";
import { useDatabase } from "../support/database.js";
import { pretendToDistribute } from "../support/distributed.js";
import { terminate, waitForBlockedBackend, whileHolding } from "../support/fault-blockers.js";
import { endPool } from "../support/fault-pool.js";
import { walkAuth, walkCache } from "../support/fault-walk.js";
import { HOSTILE_SCHEMAS } from "../support/hostile-schema.js";
import { walkStatements } from "../support/statement-walk.js";
import { watched } from "../support/watched.js";

const database = useDatabase();
const distributed = useDatabase();
beforeAll(async () => {
  await database.pool.query(HOSTILE_SCHEMAS);
  await distributed.pool.query(HOSTILE_SCHEMAS);
  await pretendToDistribute(distributed);
});

const HOSTILE_PATH = "search_path = hostile, pg_catalog, pevensie";
const DECEPTIVE_PATH = "search_path = deceptive, pg_catalog";
const DATE_STYLES = ["SQL, DMY", "German", "Postgres, YMD"];

/** What an application sets at one time. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  "a search_path with other comparisons": [DECEPTIVE_PATH],
  "a search_path with other types, functions and operators": [HOSTILE_PATH],
  "an empty search_path": ["search_path = ''"],
  ...Object.fromEntries(DATE_STYLES.map((style) => [`DateStyle ${style}`, [`datestyle = '${style}'`]])),
  "a TimeZone, an IntervalStyle, and locales": [
    "timezone = 'America/St_Johns'",
    "intervalstyle = 'sql_standard'",
    "lc_time = 'C'",
    "lc_numeric = 'C'",
    "lc_monetary = 'C'",
    "lc_messages = 'C'",
  ],
  "few digits of floats, a far TimeZone": ["extra_float_digits = -15", "timezone = 'Pacific/Kiritimati'"],
  "how texts are written": [
    "standard_conforming_strings = off",
    "array_nulls = off",
    "bytea_output = 'escape'",
    "quote_all_identifiers = on",
    "transform_null_equals = on",
    "backslash_quote = off",
  ],
  "serializable transactions": ["default_transaction_isolation = 'serializable'", "row_security = off"],
  "repeatable read": ["default_transaction_isolation = 'repeatable read'", "default_transaction_deferrable = on"],
  "other plans": ["plan_cache_mode = force_generic_plan", "enable_indexscan = off", "enable_nestloop = off"],
  everything: [HOSTILE_PATH, "datestyle = 'German'", "timezone = 'Asia/Kathmandu'", "extra_float_digits = -15"],
};

/** Walks through every statement on one connection, whose settings the application changes after connect(). */
async function walkAfter(settings: readonly string[], batching: boolean, of = database): Promise<Set<string>> {
  const pool = new pg.Pool({ connectionString: of.url, max: 1 });
  try {
    return await watched({ pool, batching, slowQueryMillis: 0 }, async ({ auth, cache, ofAuth, ofCache }) => {
      for (const setting of settings) await pool.query(`set ${setting}`);
      await (await authOn({ pool }).connect()).disconnect();
      await walkAuth(auth);
      await walkCache(cache);
      await walkStatements(auth, cache, of);
      await walkCallersTransaction(auth, pool);
      return new Set([...statementsOf(ofAuth), ...statementsOf(ofCache)]);
    });
  } finally {
    await endPool(pool);
  }
}

/** A transaction of the caller's, on the one connection of the pool. */
async function walkCallersTransaction(auth: Auth, pool: pg.Pool): Promise<void> {
  const user = await createUser(auth, { password: null });
  const client = await pool.connect();
  try {
    await client.query("begin isolation level read committed");
    const inside = await auth.withTransaction((transaction) => transaction.setUserRole(user.id, "inside"), { client });
    expect(inside).toMatchObject({ id: user.id, role: "inside" });
    await client.query("commit");
  } finally {
    client.release();
  }
  expect(await auth.getUserById(user.id)).toMatchObject({ role: "inside" });
}

test.each([
  "set client_encoding to latin1",
  "select set_config('client_encoding', 'latin1', true)",
  "set names 'WIN1252'",
])("G32: after %s a transaction of the package fails, and writes no text in another encoding", async (change) => {
  await using auth = await authOn({ connectionString: database.url, max: 1 }).connect();
  const email = `é-${uniqueEmail()}`;
  const written = auth.withTransaction(async (inside, client) => {
    await client.query(change).catch(() => {});
    return inside.createUserWithEmail({ email, password: null, userMetadata: {} });
  });
  await expect(written).rejects.toMatchObject({ code: "CONNECTION_UNAVAILABLE" });
  const user = await createUser(auth, { email, password: null });
  expect(await database.rows('select email from pevensie."user" where id = $1', [user.id])).toEqual([{ email }]);
});

/** Runs statements that only a conflict, or several servers, lead to. */
async function runRare(): Promise<string[]> {
  const client = await database.pool.connect();
  try {
    await client.query(`begin; set local ${HOSTILE_PATH}`);
    const params = { id: randomUUID(), email: uniqueEmail(), appMetadata: "{}", userMetadata: "[]" };
    const [created] = await queries.createUser.run(params, client);
    expect(created).toMatchObject({ id: params.id, email: params.email, deletedAt: null });
    const settings = await queries.setRemovalSettings.run({ lockTimeoutMillis: 1234 }, client);
    expect(settings).toEqual([{ lockTimeout: "1234ms", synchronousCommit: "off" }]);
    await client.query("insert into pevensie.cache (resource_type, key, value) values ('type', 'key', 'value')");
    const fractions = [0.5, 1];
    expect(await queries.getCacheSampleExpiries.run({ percent: 100, fractions }, client)).toHaveLength(
      fractions.length,
    );
    const [written = { position: "", timeline: "" }] = await queries.getPrimaryPosition.run(undefined, client);
    expect(Number(written.position)).toBeGreaterThan(0);
    expect(written.timeline).toBe("00000001");
    const state = await queries.getReplicaState.run(written, client);
    expect(state).toEqual([{ isStandby: false, hasReplayed: false }]);
    await client.query(`insert into pevensie.cache_lease (resource_type, key, token, expires_at, snapshot, acquired_by)
      select 'type', 'key', gen_random_uuid(), '-infinity', pg_current_snapshot(), '0'`);
    await queries.removePlacedCacheLease.run({ resourceType: "type", key: "key" }, client);
    expect((await client.query("select from pevensie.cache_lease")).rows).toEqual([]);
    expect(await queries.listSchemas.run(undefined, client)).toEqual([{ name: "pevensie" }]);
    return [
      "createUser",
      "setRemovalSettings",
      "getCacheSampleExpiries",
      "getPrimaryPosition",
      "getReplicaState",
      "listSchemas",
      "removePlacedCacheLease",
    ];
  } finally {
    await client.query("rollback");
    client.release();
  }
}

function statementsOf(events: readonly PevensieEvent[]): string[] {
  return events.flatMap((event) => (event.type === "slow-query" ? [event.statement] : []));
}

describe("G32: settings that an application changes on its connection after connect() do not affect results", () => {
  test.each(Object.entries(SETTINGS))("G32: %s", async (_, settings) => {
    await walkAfter(settings, true);
  });

  test("G32: a hostile search_path, for each statement of the package, in batches and one by one", async () => {
    const seen = [...(await walkAfter([HOSTILE_PATH], true)), ...(await walkAfter([HOSTILE_PATH], false))];
    seen.push(...(await runRare()));
    // Events name a statement as it is elsewhere where another form of it was sent.
    seen.push(...(await walkAfter([HOSTILE_PATH], true, distributed)), ...Object.values(REPLACED));
    seen.push(...(await walkAfter([HOSTILE_PATH], false, distributed)));
    const missing = QUERIES.map(({ name }) => name).filter((name) => !seen.includes(name));
    expect(missing).toEqual([]);
  });
});

describe("G32: settings that a caller changes inside a transaction do not affect results", () => {
  /** Calls that a hostile = for uuid would turn into another user's session, another user, or the end of all sessions. */
  async function expectRight(auth: Pick<Auth, "getSession" | "getUserById" | "deleteSession">, mine: Mine) {
    expect(await auth.getUserById(mine.user.id)).toEqual(mine.user);
    expect(await auth.getUserById(randomUUID())).toBeNull();
    expect(await auth.getSession(randomUUID())).toBeNull();
    await auth.deleteSession(randomUUID());
    expect(await auth.getSession(mine.session.id)).toEqual(asRead(mine.session));
  }
  type Mine = Awaited<ReturnType<typeof mineOn>>;
  const mineOn = async (auth: Auth) => {
    const user = await createUser(auth, { password: null });
    return { user, session: await auth.createSession({ userId: user.id, ttlSeconds: 3600 }) };
  };

  test.each(["an owned pool", "a caller's pool", "a caller's client in a transaction"])("G32: on %s", async (whose) => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    const client = whose.includes("client") ? await pool.connect() : undefined;
    await using auth = await authOn(
      whose === "a caller's pool" ? { pool } : { connectionString: database.url, max: 1 },
    ).connect();
    try {
      const mine = await mineOn(auth);
      await client?.query("begin");
      const options = client === undefined ? {} : { client };
      await auth.withTransaction(async (inside, own) => {
        for (const setting of [DECEPTIVE_PATH, "datestyle = 'German'", HOSTILE_PATH]) {
          await own.query(`set ${setting}`);
          await expectRight(inside, mine);
        }
        await inside.withTransaction((nested) => expectRight(nested, mine));
        const session = await inside.createSession({ userId: mine.user.id, ttlSeconds: 3600 });
        expect(await inside.getSession(session.id)).toEqual(asRead(session));
      }, options);
      await client?.query("commit");
      await expectRight(auth, mine);
    } finally {
      client?.release();
      await endPool(pool);
    }
  });
});

describe("G32: a DateStyle that is changed after connect()", () => {
  async function withStyle(style: string, work: (auth: Auth) => Promise<void>): Promise<void> {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    try {
      await using auth = await authOn({ pool }).connect();
      // Of the connection that there is, and of those that come after it.
      pool.on("connect", (client) => void client.query(`set datestyle = '${style}'`));
      await pool.query(`set datestyle = '${style}'`);
      await work(auth);
    } finally {
      await endPool(pool);
    }
  }

  test.each(DATE_STYLES)("G32: %s: the first write returns its row, with the right dates", async (style) => {
    const bannedUntil = new Date("2031-02-03T04:05:06.789Z");
    await withStyle(style, async (auth) => {
      const user = await createUser(auth, { password: null });
      expect(await auth.updateUser(user.id, { bannedUntil })).toMatchObject({ id: user.id, bannedUntil });
      const [row] = await database.rows<{ created: number }>(
        `select floor(extract(epoch from created_at) * 1000)::float8 as created from pevensie."user" where id = $1`,
        [user.id],
      );
      expect(user.createdAt.getTime()).toBe(row?.created);
    });
  });

  test.each(DATE_STYLES)(
    "G32: %s: a read returns the right dates, and is retried after its connection was lost",
    async (style) => {
      await using other = await authOn({ connectionString: database.url }).connect();
      const user = await createUser(other, { password: null });
      await withStyle(style, async (auth) => {
        expect(await auth.getUserById(user.id)).toEqual(user);
        const read = await whileHolding(database.url, 'lock table pevensie."user"', async () => {
          const pending = Promise.allSettled([auth.getUserById(user.id)]);
          await terminate(database.pool, await waitForBlockedBackend(database.pool));
          return { pending };
        });
        expect(await read.pending).toEqual([{ status: "fulfilled", value: user }]);
      });
    },
  );
});
