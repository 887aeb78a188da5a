/**
 * How the text that PostgreSQL sends becomes a JavaScript value, by type OID (pg_type.dat). Independent of an application's
 * `pg.types.setTypeParser`, which this package must neither obey nor change.
 */
const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [16, (text) => text === "t"], // bool
  [20, Number], // int8
  [21, Number], // int2
  [23, Number], // int4
  [114, JSON.parse], // json
  [3802, JSON.parse], // jsonb
]);

const asText = (text: string) => text;

/** A column of a result, and how its values are read. */
export interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/** The columns of a result. */
export interface Columns {
  readonly columns: readonly Column[];
  /** A row of NULLs. */
  readonly emptyRow: Readonly<Record<string, unknown>>;
}

export function columnsOf(columns: readonly Column[]): Columns {
  return { columns, emptyRow: Object.fromEntries(columns.map(({ name }) => [name, null])) };
}

/** Those of a statement that returns no rows. */
export const NO_COLUMNS: Columns = columnsOf([]);

/** Returns how values of a type are read. */
export function parserOf(oid: number): (text: string) => unknown {
  return PARSERS.get(oid) ?? asText;
}

/** The `types` of pg's QueryConfig. */
export const wireTypes = { getTypeParser: parserOf };
