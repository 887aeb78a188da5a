/**
 * A client inside a transaction, for the caller's own SQL. A call runs one statement, which must not begin or end a
 * transaction. pgtyped's functions and query builders for `pg` can run on it. Errors of a statement are those of the
 * database. Savepoint names that begin with `pevensie_` are reserved.
 */
export interface TransactionClient {
  /** Runs a statement and returns its rows as arrays. `Row` is declared by the caller and not checked. */
  query<Row extends readonly unknown[] = unknown[]>(
    query: TransactionQuery & { readonly rowMode: "array" },
    values?: readonly unknown[],
  ): Promise<TransactionResult<Row>>;
  /**
   * Runs a statement and returns its rows. `Row` is declared by the caller and not checked.
   *
   * @throws INVALID_INPUT for callbacks, cursors and other objects with a `submit`, and for text that begins or ends a
   * transaction; NOT_CONNECTED after the transaction's end
   */
  query<Row = Record<string, unknown>>(
    query: string | TransactionQuery,
    values?: readonly unknown[],
  ): Promise<TransactionResult<Row>>;
}

/** A statement as an object, in the form that `pg` accepts. */
export interface TransactionQuery {
  readonly text: string;
  readonly values?: readonly unknown[] | undefined;
  /** Accepted and ignored: a transaction keeps no prepared statements. */
  readonly name?: string | undefined;
  /** Returns rows as arrays of column values. Default: as objects. */
  readonly rowMode?: "array" | undefined;
  /** Parses values, by the OID of their type. Default: the type parsers of the pool or client. */
  readonly types?:
    | {
        /** Returns how the text of a value is parsed. */
        getTypeParser(oid: number, format?: "text"): (text: string) => unknown;
      }
    | undefined;
}

/** The result of a statement. */
export interface TransactionResult<Row = Record<string, unknown>> {
  readonly rows: Row[];
  /** The number of rows that the statement returned or changed. */
  readonly rowCount: number;
  /** The command tag without numbers, such as INSERT. */
  readonly command: string;
}
