import { inspect } from "node:util";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type Auth, createAuth, type Json, type MetadataCodec } from "../../src/auth/index.js";
import { WithheldError } from "../../src/errors/index.js";
import { createAuthDriver } from "../../src/postgres/index.js";
import { authOn, COOKIE_KEY, createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);

interface Profile {
  readonly name: string;
  readonly born: Date;
}

/** Keeps a date as text, and refuses what is no profile. */
const profileCodec: MetadataCodec<Profile> = {
  decode: (json) => {
    const { name, born } = json as { name?: unknown; born?: unknown };
    if (typeof name !== "string" || typeof born !== "string") throw new TypeError("no profile");
    return { name, born: new Date(born) };
  },
  encode: ({ name, born }) => {
    if (name === "") throw new TypeError("no name");
    return { name, born: born.toISOString() };
  },
};

const SUSAN: Profile = { name: "Susan", born: new Date("1970-02-03T00:00:00.000Z") };

test("the error of a call without metadata says what to pass", async () => {
  const user = { email: uniqueEmail(), password: null } as Parameters<Auth["createUserWithEmail"]>[0];
  const missing = { code: "INVALID_INPUT", field: "userMetadata", message: expect.stringContaining("pass {}") };
  await expect(auth.current.createUserWithEmail(user)).rejects.toMatchObject(missing);
});

test.each<[unknown, string]>([
  [{ since: new Date(0) }, "userMetadata.since is a Date: pass its toISOString()"],
  [{ visits: [{ at: 1 }, { at: new Date(0) }] }, "userMetadata.visits[1].at is a Date: pass its toISOString()"],
  [{ a: [1, undefined] }, "userMetadata.a[1] is undefined: pass null"],
  [{ pages: new Map() }, "userMetadata.pages is an object of a class"],
  [{ count: 1n }, "userMetadata.count is a bigint"],
  [{ ratio: Number.NaN }, "userMetadata.ratio is NaN"],
  [{ link: { href: "", toJSON: () => "" } }, "userMetadata.link has a toJSON function"],
  [Symbol("s"), "userMetadata is a symbol"],
])("the error of a value that is not JSON says where it is: %#", async (value, message) => {
  const refusal = { code: "INVALID_INPUT", field: "userMetadata", message: expect.stringContaining(message) };
  const user = { email: uniqueEmail(), password: null, userMetadata: value as Json };
  await expect(auth.current.createUserWithEmail(user)).rejects.toMatchObject(refusal);
});

test("the error of a value that is not JSON repeats no key that may be an email or a token", async () => {
  const user = await createUser(auth.current);
  for (const key of ["susan@example.com", `pr_${"a".repeat(43)}`]) {
    const refused = auth.current.updateUserMetadata(user.id, { [key]: new Date(0) as never });
    await expect(refused).rejects.toThrowError('userMetadata["…"] is a Date');
  }
});

