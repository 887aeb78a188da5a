import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Auth, createAuth, type User } from "../../src/auth/index.js";
import { createCache } from "../../src/cache/index.js";
import { PevensieError } from "../../src/errors/index.js";
import {
  createAuthDriver,
  createCacheDriver,
  decodeUser,
  type PostgresDriverConfig,
  type UserRow,
  userSelectFields,
} from "../../src/postgres/index.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const backdoor = authBackdoor(database);

const PASSWORD = "planted-password-7c1f";
const COOKIE_KEY = "planted-cookie-key-of-at-least-32-bytes-91ab";
const CONNECTION_PASSWORD = "planted-connection-password-44d0";
const EMAIL = "planted-email-2e7a@example.com";
const PHONE_NUMBER = "planted-phone-number-0b3c";
const ROLE = "planted-role-5d5d";
const METADATA = "planted-metadata-e019";
const VALUE = "planted-value-83c2";

/** Everything that a log, a crash report or a response could make of a value. */
function everythingShown(value: unknown): string {
  const shown = [
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true, maxStringLength: null }),
    inspect(value),
    String(value),
    JSON.stringify(value) ?? "",
  ];
  if (value instanceof Error) {
    const own = Object.fromEntries(Object.getOwnPropertyNames(value).map((name) => [name, Reflect.get(value, name)]));
    shown.push(value.message, value.stack ?? "", JSON.stringify(own), value.toString());
    if (value.cause !== undefined) shown.push(everythingShown(value.cause));
  }
  return shown.join("\n");
}

let auth: Auth;
let user: User;
let token: string;
let cookie: string;
let passwordHash: string;
const output: string[] = [];
beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((text) => output.push(String(text)) > 0);
  }
  for (const method of ["log", "info", "warn", "error", "debug", "trace"] as const) {
    vi.spyOn(console, method).mockImplementation((...args) => void output.push(inspect(args)));
  }
  auth = await createAuth({
    driver: createAuthDriver({ connectionString: database.url }),
    cookieKey: COOKIE_KEY,
  }).connect();
  user = await auth.createUserWithEmail({
    email: EMAIL,
    password: PASSWORD,
    phoneNumber: PHONE_NUMBER,
    role: ROLE,
    userMetadata: METADATA,
  });
  token = await auth.createOneTimeToken({ userId: user.id, tokenType: "password-reset", ttlSeconds: 60 });
  cookie = auth.createSessionCookie(await auth.createSession({ userId: user.id }));
  passwordHash = (await backdoor.passwordHash(user.id)) as string;
});
afterAll(async () => {
  await auth.disconnect();
  vi.restoreAllMocks();
});

/** What must not be seen anywhere. */
const secrets = () => [
  PASSWORD,
  ...passwordHash.split("$").slice(-2),
  token.slice(3),
  cookie.split("|")[1] as string,
  COOKIE_KEY,
  CONNECTION_PASSWORD,
];

/** What an error must not repeat, in addition. */
const values = () => [...secrets(), EMAIL, PHONE_NUMBER, ROLE, METADATA, VALUE];

function expectHidden(value: unknown, hidden: readonly string[]): void {
  const shown = everythingShown(value);
  for (const secret of hidden) expect(shown).not.toContain(secret);
}

async function expectSilentFailure(code: string, work: () => unknown): Promise<void> {
  const error = await (async () => work())().then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(PevensieError);
  expect(error).toMatchObject({ code });
  expectHidden(error, values());
}

describe("return values", () => {
  test("G12: no user, session or anything else shows a password, hash, token or key", async () => {
    const loggedIn = await auth.logInUser({ email: EMAIL, password: PASSWORD });
    const owner = { userId: user.id, tokenType: "password-reset" } as const;
    const returned = [
      user,
      loggedIn,
      await auth.getUserById(user.id),
      await auth.getUserByEmail(EMAIL),
      await auth.getUserByPhoneNumber(PHONE_NUMBER),
      await auth.getUserByEmailAndPassword(EMAIL, PASSWORD),
      await auth.listUsers({ filters: { id: [user.id] } }),
      await auth.updateUser(user.id, { role: ROLE }),
      await auth.setUserRole(user.id, ROLE),
      await auth.createSession({ userId: user.id }),
      await auth.getSession(loggedIn?.session.id as string),
      await auth.validateOneTimeToken({ ...owner, token }),
      auth.validateSessionCookie(cookie),
    ];
    for (const value of returned) {
      expect(value).not.toBeNull();
      expectHidden(value, secrets());
    }
  });

  test("G12: auth, cache and drivers, connected or not, show no key and no connection password", async () => {
    const connectionString = Object.assign(new URL(database.url), { password: CONNECTION_PASSWORD }).href;
    const drivers = [createAuthDriver({ connectionString }), createAuthDriver({ password: CONNECTION_PASSWORD })];
    const cacheDriver = createCacheDriver({ connectionString });
    for (const driver of drivers) expectHidden(createAuth({ driver, cookieKey: [COOKIE_KEY] }), secrets());
    for (const value of [auth, ...drivers, cacheDriver, createCache({ driver: cacheDriver })]) {
      expectHidden(value, secrets());
    }
  });
});

