import { invalidInput, transactionEnded } from "../errors/index.js";
import { promiseOf } from "../promise.js";

/** The promise of a call. It records whether a handler was attached to it, as `await` does. */
class Call<T> extends Promise<T> {
  isObserved = false;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: a promise has one
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.isObserved = true;
    return super.then(onFulfilled, onRejected);
  }

  /** Keeps an unhandled rejection from ending the process: the transaction reports it. */
  silence(): void {
    super.then(undefined, () => {});
  }
}

interface Failure {
  readonly call: Call<unknown>;
  readonly error: unknown;
}

/** Begins a call, which reads its arguments immediately. What it sends has to wait for `turn()`. */
type Start<T> = (turn: () => Promise<void>) => Promise<T>;

/** The calls made in one transaction. They take effect one after another, in the order in which they are made. */
export class TransactionCalls {
  #isOpen = true;
  /** Resolves when every call made so far has finished. */
  #finished: Promise<void> = Promise.resolve();
  readonly #failures: Failure[] = [];
  /** The number of nested transactions that were requested and have not ended. */
  #nested = 0;
  #nestedRuns = false;

  /**
   * Runs a call. Refuses it after the end, and while a nested transaction is open: the two would wait for each other.
   */
  run<T>(start: Start<T>): Promise<T> {
    return this.#begin(start, this.#nested > 0);
  }

  /** Runs a nested transaction. More can be requested until it begins; they run one after another. */
  runNested<T>(start: Start<T>): Promise<T> {
    if (!this.#isOpen || this.#nestedRuns) return this.#begin(start, this.#nestedRuns);
    this.#nested += 1;
    let hasBegun = false;
    const begin = () => {
      hasBegun = true;
      this.#nestedRuns = true;
    };
    const end = () => {
      this.#nested -= 1;
      // A nested transaction whose arguments were refused ends before its turn, while another one may be running.
      if (hasBegun) this.#nestedRuns = false;
    };
    // A call whose arguments are refused never asks for its turn, so it cannot begin after it has ended.
    return this.#begin((turn) => start(() => turn().then(begin)), false, end);
  }

  /** Refuses calls from now on. */
  close(): void {
    this.#isOpen = false;
  }

  /**
   * Refuses calls from now on and waits for those already made.
   *
   * @throws INVALID_INPUT if a nested transaction is open, or the first error of a call whose promise has no handler
   */
  async finish(): Promise<void> {
    this.close();
    if (this.#nested > 0) {
      throw invalidInput("work", "resolved before a nested transaction had ended: await every withTransaction in it");
    }
    await this.#finished;
    const lost = this.#failures.find(({ call }) => !call.isObserved);
    if (lost !== undefined) throw lost.error;
  }

  #begin<T>(start: Start<T>, isBlocked: boolean, end = () => {}): Promise<T> {
    if (!this.#isOpen) return Promise.reject(transactionEnded());
    const turn = this.#finished;
    const outcome = isBlocked ? Promise.reject<T>(nestedIsOpen()) : promiseOf(() => start(() => turn));
    let settled = () => {};
    const isSettled = new Promise<void>((resolve) => {
      settled = resolve;
    });
    this.#finished = turn.then(() => isSettled);
    const call = new Call<T>((resolve, reject) => {
      outcome.then(
        (value) => {
          end();
          settled();
          resolve(value);
        },
        (error: unknown) => {
          end();
          this.#failures.push({ call, error });
          settled();
          reject(error);
        },
      );
    });
    call.silence();
    return call;
  }
}

function nestedIsOpen(): Error {
  return invalidInput(
    "auth",
    "is that of a transaction in which a nested one is open: use what the nested one's work is given, or await it first",
  );
}
