import { listSchemas } from "#generated/statements.js";
import type { PevensieError } from "../../errors/index.js";
import { settleAll } from "../../promise.js";
import type { ResolvedConfig } from "../config/config.js";
import { serversOfConfig } from "../pool/created-pools.js";
import { isReadOnlyRefusal } from "../protocol/server-errors.js";
import { translateStatementError } from "../protocol/statement-errors.js";
import { withClient } from "./client.js";
import { inTransaction } from "./migration-transaction.js";

/** What became of one schema. */
export interface SchemaOutcome {
  /** The name of the schema, unquoted. */
  readonly schema: string;
  /** Why it failed; null if it did not. */
  readonly error: PevensieError | null;
}

/** How far the work on all schemas is. */
export interface SchemaCount {
  /** How many schemas are done, this one included. */
  readonly done: number;
  /** How many schemas there are. */
  readonly total: number;
}

/** What is done with each schema. */
export interface SchemaWork<R extends SchemaOutcome> {
  /** How many schemas are worked on in parallel. On a caller's pool, no more than it has connections. */
  readonly concurrency: number;
  /** Begins no further schema once it is aborted. */
  readonly signal?: AbortSignal | undefined;
  readonly work: (config: ResolvedConfig) => Promise<R>;
  /** Called, and awaited, after each schema. What it throws ends the call, once the schemas in progress are done. */
  readonly onDone: (outcome: R, count: SchemaCount) => unknown;
}

/**
 * Calls `work` for every schema of a database that has the package's tables, several in parallel. The outcomes are in the order of
 * completion. There are fewer than `total` if `signal` was aborted, the server can no longer be reached, or it accepts no writes.
 */
export async function forEachSchema<R extends SchemaOutcome>(
  config: ResolvedConfig,
  { concurrency, signal, work, onDone }: SchemaWork<R>,
): Promise<{ total: number; outcomes: R[] }> {
  const names = await findSchemas(config);
  const total = names.length;
  const outcomes: R[] = [];
  // `outcomes.length` would be wrong: an outcome may wait for isUnreachable() while later ones are reported.
  let reported = 0;
  const left = names.values();
  let goesOn = true;
  let refused = 0;
  const parallel = Math.min(concurrency, config.callerPool?.options?.max ?? concurrency, total);
  const workOnMany = async () => {
    for (const schema of left) {
      if (!goesOn || signal?.aborted) return;
      const outcome = await work({ ...config, schema });
      outcomes.push(outcome);
      if (isReadOnlyRefusal(outcome.error)) refused += 1;
      // A pool that seeks the primary may hold one stale connection for each schema in progress; more refusals mean that there is no
      // primary.
      const allowed = serversOfConfig(config).seeksPrimary ? parallel : 0;
      if (refused > allowed) goesOn = false;
      // Every further schema would run into the same timeout.
      else if (MAYBE_UNREACHABLE.has(outcome.error?.code) && (await isUnreachable(config))) goesOn = false;
      await onDone(outcome, { done: ++reported, total });
    }
  };
  const stop = (error: unknown) => {
    goesOn = false;
    throw error;
  };
  await settleAll(Array.from({ length: parallel }, () => workOnMany().catch(stop)));
  return { total, outcomes };
}

/** Codes that leave open whether the server can be reached: one lost connection and a lock timeout have them, too. */
const MAYBE_UNREACHABLE: ReadonlySet<unknown> = new Set(["CONNECTION_UNAVAILABLE", "OUTCOME_UNKNOWN", "TIMEOUT"]);

function isUnreachable(config: ResolvedConfig): Promise<boolean> {
  return findSchemas(config).then(
    () => false,
    () => true,
  );
}

/** Returns the names of all schemas that have the package's tables. */
export function findSchemas(config: ResolvedConfig): Promise<string[]> {
  return withClient(config, (client) =>
    inTransaction(client, { mode: "read only", failed: listingFailed }, async (run) => {
      const { rows } = await run("listing the schemas", listSchemas.text);
      return rows.map(({ name }) => String(name));
    }),
  );
}

/** Listing the schemas migrates nothing, so its failure is not MIGRATION_FAILED. */
function listingFailed(_step: string, error: unknown): PevensieError {
  return translateStatementError(error, "idempotent");
}
