import { code, type Mutation, sql, tests } from "./mutation.js";

const COUNTERS = "src/postgres/drivers/cache/counters.ts";
const LIMITS = "src/postgres/drivers/cache/limits.ts";
const CACHE_PAGES = "src/postgres/drivers/sweep/cache-pages.ts";
const NOT_EXPIRED = "cache.expires_at operator(pg_catalog.<=) current_timestamp";

const COUNTED: readonly Mutation[] = [
  {
    guard: "Calls that a statement did not apply come before later ones",
    edits: [
      code(
        "src/postgres/execution/batcher.ts",
        "[...notApplied, ...batch.successors]",
        "[...batch.successors, ...notApplied]",
      ),
    ],
    tests: [tests("cache/counters", "G53: take effect in their order")],
  },
  {
    guard: "Only whole numbers are added to",
    edits: [sql("cache", "incrementCacheEntries", "'^(0|-?[1-9][0-9]{0,15})$'", "'^-?[0-9]{1,18}$'")],
    tests: [tests("cache/counters", "is no whole number")],
  },
  {
    guard: "A whole number is a value that a double holds exactly",
    edits: [
      sql(
        "cache",
        "incrementCacheEntries",
        "then pg_catalog.abs(cache.value::bigint) operator(pg_catalog.<=) 9007199254740991\n        and pg_catalog",
        "then pg_catalog",
      ),
    ],
    tests: [tests("cache/counters", "is no whole number")],
  },
  {
    guard: "A sum is a value that a double holds exactly",
    edits: [
      sql(
        "cache",
        "incrementCacheEntries",
        "\n        and pg_catalog.abs(cache.value::bigint operator(pg_catalog.+) excluded.value::bigint)\n          operator(pg_catalog.<=) 9007199254740991",
        "",
      ),
    ],
    tests: [tests("cache/counters", "add up to what no double holds")],
  },
  {
    guard: "A counter keeps its expiry",
    edits: [
      sql(
        "cache",
        "incrementCacheEntries",
        "      cache.expires_at,\n      cache.stale_until",
        "      excluded.expires_at,\n      cache.stale_until",
      ),
    ],
    tests: [tests("cache/counters", "keeps its expiry and tags otherwise")],
  },
  {
    guard: "A counter keeps its tags",
    edits: [
      sql("cache", "incrementCacheEntries", "      cache.tags,\n      cache.snapshot", "      null,\n      null"),
    ],
    tests: [tests("cache/counters", "keeps its expiry and tags otherwise")],
  },
  {
    guard: "An expired counter is 0",
    edits: [
      sql(
        "cache",
        "incrementCacheEntries",
        "coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)",
        "true",
      ),
    ],
    tests: [tests("cache/counters", "gets the ttl when it is created or has expired")],
  },
  {
    guard: "Each of several increments gets its own value",
    edits: [
      code(COUNTERS, "      this.#value += call.by;\n      return this.#value;", "      return this.#value + call.by;"),
    ],
    tests: [tests("cache/counters", "each returns the value after it")],
  },
  {
    guard: "Increments of both signs are not summed",
    edits: [code(COUNTERS, "this.#isClosed || turnsBack ||", "this.#isClosed ||")],
    tests: [tests("cache/counters", "if their signs are mixed")],
  },
  {
    guard: "Increments keep their order",
    edits: [code(COUNTERS, "if (this.#isClosed || turnsBack", "if (turnsBack")],
    tests: [tests("cache/counters", "if their signs are mixed")],
  },
  {
    guard: "A sum that is refused is tried call by call",
    edits: [code(COUNTERS, "filter((sum) => sum.count > 1)", "filter(() => false)")],
    tests: [tests("cache/counters", "those that do not fit are WRONG_VALUE_TYPE")],
  },
  {
    guard: "Calls of a refused sum come before later ones",
    edits: [
      code(
        "src/postgres/execution/batcher.ts",
        "[...notApplied, ...batch.successors]",
        "[...batch.successors, ...notApplied]",
      ),
    ],
    tests: [tests("cache/counters", "where some of them do not fit")],
  },
];

