import { now } from "../../timers.js";
import type { Pipeline } from "../pool/pipeline.js";
import type { Pool } from "../pool/pool.js";
import { query } from "../protocol/pg-client.js";
import { ResponseTimeout } from "../protocol/response-timeout.js";
import { isReadOnlyRefusal } from "../protocol/server-errors.js";
import { bind, type Statement } from "../protocol/statement.js";
import { type StatementKind, translateStatementError } from "../protocol/statement-errors.js";
import type { Executor, Reader } from "./executor.js";
import { afterSequence, afterStatement, MAX_ATTEMPTS } from "./retry-policy.js";
import type { SchemaStatements } from "./schema-statements.js";

/** How a statement is run. */
export interface StatementTerms<Params = never> {
  readonly kind: StatementKind;
  /** How often it is tried if the server aborts it for the sake of another one. */
  readonly maxAttempts: number;
  /** Where it is sent first, if statements are pipelined. */
  readonly pipeline?: Pipeline;
  /** Returns the parameters of a retry. Default: they are the same. */
  readonly again?: () => Params;
}

export const IDEMPOTENT: StatementTerms = { kind: "idempotent", maxAttempts: MAX_ATTEMPTS };
export const ONCE: StatementTerms = { kind: "once", maxAttempts: MAX_ATTEMPTS };

/** Runs statements outside a transaction, on connections that it acquires, and retries them. */
export class StatementRunner {
  readonly #pool: Pool;
  readonly #statements: SchemaStatements;

  constructor(pool: Pool, statements: SchemaStatements) {
    this.#pool = pool;
    this.#statements = statements;
  }

  /** Returns a function that runs lookups. @param pipeline - where they are sent first; null: nowhere */
  reader(pipeline: Pipeline | null): Executor["read"] {
    const terms: StatementTerms = pipeline === null ? IDEMPOTENT : { ...IDEMPOTENT, pipeline };
    return (statement, params) => this.run(statement, params, terms);
  }

  async run<Params, Row>(
    generated: Statement<Params, Row>,
    params: Params,
    { kind, maxAttempts, pipeline, again }: StatementTerms<Params>,
  ): Promise<Row[]> {
    const statement = this.#statements.of(generated);
    let values = bind(statement, params);
    let isElsewhere = false;
    for (let number = 1; ; number += 1) {
      // A retry prepares nothing: a prepared statement may be why there is one.
      const isNamed = this.#pool.acceptsNames && number === 1;
      try {
        const pipelined =
          isNamed && pipeline !== undefined && this.#pool.canPipeline ? pipeline.run(statement, values) : null;
        if (pipelined !== null) return (await pipelined).rows;
        const connection = await this.#pool.acquire();
        try {
          const start = now();
          const { rows } = await query<Row>(connection, statement, values, this.#pool.queryTimeoutMillis, isNamed);
          this.#pool.succeeded(statement.label, now() - start, connection);
          return rows;
        } catch (error) {
          if (isReadOnlyRefusal(error)) this.#pool.retirement.afterRefusal(connection);
          throw error;
        } finally {
          this.#pool.release(connection);
        }
      } catch (error) {
        const { seeksPrimary } = this.#pool;
        const overdue = error instanceof ResponseTimeout ? error.connection : undefined;
        const isUnresponsive = overdue !== undefined && this.#pool.retirement.isUnresponsive(overdue);
        const attempt = { kind, number, maxAttempts, isNamed, isElsewhere, seeksPrimary, isUnresponsive };
        const decision = afterStatement(error, attempt);
        if (decision === "retry-without-names") this.#pool.disableNames();
        isElsewhere ||= decision === "retry-elsewhere";
        const translated = translateStatementError(error, kind, this.#statements.schema);
        this.#pool.health.failed(translated, decision === "fail" ? null : statement.label);
        if (decision === "fail") throw translated;
        values = bind(statement, again === undefined ? params : again());
      }
    }
  }

  /**
   * Runs reads one after the other on one connection. After a stale plan or refused statement names, runs all of `work` once more, without
   * names. A lost connection is not retried: the caller goes to the primary.
   *
   * @param work - may run twice
   */
  async sequence<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    for (let number = 1; ; number += 1) {
      const isNamed = this.#pool.acceptsNames && number === 1;
      let label: string | null = null;
      try {
        const connection = await this.#pool.acquire();
        const read: Reader["read"] = async <Params, Row>(generated: Statement<Params, Row>, params: Params) => {
          const start = now();
          const statement = this.#statements.of(generated);
          const values = bind(statement, params);
          label = statement.label;
          const { rows } = await query<Row>(connection, statement, values, this.#pool.queryTimeoutMillis, isNamed);
          this.#pool.succeeded(statement.label, now() - start, connection);
          return rows;
        };
        try {
          return await work({ read });
        } finally {
          this.#pool.release(connection);
        }
      } catch (error) {
        const decision = afterSequence(error, { number, isNamed });
        if (decision === "retry-without-names") this.#pool.disableNames();
        const translated = translateStatementError(error, "idempotent", this.#statements.schema);
        this.#pool.health.failed(translated, decision === "fail" ? null : label);
        if (decision === "fail") throw translated;
      }
    }
  }
}
