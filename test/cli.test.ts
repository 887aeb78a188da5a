import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeEach, expect, test } from "vitest";
import { migrate } from "../src/postgres/index.js";
import { describeCatalog } from "./support/catalog.js";
import { restoreOriginal } from "./support/catalog-original.js";
import { useDatabase } from "./support/database.js";
import { compiledCli, runCli, runProgram, startCli } from "./support/process.js";

const { version: packageVersion } = createRequire(import.meta.url)("../package.json") as { version: string };

const fresh = useDatabase();
const database = useDatabase({ empty: true });

const ONE_LINE = /^pevensie: [^\n]+\n$/;

/** Nothing listens on port 1. */
const UNREACHABLE = "postgresql://postgres:planted-secret@127.0.0.1:1/postgres";

const isEmpty = async () =>
  (await database.rows("select to_regnamespace('pevensie') is null as empty"))[0]?.["empty"] === true;

beforeEach(async () => {
  await database.pool.query("drop schema if exists pevensie cascade");
});

test("prints SQL to standard output and nothing else there, and changes nothing", async () => {
  const { status, stdout, stderr } = await runCli(["migrate", "--addr", database.url, "auth", "cache"]);
  expect(status).toBe(0);
  const { sql, migrations } = await migrate({ modules: ["auth", "cache"], connectionString: database.url });
  expect(stdout).toBe(sql);
  expect(stderr.trim().split("\n")).toEqual(
    migrations.map(({ module, version, name }) => `pending: ${module} ${version} ${name}`),
  );
  expect(await isEmpty()).toBe(true);
});

test("the printed SQL creates the schema", async () => {
  const { stdout } = await runCli(["migrate", "--addr", database.url, "auth", "cache"]);
  await database.pool.query(stdout);
  expect(await describeCatalog(database.pool)).toBe(await describeCatalog(fresh.pool));
});

test("--apply creates the schema, and is a no-op the second time", async () => {
  const args = ["migrate", "--addr", database.url, "--apply", "auth", "cache"];
  const first = await runCli(args);
  expect(first).toMatchObject({ status: 0, stdout: "" });
  expect(first.stderr).toMatch(/^applied: base \d{14} \w+\n/);
  const catalog = await describeCatalog(database.pool);
  expect(catalog).toBe(await describeCatalog(fresh.pool));
  const second = await runCli(args);
  expect(second).toMatchObject({ status: 0, stdout: "" });
  expect(second.stderr).toMatch(/^nothing to apply[^\n]*\n$/);
  expect(await describeCatalog(database.pool)).toBe(catalog);
});

test("--check exits 1 while a migration is pending, prints no SQL and changes nothing; afterwards it exits 0", async () => {
  const args = ["migrate", "--addr", database.url, "--check", "auth", "cache"];
  const pending = await runCli(args);
  expect(pending).toMatchObject({ status: 1, stdout: "" });
  expect(pending.stderr).toMatch(/^(pending: (base|auth|cache) \d{14} \w+\n)+$/);
  expect(await isEmpty()).toBe(true);
  await migrate({ modules: ["auth", "cache"], apply: true, connectionString: database.url });
  const done = await runCli(args);
  expect(done).toMatchObject({ status: 0, stdout: "" });
  expect(done.stderr).toMatch(/^nothing to apply[^\n]*\n$/);
});

