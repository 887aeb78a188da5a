import { code, type Mutation, tests } from "./mutation.js";

const DRIVER = "src/postgres/drivers/cache/shards/sharded-cache-driver.ts";
const CIRCUIT = "src/postgres/drivers/circuit.ts";
const NAMES = "src/postgres/config/shards.ts";
const UNAVAILABLE = "faults/unavailable-shards";

/** A cache over several servers. */
export const CACHE_SHARDS: readonly Mutation[] = [
  {
    guard: "Keys belong to names, whatever the order of the list",
    edits: [
      code(NAMES, "return resolved.sort((one, other) => (one.name < other.name ? -1 : 1));", "return resolved;"),
      code(
        DRIVER,
        "new Rendezvous(shards.map(({ name }) => name))",
        "new Rendezvous(shards.map((_, index) => String(index)))",
      ),
    ],
    tests: [tests("cache/shards", "G73: all entries of a key are on one server", "G76")],
  },
  {
    guard: "Another shard takes over its share of the keys, and no others move",
    edits: [
      code(
        "src/postgres/drivers/cache/shards/rendezvous.ts",
        "    return index;\n",
        "    return hash % this.#seeds.length;\n",
      ),
    ],
    tests: [tests("cache/shards", "G73: another server takes over its share", "G73: with a third server")],
  },
  {
    guard: "Entries that stayed when a shard was added are not listed",
    edits: [code(DRIVER, "...keys.filter((key) => this.#placement.indexOf(key) === index)", "...keys")],
    tests: [tests("cache/shards", "G73: with a third server")],
  },
  {
    guard: "An invalidation in the transaction of one server is refused",
    edits: [code(DRIVER, "    if (client !== undefined) {\n", "    if (client === null) {\n")],
    tests: [tests("cache/shards", "G75: a client is refused")],
  },
  {
    guard: "What expires soonest over all shards is evicted first",
    edits: [code("src/postgres/drivers/cache/shards/shard-bounds.ts", "compare(one, other))", "compare(other, one))")],
    tests: [tests("cache/shards", "a sweep evicts what expires soonest")],
  },
  {
    guard: "A sweep rejects if one of several servers fails",
    edits: [code("src/cache/cache.ts", "    if (failures.length > 0) throw failures[0];\n", "")],
    tests: [tests("cache/shards", "a sweep of which a server fails")],
  },
  {
    guard: "A sweep reports what it has removed from the other servers if one fails",
    edits: [
      code(
        "src/postgres/drivers/cache/shards/sharded-cache-driver.ts",
        "if (failures.length === sweeps.length) throw",
        "if (failures.length > 0) throw",
      ),
    ],
    tests: [
      tests("cache/shards", "one that fails is named and the others are done", "a sweep of which a server fails"),
    ],
  },
  {
    guard: "A sweep reports what it has evicted from the other servers if one fails to evict",
    edits: [
      code(
        "src/postgres/drivers/cache/shards/sharded-cache-driver.ts",
        "evicted: sum(valuesOf(evictions))",
        "evicted: reasonsOf(evictions).length > 0 ? 0 : sum(valuesOf(evictions))",
      ),
    ],
    tests: [tests("cache/shards", "a server fails to evict")],
  },
  {
    guard: "The command goes on with the other databases if one of several fails",
    edits: [code("src/cli/databases.ts", "      process.exitCode = 1;\n", "      throw error;\n")],
    tests: [tests("cache/shards", "one that fails is named and the others are done")],
  },
  {
    guard: "A list does not name one server twice",
    edits: [code(NAMES, "    if (earlier !== -1) {\n", "    if (earlier < -1) {\n")],
    tests: [tests("cache/shards", "INVALID_INPUT names shards[1]", "INVALID_INPUT names shards[2]")],
  },
  {
    guard: "A shard that does not answer gets no calls",
    edits: [code(CIRCUIT, "if (this.#outage !== undefined) throw this.#refusal(this.#outage);", "")],
    tests: [tests(UNAVAILABLE, "G74: what changes something")],
  },
  {
    guard: "A lost response alone makes no shard unavailable",
    edits: [code(CIRCUIT, 'if (error.code !== "OUTCOME_UNKNOWN") this.#open(error);', "this.#open(error);")],
    tests: [tests(UNAVAILABLE, "F21: a write whose response is lost")],
  },
  {
    guard: "A shard that does not answer is probed until it does",
    edits: [
      code(
        CIRCUIT,
        "        break;\n      } catch (error) {\n",
        "        break;\n      } catch (error) {\n        return;\n",
      ),
    ],
    tests: [tests(UNAVAILABLE, "F21: a server that comes back without")],
  },
  {
    guard: "disconnect() does not wait for the probe of a shard that connects",
    edits: [
      code(
        CIRCUIT,
        "    // Also ends the probe, and an attempt to connect.\n",
        "    if (!this.#isConnected) await this.#probed;\n",
      ),
    ],
    tests: [tests(UNAVAILABLE, "when a probe connects")],
  },
  {
    guard: "disconnect() ends attempts to connect to a server that does not respond",
    edits: [code("src/postgres/pool/pool.ts", "    this.#attempts.abort();\n", "")],
    tests: [tests(UNAVAILABLE, "when a probe connects")],
  },
  {
    guard: "disconnect() ends connect() of a driver",
    edits: [code("src/postgres/drivers/lifecycle.ts", "abort: () => this.executor.abort()", "abort: () => {}")],
    tests: [tests(UNAVAILABLE, "of a cache, which")],
  },
  {
    guard: "disconnect() ends connect() of a cache with shards",
    edits: [code(DRIVER, "        for (const shard of this.#shards) shard.disconnect().catch(ignoreError);\n", "")],
    tests: [tests(UNAVAILABLE, "of a cache with shards")],
  },
  {
    guard: "A cache that a listener disconnects during connect() is not connected",
    edits: [code(DRIVER, "    if (this.#state.isDisconnecting) throw notConnected();\n", "")],
    tests: [tests(UNAVAILABLE, "by a listener of cache-shard-unavailable")],
  },
  {
    guard: "An auth that a listener disconnects during connect() is not connected",
    edits: [
      code(
        "src/postgres/drivers/auth/auth-driver.ts",
        "      await this.#replica.connect(listener);\n      this.requireConnected();\n",
        "      await this.#replica.connect(listener);\n",
      ),
    ],
    tests: [tests(UNAVAILABLE, "by a listener of replica-unavailable")],
  },
  {
    guard: "Only the lack of an answer is a miss",
    edits: [code(DRIVER, 'this.#onUnavailable === "miss" && isUnanswered(error)', 'this.#onUnavailable === "miss"')],
    tests: [tests(UNAVAILABLE, "F21: a server that comes back without")],
  },
  {
    guard: 'With onUnavailable: "error" a shard that does not answer is an error, not a miss',
    edits: [code(DRIVER, 'this.#onUnavailable === "miss" && isUnanswered(error)', "isUnanswered(error)")],
    tests: [tests(UNAVAILABLE, 'G74: with onUnavailable: "error"')],
  },
  {
    guard: "What is computed without a shard is not aborted when it comes back",
    edits: [code(DRIVER, "    if (token.startsWith(UNSHARED)) return true;\n", "")],
    tests: [tests(UNAVAILABLE, "G74: what was begun without the server")],
  },
  {
    guard: "connect() tolerates shards that do not answer, and no other failure",
    edits: [code(DRIVER, "failed.find(({ reason }) => !isTemporary(reason)) ?? ", "")],
    tests: [tests(UNAVAILABLE, "F21: connect() rejects if no server answers")],
  },
];
