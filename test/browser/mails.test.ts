import { describe, expect, test } from "vitest";
import { createSmtpMailer } from "../../examples/web/mail.js";
import { useExample } from "../support/example.js";
import { FormClient } from "../support/form-client.js";
import { startSmtpServer } from "../support/smtp-server.js";
import { mailTo } from "./steps.js";

test("a mail goes to one address as it is written: a text that holds another address sends nothing there", async () => {
  await using server = await startSmtpServer();
  const mailer = createSmtpMailer(server.url, "no-reply@example.org");
  const send = (to: string) => mailer.send({ to, subject: "A link", text: "Open it." });
  await send("lucy@example.org");
  for (const to of ["x<lucy@example.org>", "x;lucy@example.org", "g:lucy@example.org;", "(c)lucy@example.org"]) {
    await send(to).catch(() => {});
  }
  expect(server.recipients.filter((recipient) => recipient === "lucy@example.org")).toHaveLength(1);
});

describe("mails to an address", () => {
  const example = useExample();
  const ask = (client: FormClient, email: string) => client.post("/forgot-password", { email });

  test("are counted at a sign-up whether or not somebody has the address", async () => {
    const owner = await example().addUser("Susan");
    const statuses: Record<string, number[]> = {};
    for (const email of [owner.email, "nobody@example.org"]) {
      const client = new FormClient(example().url);
      const form = { name: "Stranger", email, password: "let me in, please" };
      const signUp = await client.post("/sign-up", form);
      await mailTo(example(), email, /./);
      const replies = [signUp];
      for (let mail = 0; mail < 5; mail += 1) replies.push(await ask(client, email));
      replies.push(await client.post("/sign-up", form));
      statuses[email] = replies.map(({ status }) => status);
    }
    const expected = [303, 303, 303, 303, 303, 429, 429];
    expect(statuses).toEqual({ [owner.email]: expected, "nobody@example.org": expected });
  });

  test("are not counted at a sign-up that is refused", async () => {
    const client = new FormClient(example().url);
    const form = { name: "Jill", email: "jill@example.org", password: "short" };
    for (let attempt = 0; attempt < 7; attempt += 1) {
      expect((await client.post("/sign-up", form)).status).toBe(422);
    }
    expect((await client.post("/sign-up", { ...form, password: "not so short" })).status).toBe(303);
  });
});
