/**
 * What the database may hold, given the answers that there were.
 *
 * @module
 */

/** How long a write that was given up may still take effect: Postgres cancels it before that. */
const LINGER_MS = 20_000;

/** The values that one thing may have. A write whose outcome is unknown leaves more than one. */
export class Register<T> {
  #possible: T[];
  #lingering: { readonly value: T; readonly until: number }[] = [];

  constructor(value: T) {
    this.#possible = [value];
  }

  /** The value, where there is no doubt. */
  get certain(): T | undefined {
    return this.#possible.length === 1 && this.lingering.length === 0 ? this.#possible[0] : undefined;
  }

  /** A write was acknowledged. */
  acknowledge(value: T): void {
    this.#possible = [value];
  }

  /** A write may have taken effect, or may do so yet. */
  maybe(value: T, mayStillRun: boolean): void {
    if (!this.#possible.includes(value)) this.#possible.push(value);
    if (mayStillRun) this.#lingering.push({ value, until: performance.now() + LINGER_MS });
  }

  /** A read found something out. False: that cannot be. */
  observe(fits: (value: T) => boolean): boolean {
    const candidates = [...this.#possible, ...this.lingering].filter(fits);
    if (candidates.length > 0) this.#possible = [...new Set(candidates)];
    return candidates.length > 0;
  }

  toString(): string {
    return [...this.#possible, ...this.lingering].map(String).join(" or ");
  }

  /** Values of writes that were given up, and may take effect yet. */
  get lingering(): readonly T[] {
    if (this.#lingering.length === 0) return [];
    const now = performance.now();
    this.#lingering = this.#lingering.filter(({ until }) => until > now);
    return this.#lingering.map(({ value }) => value);
  }
}

/** What went wrong, with a few examples of each kind. */
export class Breaches {
  readonly #kinds = new Map<string, { count: number; readonly examples: string[] }>();

  get count(): number {
    return [...this.#kinds.values()].reduce((sum, { count }) => sum + count, 0);
  }

  add(kind: string, example: string): void {
    const entry = this.#kinds.get(kind) ?? { count: 0, examples: [] };
    this.#kinds.set(kind, entry);
    entry.count += 1;
    if (entry.examples.length < 3) entry.examples.push(example);
    if (entry.count === 1) console.error(`BREACH: ${kind}: ${example}`);
  }

  lines(): string[] {
    return [...this.#kinds].flatMap(([kind, { count, examples }]) => [
      `${kind}: ${count}`,
      ...examples.map((example) => `    ${example}`),
    ]);
  }
}

/** Counts by name. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  toString(): string {
    const sorted = [...this.#counts].sort(([, a], [, b]) => b - a);
    return sorted.map(([name, count]) => `${name} ${count}`).join(", ") || "none";
  }
}
