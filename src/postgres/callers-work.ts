import type { PevensieError } from "../errors/index.js";
import { promiseOf } from "../promise.js";

/** Work of callers in transactions, which may never settle: what waits for it can be rejected instead. */
export class CallersWork {
  readonly #rejects = new Set<(error: unknown) => void>();

  run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#rejects.add(reject);
      const settle = <V>(how: (value: V) => void) => {
        return (value: V) => {
          this.#rejects.delete(reject);
          how(value);
        };
      };
      promiseOf(work).then(settle(resolve), settle(reject));
    });
  }

  /** Rejects what waits for work that has not settled. The work itself cannot be stopped. */
  abandon(error: PevensieError): void {
    for (const reject of this.#rejects) reject(error);
  }
}
