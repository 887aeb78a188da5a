import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { sleep } from "../timers.js";
import { NO_FOLLOW, type Owner, workplace } from "./owner.js";
import { readPostmasterFile } from "./postmaster-file.js";
import { Polling, type StartObserver } from "./start-observer.js";

/** Only for a server that hangs: on a busy machine a start takes several seconds. */
const START_TIMEOUT_MILLIS = 150_000;

const POLL_MILLIS = 5;

/** Of what the server reports, so much is kept for an error message. */
const KEPT_LOG = 16_384;

/** A log file that is longer is emptied when a server starts. */
const MAX_LOG = 1024 * 1024;

/**
 * Starts the server, and outlives the process that asked for it: when the pipe on its standard input closes, however that
 * process ended, it stops the server and removes its folder. A shell starts in a millisecond. $1 is the signal that stops the
 * server, $2 the folder to remove, or nothing. Descriptor 3 may be the data folder, which the server inherits.
 */
const SUPERVISOR = `
stop=$1 remove=$2 orphaned=
shift 2
exec 4<&0
trap 'orphaned=1; kill -s "$stop" "$server"' TERM
"$@" 4<&- </dev/null >&2 &
server=$!
(read -r _ <&4; kill -s TERM $$) >/dev/null 2>&1 &
watcher=$!
echo "$server"
while kill -s 0 "$server" 2>/dev/null; do wait "$server"; done
kill "$watcher" 2>/dev/null
[ -z "$orphaned" ] || [ -z "$remove" ] || { cd / && rm -rf -- "$remove"; }
`;

/** How a server is started. */
export interface PostmasterOptions extends StartObserver {
  readonly postgres: string;
  readonly owner: Owner | undefined;
  /** The data folder. */
  readonly data: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  /** What is removed with the server if this process ends without stopping it. Default: nothing, and the shutdown is clean. */
  readonly disposable?: string | undefined;
  /** A file for the server's log. Default: the end of it is kept in memory. */
  readonly logFile?: string | undefined;
}

/** A running server, from the outside: the process that PostgreSQL calls the postmaster. */
export class Postmaster {
  readonly #data: string;
  readonly #child: ChildProcess;
  readonly #logFile: string | undefined;
  readonly #observer: StartObserver;
  /** The size of the file when this server was started. */
  readonly #logStart: number;
  /** Null until the supervisor has printed it. */
  #pid: number | null = null;
  #log = "";
  /** Resolves when the server has ended, whatever ended it. */
  readonly ended: Promise<void>;

  constructor(options: PostmasterOptions) {
    this.#data = options.data;
    this.#observer = options;
    this.#logFile = options.logFile;
    const log = options.logFile === undefined ? undefined : openLog(options.logFile);
    this.#logStart = log === undefined ? 0 : fstatSync(log).size;
    this.#child = spawnServer(options, log ?? "pipe");
    if (log !== undefined) closeSync(log);
    this.ended = new Promise((resolve) => {
      this.#child.once("exit", () => resolve());
      this.#child.once("error", (error) => {
        this.#log += String(error);
        resolve();
      });
    });
    this.#child.stdin?.on("error", () => {});
    this.#child.stdout?.once("data", (line: Buffer) => {
      this.#pid = Number(line.toString());
    });
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#log = (this.#log + chunk.toString()).slice(-KEPT_LOG);
    });
    if (process.platform === "win32") this.#pid = this.#child.pid ?? null;
    // A process that forgets its server can end all the same.
    this.#child.unref();
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) {
      (stream as (Readable & { unref?(): void }) | null)?.unref?.();
    }
  }

  /** What this server has reported: the end of it. */
  get log(): string {
    if (this.#logFile === undefined) return this.#log;
    return this.#log + readFileSync(this.#logFile).subarray(this.#logStart).toString().slice(-KEPT_LOG);
  }

  /** The id of the server's process, once it is ready. */
  get pid(): number | null {
    return this.#pid;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined;
  }

  /**
   * Resolves once the server accepts connections: to true, or to false if it ended instead.
   *
   * @throws the reason of the signal that aborts the start, once the server has ended
   */
  async ready(): Promise<boolean> {
    const polling = new Polling(this.#observer);
    try {
      for (let waited = 0; waited < START_TIMEOUT_MILLIS; waited += POLL_MILLIS) {
        // Node may report the end of the process before the end of its log, which says why it ended.
        if (this.hasEnded && this.#child.stderr?.closed !== false) return false;
        const file = readPostmasterFile(this.#data);
        if (!this.hasEnded && file !== null && file.pid === this.#pid && file.isReady) return true;
        await polling.pause(POLL_MILLIS, `the server on ${this.#data} to start`);
      }
    } catch (error) {
      await this.#abort();
      throw error;
    }
    await this.stop("SIGQUIT");
    return false;
  }

  /** Stops a server that may not have installed its signal handlers yet. */
  async #abort(): Promise<void> {
    while (!this.hasEnded) {
      this.signal("SIGINT");
      await sleep(POLL_MILLIS);
    }
  }

  /** Sends a signal to the server, and resolves when it has ended. Default: a fast, clean shutdown. */
  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<void> {
    this.signal(signal);
    await this.end();
  }

  /** Sends a signal to the server, if it is running. */
  signal(signal: NodeJS.Signals): void {
    if (this.#pid === null || this.hasEnded) return;
    try {
      process.kill(this.#pid, signal);
    } catch {
      // It has ended in this moment.
    }
  }

  /** Resolves when the server has ended, and keeps this process alive until then. */
  async end(): Promise<void> {
    if (this.hasEnded) return;
    this.#child.ref();
    await this.ended;
  }
}

function openLog(path: string): number {
  const { O_APPEND, O_CREAT, O_WRONLY } = constants;
  const log = openSync(path, O_APPEND | O_CREAT | O_WRONLY | NO_FOLLOW, 0o600);
  if (fstatSync(log).size > MAX_LOG) ftruncateSync(log);
  return log;
}

function spawnServer(options: PostmasterOptions, log: number | "pipe"): ChildProcess {
  const { postgres, owner, data, port, settings, disposable } = options;
  const place = workplace(data, owner);
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const args = ["-D", place.path, "-p", String(port), "-h", "127.0.0.1", "-k", "", ...flags];
  if (process.platform === "win32") return spawn(postgres, args, { stdio: ["ignore", "ignore", log] });
  const supervisor = ["-c", SUPERVISOR, "pevensie", disposable === undefined ? "INT" : "QUIT", disposable ?? ""];
  // In a session of its own, so that Ctrl-C in a terminal does not end the server before those that use it.
  return spawn(...place.command("/bin/sh", [...supervisor, postgres, ...args]), {
    stdio: ["pipe", "pipe", log],
    detached: true,
    ...place.options,
  });
}
