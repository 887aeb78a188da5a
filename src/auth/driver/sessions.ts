import type { IpAddress } from "../../net/index.js";
import type { Session, SessionBinding } from "../session.js";
import type { UserRecord } from "./users.js";

/** The properties of the client that presents a session. */
export interface SessionPresentation {
  readonly ip: IpAddress | null;
  readonly userAgent: string | null;
}

/** How long a session lives, and what it knows of its client. */
export interface SessionTerms extends SessionPresentation {
  /** What of the client the session is bound to; the rest is recorded only. */
  readonly boundTo: readonly SessionBinding[];
  /** Null means no absolute end. */
  readonly ttlSeconds: number | null;
  /** Null means no idle timeout. */
  readonly idleSeconds: number | null;
}

/** A session to create. Its id is the driver's choice. */
export interface NewSession extends SessionTerms {
  readonly userId: string;
}

/** A session and the user that it belongs to. */
export interface SessionWithUser {
  readonly session: Session;
  readonly user: UserRecord;
}
