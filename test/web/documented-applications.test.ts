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
console.log(JSON.stringify({
  statuses: $statuses,
  signedUp: [$signedUp.status, $signedUp.cookie.replaceAll(/=[^;]+/g, "")],
  me: $me.text,
  loggedIn: [$loggedIn.status, $loggedIn.cookie.replaceAll(/=[^;]+/g, "")],
  none: $none.status,
}));
process.exit();
`;

test.each(["express", "fastify", "hono"])(
  "that on %s signs up, and responds to a body that is none with 400",
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
    });
  },
);