describe("errors", () => {
  const owner = () => ({ userId: user.id, tokenType: "password-reset" }) as const;

  test("G12: no refused argument is repeated", async () => {
    const long = (text: string) => `${text}`.repeat(1000);
    const failures: (() => unknown)[] = [
      () => auth.createUserWithEmail({ email: long(EMAIL), password: PASSWORD, userMetadata: METADATA }),
      () => auth.createUserWithEmail({ email: `${EMAIL} ${VALUE}`, password: PASSWORD, userMetadata: METADATA }),
      () => auth.createUserWithEmail({ email: EMAIL, password: long(PASSWORD), userMetadata: METADATA }),
      () => auth.createUserWithEmail({ email: EMAIL, password: `${PASSWORD}\0`, userMetadata: METADATA }),
      () => auth.setUserPassword(user.id, [PASSWORD] as never),
      () => auth.setUserRole(user.id, `${ROLE}\ud800`),
      () => auth.updateUser(user.id, { phoneNumber: long(PHONE_NUMBER) }),
      () => auth.updateUserMetadata(user.id, { [`${METADATA}\0`]: VALUE }),
      () => auth.createSession({ userId: user.id, ip: VALUE }),
      () => auth.createSession({ userId: user.id, userAgent: `${long(VALUE)}\0` }),
      () => auth.useOneTimeToken({ ...owner(), tokenType: token as never, token }),
      () => auth.validateSessionCookie([cookie] as never),
      () => createAuth({ driver: createAuthDriver(), cookieKey: [COOKIE_KEY, PASSWORD] }),
      () => createAuth({ driver: COOKIE_KEY as never, cookieKey: COOKIE_KEY }),
    ];
    for (const failure of failures) await expectSilentFailure("INVALID_INPUT", failure);
  });

  test("G12: no failure of an auth shows the values written or compared", async () => {
    const other = await auth.createUserWithEmail({ email: "other@example.com", password: null, userMetadata: null });
    const again = { password: PASSWORD, userMetadata: METADATA };
    await expectSilentFailure("EMAIL_TAKEN", () => auth.createUserWithEmail({ email: EMAIL, ...again }));
    await expectSilentFailure("EMAIL_TAKEN", () => auth.setUserEmail(other.id, EMAIL));
    await expectSilentFailure("PHONE_NUMBER_TAKEN", () => auth.updateUser(other.id, { phoneNumber: PHONE_NUMBER }));
    await expectSilentFailure("INVALID_ONE_TIME_TOKEN", () =>
      auth.useOneTimeToken({ ...owner(), userId: other.id, token }),
    );
    await auth.updateUser(other.id, { password: PASSWORD, bannedUntil: new Date("9999-01-01T00:00:00Z") });
    await expectSilentFailure("USER_BANNED", () => auth.logInUser({ email: other.email, password: PASSWORD }));
    await auth.updateUser(other.id, { bannedUntil: null });
    await backdoor.setPasswordHash(other.id, `${passwordHash}!`);
    await expectSilentFailure("PASSWORD_HASH_FAILED", () => auth.logInUser({ email: other.email, password: PASSWORD }));
    await backdoor.setPasswordHash(other.id, passwordHash.replace("m=19456", "m=1"));
    await expectSilentFailure("PASSWORD_HASH_FAILED", () => auth.logInUser({ email: other.email, password: PASSWORD }));
  });

  test("G12: no database error is passed on with the values in it", async () => {
    const change = { role: ROLE, phoneNumber: VALUE, userMetadata: METADATA, email: `changed-${EMAIL}` };
    const refusals: Readonly<Record<string, string>> = {
      CONSTRAINT_VIOLATED: `raise check_violation using message = 'refused: ' || new, detail = new, column = 'role'`,
      DATABASE_ERROR: `raise exception 'refused: %', new using detail = new, hint = new`,
    };
    for (const [code, refusal] of Object.entries(refusals)) {
      await database.rows(
        `create function public.refuse() returns trigger language plpgsql as $$ begin ${refusal}; end $$`,
      );
      await database.rows(`create trigger refuse before insert or update on pevensie."user"
        for each row execute function public.refuse()`);
      try {
        await expectSilentFailure(code, () => auth.updateUser(user.id, change));
        await expectSilentFailure(code, () =>
          auth.createUserWithEmail({ email: `new-${EMAIL}`, password: PASSWORD, userMetadata: METADATA, role: ROLE }),
        );
      } finally {
        await database.rows("drop function public.refuse cascade");
      }
    }
    await database.rows(`alter table pevensie."user" add constraint no_such_role check (role <> '${VALUE}')`);
    await expectSilentFailure("CONSTRAINT_VIOLATED", () => auth.setUserRole(user.id, VALUE));
  });

  test("G12: no error of a metadata codec shows the value that it refused", async () => {
    const quoting: readonly ((json: unknown) => unknown)[] = [
      (json) => new TypeError(`refused: ${JSON.stringify(json)}`),
      (json) => new Error("refused", { cause: new Error("why", { cause: json }) }),
      (json) => new AggregateError([new Error(String(json)), json], "refused"),
      (json) => Object.assign(new RangeError("refused"), { input: json, issues: [{ received: json }] }),
      (json) => Object.assign(new Error("refused"), { [inspect.custom]: () => String(json), toJSON: () => json }),
      (json) => Object.assign(new Error("refused"), { name: String(json), code: json }),
      (json) => ({ refused: json }),
      (json) => json,
    ];
    for (const errorOf of quoting) {
      const refuse = (json: unknown): never => {
        throw errorOf(json);
      };
      const codec = { decode: refuse, encode: refuse };
      await using refusing = await createAuth({
        driver: createAuthDriver({ connectionString: database.url }),
        cookieKey: COOKIE_KEY,
        userMetadata: codec,
      }).connect();
      const row = (
        await database.pool.query(`select ${userSelectFields} from pevensie."user" where id = $1`, [user.id])
      ).rows[0] as UserRow;
      const filters = { id: [user.id] };
      const reported: unknown[] = [];
      await refusing.listUsers({ filters, onInvalidMetadata: (_, error) => reported.push(error) });
      expect(reported).toHaveLength(1);
      for (const error of reported) expectHidden(error, values());
      const failures: (() => unknown)[] = [
        () => refusing.getUserById(user.id),
        () => refusing.getUserByEmail(EMAIL),
        () => refusing.listUsers({ filters }),
        () => refusing.logInUser({ email: EMAIL, password: PASSWORD }),
        () => refusing.updateUserMetadata(user.id, METADATA as never),
        () => refusing.createUserWithEmail({ email: `x${EMAIL}`, password: null, userMetadata: METADATA as never }),
        () => decodeUser(row, codec),
      ];
      for (const failure of failures) await expectSilentFailure("INVALID_METADATA", failure);
    }
  });

  test("G12: no failure to connect shows the password", async () => {
    const unreachable = { host: "127.0.0.1", port: 1, password: CONNECTION_PASSWORD, connectionTimeoutMillis: 2000 };
    const configs: PostgresDriverConfig[] = [
      unreachable,
      { connectionString: `postgresql://postgres:${CONNECTION_PASSWORD}@127.0.0.1:1/postgres` },
      {
        connectionString: Object.assign(new URL(database.url), { password: CONNECTION_PASSWORD, pathname: "/nowhere" })
          .href,
      },
    ];
    for (const config of configs) {
      await expectSilentFailure("CONNECTION_UNAVAILABLE", () => createAuthDriver(config).connect());
      await expectSilentFailure("CONNECTION_UNAVAILABLE", () => createCacheDriver(config).connect());
    }
    const malformed = [
      `postgresql://postgres:${CONNECTION_PASSWORD}@127.0.0.1:not-a-port/postgres`,
      `postgresql://${CONNECTION_PASSWORD}:${CONNECTION_PASSWORD}@[::bad/postgres`,
      `postgres:${CONNECTION_PASSWORD}@127.0.0.1/postgres`,
      `host=127.0.0.1 password=${CONNECTION_PASSWORD}`,
      `postgresql://postgres@127.0.0.1/postgres?sslMode=${CONNECTION_PASSWORD}`,
    ];
    for (const connectionString of malformed) {
      await expectSilentFailure("INVALID_INPUT", () => createAuthDriver({ connectionString }));
    }
    for (const wrong of [
      { max: 0 },
      { ssl: true, user: 5 },
      { pasword: CONNECTION_PASSWORD },
      { ipVersion: 5 },
      { host: `postgres:${CONNECTION_PASSWORD}@host/db` },
    ]) {
      await expectSilentFailure("INVALID_INPUT", () =>
        createAuthDriver({ ...unreachable, ...wrong } as PostgresDriverConfig),
      );
    }
  });

  test("G12: no failure of a cache shows the value", async () => {
    const driver = createCacheDriver({ connectionString: database.url });
    const cache = await createCache({ driver }).connect();
    await expectSilentFailure("INVALID_INPUT", () => cache.set("type", "key", `${VALUE}\0`));
    await expectSilentFailure("INVALID_INPUT", () => cache.set(VALUE.repeat(100), "key", VALUE));
    await expectSilentFailure("INVALID_INPUT", () => cache.set("type", "key", VALUE, { ttlSeconds: VALUE as never }));
    await database.rows(`alter table pevensie.cache add constraint refused check (value <> '${VALUE}')`);
    await expectSilentFailure("CONSTRAINT_VIOLATED", () => cache.set("type", "key", VALUE));
    await cache.disconnect();
    await expectSilentFailure("NOT_CONNECTED", () => cache.set("type", "key", VALUE));
  });

  test("G12: nothing was written to the console or to a standard stream", () => {
    expect(output).toEqual([]);
  });
});
