import { code, type Mutation, sql, tests } from "./mutation.js";

const CONTRACT = "cache/driver-contract";
const COMPUTE_ONCE = "src/cache/compute-once.ts";
const UNLEASED = "src/cache/unleased-computations.ts";
const LEASE_WATCH = "src/cache/lease-watch.ts";
const LEASE_TOKEN = "token operator(pg_catalog.=) :token!::pg_catalog.uuid";
const XMIN = "  and cache.xmin operator(pg_catalog.=) held.acquired_by::pg_catalog.xid\n";

const LEASES: readonly Mutation[] = [
  {
    guard: "A lease is acquired by one of several concurrent callers",
    edits: [
      sql(
        "cache_lease",
        "acquireCacheLease",
        "    lease.expires_at operator(pg_catalog.<=) current_timestamp\n    or lease.token operator(pg_catalog.=) :lostToken!::pg_catalog.uuid",
        "    true",
      ),
    ],
    tests: [tests("cache/lease-races", "a lease that is replaced while another is acquired")],
  },
  {
    guard: "An expired lease can be replaced",
    edits: [
      sql(
        "cache_lease",
        "acquireCacheLease",
        "    and expires_at operator(pg_catalog.>) current_timestamp\n    and token",
        "    and token",
      ),
    ],
    tests: [tests(CONTRACT, "a lease that has expired is free")],
  },
  {
    guard: "An expired lease can be replaced by another token",
    edits: [
      sql(
        "cache_lease",
        "acquireCacheLease",
        "lease.expires_at operator(pg_catalog.<=) current_timestamp\n    or lease.token",
        "lease.token",
      ),
    ],
    tests: [tests(CONTRACT, "a lease that has expired is free")],
  },
  {
    guard: "A lease whose response was lost is taken over by the repetition: it is no other's",
    edits: [
      sql(
        "cache_lease",
        "acquireCacheLease",
        "\n    and token operator(pg_catalog.<>) :lostToken!::pg_catalog.uuid",
        "\n    and :lostToken!::pg_catalog.uuid is not null",
      ),
    ],
    tests: [tests("faults/late-leases", "whose response is lost is acquired again")],
  },
  {
    guard: "A lease whose response was lost is taken over by the repetition: its row is updated",
    edits: [
      sql(
        "cache_lease",
        "acquireCacheLease",
        "\n    or lease.token operator(pg_catalog.=) :lostToken!::pg_catalog.uuid",
        "",
      ),
    ],
    tests: [tests("faults/late-leases", "whose response is lost is acquired again")],
  },
  {
    guard: "A lease whose response was lost is given up if there is a value",
    edits: [
      code(
        "src/postgres/drivers/cache/leases.ts",
        "    if (isLive && lostToken !== token) await this.release(key, lostToken);\n",
        "",
      ),
    ],
    tests: [tests("faults/late-leases", "is given up if a value was set meanwhile")],
  },
  {
    guard: "A request for a lease that arrives late does not renew the lease of its repetition",
    edits: [code("src/postgres/drivers/cache/leases.ts", "        token = randomUUID();\n", "")],
    tests: [tests("faults/late-leases", "while the lease is held", "after the lease was given up")],
  },
  {
    guard: "A value that was stored while the lease was acquired is not replaced",
    edits: [
      sql(
        "cache_lease",
        "acquireCacheLease",
        "    cache.expires_at operator(pg_catalog.<=) current_timestamp\n    or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))",
        "    true",
      ),
    ],
    tests: [tests("cache/lease-races", "a value that is stored while a lease is acquired")],
  },
  {
    guard: "A lease that is not needed is given up",
    edits: [code("src/postgres/drivers/cache/leases.ts", "    if (isLeased) await this.release(key, token);\n", "")],
    tests: [tests("cache/lease-races", "a value that is stored while a lease is acquired")],
  },
  {
    guard: "A value with an invalidated tag is missing",
    edits: [
      sql(
        "cache_lease",
        "acquireCacheLease",
        "    and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))\n",
        "",
      ),
    ],
    tests: [tests(CONTRACT, "a value with an invalidated tag is missing")],
  },
  {
    guard: "A value with an invalidated tag is replaced by the placeholder",
    edits: [
      sql(
        "cache_lease",
        "acquireCacheLease",
        "\n    or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))",
        "",
      ),
    ],
    tests: [tests(CONTRACT, "a value with an invalidated tag is missing")],
  },
  {
    guard: "An expired value without grace is replaced by the placeholder, which no lookup deletes",
    edits: [
      sql(
        "cache_lease",
        "acquireCacheLease",
        "cache.stale_until operator(pg_catalog.>) current_timestamp\n        and",
        "true and",
      ),
    ],
    tests: [tests(CONTRACT, "an expired value without grace is missing")],
  },
  ...(
    [
      [
        "has the token",
        `lease.${LEASE_TOKEN}`,
        ":token!::pg_catalog.uuid is not null",
        "one caller acquires the lease",
      ],
      [
        "has not expired",
        "      and lease.expires_at operator(pg_catalog.>) current_timestamp\n",
        "",
        "a lease that has expired is free",
      ],
      [
        "is for the entry's current version",
        "      and cache.xmin operator(pg_catalog.=) lease.acquired_by::pg_catalog.xid\n",
        "",
        "nothing is stored after set",
      ],
      [
        "has seen the invalidations of the tags",
        "coalesce(pevensie.cache_tags_are_current(:tags::pg_catalog.text[], lease.snapshot), true)",
        ":tags::pg_catalog.text[] is distinct from '{-}'",
        "nothing is stored after invalidateTags",
      ],
    ] as const
  ).map(
    ([condition, find, replace, name]): Mutation => ({
      guard: `A lease is held only if it ${condition}`,
      edits: [sql("cache_lease", "isCacheLeaseHeld", find, replace)],
      tests: [tests(CONTRACT, name)],
    }),
  ),
  {
    guard: "A value is stored only with the token of the lease",
    edits: [sql("cache_lease", "storeUnderCacheLease", LEASE_TOKEN, ":token!::pg_catalog.uuid is not null")],
    tests: [tests(CONTRACT, "one caller acquires the lease of a missing value")],
  },
  {
    guard: "A value is not stored over one that was set since",
    edits: [sql("cache_lease", "storeUnderCacheLease", XMIN, "")],
    tests: [tests(CONTRACT, "nothing is stored after set")],
  },
  {
    guard: "A value is not stored over one that is set concurrently",
    edits: [sql("cache_lease", "storeUnderCacheLease", XMIN, "")],
    tests: [tests("cache/lease-races", "a value is not stored if the entry is set")],
  },
  {
    guard: "A value whose tags were invalidated since is not stored",
    edits: [
      sql(
        "cache_lease",
        "storeUnderCacheLease",
        "\n  and coalesce(pevensie.cache_tags_are_current(:tags::pg_catalog.text[], held.snapshot), true)",
        "",
      ),
    ],
    tests: [tests(CONTRACT, "nothing is stored after invalidateTags")],
  },
  {
    guard: "A lease is given up only with its token",
    edits: [sql("cache_lease", "releaseCacheLease", LEASE_TOKEN, ":token!::pg_catalog.uuid is not null")],
    tests: [tests(CONTRACT, "one caller acquires the lease of a missing value")],
  },
  {
    guard: "A stale value outlives the lease that is given up",
    edits: [
      sql(
        "cache_lease",
        "releaseCacheLease",
        "\n    and cache.stale_until operator(pg_catalog.=) '-infinity'::pg_catalog.timestamptz",
        "",
      ),
    ],
    tests: [tests(CONTRACT, "an expired value within its grace is stale")],
  },
  {
    guard: "A sweep removes no lease that has not expired",
    edits: [
      sql(
        "cache_lease",
        "removeExpiredCacheLeases",
        "where expires_at operator(pg_catalog.<=) current_timestamp",
        "where true",
      ),
    ],
    tests: [tests("cache/tag-compaction", "removes expired leases")],
  },
  {
    guard: "A sweep of leases does not wait for locks (SKIP LOCKED)",
    edits: [sql("cache_lease", "removeExpiredCacheLeases", "for update skip locked", "for update")],
    tests: [tests("cache/tag-compaction", "skips leases that are locked")],
  },
];

