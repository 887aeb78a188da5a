import type { PGlite } from "@electric-sql/pglite";
import { createPgConfig } from "@electric-sql/pglite/node-postgres";
import { type } from "arktype";
import pg from "pg";
import * as v from "valibot";
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  type ApiKeyWithUserResult,
  type Auth,
  type AuthDriver,
  type AuthFunctions,
  type AuthOptions,
  type ConfirmEmailChangeResult,
  type CreateApiKeyResult,
  type CreateLogInCodeResult,
  type CreateLogInTokenResult,
  type CreatePasswordResetTokenResult,
  createAuth,
  type DisconnectedAuth,
  type Json,
  type JsonInput,
  type JsonOf,
  type LogInLimits,
  type MetadataCodec,
  type NotJson,
  type PasswordHashingOptions,
  type SchemaAuthOptions,
  type Session,
  type SessionBinding,
  type SessionWithUserResult,
  type TransactionClient,
  type TransactionResult,
  type User,
} from "../src/auth/index.js";
import {
  type Cache,
  type CacheCodec,
  type CacheDriver,
  type CacheOptions,
  type CacheResource,
  createCache,
  type DisconnectedCache,
  type SetOptions,
} from "../src/cache/index.js";
import * as everything from "../src/index.js";
import { formatIpAddress, type IpAddress, parseIpAddress } from "../src/net/index.js";
import {
  type CallerPool,
  createAuthDriver,
  createCacheDriver,
  decodeSession,
  decodeUser,
  defaultConfig,
  type MigrateOptions,
  migrate,
  type PostgresClient,
  type PostgresConfig,
  type PostgresDriverConfig,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryable,
  type SessionRow,
  type UserRow,
} from "../src/postgres/index.js";
import { getUserByEmail } from "../src/postgres/queries.js";

interface Profile {
  readonly name: string;
  readonly born: Date;
}

declare const driver: AuthDriver;
declare const cacheDriver: CacheDriver;
declare const codec: MetadataCodec<Profile>;
declare const auth: Auth;
declare const profiles: Auth<Profile>;
declare const cache: Cache;
declare const client: TransactionClient;

const cookieKey = "";

/** The optional properties of a type, or of the types of a union, that cannot be given as undefined. */
type OptionsThatRefuseUndefined<T> = T extends unknown
  ? {
      [K in keyof T]-?: object extends Pick<T, K> ? (Record<K, undefined> extends Pick<T, K> ? never : K) : never;
    }[keyof T]
  : never;

/** Every options object that a function of an auth takes. */
type AuthCallOptions = {
  [K in keyof Auth<Profile>]: Auth<Profile>[K] extends (...args: infer A) => unknown
    ? Exclude<Extract<A[number], object>, Date>
    : never;
}[keyof Auth];

describe("before connecting", () => {
  test("an auth can do nothing but connect", () => {
    const disconnected = createAuth({ driver, cookieKey });
    expectTypeOf(disconnected).toEqualTypeOf<DisconnectedAuth<Json>>();
    expectTypeOf<keyof DisconnectedAuth>().toEqualTypeOf<"connect">();
    expectTypeOf(disconnected.connect).returns.resolves.toEqualTypeOf<Auth<Json>>();
    // @ts-expect-error - it is not connected
    disconnected.getUserById("");
    // @ts-expect-error - it is not connected
    disconnected.validateSessionCookie("");
    // @ts-expect-error - it is not connected
    disconnected.disconnect();
    expectTypeOf<DisconnectedAuth>().not.toExtend<Auth>();
  });

  test("a cache can do nothing but connect", () => {
    const disconnected = createCache({ driver: cacheDriver });
    expectTypeOf(disconnected).toEqualTypeOf<DisconnectedCache>();
    expectTypeOf<keyof DisconnectedCache>().toEqualTypeOf<"connect">();
    expectTypeOf(disconnected.connect).returns.resolves.toEqualTypeOf<Cache>();
    // @ts-expect-error - it is not connected
    disconnected.get("", "");
    expectTypeOf<DisconnectedCache>().not.toExtend<Cache>();
  });

  test("disconnect() returns it, and both can be disposed of", () => {
    expectTypeOf(auth.disconnect).returns.resolves.toEqualTypeOf<DisconnectedAuth<Json>>();
    expectTypeOf(profiles.disconnect).returns.resolves.toEqualTypeOf<DisconnectedAuth<Profile>>();
    expectTypeOf(cache.disconnect).returns.resolves.toEqualTypeOf<DisconnectedCache>();
    expectTypeOf<Auth>().toExtend<AsyncDisposable>();
    expectTypeOf<Cache>().toExtend<AsyncDisposable>();
  });

  test("a promise of an auth is not an auth", () => {
    // @ts-expect-error - it has to be awaited
    createAuth({ driver, cookieKey }).connect().getUserById("");
  });
});

