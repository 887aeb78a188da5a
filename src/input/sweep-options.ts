import { requireInteger, requireOptions } from "./values.js";

/** Options of a sweep. */
export interface RemoveExpiredOptions {
  /** Maximum number of rows that one batch locks and removes, 1 to 100,000. Default: 1,000. */
  readonly batchSize?: number | undefined;
}

export const DEFAULT_BATCH_SIZE = 1000;
export const MAX_BATCH_SIZE = 100_000;

export function readBatchSize(options: unknown): number {
  const { batchSize } = requireOptions(options, "options", ["batchSize"]);
  return requireBatchSize(batchSize);
}

export function requireBatchSize(value: unknown = DEFAULT_BATCH_SIZE): number {
  return requireInteger(value, "batchSize", 1, MAX_BATCH_SIZE);
}
