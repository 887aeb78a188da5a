import { code, type Mutation, sql, tests } from "./mutation.js";

const NEAR = "src/cache/near.ts";
const RESOURCE = "src/cache/resource.ts";
const CACHE = "src/cache/cache.ts";
const INPUT = "src/cache/input.ts";

/** Values that the process keeps. */
const KEPT: readonly Mutation[] = [
  {
    guard: "A call to a limit is seen by the next lookup",
    edits: [
      code(
        "src/cache/cache.ts",
        "return this.#write(name, () => this.#driver.rateLimit(name, call));",
        "return this.#driver.rateLimit(name, call);",
      ),
    ],
    tests: [tests("cache/near", "rateLimit by the cache is seen")],
  },
  {
    guard: "An eviction is seen by the next lookups",
    edits: [
      code(
        "src/cache/cache.ts",
        "await this.#writeAny(() => this.#driver.removeExpired(batchSize, maxEntries));",
        "await this.#driver.removeExpired(batchSize, maxEntries);",
      ),
    ],
    tests: [tests("cache/near", "an eviction by the cache is seen")],
  },
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
      code(NEAR, "        else this.#writing.set(name, others);\n        this.forget(name);\n", ""),
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
    tests: [tests("cache/near", "read longest ago are evicted first")],
  },
  {
    guard: "An empty value is kept",
    edits: [code(NEAR, "value !== null && !reading", "Boolean(value) && !reading")],
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
        "this.#writeAny(() => this.#driver.invalidateTags(checked, client))",
        "this.#driver.invalidateTags(checked, client)",
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
    edits: [code("src/input/schema.ts", "if (result.issues !== undefined) throw", "if (result === undefined) throw")],
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
    edits: [code(RESOURCE, "      await this.#readProduced(text);\n      return text;", "      return text;")],
    tests: [tests("cache/resource", "refuses is INVALID_INPUT produce")],
  },
  {
    guard: "An expired value that the schema refuses is not served within its grace",
    edits: [
      code(
        "src/cache/compute-once.ts",
        " || (await accepts(stale)) ? stale",
        " || (await accepts(stale)) !== null ? stale",
      ),
    ],
    tests: [
      tests(
        "cache/resource",
        "one call computes the next one, and the others wait",
        "calls wait for another process",
        "is not served when produce fails",
      ),
    ],
  },
  {
    guard: "A value that is computed where another one is refused again and again is shared and read back",
    edits: [
      code(
        RESOURCE,
        "await this.#once.computeUnleased({ resourceType: this.#type, key }, produceText, calledAt),",
        "await produceText({ signal: new AbortController().signal }),",
      ),
    ],
    tests: [tests("cache/resource", "calls share a value that is validated")],
  },
  {
    guard: "A resource refuses a produce that is no function",
    edits: [code(RESOURCE, "    requireProduce(produce);\n", "")],
    tests: [tests("cache/resource", "a produce that is no function")],
  },
  {
    guard: "A refused value is replaced",
    edits: [code(RESOURCE, "    await this.#deleteRefused(key, stored);\n", "")],
    tests: [tests("cache/resource", "is a miss and an event, until getOrSet replaces it")],
  },
  {
    guard: "A refused value is deleted only if it is still the one in the database",
    edits: [sql("cache", "deleteCacheEntriesWithValues", "cache.value operator(pg_catalog.=) given.value", "true")],
    tests: [tests("cache/near", "that another process has stored meanwhile")],
  },
  {
    guard: "The deletion of a refused value takes no lease",
    edits: [
      sql(
        "cache",
        "deleteCacheEntriesWithValues",
        "coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)",
        "true",
      ),
    ],
    tests: [tests("cache/driver-contract", "leaves an expired value and the lease")],
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
    guard: "Tags of a call are read once",
    edits: [code(RESOURCE, "Array.isArray(tags) ? merged :", "tags !== undefined ? merged :")],
    tests: [tests("cache/resource-options", "tags of a call that come from an iterator")],
  },
  {
    guard: "Options of a resource are checked when it is created",
    edits: [
      code(
        RESOURCE,
        "  const checked = readComputeOptions(saysWhenItExpires ? defaults : { ...defaults, ttlSeconds: null });",
        "  const checked = { tags: defaults.tags };",
      ),
    ],
    tests: [tests("cache/resource-options", "is INVALID_INPUT: waitMillis")],
  },
  {
    guard: "An error of encode is withheld: it may quote the value",
    edits: [code(RESOURCE, "const cause = new WithheldError(error);", "const cause = error;")],
    tests: [tests("cache/resource", "an error of encode is INVALID_INPUT value", "a value that JSON refuses")],
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
    guard: "An invalidation whose client is null is refused",
    edits: [
      code(CACHE, "if (client === null) throw", "if (client === 0) throw"),
      code(
        CACHE,
        "this.#driver.invalidateTags(checked, client)",
        "this.#driver.invalidateTags(checked, client ?? undefined)",
      ),
    ],
    tests: [tests("cache/bad-input", "a client of null")],
  },
  {
    guard: "A call counts as no more than the limit",
    edits: [code(INPUT, '"cost", 1, limit)', '"cost", 1, 1_000_000)')],
    tests: [tests("cache/bad-input", "rateLimit: cost")],
  },
  {
    guard: "An item of unstorage without a time to live of its own has the common one",
    edits: [
      code(
        "src/plugs/unstorage.ts",
        'ttlOf({ ttl: options?.["ttl"] ?? common?.ttl })',
        "ttlOf({ ...common, ...options })",
      ),
    ],
    tests: [tests("plugs/unstorage", "with the common time to live where theirs is undefined or null")],
  },
];

/** Kept and typed values, and the input of the cache. */
export const CACHE_VALUES: readonly Mutation[] = [...KEPT, ...TYPED, ...CHECKED];
