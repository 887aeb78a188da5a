import { code, type Mutation, sql, tests } from "./mutation.js";

const BATCHER = "src/postgres/execution/batcher.ts";
const LINES = "src/postgres/pool/pipeline.ts";
const EXECUTION = "src/postgres/protocol/extended-query.ts";
const EXPIRED = "coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false)";

/** The cache, and calls that share a statement. */
export const CACHE: readonly Mutation[] = [
  {
    guard: "An expired entry is a miss",
    edits: [sql("cache", "getCacheEntry", EXPIRED, "false")],
    tests: [tests("cache/entries", "an expired entry is null")],
  },
  {
    guard: "An expired entry is a miss, among several",
    edits: [
      sql("cache", "getCacheEntries", "when cache.expires_at operator(pg_catalog.<=) current_timestamp", "when false"),
    ],
    tests: [tests("cache/driver-contract", "many calls at once do as one by one", "getMany, setMany and deleteMany")],
  },
  {
    guard: "An expired entry is no part of getAll",
    edits: [sql("cache", "getCacheEntriesByKey", EXPIRED, "false")],
    tests: [tests("cache/driver-contract", "getAll gives every live value")],
  },
  {
    guard: "An entry is expired at the very moment of its expiry",
    edits: [
      sql(
        "cache",
        "getCacheEntry",
        "expires_at operator(pg_catalog.<=) current_timestamp",
        "expires_at operator(pg_catalog.<) current_timestamp",
      ),
    ],
    tests: [tests("cache/entries", "at the very moment of its expiry")],
  },
  {
    guard: "A value that is written over an expired one survives who reads that",
    edits: [
      sql(
        "cache",
        "deleteExpiredCacheEntries",
        "  where cache.expires_at operator(pg_catalog.<=) current_timestamp\n",
        "",
      ),
      sql(
        "cache",
        "deleteExpiredCacheEntries",
        "cache.key operator(pg_catalog.=) expired.key\n  and cache.expires_at operator(pg_catalog.<=) current_timestamp",
        "cache.key = expired.key",
      ),
    ],
    tests: [tests("cache/entries", "G29: a fresh value survives")],
  },
  {
    guard: "Setting an entry overwrites its expiry",
    edits: [sql("cache", "setCacheEntry", ", expires_at = excluded.expires_at", "")],
    tests: [tests("cache/entries", "setting overwrites value and expiry")],
  },
  {
    guard: "Pairs of type and key are independent",
    edits: [
      sql(
        "cache",
        "getCacheEntry",
        "resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text and key",
        ":resourceType!::text <> '' and key",
      ),
    ],
    tests: [tests("cache/entries", "G29: pairs of type and key are independent")],
  },
  {
    guard: "Of several values for one name in one statement the last one counts",
    edits: [
      code(
        "src/postgres/drivers/cache-entries.ts",
        "return [...last.values()].sort(",
        "return (last.size < 0 ? [] : [...entries]).sort(",
      ),
    ],
    tests: [tests("batching/one-tick", "several sets of one key in one tick", "how many statements there are")],
  },
  {
    guard: "setCacheEntries takes entries in one order, so that none waits in a circle",
    edits: [
      sql(
        "cache",
        "setCacheEntries",
        'order by given.resource_type collate pg_catalog."C", given.key collate pg_catalog."C"\n',
        "",
      ),
    ],
    tests: [tests("cache/lock-timeouts", "setCacheEntries locks rows in the order of their keys")],
  },
  {
    guard: "deleteCacheEntries takes entries in one order, so that none waits in a circle",
    edits: [
      sql(
        "cache",
        "deleteCacheEntries",
        '  order by cache.resource_type collate pg_catalog."C", cache.key collate pg_catalog."C"\n',
        "",
      ),
    ],
    tests: [tests("cache/lock-timeouts", "deleteCacheEntries locks rows in the order of their keys")],
  },
  {
    guard: "A call that shares a statement does not fail for what another one holds",
    edits: [code(BATCHER, "calls.length > 1 && this.#host.isFaultOfOneRow(error)", "calls.length > 9999")],
    tests: [tests("batching/faults", "fails alone, its neighbours succeed")],
  },
  {
    guard: "The call at fault is found by halving",
    edits: [code(BATCHER, "const middle = calls.length >> 1;", "const middle = 1;")],
    tests: [tests("batching/faults", "is found by halving")],
  },
  {
    guard: "Calls that wait behind unanswered ones are refused in time",
    edits: [
      code(
        BATCHER,
        "if (forUnsent !== undefined) this.#refuseImpatient",
        "if (forUnsent === null) this.#refuseImpatient",
      ),
    ],
    tests: [tests("batching/faults", "calls that wait behind unanswered ones are refused")],
  },
  {
    guard: "Calls for one key take effect in their order",
    edits: [code(BATCHER, "=> orders.has(order));", "=> order === 0.5 && orders.has(order));")],
    tests: [tests("batching/lines", "take effect in the order of the calls")],
  },
  {
    guard: "What waits for a connection gets one, however many statements keep it busy",
    edits: [code(LINES, "this.#host.isContended() || ", "")],
    tests: [tests("batching/lines", "is left to others that wait for it")],
  },
  {
    guard: "What comes behind a statement that takes long goes another way",
    edits: [code(LINES, "time - this.since > milliseconds", "time - this.since > 1_000_000")],
    tests: [tests("batching/lines", "one that takes long is passed by")],
  },
  {
    guard: "Where all connections are slow, a statement shares the one that became slow last",
    edits: [code(LINES, "line.since > least.since", "line.since < least.since")],
    tests: [tests("batching/lines", "share the connection that became slow last")],
  },
  {
    guard: "A statement is sent ahead of its turn only where all before it are",
    edits: [code(LINES, "else if (ahead.isSent) execution", "else execution")],
    tests: [tests("batching/lines", "are answered each by itself")],
  },
  {
    guard: "A statement is sent ahead of its turn only where the connection knows it",
    edits: [code(EXECUTION, "if (known) this.#send(connection)", "this.#send(connection)")],
    tests: [tests("batching/lines", "are answered each by itself")],
  },
  {
    guard: "Nobody is given the answer to a statement of somebody else's",
    edits: [
      code(LINES, "if (next.isSent && hasQueued(client)) giveUp(connectionOf(client));", ""),
      code(LINES, "if (next.isSent && next.begun === Number.POSITIVE_INFINITY) giveUp(connectionOf(client));", ""),
    ],
    tests: [tests("batching/lines", "somebody else's statement")],
  },
  {
    guard: "pg is given no reason to warn of a foreign statement",
    edits: [code(LINES, "if (next.isSent && hasQueued(client)) giveUp(connectionOf(client));", "")],
    tests: [tests("batching/lines", "somebody else's statement")],
  },
  {
    guard: "On a pool of the caller's, nothing is sent ahead",
    edits: [code("src/postgres/execution/pool-executor.ts", "this.#config.callerPool === null && this.#executes", "this.#executes")],
    tests: [tests("batching/lines", "a pool of the caller's")],
  },
  {
    guard: "Those that wait go on as soon as there is room",
    edits: [code(BATCHER, "      this.#looksAgain = false;\n      this.#schedule();\n", "")],
    tests: [tests("batching/lines", "those that wait are looked at again")],
  },
  {
    guard: "What had to wait is sent ahead as soon as it can be",
    edits: [code(LINES, "    this.#sendRestAhead(client);\n", "")],
    tests: [tests("batching/lines", "are sent ahead as soon as the connection knows them")],
  },
  {
    guard: "After disconnect() nothing waits for a connection",
    edits: [code("src/postgres/execution/pool-executor.ts", "this.#waits.end(notConnected());", "")],
    tests: [tests("faults/disconnecting", "what still waits for a connection")],
  },
  {
    guard: "Calls for other keys go on, whatever part of the key tells them apart",
    edits: [
      code("src/postgres/drivers/cache-entries.ts", "for (let at = 0; at < text", "for (let at = text.length - 4; at < text"),
    ],
    tests: [tests("batching/lines", "whatever in their keys tells them")],
  },
  {
    guard: "A call is refused for what it waited itself",
    edits: [code(BATCHER, "    this.#scheduled = true;\n    this.#now = now();\n", "    this.#scheduled = true;\n")],
    tests: [tests("batching/patience", "for what it waited itself")],
  },
  {
    guard: "Texts go out in their length in bytes",
    edits: [
      code("src/postgres/protocol/encode.ts", "buffer.writeInt32BE(written, at);", "buffer.writeInt32BE(text.length, at);"),
    ],
    tests: [tests("postgres/arrays", "as it was, in either form")],
  },
  {
    guard: "A deadline that throws keeps no other from coming",
    edits: [
      code(
        "src/postgres/protocol/deadlines.ts",
        "if (this.#next !== undefined) this.#tickAt(this.#next.due);",
        "if (this.#next !== undefined && this.#next.due > time) this.#tickAt(this.#next.due);",
      ),
    ],
    tests: [tests("postgres/deadlines", "a function that throws")],
  },
];
