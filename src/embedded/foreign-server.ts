import { closeSync, constants, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "./copies.js";
import { cannotStart } from "./errors.js";
import { NO_FOLLOW } from "./owner.js";
import { isServerOn, type PostmasterFile, readPostmasterFile } from "./postmaster-file.js";
import { isRunning, isSignallable } from "./processes.js";
import { Polling, type StartObserver } from "./start-observer.js";

/** How long another process may take to start the server of a folder, or to stop it. */
const TIMEOUT_MILLIS = 60_000;
const POLL_MILLIS = 20;

/** More than any system's largest process id. */
const NO_PROCESS = 2_147_483_647;

/** The process ids of a server and of the command that started it. If the command no longer runs, it was killed. */
export interface Runner {
  readonly command: number;
  readonly server: number;
}

/** The paths of a kept server. */
export interface ServerPaths {
  readonly path: string;
  readonly data: string;
}

/**
 * Returns the port of a server that another process runs in a folder, once it is ready. One whose command was killed is stopped
 * first: there are never two servers on one folder.
 *
 * @throws CONNECTION_UNAVAILABLE with what to do
 */
export async function foreignServer(place: ServerPaths, observer: StartObserver): Promise<number | null> {
  const polling = new Polling(observer);
  for (;;) {
    const file = readPostmasterFile(place.data);
    if (file === null) return null;
    if (!(await isServerOn(place.data, file))) {
      markStale(place.data, file);
      return null;
    }
    const waited = polling.millis;
    const runner = readRunner(place);
    const isOfRunner = runner?.server === file.pid;
    if (isOfRunner && file.isReady && isRunning(runner.command)) return file.port;
    // Without a runner file the server is starting, or its command was killed before it wrote one.
    if ((isOfRunner && !isRunning(runner.command)) || waited > TIMEOUT_MILLIS) stopProcess(file.pid);
    if (waited > 3 * TIMEOUT_MILLIS) {
      throw cannotStart(`A server on ${place.path} (process ${file.pid}) does not end: stop that process.`);
    }
    await polling.pause(POLL_MILLIS, `another server on ${place.path} (process ${file.pid}) to be ready, or to end`);
  }
}

export function writeRunner({ path }: ServerPaths, runner: Runner): void {
  replaceFile(join(path, "runner.json"), JSON.stringify(runner));
}

/** Removes the file of a server that is about to end: a start that finds none waits for the end. */
export function removeRunner(place: ServerPaths, server: number | null): void {
  if (readRunner(place)?.server === server) rmSync(join(place.path, "runner.json"), { force: true });
}

function readRunner({ path }: ServerPaths): Runner | null {
  try {
    return JSON.parse(readFileSync(join(path, "runner.json"), "utf8")) as Runner;
  } catch {
    return null;
  }
}

/**
 * PostgreSQL refuses to start while a process that it may signal has the id in its lock file. The other lines stay: by them
 * PostgreSQL finds processes of a killed server that still use the data. The file is in a folder of the server's user, who may have put
 * a symbolic link in its place.
 */
function markStale(data: string, { pid }: PostmasterFile): void {
  if (!(pid > 0) || !isSignallable(pid)) return;
  const path = join(data, "postmaster.pid");
  // A server that another process has started meanwhile would shut down if its file changed.
  if (readPostmasterFile(data)?.pid !== pid) return;
  const file = openSync(path, constants.O_RDWR | NO_FOLLOW);
  try {
    const [, ...rest] = readFileSync(file, "utf8").split("\n");
    ftruncateSync(file);
    writeSync(file, [NO_PROCESS, ...rest].join("\n"), 0);
  } finally {
    closeSync(file);
  }
}

function stopProcess(pid: number): void {
  try {
    process.kill(pid, "SIGINT");
  } catch {
    // It has ended in this moment, or belongs to another user.
  }
}