const BULK_CALLS = "src/postgres/drivers/cache/bulk-calls.ts";
const LOCK_WAIT_QUEUE = "src/postgres/execution/lock-wait-queue.ts";
const LEASES_DRIVER = "src/postgres/drivers/cache/leases.ts";
const LOCK_TIMEOUT =
  "\n    and pg_catalog.set_config('lock_timeout', :lockTimeout!::pg_catalog.text, true) is not null";

const LOCKS: readonly Mutation[] = [
  {
    guard: "Storing a computed value does not wait for a locked row",
    edits: [sql("cache_lease", "storeUnderCacheLease", LOCK_TIMEOUT, "")],
    tests: [tests("cache/compute-once-locks", "without waiting for the row", "callers get their values")],
  },
  {
    guard: "Giving up a lease does not wait for a placeholder that is locked (SKIP LOCKED)",
    edits: [sql("cache_lease", "releaseCacheLease", "for update of cache skip locked", "for update of cache")],
    tests: [tests("cache/compute-once-locks", "the lease is given up all the same")],
  },
  {
    guard: "A caller does not wait until the lease of its failed computation is given up",
    edits: [
      code(
        COMPUTE_ONCE,
        "      void this.#release(flight);\n      if (isAbortion",
        "      await this.#release(flight);\n      if (isAbortion",
      ),
      sql("cache_lease", "releaseCacheLease", LOCK_TIMEOUT, ""),
    ],
    tests: [tests("cache/compute-once-locks", "without waiting for the lease to be given up")],
  },
  {
    guard: "Few attempts to acquire leases wait for locked rows at the same time",
    edits: [
      code(LEASES_DRIVER, "const STATEMENTS_IN_FLIGHT = 3;", "const STATEMENTS_IN_FLIGHT = 10;"),
      code(LEASES_DRIVER, "lockWaitLimit(executor.maxInFlight)", "executor.maxInFlight"),
    ],
    tests: [tests("cache/compute-once-locks", "attempts to acquire the leases")],
  },
  {
    guard: "Few statements of bulk calls wait for locked rows at the same time",
    edits: [code(BULK_CALLS, "lockWaitLimit(executor.maxInFlight)", "executor.maxInFlight")],
    tests: [tests("cache/compute-once-locks", "20 calls leave half of the connections")],
  },
  {
    guard: "A statement of a bulk call that has met a locked row is repeated",
    edits: [
      code(
        BULK_CALLS,
        "if (!isLockTimeout(error) || now() >= deadline) throw error;",
        "if (now() < deadline * 2) throw error;",
      ),
    ],
    tests: [tests("cache/compute-once-locks", "20 calls leave half of the connections")],
  },
  {
    guard: "Statements do not stay queued for long behind others that wait for locks",
    edits: [code(LOCK_WAIT_QUEUE, "isLocked ? work.lockDeadline <= time", "isLocked ? false")],
    tests: [tests("cache/lock-wait-queue", "queued for a second")],
  },
  {
    guard: "Statements do not stay queued for long behind a server that does not answer",
    edits: [code(LOCK_WAIT_QUEUE, "isLocked ? error : overdueErrorOf(error)", "isLocked ? error : undefined")],
    tests: [tests("cache/lock-wait-queue", "that the server did not answer")],
  },
  {
    guard: "A statement of a bulk call keeps its place behind others that meet locked rows",
    edits: [code(BULK_CALLS, "run(0, run, deadline)", "run(0, run)")],
    tests: [tests("cache/compute-once-locks", "of a row that is not locked is stored")],
  },
  {
    guard: "While others are queued, a statement waits for a locked row for a short time",
    edits: [code(LOCK_WAIT_QUEUE, "const CONTENDED_SHARE = 10;", "const CONTENDED_SHARE = 1;")],
    tests: [tests("cache/lock-wait-queue", "a tenth of the time")],
  },
  {
    guard: "Statements of the last rank do not starve behind those of others",
    edits: [code(LOCK_WAIT_QUEUE, "isTurnOfLast ? this.#queues.findLast(isQueued) : ", "")],
    tests: [tests("cache/lock-wait-queue", "one statement in four")],
  },
];

