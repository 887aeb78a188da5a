import { code, type Edit, type Mutation, sql, tests } from "./mutation.js";

const CONTRACT = "cache/driver-contract";
const DRIVER = "src/postgres/drivers/cache/cache-driver.ts";
const CURRENT = "(tags is null or pevensie.cache_tags_are_current(tags, snapshot))";
const CURRENT_OF_CACHE = "(cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))";
const INVALIDATED = "(cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))";

/** Each statement that has to know of invalidated tags, what it looks at, and which test of test/cache/tags.test.ts fails without it. */
const LOOKUPS: readonly (readonly [guard: string, edit: Edit, test: string])[] = [
  ["get", sql("cache", "getSmallCacheEntry", CURRENT, "true"), "is a miss: get is null"],
  ["get of a large value", sql("cache", "getCacheEntry", CURRENT, "true"), "between two statements that fetch"],
  ["getAll", sql("cache", "getCacheEntriesByKey", CURRENT, "true"), "getAll leaves it out"],
  ["concurrent lookups", sql("cache", "getCacheEntries", CURRENT_OF_CACHE, "true"), "getMany leaves it out"],
  ["getEntry", sql("cache", "getCacheEntryDetails", CURRENT, "true"), "getEntry is null"],
  ["has", sql("cache", "hasCacheEntry", CURRENT, "true"), "has is false"],
  ["keys", sql("cache", "listCacheKeys", CURRENT, "true"), "keys leaves it out"],
  ["touch", sql("cache", "touchCacheEntries", CURRENT_OF_CACHE, "true"), "touch is false"],
  ["delete", sql("cache", "deleteCacheEntry", CURRENT, "true"), "delete is false"],
  ["deleteMany", sql("cache", "deleteCacheEntries", CURRENT_OF_CACHE, "true"), "deleteMany does not count it"],
  ["clear", sql("cache", "clearCacheEntries", CURRENT_OF_CACHE, "true"), "clear does not count it"],
  ["setIfAbsent", sql("cache", "setCacheEntriesIfAbsent", INVALIDATED, "false"), "setIfAbsent replaces it"],
  ["increment", sql("cache", "incrementCacheEntries", CURRENT_OF_CACHE, "true"), "counts as absent for a counter"],
  [
    "a sweep",
    sql(
      "cache",
      "removeExpiredCacheEntries",
      "(tags is not null and not pevensie.cache_tags_are_current(tags, snapshot))",
      "false",
    ),
    "a sweep removes it",
  ],
];

const FUNCTION = "migrations/cache/20261129100000_tag_lookups.sql";
const byTime = code(
  FUNCTION,
  "pg_catalog.pg_snapshot_xip(snapshot)",
  "pg_catalog.pg_snapshot_xip('1:1:'::pg_catalog.pg_snapshot)",
);

