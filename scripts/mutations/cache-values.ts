import { code, type Mutation, sql, tests } from "./mutation.js";

const NEAR = "src/cache/near.ts";
const RESOURCE = "src/cache/resource.ts";
const COUNTERS = "src/postgres/drivers/cache-counters.ts";
const LIMITS = "src/postgres/drivers/cache-limits.ts";
const CACHE = "src/cache/cache.ts";
const INPUT = "src/cache/input.ts";
const SWEEP = "src/postgres/drivers/sweep.ts";
const NOT_EXPIRED = "cache.expires_at operator(pg_catalog.<=) current_timestamp";

/** Values that the process keeps. */
const KEPT: readonly Mutation[] = [
  {
    guard: "A kept value is served no longer than its age",
    edits: [code(NEAR, "if (now() - entry.readAt < this.#maxAgeMillis) return", "if (this.#maxAgeMillis > 0) return")],
    tests: [tests("cache/near", "is served until it is maxAgeMillis old")],
  },
  {
    guard: "The age of a kept value is counted from before its lookup",
    edits: [code(NEAR, "readAt: sentAt }", "readAt: now() }")],
    tests: [tests("cache/near", "the age is counted from before the lookup")],
  },
  {
    guard: "A lookup that a write outdates is not kept",
    edits: [code(NEAR, "!reading.isOutdated && ", "")],
    tests: [tests("cache/near", "though a lookup that began before it")],
  },
  {
    guard: "A lookup that a write of unnamed entries outdates is not kept",
    edits: [code(NEAR, "    for (const reading of this.#reading.values()) reading.isOutdated = true;\n", "")],
    tests: [tests("cache/near", "though a lookup that began before it")],
  },
  {
    guard: "A lookup that a write of its entry outdates is not kept",
    edits: [code(NEAR, "    reading.isOutdated = true;\n    this", "    this")],
    tests: [tests("cache/near", "though a lookup that began before it")],
  },
  {
    guard: "A lookup within a write of its entry is not kept",
    edits: [
      code(NEAR, " && !this.#writing.has(name)", ""),
      code(NEAR, "        else this.#writing.set(name, others);\n        this.#forget(name);\n", ""),
    ],
    tests: [tests("cache/near", "though a lookup that began and ended during it")],
  },
  {
    guard: "A write of unnamed entries forgets what was kept during it",
    edits: [code(NEAR, "    } finally {\n      this.#forgetAll();\n    }", "    } finally {\n    }")],
    tests: [tests("cache/near", "though a lookup that began and ended during it")],
  },
  {
    guard: "Kept values are limited in number",
    edits: [code(NEAR, "LRUCache({ max: maxEntries })", "LRUCache({ max: maxEntries + 1000 })")],
    tests: [tests("cache/near", "read longest ago make room")],
  },
  {
    guard: "An empty value is kept",
    edits: [code(CACHE, "return value ?? this.#read(", "return value || this.#read(")],
    tests: [tests("cache/near", "an empty value is one")],
  },
  ...(
    [
      ["set", "this.#write(name, () => this.#driver.set(name, text, terms))", "this.#driver.set(name, text, terms)"],
      [
        "setIfAbsent",
        "this.#write(name, () => this.#driver.setIfAbsent(name, text, terms))",
        "this.#driver.setIfAbsent(name, text, terms)",
      ],
      ["delete", "this.#write(name, () => this.#driver.delete(name))", "this.#driver.delete(name)"],
      [
        "increment",
        "this.#write(name, () => this.#driver.increment(name, by, ttlMillis))",
        "this.#driver.increment(name, by, ttlMillis)",
      ],
      [
        "deleteMany",
        "this.#writeMany(type, checked, () => this.#driver.deleteMany(type, checked))",
        "this.#driver.deleteMany(type, checked)",
      ],
      [
        "setMany",
        "this.#writeMany(type, checked.keys(), () => this.#driver.setMany(type, checked, terms))",
        "this.#driver.setMany(type, checked, terms)",
      ],
      [
        "invalidateTags",
        "this.#writeAny(() => this.#driver.invalidateTags(checked, client ?? undefined))",
        "this.#driver.invalidateTags(checked, client ?? undefined)",
      ],
      ["clear", "this.#writeAny(() => this.#driver.clear(type))", "this.#driver.clear(type)"],
    ] as const
  ).map(
    ([name, find, replace]): Mutation => ({
      guard: `What is kept is forgotten when it changes: ${name}`,
      edits: [code(CACHE, find, replace)],
      tests: [tests("cache/near", `${name} by the cache`)],
    }),
  ),
];

