import { describe, expect, test } from "vitest";
import { readSettings } from "../../examples/web/settings.js";
import { hasChromium, useBrowser } from "../support/chromium.js";
import { useExample } from "../support/example.js";
import { fill, logIn, mailTo, noticeOf, openLink, press } from "./steps.js";

test("in production mail does not go to a page that everybody can read", () => {
  const read = (more: NodeJS.ProcessEnv) => readSettings({ NODE_ENV: "production", ...more }, "postgresql:///", "key");
  expect(() => read({})).toThrow("SMTP_URL");
  expect(read({ SMTP_URL: "smtp://localhost" })).toMatchObject({ smtpUrl: "smtp://localhost", seed: false });
});

test.each([
  ["PORT", "abc"],
  ["PORT", "70000"],
  ["ORIGIN", "nonsense"],
  ["ORIGIN", "ftp://example.com"],
  ["SMTP_URL", "nonsense"],
  ["TRUSTED_PROXIES", "-1"],
])("a setting that cannot be used is refused by its name: %s=%s", (name, value) => {
  expect(() => readSettings({ [name]: value }, "postgresql:///", "key")).toThrow(`Set ${name} to `);
});

test("links in mails begin with the origin alone", () => {
  expect(readSettings({ ORIGIN: "https://app.example.com/" }, "postgresql:///", "key").origin).toBe(
    "https://app.example.com",
  );
});

