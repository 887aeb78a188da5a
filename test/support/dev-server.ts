import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, expect } from "vitest";
import { isRunning } from "../../src/embedded/processes.js";
import { type Running, startCli } from "./process.js";

/** An empty project. Only its owner may enter its folder, as in a home directory. */
export interface Project {
  readonly folder: string;
  /** Starts `pevensie dev` in it. */
  dev(args?: readonly string[], env?: NodeJS.ProcessEnv): Dev;
  /** The process of the server in its folder. */
  serverPid(): number;
  /** The path of something in the folder of the server's. */
  path(...names: string[]): string;
}

/** A running `pevensie dev`. */
export interface Dev extends Running {
  /** The connection string, once it is printed. */
  url(): Promise<string>;
  /** Resolves with the exit status after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Projects for the tests of a file. After each test, what runs in them is ended. Call it at the file's top level. */
export function useProjects(): () => Project {
  const folders: string[] = [];
  const started: Dev[] = [];
  afterEach(async () => {
    for (const { process: child, outcome } of started.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGINT");
      await outcome;
    }
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), "pevensie-project-"));
    chmodSync(folder, 0o700);
    folders.push(folder);
    const path = (...names: string[]) => join(folder, ".pevensie", "server", ...names);
    return {
      folder,
      path,
      serverPid: () => Number(readFileSync(path("data", "postmaster.pid"), "utf8").split("\n")[0]),
      dev: (args = [], env = {}) => {
        const dev = follow(startCli(["dev", ...args], env, folder));
        started.push(dev);
        return dev;
      },
    };
  };
}

function follow(running: Running): Dev {
  const { process: child, outcome } = running;
  let text = "";
  const printed = new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", (chunk: string) => {
      text += chunk;
      const [, url] = /^DATABASE_URL=(\S+)\n/.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    });
    outcome.then(({ stderr }) => reject(new Error(`It ended without an address: ${stderr}`)), reject);
  });
  printed.catch(() => {});
  return {
    ...running,
    url: () => printed,
    end: async (signal) => {
      child.kill(signal);
      return (await outcome).status;
    },
  };
}

/** The rows of a statement on a database. */
export async function rowsOf(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Resolves when a process has ended. */
export async function ended(pid: number): Promise<void> {
  await expect.poll(() => isRunning(pid), { interval: 10 }).toBe(false);
}
