import type { SchemaCount, SchemaOutcome } from "../postgres/migrations/each-schema.js";
import { ProgressBar } from "./progress-bar.js";
import { describe, report } from "./usage.js";

/** What the summary line is made of. */
interface Summary {
  readonly total: number;
  readonly outcomes: readonly SchemaOutcome[];
  /** Counts of the schemas that did not fail, such as "3 migrated". */
  readonly counts: readonly string[];
}

/** Prints the progress of work on all schemas of a database: a line for each that changed or failed, a progress bar, and a summary. */
export class SchemaReport {
  #bar: ProgressBar | undefined;
  readonly #where: string;

  /** @param where - the suffix of each line, such as ` (--addr 2)`; empty for a single database */
  constructor(where: string) {
    this.#where = where;
  }

  /** @param result - what was done; null if nothing was: then there is a line only if the schema failed */
  show(
    { schema, error, done, total }: SchemaOutcome & SchemaCount,
    result: string | null,
    warnings: readonly string[],
  ) {
    const name = /^[\w.-]+$/.test(schema) ? schema : JSON.stringify(schema);
    const outcome = [result, error && describe(error)].filter((part) => part !== null).join("; ");
    this.#bar ??= new ProgressBar(process.stderr, total);
    this.#bar.clear();
    if (outcome !== "") report(`${done} of ${total}: ${name}: ${outcome}${this.#where}`);
    for (const warning of warnings) report(`warning: ${name}: ${warning}${this.#where}`);
    this.#bar.show(done, `${done} of ${total} schemas`);
  }

  /** Prints the summary. Returns whether a schema failed. */
  end({ total, outcomes, counts }: Summary): boolean {
    this.#bar?.end();
    const failed = outcomes.filter(({ error }) => error !== null).length;
    const all = [
      ...counts,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(outcomes.length < total ? [`${total - outcomes.length} not tried`] : []),
    ];
    report(`${total} schemas: ${all.join(", ")}${this.#where}`);
    return failed > 0;
  }
}
