import type { IClearCacheEntriesResult } from "#generated/index.js";

/**
 * Deletes every entry of a type. Each batch starts where the previous one ended.
 *
 * @param clear - deletes one batch
 * @returns how many were live
 */
export async function clearEntries(
  resourceType: string,
  clear: (params: { resourceType: string; from: string; batchSize: number }) => Promise<IClearCacheEntriesResult[]>,
): Promise<number> {
  let live = 0;
  for (let from: string | null = ""; from !== null; ) {
    const start: string = from;
    const [batch]: IClearCacheEntriesResult[] = await clear({ resourceType, from: start, batchSize: CLEARED_AT_ONCE });
    live += batch?.live ?? 0;
    from = batch?.found === CLEARED_AT_ONCE ? batch.lastKey : null;
  }
  return live;
}

/** How many rows a batch of {@link clearEntries} locks. */
const CLEARED_AT_ONCE = 1000;
