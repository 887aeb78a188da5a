/** The `connectionTimeoutMillis` of each pool that `createPool` has made. */
const timeouts = new WeakMap<object, number>();

/** Records the `connectionTimeoutMillis` of a pool that this package has made. */
export function setPoolTimeout(pool: object, timeoutMillis: number): void {
  timeouts.set(pool, timeoutMillis);
}

/** Returns the `connectionTimeoutMillis` of a pool; undefined for one that this package has not made. */
export function timeoutOfPool(pool: object): number | undefined {
  return timeouts.get(pool);
}
