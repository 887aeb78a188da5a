import { code, type Mutation, sql, tests } from "./mutation.js";

const FUNCTIONS = "src/auth/functions/logins.ts";
const LIMITS = "src/auth/logins/limiter.ts";
const BUDGETS = "src/auth/logins/budgets.ts";
const NETWORKS = "src/net/networks.ts";

/** How many failed logins are allowed, and whom strangers cannot hold up. */
export const LOG_IN_LIMITS: readonly Mutation[] = [
  {
    guard: "A login is refused once too many others have failed",
    edits: [code(LIMITS, "waitSeconds <= 0", "waitSeconds <= Number.MAX_VALUE")],
    tests: [tests("limits/budgets", "every attempt is TOO_MANY_ATTEMPTS", "nothing is hashed")],
  },
  {
    guard: "Failures are checked when an attempt leaves the queue, so that concurrent attempts get no extra tries",
    edits: [
      code(LIMITS, 'return this.#gate === null ? attempt() : this.#gate.run("login", attempt);', "return attempt();"),
    ],
    tests: [tests("limits/processes", "G34: on an account from one address", "from one address, each on another")],
  },
  {
    guard: "A failed login is counted",
    edits: [code(LIMITS, "failed: () => store.spendLogInBudgets(spends),", "failed: async () => {},")],
    tests: [tests("limits/budgets", "by default: 10 on an account from one address")],
  },
  {
    guard: "Concurrent failures are all counted where the default isolation is stricter than read committed",
    edits: [
      code(
        "src/postgres/drivers/auth/login-store.ts",
        "this.executor.writeReadCommitted(statements.spendLogInBudgets",
        "this.executor.write(statements.spendLogInBudgets",
      ),
    ],
    tests: [tests("limits/locks", "failures on one budget are all counted")],
  },
  {
    guard: "An attempt on a stored hash that cannot be read is counted",
    edits: [code(FUNCTIONS, '"PASSWORD_HASH_FAILED") await unreadable();', '"PASSWORD_HASH_FAILED") await null;')],
    tests: [tests("limits/budgets", "attempts on a stored hash that cannot be read count as failed")],
  },
  {
    guard: "An attempt rejected with OVERLOADED is not counted",
    edits: [
      code(
        FUNCTIONS,
        'error instanceof PevensieError && error.code === "PASSWORD_HASH_FAILED"',
        "error instanceof PevensieError",
      ),
      code(LIMITS, 'this.#gate.run("login", attempt)', "attempt()"),
    ],
    tests: [tests("limits/budgets", "attempts rejected with OVERLOADED do not")],
  },
  {
    guard: "Each failure spends from a budget, however soon after the last one",
    edits: [
      sql(
        "log_in_budget",
        "spendLogInBudgets",
        "greatest(budget.expires_at, excluded.spent_at)",
        "greatest(excluded.spent_at, excluded.spent_at)",
      ),
    ],
    tests: [tests("limits/budgets", "by default: 10 on an account from one address")],
  },
  {
    guard: "A budget that has been full for a while admits no more than its burst",
    edits: [
      sql(
        "log_in_budget",
        "spendLogInBudgets",
        "greatest(budget.expires_at, excluded.spent_at)",
        "(budget.expires_at)",
      ),
    ],
    tests: [tests("limits/strangers", "G34: a pause renews only as many as its duration allows")],
  },
  {
    guard: "Failures lock budgets in one order",
    edits: [
      sql(
        "log_in_budget",
        "spendLogInBudgets",
        'order by given.key collate pg_catalog."C"\n',
        'order by given.key collate pg_catalog."C" desc\n',
      ),
    ],
    tests: [tests("limits/locks", "G34: failures that spend from the same budgets lock them in one order")],
  },
  {
    guard: "retryAfterSeconds is exact to the millisecond",
    edits: [code(LIMITS, "Math.ceil(soonest * 1000) / 1000", "Math.ceil(soonest)")],
    tests: [tests("limits/budgets", "G34: retryAfterSeconds is not rounded to seconds")],
  },
  {
    guard: "Attackers cannot lock an owner out at a known address",
    edits: [code(BUDGETS, "else if (known !== null) checks.push(exemptionOf(this.#limits.knownAddress, known));", "")],
    tests: [
      tests("limits/strangers", "G34: lets its owner log in there, and nowhere else, whatever attackers do elsewhere"),
    ],
  },
  {
    guard: "A login by code, link or identity makes its address known",
    edits: [code(FUNCTIONS, "exemption: this.parts.limiter.knownAddress(session.ip)", "exemption: null")],
    tests: [tests("limits/strangers", "G34: an address is known after a login there by")],
  },
  {
    guard: "Failures at a known address spend from a budget of their own",
    edits: [
      code(BUDGETS, "spends: [{ key: held.budgetKey, restoreSeconds: restoreSecondsOf(limit) }],", "spends: [],"),
    ],
    tests: [tests("limits/strangers", "an attacker at a known address has 50 failures")],
  },
  {
    guard: "Attackers cannot lock an owner out after a reset of the password",
    edits: [code(BUDGETS, "return [{ scope: ANYWHERE, budgetKey, ttlSeconds: PROVED_SECONDS }, ", "return [")],
    tests: [tests("limits/strangers", "G34: for an hour the right password is accepted")],
  },
  {
    guard: "A reset of the password makes its address known",
    edits: [code(BUDGETS, "...(known === null ? [] : [known])", "")],
    tests: [tests("limits/strangers", "G34: a reset with an ip makes that address known")],
  },
  {
    guard: "A reset of the password starts the budget of its address anew",
    edits: [
      code(
        BUDGETS,
        'budgetKey: newBudgetKey("known address"), ttlSeconds',
        'budgetKey: keyOf("known address", scope), ttlSeconds',
      ),
    ],
    tests: [tests("limits/strangers", "G34: a reset with an ip starts the budget of that address anew")],
  },
  {
    guard: "A login at a known address does not restore its budget",
    edits: [
      sql(
        "session",
        "logIn",
        "do update set expires_at = excluded.expires_at",
        "do update set budget_key = excluded.budget_key, expires_at = excluded.expires_at",
      ),
    ],
    tests: [tests("limits/strangers", "G34: a later login there does not restore its budget")],
  },
  {
    guard: "The hour after a reset ends",
    edits: [code(BUDGETS, "const PROVED_SECONDS = 60 * 60;", "const PROVED_SECONDS = 24 * 60 * 60;")],
    tests: [tests("limits/strangers", "G34: the hour ends")],
  },
  {
    guard: "After a reset one address has no additional guesses",
    edits: [
      code(BUDGETS, "Math.max(waitSeconds, knowledge.localWaitSeconds)", "waitSeconds"),
      code(BUDGETS, ", ...budgets.filter(({ local }) => local)]", "]"),
    ],
    tests: [tests("limits/strangers", "G34: attackers have 100 guesses in that hour")],
  },
  {
    guard: "An exemption expires",
    edits: [
      sql("user", "getCredentialsByEmail", "    and known.expires_at operator(pg_catalog.>) current_timestamp\n", ""),
    ],
    tests: [tests("limits/strangers", "G34: an address is known for 30 days")],
  },
  {
    guard: "An exemption applies to its user only",
    edits: [
      sql(
        "user",
        "getCredentialsByEmail",
        "    known.user_id operator(pg_catalog.=) account.id\n",
        "    known.user_id is not null\n",
      ),
    ],
    tests: [tests("limits/strangers", "is known for one account only")],
  },
  {
    guard: "An exemption ends with the password, a ban and a deletion",
    edits: [
      sql(
        "user",
        "endUserAccess",
        "  delete from pevensie.log_in_exemption\n  where :endExemptions!::boolean and",
        "  delete from pevensie.log_in_exemption\n  where :endExemptions!::boolean and false and",
      ),
    ],
    tests: [tests("limits/strangers", "G34: a changed password", "G34: a ban")],
  },
  {
    guard: "An exemption is granted while the verified password is the user's (compare-and-set)",
    edits: [
      sql(
        "log_in_exemption",
        "grantLogInExemptions",
        "    and password_hash operator(pg_catalog.=) :passwordHash!::pg_catalog.text\n",
        "    and :passwordHash!::pg_catalog.text is not null\n",
      ),
    ],
    tests: [tests("auth/driver-contract", "a user with another password, deleted, banned or unknown is granted none")],
  },
  {
    guard: "A failed login makes no address known",
    edits: [
      code(
        FUNCTIONS,
        "        await admitted.failed();\n        emitFailure(",
        "        await admitted.failed();\n        const exemption = userId && admitted.exemption;\n" +
          "        if (exemption) await this.store.grantLogInExemption(userId ?? '', admitted.credentials?.passwordHash ?? '', exemption);\n        emitFailure(",
      ),
    ],
    tests: [tests("limits/strangers", "a failed login makes no address known")],
  },
  {
    guard: "The addresses of one IPv6 network count as one",
    edits: [code(NETWORKS, "prefixOf(groups, 4)", "prefixOf(groups, 8)")],
    tests: [tests("limits/networks", "count as one")],
  },
  {
    guard: "A /48 network is bounded, however many /64 networks it has",
    edits: [code(NETWORKS, "site: prefixOf(groups, 3) }", "site: null }")],
    tests: [tests("limits/networks", "G34: has four times what one address has")],
  },
  {
    guard: "IPv4 addresses in IPv6 ones do not count as one network",
    edits: [code(NETWORKS, "if (embedded !== null) return", "if (embedded === '') return")],
    tests: [tests("limits/networks", "counts as the IPv4 address within")],
  },
  {
    guard: "Verification reads no metadata",
    edits: [
      sql(
        "user",
        "getCredentialsByEmail",
        "  coalesce(known.budget_key) as",
        "  account.user_metadata, coalesce(known.budget_key) as",
      ),
    ],
    tests: [tests("limits/rows", "an attempt reads no metadata")],
  },
  {
    guard: "Metadata that the codec refuses fails a login before its session is made",
    edits: [
      code(
        FUNCTIONS,
        "if (this.parts.metadata.canRefuse) this.decode(",
        "if (this.parts.metadata === null) this.decode(",
      ),
    ],
    tests: [tests("limits/rows", "fails the login before a session is made")],
  },
];