const LIMIT = "'^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'";
const LIMIT_OF_ANY_LENGTH = "'^limit:[1-8][0-9]*:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'";
const HAS_LENGTH = "pg_catalog.octet_length(pg_catalog.split_part(cache.value, ':', 2)) operator(pg_catalog.=) 19";

const LIMITED: readonly Mutation[] = [
  {
    guard: "Text that is almost the state of a limit is none",
    edits: [sql("cache", "admitLimitedCalls", LIMIT_OF_ANY_LENGTH, "'^limit:[0-9:]*$'")],
    tests: [tests("cache/limits", "is no limit, and stays as it is")],
  },
  {
    guard: "Text with too short or too long an arrival time is no limit",
    edits: [sql("cache", "admitLimitedCalls", HAS_LENGTH, "true")],
    tests: [tests("cache/limits", "is no limit, and stays as it is")],
  },
  {
    guard: "Text that is almost a rate limit is evicted: it is counted",
    edits: [sql("cache", "countCacheSample", LIMIT, "'^limit:'")],
    tests: [tests("sweep/eviction", "is almost a rate limit")],
  },
  {
    guard: "Text that is almost a rate limit is evicted: its expiry is considered",
    edits: [sql("cache", "getCacheSampleExpiry", LIMIT, "'^limit:'")],
    tests: [tests("sweep/eviction", "is almost a rate limit")],
  },
  {
    guard: "Text that is almost a rate limit is evicted",
    edits: [sql("cache", "evictCacheEntries", LIMIT, "'^limit:'")],
    tests: [tests("sweep/eviction", "is almost a rate limit")],
  },
  {
    guard: "Text with too short or too long an arrival time is evicted",
    edits: [sql("cache", "evictCacheEntries", LIMIT, LIMIT_OF_ANY_LENGTH)],
    tests: [tests("sweep/eviction", "is almost a rate limit")],
  },
  {
    guard: "Text that is almost the state of a limit is none in a distributed schema",
    edits: [sql("distributed", "citusAdmitLimitedCalls", LIMIT_OF_ANY_LENGTH, "'^limit:[0-9:]*$'")],
    tests: [tests("distributed/limits", "is no limit where the schema is distributed")],
  },
  {
    guard: "Text with too short or too long an arrival time is no limit in a distributed schema",
    edits: [sql("distributed", "citusAdmitLimitedCalls", HAS_LENGTH, "true")],
    tests: [tests("distributed/limits", "is no limit where the schema is distributed")],
  },
  {
    guard: "Text that is longer than a limit is none in a distributed schema",
    edits: [
      sql(
        "distributed",
        "citusAdmitLimitedCalls",
        "      and pg_catalog.octet_length(cache.value) operator(pg_catalog.<=) 100\n",
        "",
      ),
    ],
    tests: [tests("distributed/limits", "is no limit where the schema is distributed")],
  },
  {
    guard: "Text that is longer than a limit is none",
    edits: [
      sql(
        "cache",
        "admitLimitedCalls",
        "    and pg_catalog.octet_length(cache.value) operator(pg_catalog.<=) 100\n",
        "",
      ),
    ],
    tests: [tests("cache/limits", "is no limit, and stays as it is")],
  },
  {
    guard: "Text with tags is no limit, even if it looks like one",
    edits: [
      sql(
        "cache",
        "admitLimitedCalls",
        "    cache.tags is null\n    and pg_catalog.octet_length",
        "    pg_catalog.octet_length",
      ),
    ],
    tests: [tests("cache/limits", "is no limit, even if it looks like one")],
  },
  {
    guard: "What an entry with other tags holds is no arrival time",
    edits: [
      sql(
        "cache",
        "admitLimitedCalls",
        "current_timestamp, true) and cache.tags is null as is_live",
        "current_timestamp, true) as is_live",
      ),
    ],
    tests: [tests("cache/limits", "is replaced once its tags are invalidated")],
  },
  {
    guard: "An entry whose tags were invalidated is replaced by a limit",
    edits: [
      sql(
        "cache",
        "admitLimitedCalls",
        "  or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n",
        "",
      ),
    ],
    tests: [tests("cache/limits", "is replaced once its tags are invalidated")],
  },
  {
    guard: "A limit without an expiry is one",
    edits: [
      sql(
        "cache",
        "admitLimitedCalls",
        "coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)",
        "coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, false)",
      ),
    ],
    tests: [tests("cache/limits", "what a limit without an expiry has taken up")],
  },
  {
    guard: "The entry of a new limit expires no nanosecond before its arrival time",
    edits: [
      sql(
        "cache",
        "admitLimitedCalls",
        "(given.admitted operator(pg_catalog.*) given.emission) operator(pg_catalog.+) 999)",
        "(given.admitted operator(pg_catalog.*) given.emission))",
      ),
    ],
    tests: [tests("cache/limits", "expires no nanosecond before")],
  },
  {
    guard: "The entry of a limit in use expires no nanosecond before its arrival time",
    edits: [sql("cache", "admitLimitedCalls", "                operator(pg_catalog.+) 999\n", "")],
    tests: [tests("cache/limits", "expires no nanosecond before")],
  },
  {
    guard: "Statements for the same limits lock them in the same order",
    edits: [
      sql(
        "cache",
        "admitLimitedCalls",
        'order by given.resource_type collate pg_catalog."C", given.key collate pg_catalog."C"\n',
        "",
      ),
    ],
    tests: [tests("cache/limits", "in another order do not deadlock")],
  },
  {
    guard: "A driver refuses a cost beyond a limit that is in use",
    edits: [sql("cache", "admitLimitedCalls", "when given.emission operator(pg_catalog.<>) 0", "when true")],
    tests: [tests("cache/limits", "a driver refuses a cost beyond the limit")],
  },
  {
    guard: "A limit admits no more calls than it says",
    edits: [
      sql(
        "cache",
        "admitLimitedCalls",
        "least(calls.count, calls.tolerance operator(pg_catalog./) calls.emission) as admitted",
        "calls.count as admitted",
      ),
    ],
    tests: [tests("cache/limits", "without an entry")],
  },
  {
    guard: "What is taken up is not available",
    edits: [
      sql(
        "cache",
        "admitLimitedCalls",
        "(given.tolerance operator(pg_catalog.-) (given.arrival operator(pg_catalog.-) given.now))",
        "given.tolerance",
      ),
    ],
    tests: [tests("cache/limits", "ns of 10 s taken up")],
  },
  {
    guard: "Time that passes unused admits no more than the limit",
    edits: [
      sql(
        "cache",
        "admitLimitedCalls",
        "greatest(clock.now, pg_catalog.split_part(cache.value, ':', 2)::bigint)",
        "pg_catalog.split_part(cache.value, ':', 2)::bigint",
      ),
      sql(
        "cache",
        "admitLimitedCalls",
        "coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true) and cache.tags is null",
        "true",
      ),
    ],
    tests: [tests("cache/limits", "ns of 10 s taken up")],
  },
  {
    guard: "A refusal takes up nothing",
    edits: [
      sql(
        "cache",
        "admitLimitedCalls",
        "            greatest(\n              0,",
        "            greatest(\n              1,",
      ),
    ],
    tests: [tests("cache/limits", "is nothing for refused calls")],
  },
  {
    guard: "An entry that is something else is no limit",
    edits: [
      sql("cache", "admitLimitedCalls", `cache.value operator(pg_catalog.~) ${LIMIT_OF_ANY_LENGTH}`, "true"),
      sql("cache", "admitLimitedCalls", HAS_LENGTH, "true"),
    ],
    tests: [tests("cache/limits", "is no limit, and stays as it is")],
  },
  {
    guard: "An expired limit is none",
    edits: [sql("cache", "admitLimitedCalls", `  ${NOT_EXPIRED}\n  or (cache.tags`, "  (cache.tags")],
    tests: [tests("cache/driver-contract", "a live entry that is something else is WRONG_VALUE_TYPE")],
  },
  {
    guard: "The entry of a limit does not expire before its arrival time",
    edits: [
      sql(
        "cache",
        "admitLimitedCalls",
        "                operator(pg_catalog.+) (decided.admitted operator(pg_catalog.*) decided.emission)\n                operator(pg_catalog.+) 999",
        "                operator(pg_catalog.+) 999",
      ),
    ],
    tests: [tests("cache/limits", "no more calls than the rate", "every sequence of calls")],
  },
  {
    guard: "Calls with different costs or limits are not counted as equal",
    edits: [code(LIMITS, "this.#isClosed || !isEqual", "this.#isClosed")],
    tests: [tests("cache/limits", "different costs have the results")],
  },
  {
    guard: "Calls for a limit keep their order",
    edits: [code(LIMITS, "this.#isClosed || !isEqual", "!isEqual")],
    tests: [tests("cache/limits", "different costs have the results")],
  },
  {
    guard: "Calls with different windows are not counted as equal",
    edits: [code(LIMITS, " && call.windowSeconds === windowSeconds", "")],
    tests: [tests("cache/limits", "different limits and windows apply")],
  },
  {
    guard: "Of several admitted calls each has its own rest",
    edits: [code(LIMITS, "takenUp - (admitted - place - 1) * emission * call.cost", "takenUp")],
    tests: [tests("cache/limits", "equal ones have the results")],
  },
  {
    guard: "retryAfterSeconds includes the cost of the call",
    edits: [code(LIMITS, "(taken + emission * call.cost - tolerance)", "(taken + emission - tolerance)")],
    tests: [tests("cache/limits", "retryAfterSeconds is when")],
  },
  {
    guard: "As many calls as the limit fit into the window",
    edits: [
      code(
        LIMITS,
        "return Math.floor((windowSeconds * NANOSECONDS) / limit);",
        "return Math.ceil((windowSeconds * NANOSECONDS) / limit);",
      ),
    ],
    tests: [tests("cache/limits", "fits into the window")],
  },
];

