import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { ReceivedMail } from "../../examples/web/mailbox.js";
import type { Example, Person } from "../support/example.js";

/** What people do in the example application, as often as the tests need it. */

export async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
}

export async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
}

/** Returns the texts of the page that say what was done, or what went wrong. */
export async function noticeOf(page: Page): Promise<string> {
  return (await page.locator(".notice, .summary").innerText()).trim();
}

export async function logIn(
  page: Page,
  { email, password }: Pick<Person, "email" | "password">,
  stay = false,
): Promise<void> {
  await page.goto("/log-in");
  await fill(page, { "Email address": email, Password: password });
  if (stay) await page.getByLabel("Stay logged in on this device").check();
  await press(page, "Log in");
  await expect.poll(() => new URL(page.url()).pathname).toBe("/");
}

/** Returns the newest mail to somebody with a subject, once it is there: mails are sent after the response. */
export async function mailTo(example: Example, to: string, subject: RegExp): Promise<ReceivedMail> {
  const find = () => example.services.mailbox?.list().find((mail) => mail.to === to && subject.test(mail.subject));
  await expect.poll(find).toBeDefined();
  return find() as ReceivedMail;
}

/** Reads a mail on the page of the mailbox, and opens the link in it. */
export async function openLink(page: Page, example: Example, to: string, subject: RegExp): Promise<void> {
  const mail = await mailTo(example, to, subject);
  await page.goto("/mailbox");
  await page.locator(`a[href="/mailbox/${mail.id}"]`).click();
  await page.locator(".mail a").click();
}
