/**
 * Makes of some work what an async function would, which rejects rather than throws. On paths that are called with every
 * request it is worth having one promise less: with AsyncLocalStorage in use, each costs some 0.2 µs.
 */
export function promiseOf<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    const outcome = work();
    return outcome instanceof Promise ? outcome : Promise.resolve(outcome);
  } catch (error) {
    return Promise.reject(error);
  }
}
