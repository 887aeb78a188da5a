import { describe, expect, test } from "vitest";
import { readName } from "../../examples/web/profile.js";
import { useExample } from "../support/example.js";
import { FormClient } from "../support/form-client.js";

test.each([
  ["  Lucy ", "Lucy"],
  ["Lu\u200bcy", "Lucy"],
  ["👩‍🚀", "👩‍🚀"],
  ["\u200b\u3164", null],
  ["\u200d", null],
  ["\u202eycuL", "ycuL"],
  ["Lu\0cy", null],
  ["x".repeat(61), null],
  ["", null],
])("a name is kept without what is invisible, and has to have something else: %j is %j", (text, name) => {
  expect(readName(text)).toBe(name);
});

/** What the application answers to forms that it cannot accept. */
describe("a refused form", () => {
  const example = useExample();
  const visit = () => new FormClient(example().url);
  /** The texts at the fields. */
  const errorsOf = (text: string) =>
    [...text.matchAll(/id="(\w+)-error">.*?<span>(.*?)<\/span>/gs)].map(([, field, error]) => [field, error]);

  test.each([
    ["/confirm", "email-confirmation"],
    ["/reset-password", "password-reset"],
  ] as const)(
    "of %s that is sent twice at the same time is answered with the page of a used link",
    async (path, tokenType) => {
      const { id, password } = await example().addUser(`Twice ${tokenType}`);
      const token = await example().services.auth.createOneTimeToken({ userId: id, tokenType, ttlSeconds: 60 });
      const replies = await Promise.all([1, 2].map(() => visit().post(path, { token, password })));
      expect(replies.map(({ status }) => status).sort()).toEqual([303, 410]);
    },
  );

  test.each(["x".repeat(5000), "a\tpassword"])(
    "says that a password that nobody can have is wrong",
    async (password) => {
      const person = await example().addUser(`Person ${password.length}`);
      const client = visit();
      const logIn = await client.post("/log-in", { email: person.email, password });
      expect([logIn.status, logIn.text]).toEqual([401, expect.stringContaining("password is wrong")]);
      await client.post("/log-in", { email: person.email, password: person.password });
      const identify = await client.post("/account/identify", { password });
      expect([identify.status, identify.text]).toEqual([401, expect.stringContaining("not your password")]);
    },
  );

  test.each(["1".repeat(9000), "12\x256", "x"])("says that a code that nobody can have is wrong", async (code) => {
    const { status, text } = await visit().post("/log-in/code/use", { email: "nobody@example.org", code });
    expect(status).toBe(422);
    expect(errorsOf(text)).toEqual([["code", expect.stringContaining("wrong or too old")]]);
  });

  test("says that it is too large", async () => {
    const { status, text } = await visit().post("/log-in", { email: "x".repeat(70_000) });
    expect([status, text]).toEqual([413, expect.stringContaining("larger than we accept")]);
  });

  test("says that the address of a restored user is taken meanwhile", async () => {
    const admin = await example().addUser("Administrator", { role: "admin" });
    const { auth } = example().services;
    const { id, email } = await example().addUser("Gone");
    await auth.deleteUserById(id);
    await auth.createUserWithEmail({ email, password: "somebody else has it", userMetadata: { name: "Other" } });
    const client = visit();
    await client.post("/log-in", { email: admin.email, password: admin.password });
    const { status, text } = await client.post(`/admin/users/${id}/restore`, { visitor: admin.id });
    expect([status, text]).toEqual([409, expect.stringContaining("Another account uses the address")]);
    expect((await client.get("/admin/users?after=x")).text).toContain("something in it that we cannot use");
  });

  test("says that a note has too many lines; empty lines in a row are one", async () => {
    const author = await example().addUser("Author");
    const client = visit();
    await client.post("/log-in", { email: author.email, password: author.password });
    const post = (text: string) => client.post("/", { visitor: author.id, text });
    expect(errorsOf((await post("line\r\n".repeat(21))).text)).toEqual([["text", "Shorten the note to 20 lines."]]);
    expect((await post(`First.${"\r\n ".repeat(100)}\r\nLast.`)).status).toBe(303);
    expect((await client.get("/")).text).toContain("First.\n\nLast.");
  });

  test("says everything that is wrong with a sign-up on one page", async () => {
    const { status, text } = await visit().post("/sign-up", { name: "\u200b", email: "nobody", password: "short" });
    expect(status).toBe(422);
    expect(errorsOf(text)).toEqual([
      ["name", expect.stringContaining("1 to 60 characters")],
      ["email", expect.stringContaining("name@example.com")],
      ["password", expect.stringContaining("8 to 1024 characters")],
    ]);
  });
});
