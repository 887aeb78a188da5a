import { now, onNextTurn } from "../../timers.js";
import { overdueErrorOf } from "../protocol/call-errors.js";
import { isFaultOfOneRow, isLockTimeout } from "../protocol/server-errors.js";
import type { Gate } from "./admission.js";
import { type BatchedOperation, type BatchResult, DeferredResult, type Executor, NOT_APPLIED } from "./executor.js";
import type { LockRetries } from "./lock-retries.js";
import { LockedCalls, type Outcome } from "./locked-calls.js";
import type { Slots } from "./slots.js";

/** What a {@link Batcher} sends its statements with. */
export interface BatcherOptions {
  /** Runs the statements of admitted calls. */
  readonly executor: Executor;
  readonly slots: Slots;
  /** Admits the calls. */
  readonly gate: Gate;
  /** How long a call stays queued behind an unresponsive server, in milliseconds. */
  readonly queueTimeoutMillis: number;
  /** How long a statement waits for a locked row before its calls are retried one by one, in milliseconds. */
  readonly lockTimeoutMillis: number;
  /** How long a call waits for a locked row, in milliseconds. */
  readonly maxLockWaitMillis: number;
  readonly lockRetries: LockRetries;
}

/** A class, not an object literal: V8 would allocate literals in its old generation after a burst (docs/performance-notes.md). */
class Call<Input, Output> {
  readonly input: Input;
  /** From {@link BatchedOperation.conflictKeyOf}. */
  readonly conflictKey: number | undefined;
  readonly queuedAt: number;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
  /** When it stops waiting for a locked row; 0 until it waits for one. */
  lockDeadline = 0;

  constructor(
    input: Input,
    conflictKey: number | undefined,
    queuedAt: number,
    resolve: (output: Output) => void,
    reject: (error: unknown) => void,
  ) {
    this.input = input;
    this.conflictKey = conflictKey;
    this.queuedAt = queuedAt;
    this.resolve = resolve;
    this.reject = reject;
  }
}

/** The calls of one statement. */
interface Batch<Input, Output> {
  readonly calls: Call<Input, Output>[];
  readonly conflictKeys: Set<number>;
  /** Calls with a conflict key of the batch, in their order: they are requeued when it ends. */
  readonly successors: Call<Input, Output>[];
}

/** Larger batches add latency without adding throughput (docs/performance-notes.md). */
const MAX_CALLS = 512;

/** How much text one statement carries, in UTF-16 code units, unless a single call has more. */
const MAX_PAYLOAD_SIZE = 4 * 1024 * 1024;

/** Queued calls are split over the free slots, but not into batches smaller than this. */
const MIN_CALLS_OF_A_SHARE = 4;

/** The first statement for each locked row gets this part of the lock timeout: other calls of the batch wait behind it. */
const FIRST_RETRY_SHARE = 10;

const COMPLETE: Outcome<never> = { locked: [] };

/** Returns a function that performs calls of an operation in batches. */
export function batched<Input, Output>(
  operation: BatchedOperation<Input, Output>,
  options: BatcherOptions,
): (input: Input) => Promise<Output> {
  const batcher = new Batcher(operation, options);
  return (input) => batcher.call(input);
}

/**
 * Coalesces calls of one operation that are made in the same turn of the event loop, or while every slot is taken, into one
 * statement.
 *
 * `dataloader` lacks what this needs: a bound on the statements in flight, individual results for the calls of a statement that
 * failed, and no delay for a single call. Nothing is cached: each call is answered by a statement that was sent after it.
 */
class Batcher<Input, Output> {
  readonly #operation: BatchedOperation<Input, Output>;
  readonly #options: BatcherOptions;
  #queue: Call<Input, Output>[] = [];
  /** How many calls at the start of the queue have been taken. Removing them one by one would take quadratic time. */
  #taken = 0;
  /** An array: V8 keeps what was deleted from a long-lived Set until it collects its old generation. */
  readonly #inFlight: Batch<Input, Output>[] = [];
  readonly #locked: LockedCalls<Call<Input, Output>>;
  #isScheduled = false;
  /** When the first call of this turn was made, or the queue was last served. */
  #turnStart = 0;
  /** Whether the last batch had several calls: then the first call of a turn waits for the others. */
  #coalesces = false;

