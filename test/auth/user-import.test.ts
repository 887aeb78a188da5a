import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { ImportProgress, UserImport } from "../../src/auth/index.js";
import { linesOf, MAX_LINE_LENGTH } from "../../src/cli/lines.js";
import { ProgressBar } from "../../src/cli/progress-bar.js";
import { authOn, createUser, PASSWORD, uniqueEmail, useAuth } from "../support/auth.js";
import { authBackdoor } from "../support/auth-backdoor.js";
import { useDatabase } from "../support/database.js";
import { runCli, startCli } from "../support/process.js";

const database = useDatabase();
const auth = useAuth(database.url);
const backdoor = authBackdoor(database);
const folder = mkdtempSync(join(tmpdir(), "pevensie-import-"));
afterAll(() => rmSync(folder, { recursive: true }));

const record = (overrides: object = {}) => ({ email: uniqueEmail(), ...overrides }) as UserImport<unknown> as never;

test("G46: users are imported with everything that they have, and log in with their password", async () => {
  const passwordHash = (await backdoor.passwordHash((await createUser(auth.current)).id)) as string;
  const given = {
    id: randomUUID(),
    email: ` ${uniqueEmail().toUpperCase()}`,
    passwordHash,
    userMetadata: { big: 12345678901234567890n.toString(), list: [1, null, "ü"] },
    role: "admin",
    phoneNumber: randomUUID(),
    emailConfirmedAt: new Date("2020-02-03T04:05:06.789Z"),
    createdAt: new Date("2019-02-03T04:05:06.789Z"),
  };
  expect(await auth.current.importUsers([given])).toEqual({ imported: 1, refused: [] });
  const email = given.email.trim().toLowerCase();
  const { passwordHash: _, ...expected } = given;
  expect(await auth.current.getUserByEmail(email)).toMatchObject({ ...expected, email, appMetadata: {} });
  expect(await auth.current.logInUser({ email, password: PASSWORD })).not.toBeNull();
  expect(await auth.current.importUsers([record()])).toEqual({ imported: 1, refused: [] });
});

test("G46: takes arrays, generators and streams, of any length", async () => {
  async function* later() {
    for (let count = 0; count < 3; count += 1) yield record();
  }
  function* now() {
    yield* [record(), record()];
  }
  for (const [users, count] of [
    [new Set([record()]), 1],
    [later(), 3],
    [now(), 2],
    [[], 0],
  ] as const) {
    expect(await auth.current.importUsers(users as never)).toEqual({ imported: count, refused: [] });
  }
  for (const wrong of [undefined, null, 1, {}, "text"]) {
    const refused = { code: "INVALID_INPUT", field: "users" };
    await expect(auth.current.importUsers(wrong as never)).rejects.toMatchObject(refused);
  }
});

test("G46: what is refused is reported with its place, code and field, and stops nothing", async () => {
  const existing = await createUser(auth.current, { password: null, phoneNumber: randomUUID() });
  const twice = uniqueEmail();
  const users = [
    record(),
    record({ email: "no email" }),
    record({ email: existing.email.toUpperCase() }),
    record({ phoneNumber: existing.phoneNumber }),
    record({ passwordHash: "plain text" }),
    record({ email: twice }),
    record({ email: twice }),
    record({ id: existing.id }),
    record({ id: "no id" }),
    null,
    record({ misspelt: 1 }),
    record({ userMetadata: () => {} }),
    record({ createdAt: new Date(Number.NaN) }),
    record({ passwordHash: "$argon2id$v=19$m=99999999,t=99,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo" }),
    record(),
  ];
  for (const chunkSize of [1, 4, 500]) {
    await database.rows('delete from pevensie."user" where id <> $1', [existing.id]);
    const progress: ImportProgress[] = [];
    const onProgress = (one: ImportProgress) => progress.push(one);
    const { imported, refused } = await auth.current.importUsers(users as never, { chunkSize, onProgress });
    expect(imported).toBe(3);
    expect(refused.map(({ index, code, field }) => [index, code, field])).toEqual([
      [1, "INVALID_INPUT", "email"],
      [2, "EMAIL_TAKEN", undefined],
      [3, "PHONE_NUMBER_TAKEN", undefined],
      [4, "INVALID_INPUT", "passwordHash"],
      [6, "EMAIL_TAKEN", undefined],
      [7, "CONSTRAINT_VIOLATED", undefined],
      [8, "INVALID_INPUT", "id"],
      [9, "INVALID_INPUT", "user"],
      [10, "INVALID_INPUT", "misspelt"],
      [11, "INVALID_INPUT", "userMetadata"],
      [12, "INVALID_INPUT", "createdAt"],
      [13, "INVALID_INPUT", "passwordHash"],
    ]);
    expect(refused[1]?.email).toBe(existing.email);
    expect(progress.at(-1)).toEqual({ imported: 3, refused: 12 });
    expect(await auth.current.countUsers({ state: "any" })).toBe(4);
  }
});