/** How people get into the example application. Nothing needs JavaScript: it is switched off. */
describe.skipIf(!hasChromium)("in a browser", () => {
  const example = useExample();
  const { open } = useBrowser(() => example().url);
  const visit = () => open({ javaScriptEnabled: false });

  test("a form that is malformed is the client's mistake", async () => {
    const headers = { "content-type": "multipart/form-data" };
    const reply = await fetch(`${example().url}/log-in`, { method: "POST", headers, body: "no form" });
    expect(reply.status).toBe(400);
  });

  test("somebody signs up, confirms the address with the link and the password, and posts a note", async () => {
    const page = await visit();
    const email = "lucy@example.org";
    await page.goto("/");
    await page.getByRole("link", { name: "Sign up" }).first().click();
    await fill(page, { "Your name": "Lucy", "Email address": email, Password: "through the wardrobe" });
    await press(page, "Sign up");
    await page.getByRole("heading", { name: "Look into your mail" }).waitFor();

    await openLink(page, example(), email, /Confirm/);
    await fill(page, { Password: "an open sesame" });
    await press(page, "Confirm");
    expect(await noticeOf(page)).toContain("not the password");
    expect((await example().services.auth.getUserByEmail(email))?.emailConfirmedAt).toBeNull();

    await fill(page, { Password: "through the wardrobe" });
    await press(page, "Confirm");
    expect(await noticeOf(page)).toContain("Your address is confirmed");
    await fill(page, { "Your note": "It is snowing." });
    await press(page, "Post");
    expect(await page.locator(".note-text").first().innerText()).toBe("It is snowing.");
  });

  test("a sign-up says at each field what to do, and keeps what was typed", async () => {
    const page = await visit();
    await page.goto("/sign-up");
    await fill(page, { "Your name": "Edmund", "Email address": "edmund@example.org", Password: "short" });
    await press(page, "Sign up");
    expect(await page.locator("#password-error").innerText()).toContain("8 to 1024 characters, in one line");
    expect(await page.getByLabel("Password").getAttribute("aria-describedby")).toContain("password-error");
    expect(await page.getByLabel("Email address").inputValue()).toBe("edmund@example.org");
    expect(await page.title()).toMatch(/^Error: /);

    await fill(page, { "Email address": "nobody", Password: "password1" });
    await press(page, "Sign up");
    expect(await page.locator("#password-error, #email-error").first().innerText()).not.toBe("");
  });

  test("a sign-up with the address of somebody else looks like any other, and the owner gets a mail", async () => {
    const owner = await example().addUser("Susan");
    const page = await visit();
    await page.goto("/sign-up");
    await fill(page, { "Your name": "Stranger", "Email address": owner.email, Password: "let me in, please" });
    await press(page, "Sign up");
    await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
    expect((await mailTo(example(), owner.email, /already/)).text).toContain("/log-in");
  });

  test("somebody logs in with the password, comes to the page that was asked for, and logs out", async () => {
    const peter = await example().addUser("Peter");
    const page = await visit();
    await page.goto("/account");
    await fill(page, { "Email address": peter.email, Password: "an open sesame" });
    await press(page, "Log in");
    expect(await noticeOf(page)).toContain("wrong");
    await fill(page, { "Email address": peter.email, Password: peter.password });
    await press(page, "Log in");
    await page.getByRole("heading", { name: "Your account" }).waitFor();
    await press(page, "Log out");
    expect(await noticeOf(page)).toContain("logged out");
    await page.goto("/account");
    await page.getByRole("heading", { name: "Log in" }).waitFor();
  });

  test("somebody logs in with a link, once; opening it uses nothing", async () => {
    const polly = await example().addUser("Polly");
    const page = await visit();
    await page.goto("/log-in");
    await page.getByRole("link", { name: "Log in with a link by mail" }).click();
    await fill(page, { "Email address": polly.email });
    await press(page, "Send the link");
    await openLink(page, example(), polly.email, /link to log in/);
    const link = page.url();
    await page.goto(link);
    await press(page, "Log in");
    expect(await noticeOf(page)).toBe("Welcome back.");
    await page.goto(link);
    await page.getByRole("heading", { name: "This link does not work any more" }).waitFor();
  });

  test("somebody logs in with a code", async () => {
    const digory = await example().addUser("Digory");
    const page = await visit();
    await page.goto("/log-in/code");
    await fill(page, { "Email address": digory.email });
    await press(page, "Send the code");
    const code = /\d{6}/.exec((await mailTo(example(), digory.email, /code/)).text)?.[0] ?? "";
    await fill(page, { Code: code === "000000" ? "111111" : "000000" });
    await press(page, "Log in");
    expect(await noticeOf(page)).toContain("wrong or too old");
    await fill(page, { Code: `${code.slice(0, 3)} ${code.slice(3)}` });
    await press(page, "Log in");
    expect(await noticeOf(page)).toBe("Welcome back.");
  });

  test("a forgotten password is replaced; for strangers, every address is the same", async () => {
    const jill = await example().addUser("Jill");
    const banned = await example().addUser("Miraz");
    await example().services.auth.banUser(banned.id);
    const page = await visit();
    const pages: string[] = [];
    for (const email of ["nobody@example.org", banned.email, jill.email]) {
      await page.goto("/forgot-password");
      await fill(page, { "Email address": email });
      await press(page, "Send the link");
      pages.push(await page.content());
    }
    expect(new Set(pages).size).toBe(1);
    await openLink(page, example(), jill.email, /new password/);
    // The mails are sent in the order of the requests.
    const recipients = example()
      .services.mailbox?.list()
      .map(({ to }) => to);
    expect(recipients).not.toContain("nobody@example.org");
    expect(recipients).not.toContain(banned.email);

    const link = page.url();
    await fill(page, { "New password": "further up and further in" });
    await press(page, "Set the password");
    expect(await noticeOf(page)).toContain("password is changed");
    await page.goto(link);
    await page.getByRole("heading", { name: "This link does not work any more" }).waitFor();
    await logIn(await visit(), { email: jill.email, password: "further up and further in" });
  });

  test("a banned user is notified of the ban, after the right password alone", async () => {
    const jadis = await example().addUser("Jadis");
    await example().services.auth.banUser(jadis.id);
    const page = await visit();
    await page.goto("/log-in");
    await fill(page, { "Email address": jadis.email, Password: jadis.password });
    await press(page, "Log in");
    expect(await noticeOf(page)).toContain("suspended");
  });

  test("too many failed logins are throttled, with what to do", async () => {
    const shasta = await example().addUser("Shasta");
    const page = await visit();
    for (let attempt = 0; attempt < 11; attempt += 1) {
      await page.goto("/log-in");
      await fill(page, { "Email address": shasta.email, Password: "an open sesame" });
      await press(page, "Log in");
    }
    expect(await noticeOf(page)).toMatch(/Try again|try again in \d+ minutes/);
    expect(example().services.figures.total("throttled")).toBeGreaterThan(0);
  });
});
