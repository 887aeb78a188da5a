import { code, type Mutation, sql, tests } from "./mutation.js";

const SWEEPS_BY_TABLE = [
  ["session", "removeExpiredSessions"],
  ["one_time_token", "removeExpiredOneTimeTokens"],
  ["log_in_budget", "removeExpiredLogInBudgets"],
  ["log_in_exemption", "removeExpiredLogInExemptions"],
  ["cache", "removeExpiredCacheEntries"],
] as const;

/** Removing what has expired, and telling of what happens. */
export const SWEEPS: readonly Mutation[] = [
  ...SWEEPS_BY_TABLE.map(
    ([table, query]): Mutation => ({
      guard: `A sweep of ${table} waits for nobody (SKIP LOCKED)`,
      edits: [sql(table, query, "  for update skip locked", "  for update")],
      tests: [tests("sweep/removal", "F14: rows that somebody holds are left to them")],
    }),
  ),
  ...SWEEPS_BY_TABLE.map(
    ([table, query]): Mutation => ({
      guard: `A sweep of ${table} takes no more rows at once than it is told to`,
      edits: [sql(table, query, "  limit :batchSize!::int\n", "")],
      tests: [tests("sweep/removal", "rows at most")],
    }),
  ),
  ...SWEEPS_BY_TABLE.slice(0, 4).map(
    ([table, query]): Mutation => ({
      guard: `A sweep of ${table} takes no live row`,
      edits: [sql(table, query, " and expires_at operator(pg_catalog.<=) current_timestamp", "")],
      tests: [tests("sweep/removal", "F14: what has expired, and never a live row")],
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
