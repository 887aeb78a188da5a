import * as queries from "../../generated/index.js";
import type { SessionPresentation } from "../auth/driver.js";
import type { Session } from "../auth/session.js";
import type { Batchable } from "./batcher.js";
import { toSession } from "./rows.js";
import { prepare } from "./statement.js";

const statements = {
  getSession: prepare("getSession", queries.getSession),
  getSessionsById: prepare("getSessionsById", queries.getSessionsById),
  deleteExpiredSession: prepare("deleteExpiredSession", queries.deleteExpiredSession),
  deleteExpiredSessions: prepare("deleteExpiredSessions", queries.deleteExpiredSessions),
};

export interface PresentedSession extends SessionPresentation {
  readonly id: string;
}

/** A session that is presented by somebody: found if it is bound to nothing else; removed if it has expired. */
export const sessionLookup: Batchable<PresentedSession, Session | null> = {
  async one(executor, { id, ip, userAgent }) {
    const [row] = await executor.read(statements.getSession, { id, ip, userAgent });
    if (row === undefined) return null;
    if (!row.expired) return toSession(row);
    await executor.write(statements.deleteExpiredSession, { id });
    return null;
  },

  async many(executor, presented) {
    const rows = await executor.read(statements.getSessionsById, { ids: presented.map(({ id }) => id) });
    const found = new Map(rows.map((row) => [row.id, { session: toSession(row), expired: row.expired }]));
    const expired = new Set<string>();
    const sessions = presented.map((presentation) => {
      const entry = found.get(presentation.id);
      if (entry === undefined || !isPresentedBy(entry.session, presentation)) return null;
      if (!entry.expired) return entry.session;
      expired.add(presentation.id);
      return null;
    });
    if (expired.size > 0) await executor.write(statements.deleteExpiredSessions, { ids: [...expired] });
    return sessions;
  },
};

/** The rule of the query getSession, for sessions that were fetched together. */
function isPresentedBy(session: Session, { ip, userAgent }: SessionPresentation): boolean {
  return (session.ip === null || session.ip === ip) && (session.userAgent === null || session.userAgent === userAgent);
}
