import type { IpAddress } from "../net/index.js";

/** A session: the proof that somebody has logged in. Its id is the secret that a cookie carries. */
export interface Session {
  /** UUIDv7 (RFC 9562), with 74 random bits. */
  readonly id: string;
  readonly createdAt: Date;
  /** When it expires, by the database's clock; null for a session that never expires. */
  readonly expiresAt: Date | null;
  readonly userId: string;
  /** Where it is bound to an address, it is found only for whoever presents the same. */
  readonly ip: IpAddress | null;
  /** Where it is bound to a user agent, it is found only for whoever presents the same. */
  readonly userAgent: string | null;
}
