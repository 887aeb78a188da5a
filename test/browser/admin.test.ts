import { describe, expect, test } from "vitest";
import { ADMIN } from "../../examples/web/seed.js";
import { hasChromium, useBrowser } from "../support/chromium.js";
import { useExample } from "../support/example.js";
import { fill, logIn, noticeOf, press } from "./steps.js";

/** What administrators do. Nothing needs JavaScript: it is switched off. */
describe.skipIf(!hasChromium)("in a browser", () => {
  const example = useExample({ seeded: true });
  const { open } = useBrowser(() => example().url);
  const visit = () => open({ javaScriptEnabled: false });
  const visitAsAdmin = async () => {
    const page = await visit();
    await logIn(page, ADMIN);
    return page;
  };

  test("only administrators see the pages for them", async () => {
    const lucy = await example().addUser("Lucy");
    const page = await visit();
    await page.goto("/admin/users");
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await logIn(page, lucy);
    for (const path of [
      "/admin",
      "/admin/users",
      `/admin/users/${lucy.id}`,
      "/admin/cache",
      "/admin/cache/board",
      "/admin/figures",
    ]) {
      expect((await page.goto(path))?.status(), path).toBe(404);
    }
    expect((await page.request.post(`/admin/users/${lucy.id}/ban`)).status()).toBe(404);
    expect((await page.request.post("/admin/cache/board/clear")).status()).toBe(404);
  });

  test("a login leads back to the list as it was selected", async () => {
    const page = await visit();
    await page.goto("/admin/users?q=miraz&state=banned");
    await fill(page, { "Email address": ADMIN.email, Password: ADMIN.password });
    await press(page, "Log in");
    expect(await page.locator("tbody td:first-child").allInnerTexts()).toEqual(["Miraz Castellan"]);
  });

  test("administrators cannot lock themselves out, however they write their id", async () => {
    const page = await visitAsAdmin();
    const { auth } = example().services;
    const id = (await auth.getUserByEmail(ADMIN.email))?.id ?? "";
    const spellings = [id, id.toUpperCase(), `{${id}}`, `urn:uuid:${id}`, id.replaceAll("-", "")];
    for (const name of spellings) {
      for (const change of ["ban", "delete", "end-sessions", "erase"]) {
        await page.request.post(`/admin/users/${name}/${change}`);
        await page.goto("/admin/users");
        expect(new URL(page.url()).pathname, `${change} of ${name}`).toBe("/admin/users");
      }
    }
  });

  test("users are found by a part of the email and by state, and paged by key", async () => {
    const page = await visitAsAdmin();
    await page.goto("/admin/users");
    const names: string[] = [];
    for (;;) {
      names.push(...(await page.locator("tbody td:first-child").allInnerTexts()));
      const next = page.getByRole("link", { name: "Next 20" });
      if ((await next.count()) === 0) break;
      await next.click();
    }
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(await example().services.auth.countUsers({ state: "any" }));

    await page.goto("/admin/users");
    await page.getByLabel("Part of an email, or an id").fill("barfield");
    await press(page, "Search");
    expect(await page.locator("tbody td:first-child").allInnerTexts()).toEqual(["Lucy Barfield"]);
    await page.getByLabel("Part of an email, or an id").fill("%_%");
    await press(page, "Search");
    expect(await page.locator(".empty-title").innerText()).toBe("Nobody");
    await page.goto("/admin/users");
    await page.getByRole("link", { name: "Banned" }).click();
    expect(await page.locator("tbody td:first-child").allInnerTexts()).toEqual(["Miraz Castellan"]);
    await page.getByRole("link", { name: "Deleted" }).click();
    expect(await page.locator("tbody td:first-child").allInnerTexts()).toEqual(["Nikabrik Stone"]);
  });

  test("a user's page shows sessions, tokens and identities, and no secret", async () => {
    const page = await visitAsAdmin();
    await page.goto("/admin/users?q=lucy.barfield");
    await page.getByRole("link", { name: "Lucy Barfield" }).click();
    const text = await page.locator("main").innerText();
    for (const part of [
      "Safari on iPhone",
      "192.0.2.17",
      "password-reset",
      "https://accounts.example.com",
      "Backup of the notes",
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/pr_|argon2|pk_\w{20}/);
    await press(page, "End all sessions");
    expect(await noticeOf(page)).toContain("sessions are ended");
    expect(await page.locator("main").innerText()).toContain("Not logged in anywhere.");
  });

  test("a ban ends the sessions, hides the notes and keeps the user out until it is lifted", async () => {
    const { addUser, services } = example();
    const edmund = await addUser("Edmund");
    await services.notes.post(edmund.id, "Has anybody seen the sledge?");
    const [page, other] = [await visitAsAdmin(), await visit()];
    await logIn(other, edmund);
    await page.goto(`/admin/users/${edmund.id}`);
    await press(page, "Ban for a week");
    expect(await page.locator(".title-row .tag").innerText()).toBe("banned");
    await other.goto("/account");
    await other.getByRole("heading", { name: "Log in" }).waitFor();
    await other.goto("/");
    expect(await other.locator(".note", { hasText: "sledge" }).count()).toBe(0);
    await press(page, "Lift the ban");
    await logIn(other, edmund);
    expect(await other.locator(".note", { hasText: "sledge" }).count()).toBe(1);
  });

  test("a user is deleted, restored, and erased for good", async () => {
    const { addUser, services, rows } = example();
    const rabadash = await addUser("Rabadash");
    await services.notes.post(rabadash.id, "The bolt of Tash falls from above.");
    const page = await visitAsAdmin();
    await page.goto(`/admin/users/${rabadash.id}`);
    await press(page, "Delete");
    expect(await page.locator(".title-row .tag").innerText()).toBe("deleted");
    await press(page, "Restore");
    expect(await noticeOf(page)).toContain("restored");
    await page.getByRole("link", { name: "Erase …" }).click();
    await press(page, "Erase for good");
    expect(await noticeOf(page)).toContain("gone for good");
    expect(await rows("select from public.note where user_id = $1", [rabadash.id])).toEqual([]);
    expect((await page.goto(`/admin/users/${rabadash.id}`))?.status()).toBe(404);
  });

  test("administrators cannot ban or erase themselves", async () => {
    const page = await visitAsAdmin();
    const admin = await example().services.auth.getUserByEmail(ADMIN.email);
    for (const change of ["ban", "delete", "erase"]) await page.request.post(`/admin/users/${admin?.id}/${change}`);
    expect(await example().services.auth.getUserByEmail(ADMIN.email)).toMatchObject({
      bannedUntil: null,
      deletedAt: null,
    });
  });

  test("the cache is shown by resource type, and cleared", async () => {
    const page = await visitAsAdmin();
    await page.goto("/");
    await page.goto("/admin/cache");
    expect(await page.locator("tbody td:first-child").allInnerTexts()).toContain("board");
    await page.getByRole("link", { name: "board" }).click();
    expect(await page.locator("tbody").innerText()).toContain("notes");
    await page.goto("/admin/cache");
    await press(page, "Clear board");
    expect(await noticeOf(page)).toContain("removed");
    expect(await example().services.cache.has("board", "latest")).toBe(false);
  });

  test("the figures count what has happened", async () => {
    const { figures } = example().services;
    const [failed, succeeded] = [figures.total("log-in-failed"), figures.total("log-in")];
    const stranger = await visit();
    await stranger.goto("/log-in");
    await fill(stranger, { "Email address": ADMIN.email, Password: "an open sesame" });
    await press(stranger, "Log in");
    const page = await visitAsAdmin();
    expect([figures.total("log-in-failed"), figures.total("log-in")]).toEqual([failed + 1, succeeded + 1]);
    await page.goto("/admin/figures");
    const chart = page.locator(".chart", { hasText: "Logins" }).first();
    expect(await chart.locator("svg").getAttribute("aria-label")).toBe(
      `Logins, in the last hour: ${succeeded + 1} succeeded, ${failed + 1} failed, ${figures.total("throttled")} throttled`,
    );
    expect(await page.locator("table[aria-label=Statements]").innerText()).toContain("getSessionWithUser");
  });
});
