import { now } from "../../timers.js";
import type { LockRetries } from "./lock-retries.js";

/** What remains to be done for some calls after their statement. */
export interface Outcome<Call> {
  /** The calls that changed nothing because a row was locked, in their order. */
  readonly locked: readonly Call[];
  readonly lockError?: unknown;
  /** The calls that the statement did not apply, in their order. */
  readonly notApplied?: readonly Call[];
  /** The error for calls that were queued behind the statement, if the server did not answer it. */
  readonly overdueError?: unknown;
}

interface LockableCall {
  readonly conflictKey: number | undefined;
  /** When it stops waiting for a locked row. */
  lockDeadline: number;
}

/** How {@link LockedCalls} runs and settles calls. */
export interface LockedCallsOptions<Call> {
  /** Never rejects. @param isFirst - whether the calls are run by themselves for the first time */
  run(calls: readonly Call[], isFirst: boolean): Promise<Outcome<Call>>;
  reject(calls: readonly Call[], error: unknown): void;
  /** Queues calls again that no longer wait for a locked row, or that their statement did not apply. */
  requeue(calls: readonly Call[], overdueError: unknown): void;
  /** How many calls one statement carries. */
  readonly maxCalls: number;
  /** How long a call waits for a locked row, in milliseconds. */
  readonly maxLockWaitMillis: number;
  readonly retries: LockRetries;
}

/** The calls with one conflict key: those of the next statement, and those that follow them. */
interface KeyQueue<Call> {
  calls: Call[];
  successors: Call[];
}

/**
 * Calls whose statement met a locked row. It changed nothing, so the calls are retried by conflict key: those for other rows
 * succeed, and those for the locked row are retried until it is free or they are overdue.
 */
export class LockedCalls<Call extends LockableCall> {
  readonly #options: LockedCallsOptions<Call>;
  readonly #queues = new Map<number, KeyQueue<Call>>();

  constructor(options: LockedCallsOptions<Call>) {
    this.#options = options;
  }

  /** Queues a call behind locked ones with its conflict key. Returns false if there are none. */
  enqueue(call: Call, conflictKey: number): boolean {
    if (this.#queues.size === 0) return false;
    const queue = this.#queues.get(conflictKey);
    if (queue === undefined) return false;
    call.lockDeadline = now() + this.#options.maxLockWaitMillis;
    queue.successors.push(call);
    return true;
  }

  /** @param sentAt - when the statement that met the lock was sent */
  add(calls: readonly Call[], sentAt: number): void {
    const added = new Map<number, KeyQueue<Call>>();
    for (const call of calls) {
      call.lockDeadline = sentAt + this.#options.maxLockWaitMillis;
      const conflictKey = call.conflictKey ?? 0;
      const queue = added.get(conflictKey);
      if (queue === undefined) added.set(conflictKey, { calls: [call], successors: [] });
      else queue.calls.push(call);
    }
    for (const [conflictKey, queue] of added) {
      this.#queues.set(conflictKey, queue);
      this.#options.retries.add(() => this.#retry(conflictKey, queue, true), true);
    }
  }

  async #retry(conflictKey: number, queue: KeyQueue<Call>, isFirst: boolean): Promise<void> {
    // While these are in flight, they must not be rejected as overdue.
    const calls = queue.calls.splice(0);
    const outcome = calls.length > 0 ? await this.#options.run(calls, isFirst) : { locked: [] };
    queue.calls.push(...outcome.locked);
    const error = outcome.lockError ?? outcome.overdueError;
    if (error !== undefined) this.#rejectOverdue(error);
    // If all calls were rejected as overdue, the row is still locked.
    const isLocked = outcome.lockError !== undefined || calls.length === 0;
    if (isLocked && queue.calls.length === 0) queue.calls.push(...queue.successors.splice(0, this.#options.maxCalls));
    if (queue.calls.length > 0) {
      this.#options.retries.add(() => this.#retry(conflictKey, queue, false), false);
    } else {
      this.#queues.delete(conflictKey);
      this.#options.requeue([...(outcome.notApplied ?? []), ...queue.successors], outcome.overdueError);
    }
  }

  #rejectOverdue(error: unknown): void {
    const time = now();
    const isOverdue = ({ lockDeadline }: Call) => lockDeadline <= time;
    for (const queue of this.#queues.values()) {
      const overdue = [...queue.calls.filter(isOverdue), ...queue.successors.filter(isOverdue)];
      if (overdue.length === 0) continue;
      queue.calls = queue.calls.filter((call) => !isOverdue(call));
      queue.successors = queue.successors.filter((call) => !isOverdue(call));
      this.#options.reject(overdue, error);
    }
  }
}
