import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { ADMIN } from "../../examples/web/seed.js";
import { hasChromium, useBrowser, type View } from "../support/chromium.js";
import { type Example, useExample } from "../support/example.js";
import { fill, logIn, press } from "./steps.js";

/** Who can use the pages: with axe-core, at phone width, and by keyboard. */
describe.skipIf(!hasChromium)("in a browser", () => {
  const example = useExample({ seeded: true });
  const { open } = useBrowser(() => example().url);

  const FOR_STRANGERS = [
    "/",
    "/sign-up",
    "/sign-up/sent",
    "/log-in",
    "/log-in/link",
    "/log-in/link/sent",
    "/log-in/code",
    "/forgot-password",
    "/confirm?token=old",
    "/mailbox",
    "/nowhere",
  ];
  const FOR_ADMINISTRATORS = [
    "/",
    "/account",
    "/account/devices",
    "/account/notes",
    "/account/identify",
    "/account/email",
    "/account/password",
    "/account/delete",
    "/admin/users",
    "/admin/users?q=nobody-has-this",
    "/admin/cache",
    "/admin/cache/board",
    "/admin/cache/empty",
    "/admin/figures",
  ];
  const VIEWS = [
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["a tablet", { colorScheme: "light", width: 768, height: 1024 }],
    ["a phone", { colorScheme: "light", width: 360, height: 740 }],
  ] as const satisfies (readonly [string, View])[];

  /** The pages behind links of mails, made anew: each has a token. */
  async function linksOf({ services }: Example): Promise<string[]> {
    const { auth } = services;
    const user = await auth.getUserByEmail("lucy.barfield@example.com");
    const userId = user?.id ?? "";
    const logIn = await auth.createLogInToken({ email: user?.email ?? "", ttlSeconds: 60 });
    return [
      `/confirm?token=${await auth.createOneTimeToken({ userId, tokenType: "email-confirmation", ttlSeconds: 60 })}`,
      `/reset-password?token=${await auth.createOneTimeToken({ userId, tokenType: "password-reset", ttlSeconds: 60 })}`,
      `/confirm-email?token=${await auth.createEmailChangeToken({ userId, email: "new@example.com", ttlSeconds: 60 })}`,
      `/log-in/link/use?token=${logIn?.token}`,
    ];
  }

  /** Somebody whose name, address and note are each one long word. */
  async function longUser({ services }: Example): Promise<{ readonly id: string; readonly email: string }> {
    const email = `${"w".repeat(200)}@example.com`;
    const found = await services.auth.getUserByEmail(email);
    if (found !== null) return { id: found.id, email };
    const name = "W".repeat(60);
    const { id } = await services.auth.createUserWithEmail({
      email,
      password: "as long as it",
      userMetadata: { name },
    });
    await services.notes.post(id, "w".repeat(490));
    return { id, email };
  }

  /** What axe-core finds, and whether the page has to be moved sideways. */
  async function problemsOf(page: Page): Promise<string[]> {
    await page.evaluate(axe.source);
    const { violations } = (await page.evaluate("axe.run()")) as axe.AxeResults;
    const found = violations.map(
      ({ id, impact, nodes }) => `${impact}: ${id} at ${nodes.map(({ target }) => target).join("; ")}`,
    );
    const isTooWide = await page.evaluate(
      "document.documentElement.scrollWidth > document.documentElement.clientWidth",
    );
    return isTooWide ? [...found, "wider than the window"] : found;
  }

  async function collect(page: Page, paths: readonly string[]): Promise<Record<string, string[]>> {
    const problems: Record<string, string[]> = {};
    for (const path of paths) {
      await page.goto(path);
      const found = await problemsOf(page);
      if (found.length > 0) problems[path] = found;
    }
    return problems;
  }

  test.each(VIEWS)("axe-core finds nothing on the pages for strangers, %s", async (_, view) => {
    const page = await open(view);
    expect(await collect(page, [...FOR_STRANGERS, ...(await linksOf(example()))])).toEqual({});
    await page.goto("/sign-up");
    await fill(page, { "Email address": "nobody", Password: "short" });
    await press(page, "Sign up");
    expect(await problemsOf(page), "a refused form").toEqual([]);
    await page.goto("/log-in/code");
    await fill(page, { "Email address": "somebody@example.com" });
    await press(page, "Send the code");
    expect(await problemsOf(page), "the form for the code").toEqual([]);
  });

  test.each(VIEWS)("axe-core finds nothing on the pages for users and administrators, %s", async (_, view) => {
    const page = await open(view);
    await logIn(page, ADMIN);
    const lucy = await example().services.auth.getUserByEmail("lucy.barfield@example.com");
    const long = await longUser(example());
    await example().services.mailer.send({
      to: long.email,
      subject: "A link",
      text: `Open it:\n\n${example().url}/log-in`,
    });
    const mail = example().services.mailbox?.list()[0]?.id;
    const more = [`/mailbox/${mail}`, "/mailbox", `/admin/users/${lucy?.id}`, `/admin/users/${lucy?.id}/erase`];
    more.push(`/admin/users/${long.id}`, `/admin/users/${long.id}/erase`, `/admin/users?q=${long.email.slice(0, 60)}`);
    expect(await collect(page, [...FOR_ADMINISTRATORS, ...more])).toEqual({});
  });

  /** The contrast of two colours of the stylesheet, by WCAG's formula. */
  const CONTRAST = `(first, second) => {
    const style = getComputedStyle(document.documentElement);
    const luminance = (name) => {
      const [r, g, b] = [1, 3, 5]
        .map((at) => parseInt(style.getPropertyValue(name).trim().slice(at, at + 2), 16) / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    };
    const [a, b] = [luminance(first), luminance(second)];
    return Math.max(a, b) / Math.min(a, b);
  }`;

  test.each(["light", "dark"] as const)(
    "what is no text has enough contrast: the focus and the charts, %s",
    async (colorScheme) => {
      const page = await open({ colorScheme });
      await page.goto("/");
      const contrast = (first: string, second: string) => page.evaluate(`(${CONTRAST})("${first}", "${second}")`);
      for (const background of ["--paper", "--surface"]) {
        for (const colour of ["--mark", "--chart-first", "--chart-second", "--chart-third"]) {
          expect(await contrast(colour, background), `${colour} on ${background}`).toBeGreaterThanOrEqual(3);
        }
      }
      // Whoever sees no hues tells the series by their lightness.
      for (const [first, second] of [
        ["first", "second"],
        ["second", "third"],
        ["first", "third"],
      ]) {
        expect(await contrast(`--chart-${first}`, `--chart-${second}`), `${first}, ${second}`).toBeGreaterThan(1.7);
      }
    },
  );

  test("forced colours keep the legend of a chart, and mark the current page alone", async () => {
    const page = await open({ forcedColors: "active" });
    await logIn(page, ADMIN);
    await page.goto("/admin/figures");
    const valuesOf = (selector: string, property: string) =>
      page.evaluate(
        `[...document.querySelectorAll("${selector}")].map((element) => getComputedStyle(element)["${property}"])`,
      );
    expect(new Set((await valuesOf(".chart:first-child .swatch", "backgroundColor")) as string[]).size).toBe(3);
    expect(await valuesOf(".tabs a", "borderBottomWidth")).toEqual(["0px", "2px", "0px"]);
    expect(await valuesOf(".top-nav > a", "borderBottomWidth")).toEqual(["0px", "2px", "0px"]);
  });

  test("what is wrong with a form has the focus", async () => {
    const page = await open({ javaScriptEnabled: false });
    await page.goto("/sign-up");
    await press(page, "Sign up");
    await expect.poll(() => page.evaluate("document.activeElement.className")).toBe("summary");
  });

  test("problems are found: a field without a label, text without contrast, a page that is too wide", async () => {
    const page = await open({ width: 360, height: 740 });
    await page.goto("/log-in");
    await page.evaluate(`
      document.querySelector("label").remove();
      document.querySelector("h1").style.cssText = "color: #ccc; width: 500px";
    `);
    const problems = (await problemsOf(page)).join("\n");
    for (const problem of ["label", "color-contrast", "wider than the window"]) expect(problems).toContain(problem);
  });

  test("somebody logs in and posts a note with the keyboard alone", async () => {
    const lucy = await example().addUser("Lucy");
    const page = await open();
    await page.goto("/");
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Skip to the content");
    await tabTo(page, "Log in");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await tabTo(page, "email");
    await page.keyboard.type(lucy.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(lucy.password);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    expect(await page.getByLabel("Stay logged in on this device").isChecked()).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByText("Welcome back.").waitFor();
    await tabTo(page, "text");
    await page.keyboard.type("Without a mouse.");
    await tabTo(page, "Post");
    await page.keyboard.press("Enter");
    await page.getByText("Your note is on the board.").waitFor();
    expect(await page.locator(".note-text").first().innerText()).toBe("Without a mouse.");
  });

  /** The name of the field, or the text, of what has the focus; it has to be visible that it does. */
  async function focused(page: Page): Promise<string> {
    const [name, outline] = (await page.evaluate(`(() => {
      const { activeElement: element } = document;
      return [element.name || element.innerText.trim(), getComputedStyle(element).outlineStyle];
    })()`)) as [string, string];
    expect(outline, `the outline of ${name}`).not.toBe("none");
    return name;
  }

  async function tabTo(page: Page, name: string): Promise<void> {
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press("Tab");
      if ((await focused(page)) === name) return;
    }
    throw new Error(`The keyboard does not lead to ${name}.`);
  }
});
