import * as statements from "#generated/statements.js";
import type { Executor } from "../../execution/executor.js";
import { removeByPage } from "./cache-pages.js";
import { Pace, type SweepOptions, sweepUntilShortBatch } from "./pace.js";

/** Removes expired and invalidated entries, and then what nothing depends on any more. */
export async function removeExpiredCacheEntries(executor: Executor, options: SweepOptions): Promise<number> {
  const removed = await removeByPage(executor, options, (range) =>
    executor.write(statements.removeExpiredCacheEntries, range),
  );
  // Only entries are counted, not leases and invalidations.
  const unreported = { ...options, onRemoved: undefined };
  const leases = new Pace(unreported);
  // Leases have no cursor: a batch takes any that have expired.
  const removeLeases = (size: number) => executor.write(statements.removeExpiredCacheLeases, { batchSize: size });
  for (let isFull = true; isFull && leases.continues; ) {
    isFull = (await leases.runFullBatch(removeLeases)) !== undefined;
  }
  await sweepUntilShortBatch(
    new Pace(unreported),
    "",
    (from, size) => executor.write(statements.removeSeenCacheInvalidations, { from, batchSize: size }),
    ({ lastTag }) => lastTag,
  );
  return removed;
}