describe("creating", () => {
  test("a driver and a key are needed; one key or a list of them", () => {
    // @ts-expect-error - no key
    createAuth({ driver });
    // @ts-expect-error - no driver
    createAuth({ cookieKey });
    // @ts-expect-error - a cache's driver is not an auth's
    createAuth({ driver: cacheDriver, cookieKey });
    createAuth({ driver, cookieKey: ["", ""] as const });
    // @ts-expect-error - no such option
    createAuth({ driver, cookieKey, cookieKeys: [] });
  });

  test("every option may be undefined, except the owner of what a call is for", () => {
    expectTypeOf<OptionsThatRefuseUndefined<AuthOptions<Json>>>().toEqualTypeOf<never>();
    expectTypeOf<OptionsThatRefuseUndefined<AuthOptions<Profile>>>().toEqualTypeOf<never>();
    expectTypeOf<OptionsThatRefuseUndefined<PasswordHashingOptions>>().toEqualTypeOf<never>();
    expectTypeOf<OptionsThatRefuseUndefined<LogInLimits>>().toEqualTypeOf<never>();
    expectTypeOf<OptionsThatRefuseUndefined<CacheOptions>>().toEqualTypeOf<never>();
    expectTypeOf<OptionsThatRefuseUndefined<SetOptions>>().toEqualTypeOf<never>();
    expectTypeOf<OptionsThatRefuseUndefined<CallerPool>>().toEqualTypeOf<never>();
    expectTypeOf<OptionsThatRefuseUndefined<PostgresDriverConfig>>().toEqualTypeOf<never>();
    expectTypeOf<OptionsThatRefuseUndefined<MigrateOptions>>().toEqualTypeOf<never>();
    // With a userId that is undefined by mistake, anybody's session, key or token would be meant.
    expectTypeOf<OptionsThatRefuseUndefined<AuthCallOptions>>().toEqualTypeOf<"userId">();
    expectTypeOf<OptionsThatRefuseUndefined<everything.PevensieErrorOptions>>().toEqualTypeOf<never>();
    // @ts-expect-error - what is required is not optional
    createCache({ driver: undefined });
  });

  test("a driver accepts settings or a pool, and no misspelt setting", () => {
    expectTypeOf(createAuthDriver).returns.toEqualTypeOf<AuthDriver>();
    expectTypeOf(createCacheDriver).returns.toEqualTypeOf<CacheDriver>();
    createAuthDriver();
    createAuthDriver({ connectionString: "", max: 1 });
    // @ts-expect-error - no such setting
    createAuthDriver({ connectionstring: "" });
    const config: PostgresConfig = { ...defaultConfig(), connectionString: process.env["DATABASE_URL"] };
    createAuthDriver(config);
  });

  test("the main entry has auth, cache, net and errors", () => {
    expectTypeOf(everything.createAuth).toEqualTypeOf(createAuth);
    expectTypeOf(everything.createCache).toEqualTypeOf(createCache);
    expectTypeOf(everything.parseIpAddress).toEqualTypeOf(parseIpAddress);
    expectTypeOf<everything.PevensieError["code"]>().toEqualTypeOf<everything.PevensieErrorCode>();
    expectTypeOf<everything.PevensieError>().toExtend<Error>();
  });
});

