import { execFile } from "node:child_process";
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Only for a program that hangs: PowerShell takes a second. */
const QUERY_TIMEOUT_MILLIS = 30_000;

/** Returns whether a process is running. In a container without an init process, one that has ended stays as a zombie. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
  if (!existsSync("/proc/self/stat")) return true;
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    // It has ended in this moment.
    return false;
  }
}

/** Returns whether this process may send signals to a process. Zombies count: PostgreSQL takes them for running as well. */
export function isSignallable(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Returns the working directory of a process; null if it cannot be read, as without /proc. */
export function workingFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/** Returns the command line of a process: empty if it has ended, null if it cannot be read. */
export async function commandLine(pid: number): Promise<string | null> {
  if (!existsSync("/proc/self/cmdline")) return queryCommandLine(pid);
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** Returns the same as {@link commandLine}, from ps or PowerShell. */
export async function queryCommandLine(pid: number): Promise<string | null> {
  const isWindows = process.platform === "win32";
  const query = `(Get-CimInstance Win32_Process -Filter 'ProcessId = ${pid}').CommandLine`;
  const [program, args] = isWindows
    ? (["powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", query]] as const)
    : (["ps", ["-ww", "-p", String(pid), "-o", "command="]] as const);
  try {
    return (await execute(program, args, { timeout: QUERY_TIMEOUT_MILLIS, windowsHide: true })).stdout;
  } catch (error) {
    // ps exits with 1 if the process does not exist. PowerShell exits with 1 for any error, and with 0 if it does not exist.
    return !isWindows && (error as { code?: unknown }).code === 1 ? "" : null;
  }
}
