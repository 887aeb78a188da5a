import type { Connection } from "./connection.js";

/** The server did not answer in time. The answer may still come, so the connection cannot be used again. */
export class ResponseTimeout extends Error {
  readonly #connection: Connection | undefined;

  /** @param milliseconds - how long the response was awaited */
  constructor(
    readonly milliseconds: number,
    connection?: Connection,
  ) {
    super();
    this.#connection = connection;
  }

  /** The connection on which the response is overdue. A private field with a getter: a logged error must not show the client's password. */
  get connection(): Connection | undefined {
    return this.#connection;
  }
}
