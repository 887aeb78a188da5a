import { code, type Mutation, tests } from "./mutation.js";

const CONFIG = "src/postgres/config/config.ts";
const MIGRATION_CLIENT = "src/postgres/migrations/client.ts";
const SERVERS = "src/postgres/pool/servers.ts";
const ACQUIRE = "src/postgres/pool/acquire.ts";
const CONNECT_ERRORS = "src/postgres/pool/connect-errors.ts";
const CONNECT_RETRIES = "src/postgres/pool/connect-retries.ts";
const POOL = "src/postgres/pool/pool.ts";
const RETRY_POLICY = "src/postgres/execution/retry-policy.ts";
const PG_CLIENT = "src/postgres/protocol/pg-client.ts";
const READ_ONLY = "faults/read-only-server";
const HOSTS = "faults/several-hosts";
const OLD = "faults/old-connections";
const SERVER_ERRORS = "src/postgres/protocol/server-errors.ts";
const STATEMENT_RUNNER = "src/postgres/execution/statement-runner.ts";
const TRANSACTION_RUNNER = "src/postgres/execution/transaction-runner.ts";
const RETIREMENT = "src/postgres/pool/retirement.ts";

/** Servers that accept no writes, and the search for one that does. */
export const FAIL_OVER: readonly Mutation[] = [
  {
    guard: "A lookup on an unresponsive server is sent to another one",
    edits: [
      code(
        RETRY_POLICY,
        "error instanceof ResponseTimeout ? attempt.isUnresponsive",
        "error instanceof ResponseTimeout ? false",
      ),
    ],
    tests: [tests(HOSTS, "F15")],
  },
  {
    guard: "No older connection to an unresponsive server is used",
    edits: [code(RETIREMENT, "(this.isUnresponsive(connection) ? abandonedAt : undefined)", "undefined")],
    tests: [tests(HOSTS, "F15")],
  },
  {
    guard: "A server on which other statements are answered is not unresponsive",
    edits: [code(RETIREMENT, "    if (this.#options.seeksPrimary()) connection.recordAnswers(this.#activity);\n", "")],
    tests: [tests(OLD, "F1: with target_session_attrs")],
  },
  {
    guard: "Connections from before a change of the primary are not used again",
    edits: [code(RETIREMENT, "    this.#retireOpenedBefore(now(), Number.POSITIVE_INFINITY);\n", "")],
    tests: [tests(HOSTS, "F15: lookups on an unresponsive server are sent to one")],
  },
  {
    guard: "An attempt to connect to one of several hosts is short",
    edits: [
      code(
        SERVERS,
        "return Math.min(share, Math.max(LONGEST_ATTEMPT_MILLIS",
        "return Math.max(share, Math.max(LONGEST_ATTEMPT_MILLIS",
      ),
    ],
    tests: [tests("postgres/servers", "with 2 servers and target read-write, of 30000 ms")],
  },
  {
    guard: "An attempt to connect to one name, behind which servers may change, is short",
    edits: [code(SERVERS, "this.count === 1 && !this.seeksPrimary", "this.count === 1")],
    tests: [tests("postgres/servers", "with 1 servers and target read-write")],
  },
  {
    guard: "An attempt to connect takes longer where the timeout is very long: logins may be slow",
    edits: [code(SERVERS, "Math.ceil(timeoutMillis / 8)", "0")],
    tests: [tests("postgres/servers", "of 80000 ms")],
  },
  {
    guard: "disconnect() waits until the server has the requests to cancel",
    edits: [code(POOL, "    await Promise.all(this.#cancelled.splice(0));\n", "")],
    tests: [tests("postgres/pool", "has the requests to cancel")],
  },
  {
    guard: "A migration's search ends with its timeout",
    edits: [code(MIGRATION_CLIENT, "    if (client !== undefined) destroyStream(client, new ConnectTimeout());\n", "")],
    tests: [tests(HOSTS, "F20: a migration's search ends")],
  },
  {
    guard: "What disconnect() gives up is cancelled on the server",
    edits: [
      code(
        "src/postgres/protocol/connection.ts",
        "const cancelled = this.onAbandoned?.();",
        "const cancelled = undefined;",
      ),
    ],
    tests: [tests("faults/synchronous-replication", "disconnect() has given it up")],
  },
  {
    guard: "A search on a pool of createPool ends with its call",
    edits: [code(ACQUIRE, "isCancelled: () => this.#isSettled,", "")],
    tests: [tests(HOSTS, "a driver that is disconnected does not go on to search")],
  },
  {
    guard: "Answers of the next server do not count for an unresponsive one",
    edits: [code(RETIREMENT, "!this.isCurrent(connection) || abandonedAt", "abandonedAt")],
    tests: [tests(HOSTS, "F15")],
  },
  {
    guard: "A connection on which a server has refused a write as read-only is discarded",
    edits: [code(PG_CLIENT, "      if (isReadOnlyRefusal(error)) connection.retire();\n", "")],
    tests: [tests(READ_ONLY, "is discarded")],
  },
  {
    guard: "0A000 of an unlogged table during recovery counts as a refusal of a read-only server",
    edits: [code(SERVER_ERRORS, '"call_bool_check_hook", "get_relation_info"', '"call_bool_check_hook"')],
    tests: [tests(READ_ONLY, "is discarded")],
  },
  {
    guard: "One host with target_session_attrs is tried until the timeout",
    edits: [code(CONNECT_RETRIES, "count > 1 || seeksPrimary", "count > 1")],
    tests: [tests(HOSTS, "one host with target_session_attrs")],
  },
  {
    guard: "Once a connection is lost, older idle ones are not used again",
    edits: [code(POOL, "    this.retirement.admit(connection);\n", "")],
    tests: [tests(OLD, "no older one is used again")],
  },
  {
    guard: "Once a connection is lost, older acquired ones do not return to the pool",
    edits: [
      code(
        RETIREMENT,
        "for (const connection of this.#options.acquired) if (connection.openedAt < time) connection.retire();",
        "",
      ),
    ],
    tests: [tests(OLD, "no older one is used again")],
  },
  {
    guard: "A connection that is lost in a call ends the use of older ones",
    edits: [
      code(
        PG_CLIENT,
        "if (isEndFromOutside(error)) connection.lose();",
        "if (isEndFromOutside(error)) connection.close();",
      ),
    ],
    tests: [tests(OLD, "no older one is used again")],
  },
  {
    guard: "A call that is not answered in time is no loss of its connection",
    edits: [
      code(
        PG_CLIENT,
        "if (error instanceof ResponseTimeout) connection.abandon();",
        "if (error instanceof ResponseTimeout) connection.lose();",
      ),
    ],
    tests: [tests(OLD, "that is not answered in time")],
  },
  {
    guard: "An error that leaves the connection open is no loss of it",
    edits: [code(PG_CLIENT, ' && (severity === "FATAL" || routine === ENDING_CONNECTION)', "")],
    tests: [tests(OLD, "of a connection to another server")],
  },
  {
    guard: "An error that leaves the connection open is no loss of it, whatever the language of the server's messages",
    edits: [code(PG_CLIENT, '(severity === "FATAL" || routine === ENDING_CONNECTION)', 'severity !== "ERROR"')],
    tests: [tests(OLD, "in Italian")],
  },
  {
    guard: "The end of a connection is its loss, whatever the language of the server's messages",
    edits: [code(PG_CLIENT, " || routine === ENDING_CONNECTION)", ")")],
    tests: [tests(OLD, "in Italian")],
  },
  {
    guard: "A connection that ends between two statements of a transaction is lost",
    edits: [
      code(
        "src/postgres/protocol/pg-internals.ts",
        '"Connection terminated unexpectedly", NOT_QUERYABLE]',
        '"Connection terminated unexpectedly"]',
      ),
    ],
    tests: [tests(OLD, "between two statements")],
  },
  {
    guard: "After a refusal as read-only, older connections are not used again",
    edits: [
      code(STATEMENT_RUNNER, "if (isReadOnlyRefusal(error)) this.#pool.retirement.afterRefusal(connection);", ""),
    ],
    tests: [tests(HOSTS, "writes wait for its end")],
  },
  {
    guard: "A replaced connection to a fenced server is not one of the attempts of a transaction",
    edits: [code(TRANSACTION_RUNNER, "let attempt = 1; ; )", "let attempt = 1; ; attempt += 1)")],
    tests: [tests(HOSTS, "F7: three aborted runs")],
  },
  {
    guard: "A value that cannot be sent is no loss of the connection",
    edits: [
      code(
        PG_CLIENT,
        "if (isEndFromOutside(error)) connection.lose();",
        "if (isConnectionLoss(error)) connection.lose();",
      ),
    ],
    tests: [tests(OLD, "a value that cannot be sent")],
  },
  {
    guard: "A loss that is noticed late ends the use of no newer connection",
    edits: [code(RETIREMENT, "openedAt < this.#before || time", "time")],
    tests: [tests(OLD, "noticed late")],
  },
  {
    guard: "A client that a caller's pool gives again is used",
    edits: [code(RETIREMENT, "    if (!connection.isDiscarded) {\n", "    {\n")],
    tests: [tests(OLD, "gives the same client again")],
  },
  {
    guard: "A client that a caller's pool gives again counts as a new one",
    edits: [code(RETIREMENT, "      connection.opened();\n    }", "    }")],
    tests: [tests(OLD, "gives the same client again")],
  },
  {
    guard: "A statement on a connection opened before the last loss emits no connection-healed",
    edits: [code("src/postgres/pool/health.ts", " || !isCurrent", "")],
    tests: [tests("events/connections", "opened before the loss")],
  },
  {
    guard: "A statement on a client of the caller's emits no connection-healed",
    edits: [
      code(
        TRANSACTION_RUNNER,
        "health.succeeded(label, milliseconds, false)",
        "health.succeeded(label, milliseconds, true)",
      ),
    ],
    tests: [tests("events/connections", "for a client of the caller's")],
  },
  {
    guard: "A standby is no primary",
    edits: [code(SERVERS, 'if (standby !== "off")', 'if (standby === "")')],
    tests: [tests(HOSTS, "wherever it is in the list")],
  },
  {
    guard: "A fenced server accepts no writes",
    edits: [
      code(SERVERS, 'if (this.#target !== "read-write" || fenced === "off") return undefined;', "return undefined;"),
    ],
    tests: [tests(HOSTS, "writes wait for its end")],
  },
  {
    guard: "A server that is fenced is the primary all the same",
    edits: [code(SERVERS, 'this.#target !== "read-write" || ', "")],
    tests: [tests(HOSTS, "target_session_attrs=primary")],
  },
  {
    guard: "A server that cannot be used is passed over",
    edits: [code(SERVERS, "    if (index === this.#next) this.#next = (index + 1) % this.count;\n", "")],
    tests: [tests(HOSTS, "are passed over")],
  },
  {
    guard: "A pooler that refuses the start-up also without statement_timeout is passed over",
    edits: [
      code(
        "src/postgres/pool/client-class.ts",
        "        servers.passOver(this.#candidate);\n",
        "        if (!isRefusedParameter(error)) servers.passOver(this.#candidate);\n",
      ),
    ],
    tests: [tests(HOSTS, "a pooler that refuses the start-up")],
  },
  {
    guard: "After a pooler that refuses the start-up, the next host is tried by the same call",
    edits: [code(CONNECT_RETRIES, "  SqlState.protocolViolation,\n  SqlState.featureNotSupported,\n", "")],
    tests: [tests(HOSTS, "a pooler that refuses the start-up")],
  },
  {
    guard: "A connection that is closed before it is ready is tried again",
    edits: [code(CONNECT_RETRIES, "  if (isClosedByPeer(error)) return timeoutMillis;\n", "")],
    tests: [tests(HOSTS, "is tried again")],
  },
  {
    guard: "A failure to connect is not reported as an exhausted pool",
    edits: [
      code(
        "src/postgres/protocol/pg-internals.ts",
        "return (error as { message?: unknown } | null)?.message === POOL_TIMEOUT;",
        "return (error as { code?: unknown } | null)?.code === undefined;",
      ),
    ],
    tests: [tests(HOSTS, "wait for one another")],
  },
  {
    guard: "The client of createPool is one of the primary",
    edits: [
      code(
        "src/postgres/pool/create-pool.ts",
        "const servers = new Servers(config);",
        'const servers = new Servers({ ...config, target: "any" });',
      ),
    ],
    tests: [tests(HOSTS, "createPool")],
  },
  {
    guard: "A driver on a pool of createPool waits as long as the pool does",
    edits: [code(CONFIG, "...DEFAULTS, ...timeout, ", "...DEFAULTS, ")],
    tests: [
      tests(HOSTS, "waits for a primary as long as the pool does"),
      tests("postgres/config", "by default that of a pool of createPool"),
    ],
  },
  {
    guard: "A driver's own connectionTimeoutMillis goes before that of a pool of createPool",
    edits: [code(CONFIG, "...timeout, ...defined(config)", "...defined(config), ...timeout")],
    tests: [tests("postgres/config", "by default that of a pool of createPool")],
  },
  {
    guard: "The timeouts of a driver limit its search on a pool of createPool, and its events report it",
    edits: [code(POOL, "acquire(connectingPoolOf(this.#pool), ", "acquire(this.#pool, ")],
    tests: [
      tests(HOSTS, "waits longer than the pool does", "use no idle connection from before"),
      tests("faults/replicas", "G77: a proxy without a replica"),
    ],
  },
  {
    guard: "The timeout of migrations limits their search on a pool of createPool",
    edits: [code(MIGRATION_CLIENT, "acquire(connectingPoolOf(callerPool), ", "acquire(callerPool, ")],
    tests: [tests(HOSTS, "waits longer than the pool does")],
  },
  {
    guard: "Migrations on a pool of createPool use no connection to a server that has become read-only",
    edits: [code(MIGRATION_CLIENT, "      if (refusal !== undefined) throw refusal;\n", "")],
    tests: [tests(HOSTS, "use no idle connection from before")],
  },
  {
    guard: "Connections are acquired through a connect that the application has wrapped",
    edits: [code("src/postgres/pool/created-pools.ts", 'Object.hasOwn(pool, "connect") ? pool : ', "")],
    tests: [tests(HOSTS, "that the application has wrapped")],
  },
  {
    guard: "A write whose wait for a standby was cancelled is no success",
    edits: [
      code(PG_CLIENT, "        if (connection.takeCancelledWait()) return fail(new CancelledReplicationWait());\n", ""),
    ],
    tests: [tests("faults/synchronous-replication", "G69")],
  },
  {
    guard: "A statement that is given up is cancelled on the server",
    edits: [
      code(
        "src/postgres/pool/client-class.ts",
        "if (connection.isVerified) connection.onAbandoned = () => this.#cancel();",
        "Connection.of(this);",
      ),
    ],
    tests: [tests("faults/synchronous-replication", "G70: does not go on waiting")],
  },
  {
    guard: "A statement_timeout that a pooler refuses is left out",
    edits: [code("src/postgres/pool/client-class.ts", "            limit.refusedBy.add(index);\n", "")],
    tests: [tests("faults/synchronous-replication", "that a pooler refuses")],
  },
  {
    guard: "A statement_timeout that a pooler refuses is sent to the other hosts",
    edits: [
      code("src/postgres/pool/client-class.ts", "!limit.refusedBy.has(candidate.index)", "limit.refusedBy.size === 0"),
    ],
    tests: [tests("faults/synchronous-replication", "is sent to the other hosts")],
  },
  {
    guard: "A statement_timeout is sent again to a pooler that refused connections for another reason",
    edits: [code("src/postgres/pool/client-class.ts", "          limit.refusedBy.delete(index);\n", "")],
    tests: [tests("faults/synchronous-replication", "refused connections for another reason")],
  },
  {
    guard: "That no server accepts writes is said also if other hosts cannot be reached",
    edits: [
      code(
        CONNECT_RETRIES,
        "return before instanceof UnsuitableServer && !endsSearch ? before : failure;",
        "return failure;",
      ),
    ],
    tests: [tests(HOSTS, "also if other hosts cannot be reached")],
  },
  {
    guard: "That a server did not respond in time is reported only if nothing else has failed",
    edits: [code(CONNECT_RETRIES, "return isReplaceable ? failure : before;", "return failure;")],
    tests: [tests("faults/synchronous-replication", "another failure is reported before")],
  },
  {
    guard: "A connect timeout after a refused parameter is reported, not the refusal",
    edits: [code(CONNECT_RETRIES, " || before instanceof RefusedParameter", "")],
    tests: [tests("faults/synchronous-replication", "refuses it from a migration")],
  },
  {
    guard: "An error that ends the search for a primary is reported, and not the standby that was found before",
    edits: [code(CONNECT_RETRIES, " && !endsSearch ? before", " ? before")],
    tests: [tests(HOSTS, "a primary that refuses the login")],
  },
  {
    guard: "Migrations, too, report that there is no primary, and not the host that was tried last",
    edits: [
      code(
        CONNECT_RETRIES,
        "retryMillisFor(error, timeoutMillis, servers)) throw reported;",
        "retryMillisFor(error, timeoutMillis, servers)) throw error;",
      ),
    ],
    tests: [tests(HOSTS, "also if other hosts cannot be reached")],
  },
  {
    guard: "Errors that name hosts bracket IPv6 addresses that have a port",
    edits: [code(SERVERS, "return isIPv6(host) ?", 'return isIPv6("") ?')],
    tests: [tests(HOSTS, "brackets IPv6 addresses")],
  },
  {
    guard: "After a client has ended, a server that does not respond keeps no socket open",
    edits: [code("src/postgres/pool/client-class.ts", "      destroyIdleStream(this, END_TIMEOUT_MILLIS);\n", "")],
    tests: [tests("faults/black-hole", "sockets are closed")],
  },
  {
    guard: "A Unix socket that does not exist yet is tried again",
    edits: [code(CONNECT_RETRIES, '"ECONNREFUSED", "ENOENT"', '"ECONNREFUSED"')],
    tests: [tests("faults/connecting", "Unix socket")],
  },
  {
    guard: "The error of a search without a primary names the hosts",
    edits: [code(CONNECT_ERRORS, 'names === "" ? "" : ` among', '"" === "" ? "" : ` among')],
    tests: [tests(HOSTS, "also if other hosts cannot be reached")],
  },
  {
    guard: "The error of hosts that cannot be reached names them",
    edits: [code(CONNECT_ERRORS, 'names === "" ? "" : ` (', '"" === "" ? "" : ` (')],
    tests: [tests(HOSTS, "if no host can be reached")],
  },
];
