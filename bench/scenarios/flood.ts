import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { say } from "../progress.js";

/** What a process of its own says of very many calls made at once. */
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

/** Makes this many getSession calls at once, in a process of its own: only there is the peak its own. */
export function flood(url: string, calls: number): Promise<FloodResults> {
  say(`${calls.toLocaleString("en")} getSession calls at once`);
  const file = fileURLToPath(new URL("flood-process.ts", import.meta.url));
  return new Promise((resolve, reject) => {
    const child = fork(file, [url, String(calls)], { execArgv: process.execArgv });
    child.once("message", (results) => resolve(results as FloodResults));
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`the flood's process ended with ${signal ?? code}`)));
  });
}