test("G46: users of a chunk keep their own dates, also if one Date is given for all of them", async () => {
  const shared = new Date(0);
  const days = ["2020-01-01", "2021-02-03", "2022-03-04"];
  const emails = days.map(() => uniqueEmail());
  function* users() {
    for (const [place, day] of days.entries()) {
      shared.setTime(Date.parse(day));
      yield record({ email: emails[place], createdAt: shared, emailConfirmedAt: shared });
    }
  }
  expect(await auth.current.importUsers(users())).toEqual({ imported: 3, refused: [] });
  for (const [place, day] of days.entries()) {
    const stored = await auth.current.getUserByEmail(emails[place] as string);
    expect(stored).toMatchObject({ createdAt: new Date(day), emailConfirmedAt: new Date(day) });
  }
});

test("G46: an error of the iterable rejects the import, and what came before it is imported", async () => {
  const email = uniqueEmail();
  async function* failing() {
    yield record({ email });
    throw new Error("the file ended");
  }
  await expect(auth.current.importUsers(failing(), { chunkSize: 1 })).rejects.toThrow("the file ended");
  expect(await auth.current.getUserByEmail(email)).not.toBeNull();
});

test("G46: holds no more than a chunk of users", async () => {
  let made = 0;
  let consumed = 0;
  function* users() {
    for (; made < 1000; made += 1) {
      // What was made and has not been imported or refused.
      expect(made - consumed).toBeLessThanOrEqual(50);
      yield record();
    }
  }
  const onProgress = ({ imported }: ImportProgress) => {
    consumed = imported;
  };
  expect((await auth.current.importUsers(users(), { chunkSize: 50, onProgress })).imported).toBe(1000);
});

test("G46: an import in a transaction rolls back with it", async () => {
  const email = uniqueEmail();
  const failed = auth.current.withTransaction(async (inner) => {
    expect(await inner.importUsers([record({ email })])).toEqual({ imported: 1, refused: [] });
    throw new Error("rolled back");
  });
  await expect(failed).rejects.toThrow("rolled back");
  expect(await auth.current.getUserByEmail(email)).toBeNull();
});

test("G46: metadata goes through the codec", async () => {
  const userMetadata = {
    decode: (json: unknown) => json as { name: string },
    encode: (value: { name: string }) => {
      if (typeof value.name !== "string") throw new Error("no name");
      return { name: value.name };
    },
  };
  const typed = await authOn({ connectionString: database.url }, { userMetadata } as never).connect();
  try {
    const { imported, refused } = await typed.importUsers([record({ userMetadata: { name: "Lucy" } }), record()]);
    expect(imported).toBe(1);
    expect(refused).toMatchObject([{ index: 1, code: "INVALID_METADATA", field: "userMetadata" }]);
  } finally {
    await typed.disconnect();
  }
});

test("G46: a user whose metadata is null, or whose codec encodes it as null, is imported", async () => {
  const nothing = { decode: (json: unknown) => json, encode: () => null };
  await using encoded = await authOn({ connectionString: database.url }, { userMetadata: nothing } as never).connect();
  for (const own of [auth.current, encoded]) {
    const email = uniqueEmail();
    expect(await own.importUsers([record({ email, userMetadata: null })])).toEqual({ imported: 1, refused: [] });
    expect(await own.getUserByEmail(email)).toMatchObject({ userMetadata: null });
  }
});

