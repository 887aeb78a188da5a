import { invalidInput } from "../errors/index.js";
import type { SessionBinding } from "./session.js";

/** The default time to live of a login's session: a day. */
export const LOG_IN_TTL_SECONDS = 86_400;

/** The options of a login that its request does not say. */
export const LOG_IN_CHOICE_KEYS = ["bindTo", "ttlSeconds", "idleSeconds", "deviceToken"] as const;

export const ALL_BINDINGS: readonly SessionBinding[] = ["ip", "userAgent"];

/** Returns a copy, which is what was checked: the caller may change its own list before the session is created. */
export function readBindTo(value: unknown, byDefault: readonly SessionBinding[]): readonly SessionBinding[] {
  if (value === undefined) return byDefault;
  const bindings: unknown[] | null = Array.isArray(value) ? [...value] : null;
  if (bindings === null || !bindings.every((name) => name === "ip" || name === "userAgent")) {
    throw invalidInput("bindTo", 'must be a list of "ip" and "userAgent"');
  }
  return bindings as SessionBinding[];
}
