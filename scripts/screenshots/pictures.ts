/** Which pages are taken, in which view, and by whom they are looked at. */
import type { Browser, Page } from "playwright-core";
import { ADMIN } from "../../examples/web/seed.js";
import type { Services } from "../../examples/web/services.js";
import { openContext, type View } from "../../test/support/chromium.js";
import { toPalette } from "../png.js";

/** A page to take. */
export interface Picture {
  readonly name: string;
  readonly view: View;
  readonly path: string;
  readonly isAdmin: boolean;
  /** What is done on the page before. */
  readonly prepare?: (page: Page) => Promise<void>;
  /** Default: what the window shows. */
  readonly isWhole?: boolean;
}

const LIGHT = { colorScheme: "light", width: 1100, height: 760 } as const;
const DARK = { ...LIGHT, colorScheme: "dark" } as const;
const PHONE = { colorScheme: "light", width: 390, height: 844 } as const;
const DARK_PHONE = { ...PHONE, colorScheme: "dark" } as const;

/** What the documents show. */
export const PICTURES: readonly Picture[] = [
  { name: "board", view: LIGHT, path: "/", isAdmin: true },
  { name: "figures", view: { ...DARK, height: 1000 }, path: "/admin/figures", isAdmin: true },
  {
    name: "user",
    view: LIGHT,
    path: "/admin/users?q=lucy.barfield",
    isAdmin: true,
    prepare: (page) => page.getByRole("link", { name: "Lucy Barfield" }).click(),
  },
  { name: "log-in-phone", view: PHONE, path: "/log-in", isAdmin: false },
  { name: "devices-phone", view: PHONE, path: "/account/devices", isAdmin: true },
  { name: "users-phone", view: DARK_PHONE, path: "/admin/users", isAdmin: true },
];

/** Returns every page in every view. */
export async function everyPicture({ auth, mailer, mailbox, settings }: Services): Promise<Picture[]> {
  const lucy = await auth.getUserByEmail("lucy.barfield@example.com");
  const userId = lucy?.id ?? "";
  const token = (tokenType: "email-confirmation" | "password-reset") =>
    auth.createOneTimeToken({ userId, tokenType, ttlSeconds: 600 });
  await mailer.send({
    to: "lucy@example.com",
    subject: "Your link to log in",
    text: `Open this link:\n\n${settings.origin}/log-in/link/use?token=secret\n\nLantern Post`,
  });
  const refuse = async (page: Page) => {
    await page.getByLabel("Email address").fill("nobody");
    await page.getByLabel("Password").fill("short");
    await page.getByLabel("Your name").fill("Lucy");
    await page.locator("main button").click();
  };
  const askForCode = async (page: Page) => {
    await page.getByLabel("Email address").fill("lucy@example.com");
    await page.locator("main button").click();
  };
  const strangers: [string, string, Picture["prepare"]?][] = [
    ["s-board", "/"],
    ["s-sign-up", "/sign-up"],
    ["s-sign-up-refused", "/sign-up", refuse],
    ["s-sent", "/sign-up/sent"],
    ["s-log-in", "/log-in"],
    ["s-link", "/log-in/link"],
    ["s-code", "/log-in/code", askForCode],
    ["s-forgot", "/forgot-password"],
    ["s-dead", "/confirm?token=old"],
    ["s-confirm", `/confirm?token=${await token("email-confirmation")}`],
    ["s-reset", `/reset-password?token=${await token("password-reset")}`],
    ["s-mailbox", "/mailbox"],
    ["s-mail", `/mailbox/${mailbox?.list()[0]?.id}`],
    ["s-nothing", "/nowhere"],
  ];
  const admins: [string, string][] = [
    ["a-board", "/"],
    ["a-account", "/account"],
    ["a-devices", "/account/devices"],
    ["a-notes", "/account/notes"],
    ["a-identify", "/account/identify"],
    ["a-email", "/account/email"],
    ["a-delete", "/account/delete"],
    ["a-users", "/admin/users"],
    ["a-nobody", "/admin/users?q=nobody"],
    ["a-user", `/admin/users/${userId}`],
    ["a-erase", `/admin/users/${userId}/erase`],
    ["a-cache", "/admin/cache"],
    ["a-resource", "/admin/cache/board"],
    ["a-figures", "/admin/figures"],
  ];
  const views = { light: LIGHT, dark: DARK, phone: PHONE, "dark-phone": DARK_PHONE };
  return Object.entries(views).flatMap(([view, options]) => [
    ...strangers.map(([name, path, prepare]) => ({
      name: `${name}-${view}`,
      view: options,
      path,
      isAdmin: false,
      isWhole: true,
      ...(prepare && { prepare }),
    })),
    ...admins.map(([name, path]) => ({ name: `${name}-${view}`, view: options, path, isAdmin: true, isWhole: true })),
  ]);
}

/** Takes pictures, one after another. The administrator logs in once: logins are among the figures. */
export async function* takePictures(
  browser: Browser,
  url: string,
  pictures: readonly Picture[],
): AsyncGenerator<{ readonly name: string; readonly png: Buffer }> {
  const first = await openContext(browser, url);
  await logIn(await first.newPage());
  const storageState = await first.storageState();
  await first.close();
  for (const { name, view, path, isAdmin, prepare, isWhole = false } of pictures) {
    const context = await openContext(browser, url, isAdmin ? { ...view, storageState } : view);
    const page = await context.newPage();
    await page.goto(path);
    await prepare?.(page);
    await page.waitForLoadState("networkidle");
    yield { name, png: toPalette(await page.screenshot({ fullPage: isWhole })) };
    await context.close();
  }
}

async function logIn(page: Page): Promise<void> {
  await page.goto("/log-in");
  await page.getByLabel("Email address").fill(ADMIN.email);
  await page.getByLabel("Password").fill(ADMIN.password);
  await page.locator("main button").click();
  await page.getByText("Welcome back.").waitFor();
}
