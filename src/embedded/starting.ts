import { sleep } from "../timers.js";
import { didNotStart } from "./errors.js";
import { freePort } from "./ports.js";
import { Postmaster, type PostmasterOptions } from "./postmaster.js";

/** Processes of a killed server live on for a moment, rarely for seconds. */
const MAX_ATTEMPTS = 600;
const RETRY_MILLIS = 50;

/** Maximum attempts to start a server while other processes take its port or its folder first. */
export const MAX_STARTS = 20;

/** Starts a server. Repeats the start while processes of a killed server prevent it. */
export async function startServer(options: PostmasterOptions): Promise<Postmaster> {
  for (let attempt = 0; ; attempt += 1) {
    const server = new Postmaster(options);
    if (await server.ready()) return server;
    if (attempt === MAX_ATTEMPTS || !server.log.includes("is still in use")) {
      throw didNotStart(server.log);
    }
    await sleep(RETRY_MILLIS);
  }
}

/** Calls `start` with a free port, and with another one if that was taken before the server listened on it. */
export async function startOnFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === MAX_STARTS || !wasPortTaken(error)) throw error;
    }
  }
}

/** Returns whether a start failed because another process has taken the port since it was found free, if only to test it. */
export function wasPortTaken(error: unknown): boolean {
  return error instanceof Error && error.message.includes("could not create any TCP/IP sockets");
}
