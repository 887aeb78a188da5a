import { code, type Mutation, sql, tests } from "./mutation.js";

const LOOKUPS = "src/postgres/drivers/cache-lookups.ts";
const LARGE_ANSWERS = "batching/large-answers";

/** Answers that large values would make too large. */
export const LARGE: readonly Mutation[] = [
  {
    guard: "The values of an answer to many calls have a bound on their bytes",
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
    guard: "The values of an answer to getAll have a bound on their bytes",
    edits: [sql("cache", "getCacheEntriesByKey", "      then null\n", "      then value\n")],
    tests: [tests(LARGE_ANSWERS, "getAll of large values")],
  },
  {
    guard: "A value that is larger than an answer may be is fetched apart from others",
    edits: [sql("cache", "getCacheEntry", "then null else value end", "then value else value end")],
    tests: [tests(LARGE_ANSWERS, "no batching G33: values that are larger than an answer may be")],
  },
  {
    guard: "Two large answers are in flight at a time",
    edits: [code("src/postgres/execution/pool-executor.ts", '"large answers": 2,', '"large answers": 10,')],
    tests: [tests(LARGE_ANSWERS, "no batching G33: values that are larger than an answer may be")],
  },
  {
    guard: "A value that was left out of an answer is not taken for an expired one",
    edits: [code(LOOKUPS, "else if (Number(position) > 0) answers", "else if (Number(position) !== 0) answers")],
    tests: [tests(LARGE_ANSWERS, "concurrent gets of large values")],
  },
  {
    guard: "Calls of one statement share a large value",
    edits: [code(LOOKUPS, "values.get(name) ?? getLarge(entry)", "getLarge(entry)")],
    tests: [tests(LARGE_ANSWERS, "share the value, too")],
  },
  {
    guard: "What belongs to a call in flight is not refused while the database closes",
    edits: [
      code(
        "src/postgres/execution/pool-executor.ts",
        'traffic === "large answers" ? () => this.#reenter() : () => this.#enter()',
        "() => this.#enter()",
      ),
    ],
    tests: [tests(LARGE_ANSWERS, "F12: is still fetched")],
  },
  {
    guard: "A call without batching is in flight until its last statement is answered",
    edits: [
      code(
        "src/postgres/execution/pool-executor.ts",
        "return (input) => this.#admit(async () => outputOf(await batchable.one(executor, input)));",
        "return (input) => batchable.one(this, input).then(outputOf);",
      ),
    ],
    tests: [tests(LARGE_ANSWERS, "F12: is still fetched")],
  },
];
