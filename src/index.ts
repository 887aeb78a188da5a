/**
 * Users, sessions, one-time tokens and a cache. Drivers for PostgreSQL are in `pevensie/postgres`.
 *
 * @module pevensie
 */
export * from "./auth/index.js";
export * from "./cache/index.js";
export {
  isPevensieError,
  PevensieError,
  type PevensieErrorCode,
  type PevensieErrorOptions,
  WithheldError,
} from "./errors/index.js";
export type { EventListener, PevensieEvent, SessionEnd } from "./events.js";
export * from "./net/index.js";
