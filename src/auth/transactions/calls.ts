import { AsyncLocalStorage } from "node:async_hooks";
import { invalidInput, transactionEnded } from "../../errors/index.js";
import { isPromise, promiseOf } from "../../promise.js";

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

/** Invokes a callback that a call was given, and returns what it returns. */
export type InvokeCallback = <R>(callback: () => R) => R;

/** The turn of a call. No other call of the transaction sends anything during it. */
export interface Turn {
  /** Resolves when the call may send. */
  readonly take: () => Promise<void>;
  /**
   * Invokes a callback. One that returns a promise ends the turn, since it may wait for other calls of the transaction. The next `take`
   * waits for another turn, and rejects with INVALID_INPUT if a nested transaction is open, which may be waiting for this call.
   */
  readonly invoke: InvokeCallback;
}

/** Begins a call, which reads its arguments immediately. What it sends has to wait for `turn.take()`. */
type Start<T> = (turn: Turn) => Promise<T>;

/** A turn that is reserved: when it begins, and what ends it. */
interface Reservation {
  readonly begun: Promise<void>;
  end(): void;
}

/** A check of a password that a call waits for during its turn. */
interface PasswordChecking {
  readonly calls: TransactionCalls;
  /** The check in which this one was begun. */
  readonly outer: PasswordChecking | undefined;
  /** Whether the check has settled. Code that it left running keeps its async context, but no call waits for that code. */
  hasEnded: boolean;
}

/**
 * The check that the running code is part of. Disabled while there is none: before Node 24, an AsyncLocalStorage slows every promise of
 * the process.
 */
const checking = new AsyncLocalStorage<PasswordChecking>();
let checksInProgress = 0;

/** The calls made in one transaction. They take effect one after another, in the order in which they are made. */
export class TransactionCalls {
  #isOpen = true;
  /** Resolves when every turn so far has ended. */
  #ended: Promise<void> = Promise.resolve();
  /** The number of calls that have not settled. */
  #pending = 0;
  /** Called when the last one settles. */
  #onIdle = () => {};
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
    if (!this.#isOpen || this.#nestedRuns || this.#isChecking) return this.#begin(start, this.#nestedRuns);
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
    return this.#begin((turn) => start({ ...turn, take: () => turn.take().then(begin) }), false, end);
  }

  /**
   * Runs a check of a password, which a call waits for during its turn. Refuses the calls that the check makes: they would wait for that
   * turn.
   */
  async check<T>(work: () => T | Promise<T>): Promise<T> {
    const check: PasswordChecking = { calls: this, outer: checking.getStore(), hasEnded: false };
    checksInProgress += 1;
    try {
      return await checking.run(check, work);
    } finally {
      check.hasEnded = true;
      checksInProgress -= 1;
      if (checksInProgress === 0) checking.disable();
    }
  }

  /** Whether the current code is part of a check that a call of this transaction waits for. */
  get #isChecking(): boolean {
    let current = checking.getStore();
    while (current !== undefined && (current.hasEnded || current.calls !== this)) current = current.outer;
    return current !== undefined;
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
    await this.#idle();
    const lost = this.#failures.find(({ call }) => !call.isObserved);
    if (lost !== undefined) throw lost.error;
  }

  /** Resolves when every call has settled. An import may have no turn, and take more of them later. */
  async #idle(): Promise<void> {
    if (this.#pending === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #begin<T>(start: Start<T>, isBlocked: boolean, end = () => {}): Promise<T> {
    if (!this.#isOpen) return Promise.reject(transactionEnded());
    const turn = this.#newTurn();
    this.#pending += 1;
    const outcome = promiseOf(() => {
      if (this.#isChecking) throw waitsForItself();
      if (isBlocked) throw nestedIsOpen();
      return start(turn);
    });
    const settle = () => {
      end();
      turn.end();
      this.#pending -= 1;
      if (this.#pending === 0) this.#onIdle();
    };
    const call = new Call<T>((resolve, reject) => {
      outcome.then(
        (value) => {
          settle();
          resolve(value);
        },
        (error: unknown) => {
          this.#failures.push({ call, error });
          settle();
          reject(error);
        },
      );
    });
    call.silence();
    return call;
  }

  #newTurn(): Turn & { end(): void } {
    let reserved: Reservation | undefined = this.#reserve();
    const end = () => reserved?.end();
    const take = () =>
      promiseOf(() => {
        if (reserved === undefined && this.#nested > 0) throw nestedIsOpen();
        reserved ??= this.#reserve();
        return reserved.begun;
      });
    const invoke = <R>(callback: () => R) => {
      const returned = callback();
      if (isPromise(returned)) {
        end();
        reserved = undefined;
      }
      return returned;
    };
    return { take, invoke, end };
  }

  /** Reserves the turn after those that are reserved. */
  #reserve(): Reservation {
    const begun = this.#ended;
    let end = () => {};
    const isOver = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#ended = begun.then(() => isOver);
    return { begun, end };
  }
}

function nestedIsOpen(): Error {
  return invalidInput(
    "auth",
    "is that of a transaction in which a nested one is open: use what the nested one's work is given, or await it first",
  );
}

function waitsForItself(): Error {
  return invalidInput(
    "checkPassword",
    "uses the transaction of a call that waits for it: use the auth or a connection outside of the transaction",
  );
}
