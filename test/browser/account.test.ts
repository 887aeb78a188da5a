import { describe, expect, test } from "vitest";
import { hasChromium, useBrowser } from "../support/chromium.js";
import { useExample } from "../support/example.js";
import { fill, logIn, mailTo, noticeOf, openLink, press } from "./steps.js";

/** What people do with their account and the board. Nothing needs JavaScript: it is switched off. */
describe.skipIf(!hasChromium)("in a browser", () => {
  const example = useExample();
  const { open } = useBrowser(() => example().url);
  const visit = () => open({ javaScriptEnabled: false });
  /** As if somebody had last proved who they are an hour ago. */
  const ageLogIn = (userId: string) =>
    example().rows("update pevensie.session set authenticated_at = now() - interval '1 hour' where user_id = $1", [
      userId,
    ]);

  test("a changed email counts once the new address is confirmed, and the old one is notified", async () => {
    const lucy = await example().addUser("Lucy");
    const page = await visit();
    await logIn(page, lucy);
    await ageLogIn(lucy.id);
    await page.goto("/account/email");
    await page.getByRole("heading", { name: "Is it you?" }).waitFor();
    await fill(page, { Password: lucy.password });
    await press(page, "Go on");
    await fill(page, { "New email address": "queen.lucy@example.org" });
    await press(page, "Send the link");
    expect(await example().services.auth.getUserByEmail("queen.lucy@example.org")).toBeNull();
    await openLink(page, example(), "queen.lucy@example.org", /new address/);
    await press(page, "Confirm the address");
    expect(await noticeOf(page)).toContain("address is changed");
    expect((await mailTo(example(), lucy.email, /was changed/)).text).toContain("queen.lucy@example.org");
    await logIn(await visit(), { email: "queen.lucy@example.org", password: lucy.password });
  });

  test("a new email needs the login of its account, also where somebody else is logged in", async () => {
    const [hwin, ada] = [await example().addUser("Hwin"), await example().addUser("Ada")];
    const { auth } = example().services;
    const email = "hwin.of.narnia@example.org";
    const token = await auth.createEmailChangeToken({ userId: hwin.id, email, ttlSeconds: 600 });
    const page = await visit();
    await logIn(page, ada);
    await page.goto(`/confirm-email?token=${token}`);
    expect(await page.locator("main").innerText()).not.toContain("@");
    await fill(page, { Password: ada.password });
    await press(page, "Confirm the address");
    expect(await noticeOf(page)).toContain("not the password of the account");
    expect(await auth.getUserByEmail(email)).toBeNull();
    await fill(page, { Password: hwin.password });
    await press(page, "Confirm the address");
    expect(await noticeOf(page)).toContain("Your address is changed");
    expect(await page.locator("main").innerText()).toContain(email);
    expect((await auth.getUserById(ada.id))?.email).toBe(ada.email);
  });

  test("an address that somebody has taken meanwhile is refused on the page of the link", async () => {
    const peter = await example().addUser("Peter");
    const page = await visit();
    await logIn(page, peter);
    await page.goto("/account/email");
    await fill(page, { "New email address": "wanted@example.org" });
    await press(page, "Send the link");
    await example().addUser("Wanted");
    await openLink(page, example(), "wanted@example.org", /new address/);
    await press(page, "Confirm the address");
    expect(await noticeOf(page)).toContain("Another account uses this address.");
  });

  test("a changed password logs out all other devices", async () => {
    const susan = await example().addUser("Susan");
    const [page, other] = [await visit(), await visit()];
    await logIn(page, susan);
    await logIn(other, susan);
    await page.goto("/account/password");
    await fill(page, { "New password": "the horn and the bow" });
    await press(page, "Change the password");
    expect(await noticeOf(page)).toContain("password is changed");
    await other.goto("/account");
    await other.getByRole("heading", { name: "Log in" }).waitFor();
  });

  test("a changed password is confirmed, and the owner notified, although too many logins have failed", async () => {
    const caspian = await example().addUser("Caspian");
    const page = await visit();
    const form = { email: caspian.email, password: "an open sesame" };
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      statuses.push((await page.request.post("/log-in", { form })).status());
    }
    expect(statuses.at(-1)).toBe(429);
    const created = await example().services.auth.createLogInToken({ email: caspian.email, ttlSeconds: 600 });
    await page.goto(`/log-in/link/use?token=${created?.token}`);
    await press(page, "Log in");
    await page.goto("/account/password");
    await fill(page, { "New password": "the dawn treader sails" });
    await press(page, "Change the password");
    expect(await noticeOf(page)).toContain("password is changed");
    await mailTo(example(), caspian.email, /password was changed/);
    await page.goto("/account");
    await page.getByRole("heading", { name: "Your account" }).waitFor();
  });

  test("devices are listed; one is logged out, then all others", async () => {
    const edmund = await example().addUser("Edmund");
    const [page, second, third, fourth] = [await visit(), await visit(), await visit(), await visit()];
    for (const device of [page, second, third, fourth]) await logIn(device, edmund);
    await page.goto("/account/devices");
    expect(await page.locator(".device").count()).toBe(4);
    expect(await page.locator(".device", { hasText: "this device" }).innerText()).toContain("Chrome on Linux");
    await page.locator(".device button").first().click();
    expect(await noticeOf(page)).toBe("That device is logged out.");
    expect(await page.locator(".device").count()).toBe(3);
    await press(page, "Log out all other devices");
    expect(await page.locator(".device").count()).toBe(1);
    for (const device of [second, third, fourth]) {
      await device.goto("/account");
      await device.getByRole("heading", { name: "Log in" }).waitFor();
    }
  });

  test("somebody else's session cannot be ended by its id", async () => {
    const [digory, polly] = [await example().addUser("Digory"), await example().addUser("Polly")];
    const [page, other] = [await visit(), await visit()];
    await logIn(page, digory);
    await logIn(other, polly);
    const [session] = await example().services.auth.listSessions(polly.id);
    const response = await page.request.post("/account/devices/end", { form: { id: session?.id ?? "" } });
    expect(response.status()).toBe(200);
    await other.goto("/account");
    await other.getByRole("heading", { name: "Your account" }).waitFor();
  });

  test("a session lasts while it is used, and ends when it is not", async () => {
    const eustace = await example().addUser("Eustace");
    const page = await visit();
    await logIn(page, eustace);
    const leave = (hours: number) =>
      example().rows(
        "update pevensie.session set last_seen_at = now() - make_interval(hours => $2) where user_id = $1 returning idle_seconds",
        [eustace.id, hours],
      );
    const seen = async () => {
      const text =
        "select extract(epoch from now() - last_seen_at)::float8 as ago from pevensie.session where user_id = $1";
      return (await example().rows<{ ago: number }>(text, [eustace.id]))[0]?.ago;
    };
    await leave(1);
    await page.goto("/account");
    await page.getByRole("heading", { name: "Your account" }).waitFor();
    await expect.poll(seen).toBeLessThan(1800);
    await leave(3);
    await page.goto("/account");
    await page.getByRole("heading", { name: "Log in" }).waitFor();
  });

  test("whoever chooses to stay logged in has a session of two weeks without use", async () => {
    const jill = await example().addUser("Jill");
    const page = await visit();
    await logIn(page, jill, true);
    expect((await example().services.auth.listSessions(jill.id))[0]?.idleSeconds).toBe(14 * 86_400);
    const [cookie] = (await page.context().cookies()).filter(({ name }) => name.endsWith("session"));
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax" });
    expect(cookie?.expires).toBeGreaterThan(Date.now() / 1000 + 13 * 86_400);
  });

  test("an account is deleted with its notes, after the password", async () => {
    const tirian = await example().addUser("Tirian");
    const page = await visit();
    await logIn(page, tirian);
    await fill(page, { "Your note": "The last one." });
    await press(page, "Post");
    await ageLogIn(tirian.id);
    await page.goto("/account");
    await page.getByRole("link", { name: "Delete the account …" }).click();
    await fill(page, { Password: "an open sesame" });
    await press(page, "Go on");
    expect(await noticeOf(page)).toContain("not your password");
    await fill(page, { Password: tirian.password });
    await press(page, "Go on");
    await press(page, "Delete everything");
    expect(await noticeOf(page)).toContain("deleted");
    expect(await page.locator(".note", { hasText: "The last one." }).count()).toBe(0);
    expect(await example().rows("select from public.note where user_id = $1", [tirian.id])).toEqual([]);
    expect(await example().rows('select from pevensie."user" where id = $1', [tirian.id])).toEqual([]);
    await page.goto("/account");
    await page.getByRole("heading", { name: "Log in" }).waitFor();
  });

  test("whoever's session has ended is sent back to the page with the form, and reads that it was not accepted", async () => {
    const corin = await example().addUser("Corin");
    const page = await visit();
    await logIn(page, corin);
    await fill(page, { "Your note": " " });
    await press(page, "Post");
    expect(await noticeOf(page)).toContain("Write something first.");
    await example().services.auth.deleteSessions(corin.id);
    await fill(page, { "Your note": "Something." });
    await press(page, "Post");
    expect(await noticeOf(page)).toContain("Your session has ended");
    await fill(page, { "Email address": corin.email, Password: corin.password });
    await press(page, "Log in");
    await page.getByLabel("Your note").waitFor();
  });

  test("a link cannot make a page say that something was done, and a page says it once", async () => {
    const cor = await example().addUser("Cor");
    const page = await visit();
    await logIn(page, cor);
    expect(await noticeOf(page)).toBe("Welcome back.");
    for (const path of ["/", "/?done=deleted", "/account?done=email-changed"]) {
      await page.goto(path);
      expect(await page.locator(".notice").count(), path).toBe(0);
    }
  });

  test("a form that somebody else's page has sent does nothing: two tabs, and another login in one of them", async () => {
    const [polly, digory] = [await example().addUser("Polly Plummer"), await example().addUser("Digory Kirke")];
    const page = await visit();
    await logIn(page, polly);
    await page.goto("/account/delete");
    expect(await page.locator("main").innerText()).toContain(polly.email);
    const other = await page.context().newPage();
    await other.goto("/");
    await press(other, "Log out");
    await logIn(other, digory);
    await press(page, "Delete everything");
    await page.getByRole("heading", { name: "Somebody else is logged in" }).waitFor();
    expect(await example().services.auth.getUserById(digory.id)).not.toBeNull();
  });

  test("each form of a visitor names whose page it is on", async () => {
    const aslan = await example().addUser("Aslan", { role: "admin" });
    const nobody = await example().addUser("Nobody");
    await example().services.notes.post(aslan.id, "Courage, dear heart.");
    const [page, second] = [await visit(), await visit()];
    await logIn(page, aslan);
    await logIn(second, aslan);
    await example().rows('update pevensie."user" set email_confirmed_at = null where id = $1', [nobody.id]);
    const paths = ["/", "/account", "/account/devices", "/account/identify", "/account/email", "/account/password"];
    const forAdmins = [
      `/admin/users/${nobody.id}`,
      `/admin/users/${nobody.id}/erase`,
      "/admin/cache",
      "/admin/cache/board",
    ];
    for (const path of [...paths, "/account/delete", ...forAdmins]) {
      await page.goto(path);
      const forms = page.locator("main form[method=post]");
      const named = page.locator(`main form[method=post]:has(input[name=visitor][value="${aslan.id}"])`);
      expect(await forms.count(), path).toBeGreaterThan(0);
      expect(await named.count(), path).toBe(await forms.count());
    }
  });

  test("a deletion without a recent login is refused, even by POST", async () => {
    const rilian = await example().addUser("Rilian");
    const page = await visit();
    await logIn(page, rilian);
    await page.goto("/account/delete");
    await ageLogIn(rilian.id);
    await press(page, "Delete everything");
    await page.getByRole("heading", { name: "Is it you?" }).waitFor();
    expect(await example().services.auth.getUserById(rilian.id)).not.toBeNull();
  });

  test("the board is computed once for all who ask, and anew after a note", async () => {
    const { services, url } = example();
    const cornelius = await example().addUser("Cornelius");
    await services.notes.post(cornelius.id, "Before.");
    const computed = services.figures.total("cache-miss");
    const pages = await Promise.all(Array.from({ length: 60 }, async () => (await fetch(url)).text()));
    expect(new Set(pages.map((text) => /Computed .*? ms/s.exec(text)?.[0])).size).toBe(1);
    expect(services.figures.total("cache-miss")).toBe(computed + 1);

    await services.notes.post(cornelius.id, "After.");
    expect(await (await fetch(url)).text()).toContain("After.");
    expect(services.figures.total("cache-miss")).toBe(computed + 2);
  });

  test("notes are limited: the sixth says when to try again, and is kept in the form", async () => {
    const reepicheep = await example().addUser("Reepicheep");
    const page = await visit();
    await logIn(page, reepicheep);
    for (let note = 1; note <= 6; note += 1) {
      await fill(page, { "Your note": `Note ${note}\nof six` });
      await press(page, "Post");
    }
    expect(await noticeOf(page)).toMatch(/too often. Try again in \d+ seconds/);
    expect(await page.getByLabel("Your note").inputValue()).toBe("Note 6\nof six");
    expect(await page.locator(".note", { hasText: "Reepicheep" }).count()).toBe(5);
  });

  test("one's own notes are all on a page, and are removed there", async () => {
    const [hermit, other] = [await example().addUser("Hermit"), await example().addUser("Other")];
    const { notes } = example().services;
    for (let note = 1; note <= 31; note += 1) await notes.post(hermit.id, `Note ${note}.`);
    for (let note = 1; note <= 30; note += 1) await notes.post(other.id, "Of somebody else.");
    const page = await visit();
    await logIn(page, hermit);
    expect(await page.locator(".note", { hasText: "Note" }).count()).toBe(0);
    await page.goto("/account");
    await page.getByRole("link", { name: "See notes" }).click();
    expect(await page.locator(".note").count()).toBe(30);
    await page.getByRole("link", { name: "Older notes" }).click();
    expect(await page.locator(".note-text").allInnerTexts()).toEqual(["Note 1."]);
    await press(page, "Remove “Note 1.”");
    expect(await noticeOf(page)).toBe("Your note is removed.");
    expect(new URL(page.url()).pathname).toBe("/account/notes");
    expect(await notes.countOf(hermit.id)).toBe(30);
  });

  test("what a note says is text, whatever it looks like", async () => {
    const bree = await example().addUser("Bree <b>");
    const page = await visit();
    await logIn(page, bree);
    await fill(page, { "Your note": "<script>document.title = 'owned'</script> & more" });
    await press(page, "Post");
    expect(await page.locator(".note-text").first().innerText()).toBe(
      "<script>document.title = 'owned'</script> & more",
    );
    expect(await page.locator("main script").count()).toBe(0);
  });

  test("a request that a page of another site sends is refused", async () => {
    const response = await fetch(`${example().url}/log-out`, {
      method: "POST",
      headers: { "Sec-Fetch-Site": "cross-site" },
    });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("A page of another site has sent this request.");
  });

  test("pages forbid scripts, frames and foreign sources, and are not stored", async () => {
    const { headers } = await fetch(example().url);
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'/);
    expect(headers.get("content-security-policy")).not.toMatch(/unsafe-|script-src/);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("referrer-policy")).toBe("same-origin");
  });
});