describe("metadata", () => {
  test("is any JSON without a codec", () => {
    expectTypeOf(auth.getUserById).returns.resolves.toEqualTypeOf<User<Json> | null>();
    expectTypeOf<User["userMetadata"]>().toEqualTypeOf<Json>();
    auth.updateUserMetadata("", { any: ["JSON", 1, null] });
    // @ts-expect-error - no JSON
    auth.updateUserMetadata("", new Date());
    // @ts-expect-error - no JSON
    auth.updateUserMetadata("", undefined);
  });

  test("is the codec's type with one, in and out", () => {
    const typed = createAuth({ driver, cookieKey, userMetadata: codec });
    expectTypeOf(typed).toEqualTypeOf<DisconnectedAuth<Profile>>();
    expectTypeOf(typed.connect).returns.resolves.toEqualTypeOf<Auth<Profile>>();
    expectTypeOf(profiles.getUserById).returns.resolves.toEqualTypeOf<User<Profile> | null>();
    expectTypeOf(profiles.listUsers).returns.resolves.toEqualTypeOf<User<Profile>[]>();
    expectTypeOf(profiles.deleteUserById).returns.resolves.toEqualTypeOf<User<Profile>>();
    expectTypeOf(profiles.logInUser).returns.resolves.toEqualTypeOf<{
      readonly session: Session;
      readonly user: User<Profile>;
      readonly deviceToken: string;
    } | null>();
    expectTypeOf(profiles.updateUserMetadata).parameter(1).toEqualTypeOf<Profile>();
    profiles.updateUser("", { userMetadata: { name: "", born: new Date() } });
    // @ts-expect-error - a part of a profile is no profile
    profiles.updateUser("", { userMetadata: { name: "" } });
    // @ts-expect-error - metadata is needed
    profiles.createUserWithEmail({ email: "", password: "" });
  });

  test("needs a codec if it is not JSON", () => {
    // @ts-expect-error - nothing makes JSON a profile
    createAuth<Profile>({ driver, cookieKey });
    // @ts-expect-error - nothing makes JSON a profile
    createAuth<Profile>({ driver, cookieKey, userMetadata: undefined });
    // @ts-expect-error - the type is JSON, but not every JSON is of the type
    createAuth<{ nickname: string }>({ driver, cookieKey });
    // @ts-expect-error - anything could be encoded
    createAuth<unknown>({ driver, cookieKey });
    // @ts-expect-error - nothing makes JSON a profile
    const options: AuthOptions<Profile> = { driver, cookieKey };
    expectTypeOf(options).toEqualTypeOf<AuthOptions<Profile>>();
  });

  test("needs no codec if it is JSON", () => {
    expectTypeOf(createAuth<Json>({ driver, cookieKey })).toEqualTypeOf<DisconnectedAuth<Json>>();
    expectTypeOf(createAuth({ driver, cookieKey, userMetadata: undefined })).toEqualTypeOf<DisconnectedAuth<Json>>();
    const options: AuthOptions<Json> = { driver, cookieKey };
    expectTypeOf(createAuth(options)).toEqualTypeOf<DisconnectedAuth<Json>>();
  });

  test("has the type of an inline codec", () => {
    const inPlace = createAuth({
      driver,
      cookieKey,
      userMetadata: { decode: (json) => ({ name: String(json) }), encode: ({ name }) => name },
    });
    expectTypeOf(inPlace).toEqualTypeOf<DisconnectedAuth<{ name: string }>>();
  });

  test("has the type of a codec that returns an interface as it is", () => {
    interface Settings {
      readonly theme: string;
      readonly sizes?: readonly number[];
    }
    const asItIs: MetadataCodec<Settings> = {
      decode: (json) => ({ theme: String(json) }),
      encode: (settings) => settings,
    };
    expectTypeOf(createAuth({ driver, cookieKey, userMetadata: asItIs })).toEqualTypeOf<DisconnectedAuth<Settings>>();
    const inPlace = createAuth({
      driver,
      cookieKey,
      userMetadata: { decode: (json): Settings => ({ theme: String(json) }), encode: (settings) => settings },
    });
    expectTypeOf(inPlace).toEqualTypeOf<DisconnectedAuth<Settings>>();
    // @ts-expect-error - a Date is not JSON
    const wrong: MetadataCodec<Profile> = { decode: codec.decode, encode: (profile) => profile };
    expectTypeOf(wrong).toEqualTypeOf<MetadataCodec<Profile>>();
  });

  test("has any type in functions that pass options or a codec on", () => {
    const fromOptions = <M>(options: AuthOptions<M>) => createAuth(options);
    const fromCodec = <M>(userMetadata: MetadataCodec<M>) => createAuth({ driver, cookieKey, userMetadata });
    const withListener = <M>(options: AuthOptions<M>) => createAuth<M>({ ...options, onEvent: () => {} });
    interface ProfileOptions extends AuthOptions<Profile> {
      readonly more: string;
    }
    const fromExtended = (options: ProfileOptions) => createAuth(options);
    for (const make of [fromOptions, withListener]) {
      expectTypeOf(make({ driver, cookieKey, userMetadata: codec })).toEqualTypeOf<DisconnectedAuth<Profile>>();
    }
    expectTypeOf(fromOptions({ driver, cookieKey } as AuthOptions<Json>)).toEqualTypeOf<DisconnectedAuth<Json>>();
    expectTypeOf(fromCodec(codec)).toEqualTypeOf<DisconnectedAuth<Profile>>();
    expectTypeOf(fromExtended).returns.toEqualTypeOf<DisconnectedAuth<Profile>>();
    // @ts-expect-error - nothing makes JSON a profile
    fromOptions<Profile>({ driver, cookieKey });
  });

  test("a codec has both directions, and encodes to JSON", () => {
    // @ts-expect-error - there is no way back
    createAuth({ driver, cookieKey, userMetadata: { decode: () => ({ name: "" }) } });
    // @ts-expect-error - a Date is no JSON
    createAuth<Profile>({ driver, cookieKey, userMetadata: { ...codec, encode: ({ born }) => born } });
    expectTypeOf(codec.decode).parameter(0).toEqualTypeOf<Json>();
  });
});

