import { inspect } from "node:util";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Auth, createAuth } from "../../src/auth/index.js";
import { WithheldError } from "../../src/errors/index.js";
import { createAuthDriver, decodeUser, type UserRow, userSelectFields } from "../../src/postgres/index.js";
import { authOn, COOKIE_KEY, PASSWORD, uniqueEmail } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";

const database = useDatabase();
const backdoor = authBackdoor(database);

interface Settings {
  theme: "light" | "dark";
  nickname?: string;
}

/** One type, in three libraries. */
const SCHEMAS: readonly (readonly [string, StandardSchemaV1<Settings>])[] = [
  ["zod", z.object({ theme: z.enum(["light", "dark"]), nickname: z.string().exactOptional() })],
  ["valibot", v.object({ theme: v.picklist(["light", "dark"]), nickname: v.exactOptional(v.string()) })],
  ["arktype", type({ "+": "delete", theme: "'light' | 'dark'", "nickname?": "string" })],
];

/** Calls `work` with a connected auth. */
async function withSchema<Out, In, T>(
  userMetadata: StandardSchemaV1<In, Out>,
  work: (auth: Auth<Out, In>) => Promise<T>,
): Promise<T> {
  const driver = createAuthDriver({ connectionString: database.url });
  await using auth = await createAuth({ driver, cookieKey: COOKIE_KEY, userMetadata }).connect();
  return await work(auth);
}

const create = <Out, In>(auth: Auth<Out, In>, userMetadata: In) =>
  auth.createUserWithEmail({ email: uniqueEmail(), password: PASSWORD, userMetadata });

const storedOf = async (id: string) => {
  const rows = await database.rows<{ stored: unknown }>(
    'select user_metadata as stored from pevensie."user" where id = $1',
    [id],
  );
  return rows[0]?.stored;
};

const refused = { code: "INVALID_METADATA", field: "userMetadata", cause: expect.any(WithheldError) };

describe.each(SCHEMAS)("G64: a schema of %s", (_, schema) => {
  test("accepts its values, with and without optional properties", async () => {
    await withSchema(schema, async (auth) => {
      const user = await create(auth, { theme: "dark" });
      expect(user.userMetadata).toEqual({ theme: "dark" });
      const changed = await auth.updateUserMetadata(user.id, { theme: "light", nickname: "Lüçy" });
      expect(changed.userMetadata).toEqual({ theme: "light", nickname: "Lüçy" });
      const login = await auth.logInUser({ email: user.email, password: PASSWORD });
      expect(login?.user.userMetadata).toEqual(changed.userMetadata);
      expect(await storedOf(user.id)).toEqual(changed.userMetadata);
    });
  });

  test("refuses others on the way in, and writes nothing", async () => {
    await withSchema(schema, async (auth) => {
      const user = await create(auth, { theme: "dark" });
      const wrong = { theme: "planted" } as unknown as Settings;
      const calls = [
        () => create(auth, wrong),
        () => auth.updateUserMetadata(user.id, wrong),
        () => auth.updateUser(user.id, { userMetadata: wrong }),
        () => auth.logInWithIdentity({ issuer: "https://a.example", subject: user.id, userMetadata: wrong }),
      ];
      for (const call of calls) {
        const error = await errorOf(call());
        expect(error).toMatchObject(refused);
        expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("planted");
        const { issues } = (error.cause as WithheldError).reveal() as { issues: StandardSchemaV1.Issue[] };
        expect(issues).toHaveLength(1);
        expect(JSON.stringify(issues[0]?.path)).toContain("theme");
      }
      expect(await auth.getUserById(user.id)).toEqual(user);
      const email = uniqueEmail();
      const { refused: list } = await auth.importUsers([{ email, userMetadata: wrong }]);
      expect(list).toEqual([{ index: 0, code: "INVALID_METADATA", field: "userMetadata", email }]);
    });
  });

  test("refuses others on the way out, naming the user: a list goes on, and a login makes no session", async () => {
    await withSchema(schema, async (auth) => {
      const [good, bad] = [await create(auth, { theme: "dark" }), await create(auth, { theme: "dark" })];
      await backdoor.setUserMetadata(bad.id, '{"theme":"planted"}');
      const error = await errorOf(auth.getUserById(bad.id));
      expect(error).toMatchObject({ ...refused, message: expect.stringContaining(bad.id) });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("planted");
      const onInvalidMetadata = vi.fn();
      const filters = { id: [good.id, bad.id] };
      expect(await auth.listUsers({ filters, onInvalidMetadata })).toEqual([good]);
      expect(onInvalidMetadata.mock.calls).toEqual([[bad.id, expect.objectContaining({ code: "INVALID_METADATA" })]]);
      expect(await codeOf(auth.logInUser({ email: bad.email, password: PASSWORD }))).toBe("INVALID_METADATA");
      expect(await backdoor.sessionIds(bad.id)).toEqual([]);
    });
  });

  test("what it removes is not stored", async () => {
    await withSchema(schema, async (auth) => {
      const more = { theme: "dark", admin: true } as Settings;
      const user = await create(auth, more);
      expect(user.userMetadata).toEqual({ theme: "dark" });
      expect(await storedOf(user.id)).toEqual({ theme: "dark" });
    });
  });

  test("decodes rows of custom queries", async () => {
    await withSchema(schema, async (auth) => {
      const { id } = await create(auth, { theme: "dark", nickname: "Su" });
      const [row] = await database.rows<UserRow>(`select ${userSelectFields} from pevensie."user" where id = $1`, [id]);
      expect(decodeUser(row as UserRow, schema).userMetadata).toEqual({ theme: "dark", nickname: "Su" });
      const wrong = { ...(row as UserRow), user_metadata: "{}" };
      expect(() => decodeUser(wrong, schema)).toThrow(expect.objectContaining(refused));
    });
  });
});

