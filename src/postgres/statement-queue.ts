import type pg from "pg";
import type { PevensieError } from "../errors/index.js";
import { abort, isAborted, NoAnswer, sendCommand, translate } from "./client.js";
import type { StatementKind } from "./errors.js";

/** Sends the statements of a transaction one at a time: pg's own queue would send what it holds after the transaction. */
export class StatementQueue {
  readonly #client: pg.ClientBase;
  readonly #timeout: number;
  /** Fulfilled when the last statement was answered. */
  #answered: Promise<unknown> = Promise.resolve();
  #broken: PevensieError | undefined;

  /** @param timeout - how long a statement may take, in milliseconds */
  constructor(client: pg.ClientBase, timeout: number) {
    this.#client = client;
    this.#timeout = timeout;
  }

  /** Why nothing more can be sent: a statement was not answered in time, or the connection is closed. */
  get broken(): PevensieError | undefined {
    return this.#broken;
  }

  /** Waits for the statement in flight. */
  async idle(): Promise<void> {
    await this.#answered;
  }

  /**
   * Calls `send` when the statements before it are answered. It has to send before it returns.
   *
   * @throws the server's own error, or `NoAnswer`
   */
  run<T>(send: (client: pg.ClientBase, timeout: number) => Promise<T>): Promise<T> {
    const turn = this.#answered.then(() => {
      if (this.#broken !== undefined) throw this.#broken;
      return send(this.#client, this.#timeout);
    });
    this.#answered = turn.catch((error: unknown) => {
      if (error instanceof NoAnswer || isAborted(this.#client)) this.#broken ??= this.translate(error, "read");
    });
    return turn;
  }

  /** Runs a command of the transaction and returns the server's tag for it. */
  async command(text: string, kind: StatementKind): Promise<string> {
    try {
      return await this.run((client, timeout) => sendCommand(client, text, timeout));
    } catch (error) {
      throw this.translate(error, kind);
    }
  }

  /** Ends a failed transaction, also after a statement that was not answered in time. The first error is what surfaces. */
  async rollBack(text: string): Promise<void> {
    const turn = this.#answered.then(async () => {
      if (isAborted(this.#client)) return;
      await sendCommand(this.#client, text, this.#timeout).catch(() => abort(this.#client));
    });
    this.#answered = turn;
    await turn;
  }

  translate(error: unknown, kind: StatementKind): PevensieError {
    // The same error for whatever cannot be sent after it: it is the one that surfaces.
    if (kind === "read" && error instanceof NoAnswer && this.#broken !== undefined) return this.#broken;
    return translate(error, kind, this.#timeout);
  }
}
