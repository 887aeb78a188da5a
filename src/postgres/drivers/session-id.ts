import { V7Generator } from "uuidv7";

/**
 * A session's id: UUIDv7 (RFC 9562) with all 74 of its random bits drawn anew from the operating system.
 *
 * `uuidv7()` shares a counter over all ids of a process, so that they sort; within a millisecond it draws 32 bits, and a
 * neighbour's id tells the others. Sessions need not sort: their ids are secrets.
 */
export function newSessionId(): string {
  return new V7Generator().generate().toString();
}
