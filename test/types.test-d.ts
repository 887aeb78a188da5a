import { describe, expectTypeOf, test } from "vitest";
import {
  type Auth,
  type AuthDriver,
  createAuth,
  type DisconnectedAuth,
  type Json,
  type MetadataCodec,
  type Session,
  type User,
} from "../src/auth/index.js";
import { type Cache, type CacheDriver, createCache, type DisconnectedCache } from "../src/cache/index.js";
import * as everything from "../src/index.js";
import { formatIpAddress, type IpAddress, parseIpAddress } from "../src/net/index.js";
import {
  createAuthDriver,
  createCacheDriver,
  decodeSession,
  decodeUser,
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

const cookieKey = "";

describe("what is not connected", () => {
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

  test("disconnect() gives it back, and both can be disposed of", () => {
    expectTypeOf(auth.disconnect).returns.resolves.toEqualTypeOf<DisconnectedAuth<Json>>();
    expectTypeOf(profiles.disconnect).returns.resolves.toEqualTypeOf<DisconnectedAuth<Profile>>();
    expectTypeOf(cache.disconnect).returns.resolves.toEqualTypeOf<DisconnectedCache>();
    expectTypeOf<Auth>().toExtend<AsyncDisposable>();
    expectTypeOf<Cache>().toExtend<AsyncDisposable>();
  });

  test("a promise of an auth is no auth", () => {
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

  test("a driver takes settings or a pool, and not a misspelt setting", () => {
    expectTypeOf(createAuthDriver).returns.toEqualTypeOf<AuthDriver>();
    expectTypeOf(createCacheDriver).returns.toEqualTypeOf<CacheDriver>();
    createAuthDriver();
    createAuthDriver({ connectionString: "", max: 1 });
    // @ts-expect-error - no such setting
    createAuthDriver({ connectionstring: "" });
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
    } | null>();
    expectTypeOf(profiles.updateUserMetadata).parameter(1).toEqualTypeOf<Profile>();
    profiles.updateUser("", { userMetadata: { name: "", born: new Date() } });
    // @ts-expect-error - a part of a profile is no profile
    profiles.updateUser("", { userMetadata: { name: "" } });
    // @ts-expect-error - metadata is needed
    profiles.createUserWithEmail({ email: "", password: "" });
  });

  test("a codec has both directions, and gives JSON", () => {
    // @ts-expect-error - there is no way back
    createAuth({ driver, cookieKey, userMetadata: { decode: () => ({ name: "" }) } });
    // @ts-expect-error - a Date is no JSON
    createAuth<Profile>({ driver, cookieKey, userMetadata: { ...codec, encode: ({ born }) => born } });
    expectTypeOf(codec.decode).parameter(0).toEqualTypeOf<Json>();
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
    }>();
    expectTypeOf(auth.createSession).returns.resolves.toEqualTypeOf<Session>();
    expectTypeOf(auth.getSession).returns.resolves.toEqualTypeOf<Session | null>();
    // @ts-expect-error - nobody chooses a session's id
    auth.createSession({ userId: "", id: "" });
  });

  test("what can be absent has to be looked at", () => {
    // @ts-expect-error - there may be no such user
    auth.getUserByEmail("").then((user) => user.id);
    // @ts-expect-error - the password may be wrong
    auth.logInUser({ email: "", password: "" }).then(({ user }) => user);
    // @ts-expect-error - there may be no such entry
    cache.get("", "").then((value) => value.length);
  });

  test("tokens have one of the types that there are", () => {
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
