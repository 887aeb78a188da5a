import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, symlinkSync } from "node:fs";
import { join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { inject } from "vitest";

/** How a child process ended. */
export interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly outcome: Promise<Outcome>;
}

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Only for a process that hangs: it is killed, and its outcome shows the signal. */
const PATIENCE_MS = 170_000;

/** Starts the command `pevensie`. */
export function startCli(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd: string = ROOT): Running {
  return start([compiledCli(), ...args], env, cwd);
}

/** The command `pevensie`, as one file. */
export function compiledCli(): string {
  return compiled("src/cli/main.ts");
}

/** The outcome of the command `pevensie`. */
export function runCli(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return startCli(args, env).outcome;
}

/** Starts a program of test/fixtures/ in a process of its own. */
export function startFixture(name: string, env: NodeJS.ProcessEnv = {}): Running {
  return start([compiled(join("test/fixtures", name))], env);
}

/** The outcome of a program of test/fixtures/ in a process of its own. */
export function runFixture(name: string, env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return startFixture(name, env).outcome;
}

/** Runs a program of test/fixtures/ in several processes, whose {@link beginTogether} resolves once all of them have called it. */
export async function runTogether(name: string, count: number, env: NodeJS.ProcessEnv): Promise<Outcome[]> {
  const program = compiled(join("test/fixtures", name));
  const running = Array.from({ length: count }, () => start([program], env, ROOT, ["ignore", "pipe", "pipe", "ipc"]));
  // A process that ends early keeps the others from beginning, and its outcome shows why.
  const ready = running.map(({ process: child, outcome }) => Promise.race([once(child, "message"), outcome]));
  await Promise.all(ready);
  for (const { process: child } of running) if (child.connected) child.send("begin");
  return Promise.all(running.map(({ outcome }) => outcome));
}

/** A program with its input, such as psql. */
export function runProgram(command: string, args: readonly string[], input: string): Promise<Outcome> {
  return follow(spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], timeout: PATIENCE_MS }), input).outcome;
}

function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string = ROOT,
  stdio: StdioOptions = ["ignore", "pipe", "pipe"],
): Running {
  // Nothing of this process's environment but what programs need: DATABASE_URL and PG* must not leak in.
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH, HOME, TMPDIR, ...env },
    stdio,
    timeout: PATIENCE_MS,
  });
  return follow(child);
}

function follow(child: ChildProcess, input?: string): Running {
  const text = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (chunk: string) => {
      text[stream] += chunk;
    });
  }
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => resolve({ status, signal, ...text }));
  });
  return { process: child, outcome };
}

const compiledPrograms = new Map<string, string>();

/** A program as one JavaScript file: compiling TypeScript at every start takes most of the time of a short process. */
function compiled(file: string): string {
  const known = compiledPrograms.get(file);
  if (known !== undefined) return known;
  const outfile = join(outputFolder(), `${parse(file).name}.mjs`);
  buildSync({
    entryPoints: [join(ROOT, file)],
    outfile,
    bundle: true,
    packages: "external",
    conditions: ["pevensie-source"],
    platform: "node",
    format: "esm",
    target: "node20",
  });
  compiledPrograms.set(file, outfile);
  return outfile;
}

let folder: string | undefined;

/** A folder outside of the project, from which the project's packages are found. */
function outputFolder(): string {
  if (folder !== undefined) return folder;
  const created = mkdtempSync(join(inject("programsFolder"), "file-"));
  symlinkSync(join(ROOT, "node_modules"), join(created, "node_modules"));
  folder = created;
  return created;
}
