import { createServer } from "node:net";
import type { PevensieError } from "../errors/index.js";
import { cannotStart } from "./errors.js";

/** Returns whether a server can listen on a port of this machine's. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOn(port)) !== null;
}

/** Returns a port that nobody uses at the moment. */
export async function freePort(): Promise<number> {
  const port = await listenOn(0);
  if (port === null) throw cannotStart("No port of 127.0.0.1 is free.");
  return port;
}

/** Returns the error of a port that was asked for, and is not to be had. */
export function portTaken(port: number): PevensieError {
  return cannotStart(
    `Port ${port} cannot be used on 127.0.0.1, or another program uses it: name another one, or none.`,
  );
}

/** Listens on a port for a moment; 0 is any. Returns the port, or null if it is not to be had. */
async function listenOn(port: number): Promise<number | null> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once("error", reject);
      probe.listen(port, "127.0.0.1", resolve);
    });
    return (probe.address() as { port: number }).port;
  } catch {
    return null;
  } finally {
    await new Promise((resolve) => probe.close(resolve));
  }
}