describe("metadata with a schema", () => {
  interface Settings {
    theme: "light" | "dark";
    nickname?: string;
  }

  test("has the type of its output, and takes its input, with optional properties", () => {
    const zod = createAuth({
      driver,
      cookieKey,
      userMetadata: z.object({ theme: z.enum(["light", "dark"]), nickname: z.string().exactOptional() }),
    });
    expectTypeOf(zod).toEqualTypeOf<DisconnectedAuth<Settings, Settings>>();
    const valibot = createAuth({
      driver,
      cookieKey,
      userMetadata: v.object({ theme: v.picklist(["light", "dark"]), nickname: v.exactOptional(v.string()) }),
    });
    expectTypeOf(valibot).toEqualTypeOf<DisconnectedAuth<Settings, Settings>>();
    const ark = createAuth({
      driver,
      cookieKey,
      userMetadata: type({ theme: "'light' | 'dark'", "nickname?": "string" }),
    });
    expectTypeOf(ark).toEqualTypeOf<DisconnectedAuth<Settings, Settings>>();
    const settings = {} as Auth<Settings>;
    expectTypeOf(settings.getUserById).returns.resolves.toEqualTypeOf<User<Settings> | null>();
    settings.updateUserMetadata("", { theme: "dark" });
    settings.createUserWithEmail({ email: "", password: null, userMetadata: { theme: "light", nickname: "" } });
    // @ts-expect-error - no theme
    settings.updateUserMetadata("", { nickname: "" });
    // @ts-expect-error - not in the enumeration
    settings.updateUser("", { userMetadata: { theme: "blue" } });
    // @ts-expect-error - metadata is needed
    settings.createUserWithEmail({ email: "", password: null });
  });

  test("what it converts is given as its input and read as its output", () => {
    const converted = z.object({
      born: z.iso.date().transform((text) => new Date(text)),
      theme: z.string().default(""),
    });
    const made = createAuth({ driver, cookieKey, userMetadata: converted });
    interface Out {
      born: Date;
      theme: string;
    }
    interface In {
      born: string;
      theme?: string | undefined;
    }
    expectTypeOf(made).toEqualTypeOf<DisconnectedAuth<Out, In>>();
    const users = {} as Auth<Out, In>;
    expectTypeOf(users.updateUserMetadata).returns.resolves.toEqualTypeOf<User<Out>>();
    users.updateUserMetadata("", { born: "1927-01-01" });
    users.importUsers([{ email: "", userMetadata: { born: "1927-01-01" } }]);
    users.withTransaction(async (inside) => inside.updateUserMetadata("", { born: "1927-01-01" }));
    users.logInWithIdentity({ issuer: "", subject: "", userMetadata: { born: "1927-01-01" } });
    // @ts-expect-error - the schema converts a text
    users.updateUserMetadata("", { born: new Date() });
    // @ts-expect-error - so it does in an import
    users.importUsers([{ email: "", userMetadata: { born: new Date() } }]);
    expectTypeOf<Auth<Out, In>>().toExtend<Auth<Out, never>>();
    expectTypeOf<Auth<Profile>>().toExtend<Auth<Profile, never>>();
    expectTypeOf<Auth>().toExtend<Auth<Json, never>>();
  });

  test("rows become users with the schema's output", () => {
    const born = z.object({ born: z.iso.date().transform((text) => new Date(text)) });
    expectTypeOf(decodeUser({} as UserRow, born)).toEqualTypeOf<User<{ born: Date }>>();
    const named = type({ name: "string" });
    expectTypeOf(decodeUser({} as UserRow, named)).toEqualTypeOf<User<{ name: string }>>();
  });

  test("is refused if its input has to hold something else than JSON", () => {
    // @ts-expect-error - a Date
    createAuth({ driver, cookieKey, userMetadata: z.object({ since: z.date() }) });
    const nested = z.object({ name: z.string(), a: z.object({ b: z.date() }).optional() });
    // @ts-expect-error - a Date in an optional part
    createAuth({ driver, cookieKey, userMetadata: nested });
    // @ts-expect-error - bigints
    createAuth({ driver, cookieKey, userMetadata: z.object({ counts: z.array(z.bigint()) }) });
    // @ts-expect-error - a Map
    createAuth({ driver, cookieKey, userMetadata: v.map(v.string(), v.string()) });
    // @ts-expect-error - a Date
    createAuth({ driver, cookieKey, userMetadata: type({ since: "Date" }) });
  });

  test("whose input may be anything takes JSON, and not what the schema makes of it", () => {
    const made = createAuth({ driver, cookieKey, userMetadata: z.object({ since: z.coerce.date() }) });
    const users = {} as Awaited<ReturnType<(typeof made)["connect"]>>;
    const user = {} as User<{ since: Date }>;
    expectTypeOf(users.getUserById).returns.resolves.toEqualTypeOf<typeof user | null>();
    users.updateUserMetadata("", { since: "1927-01-01" });
    users.updateUserMetadata("", { ...user.userMetadata, since: user.userMetadata.since.toISOString() });
    // @ts-expect-error - a Date
    users.createUserWithEmail({ email: "", password: null, userMetadata: { since: new Date() } });
    // @ts-expect-error - what was read has a Date
    users.updateUserMetadata("", { ...user.userMetadata });
    expectTypeOf<JsonInput<unknown, Date>>().toEqualTypeOf<Json | NotJson<Date>>();
    expectTypeOf<JsonInput<{ a: string | Date }, unknown>>().toEqualTypeOf<{ a: string }>();
  });

  test("takes what was read if the schema converts nothing", () => {
    interface Tree {
      name: string;
      children: Tree[];
    }
    const tree: z.ZodType<Tree, Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(tree) }));
    const trees = createAuth({ driver, cookieKey, userMetadata: tree });
    expectTypeOf(trees).toEqualTypeOf<DisconnectedAuth<Tree, Tree>>();
    const loose = createAuth({ driver, cookieKey, userMetadata: z.looseObject({ count: z.coerce.number() }) });
    const users = {} as Awaited<ReturnType<(typeof loose)["connect"]>>;
    const { userMetadata } = {} as NonNullable<Awaited<ReturnType<(typeof users)["getUserById"]>>>;
    users.updateUserMetadata("", { ...userMetadata, count: 5 });
  });

  test("is passed on by functions", () => {
    const wrap = <Out, In>(options: SchemaAuthOptions<Out, In>) => createAuth(options);
    const made = wrap({ driver, cookieKey, userMetadata: v.object({ name: v.string() }) });
    expectTypeOf(made).toEqualTypeOf<DisconnectedAuth<{ name: string }, { name: string }>>();
    const fromSchema = <Out, In>(userMetadata: z.ZodType<Out, In>): DisconnectedAuth<Out, In> =>
      createAuth({ driver, cookieKey, userMetadata });
    expectTypeOf(fromSchema(z.string())).toEqualTypeOf<DisconnectedAuth<string, string>>();
  });
});

