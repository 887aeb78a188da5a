import type { ExpirySample } from "../../sweep/eviction.js";

/**
 * Returns how many entries each shard may keep, so that those that expire soonest over all shards are evicted. Of entries that expire at
 * the same time, each shard loses the same part.
 */
export function boundsOf(samples: readonly ExpirySample[], maxEntries: number): readonly number[] {
  const excess = samples.reduce((sum, { entries }) => sum + entries, 0) - maxEntries;
  const evicted = new Array<number>(samples.length).fill(0);
  let left = Math.max(0, excess);
  for (const [, weights] of [...weightsByExpiry(samples)].sort(([one], [other]) => compare(one, other))) {
    const sum = weights.reduce((one, other) => one + other, 0);
    const part = Math.min(1, left / sum);
    for (const [shard, weight] of weights.entries()) evicted[shard] = (evicted[shard] as number) + weight * part;
    left -= sum * part;
    if (left <= 0) break;
  }
  return samples.map(({ entries }, shard) => entries - Math.round(evicted[shard] as number));
}

/** Returns, by their expiry, how many entries of each shard expire then. */
function weightsByExpiry(samples: readonly ExpirySample[]): Map<number, number[]> {
  const weightsAt = new Map<number, number[]>();
  for (const [shard, { entries, expiries }] of samples.entries()) {
    for (const expiry of expiries) {
      const weights = weightsAt.get(expiry) ?? new Array<number>(samples.length).fill(0);
      weights[shard] = (weights[shard] as number) + entries / expiries.length;
      weightsAt.set(expiry, weights);
    }
  }
  return weightsAt;
}

/** The difference of two infinities is not a number. */
function compare(one: number, other: number): number {
  return one === other ? 0 : one - other;
}
