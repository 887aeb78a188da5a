import type { MeasuredPath } from "./contenders/contender.js";
import { medianOf, quantile, type Round, type Spread, spreadOf } from "./measure.js";

/** A contender on a path, with one number of calls in flight, over all its rounds. */
export interface Row {
  readonly path: MeasuredPath;
  readonly contender: string;
  readonly inFlight: number;
  readonly opsPerSecond: Spread;
  /** Operations per second of each round, in order. */
  readonly rates: readonly number[];
  /** Milliseconds; medians of the rounds'. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of processor time per call: of this process, and of the server (null without /proc). */
  readonly clientCpu: number;
  readonly serverCpu: number | null;
  /** The event loop's delay while it ran, p99 in milliseconds; only where it was watched. */
  readonly loopDelay: number | null;
}

/** A round, with what it cost. */
export interface CostedRound extends Round {
  readonly clientCpu: number;
  readonly serverCpu: number | null;
  readonly loopDelay: number | null;
}

export function rowOf(path: MeasuredPath, contender: string, inFlight: number, rounds: readonly CostedRound[]): Row {
  const operations = sum(rounds.map((round) => round.operations));
  const serverCpus = rounds.map((round) => round.serverCpu).filter((cpu) => cpu !== null);
  const rates = rounds.map((round) => round.operations / round.seconds);
  const delays = rounds.map((round) => round.loopDelay).filter((delay) => delay !== null);
  return {
    path,
    contender,
    inFlight,
    opsPerSecond: spreadOf(rates),
    rates,
    p50: medianOf(rounds.map(({ latencies }) => quantile(latencies, 0.5))),
    p99: medianOf(rounds.map(({ latencies }) => quantile(latencies, 0.99))),
    clientCpu: sum(rounds.map((round) => round.clientCpu)) / operations,
    // The kernel counts in ticks of 10 ms: the sum of all rounds is what means something.
    serverCpu: serverCpus.length < rounds.length ? null : sum(serverCpus) / operations,
    loopDelay: delays.length < rounds.length ? null : medianOf(delays),
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** All rows of a run. */
export class Results {
  readonly #rows: Row[] = [];

  add(rows: readonly Row[]): void {
    this.#rows.push(...rows);
  }

  /** The rows of a path with this number of calls in flight, fastest first. */
  of(path: MeasuredPath, inFlight: number): Row[] {
    return this.#rows
      .filter((row) => row.path === path && row.inFlight === inFlight)
      .sort((a, b) => b.opsPerSecond.median - a.opsPerSecond.median);
  }

  find(path: MeasuredPath, contender: string, inFlight: number): Row | undefined {
    return this.of(path, inFlight).find((row) => row.contender === contender);
  }

  /**
   * How many times as fast one contender is as another; undefined where one of them is missing. The median of the ratios within a
   * round: whatever slows the machine for longer than a round slows both.
   */
  ratio(path: MeasuredPath, contender: string, other: string, inFlight: number): number | undefined {
    const one = this.find(path, contender, inFlight);
    const two = this.find(path, other, inFlight);
    if (one === undefined || two === undefined) return undefined;
    return medianOf(one.rates.map((rate, round) => rate / (two.rates[round] ?? Number.NaN)));
  }

  /** What was measured of a path, in order. */
  levels(path: MeasuredPath): number[] {
    const levels = this.#rows.filter((row) => row.path === path).map((row) => row.inFlight);
    return [...new Set(levels)].sort((a, b) => a - b);
  }
}
