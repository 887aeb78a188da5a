import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ROOT, runProgram } from "./support/process.js";

/** The files that `pevensie init` writes. `npm run init:check` installs and starts them. */

const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pevensie-init-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The command finds its templates beside the sources. */
function init(...args: string[]) {
  const program = ["--conditions=pevensie-source", "--import", "tsx", "src/cli/main.ts", "init", ...args];
  return runProgram(process.execPath, program, "");
}

const read = (...path: string[]) => readFileSync(join(folder, ...path), "utf8");

test.each(["express", "fastify", "hono"])("writes an application with %s into a new folder", async (template) => {
  const { status, stdout, stderr } = await init("--template", template, join(folder, "My App"));
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining(template) });
  expect(stdout).toMatch(/^cd '.*My App'\nnpm install\nnpm run dev\n$/);
  const files = readdirSync(join(folder, "My App"), { recursive: true, encoding: "utf8" });
  expect(files.sort()).toEqual(
    [".env", ".gitignore", "README.md", "package.json", "src", "tsconfig.json"]
      .concat(["auth", "errors", "pages", "server"].map((name) => join("src", `${name}.ts`)))
      .sort(),
  );
  expect(read("My App", "src", "server.ts")).toContain(`from "pevensie/${template}"`);
  const { name, scripts, dependencies } = JSON.parse(read("My App", "package.json"));
  expect(name).toBe("my-app");
  expect(scripts.dev).toMatch(/^pevensie dev -- /);
  expect(Object.keys(dependencies)).toContain(template);
  expect(Object.values(dependencies)).not.toContain("*");
});

test("makes a key of 32 bytes for each application, which only the owner can read and git ignores", async () => {
  for (const name of ["a", "b"]) await init("--template", "hono", join(folder, name));
  const [first, second] = ["a", "b"].map((name) => /^COOKIE_KEY=(.*)$/m.exec(read(name, ".env"))?.[1] ?? "");
  expect(Buffer.from(first ?? "", "base64")).toHaveLength(32);
  expect(first).not.toBe(second);
  expect(statSync(join(folder, "a", ".env")).mode & 0o077).toBe(0);
  expect(read("a", ".gitignore").split("\n")).toEqual(expect.arrayContaining([".env", "node_modules/", ".pevensie/"]));
});

test.each(["a b'c", "$(id)", "-dash"])("prints a command that enters the folder %j when it is pasted", async (name) => {
  const program = ["--conditions=pevensie-source", "--import", TSX, join(ROOT, "src/cli/main.ts"), "init"];
  const inFolder = (script: string, ...args: string[]) =>
    runProgram("sh", ["-c", `cd "$0" && ${script}`, folder, ...args], "");
  const args = [...program, "--template", "hono", "--", name];
  const { stdout } = await inFolder('exec "$@"', process.execPath, ...args);
  const [enter = ""] = stdout.split("\n");
  expect((await inFolder(`${enter} && pwd`)).stdout).toBe(`${realpathSync(join(folder, name))}\n`);
});

test("accepts a folder with files of git alone", async () => {
  mkdirSync(join(folder, ".git"));
  expect((await init("--template", "hono", folder)).status).toBe(0);
});

test("refuses a folder that is not empty, and writes nothing", async () => {
  writeFileSync(join(folder, "notes.txt"), "");
  const { status, stdout, stderr } = await init("--template", "hono", folder);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^pevensie: the folder is not empty[^\n]*\n$/);
  expect(readdirSync(folder)).toEqual(["notes.txt"]);
});

test.each([
  ["an unknown template", ["--template", "koa"], /express, fastify and hono/],
  ["a name of an object's own property", ["--template", "toString"], /express, fastify and hono/],
  ["no template without a terminal", [], /--template express\|fastify\|hono/],
  ["two folders", ["--template", "hono", "other"], /one folder/],
])("refuses %s in one line", async (_, args, message) => {
  const { status, stdout, stderr } = await init(...args, join(folder, "app"));
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^pevensie: [^\n]*\n$/);
  expect(stderr).toMatch(message);
  expect(readdirSync(folder)).toEqual([]);
});

test("refuses a file", async () => {
  writeFileSync(join(folder, "file"), "");
  const { status, stderr } = await init("--template", "hono", join(folder, "file"));
  expect(status).toBe(1);
  expect(stderr).toBe("pevensie: that is a file, not a folder\n");
});