describe("interfaces as JSON", () => {
  interface Place {
    readonly street: string;
    readonly floor?: number;
    readonly note?: string | undefined;
  }
  interface Contact {
    name: string;
    places: readonly Place[];
    parents?: Contact[];
    pair: [number, null];
  }
  const contact = {} as Contact;

  test("are accepted wherever any JSON is", () => {
    auth.updateUserMetadata("", contact);
    auth.updateUser("", { userMetadata: contact, appMetadata: contact });
    auth.updateUser("", { appMetadata: contact });
    profiles.updateUser("", { appMetadata: contact });
    auth.createUserWithEmail({ email: "", password: null, userMetadata: contact });
    auth.importUsers([{ email: "", userMetadata: contact }]);
    auth.importUsers(new Set([{ email: "", userMetadata: contact }]));
    auth.logInWithIdentity({ issuer: "", subject: "", userMetadata: contact });
    auth.createOneTimeToken({ userId: "", tokenType: "application", ttlSeconds: 1, payload: contact });
    auth.withTransaction(async (inside) => inside.updateUserMetadata("", contact));
    expectTypeOf<Contact>().toExtend<JsonOf<Contact>>();
    const json = {} as Json;
    auth.updateUser("", { userMetadata: json, appMetadata: json });
  });

  test("are refused if a part of them is no JSON", () => {
    interface Dated {
      readonly at: { readonly born: Date };
    }
    interface Acting {
      readonly name: string;
      act(): void;
    }
    const dated = {} as Dated;
    // @ts-expect-error - a Date
    auth.updateUserMetadata("", dated);
    // @ts-expect-error - a Date
    auth.updateUser("", { appMetadata: dated });
    // @ts-expect-error - a Date
    profiles.updateUser("", { appMetadata: dated });
    // @ts-expect-error - a function
    auth.updateUserMetadata("", {} as Acting);
    // @ts-expect-error - a function
    auth.createUserWithEmail({ email: "", password: null, userMetadata: {} as Acting });
    // @ts-expect-error - a Map
    auth.updateUserMetadata("", new Map());
    // @ts-expect-error - anything
    auth.updateUserMetadata("", {} as unknown);
    // @ts-expect-error - a bigint
    auth.createOneTimeToken({ userId: "", tokenType: "application", ttlSeconds: 1, payload: 1n });
    // @ts-expect-error - a symbol in a list of an import
    auth.importUsers([{ email: "", userMetadata: { a: Symbol() } }]);
    expectTypeOf<JsonOf<unknown>>().toEqualTypeOf<NotJson<unknown>>();
    expectTypeOf<JsonOf<Date>>().toEqualTypeOf<NotJson<Date>>();
  });
});

