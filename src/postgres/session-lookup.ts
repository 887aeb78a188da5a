import * as queries from "../../generated/index.js";
import type { SessionPresentation } from "../auth/driver.js";
import type { Session } from "../auth/session.js";
import { type IpAddress, parseIpAddress } from "../net/index.js";
import type { Batchable } from "./batcher.js";
import { OwnRows, toSession } from "./rows.js";
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
  traffic: "look-ups",

  async one(executor, { id, ip, userAgent }) {
    const [row] = await executor.read(statements.getSession, { id, ip, userAgent });
    if (row === undefined) return null;
    if (!row.expired) return toSession(row);
    await executor.write(statements.deleteExpiredSession, { id });
    return null;
  },

  async many(executor, presented) {
    const rows = await executor.read(statements.getSessionsById, { ids: presented.map(({ id }) => id) });
    const found = new OwnRows(rows, (row) => row.id);
    const expired = new Set<string>();
    const sessions = presented.map((presentation) => {
      const row = found.take(presentation.id);
      if (row === undefined || !isPresentedBy(row, presentation)) return null;
      if (!row.expired) return toSession(row);
      expired.add(presentation.id);
      return null;
    });
    if (expired.size > 0) await executor.write(statements.deleteExpiredSessions, { ids: [...expired] });
    return sessions;
  },
};

/** The rule of the query getSession, for sessions that were fetched together. */
function isPresentedBy(row: queries.IGetSessionsByIdResult, { ip, userAgent }: SessionPresentation): boolean {
  return (row.ip === null || isSameInet(row.ip, ip)) && (row.userAgent === null || row.userAgent === userAgent);
}

/** Equality as inet has it: a network, or an IPv6 address that maps an IPv4 one, equals nobody's address. */
function isSameInet(inet: string, ip: IpAddress | null): boolean {
  return !inet.startsWith("::ffff:") && parseIpAddress(inet) === ip && ip !== null;
}
