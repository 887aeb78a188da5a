import { code, type Mutation, sql, tests } from "./mutation.js";

const REPLICA = "src/postgres/drivers/auth/replica.ts";
const FILE = "faults/replicas";

/** Reads on replicas. */
export const REPLICAS: readonly Mutation[] = [
  {
    guard: "A replica that lags by more than the bound is not read from",
    edits: [code(REPLICA, "isStandby && state.hasReplayed", "isStandby")],
    tests: [tests(FILE, "G78: a change that was committed before the bound")],
  },
  {
    guard: "A position is forgotten once it is older than the bound",
    edits: [code("src/postgres/drivers/auth/primary-positions.ts", "takenAt >= earliest)", "takenAt > 0)")],
    tests: [tests(FILE, "G78: a change that was committed before the bound")],
  },
  {
    guard: "A server that is no standby is not read from within a bound",
    edits: [code(REPLICA, "state?.isStandby === true", "state !== undefined")],
    tests: [tests(FILE, "G78: a primary in the place of the replica")],
  },
  {
    guard: "The primary answers what the replica does not",
    edits: [code(REPLICA, "this.#circuit.run(lookup).catch((): Served<T> => NOT_SERVED)", "this.#circuit.run(lookup)")],
    tests: [tests(FILE, "G77: without a replica that answers")],
  },
  {
    guard: "Logins decide with users of the primary",
    edits: [code("src/postgres/drivers/auth/auth-driver.ts", "return mayBeStale && this", "return this")],
    tests: [tests(FILE, "G79")],
  },
  {
    guard: "A lookup of a replica in flight is drained on the primary",
    edits: [code(REPLICA, "return this.#primary.admit(async () => {", "return Promise.resolve().then(async () => {")],
    tests: [tests(FILE, "F12")],
  },
  {
    guard: "A batched lookup that a replica did not answer is drained on the primary",
    edits: [code(REPLICA, "this.#primary.admitted.batch(lookup)", "this.#primary.batch(lookup)")],
    tests: [tests(FILE, "F12")],
  },
  {
    guard: "Only what a standby has replayed counts",
    edits: [sql("replica", "getReplicaState", "operator(pg_catalog.>=)", "operator(pg_catalog.<)")],
    tests: [tests(FILE, "G78: users are read from the replica")],
  },
  {
    guard: "A replica need not have replayed the header of a page without a record",
    edits: [sql("replica", "getPrimaryPosition", "operator(pg_catalog.<=) 40", "operator(pg_catalog.<) 0")],
    tests: [tests(FILE, "the next page of the WAL is empty")],
  },
  {
    guard: "A bounded lookup is repeated without names where a pooler shares connections",
    edits: [
      code(
        "src/postgres/execution/statement-runner.ts",
        "const decision = afterSequence(error, { number, isNamed });",
        "const decision = afterSequence(error, { number, isNamed: isNamed && number === 0 });",
      ),
    ],
    tests: [tests(FILE, "also through PgBouncer")],
  },
  {
    guard: "A replica is read in the schema of the primary",
    edits: [
      code(
        "src/postgres/config/auth-config.ts",
        ": { ...given, schema: given.schema ?? schema, target",
        ": { ...given, target",
      ),
    ],
    tests: [tests("faults/replicas", "with another schema, the replica's users are those of that schema")],
  },
  {
    guard: "A bounded lookup reads the tables of the driver's schema",
    edits: [
      code(
        "src/postgres/execution/statement-runner.ts",
        "const statement = this.#statements.of(generated);\n          const values",
        "const statement = generated;\n          const values",
      ),
    ],
    tests: [tests("faults/replicas", "with another schema, the replica's users are those of that schema")],
  },
  {
    guard: "A position that is new shows no lag",
    edits: [code("src/postgres/drivers/auth/replica.ts", "else if (position.showsLag) this", "else this")],
    tests: [tests(FILE, "and shows no lag")],
  },
  {
    guard: "An error of connecting names the replica",
    edits: [
      code(
        "src/postgres/drivers/circuit.ts",
        "      throw withSubject(this.#options.subject, error);\n    }\n    this.#isConnected",
        "      throw error;\n    }\n    this.#isConnected",
      ),
    ],
    tests: [tests(FILE, "a replica that refuses the user")],
  },
  {
    guard: "Lookups do not wait for a replica as long as for a primary",
    edits: [code("src/postgres/config/auth-config.ts", ", connectRetryMillis: CONNECT_RETRY_MILLIS };", " };")],
    tests: [tests(FILE, "G77: a proxy without a replica")],
  },
  {
    guard: "A lookup does not wait for the primary's position beyond the bound",
    edits: [
      code(
        "src/postgres/drivers/auth/primary-positions.ts",
        "await withTimeout(this.#renew(), this.#maxAgeMillis);",
        "await this.#renew();",
      ),
    ],
    tests: [tests(FILE, "G77: while the primary does not answer")],
  },
];
