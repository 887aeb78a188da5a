import { type Mutation, sql, tests } from "./mutation.js";

const TABLE = "one_time_token";
const UNEXPIRED = "\n      operator(pg_catalog.>) current_timestamp";
const HASHES = "pg_catalog.cardinality(token.earlier_hashes) operator(pg_catalog.-) 3";
const EXPIRIES = "pg_catalog.cardinality(token.earlier_expire_at) operator(pg_catalog.-) 3";
const EXPIRY = "earlier_expire_at[pg_catalog.array_position(earlier_hashes, :tokenHash!::pg_catalog.text)]";
const FILE = "auth/earlier-tokens";

/** The last few tokens of a user, and a token that is requested while the user's email changes. */
export const EARLIER_TOKENS: readonly Mutation[] = [
  {
    guard: "A new token leaves those before it usable",
    edits: [
      sql(TABLE, "createOneTimeToken", HASHES, HASHES.replace("-) 3", "+) 1")),
      sql(TABLE, "createOneTimeToken", EXPIRIES, EXPIRIES.replace("-) 3", "+) 1")),
    ],
    tests: [tests(FILE, "G35: an attacker's requests do not prevent the owner")],
  },
  {
    guard: "A sixth token voids the oldest",
    edits: [
      sql(TABLE, "createOneTimeToken", HASHES, HASHES.replace("-) 3", "-) 9")),
      sql(TABLE, "createOneTimeToken", EXPIRIES, EXPIRIES.replace("-) 3", "-) 9")),
    ],
    tests: [tests(FILE, "G20: a sixth voids the oldest")],
  },
  ...(
    [
      ["getOneTimeToken", EXPIRY, "'infinity'::pg_catalog.timestamptz"],
      ["useOneTimeToken", UNEXPIRED, " is not null"],
    ] as const
  ).map(
    ([query, find, replace]): Mutation => ({
      guard: `An earlier token that has expired is refused by ${query}`,
      edits: [sql(TABLE, query, find, replace)],
      tests: [
        tests(
          FILE,
          "G20: each keeps its own expiry",
          "G20: an earlier one is refused at the exact moment of its expiry",
        ),
      ],
    }),
  ),
  {
    guard: "A reset refuses an earlier token that has expired",
    edits: [
      sql(TABLE, "getOneTimeToken", EXPIRY, "'infinity'::pg_catalog.timestamptz"),
      sql(TABLE, "useOneTimeToken", UNEXPIRED, " is not null"),
    ],
    tests: [tests(FILE, "G20: each keeps its own expiry")],
  },
  {
    guard: "A reset takes an earlier token",
    edits: [sql(TABLE, "getOneTimeToken", "earlier_hashes operator(pg_catalog.@>)", "not earlier_hashes @>")],
    tests: [tests(FILE, "G35: an attacker's requests do not prevent the owner")],
  },
  {
    guard: "A deletion removes one token, and keeps the others",
    edits: [
      sql(
        TABLE,
        "deleteOneTimeToken",
        "    where each.hash operator(pg_catalog.<>) :tokenHash!::pg_catalog.text\n",
        "    where false\n",
      ),
    ],
    tests: [tests(FILE, "G20: each keeps its own expiry"), tests("auth/driver-contract", "deleting one of five")],
  },
  {
    guard: "A deletion removes the payload",
    edits: [
      sql(
        TABLE,
        "deleteOneTimeToken",
        "token.payloads operator(pg_catalog.-) :tokenHash!::pg_catalog.text",
        "token.payloads",
      ),
    ],
    tests: [tests("auth/token-payloads", "leaves no payload")],
  },
  {
    guard: "A deletion removes no other user's token",
    edits: [
      sql(
        TABLE,
        "deleteOneTimeToken",
        "  token.user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n  and ",
        "  ",
      ),
    ],
    tests: [tests("auth/driver-contract", "another user's, and another hash")],
  },
  {
    guard: "A sweep keeps a row with a live earlier token",
    edits: [
      sql(
        TABLE,
        "removeExpiredOneTimeTokens",
        "    and current_timestamp operator(pg_catalog.>=) all (earlier_expire_at)\n",
        "",
      ),
    ],
    tests: [tests(FILE, "F14: a sweep keeps a row")],
  },
  {
    guard: "A token that waited for a change of the email is void",
    edits: [sql(TABLE, "createOneTimeToken", "owner.email operator(pg_catalog.<>) requested.email\n      or", "")],
    tests: [tests("auth/access-ends", "G22: a token that waits for a new email", "G22: no token that is requested")],
  },
];