test("G46: concurrent imports of the same users in different orders import each once, and none fails", async () => {
  const emails = Array.from({ length: 400 }, () => uniqueEmail());
  const shuffled = () => emails.map((email) => ({ email, at: Math.random() })).sort((one, other) => one.at - other.at);
  const imports = Array.from({ length: 4 }, (_, index) => {
    const users = shuffled().map(({ email }) => record({ email }));
    const through = index < 2 ? auth.current : authOn({ connectionString: database.url });
    return "connect" in through
      ? through.connect().then(async (own) => {
          const result = await own.importUsers(users, { chunkSize: 100 });
          await own.disconnect();
          return result;
        })
      : through.importUsers(users, { chunkSize: 100 });
  });
  const results = await Promise.all(imports);
  expect(results.reduce((sum, { imported }) => sum + imported, 0)).toBe(emails.length);
});

test("G46: of users with one id, the one that is created is imported, and the others are refused", async () => {
  const existing = await createUser(auth.current, { password: null });
  const id = randomUUID();
  const fresh = uniqueEmail();
  const users = [
    record({ id, email: existing.email }),
    record({ id, email: fresh }),
    record({ id }),
    record({ id, email: fresh }),
  ];
  const { imported, refused } = await auth.current.importUsers(users);
  expect(imported).toBe(1);
  expect(refused.map(({ index }) => index)).toEqual([0, 2, 3]);
  expect((await auth.current.getUserById(id))?.email).toBe(fresh);
});

test("G46: of users with one id and one email, the one that is created is imported, whatever else they have", async () => {
  const { phoneNumber } = await createUser(auth.current, { password: null, phoneNumber: randomUUID() });
  const [id, email] = [randomUUID(), uniqueEmail()];
  const users = [record({ id, email, phoneNumber }), record({ id, email, role: "queen" }), record({ id, email })];
  const { imported, refused } = await auth.current.importUsers(users);
  expect(imported).toBe(1);
  expect(refused.map(({ index, code }) => [index, code])).toEqual([
    [0, "PHONE_NUMBER_TAKEN"],
    [2, "EMAIL_TAKEN"],
  ]);
  expect((await auth.current.getUserById(id))?.role).toBe("queen");
});

test("G46: users who violate constraints of the application's own are refused alone", async () => {
  await database.rows(`alter table pevensie."user" add constraint no_guests check (role <> 'guest')`);
  await database.rows(`create function public.refuse() returns trigger language plpgsql as
    $$ begin raise exception 'refused' using errcode = 'restrict_violation'; end $$`);
  await database.rows(`create constraint trigger late after insert on pevensie."user" deferrable initially deferred
    for each row when (new.role = 'late') execute function public.refuse()`);
  try {
    const existing = await createUser(auth.current, { password: null });
    const roles = new Map([3, 4, 17, 99].map((index) => [index, "guest"]));
    const users = () =>
      Array.from({ length: 100 }, (_, index) =>
        record({ role: roles.get(index) ?? "reader", ...(index === 50 && { email: existing.email }) }),
      );
    const refused = [3, 4, 17, 50, 99].map((index) => ({
      index,
      code: index === 50 ? "EMAIL_TAKEN" : "CONSTRAINT_VIOLATED",
      email: expect.any(String),
    }));
    for (const chunkSize of [1, 30, 500]) {
      expect(await auth.current.importUsers(users(), { chunkSize })).toEqual({ imported: 95, refused });
    }
    const inside = auth.current.withTransaction((inner) => inner.importUsers(users()));
    expect(await inside).toEqual({ imported: 95, refused });
    // Outside of a transaction, a constraint that is checked at the commit is found as well.
    roles.set(17, "late");
    expect(await auth.current.importUsers(users())).toEqual({ imported: 95, refused });
  } finally {
    await database.rows(`alter table pevensie."user" drop constraint no_guests`);
    await database.rows("drop function public.refuse cascade");
  }
});

test("G46: large metadata is sent in smaller statements", async () => {
  const progress: number[] = [];
  const userMetadata = { text: "x".repeat(1_000_000) };
  const users = Array.from({ length: 12 }, () => record({ userMetadata }));
  const onProgress = async ({ imported }: ImportProgress) => progress.push(imported);
  expect((await auth.current.importUsers(users, { onProgress })).imported).toBe(12);
  expect(progress.length).toBeGreaterThan(2);
});

