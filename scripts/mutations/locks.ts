import { code, type Edit, type Mutation, sql, tests } from "./mutation.js";

const BATCHER = "src/postgres/execution/batcher.ts";
const LOCKED_CALLS = "src/postgres/execution/locked-calls.ts";
const LOCK_RETRIES = "src/postgres/execution/lock-retries.ts";
const CALL_ERRORS = "src/postgres/protocol/call-errors.ts";
const SERVER_ERRORS = "src/postgres/protocol/server-errors.ts";
const STATEMENT_ERRORS = "src/postgres/protocol/statement-errors.ts";

const unbounded = (query: string): Edit =>
  sql("cache", query, "pg_catalog.set_config('lock_timeout', :lockTimeout::pg_catalog.text, true)", "''");

/** Rows that another transaction has locked. */
export const LOCKS: readonly Mutation[] = [
  ...["setCacheEntry", "setCacheEntries", "deleteCacheEntry", "deleteCacheEntries"].map((query) => ({
    guard: `A statement bounds its own wait for a locked row: ${query}`,
    edits: [unbounded(query)],
    tests: [tests("cache/lock-timeouts", `${query} waits no longer`)],
  })),
  {
    guard: "Calls batched with one for a locked row take effect",
    edits: [code(BATCHER, "this.#operation.conflictKeyOf !== undefined && isLockTimeout(error)", "error === null")],
    tests: [tests("batching/locked-rows", "sets: the others take effect")],
  },
  {
    guard: "A call for a locked row stays queued before others for it if a row of its statement is at fault",
    edits: [code(BATCHER, "if (first.locked.length > 0) return", "if (first.locked.length > 9999) return")],
    tests: [tests("batching/locked-rows", "a row at fault fails alone")],
  },
  {
    guard: "Calls for a locked row take effect in their order",
    edits: [code(LOCKED_CALLS, "if (queue === undefined) return false;", "if (queue !== null) return false;")],
    tests: [tests("batching/locked-calls", "are not sent before an earlier one")],
  },
  {
    guard: "A call for a locked row is rejected after query_timeout",
    edits: [code(LOCKED_CALLS, "if (error !== undefined) this.#rejectOverdue(error);", "")],
    tests: [tests("batching/locked-rows", "is TIMEOUT after query_timeout")],
  },
  {
    guard: "Calls that wait for locks leave connections to others",
    edits: [code(LOCK_RETRIES, "if (this.#inFlight === this.#limit) return;", "")],
    tests: [tests("batching/locked-rows", "at most half of the connections")],
  },
  {
    guard: "Calls whose row may be free are sent before those that met a lock in a statement of their own",
    edits: [
      code(
        LOCK_RETRIES,
        "this.#first.shift() ?? this.#repeated.shift()",
        "this.#repeated.shift() ?? this.#first.shift()",
      ),
    ],
    tests: [tests("batching/locked-rows", "are sent before calls that wait")],
  },
  {
    guard: "A lock that is not released is a TIMEOUT: nothing was changed",
    edits: [code(STATEMENT_ERRORS, "if (state === SqlState.lockNotAvailable) {", "if (state === null) {")],
    tests: [tests("batching/locked-rows", "is TIMEOUT after query_timeout")],
  },
  {
    guard: "A lock timeout for which the server has forgotten the reason is one",
    edits: [code(SERVER_ERRORS, "(cause as { message?: unknown }).message === CANCELLED_BY_REQUEST", "false")],
    tests: [tests("cache/compute-once-locks", "the lock was granted at that moment")],
  },
  {
    guard: "A lock timeout does not count as the loss of a connection",
    edits: [
      code(CALL_ERRORS, "  SqlState.lockNotAvailable,\n  SqlState.queryCanceled,\n", "  SqlState.queryCanceled,\n"),
    ],
    tests: [tests("batching/locked-rows", "sets: the others take effect")],
  },
  {
    guard: "A statement that the server cancels is not a lost connection",
    edits: [
      code(CALL_ERRORS, "  SqlState.lockNotAvailable,\n  SqlState.queryCanceled,\n", "  SqlState.lockNotAvailable,\n"),
    ],
    tests: [tests("events/connections", "are not emitted for a statement that the server cancels")],
  },
];
