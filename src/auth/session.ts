import type { IpAddress } from "../net/index.js";

/** A session of a user who has logged in. Its id is the secret that a cookie carries. */
export interface Session {
  /** UUIDv7 (RFC 9562), with 74 random bits. */
  readonly id: string;
  readonly createdAt: Date;
  /** When the session expires, by the database's clock; null if it never expires. */
  readonly expiresAt: Date | null;
  readonly userId: string;
  /** If set, the session is found only if the same address is presented. */
  readonly ip: IpAddress | null;
  /** If set, the session is found only if the same user agent is presented. */
  readonly userAgent: string | null;
}