const TAGS: readonly Mutation[] = [
  {
    guard: "A sweep asks for no tags of rows that have none",
    edits: [sql("cache", "removeExpiredCacheEntries", "(tags is not null and not pevensie.", "(not pevensie.")],
    tests: [tests("sweep/plans", "looks for invalidations of tagged rows only")],
  },
  ...LOOKUPS.map(
    ([what, edit, test]): Mutation => ({
      guard: `An entry with an invalidated tag is a miss: ${what}`,
      edits: [edit],
      tests: [tests("cache/tags", test)],
    }),
  ),
  {
    guard: "A stale value with an invalidated tag is not served",
    edits: [sql("cache", "getStaleCacheEntry", CURRENT, "true")],
    tests: [tests(CONTRACT, "is none after its grace, nor after an invalidation")],
  },
  {
    guard: "An invalidation that begins later than a computation counts",
    edits: [code(FUNCTION, "pg_catalog.pg_snapshot_xmax(snapshot)", "'18446744073709551615'::pg_catalog.xid8")],
    tests: [tests("cache/tag-transactions", "was stored before the invalidation is a miss")],
  },
  {
    guard: "A lookup of a tagged entry reads no invalidation that its snapshot sees",
    edits: [code(FUNCTION, "    limit 1\n  ) as latest", "  ) as latest")],
    tests: [tests("cache/tag-compaction", "reads no invalidation that its snapshot sees")],
  },
  {
    guard:
      "A lookup of a tagged entry looks for no transactions in progress unless the tag was invalidated since the oldest",
    edits: [code(FUNCTION, "pg_catalog.pg_snapshot_xmin(snapshot)", "'0'::pg_catalog.xid8")],
    tests: [tests("cache/tag-compaction", "however many transactions were in progress")],
  },
  {
    guard: "An invalidation removes a bounded number of earlier ones",
    edits: [sql("cache_invalidation", "invalidateCacheTags", "  limit 1000\n", "")],
    tests: [tests("cache/tag-compaction", "removes 1000 earlier ones at most")],
  },
  {
    guard: "An invalidation is as old as its statement, however long its transaction has lasted",
    edits: [sql("cache_invalidation", "invalidateCacheTags", "pg_catalog.clock_timestamp()", "current_timestamp")],
    tests: [tests("cache/tag-compaction", "as old as its statement")],
  },
  {
    guard: "An invalidation counts from its commit, not from its beginning",
    edits: [byTime],
    tests: [tests("cache/tag-transactions", "is read and stored between the invalidation and its commit")],
  },
  {
    guard: "An invalidation counts from its commit, whatever is concurrent",
    edits: [byTime],
    tests: [tests("cache/tag-properties", "never gets older data")],
  },
  ...(
    [
      ["setCacheEntry", tests("cache/tags", "has the tags of its last value")],
      [
        "setCacheEntries",
        tests("cache/tags", "a value that is set with others has none of the tags of the one before"),
      ],
    ] as const
  ).map(
    ([query, test]): Mutation => ({
      guard: `A value without tags has none of the one before: ${query}`,
      edits: [sql("cache", query, ", stale_until = null, tags = null, snapshot = null", ", stale_until = null")],
      tests: [test],
    }),
  ),
  {
    guard: "An invalidation concerns each of its tags",
    edits: [code(DRIVER, "const params = { tags: [...tags] };", "const params = { tags: tags.slice(0, 1) };")],
    tests: [tests(CONTRACT, "makes the entries of each of its tags a miss")],
  },
  {
    guard: "setMany stores the tags",
    edits: [
      code(
        DRIVER,
        "({ resourceType, key, value, ...terms }));",
        "({ resourceType, key, value, ...terms, tags: null }));",
      ),
    ],
    tests: [tests(CONTRACT, "entries that setMany has stored with tags")],
  },
  {
    guard: "A page of keys has at most as many as its limit",
    edits: [code(DRIVER, "{ resourceType, ...page });", "{ resourceType, ...page, limit: 10_000 });")],
    tests: [tests(CONTRACT, "at most as many keys as its limit")],
  },
  {
    guard: "Sets of one key take effect in their order, with tags and without",
    edits: [
      code(
        DRIVER,
        "return this.#set({ ...ENTRY, resourceType, key, value, ttlMillis, tags });",
        "return (tags === null ? this.#set : this.#executor.batch(cacheSet))({ ...ENTRY, resourceType, key, value, ttlMillis, tags });",
      ),
    ],
    tests: [tests("cache/entries", "of concurrent sets of one key the last one counts")],
  },
  {
    guard: "An entry without tags that is set together with one that has some has none",
    edits: [
      sql(
        "cache",
        "setTaggedCacheEntries",
        "case when given.tags operator(pg_catalog.<>) '[]' then pg_catalog.pg_current_snapshot() end",
        "pg_catalog.pg_current_snapshot()",
      ),
    ],
    tests: [tests("cache/entries", "is invalidated by none")],
  },
  {
    guard: "The second invalidation of a transaction takes nothing from the first",
    edits: [
      sql(
        "cache_invalidation",
        "invalidateCacheTags",
        "    and xact_id operator(pg_catalog.<) pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())\n",
        "",
      ),
    ],
    tests: [tests("cache/tag-transactions", "the second invalidation of a transaction")],
  },
  {
    guard: "An invalidation does not fail a transaction that began before another one of the tag",
    edits: [
      sql(
        "cache_invalidation",
        "invalidateCacheTags",
        "\n    and pg_catalog.current_setting('transaction_isolation') operator(pg_catalog.=) 'read committed'\n  limit",
        "\n  limit",
      ),
      sql(
        "cache_invalidation",
        "invalidateCacheTags",
        "\n    and pg_catalog.current_setting('transaction_isolation') operator(pg_catalog.=) 'read committed'\n)\ninsert",
        "\n)\ninsert",
      ),
    ],
    tests: [tests("cache/tag-transactions", "does not fail it", "do not wait for each other")],
  },
  {
    guard: "An invalidation does not wait for another one of the tag (SKIP LOCKED)",
    edits: [sql("cache_invalidation", "invalidateCacheTags", "for update skip locked", "for update")],
    tests: [tests("cache/tag-compaction", "does not wait for a lock on an earlier one")],
  },
  {
    guard: "Earlier invalidations of a tag are removed",
    edits: [
      sql(
        "cache_invalidation",
        "invalidateCacheTags",
        "ctid operator(pg_catalog.=) any (array(select place from superseded))",
        "false",
      ),
    ],
    tests: [tests("cache/tag-compaction", "leave one row")],
  },
  {
    guard: "A sweep keeps the invalidations that an entry has not seen",
    edits: [
      sql(
        "cache_invalidation",
        "removeSeenCacheInvalidations",
        "        where snapshot is not null\n",
        "        where false\n",
      ),
    ],
    tests: [tests("cache/tag-compaction", "keeps those that an entry has not seen")],
  },
  {
    guard: "A sweep keeps the invalidations that a computation has not seen",
    edits: [
      sql(
        "cache_invalidation",
        "removeSeenCacheInvalidations",
        "from pevensie.cache_lease\n",
        "from pevensie.cache_lease where false\n",
      ),
    ],
    tests: [tests("cache/tag-compaction", "keeps those that a computation has not seen")],
  },
  {
    guard: "A sweep keeps the invalidations that a snapshot in use has not seen",
    edits: [
      sql(
        "cache_invalidation",
        "removeSeenCacheInvalidations",
        "      pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())\n    ) as xmin",
        "      '9223372036854775807'::pg_catalog.xid8\n    ) as xmin",
      ),
    ],
    tests: [tests("cache/tag-compaction", "older than a snapshot in use")],
  },
  {
    guard: "A sweep keeps the invalidations of the last hour",
    edits: [sql("cache_invalidation", "removeSeenCacheInvalidations", "interval '1 hour'", "interval '1 second'")],
    tests: [tests("cache/tag-compaction", "more than an hour ago")],
  },
  {
    guard: "A sweep of invalidations does not wait for locks (SKIP LOCKED)",
    edits: [sql("cache_invalidation", "removeSeenCacheInvalidations", "for update skip locked", "for update")],
    tests: [tests("cache/tag-compaction", "skips invalidations that are locked")],
  },
];

