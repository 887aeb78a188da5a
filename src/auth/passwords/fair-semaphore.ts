import { PevensieError } from "../../errors/index.js";

/** Bounds on running and queued tasks. */
export interface SemaphoreLimits {
  /** Maximum number of tasks that run concurrently, over all classes. */
  readonly running: number;
  /** Maximum number of queued tasks of one class. Further tasks are refused. */
  readonly queued: number;
}

interface TaskClass {
  readonly queue: (() => void)[];
  running: number;
  /** Sequence number of the class's last start. It breaks ties between classes with equally many running tasks. */
  lastStart: number;
}

/**
 * A semaphore that shares its slots fairly between classes of tasks. A free slot goes to the queued class with the
 * fewest running tasks, and between equals to the one whose last start is longest ago. A class without competition may
 * hold every slot.
 */
export class FairSemaphore<Class extends string> {
  readonly #limits: SemaphoreLimits;
  readonly #classes: ReadonlyMap<Class, TaskClass>;
  readonly #share: number;
  readonly #overloadedMessage: string;
  #running = 0;
  #starts = 0;

  /** @param overloadedMessage - that of the error OVERLOADED */
  constructor(limits: SemaphoreLimits, classes: readonly Class[], overloadedMessage: string) {
    this.#limits = limits;
    this.#overloadedMessage = overloadedMessage;
    this.#classes = new Map(classes.map((name) => [name, { queue: [], running: 0, lastStart: 0 }]));
    this.#share = Math.ceil(limits.running / classes.length);
  }

  /** Runs a task once a slot is free for its class. @throws OVERLOADED without having run it */
  async run<T>(name: Class, task: () => Promise<T>): Promise<T> {
    const taskClass = this.#classes.get(name) as TaskClass;
    if (this.#running < this.#limits.running) this.#start(taskClass);
    else await this.#turn(taskClass);
    try {
      return await task();
    } finally {
      taskClass.running -= 1;
      this.#running -= 1;
      this.#startNext();
    }
  }

  #start(taskClass: TaskClass): void {
    taskClass.running += 1;
    this.#running += 1;
    this.#starts += 1;
    taskClass.lastStart = this.#starts;
  }

  #startNext(): void {
    let next: TaskClass | undefined;
    for (const candidate of this.#classes.values()) {
      if (candidate.queue.length > 0 && (next === undefined || goesBefore(candidate, next))) next = candidate;
    }
    const resume = next?.queue.shift();
    if (next === undefined || resume === undefined) return;
    this.#start(next);
    resume();
  }

  #turn(taskClass: TaskClass): Promise<void> {
    // A class that holds less than its share is never refused, whatever other classes hold and however short the queue
    // is.
    const isWithinShare = taskClass.running + taskClass.queue.length < this.#share;
    if (!isWithinShare && taskClass.queue.length >= this.#limits.queued) {
      throw new PevensieError("OVERLOADED", this.#overloadedMessage);
    }
    return new Promise((resolve) => {
      taskClass.queue.push(resolve);
    });
  }
}

function goesBefore(a: TaskClass, b: TaskClass): boolean {
  return a.running === b.running ? a.lastStart < b.lastStart : a.running < b.running;
}
