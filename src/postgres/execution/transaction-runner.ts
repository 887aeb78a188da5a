import { PevensieError } from "../../errors/index.js";
import { now } from "../../timers.js";
import { UnsuitableServer } from "../pool/connect-errors.js";
import type { Pool } from "../pool/pool.js";
import { isUnanswered } from "../protocol/call-errors.js";
import type { Connection } from "../protocol/connection.js";
import { resetConnection } from "../protocol/pg-client.js";
import { translateStatementError } from "../protocol/statement-errors.js";
import type { Gate } from "./admission.js";
import { runOnBorrowedClient } from "./borrowed-client.js";
import { CallerWork } from "./caller-work.js";
import type { InteractiveWork } from "./executor.js";
import { afterTransaction, MAX_ATTEMPTS } from "./retry-policy.js";
import type { SchemaStatements } from "./schema-statements.js";
import { runTransaction, type TransactionSettings } from "./transaction.js";
import type { TransactionControl } from "./transaction-control.js";

/** What a transaction leaves on its connection. After `unknown`, this package's prepared statements may be gone. */
type Leftovers = "none" | "resettable" | "unknown";

/** How a transaction is run. */
export interface TransactionTerms {
  /** How long it waits for a connection, in milliseconds. Default: `connectionTimeoutMillis`. */
  readonly acquireMillis?: number;
  /** How often it is tried if the server aborts it for the sake of another one. */
  readonly maxAttempts?: number;
}

/** Runs transactions on connections that it acquires, and retries them, or on a caller's client. */
export class TransactionRunner {
  readonly #pool: Pool;
  readonly #statements: SchemaStatements;
  readonly #gate: Gate;
  readonly #callerWork = new CallerWork();

  /** @param gate - counts what the transactions leave to be done, also during a shutdown */
  constructor(pool: Pool, statements: SchemaStatements, gate: Gate) {
    this.#pool = pool;
    this.#statements = statements;
    this.#gate = gate;
  }

  /** Runs a transaction that a caller takes part in. @param client - the caller's to run it on; undefined acquires a connection */
  interactive<T>(client: unknown, work: InteractiveWork<T>): Promise<T> {
    const abandonable: InteractiveWork<T> = (...given) => this.#callerWork.run(() => work(...given));
    return client === undefined
      ? this.run(abandonable)
      : runOnBorrowedClient(client, this.#borrowedSettings(), abandonable);
  }

  /** Stops waiting for the work of callers. */
  abandonCallerWork(error: PevensieError): void {
    this.#callerWork.rejectAll(error);
  }

  async run<T>(
    work: InteractiveWork<T>,
    { acquireMillis = this.#pool.connectionTimeoutMillis, maxAttempts = MAX_ATTEMPTS }: TransactionTerms = {},
  ): Promise<T> {
    let unsuitableSince: number | undefined;
    let isElsewhere = false;
    // Counts only the runs that the server aborted, not replaced connections.
    for (let attempt = 1; ; ) {
      const connection = await this.#pool.acquire(acquireMillis).catch((error: unknown) => {
        // Maintenance, which waits for a shorter time, fails on a pool that is only busy.
        throw acquireMillis < this.#pool.connectionTimeoutMillis ? error : this.#reported(error);
      });
      let leftovers: Leftovers = "none";
      let hasBegun = false;
      const checked: InteractiveWork<T> = (...given) => {
        // The answer to `begin` may have reported that the server no longer accepts writes.
        this.#pool.requireSuitable(connection);
        hasBegun = true;
        return work(...given);
      };
      const onCallerStatement = (control: TransactionControl | null) => {
        if (leftovers !== "unknown") leftovers = control === "deallocation" ? "unknown" : "resettable";
      };
      try {
        return await runTransaction(connection, this.#settings(onCallerStatement), checked);
      } catch (error) {
        if (error instanceof UnsuitableServer) {
          connection.retire();
          unsuitableSince ??= now();
          if (now() - unsuitableSince < acquireMillis) continue;
          throw this.#reported(this.#pool.connectError(error));
        }
        unsuitableSince = undefined;
        // The connection was lost while idle, as in a restart of the server, and the work has not begun.
        const wasIdle: boolean = !hasBegun && !isElsewhere && isLost(error);
        isElsewhere ||= wasIdle;
        const retried = wasIdle || afterTransaction(error, { number: attempt, maxAttempts }) === "retry";
        // An error that is not this package's comes from the work, and says nothing of the connection.
        if (error instanceof PevensieError || retried) {
          this.#pool.health.failed(this.#translate(error), retried ? "transaction" : null);
        }
        if (!retried) throw error;
        if (!wasIdle) attempt += 1;
      } finally {
        this.#releaseAfter(connection, leftovers);
      }
    }
  }

  #settings(onCallerStatement: TransactionSettings["onCallerStatement"] = () => {}): TransactionSettings {
    return {
      timeoutMillis: this.#pool.queryTimeoutMillis,
      statements: this.#statements,
      onStatement: (label, milliseconds, connection) => this.#pool.succeeded(label, milliseconds, connection),
      onCallerStatement,
    };
  }

  /** Returns the settings for a caller's client. Its statements emit no connection-healed: they say nothing about the pool's connections. */
  #borrowedSettings(): TransactionSettings {
    const onStatement = (label: string, milliseconds: number) =>
      this.#pool.health.succeeded(label, milliseconds, false);
    return { ...this.#settings(), onStatement };
  }

  /** Releases a connection after a transaction. The caller does not wait until an owned one was reset. */
  #releaseAfter(connection: Connection, leftovers: Leftovers): void {
    const { isOwned } = this.#pool;
    if (isOwned && leftovers === "unknown") connection.close();
    if (!isOwned || leftovers === "none" || connection.isDiscarded) {
      this.#pool.release(connection);
      return;
    }
    this.#gate.enter();
    void resetConnection(connection, this.#pool.queryTimeoutMillis).then(() => {
      this.#pool.release(connection);
      this.#gate.leave();
    });
  }

  /** Reports the error of a transaction that is not retried, and returns it in the form that callers receive. */
  #reported(error: unknown): PevensieError {
    const translated = this.#translate(error);
    this.#pool.health.failed(translated, null);
    return translated;
  }

  #translate(error: unknown): PevensieError {
    return translateStatementError(error, "idempotent", this.#statements.schema);
  }
}

function isLost(error: unknown): boolean {
  return isUnanswered(error) && error.code === "CONNECTION_UNAVAILABLE";
}
