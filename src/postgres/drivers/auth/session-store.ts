import * as statements from "#generated/statements.js";
import type { NewSession, SessionPresentation, SessionTerms, SessionWithUser } from "../../../auth/driver/index.js";
import type { Session } from "../../../auth/session.js";
import { shapeOf } from "../../../shape.js";
import type { Executor } from "../../execution/executor.js";
import { LateChangeCheck } from "./late-change-check.js";
import { newSessionId } from "./session-id.js";
import { type PresentedSession, sessionLookup, sessionWithUserLookup } from "./session-lookup.js";
import { toSession } from "./session-rows.js";
import { UserStore } from "./user-store.js";

const PRESENTED = shapeOf("id", "ip", "userAgent");

/** The functions of an AuthDriver that concern sessions. */
export class SessionStore extends UserStore {
  readonly #getSession: (presented: PresentedSession) => Promise<Session | null>;
  readonly #getSessionWithUser: (presented: PresentedSession) => Promise<SessionWithUser | null>;

  constructor(executor: Executor) {
    super(executor);
    this.#getSession = executor.batch(sessionLookup);
    this.#getSessionWithUser = executor.batch(sessionWithUserLookup);
  }

  async createSession({ userId, ...terms }: NewSession, deleteOtherSessions: boolean): Promise<Session> {
    const params = { ...sessionParams(terms), userId, id: newSessionId() };
    const check = new LateChangeCheck(userId);
    const [row] = deleteOtherSessions
      ? await this.executor.transaction(async (transaction) => {
          // Asked for before a change of the password: the session has expired from the start, and ends no other.
          const isLate = await check.lockAndCheck(transaction);
          const life = isLate ? { ttlSeconds: 0 } : {};
          const rows = await transaction.write(statements.createSession, { ...params, ...life });
          const ends = rows.length > 0 && !isLate;
          if (ends) await transaction.write(statements.deleteSessions, { userId, keepSessionId: params.id });
          return rows;
        })
      : await this.executor.compareAndWrite(statements.createSession, params);
    if (row === undefined) throw await this.accessErrorOf(userId);
    return toSession(row);
  }

  getSession(id: string, { ip, userAgent }: SessionPresentation): Promise<Session | null> {
    return this.#getSession({ ...PRESENTED, id, ip, userAgent });
  }

  getSessionWithUser(id: string, { ip, userAgent }: SessionPresentation): Promise<SessionWithUser | null> {
    return this.#getSessionWithUser({ ...PRESENTED, id, ip, userAgent });
  }

  async listSessions(userId: string): Promise<Session[]> {
    return (await this.executor.read(statements.listSessions, { userId })).map(toSession);
  }

  async deleteSession(id: string, userId: string | null): Promise<string | null> {
    const [row] = await this.executor.write(statements.deleteSession, { id, userId });
    return row?.userId ?? null;
  }

  async deleteSessions(userId: string, keepSessionId: string | null): Promise<number> {
    return (await this.executor.write(statements.deleteSessions, { userId, keepSessionId })).length;
  }

  async renewAuthentication(id: string, userId: string, passwordHash: string): Promise<Session | null> {
    const [row] = await this.executor.write(statements.renewAuthentication, { id, userId, passwordHash });
    return row === undefined ? null : toSession(row);
  }
}

/** Returns the columns of a new session. What it is bound to, and what is only recorded, stand in different ones. */
export function sessionParams({ ip, userAgent, boundTo, ttlSeconds, idleSeconds }: SessionTerms) {
  const bindsIp = boundTo.includes("ip");
  const bindsUserAgent = boundTo.includes("userAgent");
  return {
    ip: bindsIp ? ip : null,
    userAgent: bindsUserAgent ? userAgent : null,
    recordedIp: bindsIp ? null : ip,
    recordedUserAgent: bindsUserAgent ? null : userAgent,
    ttlSeconds,
    idleSeconds,
  };
}