test("G46: what onProgress rejects with rejects the import", async () => {
  const onProgress = async () => {
    throw new Error("stopped");
  };
  await expect(auth.current.importUsers([record()], { onProgress })).rejects.toThrow("stopped");
});

test("G46: pevensie import reads newline-delimited JSON, and names refused lines without their emails", async () => {
  const file = join(folder, "users.ndjson");
  const [lucy, edmund] = [uniqueEmail(), uniqueEmail()];
  const lines = [
    JSON.stringify({ email: lucy, role: "queen", createdAt: "2020-01-02T03:04:05.678Z" }),
    "",
    "{ not JSON",
    JSON.stringify({ email: lucy }),
    JSON.stringify({ email: edmund, emailConfirmedAt: "yesterday" }),
    JSON.stringify({ email: edmund }),
  ];
  writeFileSync(file, lines.join("\r\n"));
  const { status, stdout, stderr } = await runCli(["import", file, "--addr", database.url]);
  expect(stdout).toBe("");
  expect(stderr.trim().split("\n")).toEqual([
    "line 3: INVALID_INPUT (user)",
    "line 4: EMAIL_TAKEN",
    "line 5: INVALID_INPUT (emailConfirmedAt)",
    "imported 2 users, refused 3",
  ]);
  expect(status).toBe(1);
  const created = { role: "queen", createdAt: new Date("2020-01-02T03:04:05.678Z") };
  expect(await auth.current.getUserByEmail(lucy)).toMatchObject(created);
  writeFileSync(file, JSON.stringify({ email: uniqueEmail() }));
  expect((await runCli(["import", file], { DATABASE_URL: database.url })).status).toBe(0);
});

test("G46: pevensie import reads UTF-8 with or without a byte order mark, and dates that exist", async () => {
  const file = join(folder, "encodings.ndjson");
  const [lucy, edmund, susan] = [uniqueEmail(), uniqueEmail(), uniqueEmail()];
  writeFileSync(file, `\ufeff${JSON.stringify({ email: lucy, role: "Königin" })}\n`);
  expect((await runCli(["import", file, "--addr", database.url])).status).toBe(0);
  expect((await auth.current.getUserByEmail(lucy))?.role).toBe("Königin");
  const dates = ["2020-02-31", "1/2/2020", "2020-02-03T04:05:06", "x"].map((createdAt) => ({
    email: edmund,
    createdAt,
  }));
  writeFileSync(
    file,
    [...dates, { email: susan, createdAt: "2020-02-03" }].map((one) => JSON.stringify(one)).join("\n"),
  );
  const { stderr } = await runCli(["import", file, "--addr", database.url]);
  expect(stderr.trim().split("\n")).toEqual([
    ...[1, 2, 3, 4].map((line) => `line ${line}: INVALID_INPUT (createdAt)`),
    "imported 1 user, refused 4",
  ]);
  writeFileSync(file, Buffer.from(JSON.stringify({ email: "käthe@example.com" }), "latin1"));
  const latin = await runCli(["import", file, "--addr", database.url]);
  expect(latin).toMatchObject({
    status: 1,
    stderr: "imported 0 users, refused 0\npevensie: stopped at line 1: the file is not UTF-8\n",
  });
});

test("G46: pevensie import refuses an integer that would be rounded, and stores every other number", async () => {
  const file = join(folder, "integers.ndjson");
  const [lucy, edmund] = [uniqueEmail(), uniqueEmail()];
  const userMetadata =
    '{"id":"12345678901234567890","text":"\\" 1234567890123456789","n":[9007199254740991,-9007199254740991,0.12345678901234567,1e30]}';
  const long = JSON.stringify({ email: edmund, userMetadata: "\n".repeat(500_000) });
  const lines = [
    `{"email":"${lucy}","userMetadata":${userMetadata}}`,
    "",
    `{"email":"${uniqueEmail()}","userMetadata":{"id":1234567890123456789}}`,
    `{"email":"${uniqueEmail()}","userMetadata":[-9007199254740993]}`,
    '{"email":"1234567890123456789',
    long.replace("\\n", "1234567890123456789"),
  ];
  writeFileSync(file, lines.join("\n"));
  const { status, stderr } = await runCli(["import", file, "--addr", database.url]);
  const reason =
    "INVALID_INPUT (user): an integer has more digits than a JavaScript number holds, and would be rounded; write it as a string";
  expect(stderr.trim().split("\n")).toEqual([
    `line 3: ${reason}`,
    `line 4: ${reason}`,
    "line 5: INVALID_INPUT (user)",
    "imported 2 users, refused 3",
  ]);
  expect(status).toBe(1);
  expect((await auth.current.getUserByEmail(lucy))?.userMetadata).toEqual(JSON.parse(userMetadata));
  expect(await auth.current.getUserByEmail(edmund)).not.toBeNull();
});

