import type pg from "pg";
import { now } from "../timers.js";
import { TextArray } from "./arrays.js";
import type { Statement, Value } from "./statement.js";
import { parserOf } from "./wire.js";

/** What a query sends and hears through: the part of pg's `Connection` that pg-cursor uses, too. */
interface Wire {
  /** The text of what has been prepared here, by name; and of what has been sent to be, but not confirmed. */
  readonly parsedStatements: Record<string, string | undefined>;
  readonly submittedNamedStatements?: Record<string, string | undefined>;
  readonly stream: { cork?(): void; uncork?(): void };
  parse(message: { name: string; text: string; types: readonly number[] }): void;
  bind(message: {
    statement: string;
    values: readonly Value[];
    valueMapper(value: Value): string | Buffer | null;
  }): void;
  describe(message: { type: "P"; name: string }): void;
  execute(message: object): void;
  sync(): void;
}

interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/** The columns of what has been prepared on a connection, by name: they stay, or else executing it fails (0A000). */
const columnsPrepared = new WeakMap<Wire, Map<string, readonly Column[]>>();

/** Whether a client can run an {@link Execution}: pg's own can, but for its pipelines; pg-native cannot. */
export function canExecute(client: pg.ClientBase): boolean {
  const { connection, pipeline } = client as { connection?: Partial<Wire>; pipeline?: boolean };
  return connection?.parsedStatements !== undefined && pipeline !== true;
}

function onWire(value: Value): string | Buffer | null {
  return value instanceof TextArray ? value.toBuffer() : value;
}

/** What instrumentation expects of a result. */
export interface Rows<Row> {
  readonly rows: Row[];
  readonly rowCount: number;
}

/**
 * A statement on its way through a client of pg's, which takes such objects as it takes its own queries. It does what
 * `pg.Query` does, but for two things at every call: it does not ask again what columns a prepared statement has, and it
 * makes nothing but the rows.
 */
export class Execution<Row> {
  /** Instrumentation of pg looks for these three. */
  readonly text: string;
  readonly name: string;
  callback: (error: unknown, result?: Rows<Row>) => void = () => {};
  readonly #values: readonly Value[];
  readonly #rows: Row[] = [];
  #columns: readonly Column[] | undefined;
  #wire: Wire | undefined;
  #error: unknown;
  /** Called once it has been answered, before anything else is read. After an error, the next one's turn comes a little later. */
  onDone: (turn: "now" | "later") => void = () => {};
  /** When its turn came: nothing else was to be answered before it. */
  begun = Number.POSITIVE_INFINITY;
  isSent = false;

  /** @param named - whether it is prepared under its name; if not, it is prepared for this once */
  constructor(statement: Statement<never, Row>, values: readonly Value[], named: boolean) {
    this.text = statement.text;
    this.name = named ? statement.name : "";
    this.#values = values;
  }

  /**
   * Sends it before its turn has come, where the connection knows it already. Answers come in the order in which statements
   * were sent, and pg, which hears of one at a time, has to hear of this one when it is the next to be answered.
   */
  sendAhead(client: pg.ClientBase): void {
    const { connection } = client as unknown as { connection: Wire };
    const known =
      connection.parsedStatements[this.name] !== undefined && columnsPrepared.get(connection)?.has(this.name);
    if (known) this.#send(connection);
  }

  submit(wire: Wire): void {
    this.begun = now();
    if (!this.isSent) this.#send(wire);
  }

  #send(wire: Wire): void {
    this.isSent = true;
    this.#wire = wire;
    const prepared = this.name !== "" && wire.parsedStatements[this.name] !== undefined;
    this.#columns = prepared ? columnsPrepared.get(wire)?.get(this.name) : undefined;
    wire.stream.cork?.();
    try {
      if (!prepared) wire.parse({ name: this.name, text: this.text, types: [] });
      wire.bind({ statement: this.name, values: this.#values, valueMapper: onWire });
      if (this.#columns === undefined) wire.describe({ type: "P", name: "" });
      wire.execute({});
    } catch (error) {
      // Values beyond what a string or a message can hold. What was sent is answered all the same.
      this.#error = error;
    }
    wire.sync();
    wire.stream.uncork?.();
  }

  handleRowDescription({ fields }: { fields: readonly pg.FieldDef[] }): void {
    this.#learn(fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) })));
  }

  #learn(columns: readonly Column[]): void {
    this.#columns = columns;
    if (this.name === "" || this.#wire === undefined) return;
    const known = columnsPrepared.get(this.#wire);
    if (known !== undefined) known.set(this.name, columns);
    else columnsPrepared.set(this.#wire, new Map([[this.name, columns]]));
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    if (this.#error !== undefined) return;
    const columns = this.#columns ?? [];
    const row: Record<string, unknown> = {};
    try {
      for (let index = 0; index < columns.length; index += 1) {
        const { name, parse } = columns[index] as Column;
        const text = fields[index] as string | null;
        row[name] = text === null ? null : parse(text);
      }
    } catch (error) {
      this.#error = error;
    }
    this.#rows.push(row as Row);
  }

  handleCommandComplete(): void {
    // It was described, and answered without a description: it has no columns.
    if (this.#columns === undefined) this.#learn([]);
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleError(error: unknown): void {
    this.onDone("later");
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.onDone("now");
    if (this.#error === undefined) this.callback(null, { rows: this.#rows, rowCount: this.#rows.length });
    else this.callback(this.#error);
  }
}
