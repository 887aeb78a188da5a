import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../src/embedded/ports.js";
import { useDatabase } from "./support/database.js";
import { compile } from "./support/documented-program.js";
import { ROOT } from "./support/process.js";

/** The applications that `pevensie init` writes, with requests that fail. `npm run init:check` installs them and uses their forms. */

const database = useDatabase();
const CREDENTIALS = { email: "susan@example.com", password: "the horn and the bow" };
const WRONG = { ...CREDENTIALS, password: "an open sesame" };

describe.each(["express", "fastify", "hono"])("the template for %s", (template) => {
  const folder = mkdtempSync(join(tmpdir(), "pevensie-template-"));
  let application: ChildProcessByStdio<null, Readable, Readable>;
  let url = "";
  let [stdout, stderr] = ["", ""];

  beforeAll(async () => {
    for (const part of ["common", template]) cpSync(join(ROOT, "templates", part), folder, { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "server.mjs"), compile({ entryPoints: [join(folder, "src", "server.ts")] }));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const { PATH, HOME } = process.env;
    const servers = { DATABASE_URL: database.url, HOST: "127.0.0.1", PORT: String(port) };
    application = spawn(process.execPath, ["server.mjs"], {
      cwd: folder,
      env: { PATH, HOME, COOKIE_KEY: "e".repeat(32), ...servers },
      stdio: ["ignore", "pipe", "pipe"],
    });
    application.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    application.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    // It prints its address, or ends with an error.
    await Promise.race([once(application.stdout, "data"), once(application, "exit")]);
  });
  afterAll(async () => {
    const ended = once(application, "exit");
    application.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => database.rows(`truncate pevensie."user", pevensie.log_in_budget cascade`));

  const send = async (path: string, form?: Readonly<Record<string, string>>, cookie = "") => {
    const request = form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) };
    const response = await fetch(`${url}${path}`, { ...request, headers: { cookie }, redirect: "manual" });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const signUp = async () => {
    const { status, headers } = await send("/sign-up", CREDENTIALS);
    expect(status).toBe(303);
    return headers.getSetCookie()[0]?.split(";")[0] ?? "";
  };

  test("listens on the address that HOST names", () => {
    expect(stdout).toBe(`${url}\n`);
  });

  test("responds to a login that is refused with the status of the error and Retry-After", async () => {
    await signUp();
    for (let attempt = 0; attempt < 10; attempt += 1) expect((await send("/log-in", WRONG)).status).toBe(401);
    const limited = await send("/log-in", WRONG);
    expect(limited.status).toBe(429);
    expect(limited.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(limited.text).toContain("Too many attempts have failed");
    await database.rows(`update pevensie."user" set banned_until = 'infinity'`);
    await database.rows("truncate pevensie.log_in_budget");
    const banned = await send("/log-in", CREDENTIALS);
    expect([banned.status, banned.headers.get("retry-after")]).toEqual([403, null]);
    expect(banned.text).toContain("This account is suspended");
  });

  test("says how long a password may be", async () => {
    const { status, text } = await send("/sign-up", { ...CREDENTIALS, password: "x".repeat(1025) });
    expect([status, text]).toEqual([422, expect.stringContaining("Use 8 to 1,024 characters")]);
  });

  test("ties an error to its field, and says it in the title", async () => {
    const fresh = (await send("/sign-up")).text;
    expect(fresh).toMatch(
      /<main>[\s\S]*name="password"[^>]* minlength="8" aria-describedby="hint">[\s\S]*id="hint">At least 8[\s\S]*<\/main>/,
    );
    expect(fresh).toContain("<title>Sign up</title>");
    expect(fresh).not.toContain("aria-invalid");
    const short = (await send("/sign-up", { ...CREDENTIALS, password: "short" })).text;
    expect(short).toContain("<title>Error: Sign up</title>");
    expect(short).toMatch(
      /role="alert" id="error"[\s\S]*name="password"[^>]* aria-invalid="true" aria-describedby="error hint">/,
    );
    const wrong = (await send("/sign-up", { ...CREDENTIALS, email: "susan" })).text;
    expect(wrong).toMatch(/name="email"[^>]* aria-invalid="true" aria-describedby="error">/);
  });

  test("answers a login with what can be no password or address as one with a wrong password", async () => {
    await signUp();
    for (const given of [{ password: "x".repeat(1025) }, { email: "" }, { email: "susan" }]) {
      const { status, text } = await send("/log-in", { ...CREDENTIALS, ...given });
      expect([status, text]).toEqual([401, expect.stringContaining("The address or the password is wrong.")]);
    }
  });

  test("lets no browser keep the pages of somebody who is logged in", async () => {
    const cookie = await signUp();
    for (const path of ["/", "/private"]) {
      expect((await send(path, undefined, cookie)).headers.get("cache-control")).toBe("no-store");
    }
    expect((await send("/")).headers.get("cache-control")).toBeNull();
  });

  test("responds to a large body with 413", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    // A connection of its own, which the server may close.
    const request = httpRequest(`${url}/log-in`, { method: "POST", headers, agent: false });
    request.end(`email=${"x".repeat(2 ** 21)}`);
    const [response] = (await once(request, "response")) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    request.on("error", () => {}).destroy();
  });

  test("responds to an error with a page that does not show it, and logs it", async () => {
    const cookie = await signUp();
    const before = stderr;
    await database.rows("alter table pevensie.session rename to gone");
    const failed = await send("/private", undefined, cookie);
    await database.rows("alter table pevensie.gone rename to session");
    expect([failed.status, failed.headers.get("content-type")?.toLowerCase()]).toEqual([
      500,
      "text/html; charset=utf-8",
    ]);
    expect(failed.text).toContain("Something went wrong");
    expect(failed.text).not.toMatch(/PevensieError|pevensie\.session|\bat .*:\d+/);
    await expect.poll(() => stderr.slice(before.length)).toContain("PevensieError");
    expect((await send("/private", undefined, cookie)).status).toBe(200);
  });
});
