import { code, type Mutation, sql, tests } from "./mutation.js";

const LOOKUPS = "src/postgres/drivers/cache/lookups.ts";
const LARGE_ANSWERS = "batching/large-answers";
const SERVER_ERRORS = "src/postgres/protocol/server-errors.ts";
const DISPATCH = "src/postgres/execution/dispatch.ts";

/** Answers that large values would make too large. */
export const LARGE: readonly Mutation[] = [
  {
    guard: "A row that cannot be copied fails no other call of its batch",
    edits: [code(SERVER_ERRORS, "  if (error instanceof UncopyableRow) return true;\n", "")],
    tests: [tests("batching/faults", "metadata that is too deep to be copied")],
  },
  {
    guard: "The values of a response to many calls are bounded in bytes",
    edits: [
      sql(
        "cache",
        "getCacheEntries",
        "    when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) :largest::pg_catalog.int4 then null\n",
        "",
      ),
    ],
    tests: [tests(LARGE_ANSWERS, "concurrent gets of large values", "getMany of large values")],
  },
  {
    guard: "The values of a response to getAll are bounded in bytes",
    edits: [sql("cache", "getCacheEntriesByKey", "      then null\n", "      then value\n")],
    tests: [tests(LARGE_ANSWERS, "getAll of large values")],
  },
  {
    guard: "A value over the size limit of a response is fetched separately",
    edits: [sql("cache", "getSmallCacheEntry", "then null else value end", "then value else value end")],
    tests: [tests(LARGE_ANSWERS, "no batching G33: values over the size limit of a response")],
  },
  {
    guard: "At most two large responses are in flight",
    edits: [code(DISPATCH, '"large-answers": 2,', '"large-answers": 10,')],
    tests: [tests(LARGE_ANSWERS, "no batching G33: values over the size limit of a response")],
  },
  {
    guard: "A value that was left out of a response is not treated as expired",
    edits: [code(LOOKUPS, "else if (Number(position) > 0) answers", "else if (Number(position) !== 0) answers")],
    tests: [tests(LARGE_ANSWERS, "concurrent gets of large values")],
  },
  {
    guard: "Calls of one statement share a large value",
    edits: [code(LOOKUPS, "values.get(name) ?? getLarge(entry)", "getLarge(entry)")],
    tests: [tests(LARGE_ANSWERS, "share the value, too")],
  },
  {
    guard: "A statement on behalf of a call in flight is not refused during a shutdown",
    edits: [code(LOOKUPS, "admitted.batch(largeEntries(getLarge))", "executor.batch(largeEntries(getLarge))")],
    tests: [tests(LARGE_ANSWERS, "F12: is still fetched")],
  },
  {
    guard: "Without batching, a call is in flight until its last statement is answered",
    edits: [
      code(
        DISPATCH,
        "return (input) => gate.run(async () => outputOf(await operation.one(executor, input)));",
        "return (input) => operation.one(this, input).then(outputOf);",
      ),
    ],
    tests: [tests(LARGE_ANSWERS, "F12: is still fetched")],
  },
];