const EVICTED: readonly Mutation[] = [
  {
    guard: "An eviction takes what expires soonest",
    edits: [
      sql(
        "cache",
        "evictCacheEntries",
        "\n      operator(pg_catalog.<=) :untilSeconds!::pg_catalog.numeric",
        "\n      operator(pg_catalog.<>) :untilSeconds!::pg_catalog.numeric",
      ),
    ],
    tests: [tests("sweep/eviction", "evicts what expires soonest")],
  },
  {
    guard: "An eviction takes entries without an expiry last",
    edits: [
      sql(
        "cache",
        "getCacheSampleExpiry",
        "coalesce(expires_at, 'infinity'::pg_catalog.timestamptz)",
        "coalesce(expires_at, '-infinity'::pg_catalog.timestamptz)",
      ),
    ],
    tests: [tests("sweep/eviction", "entries without an expiry last")],
  },
  {
    guard: "An eviction spares rate limits",
    edits: [sql("cache", "evictCacheEntries", `value operator(pg_catalog.!~) ${LIMIT}`, "true")],
    tests: [tests("sweep/eviction", "evicts no rate limit")],
  },
  {
    guard: "An eviction takes no more than the excess",
    edits: [code(CACHE_PAGES, "batchSize: Math.min(size, limit - pace.removed) }", "batchSize: size }")],
    tests: [tests("sweep/eviction", "expire at the same time")],
  },
  {
    guard: "An eviction takes no more rows in one statement than the batch size",
    edits: [sql("cache", "evictCacheEntries", "  limit :batchSize!::int\n", "  limit :batchSize!::int + 1000\n")],
    tests: [tests("sweep/eviction", "no batch removes more")],
  },
  {
    guard: "An eviction does not wait for locks (SKIP LOCKED)",
    edits: [sql("cache", "evictCacheEntries", "for update skip locked", "for update")],
    tests: [tests("sweep/eviction", "skips entries that are locked")],
  },
];

/** Counters, rate limits and evictions. */
export const CACHE_COUNTERS: readonly Mutation[] = [...COUNTED, ...LIMITED, ...EVICTED];
