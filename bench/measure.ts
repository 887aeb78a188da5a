/**
 * Closed loops, open loops, and what is made of their figures.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";

/** One round of one contender. */
export interface Round {
  readonly operations: number;
  readonly seconds: number;
  /** Milliseconds, sorted. */
  readonly latencies: Float64Array;
}

/** Callers that make their next call as soon as the last one is answered. */
export async function closedLoop(run: () => Promise<unknown>, inFlight: number, milliseconds: number): Promise<Round> {
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + milliseconds;
  async function caller(): Promise<void> {
    for (let since = performance.now(); since < end; ) {
      await run();
      const now = performance.now();
      latencies.push(now - since);
      since = now;
    }
  }
  const callers = await Promise.allSettled(Array.from({ length: inFlight }, caller));
  const failed = callers.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  const seconds = (performance.now() - start) / 1000;
  return { operations: latencies.length, seconds, latencies: sorted(latencies) };
}

/** One round of calls that come when they come, whether or not those before were answered. */
export interface OpenRound extends Round {
  /** Pending responses when the last one was made. */
  readonly backlog: number;
  readonly saturated: boolean;
}

/** More waiting than arrives in this time, or a p99 beyond it, and the rate is more than can be kept up with. */
const SATURATED_MILLISECONDS = 100;

/** With the next arrival further away than this, the process sleeps instead of turning its event loop. */
const WORTH_SLEEPING_MILLISECONDS = 2;

/**
 * Poisson arrivals. Latency counts from when a call was due, so that a process too busy to make it in time does not hide
 * that. The event loop turns without sleeping: a timer's millisecond would coalesce arrivals. It makes as little
 * garbage as can be meanwhile: with a promise for each turn, what collecting them took was most of every contender's p99.
 */
export async function openLoop(run: () => Promise<unknown>, rate: number, milliseconds: number): Promise<OpenRound> {
  const latencies: number[] = [];
  const failures: unknown[] = [];
  let waiting = 0;
  const call = (due: number) => {
    waiting += 1;
    run().then(
      () => {
        waiting -= 1;
        latencies.push(performance.now() - due);
      },
      (error) => {
        waiting -= 1;
        failures.push(error);
      },
    );
  };
  await new Promise<void>((resolve) => {
    const start = performance.now();
    const end = start + milliseconds;
    let due = start + gap(rate);
    const turn = () => {
      for (const now = performance.now(); due <= now && due < end; due += gap(rate)) call(due);
      if (due >= end) return resolve();
      const left = due - performance.now();
      if (left > WORTH_SLEEPING_MILLISECONDS) setTimeout(turn, left - 1);
      else setImmediate(turn);
    };
    turn();
  });
  const backlog = waiting;
  while (waiting > 0) await sleep(5);
  if (failures.length > 0) throw failures[0];
  const round = { operations: latencies.length, seconds: milliseconds / 1000, latencies: sorted(latencies) };
  const saturated =
    backlog > (rate * SATURATED_MILLISECONDS) / 1000 || quantile(round.latencies, 0.99) > SATURATED_MILLISECONDS;
  return { ...round, backlog, saturated };
}

/** Milliseconds to the next arrival: exponentially distributed. */
const gap = (rate: number) => (-Math.log(1 - Math.random()) * 1000) / rate;

/** A figure over several rounds. */
export interface Spread {
  readonly median: number;
  /** The interquartile range, as a share of the median. */
  readonly spread: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const ordered = sorted(values);
  const median = quantile(ordered, 0.5);
  return { median, spread: median === 0 ? 0 : (quantile(ordered, 0.75) - quantile(ordered, 0.25)) / median };
}

export const medianOf = (values: readonly number[]): number => spreadOf(values).median;

/** Between the two nearest values, linearly; NaN of nothing. */
export function quantile(ordered: ArrayLike<number>, share: number): number {
  const place = (ordered.length - 1) * share;
  const below = ordered[Math.floor(place)] ?? Number.NaN;
  const above = ordered[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

export function shuffled<T>(list: readonly T[]): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i -= 1) {
    const j = Math.floor(Math.random() * (i + 1));
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

export const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();
