import type { PevensieError } from "../../errors/index.js";
import type { Connection } from "../protocol/connection.js";
import { sendCommand } from "../protocol/pg-client.js";
import { ResponseTimeout } from "../protocol/response-timeout.js";
import { type StatementKind, translateStatementError } from "../protocol/statement-errors.js";

/** Sends the statements of a transaction one at a time. pg's own queue would send what it holds after the transaction's end. */
export class StatementQueue {
  readonly #connection: Connection;
  readonly #timeoutMillis: number;
  readonly #schema: string | undefined;
  /** Fulfilled when the last statement was answered. */
  #answered: Promise<unknown> = Promise.resolve();
  #broken: PevensieError | undefined;

  /**
   * @param timeoutMillis - how long a statement may take
   * @param schema - that of the tables, for errors
   */
  constructor(connection: Connection, timeoutMillis: number, schema?: string) {
    this.#connection = connection;
    this.#timeoutMillis = timeoutMillis;
    this.#schema = schema;
  }

  /** The error after which nothing more can be sent: a statement was not answered in time, or the connection is closed. */
  get broken(): PevensieError | undefined {
    return this.#broken;
  }

  /** Waits for the statement in flight. */
  async idle(): Promise<void> {
    await this.#answered;
  }

  /**
   * Calls `send` when the statements before it were answered. It must send before it returns.
   *
   * @throws the server's own error, or `ResponseTimeout`
   */
  run<T>(send: (connection: Connection, timeoutMillis: number) => Promise<T>): Promise<T> {
    const turn = this.#answered.then(() => {
      if (this.#broken !== undefined) throw this.#broken;
      return send(this.#connection, this.#timeoutMillis);
    });
    this.#answered = turn.catch((error: unknown) => {
      if (error instanceof ResponseTimeout || this.#connection.isClosed)
        this.#broken ??= this.translate(error, "idempotent");
    });
    return turn;
  }

  /** Runs a command of the transaction and returns the server's tag for it. */
  async command(text: string, kind: StatementKind): Promise<string> {
    try {
      return await this.run((connection, timeoutMillis) => sendCommand(connection, text, timeoutMillis));
    } catch (error) {
      throw this.translate(error, kind);
    }
  }

  /** Ends a failed transaction, also after a statement that was not answered in time. The first error is what surfaces. */
  async rollBack(text: string): Promise<void> {
    const turn = this.#answered.then(async () => {
      if (this.#connection.isClosed) return;
      await sendCommand(this.#connection, text, this.#timeoutMillis).catch(() => this.#connection.close());
    });
    this.#answered = turn;
    await turn;
  }

  translate(error: unknown, kind: StatementKind): PevensieError {
    // Everything that cannot be sent after it fails with the same error.
    if (kind === "idempotent" && error instanceof ResponseTimeout && this.#broken !== undefined) return this.#broken;
    return translateStatementError(error, kind, this.#schema);
  }
}
