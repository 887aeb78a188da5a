import type { PevensieError } from "../../errors/index.js";
import type { EventListener, PevensieEvent } from "../../events.js";
import { isUnanswered } from "../protocol/call-errors.js";
import { isReadOnlyRefusal, sqlStateOf } from "../protocol/server-errors.js";

/** What the outcomes of statements say of the connections to a server, as events. */
export class Health {
  readonly #slowQueryMillis: number;
  #listener: EventListener = () => {};
  /** Whether the last statement lost its connection, or found none. */
  #isLost = false;

  constructor(slowQueryMillis: number) {
    this.#slowQueryMillis = slowQueryMillis;
  }

  /** Sends the events from now on to a listener, which must not throw. */
  listen(listener: EventListener): void {
    this.#listener = listener;
  }

  emit(event: PevensieEvent): void {
    this.#listener(event);
  }

  /** @param isCurrent - whether the connection was opened after the last loss: an older one may still answer while no new one can be opened */
  succeeded(statement: string, milliseconds: number, isCurrent: boolean): void {
    if (milliseconds >= this.#slowQueryMillis) this.emit({ type: "slow-query", statement, milliseconds });
    if (!this.#isLost || !isCurrent) return;
    this.#isLost = false;
    this.emit({ type: "connection-healed" });
  }

  /** @param retried - the statement that is tried again; null if none is */
  failed(error: PevensieError, retried: string | null): void {
    const isLost = isUnanswered(error);
    if (isLost && !this.#isLost) this.emit({ type: "connection-lost", code: error.code });
    this.#isLost ||= isLost;
    const reason = sqlStateOf(error.cause) ?? "connection-lost";
    if (isReadOnlyRefusal(error)) this.emit({ type: "read-only-connection", reason });
    if (retried !== null) this.emit({ type: "retry", reason, statement: retried });
  }
}
