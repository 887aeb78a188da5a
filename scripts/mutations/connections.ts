import { code, type Mutation, tests } from "./mutation.js";

const EXECUTION = "src/postgres/protocol/extended-query.ts";
const DATABASE = "src/postgres/execution/pool-executor.ts";
const CLIENT = "src/postgres/protocol/pg-client.ts";
const ERRORS = "src/postgres/protocol/errors.ts";
const CONNECTION_STRING = "src/postgres/config/connection-string.ts";

/** Faults of connections and servers. */
export const CONNECTIONS: readonly Mutation[] = [
  {
    guard: "A write whose answer is lost is not done again",
    edits: [
      code(
        DATABASE,
        'return kind === "read" && !answered && isConnectionLoss(error);',
        "return !answered && isConnectionLoss(error);",
      ),
    ],
    tests: [tests("faults/lost-answers", "F2")],
  },
  {
    guard: "A read whose answer is lost is done once more",
    edits: [code(DATABASE, 'return kind === "read" && !answered && isConnectionLoss(error);', "return false;")],
    tests: [tests("faults/lost-answers", "F2: a read whose answer is lost is done once more")],
  },
  {
    guard: "A read is done once more, not for ever",
    edits: [code(DATABASE, "    if (attempt > 1) return false;\n", "    if (attempt > 5) return false;\n")],
    tests: [tests("faults/lost-answers", "F2: a read whose answer is lost twice")],
  },
  {
    guard: "A write whose answer is lost is OUTCOME_UNKNOWN",
    edits: [code(ERRORS, 'const unknown = kind === "write" && (state', "const unknown = false && (state")],
    tests: [tests("faults/lost-answers", "F2")],
  },
  {
    guard: "A transaction that lost to another one is done again",
    edits: [code(DATABASE, "const again = lost && attempt < TRANSACTION_ATTEMPTS;", "const again = false;")],
    tests: [tests("faults/retries", "of a whole transaction")],
  },
  {
    guard: "A transaction that lost to another one is done again, not for ever",
    edits: [code(DATABASE, "const TRANSACTION_ATTEMPTS = 4;", "const TRANSACTION_ATTEMPTS = 40;")],
    tests: [tests("faults/retries", "but not for ever")],
  },
  {
    guard: "A connection that owes an answer is not used again",
    edits: [
      code(
        CLIENT,
        "error instanceof NoAnswer || isConnectionLoss(error) ||",
        "isConnectionLoss(error) && !(error instanceof NoAnswer) ||",
      ),
    ],
    tests: [tests("faults/black-hole", "F4")],
  },
  {
    guard: "A statement that takes too long is given up",
    edits: [
      code(
        CLIENT,
        "const deadline = deadlineIn(timeout, () => fail(new NoAnswer()));",
        "const deadline = deadlineIn(timeout, () => {});",
      ),
    ],
    tests: [tests("faults/black-hole", "F4: a statement that takes too long")],
  },
  {
    guard: "A pool that is exhausted is a TIMEOUT in time",
    edits: [
      code(
        "src/postgres/pool/acquire.ts",
        "deadlineIn(timeoutMillis, () => giveUp(noneToBeHad(timeoutMillis)));",
        "deadlineIn(timeoutMillis, () => {});",
      ),
    ],
    tests: [tests("faults/exhausted-pool", "F5")],
  },
  {
    guard: "Connections that come too late go back one after the other, and not one inside the other",
    edits: [code("src/postgres/pool/acquire.ts", "        onNextTurn(() => {", "        [0].forEach(() => {")],
    tests: [tests("faults/exhausted-pool", "F5: thousands that gave up on a caller's pool that hides")],
  },
  {
    guard: "The loss of a connection that is lent out ends no process",
    edits: [
      code(
        DATABASE,
        '      client.on("error", ignoreError);\n      abortOnOtherEncoding',
        "      abortOnOtherEncoding",
      ),
    ],
    tests: [tests("batching/faults", "reads are tried once more")],
  },
  {
    guard: "The loss of a connection that a caller's pool lent out ends no process",
    edits: [code(DATABASE, 'client.on("error", ignoreError);\n    this.#checkedOut', "this.#checkedOut")],
    tests: [tests("transactions/after-the-end", "one that is lost in the midst")],
  },
  {
    guard: "The loss of an idle connection ends no process",
    edits: [code(DATABASE, "    hear(this.#pool);\n", "")],
    tests: [
      tests("faults/dead-connections", "F1: an idle connection dies", "F1: an idle connection of a caller's pool"),
    ],
  },
  {
    guard: "A caller's pool keeps no listener",
    edits: [
      code(
        DATABASE,
        "if (pool === this.#config.callerPool) stopHearing(pool);",
        "if (pool === this.#config.callerPool) return;",
      ),
    ],
    tests: [tests("faults/callers-pool", "F12")],
  },
  {
    guard: "A caller's pool is not ended",
    edits: [code(DATABASE, "if (pool === this.#config.callerPool) stopHearing(pool);\n    else await", "await")],
    tests: [tests("faults/callers-pool", "F12")],
  },
  {
    guard: "An auth that was disconnected stays so, whoever connects its driver",
    edits: [
      code(
        "src/lease.ts",
        "    this.#driver = new Proxy({} as Driver, { get: () => () => Promise.reject(notConnected()) });\n",
        "    notConnected();\n",
      ),
    ],
    tests: [tests("auth/lifecycle", "what disconnect() gives can connect again")],
  },
  {
    guard: "disconnect() waits for what is under way",
    edits: [
      code(
        DATABASE,
        "    await this.#idleWithin(this.#config.queryTimeoutMillis);\n",
        "    await this.#idleWithin(0);\n",
      ),
    ],
    tests: [tests("faults/disconnecting", "F12")],
  },
  {
    guard: "No cause of an error holds values of rows",
    edits: [
      code(
        ERRORS,
        "  const cause = sanitizeCause(error);\n  const state",
        "  const cause = error as Error;\n  const state",
      ),
    ],
    tests: [tests("auth/secrets", "G12: no answer of the database is passed on")],
  },
  {
    guard: "An error's message holds no values of rows",
    edits: [code(ERRORS, "const message = withheld ?", "const message = withheld === null ?")],
    tests: [tests("postgres/errors", "the cause")],
  },
  {
    guard: "Values are read by wire types of our own",
    edits: [
      code(EXECUTION, 'import type pg from "pg";', 'import pg from "pg";'),
      code(EXECUTION, "parse: parserOf(dataTypeID)", 'parse: pg.types.getTypeParser(dataTypeID, "text")'),
    ],
    tests: [tests("postgres/type-parsers", "F9")],
  },
  {
    guard: "A pooler that knows no prepared statements is served without",
    edits: [
      code(
        DATABASE,
        "    if (state !== undefined && named && NAMES_UNSUPPORTED.has(state)) {",
        '    if (state === "" && NAMES_UNSUPPORTED.has(state)) {',
      ),
    ],
    tests: [tests("faults/retries", "prepared statements")],
  },
  {
    guard: "A server that is not ready is waited for",
    edits: [
      code(
        "src/postgres/pool/acquire.ts",
        "if (state === SqlState.cannotConnectNow || state === SqlState.tooManyConnections) return timeoutMillis;",
        "if (state === SqlState.cannotConnectNow || state === SqlState.tooManyConnections) return 0;",
      ),
    ],
    tests: [tests("faults/connecting", "is tried again until it is over")],
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
    tests: [tests("postgres/connection-strings", "a parameter that is not understood")],
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
    tests: [tests("postgres/connection-strings", "a parameter that is not understood")],
  },
  {
    guard: "A host that may be a URL with its password is refused",
    edits: [code("src/postgres/config/config.ts", '  if (address.host) requireHost(address.host, "host");\n', "")],
    tests: [tests("postgres/connection-strings", "is refused without its text")],
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
    guard: "The command does not repeat an option that may be a connection string",
    edits: [code("src/cli/usage.ts", "isPlain ? message :", "message !== null ? message :")],
    tests: [tests("cli", "an address behind dashes")],
  },
];
