import type { PevensieError } from "../../errors/index.js";
import { promiseOf } from "../../promise.js";

/** The work of callers in transactions. It may never settle: what awaits it can be rejected instead. */
export class CallerWork {
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

  /** Rejects what awaits work that has not settled. The work itself cannot be stopped. */
  rejectAll(error: PevensieError): void {
    for (const reject of this.#rejects) reject(error);
  }
}