const TYPED: readonly Mutation[] = [
  {
    guard: "A stored value that the schema refuses is a miss",
    edits: [code(RESOURCE, "if (result.issues !== undefined) throw", "if (result === undefined) throw")],
    tests: [tests("cache/resource", "is a miss and an event, until getOrSet replaces it")],
  },
  {
    guard: "A refused value is an event",
    edits: [
      code(RESOURCE, 'if (read === null) this.#emit({ type: "cached-value-refused", resourceType: this.#type });', ""),
    ],
    tests: [tests("cache/resource", "is a miss and an event, until getOrSet replaces it")],
  },
  {
    guard: "A computed value that the schema refuses is not stored",
    edits: [
      code(
        RESOURCE,
        "if ((await this.#read(text)) === null) throw invalidInput",
        "if (text.length < 0) throw invalidInput",
      ),
    ],
    tests: [tests("cache/resource", "refuses is INVALID_INPUT produce")],
  },
  {
    guard: "A refused value is replaced",
    edits: [code(RESOURCE, "    await this.#cache.delete(this.#type, key);\n", "")],
    tests: [tests("cache/resource", "is a miss and an event, until getOrSet replaces it")],
  },
  {
    guard: "A time to live of a call replaces the resource's in the other unit",
    edits: [code(RESOURCE, "(isTtl && saysWhenItExpires ? undefined : this.#defaults[name])", "this.#defaults[name]")],
    tests: [tests("cache/resource-options", "ttlMillis of the call", "ttlSeconds of the call")],
  },
  {
    guard: "Null in a call's options replaces the resource's",
    edits: [
      code(
        RESOURCE,
        "if (given[name] === null || value !== undefined) merged[name] = given[name] === null ? null : value;",
        "if (value !== undefined) merged[name] = value;",
      ),
    ],
    tests: [tests("cache/resource-options", "tags of null replace")],
  },
  {
    guard: "Options of a resource are checked when it is created",
    edits: [
      code(
        RESOURCE,
        "  readComputeOptions({ ...defaults,",
        "  if (defaults === undefined) readComputeOptions({ ...defaults,",
      ),
    ],
    tests: [tests("cache/resource-options", "is INVALID_INPUT: waitMillis")],
  },
  {
    guard: "A codec and a schema exclude each other",
    edits: [code(RESOURCE, "if (codec !== undefined) throw", "if (codec === null) throw")],
    tests: [tests("cache/resource-options", "is INVALID_INPUT: schema")],
  },
  {
    guard: "A value that is no JSON is refused",
    edits: [code(RESOURCE, "if (text === undefined) throw", "if (text === null) throw")],
    tests: [tests("cache/resource", "is no JSON")],
  },
];

const COUNTED: readonly Mutation[] = [
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
    tests: [tests("cache/driver-contract", '-9007199254740992" is no whole number')],
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
    edits: [code(COUNTERS, "results[index] = after;", "results[index] = value;")],
    tests: [tests("cache/counters", "each returns the value after it")],
  },
  {
    guard: "Increments of both signs are not summed",
    edits: [code(COUNTERS, "sum.isClosed || turnsBack ||", "sum.isClosed ||")],
    tests: [tests("cache/counters", "if their signs are mixed")],
  },
  {
    guard: "Increments keep their order",
    edits: [code(COUNTERS, "if (sum.isClosed || turnsBack", "if (turnsBack")],
    tests: [tests("cache/counters", "if their signs are mixed")],
  },
  {
    guard: "A sum that is refused is tried call by call",
    edits: [code(COUNTERS, "if (sum.calls.length === 1) throw", "if (sum.calls.length > 0) throw")],
    tests: [tests("cache/counters", "those that do not fit are WRONG_VALUE_TYPE")],
  },
];

