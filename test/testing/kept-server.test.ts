import {
  chownSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as ports from "../../src/embedded/ports.js";
import { type DevServerOptions, startDevServer } from "../../src/testing/index.js";
import { rowsOf } from "../support/dev-server.js";

vi.mock("../../src/embedded/ports.js", { spy: true });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pevensie-kept-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

test("listens on another port if its own is taken between the check and the start", async () => {
  const first = await startDevServer({ folder });
  await first.stop();
  const port = Number(new URL(first.connectionString).port);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
  try {
    vi.mocked(ports.isFree).mockResolvedValueOnce(true);
    const notices: string[] = [];
    await using server = await startDevServer({ folder, onNotice: (line) => notices.push(line) });
    expect(notices).toContainEqual(expect.stringContaining(`port ${port} is taken`));
    expect(await rowsOf(server.connectionString, "select 1 as one")).toEqual([{ one: 1 }]);
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

test("a folder is refused where the server is ephemeral, and nothing is started", async () => {
  const refused = { code: "INVALID_INPUT", field: "folder" };
  await expect(startDevServer({ folder, ephemeral: true })).rejects.toMatchObject(refused);
});

test.each([
  ["folder", ""],
  ["folder", 5],
  ["folder", "a\0b"],
  ["ephemeral", "yes"],
  ["onNotice", 5],
  ["port", 70_000],
  ["signal", {}],
])("refuses as %s the value %j", async (field, value) => {
  const options = { folder, [field]: value } as DevServerOptions;
  await expect(startDevServer(options)).rejects.toMatchObject({ code: "INVALID_INPUT", field });
  expect(readdirSync(folder)).toEqual([]);
});

test("an aborted start rejects with the signal's reason, and leaves no server", async () => {
  await (await startDevServer({ folder })).stop();
  const stop = new AbortController();
  const started = startDevServer({ folder, signal: stop.signal });
  const lock = join(folder, "server", "data", "postmaster.pid");
  await expect.poll(() => existsSync(lock), { interval: 1 }).toBe(true);
  const reason = new Error("stopped");
  stop.abort(reason);
  await expect(started).rejects.toBe(reason);
  expect(existsSync(lock)).toBe(false);
  await using server = await startDevServer({ folder });
  expect(server.isForeign).toBe(false);
});

test("a start during stop() waits for the end, and starts a server of its own", async () => {
  const first = await startDevServer({ folder });
  const pid = Number.parseInt(readFileSync(join(folder, "server", "data", "postmaster.pid"), "utf8"), 10);
  // Does not end before the second start has seen it.
  process.kill(pid, "SIGSTOP");
  const stopped = first.stop();
  const resume = () => process.kill(pid, "SIGCONT");
  await using second = await startDevServer({ folder, onNotice: resume });
  if (second.isForeign) resume();
  await stopped;
  expect(second.isForeign).toBe(false);
  expect(await rowsOf(second.connectionString, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("hides only its own files in a folder with other files", async () => {
  writeFileSync(join(folder, "index.ts"), "");
  await using _server = await startDevServer({ folder });
  expect(readdirSync(folder).sort()).toEqual(["index.ts", "server"]);
  expect(readFileSync(join(folder, "server", ".gitignore"), "utf8")).toBe("*\n");
});

// Only root's server runs as another user.
describe.skipIf(process.getuid?.() !== 0)("started by root", () => {
  const path = (...names: string[]) => join(folder, "server", ...names);
  const own = () => join(folder, "own.txt");
  beforeEach(() => writeFileSync(own(), "of root", { mode: 0o600 }));

  test("the server's user can write to the data alone, and the server to its log", async () => {
    await using server = await startDevServer({ folder });
    const link = (name: string) =>
      rowsOf(server.connectionString, `copy (select 1) to program 'ln -sf ${own()} ${name}'`);
    await link("allowed");
    for (const name of ["postgres.log", "settings.json", "runner.json"]) {
      await expect(link(`../${name}`)).rejects.toThrow("program");
      expect(lstatSync(path(name))).toMatchObject({ uid: 0, nlink: 1 });
    }
    expect(statSync(path()).mode & 0o777).toBe(0o711);
    expect(statSync(path("data")).uid).not.toBe(0);
    expect(readFileSync(path("postgres.log"), "utf8")).toContain("Permission denied");
  });

  test("a folder that an earlier release gave to the server's user is taken back, and no link in it is followed", async () => {
    const first = await startDevServer({ folder });
    await rowsOf(first.connectionString, "create table public.kept as select 'here' as value");
    await first.stop();
    const { uid, gid } = statSync(path("data"));
    for (const name of ["", "settings.json"]) chownSync(path(name), uid, gid);
    for (const name of ["postgres.log", "runner.json", `runner.json.${process.pid}`]) {
      rmSync(path(name), { force: true });
      symlinkSync(own(), path(name));
    }
    await using server = await startDevServer({ folder });
    expect(server.connectionString).toBe(first.connectionString);
    expect(await rowsOf(server.connectionString, "select value from public.kept")).toEqual([{ value: "here" }]);
    expect(readFileSync(own(), "utf8")).toBe("of root");
    expect(readdirSync(path()).sort()).toEqual([".gitignore", "data", "postgres.log", "runner.json", "settings.json"]);
    for (const name of ["", "postgres.log", "runner.json", "settings.json"]) {
      expect(lstatSync(path(name))).toMatchObject({ uid: 0, gid: 0 });
    }
  });

  test("a link in place of the data's lock file is not written through", async () => {
    await (await startDevServer({ folder })).stop();
    // The id of a process that is no server.
    const text = `${process.pid}\nof root\n`;
    writeFileSync(own(), text);
    symlinkSync(own(), path("data", "postmaster.pid"));
    await expect(startDevServer({ folder })).rejects.toThrow();
    expect(readFileSync(own(), "utf8")).toBe(text);
  });

  test("in another user's folder the log is not written through a link", async () => {
    await (await startDevServer({ folder })).stop();
    chownSync(path(), 1000, 1000);
    rmSync(path("postgres.log"));
    symlinkSync(own(), path("postgres.log"));
    await expect(startDevServer({ folder })).rejects.toThrow("ELOOP");
    expect(readFileSync(own(), "utf8")).toBe("of root");
  });
});
