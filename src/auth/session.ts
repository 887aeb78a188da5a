import type { IpAddress } from "../net/index.js";

/** What a session can be bound to. */
export type SessionBinding = "ip" | "userAgent";

/** A session of a user who has logged in. Its id names it; what authenticates a request is the signed value of its cookie. */
export interface Session {
  /** UUIDv7 (RFC 9562), with 74 random bits. */
  readonly id: string;
  readonly createdAt: Date;
  /** The absolute end of the session, by the database's clock; null if it has none. */
  readonly expiresAt: Date | null;
  readonly userId: string;
  /** The address that the session was created with. */
  readonly ip: IpAddress | null;
  /** The user agent that the session was created with. */
  readonly userAgent: string | null;
  /** What of `ip` and `userAgent` the session is bound to: it is found only if the same is presented. */
  readonly boundTo: readonly SessionBinding[];
  /** The session also ends when it has not been read for this many seconds; null if it has no idle timeout. */
  readonly idleSeconds: number | null;
  /**
   * When a session with an idle timeout was last read, exact to a minute, or to a tenth of `idleSeconds` if that is
   * shorter. For other sessions, when it was created.
   */
  readonly lastSeenAt: Date;
  /** When the user last proved who they are: at the login, or by `reauthenticate`. */
  readonly authenticatedAt: Date;
  /** Seconds since `authenticatedAt`, by the database's clock, when the session was read. */
  readonly authenticationAgeSeconds: number;
}
