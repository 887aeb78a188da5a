import { execFile, type SpawnOptions } from "node:child_process";
import { constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";

/** A user of the system that the server runs as. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The flag with which a file is not opened through a symbolic link: for root's access to files of the server's user. Windows has none, and
 * the server runs as the current user there.
 */
export const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

const execute = promisify(execFile);

/** Returns the user that the server runs as, if not as the current one: PostgreSQL refuses to run as root. */
export async function serverOwner(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(["-u", "-g"].map((flag) => execute("id", [flag, "nobody"])));
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
}

/** Returns whether a user may enter a folder, and everything above it. */
export function isReachable(path: string, { uid }: Owner): boolean {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    const found = statSync(folder, { throwIfNoEntry: false });
    const needed = found?.uid === uid ? 0o500 : 0o005;
    if (found === undefined || (found.mode & needed) !== needed) return false;
  }
  return true;
}

/** How a process of the server's user works in a folder of its own. */
export interface Workplace {
  /** The folder, as the process has to name it. */
  readonly path: string;
  readonly options: Pick<SpawnOptions, "uid" | "gid" | "cwd">;
  /** Returns the program and the arguments to start instead of these. */
  command(program: string, args: readonly string[]): readonly [program: string, args: string[]];
}

/** The path of the folder that {@link KEEP_FOLDER_OPEN} keeps open. In each process it is that process's own folder. */
export const OPEN_FOLDER = "/proc/self/fd/3";

/** Keeps the folder open under a number: PostgreSQL 15 looks for its own files first, and does not find its way back. */
const KEEP_FOLDER_OPEN = 'exec 3<. && exec "$@"';

/**
 * Returns how a process of the owner's works in a folder of its own. Node enters the folder before it gives up root's
 * rights, so that the folder may lie in one that only root may enter. PostgreSQL insists on an absolute name for it; Linux
 * has one that needs no permission for the folders above.
 */
export function workplace(folder: string, owner: Owner | undefined): Workplace {
  const options = owner === undefined ? {} : { ...owner, cwd: folder };
  if (owner === undefined || process.platform !== "linux" || isReachable(dirname(folder), owner)) {
    return { path: folder, options, command: (program, args) => [program, [...args]] };
  }
  return {
    path: OPEN_FOLDER,
    options,
    command: (program, args) => ["/bin/sh", ["-c", KEEP_FOLDER_OPEN, "sh", program, ...args]],
  };
}