test("G46: pevensie import of a file that ends inside a character reports the lines before it", async () => {
  const file = join(folder, "truncated.ndjson");
  const [lucy, edmund] = [uniqueEmail(), uniqueEmail()];
  const lines = [{ email: lucy }, { email: "no email" }, { email: edmund }, { email: uniqueEmail(), role: "ü" }];
  const bytes = Buffer.from(lines.map((one) => JSON.stringify(one)).join("\n"));
  writeFileSync(file, bytes.subarray(0, bytes.lastIndexOf("ü") + 1));
  const { status, stderr } = await runCli(["import", file, "--addr", database.url]);
  expect(stderr.trim().split("\n")).toEqual([
    "line 2: INVALID_INPUT (email)",
    "imported 2 users, refused 1",
    "pevensie: stopped at line 4: the file is not UTF-8",
  ]);
  expect(status).toBe(1);
  expect(await auth.current.getUserByEmail(lucy)).not.toBeNull();
  expect(await auth.current.getUserByEmail(edmund)).not.toBeNull();
});

test("G46: pevensie import ends a line only where newline-delimited JSON does", async () => {
  const file = join(folder, "separators.ndjson");
  const [lucy, edmund] = [uniqueEmail(), uniqueEmail()];
  const userMetadata = { note: "one\u2028two\u2029three" };
  // A carriage return is white space of JSON.
  const first = JSON.stringify({ email: lucy, userMetadata }).replace(",", ",\r");
  writeFileSync(file, `${first}\n${JSON.stringify({ email: edmund })}\r\n`);
  const { status, stderr } = await runCli(["import", file, "--addr", database.url]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "imported 2 users, refused 0\n" });
  expect((await auth.current.getUserByEmail(lucy))?.userMetadata).toEqual(userMetadata);
});

test("G46: pevensie import goes on after a line that is too long for a user", async () => {
  const file = join(folder, "long.ndjson");
  const long = JSON.stringify({ email: uniqueEmail(), userMetadata: "x".repeat(MAX_LINE_LENGTH) });
  writeFileSync(file, `${long}\r\n${JSON.stringify({ email: uniqueEmail() })}\n`);
  const { status, stderr } = await runCli(["import", file, "--addr", database.url]);
  expect(stderr.trim().split("\n")).toEqual([
    "line 1: INVALID_INPUT (user): the line is too long; the file has to be newline-delimited JSON",
    "imported 1 user, refused 1",
  ]);
  expect(status).toBe(1);
});

test("G46: pevensie import names the lines of an error, and what it has imported and refused before", async () => {
  const file = join(folder, "raising.ndjson");
  const emails = Array.from({ length: 600 }, () => uniqueEmail());
  emails[4] = "no email";
  writeFileSync(file, emails.map((email) => JSON.stringify({ email })).join("\n"));
  await database.pool.query(`
    create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
    create trigger refuse before insert on pevensie."user" for each row when (new.email = '${emails[550]}')
      execute function public.refuse()`);
  try {
    const { status, stderr } = await runCli(["import", file, "--addr", database.url]);
    expect(stderr.trim().split("\n")).toEqual([
      "line 5: INVALID_INPUT (email)",
      "imported 499 users, refused 1",
      expect.stringMatching(/^pevensie: stopped at lines 501 to 600: .*P0001/),
    ]);
    expect(status).toBe(1);
    expect((await auth.current.getUserByEmail(emails[499] ?? ""))?.email).toBe(emails[499]);
  } finally {
    await database.pool.query("drop function public.refuse() cascade");
  }
});

