import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Auth, MetadataCodec, Session, User } from "../src/auth/index.js";
import {
  decodeSession,
  decodeUser,
  type SessionRow,
  sessionSelectFields,
  type UserRow,
  userSelectFields,
} from "../src/postgres/index.js";
import { asRead, authOn, createUser, useAuth } from "./support/auth.js";
import { useDatabase } from "./support/database.js";
import { endPool } from "./support/fault-pool.js";

const database = useDatabase();
const auth = useAuth(database.url);

/** Every column has a value. */
const FULL_USER = `update pevensie."user" set
  created_at = '2026-03-29 01:59:59.999999+00', updated_at = '1969-12-31 23:59:59.9995+00',
  role = 'it''s "quoted"', email_confirmed_at = '2001-09-09 01:46:40.123456+00', phone_number = '+1 555 0100',
  phone_number_confirmed_at = 'infinity', last_sign_in = '1999-12-31 23:59:59+00',
  app_metadata = '{"a":[1,"2",null,{"__proto__":1}]}', user_metadata = '"{\\"not\\": \\"parsed\\"}"',
  banned_until = '-infinity' where id = $1`;

let full: User;
let plain: User;
let sessions: readonly Session[];
beforeAll(async () => {
  const { current } = auth;
  const { id } = await createUser(current);
  await database.rows(FULL_USER, [id]);
  full = (await current.getUserById(id)) as User;
  plain = await createUser(current, { userMetadata: null });
  const made = [
    await current.createSession({ userId: plain.id }),
    await current.createSession({ userId: plain.id, ip: "192.0.2.1", userAgent: "Browser \\ 1", ttlSeconds: 60 }),
    await current.createSession({ userId: plain.id, ip: "64:ff9b::1.2.3.4" }),
    await current.createSession({ userId: plain.id, ip: "::1.2.3.4" }),
    await current.createSession({
      userId: plain.id,
      ip: "2001:db8::1",
      userAgent: "Browser \\ 2",
      bindTo: ["ip"],
      ttlSeconds: 100_000,
      idleSeconds: 98_765,
    }),
  ];
  await database.rows("update pevensie.session set expires_at = 'infinity' where id = $1", [made[0]?.id]);
  sessions = (await Promise.all(
    made.map(({ id, ip, userAgent }) => current.getSession(id, { ip, userAgent })),
  )) as Session[];
});

const selectUser = async (pool: Pick<pg.Pool, "query">, id: string) =>
  (await pool.query<UserRow>(`select ${userSelectFields} from pevensie."user" where id = $1`, [id])).rows[0] as UserRow;
const selectSession = async (pool: Pick<pg.Pool, "query">, id: string) =>
  (await pool.query<SessionRow>(`select ${sessionSelectFields} from pevensie.session where id = $1`, [id]))
    .rows[0] as SessionRow;

/** Expects custom queries on a pool to give what the package gives by itself. */
async function expectTheSame(pool: Pick<pg.Pool, "query">): Promise<void> {
  for (const user of [full, plain]) expect(decodeUser(await selectUser(pool, user.id))).toEqual(user);
  for (const session of sessions) expect(decodeSession(await selectSession(pool, session.id))).toEqual(asRead(session));
}