const GRACE: readonly Mutation[] = [
  {
    guard: "No lookup deletes an expired value within its grace",
    edits: [
      sql(
        "cache",
        "getSmallCacheEntry",
        "  and (stale_until is null or coalesce(expires_at operator(pg_catalog.>) current_timestamp, true))\n",
        "",
      ),
      sql("cache", "deleteExpiredCacheEntries", "current_timestamp and cache.stale_until is null", "current_timestamp"),
      sql("cache", "deleteExpiredCacheEntries", "\n  and cache.stale_until is null", ""),
    ],
    tests: [tests("cache/compute-once-grace", "is no live value for any other function")],
  },
  {
    guard: "A stale value is one within its grace",
    edits: [sql("cache", "getStaleCacheEntry", "  and stale_until operator(pg_catalog.>) current_timestamp\n", "")],
    tests: [tests(CONTRACT, "is none after its grace")],
  },
  {
    guard: "A live value is not stale",
    edits: [sql("cache", "getStaleCacheEntry", "  and expires_at operator(pg_catalog.<=) current_timestamp\n", "")],
    tests: [tests(CONTRACT, "is none after its grace")],
  },
  {
    guard: "A sweep keeps an expired value within its grace",
    edits: [sql("cache", "removeExpiredCacheEntries", "stale_until operator(pg_catalog.<=) current_timestamp", "true")],
    tests: [tests(CONTRACT, "a sweep keeps it until its grace has ended")],
  },
  {
    guard: "A sweep keeps the entry whose value is computed",
    edits: [
      sql(
        "cache",
        "removeExpiredCacheEntries",
        "and lease.expires_at operator(pg_catalog.>) current_timestamp",
        "and false",
      ),
    ],
    tests: [tests("cache/compute-once-grace", "outlives a sweep")],
  },
  {
    guard: "touch keeps the length of the grace",
    edits: [sql("cache", "touchCacheEntries", "stale_until = locked.stale_until", "stale_until = cache.stale_until")],
    tests: [tests("cache/compute-once-grace", "keeps the length of its grace")],
  },
];

/** Tags, grace and what they keep. */
export const CACHE_TAGS: readonly Mutation[] = [...TAGS, ...GRACE];
