import { code, type Mutation, tests } from "./mutation.js";

const TRANSACTION = "src/postgres/execution/transaction.ts";
const QUEUE = "src/postgres/execution/statement-queue.ts";
const BORROWED_CLIENT = "src/postgres/execution/borrowed-client.ts";
const PG_CLIENT = "src/postgres/protocol/pg-client.ts";
const POOL_EXECUTOR = "src/postgres/execution/pool-executor.ts";
const CALLS = "src/auth/transactions/calls.ts";
const IMPORT = "src/auth/functions/import.ts";

const UNAWAITED = "transactions/unawaited-calls";
const IMPORTS = "transactions/imports";
const LEFTOVERS = "transactions/leftovers";
const CALL_ERRORS = "src/postgres/protocol/call-errors.ts";
const TRANSACTION_RUNNER = "src/postgres/execution/transaction-runner.ts";

/** Transactions: the package's own, and those that callers take part in. */
export const TRANSACTIONS: readonly Mutation[] = [
  {
    guard: "A COMMIT that is answered by ROLLBACK rejects the transaction",
    edits: [
      code(
        TRANSACTION,
        '  if (outcome !== "COMMIT") throw transaction.firstError ?? rolledBack();\n',
        '  if (outcome === "") throw rolledBack();\n',
      ),
    ],
    tests: [tests("faults/transactions", "F6: a commit that Postgres answers with ROLLBACK")],
  },
  {
    guard: "A commit in a distributed schema that is answered by XX000 is ambiguous",
    edits: [code(TRANSACTION, "throw isDistributed && ", "throw isDistributed === null && ")],
    tests: [tests("distributed/commits", "answered by XX000")],
  },
  {
    guard: "Only an internal error makes a commit in a distributed schema ambiguous",
    edits: [code(TRANSACTION, " && sqlStateOf(error.cause) === SqlState.internalError ?", " && error.cause ?")],
    tests: [tests("distributed/commits", "answered by another error")],
  },
  {
    guard: "A response to an ambiguous commit is not reported as a lost connection",
    edits: [
      code(
        CALL_ERRORS,
        '  if (error.code === "OUTCOME_UNKNOWN" && state === SqlState.internalError) return false;\n',
        "",
      ),
    ],
    tests: [tests("distributed/commits", "answered by XX000")],
  },
  {
    guard: "A failed transaction is rolled back before its connection is used again",
    edits: [code(TRANSACTION, '    await queue.rollBack("rollback");\n    throw error;\n', "    throw error;\n")],
    tests: [tests("faults/transactions", "F6")],
  },
  {
    guard: "Transactions are read committed, whatever the default is",
    edits: [code(TRANSACTION, '"begin isolation level read committed; select"', '"begin"')],
    tests: [tests("faults/transactions", "F6: a transaction sees what was committed while it waited")],
  },
  {
    guard: "A connection that is lost under SQL of the caller's is CONNECTION_UNAVAILABLE",
    edits: [
      code(
        TRANSACTION,
        "error instanceof ResponseTimeout || isEndOfConnection(error);",
        "error instanceof ResponseTimeout;",
      ),
    ],
    tests: [tests("transactions/all-or-nothing", "F4: during a statement", "F4: before one")],
  },
  {
    guard: "A mistake in a query of the caller's is no lost connection",
    edits: [
      code(
        TRANSACTION,
        "error instanceof ResponseTimeout || isEndOfConnection(error);",
        "error instanceof ResponseTimeout || sqlStateOf(error) === undefined;",
      ),
    ],
    tests: [tests("transactions/all-or-nothing", "F4: is no name for a mistake")],
  },
  {
    guard: "A transaction that has not begun is run on another connection if its own was lost",
    edits: [code(TRANSACTION_RUNNER, "!hasBegun && !isElsewhere && isLost(error);", "hasBegun && !hasBegun;")],
    tests: [tests("faults/lost-commits", "is lost before its work begins")],
  },
  {
    guard: "SQL of the caller's does not change the isolation level",
    edits: [
      code(TRANSACTION, '"begin isolation level read committed; select"', '"begin isolation level read committed"'),
    ],
    tests: [tests("transactions/client-queries", "does not change the isolation level")],
  },
  {
    guard: "A transaction respects default_transaction_read_only",
    edits: [
      code(
        TRANSACTION,
        '"begin isolation level read committed; select"',
        '"begin isolation level read committed read write"',
      ),
    ],
    tests: [tests("faults/read-only-server", "G67: a fence")],
  },
  {
    guard: "A transaction rejects with its first error",
    edits: [
      code(
        TRANSACTION,
        "      if (state === SqlState.inFailedTransaction && this.#firstError !== undefined) throw this.#firstError;\n",
        "",
      ),
    ],
    tests: [tests("transactions/all-or-nothing", "the first error wins")],
  },
  {
    guard: "A call that has begun sends nothing after the end of its transaction",
    edits: [code(TRANSACTION, "    if (this.#isOver) throw transactionEnded();\n", "")],
    tests: [tests(UNAWAITED, "nothing follows the rollback")],
  },
  {
    guard: "A nested transaction whose work swallowed an error fails with it",
    edits: [code(TRANSACTION, "      if (inner.#firstError !== undefined) throw inner.#firstError;\n", "")],
    tests: [tests("transactions/nesting", "an error that nested work swallows")],
  },
  {
    guard: "Calls of a transaction run one after the other, nested transactions included",
    edits: [code(CALLS, "    const begun = this.#ended;\n", "    const begun = Promise.resolve();\n")],
    tests: [
      tests("transactions/nesting", "nested transactions that are started together"),
      tests(UNAWAITED, "in the order in which"),
    ],
  },
  {
    guard: "A transaction of the caller must be read committed",
    edits: [code(BORROWED_CLIENT, 'if (isolation !== "read committed") {', "if (isolation === null) {")],
    tests: [tests("transactions/callers-client", "is refused, and stays usable")],
  },
  {
    guard: "The caller's SQL cannot end the transaction",
    edits: [
      code(
        "src/postgres/execution/transaction-control.ts",
        "const isBoundary = ALWAYS.has(first)",
        "const isBoundary = ALWAYS.has(text)",
      ),
    ],
    tests: [tests("transactions/after-the-end", "work cannot end the transaction by itself")],
  },
  {
    guard: "Events of a transaction are emitted only after its commit",
    edits: [code("src/auth/functions/stored-auth.ts", "(event) => kept.push(event)", "(event) => this.emit(event)")],
    tests: [tests("transactions/events", "no event is emitted after a rollback")],
  },
  {
    guard: "Calls after the work has settled are refused",
    edits: [code(CALLS, "    if (!this.#isOpen) return Promise.reject(transactionEnded());\n", "")],
    tests: [tests(UNAWAITED, "while earlier calls are completed is refused")],
  },
  {
    guard: "Calls that were made before the work resolved are completed before the commit",
    edits: [code(CALLS, "    await this.#idle();\n", "")],
    tests: [tests(UNAWAITED, "in the order in which", "hashing included")],
  },
  {
    guard: "The unhandled error of a call fails the transaction",
    edits: [code(CALLS, "    if (lost !== undefined) throw lost.error;\n", "    if (lost === null) throw lost;\n")],
    tests: [tests(UNAWAITED, "the unhandled error of a call")],
  },
  {
    guard: "A transaction in which a nested one is open is not committed",
    edits: [code(CALLS, "    if (this.#nested > 0) {\n", "    if (this.#nested < 0) {\n")],
    tests: [tests(UNAWAITED, "if a nested one has not begun when the outer work resolves")],
  },
  {
    guard: "While a nested transaction is open the outer one refuses calls",
    edits: [code(CALLS, "this.#begin(start, this.#nested > 0)", "this.#begin(start, false)")],
    tests: [tests(UNAWAITED, "inside a nested transaction every call on the outer one")],
  },
  {
    guard: "A checkPassword that uses the transaction of its call is refused",
    edits: [code(CALLS, "      if (this.#isChecking) throw waitsForItself();\n", "")],
    tests: [tests("auth/check-password", "of the transaction is refused")],
  },
  {
    guard: "A checkPassword of a nested transaction can use neither that one nor the outer one",
    edits: [code(CALLS, "current = current.outer;", "current = undefined;")],
    tests: [tests("auth/check-password", "for a call of the nested transaction")],
  },
  {
    guard: "Code that a checkPassword has left running is refused only during the check",
    edits: [code(CALLS, "      check.hasEnded = true;\n", "")],
    tests: [tests("auth/check-password", "can leave code that uses the transaction later")],
  },
  {
    guard: "The use of the transaction by checkPassword is not reported as a refused password",
    edits: [
      code(
        "src/auth/functions/context.ts",
        '    if (error instanceof PevensieError && error.field === "checkPassword") throw error;\n',
        "",
      ),
    ],
    tests: [tests("auth/check-password", "of the transaction is refused")],
  },
  {
    guard: "A nested call that is refused does not hide the one that runs",
    edits: [code(CALLS, "if (hasBegun) this.#nestedRuns = false;", "this.#nestedRuns = false;")],
    tests: [tests(UNAWAITED, "a nested call that is refused for its arguments")],
  },
  {
    guard: "A nested call that is refused before its turn does not begin when that comes",
    edits: [
      code(
        CALLS,
        "start({ ...turn, take: () => turn.take().then(begin) })",
        "start({ ...turn, take: ((begun) => () => begun)(turn.take().then(begin)) })",
      ),
    ],
    tests: [tests("transactions/nesting", "a nested transaction that is refused before its turn")],
  },
  {
    guard: "The iterable and onProgress of an import can wait for calls of its transaction",
    edits: [code(CALLS, "      if (isPromise(returned)) {\n", "      if (returned === this) {\n")],
    tests: [tests(IMPORTS, "the iterable and onProgress of an import can use")],
  },
  {
    guard: "An import in a transaction has its place among other calls unless it waits for a promise",
    edits: [code(CALLS, "      if (isPromise(returned)) {\n", "      if (returned !== this) {\n")],
    tests: [tests(IMPORTS, "takes effect in the place of the call")],
  },
  {
    guard: "onProgress of an import can wait for calls of its transaction",
    edits: [
      code(
        IMPORT,
        '    await invokeCallback(() => (onProgress as ImportOptions["onProgress"])?.(progress));\n',
        '    await (onProgress as ImportOptions["onProgress"])?.(progress);\n',
      ),
    ],
    tests: [tests(IMPORTS, "the iterable and onProgress of an import can use")],
  },
  {
    guard: "Promises that an import iterates over can wait for calls of its transaction",
    edits: [code(IMPORT, "await invokeCallback(() => result.value)", "await result.value")],
    tests: [tests(IMPORTS, "promises of users")],
  },
  {
    guard: "An iterable that an import closes can wait for calls of its transaction",
    edits: [code(IMPORT, "await invokeCallback(() => iterator.return?.());", "await iterator.return?.();")],
    tests: [tests(IMPORTS, "an iterable that is closed")],
  },
  {
    guard: "An import that waits for its iterable when the work resolves is completed before the commit",
    edits: [code(CALLS, "    await this.#idle();\n", "    await this.#ended;\n")],
    tests: [tests(IMPORTS, "is completed when the work has resolved")],
  },
  {
    guard: "A nested transaction cannot wait for an import of the outer one",
    edits: [
      code(
        CALLS,
        "        if (reserved === undefined && this.#nested > 0) throw nestedIsOpen();\n",
        "        if (reserved === undefined && this.#nested < 0) throw nestedIsOpen();\n",
      ),
    ],
    tests: [tests(IMPORTS, "is refused while a nested transaction is open")],
  },
  {
    guard: "A nested transaction's work cannot wait for another one of the outer transaction",
    edits: [
      code(
        CALLS,
        "    if (!this.#isOpen || this.#nestedRuns || this.#isChecking) return this.#begin(start, this.#nestedRuns);\n",
        "    if (!this.#isOpen || this.#isChecking) return this.#begin(start, false);\n",
      ),
    ],
    tests: [tests(UNAWAITED, "inside a nested transaction every call on the outer one")],
  },
  {
    guard: "A transaction does not run on the client of another one",
    edits: [code("src/auth/functions/stored-auth.ts", "    requireNoTransactionClient(client);\n", "")],
    tests: [tests(UNAWAITED, "in a transaction that has its only connection")],
  },
  {
    guard: "The client of another copy's transaction is refused immediately",
    edits: [
      code(
        "src/auth/transactions/proxies.ts",
        'Symbol.for("pevensie.TransactionClient")',
        'Symbol("pevensie.TransactionClient")',
      ),
    ],
    tests: [tests("transactions/nesting", "also by another copy")],
  },
  {
    guard: "A query's arguments are read when it is called",
    edits: [
      code(
        "src/auth/transactions/proxies.ts",
        "      const statement = readQuery(given, values, callback);\n      return turn.take().then(() => driversClient.query(statement));\n",
        "      return turn.take().then(() => driversClient.query(readQuery(given, values, callback)));\n",
      ),
    ],
    tests: [tests("transactions/client-queries", "changes of the arguments after the call")],
  },
  {
    guard: "Callbacks and cursors are refused in a transaction",
    edits: [
      code(
        "src/auth/transactions/query.ts",
        'if (typeof given["submit"] === "function") {',
        'if (given["submit"] === null) {',
      ),
    ],
    tests: [tests("transactions/client-queries", "a cursor", "a pg.Query")],
  },
  {
    guard: "The statement in flight is answered before the rollback is sent",
    edits: [
      code(
        QUEUE,
        "    const turn = this.#answered.then(async () => {\n",
        "    const turn = Promise.resolve().then(async () => {\n",
      ),
    ],
    tests: [tests(UNAWAITED, "the statement in flight is answered before it")],
  },
  {
    guard: "After a response timeout nothing is sent but the rollback",
    edits: [code(QUEUE, "      if (this.#broken !== undefined) throw this.#broken;\n", "")],
    tests: [tests("transactions/unanswered", "is sent nothing but the rollback")],
  },
  {
    guard: "On a borrowed client, the server cancels statements that take too long",
    edits: [code(BORROWED_CLIENT, "  await set(timeoutMillis);\n", "")],
    tests: [tests("transactions/unanswered", "is usable right after a statement that took too long")],
  },
  {
    guard: "The loss of a borrowed client during a call does not end the process",
    edits: [code(BORROWED_CLIENT, "  ignoreLosses(client, true);\n", "")],
    tests: [tests("transactions/callers-client", "an error event after the loss of a client")],
  },
  {
    guard: "The loss of a borrowed client may be reported after the call has failed",
    edits: [code(BORROWED_CLIENT, "(isDone || isUsable()) && others === 0", "others === 0")],
    tests: [tests("transactions/callers-client", "an error event after the loss of a client")],
  },
  {
    guard: "A call that succeeds leaves no listener on a borrowed client",
    edits: [
      code(BORROWED_CLIENT, "    if ((isDone || isUsable()) && others === 0) ignoreLosses(client, false);\n", ""),
    ],
    tests: [tests("cache/tag-transactions", "leaves no listener on its client")],
  },
  {
    guard: "Many calls on a borrowed client add one listener",
    edits: [
      code(
        BORROWED_CLIENT,
        "  ignoreLosses(client, false);\n  ignoreLosses(client, true);",
        "  ignoreLosses(client, true);",
      ),
    ],
    tests: [tests("transactions/callers-client", "many calls at the same time")],
  },
  {
    guard: "A transaction of the caller gets its statement_timeout back",
    edits: [code(BORROWED_CLIENT, "      await restore();\n", "")],
    tests: [tests(LEFTOVERS, "on the caller's client")],
  },
  {
    guard: "A savepoint of the caller's does not hide that of a nested transaction",
    edits: [code(TRANSACTION, "const savepoint = `", "const savepoint = SAVEPOINT || `")],
    tests: [tests("transactions/nesting", "a savepoint of the caller's")],
  },
  {
    guard: "disconnect() rejects transactions whose work does not settle",
    edits: [code(POOL_EXECUTOR, "    this.#parts.transactions.abandonCallerWork(notConnected());\n", "")],
    tests: [tests(UNAWAITED, "disconnect() settles")],
  },
  {
    guard: "The end of a transaction rejects nested ones whose work does not settle",
    edits: [code(TRANSACTION, "    this.#nestedWork.rejectAll(transactionEnded());\n", "")],
    tests: [tests(UNAWAITED, "disconnect() settles")],
  },
  {
    guard: "A connection of an owned pool is reset after the caller's SQL",
    edits: [code(TRANSACTION_RUNNER, '|| leftovers === "none" ||', '|| leftovers !== "unknown" ||')],
    tests: [tests(LEFTOVERS, "G32")],
  },
  {
    guard: "A connection of a borrowed pool is not reset",
    edits: [code(TRANSACTION_RUNNER, "    const { isOwned } = this.#pool;\n", "    const isOwned = true;\n")],
    tests: [tests(LEFTOVERS, "on the caller's pool")],
  },
  {
    guard: "A connection whose prepared statements may be gone is closed",
    edits: [code(TRANSACTION_RUNNER, '    if (isOwned && leftovers === "unknown") connection.close();\n', "")],
    tests: [tests(LEFTOVERS, "deallocated is replaced")],
  },
  {
    guard: "A connection on which the caller's SQL left a prepared statement is closed",
    edits: [
      code(
        PG_CLIENT,
        "    if (prepared?.rowCount !== 0) connection.close();\n",
        "    if (prepared?.rowCount === null) connection.close();\n",
      ),
    ],
    tests: [tests(LEFTOVERS, "a prepared statement is gone")],
  },
  {
    guard: "A connection that cannot be reset is closed",
    edits: [code(PG_CLIENT, "  } catch {\n    connection.close();\n", "  } catch {\n")],
    tests: [tests(LEFTOVERS, "cannot be reset is closed")],
  },
];
