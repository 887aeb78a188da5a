import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

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

/** Longer than anything here takes: a process that hangs is killed, and its outcome shows the signal. */
const PATIENCE_MS = 60_000;

/** Starts the command `pevensie`: the built one if it is not older than its source, which starts sooner. */
export function startCli(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  return start(["--enable-source-maps", ...(builtCli() ?? tsx("src/cli/main.ts")), ...args], env);
}

/** The outcome of the command `pevensie`. */
export function runCli(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return startCli(args, env).outcome;
}

/** The outcome of a program of test/fixtures/ in a process of its own. */
export function runFixture(name: string, env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return start(tsx(join("test/fixtures", name)), env).outcome;
}

/** A program with its input, such as psql. */
export function runProgram(command: string, args: readonly string[], input: string): Promise<Outcome> {
  return follow(spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], timeout: PATIENCE_MS }), input).outcome;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv): Running {
  // Nothing of this process's environment but what programs need: DATABASE_URL and PG* must not leak in.
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { PATH, HOME, TMPDIR, ...env },
    stdio: ["ignore", "pipe", "pipe"],
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

function tsx(file: string): string[] {
  return ["--import", "tsx", join(ROOT, file)];
}

/** Looked for at every start: a build may take place meanwhile. */
function builtCli(): string[] | undefined {
  const main = join(ROOT, "dist/src/cli/main.js");
  if (!existsSync(main)) return undefined;
  const sources = ["src", "generated"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => join(ROOT, folder, file)),
  );
  const built = statSync(main).mtimeMs;
  return sources.every((file) => statSync(file).mtimeMs <= built) ? [main] : undefined;
}
