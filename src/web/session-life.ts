import type { Session } from "../auth/index.js";
import { invalidInput } from "../errors/index.js";
import { touchSeconds } from "../idle-timeout.js";

/**
 * Returns how long the session lives if it is not read again; null for ever.
 *
 * @throws INVALID_INPUT for a session whose times are none, such as one that went through JSON
 */
export function secondsLeft(session: Session): number | null {
  const { expiresAt, idleSeconds } = session;
  if (idleSeconds !== null) requireNumber(idleSeconds, "session.idleSeconds");
  if (expiresAt === null) return idleSeconds;
  requireTime(expiresAt, "session.expiresAt");
  requireTime(session.authenticatedAt, "session.authenticatedAt");
  requireNumber(session.authenticationAgeSeconds, "session.authenticationAgeSeconds");
  const absolute = (expiresAt.getTime() - readAt(session)) / 1000;
  return idleSeconds === null ? absolute : Math.min(absolute, idleSeconds);
}

/** Returns whether a session was void when it was read, as `createSession` returns it after a concurrent change of the user's access. */
export function isVoid(session: Session): boolean {
  const seconds = secondsLeft(session);
  return seconds !== null && seconds <= 0;
}

/** Returns whether this read has postponed the idle timeout, which happens as often as `lastSeenAt` is written. */
export function isRenewalDue(session: Session): boolean {
  const { idleSeconds, lastSeenAt } = session;
  return idleSeconds !== null && readAt(session) - lastSeenAt.getTime() >= touchSeconds(idleSeconds) * 1000;
}

/** Returns when the session was read, by the database's clock, in milliseconds. */
function readAt({ authenticatedAt, authenticationAgeSeconds }: Session): number {
  return authenticatedAt.getTime() + authenticationAgeSeconds * 1000;
}

function requireTime(value: unknown, field: string): void {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw invalidInput(field, "must be a valid Date");
}

function requireNumber(value: unknown, field: string): void {
  if (typeof value !== "number" || !Number.isFinite(value)) throw invalidInput(field, "must be a number");
}
