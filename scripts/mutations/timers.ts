import { code, type Mutation, tests } from "./mutation.js";

const DEADLINES = "src/postgres/protocol/deadlines.ts";
const ACQUIRE = "src/postgres/pool/acquire.ts";
const SOURCES = "src/timers.ts";

/** Deadlines in a process whose event loop is blocked, or whose timers are fake. */
export const TIMERS: readonly Mutation[] = [
  {
    guard: "A deadline expires only after sockets were read once more",
    edits: [
      code(
        DEADLINES,
        "      onNextTurn(() => {\n        if (!this.#isCancelled) this.#onDeadline();\n      });",
        "      this.#onDeadline();",
      ),
    ],
    tests: [tests("postgres/late-deadlines", "after sockets were read once more")],
  },
  {
    guard: "A deadline that is cancelled while sockets are read does not expire",
    edits: [code(DEADLINES, "if (!this.#isCancelled) this.#onDeadline();", "this.#onDeadline();")],
    tests: [tests("postgres/late-deadlines", "after sockets were read once more")],
  },
  {
    guard: "A deadline is postponed for as long as the event loop was blocked",
    edits: [code(DEADLINES, "Math.min(difference, this.#milliseconds)", "0")],
    tests: [tests("postgres/late-deadlines", "postponed by as long")],
  },
  {
    guard: "A deadline is postponed by its own length at most",
    edits: [code(DEADLINES, "Math.min(difference, this.#milliseconds)", "difference")],
    tests: [tests("postgres/late-deadlines", "by its own length at most")],
  },
  {
    guard: "A deadline that was postponed can be cancelled",
    edits: [code(DEADLINES, "    this.#timer = setTimer(expire,", "    setTimer(expire,")],
    tests: [tests("postgres/late-deadlines", "that was postponed can be cancelled")],
  },
  {
    guard: "No timer of pg-pool ends a connection whose responses were not read yet",
    edits: [
      code(
        "src/postgres/pool/pool.ts",
        "pgPoolConfig(this.#config, Client)",
        "{ ...pgPoolConfig(this.#config, pg.Client), connectionTimeoutMillis: connectionTimeoutMillis + 250 }",
      ),
    ],
    tests: [tests("faults/blocked-loop", "connections that were being established")],
  },
  {
    guard: "An attempt to connect without a response times out",
    edits: [
      code(
        "src/postgres/pool/client-class.ts",
        "new Deadline(attemptMillis, () => destroyStream(this, new ConnectTimeout()));",
        "new Deadline(attemptMillis, () => {});",
      ),
    ],
    tests: [tests("faults/fake-timers", "an attempt to connect without a response")],
  },
  {
    guard: "A call whose last attempt to connect got no response has timed out",
    edits: [code("src/postgres/pool/connect-errors.ts", "lastFailure instanceof ConnectTimeout || ", "")],
    tests: [tests("faults/fake-timers", "when no attempt of several gets a response")],
  },
  {
    guard: "An acquire that has timed out is withdrawn from pg-pool's queue",
    edits: [code(ACQUIRE, "    this.#withdraw();\n", "")],
    tests: [tests("faults/exhausted-pool", "leave the queue")],
  },
  {
    guard: "Timers are taken at import, before an application's tests replace them",
    edits: [
      code(
        SOURCES,
        'ifReal(globalThis.setTimeout, globalThis.clearTimeout, "Timeout") ?? setSocketTimer;',
        "(onTime: () => void, milliseconds: number) => globalThis.setTimeout(onTime, milliseconds);",
      ),
    ],
    tests: [tests("faults/fake-timers", "connecting is retried while a server is starting")],
  },
  {
    guard: "The turns of the event loop are taken at import, before an application's tests replace them",
    edits: [
      code(
        SOURCES,
        'ifReal(globalThis.setImmediate, globalThis.clearImmediate, "Immediate") ?? messageTurns();',
        "(onTurn) => globalThis.setImmediate(onTurn);",
      ),
    ],
    tests: [tests("faults/fake-timers", "after connect()")],
  },
  {
    guard: "Timers that were replaced before the import are not used",
    edits: [
      code(
        SOURCES,
        'return handle.constructor?.name === className && "_idleNext" in handle ? set',
        "return true ? set",
      ),
    ],
    tests: [tests("faults/fake-timers", "before the package is imported")],
  },
  {
    guard: "Timers of node:test, whose class has the same name as Node's, are not used",
    edits: [code(SOURCES, ' && "_idleNext" in handle', "")],
    tests: [tests("faults/fake-timers", "of node:test")],
  },
];
