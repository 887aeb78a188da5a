/**
 * Calls `work` and returns a promise, as an async function would: it rejects instead of throwing. It creates one
 * promise less. With AsyncLocalStorage in use each promise costs some 0.2 µs, which matters on paths that every request
 * takes.
 */
export function promiseOf<T>(work: () => T | PromiseLike<T>): Promise<T> {
  try {
    const outcome = work();
    return outcome instanceof Promise ? outcome : Promise.resolve(outcome);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Returns whether a value is a promise, of whatever implementation. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
}
