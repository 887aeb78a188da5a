import { code, type Mutation, sql, tests } from "./mutation.js";

const DELETIONS = "src/postgres/execution/row-maintenance.ts";
const EXPIRED_ROWS = "faults/expired-rows";

/** Lookups and the expired rows that they find. */
export const EXPIRED: readonly Mutation[] = [
  ...(
    [
      ["cache", "deleteExpiredCacheEntries", "for update of cache skip locked", "for update of cache"],
      ["session", "deleteExpiredSessions", "for update skip locked", "for update"],
    ] as const
  ).map(
    ([table, query, find, replace]): Mutation => ({
      guard: `A row locked by another transaction does not prevent the deletion of others by ${query}`,
      edits: [sql(table, query, find, replace)],
      tests: [tests(EXPIRED_ROWS, "does not prevent the deletion of others")],
    }),
  ),
  {
    guard: "A deletion of expired rows does not wait for a lock on its table",
    edits: [
      code(
        DELETIONS,
        "        await transaction.writeIdempotent(setRemovalSettings, { lockTimeoutMillis: TABLE_LOCK_TIMEOUT_MILLIS });\n",
        "",
      ),
    ],
    tests: [tests(EXPIRED_ROWS, "releases its connection")],
  },
  {
    guard: "A deletion of expired rows does not wait for a standby",
    edits: [sql("transaction", "setRemovalSettings", "'synchronous_commit', 'off'", "'synchronous_commit', 'on'")],
    tests: [tests("faults/standby", "does not wait for a standby")],
  },
  {
    guard: "A deletion of expired rows that fails does not prevent later ones",
    edits: [
      code(
        DELETIONS,
        "this.#inFlight.then(run).catch((error: unknown) => {\n      if (isReadOnlyRefusal(error)) this.#pausedUntil = now() + READ_ONLY_PAUSE_MILLIS;\n    });",
        "this.#inFlight.then(run);",
      ),
    ],
    tests: [tests(EXPIRED_ROWS, "in a table that an index is created on with a pool of the driver's")],
  },
  {
    guard: "A lookup of an expired row waits for its deletion",
    edits: [
      code(
        DELETIONS,
        "executor.maintain(kind, rows).then(() => null)",
        "Promise.resolve(void executor.maintain(kind, rows)).then(() => null)",
      ),
    ],
    tests: [tests(EXPIRED_ROWS, "deletes the expired row before it is answered")],
  },
  {
    guard: "A lookup waits for the deletion of expired rows for a limited time only",
    edits: [
      code(DELETIONS, "withTimeout(this.#inFlight, MAINTENANCE_WAIT_MILLIS).catch(ignoreError)", "this.#inFlight"),
    ],
    tests: [tests(EXPIRED_ROWS, "is blocked, live rows")],
  },
  {
    guard: "One deletion of expired rows of a kind is in flight at a time",
    edits: [code(DELETIONS, "this.#next ??= this.#schedule();", "this.#next = this.#schedule();")],
    tests: [tests(EXPIRED_ROWS, "is blocked, others wait for it in one statement")],
  },
  {
    guard: "disconnect() waits for a deletion of expired rows",
    edits: [
      code(
        "src/postgres/execution/pool-executor.ts",
        "new MaintenanceQueues((work) => gate.run(() => transactions.run(work, { acquireMillis })))",
        "new MaintenanceQueues((work) => transactions.run(work))",
      ),
    ],
    tests: [tests(EXPIRED_ROWS, "F12: is in flight")],
  },
  {
    guard: "Lookups of live rows are answered before expired rows of their batch are deleted",
    edits: [
      code(
        "src/postgres/execution/batcher.ts",
        "results = await this.#execute(calls, lockTimeoutMillis);",
        "results = await Promise.all((await this.#execute(calls, lockTimeoutMillis)).map((result) => (result instanceof DeferredResult ? result.output : result)));",
      ),
    ],
    tests: [tests(EXPIRED_ROWS, "is blocked, live rows")],
  },
  {
    guard: "A lookup in a transaction deletes nothing",
    edits: [
      code(
        "src/postgres/execution/transaction.ts",
        "  maintain(): Promise<void> {\n    return Promise.resolve();",
        "  maintain(kind: any, rows: any): Promise<void> {\n    return kind.run(this, rows);",
      ),
    ],
    tests: [tests(EXPIRED_ROWS, "neither fails nor blocks a transaction", "a caller's read-only transaction")],
  },
];
