import type * as queries from "#generated/index.js";
import * as statements from "#generated/statements.js";
import type { SessionPresentation, SessionWithUser } from "../../../auth/driver/index.js";
import type { Session } from "../../../auth/session.js";
import { type IpAddress, parseIpAddress } from "../../../net/index.js";
import { shapeOf } from "../../../shape.js";
import {
  type BatchedOperation,
  DeferredResult,
  type Executor,
  type Result,
  type RowMaintenance,
} from "../../execution/executor.js";
import { nullAfterDeletion } from "../../execution/row-maintenance.js";
import { OwnRows } from "./own-rows.js";
import { joinedUser } from "./rows.js";
import { hasEnded, isTouchDue, type SessionRow, toSession } from "./session-rows.js";

export interface PresentedSession extends SessionPresentation {
  readonly id: string;
}

const expiredSessions: RowMaintenance<string> = {
  keyOf: (id) => id,
  run: (transaction, ids) => transaction.write(statements.deleteExpiredSessions, { ids: [...ids] }),
};

/** Postpones the idle timeout. No lookup waits for it: it has at least nine tenths of the time left. */
const seenSessions: RowMaintenance<string> = {
  keyOf: (id) => id,
  run: (transaction, ids) => transaction.write(statements.touchSessions, { ids: [...ids] }),
};

/** Returns a session, unless it is bound to another client than presented. Deletes it if it has expired. */
export const sessionLookup: BatchedOperation<PresentedSession, Session | null> = {
  mode: "lookups",

  async one(executor, presented) {
    const [row] = await executor.read(statements.getSession, { id: presented.id });
    return sessionOf(executor, row, presented);
  },

  async many(executor, presented) {
    const rows = await executor.read(statements.getSessionsById, { ids: presented.map(({ id }) => id) });
    const found = new OwnRows(rows, (row) => row.id);
    return presented.map((session) => sessionOf(executor, found.take(session.id), session));
  },
};

/** The same with the session's user. */
export const sessionWithUserLookup: BatchedOperation<PresentedSession, SessionWithUser | null> = {
  mode: "lookups",

  async one(executor, presented) {
    const [row] = await executor.read(statements.getSessionWithUser, { id: presented.id });
    return sessionWithUserOf(executor, row, presented);
  },

  async many(executor, presented) {
    const rows = await executor.read(statements.getSessionsWithUsersById, { ids: presented.map(({ id }) => id) });
    const found = new OwnRows(rows, (row) => row.id);
    return presented.map((session) => sessionWithUserOf(executor, found.take(session.id), session));
  },
};

function sessionOf(
  executor: Executor,
  row: SessionRow | undefined,
  presented: PresentedSession,
): Result<Session | null> {
  if (row === undefined || !isPresentedBy(row, presented)) return null;
  if (hasEnded(row)) return nullAfterDeletion(executor, expiredSessions, [presented.id]);
  if (isTouchDue(row)) void executor.maintain(seenSessions, [presented.id]);
  return toSession(row);
}

const SESSION_WITH_USER = shapeOf("session", "user");

function sessionWithUserOf(
  executor: Executor,
  row: queries.IGetSessionWithUserResult | undefined,
  presented: PresentedSession,
): Result<SessionWithUser | null> {
  if (row === undefined) return null;
  const session = sessionOf(executor, row, presented);
  if (session === null || session instanceof DeferredResult) return session as Result<null>;
  return { ...SESSION_WITH_USER, session, user: joinedUser(row) };
}

/** Returns whether the presented client is the one that a session is bound to, if any. Nothing else decides that. */
function isPresentedBy(bound: SessionRow, { ip, userAgent }: SessionPresentation): boolean {
  return (bound.ip === null || isSameInet(bound.ip, ip)) && (bound.userAgent === null || bound.userAgent === userAgent);
}

/** Compares like PostgreSQL's inet: a network, or an IPv4-mapped IPv6 address, equals no client's address. */
function isSameInet(inet: string, ip: IpAddress | null): boolean {
  return !inet.startsWith("::ffff:") && parseIpAddress(inet) === ip && ip !== null;
}