describe("hostile metadata", () => {
  test("G8: __proto__, constructor and prototype are keys like any other and pollute nothing", async () => {
    const hostile = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as Json;
    const user = await createUser(auth.current, { userMetadata: hostile });
    for (const { userMetadata } of [user, await auth.current.getUserById(user.id)] as { userMetadata: object }[]) {
      expect(JSON.stringify(userMetadata)).toBe(JSON.stringify(hostile));
      expect(Object.keys(userMetadata).sort()).toEqual(["__proto__", "constructor"]);
      expect(Object.getPrototypeOf(userMetadata)).toBe(Object.prototype);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    const changed = await auth.current.updateUser(user.id, { appMetadata: hostile });
    expect(JSON.stringify(changed.appMetadata)).toBe(JSON.stringify(hostile));
  });

  test("G8: the last of duplicate keys counts, and deep nesting does not crash the process", async () => {
    const user = await createUser(auth.current);
    await backdoor.setUserMetadata(user.id, '{"a":1,"a":2}');
    await expect(auth.current.getUserById(user.id)).resolves.toMatchObject({ userMetadata: { a: 2 } });
    const deep = `${"[".repeat(1000)}${"]".repeat(1000)}`;
    await backdoor.setUserMetadata(user.id, deep);
    const found = await auth.current.getUserById(user.id);
    expect(JSON.stringify(found?.userMetadata)).toBe(deep);
    await auth.current.deleteUserById(user.id);
  });

  test("G8: metadata may be nested 100 levels deep and take a mebibyte, not more", async () => {
    const user = await createUser(auth.current);
    const nested = (levels: number): Json => (levels === 0 ? 1 : [nested(levels - 1)]);
    const deep = nested(100);
    await expect(auth.current.updateUserMetadata(user.id, deep)).resolves.toMatchObject({ userMetadata: deep });
    await expect(auth.current.updateUserMetadata(user.id, nested(101))).rejects.toMatchObject({
      code: "INVALID_INPUT",
      field: "userMetadata",
    });
    const large = "m".repeat(1024 * 1024 - 2);
    await expect(auth.current.updateUser(user.id, { appMetadata: large })).resolves.toMatchObject({
      appMetadata: large,
    });
    await expect(auth.current.updateUser(user.id, { appMetadata: `${large}m` })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      field: "appMetadata",
    });
  });

  test("an array is an array, a string a string, and null is null", async () => {
    const user = await createUser(auth.current, { userMetadata: ["a", [1, "{b}"], null] });
    expect(user.userMetadata).toEqual(["a", [1, "{b}"], null]);
    for (const metadata of [[], {}, "text", '"quoted"', "", 0, -1.5e-7, 1e21, 9007199254740991, true, null]) {
      await expect(auth.current.updateUserMetadata(user.id, metadata)).resolves.toMatchObject({
        userMetadata: metadata,
      });
      await expect(auth.current.updateUser(user.id, { appMetadata: metadata })).resolves.toMatchObject({
        appMetadata: metadata,
      });
    }
  });

  test("appMetadata is stored as given, and kept by every other write", async () => {
    const user = await createUser(auth.current);
    expect(user.appMetadata).toEqual({});
    await auth.current.updateUser(user.id, { appMetadata: { plan: "pro" } });
    await auth.current.updateUserMetadata(user.id, { other: true });
    await auth.current.setUserRole(user.id, "admin");
    await auth.current.logInUser({ email: user.email, password: PASSWORD });
    await expect(auth.current.getUserById(user.id)).resolves.toMatchObject({
      appMetadata: { plan: "pro" },
      userMetadata: { other: true },
      role: "admin",
    });
  });
});

