import { code, type Mutation, tests } from "./mutation.js";

const CLIENT = "src/pg-interface.ts";
const ACQUIRE = "src/postgres/pool/acquire.ts";
const PG_CLIENT = "src/postgres/protocol/pg-client.ts";
const OTHER_POOLS = "postgres/other-pools";

/** Pools and clients of callers, whatever their class is. */
export const CALLERS_POOLS: readonly Mutation[] = [
  {
    guard: "A pool needs the functions that are used of it",
    edits: [code(CLIENT, '["connect", "on", "off"]', '["connect"]')],
    tests: [tests(OTHER_POOLS, "a pool without")],
  },
  {
    guard: "A pool's client needs the functions that are used of it",
    edits: [code(CLIENT, '["query", "on", "off", "release"]', '["query"]')],
    tests: [tests(OTHER_POOLS, "a pool whose clients have no")],
  },
  {
    guard: "A client that cannot be used is returned to its pool",
    edits: [code(ACQUIRE, "      (client as Partial<PostgresPoolClient>).release?.(true);\n", "")],
    tests: [tests(OTHER_POOLS, "a pool whose clients have no")],
  },
  {
    guard: "A pool may return promises where pg takes callbacks",
    edits: [code(ACQUIRE, "  if (isPromise(answer)) {\n", "  if (isPromise(answer) && queue.length < 0) {\n")],
    tests: [tests(OTHER_POOLS, "serves every function")],
  },
  {
    guard: "A pool that calls back and returns a promise gives each client once",
    edits: [code(ACQUIRE, "    waiting = undefined;\n", "")],
    tests: [tests(OTHER_POOLS, "gives each client once")],
  },
  {
    guard: "Calls that wait for a connection of createPool do not outwait its end",
    edits: [code("src/postgres/pool/create-pool.ts", "    rejectPendingRequests(this.#connecting);\n", "")],
    tests: [tests("faults/exhausted-pool", "are rejected when it ends")],
  },
  {
    guard: "A client may return promises where pg takes callbacks",
    edits: [
      code(PG_CLIENT, "    if (isPromise(answer)) answer.then(", "    if (answer === null) Promise.resolve().then("),
    ],
    tests: [tests(OTHER_POOLS, "carries the transactions")],
  },
];