const LIMITED: readonly Mutation[] = [
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
    tests: [tests("cache/limits", "no more calls than the rate are admitted")],
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
        "              greatest(\n                clock.now,",
        "              coalesce(",
      ),
      sql(
        "cache",
        "admitLimitedCalls",
        "cache.expires_at operator(pg_catalog.>) current_timestamp\n                    then",
        "true then",
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
    edits: [sql("cache", "admitLimitedCalls", "pg_catalog.starts_with(cache.value, 'limit:')", "true")],
    tests: [tests("cache/limits", "a key that is used for something else")],
  },
  {
    guard: "An expired limit is none",
    edits: [sql("cache", "admitLimitedCalls", `  ${NOT_EXPIRED}\n  or pg_catalog`, "  pg_catalog")],
    tests: [tests("cache/driver-contract", "a live entry that is something else is WRONG_VALUE_TYPE")],
  },
  {
    guard: "The entry of a limit does not expire before its arrival time",
    edits: [
      sql(
        "cache",
        "admitLimitedCalls",
        "            operator(pg_catalog.+) (decided.admitted operator(pg_catalog.*) decided.emission)\n            operator(pg_catalog.+) 999",
        "            operator(pg_catalog.+) 999",
      ),
    ],
    tests: [tests("cache/limits", "no more calls than the rate", "every sequence of calls")],
  },
  {
    guard: "Calls with different costs or limits are not counted as equal",
    edits: [code(LIMITS, "group.isClosed || !isEqual", "group.isClosed")],
    tests: [tests("cache/limits", "different costs have the results")],
  },
  {
    guard: "Calls for a limit keep their order",
    edits: [code(LIMITS, "group.isClosed || !isEqual", "!isEqual")],
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

const CHECKED: readonly Mutation[] = [
  {
    guard: "ttlSeconds and ttlMillis exclude each other",
    edits: [code(INPUT, "if (seconds !== null) throw", "if (seconds === 0) throw")],
    tests: [tests("cache/bad-input", "together are INVALID_INPUT")],
  },
  {
    guard: "A computed entry has a time to live, or null",
    edits: [
      code(
        INPUT,
        "if (options.ttlSeconds === undefined && options.ttlMillis === undefined) {",
        "if (options === undefined) {",
      ),
    ],
    tests: [tests("cache/bad-input", "one of them is required")],
  },
  {
    guard: "An entry has at most 32 tags",
    edits: [code(INPUT, "if (checked.size > MAX_TAGS) throw", "if (checked.size < 0) throw")],
    tests: [tests("cache/bad-input", "takes at most 32 texts")],
  },
  {
    guard: "A call counts as no more than the limit",
    edits: [code(INPUT, '"cost", 1, limit)', '"cost", 1, 1_000_000)')],
    tests: [tests("cache/bad-input", "rateLimit: cost")],
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
    edits: [
      sql("cache", "evictCacheEntries", "    and pg_catalog.left(value, 6) operator(pg_catalog.<>) 'limit:'\n", ""),
    ],
    tests: [tests("sweep/eviction", "evicts no rate limit")],
  },
  {
    guard: "An eviction takes no more than the excess",
    edits: [code(SWEEP, "batchSize: Math.min(size, limit - pace.removed) }", "batchSize: size }")],
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

/** Kept, typed, counted and limited values, and how they are evicted. */
export const CACHE_VALUES: readonly Mutation[] = [...KEPT, ...TYPED, ...COUNTED, ...LIMITED, ...CHECKED, ...EVICTED];