  constructor(operation: BatchedOperation<Input, Output>, options: BatcherOptions) {
    this.#operation = operation;
    this.#options = options;
    const { lockTimeoutMillis } = options;
    this.#locked = new LockedCalls({
      run: (calls, isFirst) =>
        this.#run(calls, isFirst ? Math.ceil(lockTimeoutMillis / FIRST_RETRY_SHARE) : lockTimeoutMillis),
      reject: (calls, error) => this.#reject(calls, error),
      requeue: (calls, overdueError) => this.#requeue(calls, overdueError),
      maxCalls: MAX_CALLS,
      maxLockWaitMillis: options.maxLockWaitMillis,
      retries: options.lockRetries,
    });
  }

  call(input: Input): Promise<Output> {
    return new Promise((resolve, reject) => {
      this.#options.gate.enter();
      if (!this.#isScheduled) this.#turnStart = now();
      const conflictKey = this.#operation.conflictKeyOf?.(input);
      this.#queue.push(new Call(input, conflictKey, this.#turnStart, resolve, reject));
      // A call that comes alone, as the last one did, is sent immediately.
      if (!this.#coalesces && this.#inFlight.length === 0 && !this.#isScheduled) this.#send();
      else this.#schedule();
    });
  }

  /** The next turn runs after everything that this turn of the event loop has read from its sockets was handled. */
  readonly #schedule = (): void => {
    if (this.#isScheduled || this.#queue.length === this.#taken) return;
    this.#isScheduled = true;
    this.#turnStart = now();
    onNextTurn(this.#onTurn);
  };

  readonly #onTurn = (): void => {
    this.#isScheduled = false;
    this.#send();
  };

  #send(): void {
    const { slots, lockTimeoutMillis } = this.#options;
    for (let free = slots.free(this.#inFlight.length); free > 0 && this.#queue.length > this.#taken; free -= 1) {
      const queued = this.#queue.length - this.#taken;
      const batch = this.#take(queued < free * MIN_CALLS_OF_A_SHARE ? queued : Math.ceil(queued / free));
      if (batch.calls.length === 0) break;
      this.#coalesces = batch.calls.length > 1;
      this.#inFlight.push(batch);
      const sentAt = now();
      void this.#run(batch.calls, lockTimeoutMillis).then((outcome) => this.#finish(batch, sentAt, outcome));
    }
    if (this.#queue.length > this.#taken) slots.onceFreed(this.#inFlight.length, this.#schedule);
  }

  /** Takes up to `share` calls from the queue, as far as one statement can carry them. */
  #take(share: number): Batch<Input, Output> {
    const { many, payloadSizeOf } = this.#operation;
    const maxCalls = many === undefined ? 1 : MAX_CALLS;
    const batch: Batch<Input, Output> = { calls: [], conflictKeys: new Set(), successors: [] };
    let payloadSize = 0;
    for (let passed = 0; this.#taken < this.#queue.length && batch.calls.length < maxCalls; this.#taken += 1) {
      const call = this.#queue[this.#taken] as Call<Input, Output>;
      const { conflictKey } = call;
      if (conflictKey !== undefined) {
        const predecessor = this.#inFlightWith(conflictKey);
        if (passed === MAX_CALLS && predecessor !== undefined) break;
        if (predecessor !== undefined || this.#locked.enqueue(call, conflictKey)) {
          passed += 1;
          predecessor?.successors.push(call);
          continue;
        }
      }
      // A call for a key of the batch is taken beyond the share: it would otherwise wait for the answer to the batch.
      if (batch.calls.length >= share && (conflictKey === undefined || !batch.conflictKeys.has(conflictKey))) break;
      payloadSize += payloadSizeOf?.(call.input) ?? 0;
      if (payloadSize > MAX_PAYLOAD_SIZE && batch.calls.length > 0) break;
      if (conflictKey !== undefined) batch.conflictKeys.add(conflictKey);
      batch.calls.push(call);
    }
    if (this.#taken * 2 >= this.#queue.length) {
      this.#queue = this.#queue.slice(this.#taken);
      this.#taken = 0;
    }
    return batch;
  }

  #inFlightWith(conflictKey: number): Batch<Input, Output> | undefined {
    for (const batch of this.#inFlight) if (batch.conflictKeys.has(conflictKey)) return batch;
    return undefined;
  }

  #finish(batch: Batch<Input, Output>, sentAt: number, outcome: Outcome<Call<Input, Output>>): void {
    const { locked, notApplied, overdueError } = outcome;
    this.#inFlight.splice(this.#inFlight.indexOf(batch), 1);
    if (locked.length > 0) this.#locked.add(locked, sentAt);
    this.#requeue(notApplied === undefined ? batch.successors : [...notApplied, ...batch.successors], overdueError);
  }

  /** @param overdueError - the error for calls that have been queued too long, if the server did not answer */
  #requeue(calls: readonly Call<Input, Output>[], overdueError: unknown): void {
    if (calls.length > 0) this.#putFirst(calls);
    if (overdueError !== undefined) this.#rejectOverdue(overdueError);
    this.#schedule();
  }

  /** Puts calls before all queued ones: into the slots of taken ones, where there are enough. */
  #putFirst(calls: readonly Call<Input, Output>[]): void {
    if (calls.length > this.#taken) {
      this.#queue = calls.concat(this.#queue.slice(this.#taken));
      this.#taken = 0;
    } else {
      this.#taken -= calls.length;
      for (const [index, call] of calls.entries()) this.#queue[this.#taken + index] = call;
    }
  }

  /** Runs a statement and settles its calls, except those that met a lock. Never rejects. */
  async #run(calls: readonly Call<Input, Output>[], lockTimeoutMillis: number): Promise<Outcome<Call<Input, Output>>> {
    let results: readonly BatchResult<Output>[];
    try {
      results = await this.#execute(calls, lockTimeoutMillis);
    } catch (error) {
      if (calls.length > 1 && isFaultOfOneRow(error)) return this.#runHalves(calls, lockTimeoutMillis);
      if (this.#operation.conflictKeyOf !== undefined && isLockTimeout(error)) {
        return { locked: calls, lockError: error };
      }
      this.#reject(calls, error);
      return { locked: [], overdueError: overdueErrorOf(error) };
    }
    let notApplied: Call<Input, Output>[] | undefined;
    for (let index = 0; index < calls.length; index += 1) {
      const call = calls[index] as Call<Input, Output>;
      const result = results[index] as BatchResult<Output>;
      if (result === NOT_APPLIED) {
        notApplied ??= [];
        notApplied.push(call);
      } else if (result instanceof DeferredResult) void this.#resolveDeferred(call, result);
      else this.#resolve(call, result);
    }
    return notApplied === undefined ? COMPLETE : { locked: [], notApplied };
  }

  #resolve({ resolve }: Call<Input, Output>, output: Output): void {
    this.#options.gate.leave();
    resolve(output);
  }

  async #resolveDeferred(call: Call<Input, Output>, result: DeferredResult<Output>): Promise<void> {
    try {
      this.#resolve(call, await result.output);
    } catch (error) {
      this.#reject([call], error);
    }
  }

  #execute(calls: readonly Call<Input, Output>[], lockTimeoutMillis: number): Promise<readonly BatchResult<Output>[]> {
    const { executor } = this.#options;
    const inputs = calls.map(({ input }) => input);
    if (inputs.length > 1 && this.#operation.many !== undefined) {
      return this.#operation.many(executor, inputs, lockTimeoutMillis);
    }
    return this.#operation.one(executor, inputs[0] as Input, lockTimeoutMillis).then((result) => [result]);
  }

  /** Finds the call at fault by bisection: the others cost a few statements, and not one each. */
  async #runHalves(
    calls: readonly Call<Input, Output>[],
    lockTimeoutMillis: number,
  ): Promise<Outcome<Call<Input, Output>>> {
    const middle = calls.length >> 1;
    const first = await this.#run(calls.slice(0, middle), lockTimeoutMillis);
    // Calls of the second half may have a conflict key of the first, and must not overtake it.
    if (first.locked.length > 0) return { ...first, locked: [...first.locked, ...calls.slice(middle)] };
    if (first.notApplied !== undefined) return { ...first, notApplied: [...first.notApplied, ...calls.slice(middle)] };
    const second = await this.#run(calls.slice(middle), lockTimeoutMillis);
    return { ...second, overdueError: first.overdueError ?? second.overdueError };
  }

  #reject(calls: readonly Call<Input, Output>[], error: unknown): void {
    for (const { reject } of calls) {
      this.#options.gate.leave();
      reject(error);
    }
  }

  /** Rejects all calls that have been queued too long behind an unresponsive server, instead of one batch after the other. */
  #rejectOverdue(error: unknown): void {
    const earliest = now() - this.#options.queueTimeoutMillis;
    const overdue: Call<Input, Output>[] = [];
    const remaining: Call<Input, Output>[] = [];
    for (const call of this.#queue.slice(this.#taken)) (call.queuedAt > earliest ? remaining : overdue).push(call);
    this.#queue = remaining;
    this.#taken = 0;
    this.#reject(overdue, error);
  }
}
