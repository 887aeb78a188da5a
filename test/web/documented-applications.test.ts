import { expect, test } from "vitest";
import { useDatabase } from "../support/database.js";
import { programOf, runDocumented } from "../support/documented-program.js";
import { blocks } from "../support/documents.js";

/** The applications of docs/web.md, used by a client: those on Express, Fastify and Hono have the same routes. */

const database = useDatabase();

/** Notes the servers of the block, which listen on a free port. */
const BEFORE = `
import $net from "node:net";
const $servers = [];
const $listen = $net.Server.prototype.listen;
$net.Server.prototype.listen = function (...args) {
  $servers.push(this);
  return $listen.apply(this, args);
};
`;

const AFTER = `
while (!$servers[0]?.listening) await new Promise((resolve) => setTimeout(resolve, 5));
const $send = async (path, body, headers = { "content-type": "application/json" }) => {
  const method = path === "/me" ? "GET" : "POST";
  const url = "http://localhost:" + $servers[0].address().port + path;
  const response = await fetch(url, { method, headers, body });
  const cookies = response.headers.getSetCookie().map((line) => line.split(";")[0]);
  return { status: response.status, cookie: cookies.join("; "), text: await response.text() };
};
const $credentials = JSON.stringify({ email: "susan@example.com", password: "the horn and the bow" });
const $statuses = {};
for (const path of ["/sign-up", "/log-in"]) {
  $statuses[path] = [
    await $send(path, undefined, {}), await $send(path, undefined), await $send(path, "null"), await $send(path, "{"),
    await $send(path, "[]"), await $send(path, "{}"),
  ].map(({ status }) => status);
}
const $signedUp = await $send("/sign-up", $credentials);
const $me = await $send("/me", undefined, { cookie: $signedUp.cookie });
const $loggedIn = await $send("/log-in", $credentials);
const $none = await $send("/me", undefined, {});
const $large = await $send("/log-in", JSON.stringify({ email: "susan@example.com", password: "x".repeat(2 ** 21) }));
console.log(JSON.stringify({
  statuses: $statuses,
  signedUp: [$signedUp.status, $signedUp.cookie.replaceAll(/=[^;]+/g, "")],
  me: $me.text,
  loggedIn: [$loggedIn.status, $loggedIn.cookie.replaceAll(/=[^;]+/g, "")],
  none: $none.status,
  large: $large.status,
}));
process.exit();
`;

test.each(["express", "fastify", "hono"])(
  "that on %s signs up, and responds to a body that is none with 400, and to a large one with 413",
  async (name) => {
    await database.rows('truncate pevensie."user" cascade');
    const block = blocks.find(
      ({ name: at, code }) => at.includes("docs-web-md-") && code.includes(`from "pevensie/${name}"`),
    );
    const program = `${BEFORE}${programOf(block as NonNullable<typeof block>).replace("process.exit();\n", AFTER)}`;
    const { stdout, stderr } = await runDocumented(program, database.url);
    const [line = ""] = stdout.trimEnd().split("\n").slice(-1);
    expect(stderr.replaceAll(/^.*Warning.*$/gm, "")).not.toMatch(/TypeError|SyntaxError/);
    const { statuses, ...seen } = JSON.parse(line);
    // Without an email, a login fails as with one that nobody has, or as an input that is none.
    const failed = expect.toSatisfy((status) => status === 400 || status === 401);
    expect(statuses).toEqual({
      "/sign-up": [400, 400, 400, 400, 400, 400],
      "/log-in": [failed, failed, failed, 400, failed, failed],
    });
    expect(seen).toEqual({
      signedUp: [200, "session"],
      me: '{"email":"susan@example.com"}',
      loggedIn: [200, "session; session-device"],
      none: 401,
      large: 413,
    });
  },
);

