import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type DevServer, type DevServerOptions, startDevServer } from "../testing/dev-server.js";
import { parse, report, UsageError } from "./usage.js";

const FOREIGN = "the server of this folder runs already, and ends with the process that has started it";

const ENDED = "the server ended unexpectedly; start again: the data of .pevensie is recovered";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const GROUP_POLL_MILLIS = 20;

/** Container runtimes send SIGKILL ten seconds after SIGTERM. */
const GROUP_TIMEOUT_MILLIS = 8000;

/** What a shell answers for a command that it does not find. */
const NOT_FOUND = 127;

/**
 * `pevensie dev`: runs a PostgreSQL server for development until a signal comes, or while another command runs, whose exit
 * status is then the one of this command.
 */
export async function runDev(args: readonly string[]): Promise<void> {
  const end = args.indexOf("--");
  const command = end === -1 ? null : args.slice(end + 1);
  const { values, positionals } = parse(end === -1 ? args : args.slice(0, end), {
    ephemeral: { type: "boolean" },
    port: { type: "string" },
  });
  if (positionals.length > 0) throw new UsageError("a command to run comes after --, as in: pevensie dev -- npm test");
  if (command?.length === 0) throw new UsageError("name a command after --");
  const port = parsePort(values.port);
  const signals = new Signals();
  const server = await start({ ephemeral: values.ephemeral === true, port, onNotice: report }, signals);
  if (server === null) return;
  try {
    if (command === null) await serve(server, signals);
    else await runCommand(command, server, signals);
  } finally {
    // A second signal is for somebody who does not want to wait.
    signals.onNext(() => void server.stop("immediately"));
    await server.stop();
    signals.close();
  }
}

/** Starts the server. A signal aborts the start, and the result is then null; a second signal ends this process immediately. */
async function start(options: DevServerOptions, signals: Signals): Promise<DevServer | null> {
  const abortion = new AbortController();
  signals.onEach((received) => {
    // The server ends with this process.
    if (abortion.signal.aborted) process.exit(statusAfter(received));
    process.exitCode = statusAfter(received);
    abortion.abort();
  });
  try {
    const server = await startDevServer({ ...options, signal: abortion.signal });
    if (!abortion.signal.aborted) return server;
    await server.stop();
  } catch (error) {
    if (error !== abortion.signal.reason) throw error;
  }
  return null;
}

/** Prints the address, and waits for the end. */
async function serve(server: DevServer, signals: Signals): Promise<void> {
  process.stdout.write(`DATABASE_URL=${server.connectionString}\n`);
  if (server.isForeign) return report(FOREIGN);
  report("PostgreSQL is running; Ctrl-C stops it");
  const ended = server.ended.then(() => "ended" as const);
  // Neither signals nor the server keep Node running.
  const alive = setInterval(() => {}, 2 ** 30);
  const first = await Promise.race([ended, signals.next()]);
  clearInterval(alive);
  if (first === "ended") throw new UsageError(ENDED);
}

/** Runs a command with DATABASE_URL set. Standard input and output are the command's. */
async function runCommand([name = "", ...args]: readonly string[], server: DevServer, signals: Signals): Promise<void> {
  const env = { ...process.env, DATABASE_URL: server.connectionString };
  // Commands of npm are scripts on Windows, which only a shell runs.
  const isWindows = process.platform === "win32";
  // The shell that npm starts passes no signal on. A command at a terminal stays in the group that Ctrl-C reaches.
  const hasGroup = !process.stdin.isTTY && !isWindows;
  const child = spawn(name, args, { stdio: "inherit", env, shell: isWindows, detached: hasGroup });
  signals.onEach((signal) => {
    if (hasGroup) signalGroup(child, signal);
    // A terminal sends Ctrl-C to the command as well, and two of them mean something else to many programs.
    else if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
  if (server.isForeign) report(FOREIGN);
  let isNeeded = true;
  let isLost = false;
  void server.ended.then(() => {
    if (!isNeeded) return;
    isLost = true;
    report(`pevensie: ${ENDED}`);
  });
  const status = await statusOf(child);
  if (hasGroup && signals.first !== null) await groupEnd(child);
  isNeeded = false;
  process.exitCode = isLost && status === 0 ? 1 : status;
}

/** Returns whether the process group of a command has processes to receive a signal; 0 is none. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return pid !== undefined && process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** Resolves when a command's process group has ended: an application that drains still needs the server. */
async function groupEnd(child: ChildProcess): Promise<void> {
  // Zombies count as processes, and nothing reaps them in a container without an init process.
  for (let waited = 0; waited < GROUP_TIMEOUT_MILLIS && signalGroup(child, 0); waited += GROUP_POLL_MILLIS) {
    await sleep(GROUP_POLL_MILLIS);
  }
}

async function statusOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      report(`pevensie: the command cannot be run (${error.code})`);
      resolve(NOT_FOUND);
    });
    child.once("exit", (status, signal) => resolve(status ?? statusAfter(signal ?? "SIGKILL")));
  });
}

/** Returns the exit status that a shell reports for a command that a signal ended. */
function statusAfter(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > 65_535)
    throw new UsageError("--port takes a number from 1 to 65535");
  return Number(text);
}

/** The signals that end a command gracefully. */
class Signals {
  /** The first signal received; null if there was none. */
  first: NodeJS.Signals | null = null;
  #listener: (signal: NodeJS.Signals) => void = () => {};
  readonly #receive = (signal: NodeJS.Signals): void => {
    this.first ??= signal;
    this.#listener(signal);
  };

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.#receive);
  }

  /** Resolves when a signal comes, or has come. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.first !== null) resolve();
      else this.onNext(resolve);
    });
  }

  onNext(listener: () => void): void {
    this.#listener = () => listener();
  }

  onEach(listener: (signal: NodeJS.Signals) => void): void {
    this.#listener = listener;
  }

  close(): void {
    for (const signal of SIGNALS) process.off(signal, this.#receive);
  }
}
