import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { say } from "../progress.js";

/** The result that the child process reports for very many concurrent calls. */
export interface FloodResults {
  readonly calls: number;
  /** Answered with the session that was asked for. */
  readonly right: number;
  /** Rejected, by error code. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Resident memory in mebibytes: before the calls, with every promise made, and at its highest. */
  readonly before: number;
  readonly waiting: number;
  readonly peak: number;
}

/** Makes this many concurrent getSession calls in a child process, so that the memory peak is theirs alone. */
export function flood(url: string, calls: number): Promise<FloodResults> {
  say(`${calls.toLocaleString("en")} concurrent getSession calls`);
  const file = fileURLToPath(new URL("flood-process.ts", import.meta.url));
  return new Promise((resolve, reject) => {
    const child = fork(file, [url, String(calls)], { execArgv: process.execArgv });
    child.once("message", (results) => resolve(results as FloodResults));
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`the flood's process ended with ${signal ?? code}`)));
  });
}
