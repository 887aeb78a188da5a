import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What /proc/<pid>/stat says of a process: proc_pid_stat(5). */
interface ProcessTimes {
  readonly parent: number;
  /** Processor time of the process itself, in ticks. */
  readonly own: number;
  /** That of its children that have ended. */
  readonly ofEndedChildren: number;
}

const MICROSECONDS_PER_TICK = 1_000_000 / ticksPerSecond();

/** Processor time of a process and its children, in microseconds; null where there is no /proc. */
export function serverCpu(pid: number): number | null {
  const server = readTimes(pid);
  if (server === null) return null;
  let ticks = server.own + server.ofEndedChildren;
  for (const entry of readdirSync("/proc")) {
    const child = /^\d+$/.test(entry) ? readTimes(Number(entry)) : null;
    if (child?.parent === pid) ticks += child.own;
  }
  return ticks * MICROSECONDS_PER_TICK;
}

/** Processor time of this process, in microseconds. */
export function clientCpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** The parent of a Postgres backend; 0, which is no process, if there is no /proc. */
export function postmasterOf(backend: number): number {
  return readTimes(backend)?.parent ?? 0;
}

function readTimes(pid: number): ProcessTimes | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const at = (index: number) => Number(fields[index]);
    return { parent: at(1), own: at(11) + at(12), ofEndedChildren: at(13) + at(14) };
  } catch {
    return null;
  }
}

function ticksPerSecond(): number {
  try {
    return Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  } catch {
    return 100;
  }
}