describe("shapes", () => {
  test("a user has these properties and no hash", () => {
    expectTypeOf<User>().toEqualTypeOf<{
      readonly id: string;
      readonly createdAt: Date;
      readonly updatedAt: Date;
      readonly deletedAt: Date | null;
      readonly role: string | null;
      readonly email: string;
      readonly emailConfirmedAt: Date | null;
      readonly phoneNumber: string | null;
      readonly phoneNumberConfirmedAt: Date | null;
      readonly lastSignIn: Date | null;
      readonly appMetadata: Json;
      readonly userMetadata: Json;
      readonly bannedUntil: Date | null;
    }>();
  });

  test("a session has these", () => {
    expectTypeOf<Session>().toEqualTypeOf<{
      readonly id: string;
      readonly createdAt: Date;
      readonly expiresAt: Date | null;
      readonly userId: string;
      readonly ip: IpAddress | null;
      readonly userAgent: string | null;
      readonly boundTo: readonly SessionBinding[];
      readonly idleSeconds: number | null;
      readonly lastSeenAt: Date;
      readonly authenticatedAt: Date;
      readonly authenticationAgeSeconds: number;
    }>();
    expectTypeOf(auth.createSession).returns.resolves.toEqualTypeOf<Session>();
    expectTypeOf(auth.getSession).returns.resolves.toEqualTypeOf<Session | null>();
    // @ts-expect-error - the caller cannot choose a session's id
    auth.createSession({ userId: "", id: "" });
  });

  test("results have names", () => {
    expectTypeOf(profiles.createApiKey).returns.resolves.toEqualTypeOf<CreateApiKeyResult>();
    expectTypeOf(profiles.getApiKeyWithUser).returns.resolves.toEqualTypeOf<ApiKeyWithUserResult<Profile> | null>();
    expectTypeOf(profiles.getSessionWithUser).returns.resolves.toEqualTypeOf<SessionWithUserResult<Profile> | null>();
    expectTypeOf(profiles.createLogInToken).returns.resolves.toEqualTypeOf<CreateLogInTokenResult<Profile> | null>();
    expectTypeOf(profiles.createLogInCode).returns.resolves.toEqualTypeOf<CreateLogInCodeResult<Profile> | null>();
    type ResetToken = CreatePasswordResetTokenResult<Profile> | null;
    expectTypeOf(profiles.createPasswordResetToken).returns.resolves.toEqualTypeOf<ResetToken>();
    expectTypeOf(profiles.confirmEmailChange).returns.resolves.toEqualTypeOf<ConfirmEmailChangeResult<Profile>>();
  });

  test("nullable results must be checked", () => {
    // @ts-expect-error - there may be no such user
    auth.getUserByEmail("").then((user) => user.id);
    // @ts-expect-error - the password may be wrong
    auth.logInUser({ email: "", password: "" }).then(({ user }) => user);
    // @ts-expect-error - there may be no such entry
    cache.get("", "").then((value) => value.length);
  });

  test("tokens have one of the known types", () => {
    auth.createOneTimeToken({ userId: "", tokenType: "password-reset", ttlSeconds: 1 });
    // @ts-expect-error - no such type
    auth.createOneTimeToken({ userId: "", tokenType: "password", ttlSeconds: 1 });
    // @ts-expect-error - no ttl
    auth.createOneTimeToken({ userId: "", tokenType: "password-reset" });
  });

  test("null clears what can be cleared", () => {
    auth.updateUser("", { role: null, phoneNumber: null, password: null, bannedUntil: null, lastSignIn: null });
    // @ts-expect-error - a user has an email
    auth.updateUser("", { email: null });
    // @ts-expect-error - no such property
    auth.updateUser("", { passwordHash: "" });
  });
});

