import { code, type Mutation, sql, tests } from "./mutation.js";

const BATCHER = "src/postgres/execution/batcher.ts";
const PIPELINE = "src/postgres/pool/pipeline.ts";
const POOL = "src/postgres/pool/pool.ts";
const EXTENDED_QUERY = "src/postgres/protocol/extended-query.ts";
const CACHE_NAMES = "src/postgres/drivers/cache/names.ts";
const EXPIRED = "coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false)";

/** The cache, and calls that share a statement. */
export const CACHE: readonly Mutation[] = [
  {
    guard: "An expired entry is a miss",
    edits: [sql("cache", "getSmallCacheEntry", EXPIRED, "false")],
    tests: [tests("cache/entries", "reading an expired entry returns null")],
  },
  {
    guard: "An expired entry is a miss, among several",
    edits: [
      sql("cache", "getCacheEntries", "when cache.expires_at operator(pg_catalog.<=) current_timestamp", "when false"),
    ],
    tests: [
      tests(
        "cache/driver-contract",
        "concurrent calls have the same results as sequential ones",
        "getMany, setMany and deleteMany",
      ),
    ],
  },
  {
    guard: "An expired entry is no part of getAll",
    edits: [sql("cache", "getCacheEntriesByKey", EXPIRED, "false")],
    tests: [tests("cache/driver-contract", "getAll returns every live value")],
  },
  {
    guard: "An entry is expired at the exact moment of its expiry",
    edits: [
      sql(
        "cache",
        "getSmallCacheEntry",
        "expires_at operator(pg_catalog.<=) current_timestamp",
        "expires_at operator(pg_catalog.<) current_timestamp",
      ),
    ],
    tests: [tests("cache/entries", "at the very moment of its expiry")],
  },
  {
    guard: "A value that replaces an expired one survives a concurrent read of that",
    edits: [
      sql(
        "cache",
        "deleteExpiredCacheEntries",
        "  where cache.expires_at operator(pg_catalog.<=) current_timestamp and",
        "  where",
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
        "getSmallCacheEntry",
        "resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n  and key",
        ":resourceType!::text <> '' and key",
      ),
    ],
    tests: [tests("cache/entries", "G29: pairs of type and key are independent")],
  },
  {
    guard: "Of several values for one name in one statement the last one counts",
    edits: [code(CACHE_NAMES, "return [...last.values()].sort(", "return (last.size < 0 ? [] : [...items]).sort(")],
    tests: [
      tests(
        "batching/one-tick",
        "several sets of one key in one tick",
        "calls of one tick share a bounded number of statements",
      ),
    ],
  },
  {
    guard: "setCacheEntries locks entries in one order, so that calls do not deadlock",
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
    guard: "deleteCacheEntries locks entries in one order, so that calls do not deadlock",
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
    guard: "A call does not fail because of the values of another call in its batch",
    edits: [code(BATCHER, "calls.length > 1 && isFaultOfOneRow(error)", "calls.length > 9999")],
    tests: [tests("batching/faults", "fails alone, its neighbours succeed")],
  },
  {
    guard: "The call at fault is found by halving",
    edits: [code(BATCHER, "const middle = calls.length >> 1;", "const middle = 1;")],
    tests: [tests("batching/faults", "is found by halving")],
  },
  {
    guard: "Calls queued behind an unresponsive server are rejected in time",
    edits: [
      code(
        BATCHER,
        "if (overdueError !== undefined) this.#rejectOverdue(overdueError);",
        "if (overdueError === null) this.#rejectOverdue(overdueError);",
      ),
    ],
    tests: [tests("batching/faults", "queued calls are rejected together with those in flight")],
  },
  {
    guard: "Calls with the same conflict key take effect in their order",
    edits: [
      code(BATCHER, "if (batch.conflictKeys.has(conflictKey)) return batch;", "if (conflictKey === 0.5) return batch;"),
    ],
    tests: [tests("batching/pipeline", "take effect in the order of the calls")],
  },
  {
    guard: "A pending acquire gets a connection, however many statements a pipeline sends",
    edits: [code(PIPELINE, "this.#pool.isContended || ", "")],
    tests: [tests("batching/pipeline", "is released to pending acquires")],
  },
  {
    guard: "Statements are not pipelined behind a slow one while another connection can take them",
    edits: [code(PIPELINE, "time - this.#slowAfterMillis;", "now() - 1_000_000_000;")],
    tests: [tests("batching/pipeline", "are sent on another connection while one takes long")],
  },
  {
    guard: "If all pipelined connections are slow, a statement is sent on the one that became slow last",
    edits: [code(PIPELINE, "connection.since > least.since", "connection.since < least.since")],
    tests: [tests("batching/pipeline", "share the connection that became slow last")],
  },
  {
    guard: "A statement is pipelined only if all statements before it were sent",
    edits: [
      code(
        "src/postgres/protocol/pg-client.ts",
        'else if (predecessors === "sent") query.sendPipelined();',
        "else query.sendPipelined();",
      ),
    ],
    tests: [tests("batching/pipeline", "are each answered with their own response")],
  },
  {
    guard: "A query does not keep those before it in memory",
    edits: [
      code(
        PIPELINE,
        "query.onDone = this.#onDone;",
        "const previous = this.#queries.at(-2);\n      query.onDone = (isReady) => this.#onDone(isReady && previous !== query);",
      ),
    ],
    tests: [tests("batching/pipeline", "are not kept in memory by those that follow them")],
  },
  {
    guard: "A session is not allocated in V8's old generation",
    edits: [code("src/postgres/drivers/auth/session-rows.ts", "    ...SESSION,\n", "")],
    tests: [tests("batching/old-generation", "calls of getSession after")],
  },
  {
    guard: "An API key is not allocated in V8's old generation",
    edits: [code("src/postgres/drivers/auth/rows.ts", "    ...API_KEY,\n", "")],
    tests: [tests("batching/old-generation", "calls of getApiKeyWithUser after")],
  },
  {
    guard: "The session of a request is not allocated in V8's old generation",
    edits: [code("src/web/web-sessions.ts", "{ ...WEB_SESSION, session,", "{ session,")],
    tests: [tests("batching/old-generation", "calls of read after")],
  },
  {
    guard: "A request for a client that was answered keeps no call in memory",
    edits: [code("src/postgres/pool/acquire.ts", "waiting = undefined;", "waiting = () => void answered;")],
    tests: [tests("batching/old-generation", "calls of has after")],
  },
  {
    guard: "A statement is pipelined only on a connection that has prepared it",
    edits: [
      code(
        EXTENDED_QUERY,
        "if (columns !== undefined && this.#isPrepared(connection)) this.#send(connection);",
        "this.#send(connection);",
      ),
    ],
    tests: [tests("batching/pipeline", "are each answered with their own response")],
  },
  {
    guard: "The response to one query is never delivered to another when a foreign query was sent in between",
    edits: [
      code(PIPELINE, "if (next.isSent && hasQueuedQuery(client)) failConnection(client, foreignQuery());", ""),
      code(
        PIPELINE,
        "if (next.isSent && next.startedAt === Number.POSITIVE_INFINITY) failConnection(client, foreignQuery());",
        "",
      ),
    ],
    tests: [tests("batching/pipeline", "a foreign statement sent after")],
  },
  {
    guard: "A pipelined query is not submitted behind a queued foreign one, of which pg would warn",
    edits: [code(PIPELINE, "if (next.isSent && hasQueuedQuery(client)) failConnection(client, foreignQuery());", "")],
    tests: [tests("batching/pipeline", "a foreign statement sent after")],
  },
  {
    guard: "Queries behind one that a wrapper of pg's function refuses fail with it",
    edits: [code(PIPELINE, "      if (isRefused) this.#failBehind(error);\n", "")],
    tests: [tests("batching/faults", "a wrapper of pg's query")],
  },
  {
    guard: "A wrapper of pg's function that throws does not throw into pg",
    edits: [code(PIPELINE, "return next.callback(error);", "throw error;")],
    tests: [tests("batching/pipeline", "when it is its turn")],
  },
  {
    guard: "Nothing is pipelined on a borrowed pool",
    edits: [
      code(POOL, "this.isOwned && this.#isVerified && this.#acceptsNames", "this.#isVerified && this.#acceptsNames"),
    ],
    tests: [tests("batching/pipeline", "are lookups on a borrowed pool")],
  },
  {
    guard: "A full connection that becomes slow frees slots",
    edits: [code(PIPELINE, "        listener();\n", "")],
    tests: [tests("batching/pipeline", "its listener is notified")],
  },
  {
    guard: "A slot that becomes free while a batch is encoded is used",
    edits: [
      code("src/postgres/execution/slots.ts", "if (this.#freeAt(time, inFlight) > 0) listener();\n    else if", "if"),
    ],
    tests: [tests("batching/slots", "a slot that has become free meanwhile")],
  },
  {
    guard: "Queued calls are notified when a pipelined connection becomes slow",
    edits: [
      code(
        "src/postgres/execution/slots.ts",
        "else if (this.#pool.canPipeline) this.#pipeline.onceSlow(time, listener);",
        "",
      ),
    ],
    tests: [tests("batching/slots", "a slow connection frees slots")],
  },
  {
    guard: "Queued calls are sent when a slot becomes free",
    edits: [
      code(
        BATCHER,
        "    if (this.#queue.length > this.#taken) slots.onceFreed(this.#inFlight.length, this.#schedule);\n",
        "",
      ),
    ],
    tests: [tests("batching/pipeline", "are sent when a slot becomes free, without a response or another call")],
  },
  {
    guard: "Queries that could not be pipelined are pipelined as soon as the connection has prepared them",
    edits: [code(PIPELINE, "    this.#sendWaiting();\n", "")],
    tests: [tests("batching/pipeline", "are pipelined as soon as the connection has prepared them")],
  },
  {
    guard: "disconnect() rejects pending acquires",
    edits: [code(POOL, "this.#pending.rejectAll(notConnected());", "")],
    tests: [tests("faults/disconnecting", "F12: pending acquires are rejected with NOT_CONNECTED")],
  },
  {
    guard: "The whole key enters its conflict key, so that calls for other keys are not held back",
    edits: [code(CACHE_NAMES, "for (let at = 0; at < text", "for (let at = text.length - 4; at < text")],
    tests: [tests("batching/pipeline", "whatever part of their keys differs")],
  },
  {
    guard: "A call is rejected for its own time in the queue only",
    edits: [
      code(BATCHER, "    this.#isScheduled = true;\n    this.#turnStart = now();\n", "    this.#isScheduled = true;\n"),
    ],
    tests: [tests("batching/patience", "for its own time in the queue")],
  },
  {
    guard: "The length of a text in a binary array is in bytes",
    edits: [
      code(
        "src/postgres/protocol/encode.ts",
        "buffer.writeInt32BE(written, at);",
        "buffer.writeInt32BE(text.length, at);",
      ),
    ],
    tests: [tests("postgres/encode", "unchanged, in either form")],
  },
];