describe("a metadata codec", () => {
  let profiles: Auth<Profile>;
  beforeAll(async () => {
    profiles = await createAuth({
      driver: createAuthDriver({ connectionString: database.url }),
      cookieKey: COOKIE_KEY,
      userMetadata: profileCodec,
    }).connect();
    return async () => {
      await profiles.disconnect();
    };
  });
  const create = (userMetadata: Profile = SUSAN) =>
    profiles.createUserWithEmail({ email: uniqueEmail(), password: PASSWORD, userMetadata });

  test("decodes what every function returns", async () => {
    const user = await create();
    expect(user.userMetadata).toEqual(SUSAN);
    const born = new Date("1980-01-01T00:00:00.000Z");
    const changed = await profiles.updateUserMetadata(user.id, { ...SUSAN, born });
    expect(changed.userMetadata.born).toEqual(born);
    const loggedIn = await profiles.logInUser({ email: user.email, password: PASSWORD });
    expect(loggedIn?.user.userMetadata.born).toEqual(born);
    const others = [
      await profiles.getUserById(user.id),
      await profiles.getUserByEmail(user.email),
      await profiles.getUserByEmailAndPassword(user.email, PASSWORD),
      (await profiles.listUsers({ filters: { id: [user.id] } }))[0],
      await profiles.setUserRole(user.id, "x"),
      await profiles.deleteUserById(user.id),
    ];
    for (const other of others) expect(other?.userMetadata.born).toEqual(born);
  });

  test("a value that it cannot encode is INVALID_METADATA, and nothing is written", async () => {
    const user = await create();
    const refused = { code: "INVALID_METADATA", field: "userMetadata", cause: expect.any(WithheldError) };
    await expect(create({ ...SUSAN, name: "" })).rejects.toMatchObject(refused);
    await expect(profiles.updateUserMetadata(user.id, { ...SUSAN, name: "" })).rejects.toMatchObject(refused);
    await expect(profiles.updateUser(user.id, { userMetadata: { ...SUSAN, name: "" } })).rejects.toMatchObject(refused);
    await expect(profiles.getUserById(user.id)).resolves.toEqual(user);
  });

  test("the cause of INVALID_METADATA reveals what the codec threw", async () => {
    const user = await create();
    const revealed = (call: Promise<unknown>) =>
      call.then(
        () => undefined,
        (error: { cause: unknown }) => (error.cause as WithheldError).reveal(),
      );
    expect(await revealed(create({ ...SUSAN, name: "" }))).toEqual(new TypeError("no name"));
    await backdoor.setUserMetadata(user.id, '{"name":5}');
    expect(await revealed(profiles.getUserById(user.id))).toEqual(new TypeError("no profile"));
    await expect(profiles.getUserById(user.id)).rejects.toMatchObject({
      cause: { name: "WithheldError", message: expect.stringMatching(/^TypeError, whose text is withheld/) },
    });
  });

  test.each([
    ["an error whose class says something", Object.assign(new Error("x"), { constructor: { name: "Planted" } })],
    ["an error without a constructor", Object.assign(new Error("x"), { constructor: null })],
    ["a proxy that was revoked", revokedProxy()],
    ["nothing", undefined],
  ])("a codec that throws %s fails with INVALID_METADATA", async (_, thrown) => {
    const refusing = authOn({ connectionString: database.url }, { userMetadata: codecThatThrows(thrown) });
    await using connected = await refusing.connect();
    const error = await connected
      .createUserWithEmail({ email: uniqueEmail(), password: null, userMetadata: {} })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "INVALID_METADATA", cause: expect.any(WithheldError) });
    expect(inspect(error)).not.toContain("Planted");
  });

  test("G8: one row that does not decode is reported with its user's id, and the rest of the page is returned", async () => {
    const [first, broken, last] = [await create(), await create(), await create()];
    await backdoor.setUserMetadata(broken.id, '{"name":5}');
    const filters = { id: [first.id, broken.id, last.id] };
    await expect(profiles.getUserById(broken.id)).rejects.toMatchObject({
      code: "INVALID_METADATA",
      field: "userMetadata",
      message: expect.stringContaining(broken.id),
    });
    await expect(profiles.listUsers({ filters })).rejects.toMatchObject({
      code: "INVALID_METADATA",
      message: expect.stringContaining(broken.id),
    });
    const onInvalidMetadata = vi.fn();
    await expect(profiles.listUsers({ filters, onInvalidMetadata })).resolves.toEqual([first, last]);
    expect(onInvalidMetadata.mock.calls).toEqual([[broken.id, expect.objectContaining({ code: "INVALID_METADATA" })]]);
  });

  test("a login whose metadata does not decode creates no session", async () => {
    const user = await create();
    await backdoor.setUserMetadata(user.id, "null");
    await expect(profiles.logInUser({ email: user.email, password: PASSWORD })).rejects.toMatchObject({
      code: "INVALID_METADATA",
    });
    await expect(backdoor.sessionIds(user.id)).resolves.toEqual([]);
  });

  test("a value that is not a codec is refused immediately", () => {
    const wrong = [null, {}, { decode: () => 1 }, { encode: () => 1 }, "json"] as unknown as MetadataCodec<Json>[];
    for (const userMetadata of wrong) {
      expect(() => authOn({ connectionString: database.url }, { userMetadata })).toThrowError(
        expect.objectContaining({ code: "INVALID_INPUT", field: "userMetadata" }),
      );
    }
  });
});

function codecThatThrows(thrown: unknown): MetadataCodec<Json> {
  const fail = () => {
    throw thrown;
  };
  return { encode: fail, decode: fail };
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
