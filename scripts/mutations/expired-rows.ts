import { code, type Mutation, sql, tests } from "./mutation.js";

const REMOVAL = "src/postgres/execution/expired-rows.ts";
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
      guard: `A row that somebody has locked keeps no other from being removed by ${query}`,
      edits: [sql(table, query, find, replace)],
      tests: [tests(EXPIRED_ROWS, "keeps no other from being removed")],
    }),
  ),
  {
    guard: "A removal does not wait for a lock on its table",
    edits: [
      code(
        REMOVAL,
        "        await transaction.read(removalSettings, { lockTimeoutMillis: LOCK_TIMEOUT_MILLIS });\n",
        "",
      ),
    ],
    tests: [tests(EXPIRED_ROWS, "releases its connection")],
  },
  {
    guard: "A removal does not wait for a standby",
    edits: [sql("transaction", "setRemovalSettings", "'synchronous_commit', 'off'", "'synchronous_commit', 'on'")],
    tests: [tests("faults/standby", "G33: no standby")],
  },
  {
    guard: "A removal that fails keeps no later one from being tried",
    edits: [code(REMOVAL, "this.#inFlight.then(remove).catch(ignoreError)", "this.#inFlight.then(remove)")],
    tests: [tests(EXPIRED_ROWS, "in a table that an index is created on with a pool of the driver's")],
  },
  {
    guard: "A lookup waits only so long for a removal",
    edits: [code(REMOVAL, "within(this.#inFlight, REMOVAL_TIMEOUT_MILLIS).catch(ignoreError)", "this.#inFlight")],
    tests: [tests(EXPIRED_ROWS, "is held up, live ones")],
  },
  {
    guard: "One removal of a kind is in flight",
    edits: [code(REMOVAL, "this.#next ??= this.#schedule();", "this.#next = this.#schedule();")],
    tests: [tests(EXPIRED_ROWS, "is held up, others wait for it in one statement")],
  },
  {
    guard: "disconnect() waits for a removal",
    edits: [
      code(
        "src/postgres/execution/pool-executor.ts",
        "new Removals((work) => this.#remove(work))",
        "new Removals((work) => this.#transaction(work))",
      ),
    ],
    tests: [tests(EXPIRED_ROWS, "F12: is in flight")],
  },
  {
    guard: "Live ones are answered before expired ones are removed",
    edits: [
      code(
        "src/postgres/execution/batcher.ts",
        "answers = await this.#run(calls, lockTimeoutMillis);",
        "answers = await Promise.all((await this.#run(calls, lockTimeoutMillis)).map(outputOf));",
      ),
    ],
    tests: [tests(EXPIRED_ROWS, "is held up, live ones")],
  },
  {
    guard: "A lookup in a transaction removes nothing",
    edits: [
      code(
        "src/postgres/execution/transaction.ts",
        "  removeExpired(): Promise<void> {\n    return Promise.resolve();",
        "  removeExpired(removal: any, rows: any): Promise<void> {\n    return removal.remove(this, rows);",
      ),
    ],
    tests: [tests(EXPIRED_ROWS, "fails or blocks no transaction", "a read-only transaction of the caller's")],
  },
];
