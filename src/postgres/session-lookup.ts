import * as queries from "../../generated/index.js";
import type { SessionPresentation } from "../auth/driver.js";
import type { Session } from "../auth/session.js";
import { type IpAddress, parseIpAddress } from "../net/index.js";
import type { Answer, Batchable } from "./batcher.js";
import { nullAfterRemoval, type Removal } from "./removal.js";
import { OwnRows, toSession } from "./rows.js";
import { prepare } from "./statement.js";

const statements = {
  getSession: prepare("getSession", queries.getSession),
  getSessionsById: prepare("getSessionsById", queries.getSessionsById),
  deleteExpiredSessions: prepare("deleteExpiredSessions", queries.deleteExpiredSessions),
};

export interface PresentedSession extends SessionPresentation {
  readonly id: string;
}

const expiredSessions: Removal<string> = {
  nameOf: (id) => id,
  remove: (transaction, ids) => transaction.write(statements.deleteExpiredSessions, { ids: [...ids] }),
};

/** A session that is presented by somebody: found if it is bound to nothing else; removed if it has expired. */
export const sessionLookup: Batchable<PresentedSession, Session | null> = {
  traffic: "look-ups",

  async one(executor, { id, ip, userAgent }) {
    const [row] = await executor.read(statements.getSession, { id, ip, userAgent });
    if (row === undefined) return null;
    return row.expired ? nullAfterRemoval(executor, expiredSessions, [id]) : toSession(row);
  },

  async many(executor, presented) {
    const rows = await executor.read(statements.getSessionsById, { ids: presented.map(({ id }) => id) });
    const found = new OwnRows(rows, (row) => row.id);
    return presented.map((presentation): Answer<Session | null> => {
      const row = found.take(presentation.id);
      if (row === undefined || !isPresentedBy(row, presentation)) return null;
      return row.expired ? nullAfterRemoval(executor, expiredSessions, [presentation.id]) : toSession(row);
    });
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
