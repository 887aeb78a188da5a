import { code, type Mutation, sql, tests } from "./mutation.js";

const CONTRACT = "auth/driver-contract";
const LOGIN_STORE = "src/postgres/drivers/auth/login-store.ts";

/** Guards of accounts that the drivers' contract suite covers. */
export const ACCOUNT_CONTRACT: readonly Mutation[] = [
  {
    guard: "The session of a login ends when it was asked to",
    edits: [code(LOGIN_STORE, "...sessionParams(session)", "...sessionParams({ ...session, ttlSeconds: null })")],
    tests: [tests(CONTRACT, "has the terms that were asked for")],
  },
  {
    guard: "The session of a login is bound to what it was asked to be",
    edits: [code(LOGIN_STORE, "...sessionParams(session)", "...sessionParams({ ...session, boundTo: [] })")],
    tests: [tests(CONTRACT, "has the terms that were asked for")],
  },
  {
    guard: "A new authentication renews no other user's session",
    edits: [sql("session", "renewAuthentication", "  and session.user_id operator(pg_catalog.=) owner.id\n", "")],
    tests: [tests(CONTRACT, "returns null and changes nothing for another user, another hash")],
  },
  {
    guard: "A token of another type is refused",
    edits: [
      sql(
        "user_token",
        "useUserToken",
        "owner.id\n    and token.token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text",
        "owner.id\n    and :tokenType!::pg_catalog.text is not null",
      ),
    ],
    tests: [tests(CONTRACT, "another type, purpose, user or hash is refused")],
  },
  {
    guard: "Using a token voids the user's others of its type and purpose, and no others",
    edits: [
      sql(
        "user_token",
        "useUserToken",
        "    and token.token_hash operator(pg_catalog.<>) used.token_hash\n    and token.token_type operator(pg_catalog.=) :tokenType!::pg_catalog.text",
        "    and token.token_hash operator(pg_catalog.<>) used.token_hash\n    and :tokenType!::pg_catalog.text is not null",
      ),
    ],
    tests: [tests(CONTRACT, "using one voids the user's others")],
  },
  {
    guard: "Of a user's tokens of one purpose the newest are kept",
    edits: [
      sql(
        "user_token",
        "createUserToken",
        "earlier.created_at desc, earlier.id desc",
        "earlier.created_at, earlier.id",
      ),
    ],
    tests: [tests(CONTRACT, "of earlier ones of a user, type and purpose")],
  },
  {
    guard: "An API key is deleted for its user only, if one is named",
    edits: [
      sql(
        "api_key",
        "deleteApiKey",
        "user_id operator(pg_catalog.=) :userId::pg_catalog.uuid)",
        "user_id is not null)",
      ),
    ],
    tests: [tests(CONTRACT, "deletes one for its user only")],
  },
  {
    guard: "A deleted user gets no API key",
    edits: [sql("api_key", "createApiKey", "    and deleted_at is null\n", "")],
    tests: [tests(CONTRACT, "a user that is unknown, deleted or banned gets none")],
  },
];
