import { UncopyableRow } from "../../protocol/server-errors.js";

/** Rows by key, a separate copy for each caller: changes to its dates or metadata do not affect other callers. */
export class OwnRows<Row> {
  readonly #rows = new Map<string, OwnRow<Row>>();

  constructor(rows: readonly Row[], keyOf: (row: Row) => string) {
    for (const row of rows) this.#rows.set(keyOf(row), new OwnRow(row));
  }

  take(key: string): Row | undefined {
    const found = this.#rows.get(key);
    if (found === undefined) return undefined;
    if (found.isTaken) return copyOf(found.row);
    found.isTaken = true;
    return found.row;
  }
}

/** Metadata that other SQL has nested thousands of levels deep overflows the stack of structuredClone, and not that of JSON.parse. */
function copyOf<Row>(row: Row): Row {
  try {
    return structuredClone(row);
  } catch (error) {
    throw new UncopyableRow("a row cannot be copied", { cause: error });
  }
}

/** A class, not an object literal: see `shapeOf`. */
class OwnRow<Row> {
  readonly row: Row;
  isTaken = false;

  constructor(row: Row) {
    this.row = row;
  }
}
