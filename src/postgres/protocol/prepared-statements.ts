import type { Columns } from "./decode.js";

/**
 * Maximum prepared statements per connection. Drivers of one schema have fewer, so they never reach it; but there is a set of them for
 * every schema, and the server keeps each in memory (docs/operations.md).
 */
export const MAX_PREPARED_STATEMENTS = 256;

/** The statements of this package that are prepared on one connection, by their names. */
export class PreparedStatements {
  /** In the order in which they were prepared. */
  readonly #names = new Set<string>();
  /** Executing a statement fails (0A000) once its table has other columns than when it was prepared. */
  readonly #columns = new Map<string, Columns>();

  /** Returns the columns of a statement; undefined before the server has described it. */
  columnsOf(name: string): Columns | undefined {
    return this.#columns.get(name);
  }

  setColumns(name: string, columns: Columns): void {
    this.#columns.set(name, columns);
  }

  /**
   * Registers a statement that is about to be prepared. Returns the name of one to close for it, if there are too many: the one that was
   * prepared first. Unlike the least recently used one, it takes no bookkeeping where a prepared statement is executed.
   */
  add(name: string): string | undefined {
    this.#names.delete(name);
    this.#names.add(name);
    if (this.#names.size <= MAX_PREPARED_STATEMENTS) return undefined;
    const [oldest] = this.#names;
    this.#names.delete(oldest as string);
    this.#columns.delete(oldest as string);
    return oldest;
  }

  /**
   * Registers a statement that is about to be prepared through pg's public API, which cannot close one. Returns false if there are too
   * many.
   */
  addUnlessFull(name: string): boolean {
    if (this.#names.size < MAX_PREPARED_STATEMENTS) this.#names.add(name);
    return this.#names.has(name);
  }
}
