import type * as queries from "#generated/index.js";
import * as statements from "#generated/statements.js";
import type { SessionPresentation } from "../../auth/driver.js";
import type { Session } from "../../auth/session.js";
import { type IpAddress, parseIpAddress } from "../../net/index.js";
import type { BatchedOperation, Executor, ExpiredRows, Result } from "../execution/executor.js";
import { nullAfterDeletion } from "../execution/expired-rows.js";
import { OwnRows, toSession } from "./rows.js";

export interface PresentedSession extends SessionPresentation {
  readonly id: string;
}

const expiredSessions: ExpiredRows<string> = {
  keyOf: (id) => id,
  delete: (transaction, ids) => transaction.write(statements.deleteExpiredSessions, { ids: [...ids] }),
};

/** Returns a session, unless it is bound to another client than presented. Deletes it if it has expired. */
export const sessionLookup: BatchedOperation<PresentedSession, Session | null> = {
  mode: "lookups",

  async one(executor, presented) {
    const [row] = await executor.read(statements.getSession, { id: presented.id });
    return resultOf(executor, row, presented);
  },

  async many(executor, presented) {
    const rows = await executor.read(statements.getSessionsById, { ids: presented.map(({ id }) => id) });
    const found = new OwnRows(rows, (row) => row.id);
    return presented.map((session) => resultOf(executor, found.take(session.id), session));
  },
};

function resultOf(
  executor: Executor,
  row: queries.IGetSessionResult | undefined,
  presented: PresentedSession,
): Result<Session | null> {
  if (row === undefined || !isPresentedBy(row, presented)) return null;
  return row.expired ? nullAfterDeletion(executor, expiredSessions, [presented.id]) : toSession(row);
}

/** Returns whether the presented client is the one that a session is bound to, if any. Nothing else decides that. */
function isPresentedBy(row: queries.IGetSessionResult, { ip, userAgent }: SessionPresentation): boolean {
  return (row.ip === null || isSameInet(row.ip, ip)) && (row.userAgent === null || row.userAgent === userAgent);
}

/** Compares like PostgreSQL's inet: a network, or an IPv4-mapped IPv6 address, equals no client's address. */
function isSameInet(inet: string, ip: IpAddress | null): boolean {
  return !inet.startsWith("::ffff:") && parseIpAddress(inet) === ip && ip !== null;
}
