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

  test("says everything that is wrong with a sign-up at once", async () => {
    const { status, text } = await visit().post("/sign-up", { name: "\u200b", email: "nobody", password: "short" });
    expect(status).toBe(422);
    expect(errorsOf(text)).toEqual([
      ["name", expect.stringContaining("1 to 60 characters")],
      ["email", expect.stringContaining("name@example.com")],
      ["password", expect.stringContaining("8 to 1024 characters")],
    ]);
  });
});