describe("select fields and decoders", () => {
  test("return exactly what getUserById and getSession return", async () => {
    expect(full.updatedAt).toEqual(new Date(-1));
    await expectTheSame(database.pool);
  });

  test.each([
    "0001-01-01",
    "1883-11-18 12:03:58.001",
    "9999-12-31",
    "10000-01-01",
    "99999-12-31",
    "275760-09-12",
    "294276-12-31",
    "0044-03-15 BC",
    "4713-11-24 BC",
  ])("decode %s", async (day) => {
    const { id } = await createUser(auth.current, { password: null });
    await database.rows(`update pevensie."user" set banned_until = $2::timestamptz where id = $1`, [id, day]);
    expect(decodeUser(await selectUser(database.pool, id))).toEqual(await auth.current.getUserById(id));
  });

  test("accept a codec for the metadata, whose errors are INVALID_METADATA", async () => {
    const codec: MetadataCodec<string> = {
      decode: (json) => {
        if (typeof json !== "string") throw new TypeError("no text");
        return json.toUpperCase();
      },
      encode: (text) => text,
    };
    const row = await selectUser(database.pool, full.id);
    expect(decodeUser(row, codec).userMetadata).toBe('{"NOT": "PARSED"}');
    const other = await selectUser(database.pool, plain.id);
    expect(() => decodeUser(other, codec)).toThrowError(
      expect.objectContaining({ code: "INVALID_METADATA", message: expect.stringContaining(plain.id) }),
    );
  });

  test("a join selects them in a subquery", async () => {
    const { rows } = await database.pool.query<UserRow & { session_count: number }>(
      `select u.*, count(s.id)::int as session_count
       from (select ${userSelectFields} from pevensie."user") as u
       left join pevensie.session as s on s.user_id = u.id::uuid
       where u.id = any ($1) group by ${Object.keys(await selectUser(database.pool, full.id))
         .map((name) => `u.${name}`)
         .join(", ")}
       order by u.id`,
      [[full.id, plain.id]],
    );
    expect(rows.map((row) => [decodeUser(row), row.session_count])).toEqual([
      [full, 0],
      [plain, sessions.length],
    ]);
    const both = await database.pool.query<{ u: UserRow; s: SessionRow }>(
      `select to_json(u) as u, to_json(s) as s
       from (select ${sessionSelectFields} from pevensie.session) as s
       join (select ${userSelectFields} from pevensie."user") as u on u.id = s.user_id
       order by s.id`,
    );
    expect(both.rows.map(({ u, s }) => [decodeUser(u), decodeSession(s)])).toEqual(
      [...sessions].sort((a, b) => (a.id < b.id ? -1 : 1)).map((session) => [plain, asRead(session)]),
    );
  });

  test.each([undefined, null, "row"])("the row %j is refused", (row) => {
    const refused = expect.objectContaining({ code: "INVALID_INPUT", field: "row" });
    expect(() => decodeUser(row as never)).toThrow(refused);
    expect(() => decodeSession(row as never)).toThrow(refused);
  });

  test("a column that is missing or malformed is refused by name", async () => {
    const row = await selectUser(database.pool, full.id);
    for (const column of Object.keys(row) as (keyof UserRow)[]) {
      const { [column]: _, ...rest } = row;
      expect(() => decodeUser(rest as UserRow)).toThrowError(
        expect.objectContaining({ code: "INVALID_INPUT", field: column }),
      );
    }
    const session = await selectSession(database.pool, sessions[1]?.id as string);
    for (const column of Object.keys(session) as (keyof SessionRow)[]) {
      const { [column]: _, ...rest } = session;
      expect(() => decodeSession(rest as SessionRow)).toThrowError(
        expect.objectContaining({ code: "INVALID_INPUT", field: column }),
      );
    }
    for (const wrong of [{ id: 5 }, { email: null }, { created_at: "yesterday" }, { user_metadata: "{" }]) {
      expect(() => decodeUser({ ...row, ...wrong })).toThrowError(
        expect.objectContaining({ code: "INVALID_INPUT", field: Object.keys(wrong)[0] }),
      );
    }
  });

  test("have every column of the tables but those that are for logins or generated", async () => {
    const columnsOf = async (table: string) => {
      const rows = await database.rows<{ name: string }>(
        `select column_name as name from information_schema.columns
         where table_schema = 'pevensie' and table_name = $1 order by ordinal_position`,
        [table],
      );
      return rows.map(({ name }) => name);
    };
    const hidden = ["password_hash", "device_tokens_valid_from", "has_large_metadata", "json"];
    const userColumns = (await columnsOf("user")).filter((name) => !hidden.includes(name));
    expect(userColumns).toHaveLength(13);
    expect(Object.keys(await selectUser(database.pool, full.id)).sort()).toEqual(userColumns.sort());
    const sessionColumns = await columnsOf("session");
    expect(sessionColumns).toHaveLength(11);
    expect(Object.keys(await selectSession(database.pool, sessions[0]?.id as string)).sort()).toEqual(
      [...sessionColumns, "authentication_age_seconds"].sort(),
    );
    // And every one of them has a property of its own, but what is recorded shares those of what is bound.
    expect(Object.keys(full)).toHaveLength(userColumns.length);
    expect(Object.keys(sessions[0] as Session).sort()).toEqual([
      "authenticatedAt",
      "authenticationAgeSeconds",
      "boundTo",
      "createdAt",
      "expiresAt",
      "id",
      "idleSeconds",
      "ip",
      "lastSeenAt",
      "userAgent",
      "userId",
    ]);
  });
});