const QUEUES: readonly Mutation[] = [
  {
    guard: "A call looks for the value while its attempts are queued",
    edits: [
      code(COMPUTE_ONCE, "isRepeated ? await this.#answerOrValue(flight, answer) : await answer", "await answer"),
    ],
    tests: [tests("cache/compute-once-queues", "that another process has stored")],
  },
  {
    guard: "A lease that is acquired after the value was found is given up",
    edits: [code(COMPUTE_ONCE, "continue;\n      this.#discard(flight, answer);\n", "continue;\n")],
    tests: [tests("cache/compute-once-queues", "after the value was found is given up")],
  },
  {
    guard: "A lease that is acquired after the lookup of the value has failed is given up",
    edits: [code(COMPUTE_ONCE, "        this.#discard(flight, answer);\n        throw error;", "        throw error;")],
    tests: [tests("cache/compute-once-queues", "has failed is given up")],
  },
  {
    guard: "disconnect() waits for leases of attempts that nobody needs",
    edits: [code(COMPUTE_ONCE, "[...this.#discarded, ...this.#releases.values()]", "this.#releases.values()")],
    tests: [tests("cache/compute-once-queues", "is given up")],
  },
  {
    guard: "A call waits for no longer than waitMillis, also for its first attempt",
    edits: [
      code(
        COMPUTE_ONCE,
        "await Promise.race([flight.answered, overdueAt(Math.max(deadline, now() + ATTEMPT_MILLIS))]);",
        "await flight.answered;",
      ),
    ],
    tests: [tests("cache/compute-once-queues", "whose first attempt is queued")],
  },
  {
    guard: "A locked row keeps no call waiting for all of waitMillis",
    edits: [code(COMPUTE_ONCE, "now() - lockedSince >= LOCKED_MILLIS", "now() < lockedSince")],
    tests: [tests("cache/compute-once-obstacles", "waiting for about a second")],
  },
  {
    guard: "A lease counts from when its statement was sent",
    edits: [code(COMPUTE_ONCE, "attempt.sentAt + first.leaseSeconds", "askedAt + first.leaseSeconds")],
    tests: [tests("cache/compute-once-queues", "however long that was queued")],
  },
];

