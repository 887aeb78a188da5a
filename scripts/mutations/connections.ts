import { code, type Mutation, tests } from "./mutation.js";

const POOL_EXECUTOR = "src/postgres/execution/pool-executor.ts";
const RETRY_POLICY = "src/postgres/execution/retry-policy.ts";
const CACHE_DRIVER = "src/postgres/drivers/cache/cache-driver.ts";
const POOL = "src/postgres/pool/pool.ts";
const ACQUIRE = "src/postgres/pool/acquire.ts";
const CONNECT_RETRIES = "src/postgres/pool/connect-retries.ts";
const EXTENDED_QUERY = "src/postgres/protocol/extended-query.ts";
const PG_CLIENT = "src/postgres/protocol/pg-client.ts";
const PG_INTERNALS = "src/postgres/protocol/pg-internals.ts";
const CONNECT_ERRORS = "src/postgres/pool/connect-errors.ts";
const CONNECTION_STRING = "src/postgres/config/connection-string.ts";
const SANITIZE = "src/postgres/protocol/sanitize.ts";
const STATEMENT_ERRORS = "src/postgres/protocol/statement-errors.ts";
const TRANSACTION_RUNNER = "src/postgres/execution/transaction-runner.ts";

/** Faults of connections and servers. */
export const CONNECTIONS: readonly Mutation[] = [
  {
    guard: "A write that pg has not sent has not taken effect",
    edits: [code(STATEMENT_ERRORS, "state === undefined ? isUnsent(error) : ", "state !== undefined && ")],
    tests: [tests("faults/lost-commits", "a commit that is not sent")],
  },
  {
    guard: "A write to a client that was ended before has not taken effect",
    edits: [
      code(
        "src/postgres/protocol/pg-internals.ts",
        '[NOT_QUERYABLE, "Client was closed and is not queryable"]',
        "[NOT_QUERYABLE]",
      ),
    ],
    tests: [tests("faults/lost-commits", "since its client was ended")],
  },
  {
    guard: "A write is not retried after its connection was lost",
    edits: [
      code(
        RETRY_POLICY,
        'if (attempt.kind === "idempotent" && isUnusable) return "retry-elsewhere";',
        'if (isUnusable) return "retry-elsewhere";',
      ),
    ],
    tests: [tests("faults/lost-responses", "F2")],
  },
  {
    guard: "A read is retried after its connection was lost",
    edits: [code(RETRY_POLICY, 'if (attempt.kind === "idempotent" && isUnusable) return "retry-elsewhere";', "")],
    tests: [tests("faults/lost-responses", "F2: a read whose response is lost is retried once")],
  },
  {
    guard: "A read is retried once",
    edits: [
      code(
        RETRY_POLICY,
        "if (!attempt.isElsewhere && !(error instanceof PevensieError)) {",
        "if (!(error instanceof PevensieError)) {",
      ),
    ],
    tests: [tests("faults/lost-responses", "F2: a read whose response is lost twice")],
  },
  {
    guard: "The error of an idempotent write whose response is lost does not say that nothing was changed",
    edits: [
      code(
        STATEMENT_ERRORS,
        "to Postgres was lost. The call can be repeated.",
        "to Postgres was lost; the statement changed nothing.",
      ),
    ],
    tests: [tests("faults/lost-responses", "F2: invalidateTags, whose response is lost twice")],
  },
  {
    guard: "A write whose connection is lost before its response fails with OUTCOME_UNKNOWN",
    edits: [code(STATEMENT_ERRORS, 'return kind === "once"\n', "return kind === null\n")],
    tests: [tests("faults/lost-responses", "F2")],
  },
  {
    guard: "A transaction that the server aborts for another one is retried",
    edits: [
      code(
        RETRY_POLICY,
        'return isAbortedForAnother(error) && number < maxAttempts ? "retry" : "fail";',
        'return "fail";',
      ),
    ],
    tests: [tests("faults/retries", "of a whole transaction")],
  },
  {
    guard: "A transaction that the server aborts for another one is retried a limited number of times",
    edits: [code(RETRY_POLICY, "const MAX_ATTEMPTS = 4;", "const MAX_ATTEMPTS = 40;")],
    tests: [tests("faults/retries", "a limited number of times")],
  },
  {
    guard: "A connection with a pending response is not reused",
    edits: [
      code(
        PG_CLIENT,
        "if (error instanceof ResponseTimeout) connection.abandon();",
        "if (error instanceof ResponseTimeout) deadline.cancel();",
      ),
    ],
    tests: [tests("faults/black-hole", "F4")],
  },
  {
    guard: "A statement without a response times out",
    edits: [
      code(
        PG_CLIENT,
        "const deadline = new Deadline(timeoutMillis, () => fail(new ResponseTimeout(timeoutMillis, connection)));",
        "const deadline = new Deadline(timeoutMillis, () => {});",
      ),
    ],
    tests: [tests("faults/black-hole", "F4: a statement that takes too long")],
  },
  {
    guard: "Acquiring a connection from an exhausted pool times out",
    edits: [
      code(
        ACQUIRE,
        "new Deadline(timeoutMillis, () => this.cancel(this.#error()));",
        "new Deadline(timeoutMillis, () => {});",
      ),
    ],
    tests: [tests("faults/exhausted-pool", "F5")],
  },
  {
    guard: "The error of a caller's pool that times out says how long the call waited",
    edits: [code(ACQUIRE, "poolTimeout(Math.round(now() - this.#since)", "poolTimeout(this.#timeoutMillis")],
    tests: [tests("faults/exhausted-pool", "how long the call waited")],
  },
  {
    guard: "A transaction that acquires no connection is reported as a lost connection",
    edits: [
      code(
        TRANSACTION_RUNNER,
        "throw acquireMillis < this.#pool.connectionTimeoutMillis ? error : this.#reported(error);",
        "throw error;",
      ),
    ],
    tests: [tests("events/connections", "when only transactions are attempted")],
  },
  {
    guard: "Maintenance that finds the pool busy is not reported as a lost connection",
    edits: [code(TRANSACTION_RUNNER, "throw acquireMillis < this.#pool.connectionTimeoutMillis ? error :", "throw")],
    tests: [tests("events/connections", "the removal of an expired session that acquires no connection")],
  },
  {
    guard: "Connections that come too late are released one per turn, without nested calls",
    edits: [code(ACQUIRE, "      onNextTurn(() => {", "      [0].forEach(() => {")],
    tests: [tests("faults/exhausted-pool", "F5: thousands of timed-out acquires on a caller's pool that hides")],
  },
  {
    guard: "The loss of an acquired connection does not crash the process",
    edits: [
      code(
        POOL,
        '      client.on("error", ignoreError);\n      Connection.of(client).closeOnForeignEncoding();\n',
        "      Connection.of(client).closeOnForeignEncoding();\n",
      ),
    ],
    tests: [tests("batching/faults", "reads are retried once")],
  },
  {
    guard: "The loss of a connection acquired from a borrowed pool does not crash the process",
    edits: [code(POOL, 'if (!this.isOwned) client.on("error", ignoreError);', "")],
    tests: [tests("transactions/after-the-end", "is closed if it is lost during the work")],
  },
  {
    guard: "The loss of an idle connection does not crash the process",
    edits: [code(POOL, "    listenForErrors(pool);\n", "")],
    tests: [
      tests(
        "faults/dead-connections",
        "F1: the loss of an idle connection does not",
        "F1: the loss of an idle connection of a caller's pool",
      ),
    ],
  },
  {
    guard: "disconnect() removes the listener from a borrowed pool",
    edits: [code(POOL, "    if (!this.isOwned) return stopListening(pool);\n", "    if (!this.isOwned) return;\n")],
    tests: [tests("faults/callers-pool", "F12")],
  },
  {
    guard: "disconnect() does not end a borrowed pool",
    edits: [code(POOL, "    if (!this.isOwned) return stopListening(pool);\n", "")],
    tests: [tests("faults/callers-pool", "F12")],
  },
  {
    guard: "A disconnected auth stays disconnected when another auth connects its driver",
    edits: [
      code(
        "src/lease.ts",
        "    this.#driver = new Proxy({} as Driver, { get: () => () => Promise.reject(notConnected()) });\n",
        "    notConnected();\n",
      ),
    ],
    tests: [tests("auth/lifecycle", "the object that disconnect() returns can connect again")],
  },
  {
    guard: "disconnect() drains calls in flight",
    edits: [
      code(
        POOL_EXECUTOR,
        "    await this.#admission.drained(this.#config.queryTimeoutMillis);\n",
        "    await this.#admission.drained(0);\n",
      ),
    ],
    tests: [tests("faults/disconnecting", "F12")],
  },
  {
    guard: "disconnect() drains the queued chunks of bulk calls",
    edits: [
      code(
        "src/postgres/drivers/cache/bulk-calls.ts",
        "return this.#executor.admit(() => this.#mapAdmitted(inChunks(items, lengthOf), work));",
        "return this.#mapAdmitted(inChunks(items, lengthOf), work);",
      ),
    ],
    tests: [tests("faults/disconnecting", "F12: all chunks of")],
  },
  {
    guard: "Chunks of a bulk write that was admitted are not refused during a shutdown",
    edits: [code(CACHE_DRIVER, "setEntries(this.#executor.admitted, rows", "setEntries(this.#executor, rows")],
    tests: [tests("faults/disconnecting", "F12: all chunks of setMany")],
  },
  {
    guard: "No cause of an error holds values of rows",
    edits: [
      code(
        STATEMENT_ERRORS,
        "  const cause = sanitizeCause(error);\n  const state",
        "  const cause = error as Error;\n  const state",
      ),
    ],
    tests: [tests("auth/secrets", "G12: no database error is passed on")],
  },
  {
    guard: "An error's message holds no values of rows",
    edits: [code(SANITIZE, "const message = withheld ?", "const message = withheld === null ?")],
    tests: [tests("postgres/errors", "the cause")],
  },
  {
    guard: "Values are parsed independently of pg.types",
    edits: [
      code(EXTENDED_QUERY, 'import type pg from "pg";', 'import pg from "pg";'),
      code(EXTENDED_QUERY, "parse: parserOf(dataTypeID)", 'parse: pg.types.getTypeParser(dataTypeID, "text")'),
    ],
    tests: [tests("postgres/type-parsers", "F9")],
  },
  {
    guard: "Statements are unnamed once a pooler does not support prepared ones",
    edits: [
      code(
        RETRY_POLICY,
        "if (state !== undefined && NAMES_UNSUPPORTED.has(state)) return",
        'if (state === "" && NAMES_UNSUPPORTED.has(state)) return',
      ),
    ],
    tests: [tests("faults/retries", "prepared statements")],
  },
  {
    guard: "Clients that pipeline by themselves get pg's own queries only",
    edits: [code(PG_INTERNALS, "    pipeline !== true &&\n", "")],
    tests: [tests("postgres/extended-query", "a client that accepts only pg's own queries")],
  },
  {
    guard: "A call on a pool that has ended is not reported as ambiguous",
    edits: [code(ACQUIRE, "  #withdraw: () => void = withdrawNothing;\n", "  #withdraw: () => void;\n")],
    tests: [tests("faults/exhausted-pool", "that has ended fail with CONNECTION_UNAVAILABLE")],
  },
  {
    guard: "A client whose connection lacks a method is not verified",
    edits: [code(PG_INTERNALS, "METHODS.every((method) =>", "METHODS.some((method) =>")],
    tests: [tests("postgres/pg-internals", "unless its connection lacks")],
  },
  {
    guard: "A client whose queue cannot be seen is not verified",
    edits: [code(PG_INTERNALS, "Array.isArray(queriesOf(client))", "queriesOf(client) !== null")],
    tests: [tests("postgres/pg-internals", "unless its queue of queries is missing")],
  },
  {
    guard: "Clients that are not verified are reported once",
    edits: [code(POOL, "    this.#hasReported = true;\n", "")],
    tests: [tests("postgres/pg-internals", "one event says so")],
  },
  {
    guard: "Connecting is retried while the server starts or is full",
    edits: [code(CONNECT_RETRIES, "return NOT_READY.has(state) || (mayChange", "return (mayChange")],
    tests: [tests("faults/connecting", "until it is over")],
  },
  {
    guard: "A connection string without its slashes is no connection string",
    edits: [
      code(CONNECTION_STRING, "  /^postgres(?:ql)?:\\/\\/(?:(?<user>", "  /^postgres(?:ql)?:(?:\\/\\/)?(?:(?<user>"),
    ],
    tests: [tests("postgres/connection-strings", "is refused without its text")],
  },
  {
    guard: "A password whose special characters are not encoded does not end up in the database's name",
    edits: [code(CONNECTION_STRING, "(?:\\/(?<dbname>[^@?#]*))?", "(?:\\/(?<dbname>[^?#]*))?")],
    tests: [tests("postgres/connection-strings", "is refused without its text")],
  },
  {
    guard: "A parameter of a connection string that is not understood is refused",
    edits: [code(CONNECTION_STRING, "throw unknownParameter(given);", "continue;")],
    tests: [tests("postgres/connection-strings", "an unsupported parameter")],
  },
  {
    guard: "A value of a connection string's parameter that is not understood is refused",
    edits: [
      code(
        CONNECTION_STRING,
        "requireAccepted(name, value, FIELD,",
        "if (value === FIELD) requireAccepted(name, value, FIELD,",
      ),
    ],
    tests: [tests("postgres/connection-strings", "an unsupported parameter")],
  },
  {
    guard: "A host that may be a URL with its password is refused",
    edits: [code("src/postgres/config/config.ts", '  if (address.host) requireHost(address.host, "host");\n', "")],
    tests: [tests("postgres/connection-strings", "is refused without its text")],
  },
  {
    guard: "A connection of a pool that this package makes is closed after maxLifetimeSeconds",
    edits: [code("src/postgres/pool/client-class.ts", "    maxLifetimeSeconds: config.maxLifetimeSeconds,\n", "")],
    tests: [tests("postgres/config", "closes an idle connection of a driver's pool")],
  },
  {
    guard: "A maxLifetimeSeconds that is longer than Node's timers is refused",
    edits: [
      code(
        "src/postgres/config/config.ts",
        '"maxLifetimeSeconds", 0, MAX_LIFETIME_SECONDS)',
        '"maxLifetimeSeconds", 0, MAX_TIMER_MILLIS)',
      ),
    ],
    tests: [tests("postgres/config", "maxLifetimeSeconds: 2147484")],
  },
  {
    guard: "PGSSLMODE is honoured where nothing else is given",
    edits: [
      code(
        "src/postgres/config/tls.ts",
        "{ ...parametersOfEnvironment(parameters, isGiven), ...parameters }",
        "{ ...(isGiven ? parametersOfEnvironment(parameters, isGiven) : {}), ...parameters }",
      ),
    ],
    tests: [tests("postgres/connection-strings", "is honoured where nothing else is given")],
  },
  {
    guard: "PGSSLNEGOTIATION is ignored where the connection string sets the negotiation",
    edits: [code("src/postgres/config/tls.ts", ', sslnegotiation: "postgres" })', " })")],
    tests: [tests("postgres/connection-strings", "PGSSLNEGOTIATION is ignored")],
  },
  {
    guard: "The command does not repeat an option that may be a connection string",
    edits: [code("src/cli/usage.ts", "isPlain ? message :", "message !== null ? message :")],
    tests: [tests("cli", "an address behind dashes")],
  },
  {
    guard: "The error of a refused connection says that the server answered, and with which SQLSTATE",
    edits: [
      code(CONNECT_ERRORS, "state === undefined\n    ? `Postgres cannot", "state !== null\n    ? `Postgres cannot"),
    ],
    tests: [tests("faults/connecting", "is tried once, and is a refusal")],
  },
];
