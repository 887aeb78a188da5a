import { PevensieError } from "../../errors/index.js";
import type { PostgresResult } from "../../pg-interface.js";
import { ignoreError } from "../../promise.js";
import { wireTypes } from "../protocol/decode.js";
import { isConnectionLoss, sqlStateOf } from "../protocol/server-errors.js";
import { SqlState } from "../protocol/sqlstate.js";
import type { Client } from "./client.js";
import { beginning, type TransactionMode } from "./plan.js";
import { MINIMUM_SERVER_VERSION, serverTooOld } from "./versions.js";

interface Result extends PostgresResult {
  readonly rows: Record<string, unknown>[];
}

/** Returns the error to throw for a step that failed. */
export type StepFailed = (step: string, error: unknown) => PevensieError;

/** Runs one step of a transaction. */
export type Run = (step: string, text: string) => Promise<Result>;

/** How a transaction begins, and what it throws. */
export interface TransactionOptions {
  readonly mode: TransactionMode;
  readonly failed: StepFailed;
}

/** A statement_timeout of 1 ms cancels a `begin` only if the server is busy at that moment. */
const ATTEMPTS_TO_BEGIN = 100;

/** Checks the server's version and runs `work` in a transaction, which it commits or rolls back. */
export async function inTransaction<T>(
  client: Client,
  { mode, failed }: TransactionOptions,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const run: Run = async (step, text) => {
    try {
      return (await client.query({ text, types: wireTypes })) as Result;
    } catch (error) {
      throw failed(step, error);
    }
  };
  try {
    await begin(client, beginning(mode).join("; "), failed);
    await requireServerVersion(run);
    const result = await work(run);
    await commit(run, { mode, failed });
    return result;
  } catch (error) {
    await client.query("rollback").catch(ignoreError);
    throw error;
  }
}

async function commit(run: Run, { mode, failed }: TransactionOptions): Promise<void> {
  const { command } = await run("the commit", "commit").catch((error: PevensieError) => {
    if (mode === "read only" || !isConnectionLoss(error.cause)) throw error;
    throw new PevensieError(
      "OUTCOME_UNKNOWN",
      "The connection was lost during the commit, so all migrations were applied or none. Run it again: what was applied is not repeated.",
      { cause: error.cause },
    );
  });
  // PostgreSQL answers the commit of a failed transaction with ROLLBACK.
  if (command !== "COMMIT") throw failed("the commit", new Error(`the commit was answered by ${command}`));
}

/**
 * Begins a transaction. Retries while the attempt is cancelled by the statement_timeout that it is about to override.
 */
async function begin(client: Client, statements: string, failed: StepFailed): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // A cancelled attempt may have left a failed transaction.
      await client.query(attempt === 1 ? statements : `rollback; ${statements}`);
      return;
    } catch (error) {
      const cancelled = sqlStateOf(error) === SqlState.queryCanceled;
      if (!cancelled || attempt === ATTEMPTS_TO_BEGIN) throw failed("the beginning", error);
    }
  }
}

async function requireServerVersion(run: Run): Promise<void> {
  const { rows } = await run(
    "reading the versions",
    "select pg_catalog.current_setting('server_version_num')::int as version",
  );
  const version = Number(rows[0]?.["version"]);
  if (version < MINIMUM_SERVER_VERSION) throw serverTooOld(version);
}