describe("transactions", () => {
  test("the client returns rows of the type that the caller names", () => {
    expectTypeOf(client.query<{ one: number }>("select 1 as one")).resolves.toEqualTypeOf<{
      readonly rows: { one: number }[];
      readonly rowCount: number;
      readonly command: string;
    }>();
    expectTypeOf(client.query("select 1 as one")).resolves.toEqualTypeOf<TransactionResult>();
    expectTypeOf<TransactionResult["rows"]>().toEqualTypeOf<Record<string, unknown>[]>();
    const text = "select $1::int as one";
    expectTypeOf(client.query<{ one: number }>({ text, values: [1] })).resolves.toHaveProperty("rows");
    expectTypeOf(client.query({ text, rowMode: "array" }, [1])).resolves.toEqualTypeOf<TransactionResult<unknown[]>>();
    expectTypeOf(client.query<[number]>({ text, rowMode: "array" })).resolves.toEqualTypeOf<
      TransactionResult<[number]>
    >();
  });

  test("the client accepts pg's query configurations, and no callback or cursor", () => {
    client.query({} as pg.QueryConfig);
    expectTypeOf(client.query({} as pg.QueryArrayConfig)).resolves.toEqualTypeOf<TransactionResult<unknown[]>>();
    // @ts-expect-error - a callback
    client.query("select 1", () => {});
    // @ts-expect-error - a callback after the values
    client.query("select 1", [], () => {});
    // @ts-expect-error - a cursor, or any other Submittable
    client.query({} as pg.Submittable);
    // @ts-expect-error - no text
    client.query({ values: [1] });
    // @ts-expect-error - no such mode
    client.query({ text: "", rowMode: "object" });
  });

  test("the client works with generated queries, and with code for a pg-like client", () => {
    getUserByEmail.run({ email: "" }, client);
    expectTypeOf<TransactionClient>().toExtend<{
      query(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
    }>();
    auth.withTransaction(async (inside, own) => {
      expectTypeOf(own).toEqualTypeOf<TransactionClient>();
      expectTypeOf(inside).toEqualTypeOf<AuthFunctions<Json>>();
    });
    auth.withTransaction(async () => {}, { client: {} as pg.PoolClient });
    auth.withTransaction(async () => {}, { client: {} as pg.Client });
  });
});

describe("pools and clients of callers", () => {
  test("those of pg have what is used of them", () => {
    expectTypeOf<pg.Pool>().toExtend<PostgresPool>();
    expectTypeOf<pg.PoolClient>().toExtend<PostgresPoolClient>();
    expectTypeOf<pg.Client>().toExtend<PostgresClient>();
    expectTypeOf<pg.ClientBase>().toExtend<PostgresClient>();
    expectTypeOf<pg.PoolClient>().toExtend<PostgresQueryable>();
    expectTypeOf<TransactionClient>().toExtend<PostgresQueryable>();
    createAuthDriver({ pool: {} as pg.Pool });
    createCacheDriver({ pool: new (pg.native?.Pool ?? pg.Pool)() });
    migrate({ pool: {} as pg.Pool, modules: ["auth"] });
    class OwnPool extends pg.Pool {}
    createAuthDriver({ pool: {} as OwnPool, batching: false });
    createAuthDriver({ pool: new pg.Pool(createPgConfig()) });
  });

  test("so have others with the same functions", () => {
    interface Client {
      query(query: string | { text: string; values?: unknown[] }, values?: unknown[]): Promise<pg.QueryResult>;
      on(event: string, listener: (...args: never[]) => void): Client;
      off(event: string, listener: (...args: never[]) => void): Client;
      release(error?: Error | boolean): void;
    }
    interface Pool extends Pick<Client, "on" | "off"> {
      connect(): Promise<Client>;
    }
    createAuthDriver({ pool: {} as Pool });
    migrate({ pool: {} as Pool, modules: ["cache"], apply: true });
    auth.withTransaction(async () => {}, { client: {} as Client });
    cache.invalidateTags([], { client: {} as Client });
    cache.invalidateTags([], { client });
    cache.invalidateTags([], { client: {} as pg.Client });
  });

  test("what lacks a function, or has another form, is refused", () => {
    // @ts-expect-error - no `on` and `off`
    createAuthDriver({ pool: {} as Pick<pg.Pool, "connect"> });
    // @ts-expect-error - clients without `release`
    createAuthDriver({ pool: {} as { connect(): Promise<pg.Client>; on: pg.Pool["on"]; off: pg.Pool["off"] } });
    // @ts-expect-error - a client is no pool
    createAuthDriver({ pool: {} as pg.Client });
    // @ts-expect-error - PGlite itself is no pool: its adapter makes it one
    createAuthDriver({ pool: {} as PGlite });
    // @ts-expect-error - rows alone do not say how a commit was answered
    auth.withTransaction(async () => {}, { client: {} as { query(text: string): Promise<{ rows: unknown[] }> } });
    // @ts-expect-error - no `query`
    cache.invalidateTags([], { client: {} });
  });
});

describe("addresses and custom queries", () => {
  test("only parsing makes an address", () => {
    expectTypeOf(parseIpAddress).returns.toEqualTypeOf<IpAddress | null>();
    expectTypeOf<IpAddress>().toExtend<string>();
    expectTypeOf<string>().not.toExtend<IpAddress>();
    // @ts-expect-error - any text
    formatIpAddress("::1");
  });

  test("rows become users and sessions, with metadata by the codec that is given", () => {
    expectTypeOf(decodeUser({} as UserRow)).toEqualTypeOf<User<Json>>();
    expectTypeOf(decodeUser({} as UserRow, codec)).toEqualTypeOf<User<Profile>>();
    expectTypeOf(decodeSession({} as SessionRow)).toEqualTypeOf<Session>();
    expectTypeOf<keyof UserRow>().not.toExtend<"password_hash">();
  });

  test("a generated query needs its parameters", () => {
    expectTypeOf(getUserByEmail.run).parameter(0).toEqualTypeOf<{ email: string }>();
  });
});

describe("resources of a cache", () => {
  interface Named {
    name: string;
  }

  test("the type of the values is the schema's output", () => {
    const zod = cache.resource("", { schema: z.object({ name: z.string() }) });
    expectTypeOf(zod).toEqualTypeOf<CacheResource<Named>>();
    expectTypeOf(cache.resource("", { schema: v.object({ name: v.string() }) })).toEqualTypeOf<CacheResource<Named>>();
    expectTypeOf(cache.resource("", { schema: type({ name: "string" }) })).toEqualTypeOf<CacheResource<Named>>();
    const dates = cache.resource("", { schema: z.string().transform((text) => new Date(text)), ttlSeconds: 60 });
    expectTypeOf(dates.get).returns.resolves.toEqualTypeOf<Date | null>();
    expectTypeOf(dates.getMany).returns.resolves.toEqualTypeOf<Map<string, Date>>();
    expectTypeOf(dates.getOrSet).returns.resolves.toEqualTypeOf<Date>();
    expectTypeOf(dates.set).parameter(1).toEqualTypeOf<Date>();
    // @ts-expect-error - the schema's values have a name
    zod.set("", {});
    // @ts-expect-error - so has what is computed
    zod.getOrSet("", () => ({ label: "" }), { ttlSeconds: 60 });
  });

  test("the type of the values is the codec's", () => {
    const profileCodec = {} as CacheCodec<Profile>;
    expectTypeOf(cache.resource("", { codec: profileCodec })).toEqualTypeOf<CacheResource<Profile>>();
    // @ts-expect-error - a codec converts to text
    cache.resource<number>("", { codec: { encode: (value: number) => value, decode: Number } });
  });

  test("without a schema or codec the type is the one that the caller names", () => {
    expectTypeOf(cache.resource<Profile>("")).toEqualTypeOf<CacheResource<Profile>>();
    expectTypeOf(cache.resource("")).toEqualTypeOf<CacheResource<unknown>>();
  });

  test("a value is computed with a time to live, unless the resource has one", () => {
    cache.getOrSet("", "", () => "", { ttlSeconds: null });
    cache.getOrSet("", "", () => "", { ttlMillis: 5, graceSeconds: 5 });
    // @ts-expect-error - no options
    cache.getOrSet("", "", () => "");
    // @ts-expect-error - neither is given
    cache.getOrSet("", "", () => "", { graceSeconds: 5 });
    // @ts-expect-error - null has to be meant
    cache.getOrSet("", "", () => "", { ttlSeconds: undefined });
    // @ts-expect-error - both are given
    cache.getOrSet("", "", () => "", { ttlSeconds: 5, ttlMillis: 5 });
    cache.resource<string>("", { ttlMillis: 5 }).getOrSet("", () => "");
  });

  test("an entry is touched with a time to live", () => {
    cache.touch("", "", { ttlSeconds: null });
    cache.resource<string>("").touch("", { ttlMillis: 5 });
    // @ts-expect-error - neither is given
    cache.touch("", "", {});
    // @ts-expect-error - null has to be meant
    cache.resource<string>("").touch("", { ttlSeconds: undefined });
  });

  test("a lookup may find nothing", () => {
    expectTypeOf(cache.resource<Profile>("").get).returns.resolves.toEqualTypeOf<Profile | null>();
  });
});
