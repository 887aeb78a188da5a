import { code, type Mutation, sql, tests } from "./mutation.js";

/** Settings of a connection that would change an answer. */
export const SETTINGS: readonly Mutation[] = [
  {
    guard: "A connection with another client_encoding is closed",
    edits: [code("src/postgres/pool/pool.ts", "      Connection.of(client).closeOnForeignEncoding();\n", "")],
    tests: [tests("postgres/changed-settings", "writes no text in another encoding")],
  },
  {
    guard: "An = for uuid that the application's search_path finds first does not find another user's session",
    edits: [
      sql("session", "getSession", "id operator(pg_catalog.=) :id!", "id = :id!"),
      sql("session", "getSessionsById", "id operator(pg_catalog.=) any", "id = any"),
    ],
    tests: [tests("postgres/changed-settings", "G32: a search_path with other comparisons")],
  },
  {
    guard: "A comparison that the application's search_path finds first expires nothing",
    edits: [
      sql(
        "cache",
        "getCacheEntries",
        "cache.expires_at operator(pg_catalog.<=) current_timestamp",
        "cache.expires_at <= current_timestamp",
      ),
    ],
    tests: [tests("postgres/changed-settings", "G32: a search_path with other comparisons")],
  },
  {
    guard: "A type that the application's search_path finds first is not taken for Postgres's own",
    edits: [sql("user", "getUserById", ":id!::pg_catalog.uuid", ":id!::uuid")],
    tests: [tests("postgres/changed-settings", "G32: a search_path with other types")],
  },
  {
    guard: "Names that a search_path could replace are refused in queries/",
    edits: [code("scripts/check-queries.ts", "parts.length < 2 || !isOurs(parts[0])", "parts.length > 2")],
    tests: [tests("queries-check", "G32")],
  },
  {
    guard: "Times come as numbers, which no DateStyle changes",
    edits: [
      sql(
        "session",
        "getSession",
        'extract(epoch from created_at) as "createdAt!"',
        'created_at::pg_catalog.text as "createdAt!"',
      ),
    ],
    tests: [tests("postgres/changed-settings", "G32: DateStyle German")],
  },
  {
    guard: "Times before 1970 are rounded down to the millisecond, as later ones are",
    edits: [code("src/postgres/protocol/times.ts", "isRoundedUp ? milliseconds - 1 : milliseconds", "milliseconds")],
    tests: [tests("postgres/decode", "toDate")],
  },
  {
    guard: "Times in JSON are rounded down to the millisecond",
    edits: [
      code(
        "src/postgres/protocol/times.ts",
        "Math.floor(Math.round((exact - whole) * 1e6) / 1000)",
        "(exact - whole) * 1000",
      ),
    ],
    tests: [tests("postgres/decode", "numberToDate")],
  },
  {
    guard: "A time beyond the range of Date becomes the end of that range",
    edits: [
      code(
        "src/postgres/protocol/times.ts",
        "return Math.min(Math.max(milliseconds, -END_OF_TIME), END_OF_TIME);",
        "return milliseconds;",
      ),
    ],
    tests: [tests("postgres/decode", "toDate")],
  },
];
