import { code, type Mutation, sql, tests } from "./mutation.js";

const SWEEPS_BY_TABLE = [
  ["session", "removeExpiredSessions"],
  ["one_time_token", "removeExpiredOneTimeTokens"],
  ["user_token", "removeExpiredUserTokens"],
  ["api_key", "removeExpiredApiKeys"],
  ["log_in_budget", "removeExpiredLogInBudgets"],
  ["log_in_exemption", "removeExpiredLogInExemptions"],
  ["cache", "removeExpiredCacheEntries"],
] as const;

/** Removing what has expired, and emitting what happens. */
export const SWEEPS: readonly Mutation[] = [
  ...SWEEPS_BY_TABLE.map(
    ([table, query]): Mutation => ({
      guard: `A sweep of ${table} does not wait for locks (SKIP LOCKED)`,
      edits: [sql(table, query, "  for update skip locked", "  for update")],
      tests: [tests("sweep/removal", "F14: rows locked by another transaction are skipped")],
    }),
  ),
  ...SWEEPS_BY_TABLE.map(
    ([table, query]): Mutation => ({
      guard: `A sweep of ${table} deletes no more rows in one statement than the batch size`,
      edits: [sql(table, query, "  limit :batchSize!::int\n", "")],
      tests: [tests("sweep/removal", "rows at most")],
    }),
  ),
  ...SWEEPS_BY_TABLE.filter(([table]) => table !== "cache").map(
    ([table, query]): Mutation => ({
      guard: `A sweep of ${table} deletes no live row`,
      edits: [sql(table, query, " and expires_at operator(pg_catalog.<=) current_timestamp", "")],
      tests: [tests("sweep/removal", "F14: expired rows, and never a live row")],
    }),
  ),
  {
    guard: "A listener that throws or rejects breaks nothing",
    edits: [
      code("src/events.ts", "  return (event) => {\n    try {", "  return listener;\n  return (event) => {\n    try {"),
    ],
    tests: [tests("events/listeners", "a listener breaks nothing")],
  },
];
