import { now } from "../timers.js";
import type { LockRetries } from "./lock-retries.js";

/** What is left of some calls after their statement. */
export interface Outcome<Call> {
  /** Those that have changed nothing because a row was locked, in their order. */
  readonly locked: readonly Call[];
  readonly lockError?: unknown;
  /** The error for calls of which nothing was sent, where the server did not answer. */
  readonly forUnsent?: unknown;
}

/** A call that can wait for a lock. */
interface WaitingCall {
  /** When it stops to wait for a locked row. */
  until: number;
}

/** What {@link LockedCalls} needs of whoever makes the calls. */
export interface LockedCallsHost<Call> {
  /** Never rejects. @param isFirst - whether the calls have not been by themselves yet */
  answer(calls: readonly Call[], isFirst: boolean): Promise<Outcome<Call>>;
  conflictKeyOf(call: Call): number;
  refuse(calls: readonly Call[], error: unknown): void;
  /** Calls that no longer come after others for a locked row. */
  requeue(calls: readonly Call[], forUnsent: unknown): void;
  /** How many calls one statement carries. */
  readonly maxCalls: number;
  /** How long a call waits for a locked row, in milliseconds. */
  readonly patienceMillis: number;
  readonly retries: LockRetries;
}

/** The calls for one conflict key: those of the next statement, and those that come after them. */
interface Queue<Call> {
  calls: Call[];
  behind: Call[];
}

/**
 * Calls that shared a statement with one for a locked row. Since the statement has changed nothing, they go on by their
 * conflict keys: those for other rows succeed, and those for the locked row try again until it is free or their time is over.
 */
export class LockedCalls<Call extends WaitingCall> {
  readonly #host: LockedCallsHost<Call>;
  readonly #queues = new Map<number, Queue<Call>>();

  constructor(host: LockedCallsHost<Call>) {
    this.#host = host;
  }

  /** Queues a call behind others with its conflict key; false where there are none. */
  enqueue(call: Call, conflictKey: number): boolean {
    const queue = this.#queues.get(conflictKey);
    if (queue === undefined) return false;
    call.until = now() + this.#host.patienceMillis;
    queue.behind.push(call);
    return true;
  }

  /** @param since - when the statement that has met the lock was sent */
  add(calls: readonly Call[], since: number): void {
    const added = new Map<number, Queue<Call>>();
    for (const call of calls) {
      call.until = since + this.#host.patienceMillis;
      const conflictKey = this.#host.conflictKeyOf(call);
      const queue = added.get(conflictKey);
      if (queue === undefined) added.set(conflictKey, { calls: [call], behind: [] });
      else queue.calls.push(call);
    }
    for (const [conflictKey, queue] of added) {
      this.#queues.set(conflictKey, queue);
      this.#host.retries.add(() => this.#retry(conflictKey, queue, true), true);
    }
  }

  async #retry(conflictKey: number, queue: Queue<Call>, isFirst: boolean): Promise<void> {
    // While they are in flight, nobody may refuse them.
    const calls = queue.calls.splice(0);
    const outcome = calls.length > 0 ? await this.#host.answer(calls, isFirst) : { locked: [] };
    queue.calls.push(...outcome.locked);
    const error = outcome.lockError ?? outcome.forUnsent;
    if (error !== undefined) this.#refuseOverdue(error);
    // Calls that were refused, now or since the last attempt, leave the row as locked as it was.
    const isLocked = outcome.lockError !== undefined || calls.length === 0;
    if (isLocked && queue.calls.length === 0) queue.calls.push(...queue.behind.splice(0, this.#host.maxCalls));
    if (queue.calls.length > 0) {
      this.#host.retries.add(() => this.#retry(conflictKey, queue, false), false);
    } else {
      this.#queues.delete(conflictKey);
      this.#host.requeue(queue.behind, outcome.forUnsent);
    }
  }

  #refuseOverdue(error: unknown): void {
    const time = now();
    const isOverdue = ({ until }: Call) => until <= time;
    for (const queue of this.#queues.values()) {
      const overdue = [...queue.calls.filter(isOverdue), ...queue.behind.filter(isOverdue)];
      if (overdue.length === 0) continue;
      queue.calls = queue.calls.filter((call) => !isOverdue(call));
      queue.behind = queue.behind.filter((call) => !isOverdue(call));
      this.#host.refuse(overdue, error);
    }
  }
}
