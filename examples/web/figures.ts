import type { PevensieEvent } from "pevensie";
import { Statements } from "./statements.js";

/** What is counted. */
export type Counter =
  | "log-in"
  | "log-in-failed"
  | "throttled"
  | "session-started"
  | "session-ended"
  | "cache-hit"
  | "cache-miss"
  | "statement"
  | "retry";

/** How many minutes are kept. */
export const MINUTES = 60;

/** Counts by minute, of this process and its last hour, from the events of Pevensie and what the routes report. */
export class Figures {
  readonly statements = new Statements();
  readonly #now: () => number;
  readonly #minutes = new Map<number, Map<Counter, number>>();

  /** @param now - the clock, in milliseconds */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  count(counter: Counter): void {
    const minute = this.#minute();
    let counts = this.#minutes.get(minute);
    if (counts === undefined) {
      counts = new Map();
      this.#minutes.set(minute, counts);
      for (const old of this.#minutes.keys()) if (old <= minute - MINUTES) this.#minutes.delete(old);
    }
    counts.set(counter, (counts.get(counter) ?? 0) + 1);
  }

  /** Counts a login that has created a session. */
  countLogIn(): void {
    this.count("log-in");
    this.count("session-started");
  }

  /** Listens to an auth or a cache whose drivers have `slowQueryMillis: 0`, so that each statement is an event. */
  readonly onEvent = (event: PevensieEvent): void => {
    if (event.type === "log-in-failed")
      this.count(event.reason === "too-many-attempts" ? "throttled" : "log-in-failed");
    else if (event.type === "session-ended") this.count("session-ended");
    else if (event.type === "retry") this.count("retry");
    else if (event.type === "slow-query") {
      this.count("statement");
      this.statements.add(event.statement, event.milliseconds);
    }
  };

  /** Returns the counts of the last hour, minute by minute, the current one last. */
  series(counter: Counter): number[] {
    const first = this.#minute() - MINUTES + 1;
    return Array.from({ length: MINUTES }, (_, index) => this.#minutes.get(first + index)?.get(counter) ?? 0);
  }

  /** Returns the number within the last hour. */
  total(counter: Counter): number {
    return this.series(counter).reduce((sum, count) => sum + count, 0);
  }

  /** When the series begin. */
  start(): Date {
    return new Date((this.#minute() - MINUTES + 1) * 60_000);
  }

  #minute(): number {
    return Math.floor(this.#now() / 60_000);
  }
}
