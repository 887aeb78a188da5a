import type pg from "pg";
import { now } from "../../timers.js";
import type { Connection } from "./connection.js";
import { type Column, type Columns, columnsOf, NO_COLUMNS, parserOf } from "./decode.js";
import { TextArray } from "./encode.js";
import { closeStatement, connectionOf, hasPrepared, type PgConnection } from "./pg-internals.js";
import type { Statement, Value } from "./statement.js";

/** A result as instrumentation of pg expects it. A class because V8 would allocate literals in its old generation after a burst. */
export class Rows<Row> {
  readonly rows: Row[];
  readonly rowCount: number;

  constructor(rows: Row[]) {
    this.rows = rows;
    this.rowCount = rows.length;
  }
}

/** Copied rather than written as a literal, for the same reason. */
const NO_ROWS: never[] = [];

/**
 * A statement in PostgreSQL's extended query protocol (PostgreSQL documentation, 54.2.3), submitted through pg. Unlike
 * `pg.Query`, it asks once per connection which columns a prepared statement has, builds the rows and nothing else, and can be
 * sent before pg runs it.
 */
export class ExtendedQuery<Row> {
  /** Instrumentation of pg reads `text` and `name` and wraps `callback`. */
  readonly text: string;
  readonly name: string;
  callback: (error: unknown, result?: Rows<Row>) => void = () => {};
  readonly #connection: Connection;
  readonly #values: readonly Value[];
  #rows: Row[] | undefined;
  #columns: Columns | undefined;
  #error: unknown;
  /** Called when the server has answered. After an error, the next query is submitted once the server is ready for it. */
  onDone: (isReady: boolean) => void = () => {};
  /** When it became the oldest query in flight on its connection. */
  startedAt = Number.POSITIVE_INFINITY;
  isSent = false;

  /** @param isNamed - whether it is prepared under its name, or parsed for this execution alone */
  constructor(connection: Connection, statement: Statement<never, Row>, values: readonly Value[], isNamed: boolean) {
    this.#connection = connection;
    this.text = statement.text;
    this.name = isNamed ? statement.name : "";
    this.#values = values;
  }

  /**
   * Sends it after the queries in flight, if the connection has it prepared. Responses arrive in the order of the queries; pg
   * handles one query at a time, so this one is submitted when the query before it is done.
   */
  sendPipelined(): void {
    const connection = connectionOf(this.#connection.client);
    const columns = this.#connection.prepared.columnsOf(this.name);
    if (columns !== undefined && this.#isPrepared(connection)) this.#send(connection);
  }

  /** Called by pg when it is this query's turn. */
  submit(connection: PgConnection): void {
    this.startedAt = now();
    if (!this.isSent) this.#send(connection);
  }

  #isPrepared(connection: PgConnection): boolean {
    return this.name !== "" && hasPrepared(connection, this.name);
  }

  #send(connection: PgConnection): void {
    this.isSent = true;
    const isPrepared = this.#isPrepared(connection);
    this.#columns = isPrepared ? this.#connection.prepared.columnsOf(this.name) : undefined;
    connection.stream.cork?.();
    try {
      if (!isPrepared) this.#parse(connection);
      connection.bind({ statement: this.name, values: this.#values, valueMapper: encoded });
      if (this.#columns === undefined) connection.describe({ type: "P", name: "" });
      connection.execute({});
    } catch (error) {
      // The values exceed what a string or a message can hold. The server answers what was sent before, and the sync.
      this.#error = error;
    }
    connection.sync();
    connection.stream.uncork?.();
  }

  #parse(connection: PgConnection): void {
    const replaced = this.name === "" ? undefined : this.#connection.prepared.add(this.name);
    if (replaced !== undefined) closeStatement(connection, replaced);
    connection.parse({ name: this.name, text: this.text, types: [] });
  }

  handleRowDescription({ fields }: { fields: readonly pg.FieldDef[] }): void {
    this.#setColumns(columnsOf(fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) }))));
  }

  #setColumns(columns: Columns): void {
    this.#columns = columns;
    if (this.name !== "") this.#connection.prepared.setColumns(this.name, columns);
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    if (this.#error !== undefined) return;
    const { columns, emptyRow } = this.#columns ?? NO_COLUMNS;
    // A copy has its shape from the start: adding the properties one by one would take half as long again.
    const row = { ...emptyRow };
    try {
      for (let index = 0; index < columns.length; index += 1) {
        const text = fields[index] as string | null;
        if (text === null) continue;
        const { name, parse } = columns[index] as Column;
        row[name] = parse(text);
      }
    } catch (error) {
      this.#error = error;
    }
    this.#rows ??= NO_ROWS.slice();
    this.#rows.push(row as Row);
  }

  handleCommandComplete(): void {
    // A statement without columns: it was described, and the server sent no description.
    if (this.#columns === undefined) this.#setColumns(NO_COLUMNS);
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleError(error: unknown): void {
    this.onDone(false);
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.onDone(true);
    if (this.#error === undefined) this.callback(null, new Rows(this.#rows ?? NO_ROWS.slice()));
    else this.callback(this.#error);
  }
}

function encoded(value: Value): string | Buffer | null {
  return value instanceof TextArray ? value.toBuffer() : value;
}
