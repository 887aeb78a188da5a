import { AsyncResource } from "node:async_hooks";

/** Something that happens unless it is called off in time. */
export interface Deadline {
  cancel(): void;
}

/**
 * Sets a deadline. Of those of one length, which few ever reach, all share a timer: one timer for each statement costs more
 * than the statement's other bookkeeping, and while there is always one under way, V8 takes what hangs on past ones for
 * alive. Like a timer, it keeps the process alive until it is reached or called off.
 */
export function deadlineIn(milliseconds: number, onDeadline: () => void): Deadline {
  let queue = queues.get(milliseconds);
  if (queue === undefined) {
    queue = new Queue(milliseconds);
    queues.set(milliseconds, queue);
  }
  return queue.add(onDeadline);
}

/** Real time, whatever the application's tests do to the clock afterwards. */
const now = performance.now.bind(performance);

/** In the asynchronous context of whoever loads this, not in that of a request: a timer set again and again would keep it. */
const setTimer = AsyncResource.bind(setTimeout) as typeof setTimeout;

/** By their length. */
const queues = new Map<number, Queue>();

interface Entry {
  readonly due: number;
  /** Undefined once it has been called, or called off. */
  onDeadline: (() => void) | undefined;
}

/** Entries of one length are due in the order in which they are made. */
class Queue {
  readonly #milliseconds: number;
  #entries: (Entry | undefined)[] = [];
  /** Where the first that is left stands. */
  #first = 0;
  #left = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  add(onDeadline: () => void): Deadline {
    const entry: Entry = { due: now() + this.#milliseconds, onDeadline };
    this.#entries.push(entry);
    this.#left += 1;
    if (this.#timer === undefined) this.#tickIn(this.#milliseconds);
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

  #tickIn(milliseconds: number): void {
    this.#timer = setTimer(() => this.#tick(), Math.ceil(milliseconds));
  }

  #tick(): void {
    try {
      for (let next = this.#next; next !== undefined && next.due <= now(); next = this.#next) {
        const { onDeadline } = next;
        this.#drop(next);
        onDeadline?.();
      }
    } finally {
      // Whatever a function throws, those behind it have their turn.
      this.#timer = undefined;
      if (this.#next !== undefined) this.#tickIn(Math.max(0, this.#next.due - now()));
    }
  }

  get #next(): Entry | undefined {
    return this.#entries[this.#first];
  }
}

/** So many entries that were called off may stand behind one that was not. */
const SLACK = 32;
