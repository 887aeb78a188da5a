import { now, onNextTurn, setTimer, type Timer } from "../../timers.js";

/** A callback that runs unless it is cancelled in time. */
export interface Deadline {
  cancel(): void;
}

/**
 * Sets a deadline. Deadlines of one length share a timer, since few are ever reached: one timer for each statement
 * costs more than the statement's other bookkeeping, and keeps V8 from collecting past ones early. Like a timer, a
 * deadline keeps the process alive until it is reached or cancelled.
 *
 * The callback runs only after the event loop has read its sockets once more. If the loop was blocked, the deadline is
 * postponed by that time, at most by its own length. What arrived in the meantime counts as in time.
 */
export function deadlineIn(milliseconds: number, onDeadline: () => void): Deadline {
  let queue = queues.get(milliseconds);
  if (queue === undefined) {
    queue = new Queue(milliseconds);
    queues.set(milliseconds, queue);
  }
  return queue.add(onDeadline);
}

/** By length, in milliseconds. */
const queues = new Map<number, Queue>();

interface Entry {
  due: number;
  /** Whether the deadline was postponed because the event loop was blocked. */
  isExtended: boolean;
  /** Undefined once called or cancelled. */
  onDeadline: (() => void) | undefined;
}

/** Entries of one length are due in the order in which they are added. */
class Queue {
  readonly #milliseconds: number;
  #entries: (Entry | undefined)[] = [];
  /** Index of the first remaining entry. */
  #first = 0;
  #left = 0;
  #timer: Timer | undefined;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  add(onDeadline: () => void): Deadline {
    const entry: Entry = { due: now() + this.#milliseconds, isExtended: false, onDeadline };
    this.#entries.push(entry);
    this.#left += 1;
    if (this.#timer === undefined) this.#tickAt(entry.due);
    else if (this.#left === 1) this.#timer.ref();
    return {
      cancel: () => {
        if (entry.onDeadline !== undefined) this.#drop(entry);
      },
    };
  }

  #drop(entry: Entry): void {
    entry.onDeadline = undefined;
    this.#left -= 1;
    if (this.#left === 0) this.#timer?.unref();
    const entries = this.#entries;
    for (; this.#first < entries.length && entries[this.#first]?.onDeadline === undefined; this.#first += 1) {
      entries[this.#first] = undefined;
    }
    if (this.#first === entries.length) entries.length = 0;
    else if (entries.length > 2 * this.#left + SLACK) this.#entries = entries.filter((one) => one?.onDeadline);
    else return;
    this.#first = 0;
  }

  /** A timer that has fired stays set until its entries are declared, so that no second one starts in between. */
  #tickAt(time: number): void {
    this.#timer = setTimer(
      () => {
        const fired = now();
        this.#extend(fired, fired - time);
        onNextTurn(() => this.#declare(fired));
      },
      Math.max(0, Math.ceil(time - now())),
    );
  }

  /** Postpones due entries by the time for which the loop was blocked. Entries behind them are declared after them. */
  #extend(time: number, blocked: number): void {
    const due = time + Math.min(blocked, this.#milliseconds);
    for (let at = this.#first; at < this.#entries.length; at += 1) {
      const entry = this.#entries[at];
      if (entry === undefined || entry.onDeadline === undefined || entry.isExtended) continue;
      if (entry.due > time) return;
      entry.due = due;
      entry.isExtended = true;
    }
  }

  /** @param time - for entries due by then, a response that has arrived has been read */
  #declare(time: number): void {
    try {
      for (let next = this.#next; next !== undefined && next.due <= time; next = this.#next) {
        const { onDeadline } = next;
        this.#drop(next);
        onDeadline?.();
      }
    } finally {
      // If a callback throws, the entries behind it are still declared.
      this.#timer = undefined;
      if (this.#next !== undefined) this.#tickAt(this.#next.due);
    }
  }

  get #next(): Entry | undefined {
    return this.#entries[this.#first];
  }
}

/** The array is compacted when it exceeds twice the number of live entries by this many. */
const SLACK = 32;
