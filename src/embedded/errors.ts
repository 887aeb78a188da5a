import { PevensieError } from "../errors/index.js";

/** Returns the error of a server that cannot be started. The message says what to do. */
export function cannotStart(message: string): PevensieError {
  return new PevensieError("CONNECTION_UNAVAILABLE", message);
}

/** Returns the error of a server that ended while it was starting, with the last line that it reported. */
export function didNotStart(log: string): PevensieError {
  const lines = log.trim().split("\n");
  const reason = lines.findLast((line) => /FATAL|PANIC|ERROR|not found|cannot|could not/.test(line)) ?? lines.at(-1);
  return cannotStart(`PostgreSQL did not start: ${reason?.trim() || "it reported nothing"}`);
}
