/** How often a statement ran, and how long it took, in milliseconds. */
export interface StatementFigures {
  readonly name: string;
  readonly count: number;
  readonly mean: number;
  /** 95 of 100 of the last runs took no longer. */
  readonly p95: number;
  readonly max: number;
}

/** Of each statement, the last times that are kept. */
const KEPT = 256;

interface Runs {
  count: number;
  total: number;
  max: number;
  readonly last: number[];
}

/** Times of statements by name, since the process started. */
export class Statements {
  readonly #runs = new Map<string, Runs>();

  add(name: string, milliseconds: number): void {
    const runs = this.#runs.get(name) ?? { count: 0, total: 0, max: 0, last: [] };
    this.#runs.set(name, runs);
    runs.last[runs.count % KEPT] = milliseconds;
    runs.count += 1;
    runs.total += milliseconds;
    runs.max = Math.max(runs.max, milliseconds);
  }

  /** Returns the statements, the most frequent ones first. */
  list(): StatementFigures[] {
    return [...this.#runs]
      .map(([name, { count, total, max, last }]) => {
        const sorted = [...last].sort((a, b) => a - b);
        const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
        return { name, count, mean: total / count, p95, max };
      })
      .sort((a, b) => b.count - a.count);
  }
}