describe("G64: what a schema converts", () => {
  const born = (text: string) => new Date(text);
  const CONVERTING: readonly (readonly [string, StandardSchemaV1<{ born: string }, { born: Date }>])[] = [
    ["zod", z.object({ born: z.iso.datetime().transform(born) })],
    ["a codec of zod", z.object({ born: z.codec(z.iso.datetime(), z.date(), { decode: born, encode: String }) })],
    ["valibot", v.object({ born: v.pipe(v.string(), v.transform(born)) })],
    ["arktype", type({ born: "string.date.iso.parse" })],
  ];

  test.each(CONVERTING)("is stored as it was given, and converted when it is read: %s", async (_, schema) => {
    await withSchema(schema, async (auth) => {
      const text = "1927-01-01T00:00:00.000Z";
      const user = await create(auth, { born: text });
      expect(user.userMetadata).toEqual({ born: new Date(text) });
      expect(await auth.getUserById(user.id)).toEqual(user);
      expect(await storedOf(user.id)).toEqual({ born: text });
      // What is not JSON cannot be stored, whatever the schema makes of it.
      const date = { born: new Date(text) } as unknown as { born: string };
      expect(await errorOf(create(auth, date))).toMatchObject({ code: "INVALID_INPUT", field: "userMetadata" });
    });
  });

  test("is read as the schema's output, also where that is JSON of another form", async () => {
    const counted = z.object({ name: z.string().transform((name) => name.length) });
    await withSchema(counted, async (auth) => {
      const user = await create(auth, { name: "Reepicheep" });
      expect([user.userMetadata, await storedOf(user.id)]).toEqual([{ name: 10 }, { name: "Reepicheep" }]);
    });
    // The schema accepts its own output here, and makes something else of it.
    const doubled = z.object({ size: z.number().transform((size) => size * 2) });
    await withSchema(doubled, async (auth) => {
      const user = await create(auth, { size: 2 });
      expect((await auth.getUserById(user.id))?.userMetadata).toEqual({ size: 4 });
    });
  });

  test("is stored with its defaults, trimmed and so on, where it stays the same then", async () => {
    const schema = z.object({ theme: z.string().default("light"), nickname: z.string().trim() });
    await withSchema(schema, async (auth) => {
      const user = await create(auth, { nickname: " Su " });
      expect(user.userMetadata).toEqual({ theme: "light", nickname: "Su" });
      expect(await storedOf(user.id)).toEqual({ theme: "light", nickname: "Su" });
      await backdoor.setUserMetadata(user.id, '{"nickname":"Lu"}');
      expect((await auth.getUserById(user.id))?.userMetadata).toEqual({ theme: "light", nickname: "Lu" });
    });
  });

  test("is what is stored, whatever a getter returns the second time", async () => {
    await withSchema(z.object({ theme: z.enum(["light", "dark"]) }), async (auth) => {
      const themes = ["light", "planted", "planted"];
      const changing = Object.defineProperty({}, "theme", { enumerable: true, get: () => themes.shift() });
      const user = await create(auth, changing as { theme: "light" });
      expect(await storedOf(user.id)).toEqual({ theme: "light" });
    });
  });
});