describe("under hostile settings", () => {
  const settings = [
    { DateStyle: "German", TimeZone: "Asia/Kolkata" },
    { DateStyle: "SQL, DMY", TimeZone: "America/New_York" },
    { DateStyle: "Postgres, YMD", TimeZone: "Pacific/Apia" },
    { DateStyle: "ISO, MDY", TimeZone: "Asia/Kathmandu" },
    { DateStyle: "ISO, DMY", TimeZone: "Europe/Paris", IntervalStyle: "sql_standard", bytea_output: "escape" },
    { search_path: "", extra_float_digits: "-15", lc_monetary: "C" },
  ];
  const pools: pg.Pool[] = [];
  const auths: Auth[] = [];
  afterAll(async () => {
    for (const each of auths) await each.disconnect();
    for (const pool of pools) await endPool(pool);
  });
  const poolWith = (parameters: object) => {
    const options = Object.entries(parameters).map(
      ([name, value]) => `-c ${name}=${String(value).replaceAll(" ", "\\ ")}`,
    );
    const pool = new pg.Pool({ connectionString: database.url, max: 1, options: options.join(" ") });
    pools.push(pool);
    return pool;
  };

  // Before time zones, local time was minutes and seconds off: its offset is no whole number of minutes.
  test.each(["Europe/Paris", "America/New_York", "Africa/Monrovia"])(
    "the local time of %s in 1850",
    async (TimeZone) => {
      const pool = poolWith({ TimeZone });
      const { id } = await createUser(auth.current, { password: null });
      await database.rows(`update pevensie."user" set last_sign_in = '1850-01-01 12:00:00.5+00' where id = $1`, [id]);
      const user = await auth.current.getUserById(id);
      expect(user?.lastSignIn).toEqual(new Date("1850-01-01T12:00:00.500Z"));
      expect(decodeUser(await selectUser(pool, id))).toEqual(user);
    },
  );

  test.each(settings)("%o: the results are the same", async (parameters) => {
    const pool = poolWith(parameters);
    await expectTheSame(pool);
    const hostile = await authOn({ pool }).connect();
    auths.push(hostile);
    for (const user of [full, plain]) await expect(hostile.getUserById(user.id)).resolves.toEqual(user);
    for (const { id, ip, userAgent } of sessions) {
      await expect(hostile.getSession(id, { ip, userAgent })).resolves.toEqual(
        asRead(await auth.current.getSession(id, { ip, userAgent })),
      );
    }
  });

  test("the last hour of Date's range is a date in every time zone", async () => {
    const { id } = await createUser(auth.current, { password: null });
    await database.rows(
      `update pevensie."user" set banned_until = '275760-09-12 23:30:00+00', last_sign_in = '275760-09-13 02:00:00+00' where id = $1`,
      [id],
    );
    for (const TimeZone of ["UTC", "America/New_York", "Asia/Kolkata"]) {
      const pool = poolWith({ TimeZone });
      const hostile = await authOn({ pool }).connect();
      auths.push(hostile);
      const user = await hostile.getUserById(id);
      expect(user?.lastSignIn).toEqual(new Date(8.64e15));
      expect(Number.isNaN(user?.bannedUntil?.getTime())).toBe(false);
    }
  });

  describe("and changed type parsers", () => {
    const { builtins } = pg.types;
    const changed = [
      builtins.TIMESTAMPTZ,
      builtins.JSONB,
      builtins.JSON,
      builtins.UUID,
      builtins.INET,
      builtins.TEXT,
      builtins.BOOL,
    ];
    const before = new Map(changed.map((oid) => [oid, pg.types.getTypeParser(oid)]));
    afterEach(() => {
      for (const [oid, parser] of before) pg.types.setTypeParser(oid, parser as (text: string) => unknown);
    });

    test("the results are the same", async () => {
      // Text keeps its parser: rows of a pool that changes even that cannot be decoded.
      for (const oid of changed.filter((each) => each !== builtins.TEXT)) pg.types.setTypeParser(oid, () => "bent");
      await expectTheSame(database.pool);
      await expect(auth.current.getUserById(full.id)).resolves.toEqual(full);
      // The package's own statements do not use the global parsers at all.
      pg.types.setTypeParser(builtins.TEXT, () => "bent");
      await expect(auth.current.getUserById(full.id)).resolves.toEqual(full);
      const { id, ip, userAgent } = sessions[1] as Session;
      await expect(auth.current.getSession(id, { ip, userAgent })).resolves.toEqual(asRead(sessions[1]));
    });
  });
});
