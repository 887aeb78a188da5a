import { readFileSync, realpathSync, statSync } from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import { cannotStart } from "./errors.js";
import { OPEN_FOLDER } from "./owner.js";
import { commandLine, isRunning, isSignallable, workingFolder } from "./processes.js";

/** The contents of `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  /** The data folder, as it was passed to the server. */
  readonly folder: string;
  /** When the server started, in seconds since 1970. */
  readonly startedAt: number;
  readonly port: number;
  readonly isReady: boolean;
}

/** Reads `postmaster.pid`, which is also PostgreSQL's lock on a data folder. Returns null if there is none. */
export function readPostmasterFile(data: string): PostmasterFile | null {
  try {
    const lines = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
    const status = lines[7]?.trim();
    return {
      pid: Number(lines[0]),
      folder: lines[1]?.trim() ?? "",
      startedAt: Number(lines[2]),
      port: Number(lines[3]),
      isReady: status === "ready" || status === "standby",
    };
  } catch {
    return null;
  }
}

/**
 * Returns whether the process that a lock file names is the server on the data folder. A power failure leaves the file, and the
 * system may give the process id to another program.
 *
 * @throws CONNECTION_UNAVAILABLE if the process cannot be identified: it must then be neither signalled nor ignored
 */
export async function isServerOn(data: string, file: PostmasterFile): Promise<boolean> {
  const { pid, folder } = file;
  // Zero and negative numbers are process groups.
  if (!(pid > 0) || !isRunning(pid)) return false;
  const working = workingFolder(pid);
  if (working !== null) return working === realpathSync(data);
  // A process that this user may not signal is no server on this user's data. Root may signal any.
  if (!isSignallable(pid) || (folder !== OPEN_FOLDER && !isSameFolder(folder, data))) return false;
  const command = await commandLine(pid);
  if (command !== null) return namesServer(command, file);
  if (isBeforeBoot(file)) return false;
  throw cannotStart(
    `Process ${pid} may be a server on ${data}: stop it, or delete ${join(data, "postmaster.pid")} if it is another program.`,
  );
}

/** Returns whether a command line is that of the server that wrote a lock file. */
export function namesServer(command: string, { folder, port }: PostmasterFile): boolean {
  // Windows quotes paths with spaces, and PostgreSQL writes them with slashes.
  const plain = (text: string) => text.replaceAll('"', "").replaceAll("\\", "/");
  const path = plain(folder)
    .replaceAll(/[.*+?^${}()|[\]]/g, "\\$&")
    // Depending on the locale, ps and PowerShell replace or escape characters outside ASCII.
    .replaceAll(/[^ -~]+/g, ".+");
  // OPEN_FOLDER is another folder in each process, so the port identifies the server.
  const end = folder === OPEN_FOLDER ? ` -p ${port}\\s` : "(?:\\s|$)";
  return new RegExp(`/postgres(?:\\.exe)? -D ${path}${end}`).test(plain(command));
}

/**
 * Returns whether a server started before the system did. Only a hint: clocks are set, and a virtual machine that was paused
 * counts less time than has passed.
 *
 * @param bootedAt - in seconds since 1970
 */
export function isBeforeBoot({ startedAt }: PostmasterFile, bootedAt = Date.now() / 1000 - uptime()): boolean {
  return startedAt < bootedAt;
}

/** Compares device and inode: links and letter case give one folder several names. A copy is another folder. */
function isSameFolder(one: string, other: string): boolean {
  try {
    const [first, second] = [one, other].map((path) => statSync(path, { bigint: true }));
    return first?.dev === second?.dev && first?.ino === second?.ino;
  } catch {
    return false;
  }
}
