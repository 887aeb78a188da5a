import { V7Generator } from "uuidv7";

/**
 * Returns a new session id: UUIDv7 (RFC 9562) with all 74 of its random bits drawn from the operating system.
 *
 * `uuidv7()` shares a counter between all ids of a process, so that they sort. Within a millisecond it draws only 32
 * bits, and an adjacent id reveals the others. An id names a session and may be shown; the cookie's signature authenticates. That ids
 * cannot be guessed protects sessions whose ids were not shown if the cookie key is stolen.
 */
export function newSessionId(): string {
  return new V7Generator().generate().toString();
}
