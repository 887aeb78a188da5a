import * as statements from "#generated/statements.js";
import { END_OF_TIME } from "../../../input/values.js";
import type { Executor } from "../../execution/executor.js";
import { formatTimestamptz } from "../../protocol/encode.js";
import type { Statement } from "../../protocol/statement.js";
import { toDateOrNull } from "../../protocol/times.js";
import { type Batch, Pace, type SweepOptions, sweepToEnd, sweepUntilShortBatch } from "./pace.js";

type ByExpiry = Statement<{ from: string; batchSize: number }, Batch & { until: string | null }>;

/** Removes sessions past their end, and those that have been idle for too long. */
export async function removeExpiredSessions(executor: Executor, options: SweepOptions): Promise<number> {
  const ended = await removeByExpiry(executor, statements.removeExpiredSessions, options);
  return ended + (await removeIdleSessions(executor, options));
}

export async function removeExpiredOneTimeTokens(executor: Executor, options: SweepOptions): Promise<number> {
  const resets = await removeByExpiry(executor, statements.removeExpiredOneTimeTokens, options);
  return resets + (await removeByExpiry(executor, statements.removeExpiredUserTokens, options));
}

export function removeExpiredApiKeys(executor: Executor, options: SweepOptions): Promise<number> {
  return removeByExpiry(executor, statements.removeExpiredApiKeys, options);
}

/** Removes full budgets and expired exemptions. */
export async function removeExpiredLogInAttempts(executor: Executor, options: SweepOptions): Promise<number> {
  const budgets = await removeByExpiry(executor, statements.removeExpiredLogInBudgets, options);
  return budgets + (await removeByExpiry(executor, statements.removeExpiredLogInExemptions, options));
}

/** Follows the index. Each batch starts where the previous one ended, so that removed rows are not scanned again. */
function removeByExpiry(executor: Executor, statement: ByExpiry, options: SweepOptions): Promise<number> {
  return sweepUntilShortBatch(
    new Pace(options),
    new Date(-END_OF_TIME),
    (from, size) => executor.write(statement, { from: formatTimestamptz(from), batchSize: size }),
    ({ until }) => toDateOrNull(until),
  );
}

/** No id comes before it. */
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** Scans the sessions with an idle timeout, by id: an index on the time when they were last read would slow every update of it. */
function removeIdleSessions(executor: Executor, options: SweepOptions): Promise<number> {
  return sweepToEnd(
    new Pace(options),
    FIRST_ID,
    (after, size) => executor.write(statements.removeIdleSessions, { after, batchSize: size }),
    ({ lastId }) => lastId,
  );
}
