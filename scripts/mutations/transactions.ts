import { code, type Mutation, tests } from "./mutation.js";

const TRANSACTION = "src/postgres/transaction.ts";

/** Transactions: the package's own, and those that callers take part in. */
export const TRANSACTIONS: readonly Mutation[] = [
  {
    guard: "COMMIT that is answered by ROLLBACK is a failure",
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
    guard: "A failed transaction is rolled back before its connection is used again",
    edits: [code(TRANSACTION, "    await rollBack(client, timeout);\n", ""), code(TRANSACTION, " rollBack,", "")],
    tests: [tests("faults/transactions", "F6")],
  },
  {
    guard: "Transactions are read committed, whatever the default is",
    edits: [code(TRANSACTION, '"begin isolation level read committed read write"', '"begin"')],
    tests: [tests("faults/transactions", "F6: a transaction sees what was committed while it waited")],
  },
  {
    guard: "The first error of a transaction is the one that surfaces",
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
    guard: "What is used after the end of its transaction is refused",
    edits: [code(TRANSACTION, "    if (!this.#hasEnded) return;\n", "    if (this.#client !== null) return;\n")],
    tests: [tests("transactions/after-the-end", "once the transaction")],
  },
  {
    guard: "A nested transaction whose work kept an error to itself fails with it",
    edits: [code(TRANSACTION, "      if (inner.#firstError !== undefined) throw inner.#firstError;\n", "")],
    tests: [tests("transactions/nesting", "an error that nested work keeps to itself")],
  },
  {
    guard: "Nested transactions that are started together run one after the other",
    edits: [
      code(TRANSACTION, "const turn = this.#nested.then(() => this.nested(work));", "const turn = this.nested(work);"),
    ],
    tests: [tests("transactions/nesting", "nested ones that are started together")],
  },
  {
    guard: "A caller's transaction has to be read committed",
    edits: [code(TRANSACTION, 'if (isolation !== "read committed") {', "if (isolation === null) {")],
    tests: [tests("transactions/callers-client", "is refused, and stays usable")],
  },
  {
    guard: "The caller's SQL cannot end the transaction",
    edits: [
      code(
        "src/postgres/transaction-control.ts",
        "const isBoundary = ALWAYS.has(first)",
        "const isBoundary = ALWAYS.has(text)",
      ),
    ],
    tests: [tests("transactions/after-the-end", "work cannot end the transaction by itself")],
  },
  {
    guard: "Events of a transaction are told after its commit, and not without one",
    edits: [code("src/auth/functions.ts", "() => store, keep), own);", "() => store, this.#emit), own);")],
    tests: [tests("transactions/events", "none is told after a rollback")],
  },
];