test("G64: a schema may use its own properties in validate", async () => {
  const standard = {
    version: 1,
    vendor: "x",
    suffix: "!",
    validate(this: { readonly suffix: string }, value: unknown) {
      return { value: `${value}`.replace(/!?$/, this.suffix) };
    },
  };
  await withSchema({ "~standard": standard } as StandardSchemaV1<string>, async (auth) => {
    expect((await create(auth, "hello")).userMetadata).toBe("hello!");
  });
});

describe("a schema that cannot be used", () => {
  const invalid = { code: "INVALID_INPUT", field: "userMetadata", message: expect.stringContaining("asynchronous") };

  test.each([
    ["zod", z.object({ name: z.string() }).refine(async () => true)],
    [
      "valibot",
      v.pipeAsync(
        v.object({ name: v.string() }),
        v.checkAsync(async () => true),
      ),
    ],
  ] as [string, StandardSchemaV1<{ name: string }>][])("validates asynchronously: %s", async (_, schema) => {
    await withSchema(schema, async (auth) => {
      expect(await errorOf(create(auth, { name: "Su" }))).toMatchObject(invalid);
      const { id } = await authOn({ connectionString: database.url })
        .connect()
        .then(async (plain) => {
          await using connected = plain;
          return await connected.createUserWithEmail({
            email: uniqueEmail(),
            password: null,
            userMetadata: { name: "Su" },
          });
        });
      expect(await errorOf(auth.getUserById(id))).toMatchObject(invalid);
    });
  });

  test("leaves no rejection unhandled", async () => {
    const handlers: unknown[] = [];
    const promise = Promise.resolve();
    vi.spyOn(promise, "then").mockImplementation((_, onRejected) => {
      handlers.push(onRejected);
      return Promise.resolve(undefined as never);
    });
    const schema = { "~standard": { version: 1, vendor: "x", validate: () => promise } } as unknown as StandardSchemaV1;
    await withSchema(schema, async (auth) => {
      expect(await errorOf(create(auth, {}))).toMatchObject(invalid);
    });
    expect(handlers).toEqual([expect.any(Function)]);
  });

  test("is refused immediately if it is none", () => {
    for (const schema of [{ "~standard": {} }, { "~standard": null }, Object.assign(() => {}, { "~standard": 1 })]) {
      const userMetadata = schema as unknown as StandardSchemaV1;
      const driver = createAuthDriver({ connectionString: database.url });
      expect(() => createAuth({ driver, cookieKey: COOKIE_KEY, userMetadata })).toThrow(
        expect.objectContaining({ code: "INVALID_INPUT", field: "userMetadata" }),
      );
      expect(() => decodeUser({} as UserRow, userMetadata)).toThrow(
        expect.objectContaining({ code: "INVALID_INPUT", field: "codec" }),
      );
    }
  });

  test("throws: INVALID_METADATA withholds what was thrown", async () => {
    const validate = () => {
      throw new TypeError("planted");
    };
    await withSchema({ "~standard": { version: 1, vendor: "x", validate } } as StandardSchemaV1, async (auth) => {
      const error = await errorOf(create(auth, {}));
      expect(error).toMatchObject(refused);
      expect(inspect(error)).not.toContain("planted");
    });
  });
});