test("--check and --apply exclude each other", async () => {
  const { status, stderr } = await runCli(["migrate", "--addr", database.url, "--check", "--apply", "auth"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(ONE_LINE);
  expect(await isEmpty()).toBe(true);
});

test("warnings about an original's emails are printed to standard error, by the users' ids", async () => {
  await restoreOriginal(database.pool);
  const { status, stdout, stderr } = await runCli(["migrate", "--addr", database.url, "--apply", "auth", "cache"]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  expect(stderr.match(/^warning: .*01950000-0000-7000-8000-0000000000\d\d/gm)).toHaveLength(4);
  expect(stderr).not.toContain("example.com");
});

test("--addr takes precedence over DATABASE_URL, which takes precedence over the default", async () => {
  const flag = await runCli(["migrate", "--apply", "auth", "--addr", database.url], { DATABASE_URL: UNREACHABLE });
  expect(flag.status).toBe(0);
  const variable = await runCli(["migrate", "--apply", "cache"], { DATABASE_URL: database.url });
  expect(variable.status).toBe(0);
  expect(await describeCatalog(database.pool)).toBe(await describeCatalog(fresh.pool));
});

test("a module may be named twice, in any order", async () => {
  const { status } = await runCli(["migrate", "--apply", "cache", "auth", "cache", "--addr", database.url]);
  expect(status).toBe(0);
  expect(await describeCatalog(database.pool)).toBe(await describeCatalog(fresh.pool));
});

test.each([[["--help"]], [["-h"]], [["help"]], [[]], [["migrate", "--help"]]])("%j prints the usage", async (args) => {
  const { status, stdout, stderr } = await runCli(args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^usage: pevensie migrate /);
});

test.each([
  ["--help", /^usage: /, "not loaded"],
  ["--version", new RegExp(`^${packageVersion.replaceAll(".", "\\.")}\n$`), "not loaded"],
  ["migrate", /^$/, "loaded"],
])("%s prints the expected text, and pg is %s", async (arg, expected, pg) => {
  const reporter = `
    import { createRequire } from "node:module";
    const { cache } = createRequire(process.cwd() + "/");
    process.on("exit", () => console.error(Object.keys(cache).some((file) => /node_modules.pg.lib/.test(file)) ? "loaded" : "not loaded"));`;
  const hook = `data:text/javascript,${encodeURIComponent(reporter)}`;
  const args = ["--conditions=pevensie-source", "--import", "tsx", "--import", hook, "src/cli/main.ts", arg];
  const { stdout, stderr } = await runProgram(process.execPath, args, "");
  expect(stdout).toMatch(expected);
  expect(stderr.trim().split("\n").at(-1)).toBe(pg);
});

test.each([
  ["a wrong module", ["migrate", "auht"]],
  ["a wrong module beside a right one", ["migrate", "auth", "sessions"]],
  ["the base module, which comes by itself", ["migrate", "base"]],
  ["no module", ["migrate"]],
  ["an unknown flag", ["migrate", "--aply", "auth"]],
  ["a flag without its value", ["migrate", "auth", "--addr"]],
  ["an unknown command", ["migrat", "auth"]],
])("%s exits 1 with one line, and changes nothing", async (_, args) => {
  const { status, stdout, stderr } = await runCli(args, { DATABASE_URL: database.url });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(ONE_LINE);
  expect(await isEmpty()).toBe(true);
});

test("a wrong module is named, with the right ones", async () => {
  const { stderr } = await runCli(["migrate", "auht"]);
  expect(stderr).toContain("auht");
  expect(stderr).toMatch(/auth and cache/);
});

test.each([
  ["--all-schemes", "there is no option --all-schemes; see pevensie --help"],
  ["-x", "there is no option -x; see pevensie --help"],
  [`--${UNREACHABLE}`, "there is no option of that name; see pevensie --help"],
])("reports that the option %s does not exist", async (option, message) => {
  const { status, stdout, stderr } = await runCli(["migrate", option, "auth"]);
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: "", stderr: `pevensie: ${message}\n` });
});

test("a database that is newer exits 1 with one line", async () => {
  await migrate({ modules: ["auth"], apply: true, connectionString: database.url });
  await database.pool.query("update pevensie.module_version set version = '2999-01-01 00:00+00'");
  const { status, stdout, stderr } = await runCli(["migrate", "--apply", "auth", "--addr", database.url]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(ONE_LINE);
});

test("a statement that fails exits 1 with one line that names it, and changes nothing", async () => {
  await restoreOriginal(database.pool);
  await database.pool.query("alter table pevensie.cache drop constraint cache_key_key");
  const before = await describeCatalog(database.pool);
  const { status, stdout, stderr } = await runCli(["migrate", "--apply", "auth", "cache", "--addr", database.url]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(ONE_LINE);
  expect(stderr).toContain("key_per_resource_type");
  expect(await describeCatalog(database.pool)).toBe(before);
});

/** The environment of a shell in which psql would reach the server of this run. */
const { hostname, port, username, password, pathname } = new URL(database.url);
const elsewhere = {
  PGHOST: hostname,
  PGPORT: port,
  PGUSER: username,
  PGPASSWORD: decodeURIComponent(password),
  PGDATABASE: pathname.slice(1),
};

/** The server of this run, with a user that it does not know. */
const strangers = Object.assign(new URL(database.url), { username: "nobody_here", password: "planted-secret" }).href;

test.each([
  ["no server", ["migrate", "auth", "--addr", UNREACHABLE]],
  ["no server, to apply", ["migrate", "--apply", "auth", "--addr", UNREACHABLE]],
  ["a user that there is not", ["migrate", "auth", "--addr", strangers]],
  ["an address that is none", ["migrate", "auth", "--addr", "postgresql://me:planted-secret@[nonsense"]],
  [
    "an address with a port that is none",
    ["migrate", "auth", "--addr", "postgresql://me:planted-secret@localhost:99999/x"],
  ],
  ["an address without slashes", ["migrate", "auth", "--addr", "postgres:planted-secret@localhost/db"]],
  ["an address without slashes, to sweep", ["sweep", "auth", "--addr", "postgres:planted-secret@localhost/db"]],
  ["an address without a scheme", ["migrate", "auth", "--addr", "me:planted-secret@localhost/db"]],
  ["libpq's keywords", ["migrate", "auth", "--addr", "host=localhost password=planted-secret"]],
  ["an unknown parameter", ["migrate", "auth", "--addr", `${UNREACHABLE}?sslMode=planted-secret`]],
  ["an address behind dashes", ["migrate", "auth", `--${UNREACHABLE}`]],
  ["an address behind a dash", ["migrate", "auth", `-${UNREACHABLE}`]],
  ["an address as the value of a flag that takes none", ["migrate", "auth", `--apply=${UNREACHABLE}`]],
  ["an address in the place of a module", ["migrate", UNREACHABLE, "auth"]],
  ["an address in the place of the command", [UNREACHABLE]],
  ["an address under a wrong flag", ["migrate", `--address=${UNREACHABLE}`, "auth"]],
  ["an address after a wrong flag", ["migrate", "--address", UNREACHABLE, "auth"]],
])("%s exits 1 with one line, without the password", async (_, args) => {
  const { status, stdout, stderr } = await runCli(args, elsewhere);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(ONE_LINE);
  expect(stderr).not.toContain("lanted-secret");
});

test.each([UNREACHABLE, "postgres:planted-secret@localhost/db", `${UNREACHABLE}?channel_binding=require`])(
  "a password in DATABASE_URL is not printed either: %s",
  async (DATABASE_URL) => {
    const { status, stdout, stderr } = await runCli(["migrate", "auth"], { ...elsewhere, DATABASE_URL });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).not.toContain("lanted-secret");
  },
);

test("a PGSSLMODE that is not supported is named", async () => {
  const { status, stderr } = await runCli(["migrate", "auth", "--addr", database.url], { PGSSLMODE: "allow" });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^pevensie: PGSSLMODE [^\n]+\n$/);
});

test("an empty --addr is refused: it comes from a variable that is not set, and pg would use its defaults", async () => {
  const { status, stdout, stderr } = await runCli(["migrate", "--apply", "auth", "--addr", ""], elsewhere);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(ONE_LINE);
  expect(await isEmpty()).toBe(true);
});

test("an empty DATABASE_URL is refused, unless --addr names the database", async () => {
  const env = { ...elsewhere, DATABASE_URL: "" };
  const { status, stdout, stderr } = await runCli(["migrate", "--apply", "auth"], env);
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: "", stderr: "pevensie: DATABASE_URL is empty\n" });
  expect(await isEmpty()).toBe(true);
  expect(await runCli(["migrate", "auth", "--addr", database.url], env)).toMatchObject({ status: 0 });
});

test("goes on when nobody reads what it prints: a migration is applied", async () => {
  const running = startCli(["migrate", "--apply", "--addr", database.url, "auth"]);
  running.process.stdout?.destroy();
  running.process.stderr?.destroy();
  expect(await running.outcome).toMatchObject({ status: 0, signal: null });
  expect(await isEmpty()).toBe(false);
  const printing = startCli(["--help"]);
  printing.process.stdout?.destroy();
  expect(await printing.outcome).toMatchObject({ status: 0, signal: null, stderr: "" });
});

test.runIf(existsSync("/dev/full"))("output that cannot be written is an error of one line", async () => {
  const full = ["-c", 'exec "$@" > /dev/full', "sh", process.execPath, compiledCli(), "--help"];
  const { status, stderr } = await runProgram("/bin/sh", full, "");
  expect(status).toBe(1);
  expect(stderr).toMatch(ONE_LINE);
});
