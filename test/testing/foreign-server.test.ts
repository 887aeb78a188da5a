import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isServerOn, type PostmasterFile } from "../../src/embedded/postmaster-file.js";
import * as processes from "../../src/embedded/processes.js";
import { startDevServer } from "../../src/testing/index.js";
import { rowsOf } from "../support/dev-server.js";

vi.mock("../../src/embedded/processes.js", { spy: true });

/** More than any system's largest process id. */
const NO_PROCESS = 2_147_483_647;

let folder: string;
/** Another program. */
let other: ChildProcess & { readonly pid: number };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pevensie-foreign-"));
  other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "Lucy"], { stdio: "ignore" }) as typeof other;
  // As on a system without /proc.
  vi.mocked(processes.workingFolder).mockReturnValue(null);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.mocked(processes.commandLine).mockReset();
  if (other.kill("SIGKILL")) await once(other, "exit");
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
});

const path = (...names: string[]) => join(folder, "server", ...names);

/** Leaves the folder as a power failure does, after which the server's process id is the other program's. */
async function loseServer(): Promise<string> {
  const { connectionString, stop } = await startDevServer({ folder });
  await rowsOf(connectionString, "create table public.kept as select 'here' as value");
  const lock = readFileSync(path("data", "postmaster.pid"), "utf8");
  await stop();
  writeFileSync(path("data", "postmaster.pid"), lock.replace(/^\d+/, String(other.pid)));
  writeFileSync(path("runner.json"), JSON.stringify({ command: NO_PROCESS, server: other.pid }));
  return connectionString;
}

describe("F17: without /proc", () => {
  test("another program that has the process id of the server is not signalled", async () => {
    const url = await loseServer();
    const kill = vi.spyOn(process, "kill");
    await using server = await startDevServer({ folder });
    expect(server.isForeign).toBe(false);
    expect(await rowsOf(url, "select value from public.kept")).toEqual([{ value: "here" }]);
    expect(kill.mock.calls.filter(([pid, signal]) => pid === other.pid && signal !== 0)).toEqual([]);
  });

  test("a process that cannot be identified is not signalled, and the error says what to do", async () => {
    await loseServer();
    vi.mocked(processes.commandLine).mockResolvedValueOnce(null);
    const kill = vi.spyOn(process, "kill");
    const refused = { code: "CONNECTION_UNAVAILABLE", message: expect.stringContaining(`Process ${other.pid} may be`) };
    await expect(startDevServer({ folder })).rejects.toMatchObject(refused);
    expect(kill.mock.calls.filter(([, signal]) => signal !== 0)).toEqual([]);
  });

  test("a second start joins the server that runs", async () => {
    await using first = await startDevServer({ folder });
    await using second = await startDevServer({ folder });
    expect(second).toMatchObject({ isForeign: true, connectionString: first.connectionString });
  });

  test("a server whose command was killed is stopped by the next start", async () => {
    await using first = await startDevServer({ folder });
    const runner = JSON.parse(readFileSync(path("runner.json"), "utf8")) as object;
    writeFileSync(path("runner.json"), JSON.stringify({ ...runner, command: NO_PROCESS }));
    await using second = await startDevServer({ folder });
    await first.ended;
    expect(second.isForeign).toBe(false);
    expect(await rowsOf(second.connectionString, "select 1 as one")).toEqual([{ one: 1 }]);
  });
});

const lock = (overrides: Partial<PostmasterFile> = {}): PostmasterFile => ({
  pid: other.pid,
  folder,
  startedAt: Date.now() / 1000,
  port: 23_817,
  isReady: true,
  ...overrides,
});

describe("the process of a lock file, without /proc", () => {
  const commandOf = (file: PostmasterFile) => `/bin/postgres -D ${file.folder} -p ${file.port} -h 127.0.0.1`;

  test("is the server if its command line names the folder, or a link to it", async () => {
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    try {
      for (const file of [lock(), lock({ folder: link })]) {
        vi.mocked(processes.commandLine).mockResolvedValueOnce(commandOf(file));
        expect(await isServerOn(folder, file)).toBe(true);
      }
    } finally {
      rmSync(link);
    }
  });

  test("a server on the original of a copied folder is not one on the copy", async () => {
    const file = lock({ folder: tmpdir() });
    vi.mocked(processes.commandLine).mockResolvedValueOnce(commandOf(file));
    expect(await isServerOn(folder, file)).toBe(false);
  });

  test("another user's process is no server", async () => {
    const file = lock();
    vi.mocked(processes.commandLine).mockResolvedValueOnce(commandOf(file));
    vi.spyOn(process, "kill").mockImplementation(() => {
      throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
    });
    expect(await isServerOn(folder, file)).toBe(false);
  });

  test("is not the server if the file is older than the last boot and the command line cannot be read", async () => {
    vi.mocked(processes.commandLine).mockResolvedValueOnce(null);
    expect(await isServerOn(folder, lock({ startedAt: 0 }))).toBe(false);
  });

  test.each([0, -1, Number.NaN])("is not the server if its id is %d", async (pid) => {
    expect(await isServerOn(folder, lock({ pid }))).toBe(false);
  });
});

test("commandLine returns the command line of a process, and an empty string if the process has ended", async () => {
  const { commandLine, queryCommandLine } = processes;
  expect(await commandLine(other.pid)).toContain("Lucy");
  // Slim images of Linux have no ps.
  const hasPs = (await queryCommandLine(process.pid)) !== null;
  if (hasPs) expect(await queryCommandLine(other.pid)).toContain("Lucy");
  other.kill("SIGKILL");
  await once(other, "exit");
  expect(await commandLine(other.pid)).toBe("");
  expect(await queryCommandLine(other.pid)).toBe(hasPs ? "" : null);
});