test("G46: pevensie import names first what a repeated import refuses for another reason than EMAIL_TAKEN", async () => {
  const file = join(folder, "repeated.ndjson");
  const emails = Array.from({ length: 30 }, () => uniqueEmail());
  emails[27] = "no email";
  writeFileSync(file, emails.map((email) => JSON.stringify({ email })).join("\n"));
  await runCli(["import", file, "--addr", database.url]);
  const { stderr } = await runCli(["import", file, "--addr", database.url]);
  const lines = stderr.trim().split("\n");
  expect(lines.slice(0, 2)).toEqual(["line 28: INVALID_INPUT (email)", "line 1: EMAIL_TAKEN"]);
  expect(lines.slice(20)).toEqual(["and 10 more: EMAIL_TAKEN", "imported 0 users, refused 30"]);
});

test("G46: pevensie import ends at a signal after the batch in progress, and says after which line", async () => {
  const file = join(folder, "interrupted.ndjson");
  writeFileSync(file, Array.from({ length: 1500 }, () => JSON.stringify({ email: uniqueEmail() })).join("\n"));
  const client = await database.pool.connect();
  try {
    await client.query(`begin; lock table pevensie."user" in share mode`);
    const running = startCli(["import", file, "--addr", database.url]);
    const waiting =
      "select count(*)::int as count from pg_locks where not granted and relation = 'pevensie.user'::regclass";
    await expect.poll(async () => (await database.rows(waiting))[0]).toEqual({ count: 1 });
    running.process.kill("SIGINT");
    await client.query("commit");
    const { status, stderr } = await running.outcome;
    expect(stderr.trim().split("\n")).toEqual([
      "imported 500 users, refused 0",
      "pevensie: stopped by a signal after line 500",
    ]);
    expect(status).toBe(1);
  } finally {
    client.release(true);
  }
});

test.each([
  ["a line feed, and at the end of the text", ["a\nb"], ["a", "b"]],
  ["a carriage return and a line feed", ["a\r\n", "b\r", "\nc\r\n"], ["a", "b", "c"]],
  ["no other character", ["a\u2028b\u2029c\rd\u0085e\vf\fg\n"], ["a\u2028b\u2029c\rd\u0085e\vf\fg"]],
  ["no end of a chunk", ["a", "", "b\n\nc", "d"], ["ab", "", "cd"]],
  ["nothing in an empty text", ["", ""], []],
])("G46: a line of an import ends at %s", async (_, chunks, expected) => {
  async function* text() {
    yield* chunks;
  }
  const lines: (string | null)[] = [];
  for await (const line of linesOf(text())) lines.push(line);
  expect(lines).toEqual(expected);
});

test.each([
  [0, 80],
  [40, 40],
])("G46: the progress bar stays on one line of a terminal that says %i columns", (columns, width) => {
  const lines: string[] = [];
  const stream = { isTTY: true, columns, write: (text: string) => lines.push(text) } as unknown as NodeJS.WriteStream;
  const bar = new ProgressBar(stream, 1000);
  for (const done of [0, 500, 1000, 2000]) bar.show(done, "12345 imported, 12 refused");
  bar.end();
  const drawn = lines.slice(0, -1).map((line) => line.replace(/^\r/, "").replace("\x1b[K", ""));
  for (const line of drawn) expect(line.length).toBeLessThan(width);
  expect(drawn.map((line) => /(\d+) %/.exec(line)?.[1])).toEqual(["0", "50", "100", "100"]);
  if (columns === 0) expect(drawn[0]).toContain("12345 imported, 12 refused");
});

test("G46: pevensie import of a directory is refused like a file that cannot be read", async () => {
  const { status, stderr } = await runCli(["import", folder, "--addr", database.url]);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `pevensie: ${folder} is no file that can be read\n`,
  });
});

test.each([[[]], [["one", "two"]], [["no-such-file.ndjson"]], [["--chunk", "x"]]])(
  "G46: pevensie import %j is refused in one line",
  async (args) => {
    const { status, stderr } = await runCli(["import", ...args, "--addr", database.url]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^pevensie: [^\n]+\n$/);
  },
);
