import { expect, test } from "vitest";
import { createSmtpMailer } from "../../examples/web/mail.js";
import { startSmtpServer } from "../support/smtp-server.js";

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