const FETCH_HANDLER = `
import * as $testing from "pevensie/testing";
const $cookies = new Map();
const $send = async (path, form) => {
  const cookie = [...$cookies].map((pair) => pair.join("=")).join("; ");
  const body = form && new URLSearchParams(form);
  const request = new Request("http://localhost" + path, { method: form ? "POST" : "GET", body, headers: { cookie } });
  const response = await handle(request, "192.0.2.7");
  const set = response.headers.getSetCookie().map((line) => line.split(";")[0].split("="));
  for (const [name, value] of set) $cookies.set(name, value);
  const { status, headers } = response;
  return [status, set.map(([name]) => name).join(), status === 303 ? headers.get("location") : await response.text()];
};
const $age = async (seconds) => {
  for (const { id } of await $auth.listSessions($user.id)) await $testing.ageSession($client, id, seconds);
};
const $client = new $pg.Client(process.env.DATABASE_URL);
await $client.connect();
const $seen = {};
$seen.anonymous = [await $send("/"), await $send("/me"), await $send("/export"), await $send("/log-in", {})];
const $credentials = { email: $user.email, password: "through the wardrobe" };
$seen.loggedIn = await $send("/log-in", $credentials);
$seen.user = [await $send("/me"), (await $send("/export")).slice(0, 2), await $send("/other")];
$seen.addresses = (await $auth.listSessions($user.id)).map(({ ip }) => ip);
await $age(301);
$seen.recent = await $send("/export");
await $client.query("update pevensie.session set idle_seconds = 3600");
$seen.renewed = await $send("/");
await $age(301);
$seen.loggedOut = [await $send("/log-out", {}), await $send("/me")];
$cookies.clear();
const { token } = await $auth.createLogInToken({ email: $user.email, ttlSeconds: 60 });
$seen.entered = [await $send("/enter", { token }), await $send("/enter", { token })];
const $forged = new Request("http://localhost/log-in", { method: "POST", headers: { "sec-fetch-site": "cross-site" } });
$seen.forged = (await handle($forged)).status;
console.error = () => {};
$seen.large = (await $send("/log-in", { ...$credentials, password: "x".repeat(2 ** 16) }))[0];
for (let attempt = 0; attempt < 11; attempt += 1) {
  await handle(new Request("http://localhost/log-in", {
    method: "POST",
    body: new URLSearchParams({ ...$credentials, password: "a wrong password" }),
  }), "192.0.2.8").then(({ status, headers }) => { $seen.failed = [status, headers.has("retry-after")]; });
}
console.log(JSON.stringify($seen));
process.exit();
`;

test("that is a function of fetch's Request answers for visitors, users, errors and large bodies, and merges the renewed cookie", async () => {
  await database.rows('truncate pevensie."user", pevensie.log_in_budget cascade');
  const block = blocks.find(({ name, code }) => name.includes("docs-web-md-") && code.includes("function handle("));
  const program = programOf(block as NonNullable<typeof block>).replace("process.exit();\n", () => FETCH_HANDLER);
  const { stdout, stderr } = await runDocumented(program, database.url);
  const [line = ""] = stdout.trimEnd().split("\n").slice(-1);
  expect(line, stderr).toMatch(/^\{/);
  const me = [200, "", '{"email":"lucy@example.com"}'];
  const device = "session,session-device";
  expect(JSON.parse(line)).toEqual({
    anonymous: [
      [303, "", "http://localhost/me"],
      [303, "", "/log-in"],
      [401, "", expect.stringContaining("LOGIN_REQUIRED")],
      [401, "", "Wrong email or password\n"],
    ],
    loggedIn: [303, device, "/"],
    user: [me, [200, ""], [404, "", "Not found\n"]],
    addresses: ["192.0.2.7"],
    recent: [403, "", expect.stringContaining("RECENT_LOGIN_REQUIRED")],
    renewed: [303, "session", "http://localhost/me"],
    // The renewal that is due does not follow the cookie that is cleared.
    loggedOut: [
      [303, "session", "/"],
      [303, "", "/log-in"],
    ],
    entered: [
      [303, device, "/"],
      [401, "", "The link has been used, or has expired\n"],
    ],
    forged: 403,
    large: 413,
    failed: [429, true],
  });
});