const COMPUTATIONS: readonly Mutation[] = [
  {
    guard: "After two lost leases a call computes the value without one",
    edits: [code(COMPUTE_ONCE, "if (losses === MAX_LOSSES || now() >= deadline)", "if (now() >= deadline)")],
    tests: [tests("cache/compute-once-losses", "computes for itself, unaborted")],
  },
  {
    guard: "An AbortError of Node's own ends a computation with its signal",
    edits: [code(UNLEASED, ' || name === "AbortError"', ' || name === ""'), code(UNLEASED, " || cause === reason", "")],
    tests: [tests("cache/compute-once-losses", "a computation ends with its signal")],
  },
  {
    guard: "An AbortError ends a computation only once its signal is aborted",
    edits: [code(UNLEASED, "  if (!aborted) return false;\n", "")],
    tests: [tests("cache/compute-once-losses", "whose signal is not aborted is its failure")],
  },
  {
    guard: "disconnect() lets no computation without a lease begin",
    edits: [
      code(UNLEASED, "    if (this.#hasEnded) throw notConnected();\n    const controller", "    const controller"),
    ],
    tests: [tests("cache/compute-once-ends", "begins no computation of a call")],
  },
  {
    guard: "disconnect() aborts the signals of computations without a lease",
    edits: [code(UNLEASED, "    for (const signal of this.#signals) signal.abort();\n", "")],
    tests: [tests("cache/compute-once-ends", "aborts the signal of a call that computes")],
  },
  {
    guard: "A computation runs in the context of its call",
    edits: [
      code(
        COMPUTE_ONCE,
        "return call.inContext(() => this.#produce(flight, attempt.token, call, leaseEnd));",
        "return this.#produce(flight, attempt.token, call, leaseEnd);",
      ),
    ],
    tests: [tests("cache/compute-once-context", "a call that has left began to wait", "a listener of the signal")],
  },
  {
    guard: "A call does not get what was computed or read before it",
    edits: [code(COMPUTE_ONCE, "outcome.asOf > calledAt", "outcome.asOf > -1")],
    tests: [tests("cache/compute-once-joiners", "does not get the value whose computation began before")],
  },
  {
    guard: "A value that could not be stored is as old as its computation",
    edits: [code(COMPUTE_ONCE, "asOf: isStored ? storedAt : asOf }", "asOf: storedAt }")],
    tests: [tests("cache/compute-once-joiners", "does not get the value whose computation began before")],
  },
  {
    guard: "A stored value is as old as the statement that stored it",
    edits: [code(COMPUTE_ONCE, "asOf: isStored ? storedAt : asOf }", "asOf: isStored ? this.tick() : asOf }")],
    tests: [tests("cache/compute-once-joiners", "stored and deleted before the call")],
  },
  {
    guard: "A value that was read is as old as the statement that read it",
    edits: [
      code(
        COMPUTE_ONCE,
        'undefined : { kind: "value", value, asOf };',
        'undefined : { kind: "value", value, asOf: asOf + this.tick() };',
      ),
    ],
    tests: [tests("cache/compute-once-joiners", "read and deleted before the call")],
  },
  {
    guard: "A call does not share what another computes for itself since before",
    edits: [code(UNLEASED, " && running.asOf > calledAt) return", ") return")],
    tests: [tests("cache/compute-once-joiners", "does not share what another call computes for itself")],
  },
  {
    guard: "Calls that have waited long enough share a computation",
    edits: [code(UNLEASED, "running.asOf > calledAt) return", "running.asOf < 0) return")],
    tests: [tests("cache/compute-once", "ends after waitMillis of")],
  },
  {
    guard: "A call that computes the value does not compute it again after waitMillis",
    edits: [code(COMPUTE_ONCE, "return flight.computing === call ? await flight.done : outcome;", "return outcome;")],
    tests: [tests("cache/compute-once", "computes a value once, however long that takes")],
  },
  {
    guard: "A call that has begun to compute the value is not given the expired one",
    edits: [code(COMPUTE_ONCE, "if (stale !== null && flight.computing !== call)", "if (stale !== null)")],
    tests: [tests("cache/compute-once-grace", "has begun to compute the next one")],
  },
  {
    guard: "A call that has begun to compute the value does not fail with the lookup of the expired one",
    edits: [code(COMPUTE_ONCE, "if (flight.computing !== call) throw error;", "throw error;")],
    tests: [tests("cache/compute-once-grace", "that cannot be looked up")],
  },
  {
    guard: "A computation that has lost its lease keeps no later call waiting",
    edits: [code(COMPUTE_ONCE, '    lost.signal.addEventListener("abort", forget, { once: true });\n', "")],
    tests: [tests("cache/compute-once-joiners", "keeps no later call of its process waiting")],
  },
  {
    guard: "A computation that ends with its signal does not fail its caller",
    edits: [
      code(
        COMPUTE_ONCE,
        "if (isAbortion(error, lost.signal)) return",
        "if (isAbortion(error, lost.signal) && !call) return",
      ),
    ],
    tests: [tests("cache/compute-once-losses", "delete while a value is computed G51: a computation that ends")],
  },
  {
    guard: "A computation that fails gives up its lease",
    edits: [code(COMPUTE_ONCE, "      void this.#release(flight);\n      if (isAbortion", "      if (isAbortion")],
    tests: [tests("cache/compute-once", "rejects: all its calls reject")],
  },
  {
    guard: "The signal is aborted when the lease is lost",
    edits: [code(LEASE_WATCH, "await isHeld().catch(() => true)", "await isHeld().then(() => true, () => true)")],
    tests: [tests("cache/compute-once-losses", "the caller gets the value, and it is not stored")],
  },
  {
    guard: "The signal is aborted for the invalidation of a tag",
    edits: [code(COMPUTE_ONCE, ".isLeaseHeld(key, token, call.tags)", ".isLeaseHeld(key, token, null)")],
    tests: [tests("cache/compute-once-losses", "invalidateTags while a value is computed G51: aborts its signal")],
  },
  {
    guard: "A stale value is served while the next one is computed",
    edits: [code(COMPUTE_ONCE, "if (flight.isStale && flight.computing !== call) {", "if (flight.waiting.size < 0) {")],
    tests: [tests("cache/compute-once-grace", "is returned immediately while one call computes")],
  },
  {
    guard: "The call that computes the next value gets that, and not the stale one",
    edits: [
      code(COMPUTE_ONCE, "if (flight.isStale && flight.computing !== call) {", "if (flight.isStale) {"),
      code(COMPUTE_ONCE, "if (stale !== null && flight.computing !== call)", "if (stale !== null)"),
    ],
    tests: [tests("cache/compute-once-grace", "is returned immediately while one call computes")],
  },
  {
    guard: "A stale value is served after a failure",
    edits: [code(COMPUTE_ONCE, "flight.isStale ? await this.#getStale(call) : null", "null")],
    tests: [tests("cache/compute-once-grace", "is served by the call whose computation fails")],
  },
  {
    guard: "refresh-failed is emitted only where there is a stale value",
    edits: [code(COMPUTE_ONCE, "if (isStale) this.#emit(", "if (token) this.#emit(")],
    tests: [tests("cache/compute-once-grace", "is not served once its grace has ended")],
  },
  {
    guard: "A computed value that cannot be stored is an event, except after disconnect()",
    edits: [
      code(
        COMPUTE_ONCE,
        'if (!this.#hasEnded) this.#emit({ type: "store',
        'if (this.#hasEnded) this.#emit({ type: "store',
      ),
    ],
    tests: [
      tests("cache/compute-once-obstacles", "is returned with an event"),
      tests("cache/compute-once-ends", "that is no event"),
    ],
  },
  {
    guard: "disconnect() aborts the signals",
    edits: [
      code(
        COMPUTE_ONCE,
        "    for (const { computing, lost } of flights) if (computing !== undefined) lost.abort();\n",
        "",
      ),
    ],
    tests: [tests("cache/compute-once-ends", "aborts the signal, and the caller gets the value")],
  },
  {
    guard: "disconnect() gives up the leases",
    edits: [code(COMPUTE_ONCE, "{});\n        await this.#release(flight);", "{});")],
    tests: [tests("cache/compute-once-ends", "gives up the lease")],
  },
  {
    guard: "disconnect() gives up a lease that is being acquired",
    edits: [code(COMPUTE_ONCE, "if (call !== undefined && !this.#hasEnded) {", "if (call !== undefined) {")],
    tests: [tests("cache/compute-once-ends", "while a lease is acquired")],
  },
  {
    guard: "disconnect() gives up a lease that is being acquired by a later attempt",
    edits: [code(COMPUTE_ONCE, "        await flight.attempt?.catch(() => {});\n", "")],
    tests: [tests("cache/compute-once-ends", "that a later attempt acquires")],
  },
  {
    guard: "The signal of a lease that has ended is aborted, whatever the server does",
    edits: [code(LEASE_WATCH, "setTimer(() => void lose(), Math", "setTimer(() => {}, Math")],
    tests: [tests("cache/compute-once-obstacles", "while the server does not say whether it is held")],
  },
  {
    guard: "A lease that is lost is given up, so that nobody waits until it expires",
    edits: [
      code(LEASE_WATCH, "    await release();\n", ""),
      code(COMPUTE_ONCE, "      void this.#release(flight);\n      if (isAbortion", "      if (isAbortion"),
    ],
    tests: [tests("cache/compute-once-losses", "gives up its lease")],
  },
  {
    guard: "A lease that has expired is not given up while its value can be stored",
    edits: [
      sql("cache_lease", "releaseCacheLease", "\n    and expires_at operator(pg_catalog.>) current_timestamp", ""),
    ],
    tests: [tests("cache/compute-once-losses", "has expired and was not replaced")],
  },
  {
    guard: "An eviction leaves the rows of computations",
    edits: [sql("cache", "evictCacheEntries", "lease.expires_at operator(pg_catalog.>) current_timestamp", "false")],
    tests: [tests("cache/compute-once-losses", "a sweep that evicts leaves a computation its lease")],
  },
  {
    guard: "A computed value is checked",
    edits: [
      code(
        COMPUTE_ONCE,
        "value = requireProduced(await promiseOf(() => call.produce({ signal: lost.signal })));",
        "value = await promiseOf(() => call.produce({ signal: lost.signal }));",
      ),
    ],
    tests: [tests("cache/compute-once", "returns 17 MiB", "returns a lone surrogate")],
  },
  {
    guard: "A value that a call computes for itself is checked",
    edits: [code(UNLEASED, ".then(requireProduced)", "")],
    tests: [tests("cache/compute-once", "a value that a call computes for itself is checked")],
  },
];

/** Computing a missing value once. */
export const CACHE_LEASES: readonly Mutation[] = [...LEASES, ...LOCKS, ...QUEUES, ...COMPUTATIONS];
