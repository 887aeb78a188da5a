// DO NOT EDIT: made from queries/ by `npm run generate`.
import type { IDeleteCacheEntriesParams, IDeleteCacheEntriesResult, IDeleteCacheEntryParams, IDeleteCacheEntryResult, IDeleteExpiredCacheEntriesParams, IDeleteExpiredCacheEntriesResult, IGetCacheEntriesByKeyParams, IGetCacheEntriesByKeyResult, IGetCacheEntriesParams, IGetCacheEntriesResult, IGetCacheEntryParams, IGetCacheEntryResult, IGetCachePagesParams, IGetCachePagesResult, IGetSmallCacheEntryParams, IGetSmallCacheEntryResult, IRemoveExpiredCacheEntriesParams, IRemoveExpiredCacheEntriesResult, ISetCacheEntriesParams, ISetCacheEntriesResult, ISetCacheEntryParams, ISetCacheEntryResult } from "./cache.js";
import type { IRemoveExpiredLogInBudgetsParams, IRemoveExpiredLogInBudgetsResult, ISpendLogInBudgetsParams, ISpendLogInBudgetsResult } from "./log_in_budget.js";
import type { IGrantLogInExemptionsParams, IGrantLogInExemptionsResult, IRemoveExpiredLogInExemptionsParams, IRemoveExpiredLogInExemptionsResult } from "./log_in_exemption.js";
import type { IGetModuleVersionsParams, IGetModuleVersionsResult } from "./module_version.js";
import type { ICreateOneTimeTokenParams, ICreateOneTimeTokenResult, IDeleteOneTimeTokenParams, IDeleteOneTimeTokenResult, IGetOneTimeTokenOwnerParams, IGetOneTimeTokenOwnerResult, IRemoveExpiredOneTimeTokensParams, IRemoveExpiredOneTimeTokensResult, IUseOneTimeTokenParams, IUseOneTimeTokenResult, IValidateOneTimeTokenParams, IValidateOneTimeTokenResult } from "./one_time_token.js";
import type { ICreateSessionParams, ICreateSessionResult, IDeleteExpiredSessionsParams, IDeleteExpiredSessionsResult, IDeleteOtherSessionsParams, IDeleteOtherSessionsResult, IDeleteSessionParams, IDeleteSessionResult, IGetSessionParams, IGetSessionResult, IGetSessionsByIdParams, IGetSessionsByIdResult, ILockUserParams, ILockUserResult, ILogInParams, ILogInResult, IRemoveExpiredSessionsParams, IRemoveExpiredSessionsResult } from "./session.js";
import type { IGetTransactionSettingsParams, IGetTransactionSettingsResult, ISetRemovalSettingsParams, ISetRemovalSettingsResult, ISetStatementTimeoutParams, ISetStatementTimeoutResult } from "./transaction.js";
import type { ICreateUserParams, ICreateUserResult, ICreateUserUnlessTakenParams, ICreateUserUnlessTakenResult, IDeleteUserParams, IDeleteUserResult, IEndUserAccessParams, IEndUserAccessResult, IGetCredentialsByEmailParams, IGetCredentialsByEmailResult, IGetUserByEmailParams, IGetUserByEmailResult, IGetUserByIdParams, IGetUserByIdResult, IGetUserByPhoneNumberParams, IGetUserByPhoneNumberResult, IGetUserStandingParams, IGetUserStandingResult, IGetUsersByEmailParams, IGetUsersByEmailResult, IGetUsersByIdParams, IGetUsersByIdResult, IListUsersParams, IListUsersResult, IRefuseTakenParams, IRefuseTakenResult, IReplacePasswordHashParams, IReplacePasswordHashResult, IUpdateUserParams, IUpdateUserResult } from "./user.js";

/** A query as the drivers send it. */
export interface Statement<Params, Row> {
  /** The name of the query, which events show. */
  readonly label: string;
  /** The name under which a connection keeps it prepared. It changes with the text. */
  readonly name: string;
  readonly text: string;
  /** The parameters that stand at $1, $2 … */
  readonly parameters: readonly (keyof Params)[];
  /** Never set: it carries the type of a row. */
  readonly row?: Row;
}

export const setCacheEntry: Statement<ISetCacheEntryParams, ISetCacheEntryResult> = {
  label: "setCacheEntry",
  name: "pevensie_setCacheEntry_5807cb81",
  parameters: ["resourceType","key","value","ttlSeconds","lockTimeout"],
  text: "-- With :lockTimeout, a value of lock_timeout such as '100ms', fails (55P03) after waiting that long for a locked row; NULL keeps\n-- the current setting. It is set until the transaction ends, and before anything is locked: PostgreSQL reads it when it\n-- begins to wait.\ninsert into pevensie.cache (resource_type, key, value, expires_at)\nselect\n  $1::pg_catalog.text,\n  $2::pg_catalog.text,\n  $3::pg_catalog.text,\n  current_timestamp operator(pg_catalog.+) ($4::double precision operator(pg_catalog.*) interval '1 second')\nwhere\n  $5::pg_catalog.text is null\n  or pg_catalog.set_config('lock_timeout', $5::pg_catalog.text, true) is not null\non conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at",
};

export const getCacheEntry: Statement<IGetCacheEntryParams, IGetCacheEntryResult> = {
  label: "getCacheEntry",
  name: "pevensie_getCacheEntry_9f8d80ef",
  parameters: ["resourceType","key"],
  text: "select value, coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) $1::pg_catalog.text and key operator(pg_catalog.=) $2::pg_catalog.text",
};

export const getSmallCacheEntry: Statement<IGetSmallCacheEntryParams, IGetSmallCacheEntryResult> = {
  label: "getSmallCacheEntry",
  name: "pevensie_getSmallCacheEntry_52532f6f",
  parameters: ["resourceType","key"],
  text: "-- getCacheEntry, but a value of more than 4 MiB is NULL although the entry has not expired. The size of a value is known without\n-- reading it. A parameter in place of the number would take the server three microseconds.\nselect\n  case when pg_catalog.octet_length(value) operator(pg_catalog.>) 4194304 then null else value end as value,\n  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) $1::pg_catalog.text and key operator(pg_catalog.=) $2::pg_catalog.text",
};

export const getCacheEntriesByKey: Statement<IGetCacheEntriesByKeyParams, IGetCacheEntriesByKeyResult> = {
  label: "getCacheEntriesByKey",
  name: "pevensie_getCacheEntriesByKey_02fc3fce",
  parameters: ["largest","key"],
  text: "-- A value of more than its share of :largest bytes is returned as NULL although the entry has not expired; without :largest,\n-- none is.\nselect\n  resource_type as \"resourceType\",\n  case\n    when\n      pg_catalog.octet_length(value)\n        operator(pg_catalog.>) ($1::pg_catalog.int4 operator(pg_catalog./) (pg_catalog.count(*) over ()))\n      then null\n    else value\n  end as value,\n  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.cache\nwhere key operator(pg_catalog.=) $2::pg_catalog.text\norder by resource_type",
};

export const deleteCacheEntry: Statement<IDeleteCacheEntryParams, IDeleteCacheEntryResult> = {
  label: "deleteCacheEntry",
  name: "pevensie_deleteCacheEntry_966c1f5b",
  parameters: ["resourceType","key","lockTimeout"],
  text: "-- The timeout as in setCacheEntry. A row is filtered before it is locked, so the timeout is set if there is one to lock.\ndelete from pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) $1::pg_catalog.text\n  and key operator(pg_catalog.=) $2::pg_catalog.text\n  and (\n    $3::pg_catalog.text is null\n    or pg_catalog.set_config('lock_timeout', $3::pg_catalog.text, true) is not null\n  )",
};

export const getCacheEntries: Statement<IGetCacheEntriesParams, IGetCacheEntriesResult> = {
  label: "getCacheEntries",
  name: "pevensie_getCacheEntries_3f4b6814",
  parameters: ["largest","resourceTypes","keys"],
  text: "-- getCacheEntry for many names. The position is that of the requested name in the arrays. The value of an expired entry is\n-- NULL. So is a value of more bytes than :largest, whose position is negative. Each array is in a subselect, so that the plan\n-- does not depend on its length: otherwise PostgreSQL would replan every call with fewer elements than the generic plan\n-- assumes.\nselect\n  (\n    case\n      when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) $1::pg_catalog.int4\n        then operator(pg_catalog.-) asked.position\n      else asked.position\n    end\n  )::int as position,\n  case\n    when cache.expires_at operator(pg_catalog.<=) current_timestamp then null\n    when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) $1::pg_catalog.int4 then null\n    else cache.value\n  end as value\nfrom\n  rows from (\n    pg_catalog.unnest((select $2::pg_catalog.text[])),\n    pg_catalog.unnest((select $3::pg_catalog.text[]))\n  ) with ordinality as asked (resource_type, key, position)\njoin pevensie.cache as cache\n  on cache.resource_type operator(pg_catalog.=) asked.resource_type and cache.key operator(pg_catalog.=) asked.key",
};

export const setCacheEntries: Statement<ISetCacheEntriesParams, ISetCacheEntriesResult> = {
  label: "setCacheEntries",
  name: "pevensie_setCacheEntries_953b641f",
  parameters: ["resourceTypes","keys","values","ttlsSeconds","lockTimeout"],
  text: "-- setCacheEntry for many distinct names; a ttl of 0 means none. All multi-row writes lock rows in the same order, so that they\n-- cannot deadlock. In a select list, unlike in a from clause, unnest keeps no copy of the rows. \"offset 0\" keeps the plan from\n-- depending on the length of the arrays. The timeout as in setCacheEntry.\ninsert into pevensie.cache (resource_type, key, value, expires_at)\nselect\n  given.resource_type,\n  given.key,\n  given.value,\n  case\n    when given.ttl_seconds operator(pg_catalog.<>) 0\n      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n  end\nfrom\n  (\n    select\n      pg_catalog.unnest(arrays.resource_types) as resource_type,\n      pg_catalog.unnest(arrays.keys) as key,\n      pg_catalog.unnest(arrays.values) as value,\n      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds\n    from\n      (\n        select\n          $1::pg_catalog.text[] as resource_types,\n          $2::pg_catalog.text[] as keys,\n          $3::pg_catalog.text[] as values,\n          $4::double precision[] as ttls_seconds\n        where\n          $5::pg_catalog.text is null\n          or pg_catalog.set_config('lock_timeout', $5::pg_catalog.text, true) is not null\n        offset 0\n      ) as arrays\n  ) as given\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set value = excluded.value, expires_at = excluded.expires_at",
};

export const deleteCacheEntries: Statement<IDeleteCacheEntriesParams, IDeleteCacheEntriesResult> = {
  label: "deleteCacheEntries",
  name: "pevensie_deleteCacheEntries_39396ef0",
  parameters: ["resourceTypes","keys","lockTimeout"],
  text: "-- The timeout as in setCacheEntry. The subselect is evaluated once, for the first row that is found; no row is locked before all\n-- were found. A planner cannot know that the concatenation is never NULL.\nwith doomed as (\n  select cache.resource_type, cache.key\n  from\n    rows from (\n      pg_catalog.unnest((select $1::pg_catalog.text[])),\n      pg_catalog.unnest((select $2::pg_catalog.text[]))\n    ) as given (resource_type, key)\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where\n    coalesce(\n      (select pg_catalog.set_config('lock_timeout', $3::pg_catalog.text, true) where $3::pg_catalog.text is not null),\n      ''\n    ) operator(pg_catalog.||) cache.key is not null\n  order by cache.resource_type collate pg_catalog.\"C\", cache.key collate pg_catalog.\"C\"\n  for update of cache\n)\ndelete from pevensie.cache as cache\nusing doomed\nwhere cache.resource_type operator(pg_catalog.=) doomed.resource_type and cache.key operator(pg_catalog.=) doomed.key",
};

export const deleteExpiredCacheEntries: Statement<IDeleteExpiredCacheEntriesParams, IDeleteExpiredCacheEntriesResult> = {
  label: "deleteExpiredCacheEntries",
  name: "pevensie_deleteExpiredCacheEntries_70b600f6",
  parameters: ["resourceTypes","keys"],
  text: "-- Skips rows that another transaction is writing or deleting: a value that is written concurrently survives.\nwith expired as (\n  select cache.resource_type, cache.key\n  from\n    rows from (\n      pg_catalog.unnest((select $1::pg_catalog.text[])),\n      pg_catalog.unnest((select $2::pg_catalog.text[]))\n    ) as given (resource_type, key)\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where cache.expires_at operator(pg_catalog.<=) current_timestamp\n  for update of cache skip locked\n)\ndelete from pevensie.cache as cache\nusing expired\nwhere\n  cache.resource_type operator(pg_catalog.=) expired.resource_type\n  and cache.key operator(pg_catalog.=) expired.key\n  and cache.expires_at operator(pg_catalog.<=) current_timestamp",
};

export const getCachePages: Statement<IGetCachePagesParams, IGetCachePagesResult> = {
  label: "getCachePages",
  name: "pevensie_getCachePages_699c39ca",
  parameters: [],
  text: "-- The number of pages of the table, at which a sweep ends.\nselect\n  (\n    pg_catalog.pg_relation_size('pevensie.cache'::pg_catalog.regclass)\n    operator(pg_catalog./) pg_catalog.current_setting('block_size')::int\n  )::int as pages",
};

export const removeExpiredCacheEntries: Statement<IRemoveExpiredCacheEntriesParams, IRemoveExpiredCacheEntriesResult> = {
  label: "removeExpiredCacheEntries",
  name: "pevensie_removeExpiredCacheEntries_04ba60f4",
  parameters: ["fromPage","toPage","batchSize"],
  text: "-- One batch of a sweep, in a range of pages. There is no index on expires_at: with one, every upsert would have to write to it,\n-- and none could be a HOT update. Rows that another transaction has locked are skipped.\nwith expired as (\n  select ctid as place from pevensie.cache\n  where\n    ctid operator(pg_catalog.>=) pg_catalog.format('(%s,0)', $1::int)::pg_catalog.tid\n    and ctid operator(pg_catalog.<) pg_catalog.format('(%s,0)', $2::int)::pg_catalog.tid\n    and expires_at operator(pg_catalog.<=) current_timestamp\n  limit $3::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache as cache\n  where\n    cache.ctid operator(pg_catalog.=) any (array(select place from expired))\n    and cache.expires_at operator(pg_catalog.<=) current_timestamp\n  returning cache.key\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const spendLogInBudgets: Statement<ISpendLogInBudgetsParams, ISpendLogInBudgetsResult> = {
  label: "spendLogInBudgets",
  name: "pevensie_spendLogInBudgets_877b86a9",
  parameters: ["keys","restoreSeconds"],
  text: "-- Postpones the time at which each budget is full again. Every call locks keys in the same order, so that calls cannot\n-- deadlock.\ninsert into pevensie.log_in_budget as budget (key, expires_at)\nselect\n  given.key,\n  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => given.restore_seconds)\nfrom\n  rows from (\n    pg_catalog.unnest($1::pg_catalog.text[]),\n    pg_catalog.unnest($2::double precision[])\n  ) as given (key, restore_seconds)\norder by given.key collate pg_catalog.\"C\"\non conflict (key) do update set\n  expires_at = greatest(budget.expires_at, current_timestamp)\n    operator(pg_catalog.+) (excluded.expires_at operator(pg_catalog.-) current_timestamp)",
};

export const removeExpiredLogInBudgets: Statement<IRemoveExpiredLogInBudgetsParams, IRemoveExpiredLogInBudgetsResult> = {
  label: "removeExpiredLogInBudgets",
  name: "pevensie_removeExpiredLogInBudgets_70ada2e2",
  parameters: ["from","batchSize"],
  text: "-- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.\n-- The milliseconds are measured on the server, without network and commit.\nwith expired as (\n  select key, expires_at from pevensie.log_in_budget\n  where expires_at operator(pg_catalog.>=) $1::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp\n  order by expires_at\n  limit $2::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.log_in_budget as budget\n  using expired\n  where budget.key operator(pg_catalog.=) expired.key\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const grantLogInExemptions: Statement<IGrantLogInExemptionsParams, IGrantLogInExemptionsResult> = {
  label: "grantLogInExemptions",
  name: "pevensie_grantLogInExemptions_fe1e1e7e",
  parameters: ["userId","passwordHash","scopes","budgetKeys","ttlsSeconds"],
  text: "-- Grants only while the password is the one that was verified or set. FOR SHARE serialises with every change of the user's row:\n-- a concurrent password change either deletes these rows or is seen here.\nwith owner as (\n  select id from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) $1::pg_catalog.uuid\n    and password_hash operator(pg_catalog.=) $2::pg_catalog.text\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for share\n)\ninsert into pevensie.log_in_exemption (user_id, scope, budget_key, expires_at)\nselect\n  owner.id,\n  given.scope,\n  given.budget_key,\n  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => given.ttl_seconds)\nfrom\n  owner,\n  rows from (\n    pg_catalog.unnest($3::pg_catalog.text[]),\n    pg_catalog.unnest($4::pg_catalog.text[]),\n    pg_catalog.unnest($5::double precision[])\n  ) as given (scope, budget_key, ttl_seconds)\norder by given.scope collate pg_catalog.\"C\"\non conflict (user_id, scope) do update set budget_key = excluded.budget_key, expires_at = excluded.expires_at",
};

export const removeExpiredLogInExemptions: Statement<IRemoveExpiredLogInExemptionsParams, IRemoveExpiredLogInExemptionsResult> = {
  label: "removeExpiredLogInExemptions",
  name: "pevensie_removeExpiredLogInExemptions_978f60c0",
  parameters: ["from","batchSize"],
  text: "-- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.\n-- The milliseconds are measured on the server, without network and commit.\nwith expired as (\n  select user_id, scope, expires_at from pevensie.log_in_exemption\n  where expires_at operator(pg_catalog.>=) $1::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp\n  order by expires_at\n  limit $2::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.log_in_exemption as exemption\n  using expired\n  where\n    exemption.user_id operator(pg_catalog.=) expired.user_id\n    and exemption.scope operator(pg_catalog.=) expired.scope\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const getModuleVersions: Statement<IGetModuleVersionsParams, IGetModuleVersionsResult> = {
  label: "getModuleVersions",
  name: "pevensie_getModuleVersions_eba71399",
  parameters: [],
  text: "select\n  module,\n  pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version\nfrom pevensie.module_version",
};

export const createOneTimeToken: Statement<ICreateOneTimeTokenParams, ICreateOneTimeTokenResult> = {
  label: "createOneTimeToken",
  name: "pevensie_createOneTimeToken_dc1b19cd",
  parameters: ["userId","id","tokenType","tokenHash","ttlSeconds"],
  text: "-- Adds a token to the live row of that user and type, which keeps the previous four. Returns no row if the user does not exist,\n-- is deleted or is banned. A statement that waited for a change of the email was requested for the old address: the email in\n-- the snapshot differs from that in the locked row, and the token is void from the start.\nwith requested as (\n  select id, email from pevensie.\"user\"\n  where id operator(pg_catalog.=) $1::pg_catalog.uuid\n),\nowner as (\n  select id, email from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) $1::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for share\n)\ninsert into pevensie.one_time_token as token (id, token_type, user_id, token_hash, expires_at, deleted_at)\nselect\n  $2::pg_catalog.uuid,\n  $3::pevensie.one_time_token_type,\n  owner.id,\n  $4::pg_catalog.text,\n  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => $5::double precision),\n  case when owner.email operator(pg_catalog.<>) requested.email then current_timestamp end\nfrom owner\njoin requested on requested.id operator(pg_catalog.=) owner.id\non conflict (user_id, token_type) where deleted_at is null and used_at is null\ndo update set\n  id = excluded.id,\n  created_at = excluded.created_at,\n  expires_at = excluded.expires_at,\n  token_hash = excluded.token_hash,\n  earlier_hashes = (pg_catalog.array_prepend(token.token_hash, token.earlier_hashes))[1:4],\n  earlier_expire_at = (pg_catalog.array_prepend(token.expires_at, token.earlier_expire_at))[1:4]\nreturning id",
};

export const getOneTimeTokenOwner: Statement<IGetOneTimeTokenOwnerParams, IGetOneTimeTokenOwnerResult> = {
  label: "getOneTimeTokenOwner",
  name: "pevensie_getOneTimeTokenOwner_07c30612",
  parameters: ["tokenHash","tokenType"],
  text: "-- The user of a live token, for a caller that has only the token. Each half uses its own index. Materialized, since the planner\n-- would otherwise read all live tokens of the type if the table was never analysed.\nwith holder as materialized (\n  select user_id, token_type, deleted_at, used_at, expires_at\n  from pevensie.one_time_token\n  where token_hash operator(pg_catalog.=) $1::pg_catalog.text\n  union all\n  select\n    user_id, token_type, deleted_at, used_at,\n    earlier_expire_at[pg_catalog.array_position(earlier_hashes, $1::pg_catalog.text)]\n  from pevensie.one_time_token\n  where\n    earlier_hashes operator(pg_catalog.@>) array[$1::pg_catalog.text]\n    and earlier_hashes operator(pg_catalog.<>) '{}'\n    and deleted_at is null\n    and used_at is null\n)\nselect user_id as \"userId\"\nfrom holder\nwhere\n  token_type operator(pg_catalog.=) $2::pevensie.one_time_token_type\n  and deleted_at is null\n  and used_at is null\n  and expires_at operator(pg_catalog.>) current_timestamp",
};

export const validateOneTimeToken: Statement<IValidateOneTimeTokenParams, IValidateOneTimeTokenResult> = {
  label: "validateOneTimeToken",
  name: "pevensie_validateOneTimeToken_fd94d1a3",
  parameters: ["userId","tokenType","tokenHash"],
  text: "select token.id\nfrom pevensie.one_time_token as token\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) token.user_id\nwhere\n  token.user_id operator(pg_catalog.=) $1::pg_catalog.uuid\n  and token.token_type operator(pg_catalog.=) $2::pevensie.one_time_token_type\n  and token.deleted_at is null\n  and token.used_at is null\n  and (\n    token.token_hash operator(pg_catalog.=) $3::pg_catalog.text\n    and token.expires_at operator(pg_catalog.>) current_timestamp\n    or token.earlier_expire_at[pg_catalog.array_position(token.earlier_hashes, $3::pg_catalog.text)]\n      operator(pg_catalog.>) current_timestamp\n  )\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)",
};

export const useOneTimeToken: Statement<IUseOneTimeTokenParams, IUseOneTimeTokenResult> = {
  label: "useOneTimeToken",
  name: "pevensie_useOneTimeToken_6221fd3b",
  parameters: ["userId","tokenType","tokenHash"],
  text: "-- Uses the row, and with it every token in it. The user's row is locked before the token's, as by a deletion or a change of the\n-- user.\nwith owner as (\n  select id from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) $1::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for share\n)\nupdate pevensie.one_time_token as token\nset used_at = current_timestamp\nfrom owner\nwhere\n  token.user_id operator(pg_catalog.=) owner.id\n  and token.token_type operator(pg_catalog.=) $2::pevensie.one_time_token_type\n  and token.deleted_at is null\n  and token.used_at is null\n  and (\n    token.token_hash operator(pg_catalog.=) $3::pg_catalog.text\n    and token.expires_at operator(pg_catalog.>) current_timestamp\n    or token.earlier_expire_at[pg_catalog.array_position(token.earlier_hashes, $3::pg_catalog.text)]\n      operator(pg_catalog.>) current_timestamp\n  )\nreturning token.id",
};

export const deleteOneTimeToken: Statement<IDeleteOneTimeTokenParams, IDeleteOneTimeTokenResult> = {
  label: "deleteOneTimeToken",
  name: "pevensie_deleteOneTimeToken_89034cda",
  parameters: ["tokenHash","userId","tokenType"],
  text: "-- Removes one token from its row. The row is void if none is left; otherwise the newest remaining token becomes its token.\nupdate pevensie.one_time_token as token\nset (deleted_at, token_hash, expires_at, earlier_hashes, earlier_expire_at) = (\n  select\n    case when kept.hashes is null then current_timestamp end,\n    coalesce(kept.hashes[1], token.token_hash),\n    coalesce(kept.expiries[1], token.expires_at),\n    coalesce(kept.hashes[2:5], '{}'),\n    coalesce(kept.expiries[2:5], '{}')\n  from (\n    select\n      pg_catalog.array_agg(each.hash order by each.place) as hashes,\n      pg_catalog.array_agg(each.expires_at order by each.place) as expiries\n    from rows from (\n      pg_catalog.unnest(pg_catalog.array_prepend(token.token_hash, token.earlier_hashes)),\n      pg_catalog.unnest(pg_catalog.array_prepend(token.expires_at, token.earlier_expire_at))\n    ) with ordinality as each (hash, expires_at, place)\n    where each.hash operator(pg_catalog.<>) $1::pg_catalog.text\n  ) as kept\n)\nwhere\n  token.user_id operator(pg_catalog.=) $2::pg_catalog.uuid\n  and token.token_type operator(pg_catalog.=) $3::pevensie.one_time_token_type\n  and token.deleted_at is null\n  and token.used_at is null\n  and (\n    token.token_hash operator(pg_catalog.=) $1::pg_catalog.text\n    or token.earlier_hashes operator(pg_catalog.@>) array[$1::pg_catalog.text]\n  )",
};

export const removeExpiredOneTimeTokens: Statement<IRemoveExpiredOneTimeTokensParams, IRemoveExpiredOneTimeTokensResult> = {
  label: "removeExpiredOneTimeTokens",
  name: "pevensie_removeExpiredOneTimeTokens_3337d372",
  parameters: ["from","batchSize"],
  text: "-- One batch of a sweep, oldest first, from where the previous one ended. Locked rows are skipped, and so are rows with an\n-- earlier token that has not expired. The milliseconds are measured on the server, without network and commit.\nwith expired as (\n  select id, expires_at from pevensie.one_time_token\n  where\n    expires_at operator(pg_catalog.>=) $1::pg_catalog.timestamptz\n    and expires_at operator(pg_catalog.<=) current_timestamp\n    and current_timestamp operator(pg_catalog.>=) all (earlier_expire_at)\n  order by expires_at\n  limit $2::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.one_time_token as token\n  using expired\n  where token.id operator(pg_catalog.=) expired.id\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const createSession: Statement<ICreateSessionParams, ICreateSessionResult> = {
  label: "createSession",
  name: "pevensie_createSession_6adb38b5",
  parameters: ["userId","id","ttlSeconds","ip","userAgent"],
  text: "-- Returns no row if the user does not exist, is deleted or is banned. FOR SHARE serialises with deletion and bans, so no\n-- session outlives its user.\nwith owner as (\n  select id from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) $1::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for share\n)\ninsert into pevensie.session (id, expires_at, user_id, ip, user_agent)\nselect\n  $2::pg_catalog.uuid,\n  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => $3::double precision),\n  owner.id,\n  $4::pg_catalog.inet,\n  $5::pg_catalog.text\nfrom owner\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  user_id as \"userId\",\n  pg_catalog.host(ip) as ip,\n  user_agent as \"userAgent\"",
};

export const lockUser: Statement<ILockUserParams, ILockUserResult> = {
  label: "lockUser",
  name: "pevensie_lockUser_5123c53f",
  parameters: ["userId"],
  text: "-- Blocks the creation of sessions and tokens for the user, and changes of the user, until the transaction ends.\nselect id\nfrom pevensie.\"user\"\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is null\nfor no key update",
};

export const deleteOtherSessions: Statement<IDeleteOtherSessionsParams, IDeleteOtherSessionsResult> = {
  label: "deleteOtherSessions",
  name: "pevensie_deleteOtherSessions_2db63ddb",
  parameters: ["userId","keepSessionId"],
  text: "delete from pevensie.session\nwhere user_id operator(pg_catalog.=) $1::pg_catalog.uuid and id operator(pg_catalog.<>) $2::pg_catalog.uuid",
};

export const logIn: Statement<ILogInParams, ILogInResult> = {
  label: "logIn",
  name: "pevensie_logIn_14722413",
  parameters: ["newPasswordHash","userId","passwordHash","sessionId","ttlSeconds","ip","userAgent","scope","budgetKey","exemptionSeconds","replaceSessionId"],
  text: "-- Records the sign-in and creates the session, if the user is live, not banned, and still has the hash that was verified. Then\n-- grants the exemption of a known address (:scope), if one is given, and ends the session that the login replaces, even if it\n-- belongs to another user. Budgets are not touched, so a login waits for no failed one.\nwith signed_in as (\n  update pevensie.\"user\"\n  set\n    last_sign_in = current_timestamp,\n    updated_at = current_timestamp,\n    password_hash = coalesce($1::pg_catalog.text, password_hash)\n  where\n    id operator(pg_catalog.=) $2::pg_catalog.uuid\n    and password_hash operator(pg_catalog.=) $3::pg_catalog.text\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  returning\n    id, created_at, updated_at, deleted_at, role, email, email_confirmed_at, phone_number, phone_number_confirmed_at,\n    last_sign_in, app_metadata, user_metadata, banned_until\n),\ncreated as (\n  insert into pevensie.session (id, expires_at, user_id, ip, user_agent)\n  select\n    $4::pg_catalog.uuid,\n    current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => $5::double precision),\n    signed_in.id,\n    $6::pg_catalog.inet,\n    $7::pg_catalog.text\n  from signed_in\n  returning id, created_at, expires_at, user_id, ip, user_agent\n),\ngranted as (\n  insert into pevensie.log_in_exemption (user_id, scope, budget_key, expires_at)\n  select\n    signed_in.id,\n    $8::pg_catalog.text,\n    $9::pg_catalog.text,\n    current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => $10::double precision)\n  from signed_in\n  where $8::pg_catalog.text is not null\n  on conflict (user_id, scope) do update set budget_key = excluded.budget_key, expires_at = excluded.expires_at\n),\nreplaced as (\n  delete from pevensie.session\n  where id operator(pg_catalog.=) $11::pg_catalog.uuid and exists (select from signed_in)\n  returning user_id\n)\nselect\n  signed_in.id,\n  extract(epoch from signed_in.created_at) as \"createdAt\",\n  extract(epoch from signed_in.updated_at) as \"updatedAt\",\n  extract(epoch from signed_in.deleted_at) as \"deletedAt\",\n  signed_in.role,\n  signed_in.email,\n  extract(epoch from signed_in.email_confirmed_at) as \"emailConfirmedAt\",\n  signed_in.phone_number as \"phoneNumber\",\n  extract(epoch from signed_in.phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from signed_in.last_sign_in) as \"lastSignIn\",\n  signed_in.app_metadata as \"appMetadata\",\n  signed_in.user_metadata as \"userMetadata\",\n  extract(epoch from signed_in.banned_until) as \"bannedUntil\",\n  created.id as \"sessionId\",\n  extract(epoch from created.created_at) as \"sessionCreatedAt\",\n  extract(epoch from created.expires_at) as \"sessionExpiresAt\",\n  pg_catalog.host(created.ip) as \"sessionIp\",\n  created.user_agent as \"sessionUserAgent\",\n  (select user_id from replaced) as \"replacedUserId\"\nfrom signed_in, created",
};

export const getSession: Statement<IGetSessionParams, IGetSessionResult> = {
  label: "getSession",
  name: "pevensie_getSession_45a42a8b",
  parameters: ["id"],
  text: "-- The caller compares what a session is bound to (ip, user_agent) with what is presented.\nselect\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  user_id as \"userId\",\n  ip,\n  user_agent as \"userAgent\",\n  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.session\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid",
};

export const deleteSession: Statement<IDeleteSessionParams, IDeleteSessionResult> = {
  label: "deleteSession",
  name: "pevensie_deleteSession_ffb1e283",
  parameters: ["id"],
  text: "delete from pevensie.session\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid",
};

export const getSessionsById: Statement<IGetSessionsByIdParams, IGetSessionsByIdResult> = {
  label: "getSessionsById",
  name: "pevensie_getSessionsById_870f4592",
  parameters: ["ids"],
  text: "-- getSession for many ids.\nselect\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  user_id as \"userId\",\n  ip,\n  user_agent as \"userAgent\",\n  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.session\nwhere id operator(pg_catalog.=) any ((select $1::pg_catalog.uuid[])::pg_catalog.uuid[])",
};

export const deleteExpiredSessions: Statement<IDeleteExpiredSessionsParams, IDeleteExpiredSessionsResult> = {
  label: "deleteExpiredSessions",
  name: "pevensie_deleteExpiredSessions_b11324f9",
  parameters: ["ids"],
  text: "-- Skips rows that another transaction has locked.\nwith expired as (\n  select id from pevensie.session\n  where\n    id operator(pg_catalog.=) any ((select $1::pg_catalog.uuid[])::pg_catalog.uuid[])\n    and expires_at operator(pg_catalog.<=) current_timestamp\n  for update skip locked\n)\ndelete from pevensie.session as session\nusing expired\nwhere session.id operator(pg_catalog.=) expired.id",
};

export const removeExpiredSessions: Statement<IRemoveExpiredSessionsParams, IRemoveExpiredSessionsResult> = {
  label: "removeExpiredSessions",
  name: "pevensie_removeExpiredSessions_bdfeafcc",
  parameters: ["from","batchSize"],
  text: "-- One batch of a sweep, oldest first, from where the previous one ended. Rows that another transaction has locked are skipped.\n-- The milliseconds are measured on the server, without network and commit.\nwith expired as (\n  select id, expires_at from pevensie.session\n  where expires_at operator(pg_catalog.>=) $1::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp\n  order by expires_at\n  limit $2::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.session as session\n  using expired\n  where session.id operator(pg_catalog.=) expired.id\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const getTransactionSettings: Statement<IGetTransactionSettingsParams, IGetTransactionSettingsResult> = {
  label: "getTransactionSettings",
  name: "pevensie_getTransactionSettings_b614cefd",
  parameters: [],
  text: "-- The timeout is in milliseconds; 0 means none.\nselect\n  pg_catalog.current_setting('transaction_isolation') as isolation,\n  setting::pg_catalog.int4 as \"statementTimeout\"\nfrom pg_catalog.pg_settings\nwhere name operator(pg_catalog.=) 'statement_timeout'",
};

export const setStatementTimeout: Statement<ISetStatementTimeoutParams, ISetStatementTimeoutResult> = {
  label: "setStatementTimeout",
  name: "pevensie_setStatementTimeout_e28a04ed",
  parameters: ["milliseconds"],
  text: "-- Applies until the transaction ends, or rolls back to a savepoint before it.\nselect\n  pg_catalog.set_config('statement_timeout', ($1::pg_catalog.int4)::pg_catalog.text, true) as \"statementTimeout\"",
};

export const setRemovalSettings: Statement<ISetRemovalSettingsParams, ISetRemovalSettingsResult> = {
  label: "setRemovalSettings",
  name: "pevensie_setRemovalSettings_287927e4",
  parameters: ["lockTimeoutMillis"],
  text: "-- Applies until the transaction ends. A statement that waits longer for a lock fails (55P03). The commit waits for no standby:\n-- an expired row that reappears after a crash is removed again.\nselect\n  pg_catalog.set_config('lock_timeout', ($1::pg_catalog.int4)::pg_catalog.text, true) as \"lockTimeout\",\n  pg_catalog.set_config('synchronous_commit', 'off', true) as \"synchronousCommit\"",
};

export const listUsers: Statement<IListUsersParams, IListUsersResult> = {
  label: "listUsers",
  name: "pevensie_listUsers_86e05389",
  parameters: ["everyone","ids","idPatterns","emailPatterns","phoneNumberPatterns","limit","offset"],
  text: "select\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere\n  deleted_at is null\n  and (\n    $1::boolean\n    or id operator(pg_catalog.=) any ($2::pg_catalog.uuid[])\n    or exists (\n      select from pg_catalog.unnest($3::pg_catalog.text[]) as pattern\n      where id::pg_catalog.text operator(pg_catalog.~~) pattern\n    )\n    or exists (\n      select from pg_catalog.unnest($4::pg_catalog.text[]) as pattern\n      where email operator(pg_catalog.~~) pattern\n    )\n    or exists (\n      select from pg_catalog.unnest($5::pg_catalog.text[]) as pattern\n      where phone_number operator(pg_catalog.~~) pattern\n    )\n  )\norder by id\nlimit $6::bigint offset $7::bigint",
};

export const getUserById: Statement<IGetUserByIdParams, IGetUserByIdResult> = {
  label: "getUserById",
  name: "pevensie_getUserById_d34aead1",
  parameters: ["id"],
  text: "select\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is null",
};

export const getUserByEmail: Statement<IGetUserByEmailParams, IGetUserByEmailResult> = {
  label: "getUserByEmail",
  name: "pevensie_getUserByEmail_f4ed41e6",
  parameters: ["email"],
  text: "select\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere email operator(pg_catalog.=) $1::pg_catalog.text and deleted_at is null",
};

export const getUserByPhoneNumber: Statement<IGetUserByPhoneNumberParams, IGetUserByPhoneNumberResult> = {
  label: "getUserByPhoneNumber",
  name: "pevensie_getUserByPhoneNumber_3ecea9da",
  parameters: ["phoneNumber"],
  text: "select\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere phone_number operator(pg_catalog.=) $1::pg_catalog.text and deleted_at is null",
};

export const getUsersById: Statement<IGetUsersByIdParams, IGetUsersByIdResult> = {
  label: "getUsersById",
  name: "pevensie_getUsersById_404ee5ee",
  parameters: ["ids"],
  text: "select\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere id operator(pg_catalog.=) any ((select $1::pg_catalog.uuid[])::pg_catalog.uuid[]) and deleted_at is null",
};

export const getUsersByEmail: Statement<IGetUsersByEmailParams, IGetUsersByEmailResult> = {
  label: "getUsersByEmail",
  name: "pevensie_getUsersByEmail_2beca41b",
  parameters: ["emails"],
  text: "select\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere email operator(pg_catalog.=) any ((select $1::pg_catalog.text[])::pg_catalog.text[]) and deleted_at is null",
};

export const getCredentialsByEmail: Statement<IGetCredentialsByEmailParams, IGetCredentialsByEmailResult> = {
  label: "getCredentialsByEmail",
  name: "pevensie_getCredentialsByEmail_3fc8e2b4",
  parameters: ["freshSeconds","keys","admittingSeconds","local","email","knownScope","anywhereScope"],
  text: "-- Returns exactly one row: the wait in seconds until the given budgets of failed logins admit an attempt; the user's exemptions\n-- from them; and the user, if there is one. Metadata is left out: reading it would make the response time reveal its size.\n-- coalesce with one argument tells pgtyped that a value can be null.\nselect\n  shared.\"waitSeconds\",\n  shared.\"localWaitSeconds\",\n  coalesce(account.id) as \"userId\",\n  coalesce(account.password_hash) as \"passwordHash\",\n  coalesce(account.banned_until operator(pg_catalog.>) current_timestamp, false) as banned,\n  coalesce(known.budget_key) as \"knownBudgetKey\",\n  coalesce(\n    known.expires_at operator(pg_catalog.>) (\n      current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => $1::double precision)\n    ),\n    false\n  ) as \"knownIsFresh\",\n  extract(epoch from known_budget.expires_at operator(pg_catalog.-) current_timestamp) as \"knownSpentSeconds\",\n  coalesce(anywhere.budget_key) as \"anywhereBudgetKey\",\n  extract(epoch from anywhere_budget.expires_at operator(pg_catalog.-) current_timestamp) as \"anywhereSpentSeconds\"\nfrom (\n  select\n    pg_catalog.max(budget.wait_seconds) as \"waitSeconds\",\n    pg_catalog.max(budget.wait_seconds) filter (where budget.local) as \"localWaitSeconds\"\n  from (\n    select\n      given.local,\n      extract(epoch from stored.expires_at operator(pg_catalog.-) current_timestamp)\n        operator(pg_catalog.-) given.admitting_seconds as wait_seconds\n    from\n      rows from (\n        pg_catalog.unnest($2::pg_catalog.text[]),\n        pg_catalog.unnest($3::pg_catalog.numeric[]),\n        pg_catalog.unnest($4::boolean[])\n      ) as given (key, admitting_seconds, local)\n    join pevensie.log_in_budget as stored on stored.key operator(pg_catalog.=) given.key\n  ) as budget\n) as shared\nleft join pevensie.\"user\" as account\n  on account.email operator(pg_catalog.=) $5::pg_catalog.text and account.deleted_at is null\nleft join pevensie.log_in_exemption as known\n  on\n    known.user_id operator(pg_catalog.=) account.id\n    and known.scope operator(pg_catalog.=) $6::pg_catalog.text\n    and known.expires_at operator(pg_catalog.>) current_timestamp\nleft join pevensie.log_in_budget as known_budget on known_budget.key operator(pg_catalog.=) known.budget_key\nleft join pevensie.log_in_exemption as anywhere\n  on\n    anywhere.user_id operator(pg_catalog.=) account.id\n    and anywhere.scope operator(pg_catalog.=) $7::pg_catalog.text\n    and anywhere.expires_at operator(pg_catalog.>) current_timestamp\nleft join pevensie.log_in_budget as anywhere_budget on anywhere_budget.key operator(pg_catalog.=) anywhere.budget_key",
};

export const getUserStanding: Statement<IGetUserStandingParams, IGetUserStandingResult> = {
  label: "getUserStanding",
  name: "pevensie_getUserStanding_4cce891c",
  parameters: ["userId"],
  text: "select coalesce(banned_until operator(pg_catalog.>) current_timestamp, false) as banned\nfrom pevensie.\"user\"\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is null",
};

export const createUser: Statement<ICreateUserParams, ICreateUserResult> = {
  label: "createUser",
  name: "pevensie_createUser_5d398a88",
  parameters: ["id","role","email","phoneNumber","passwordHash","appMetadata","userMetadata"],
  text: "insert into pevensie.\"user\" (id, role, email, phone_number, password_hash, app_metadata, user_metadata)\nvalues (\n  $1::pg_catalog.uuid,\n  $2::pg_catalog.text,\n  $3::pg_catalog.text,\n  $4::pg_catalog.text,\n  $5::pg_catalog.text,\n  $6::pg_catalog.jsonb,\n  $7::pg_catalog.jsonb\n)\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"",
};

export const createUserUnlessTaken: Statement<ICreateUserUnlessTakenParams, ICreateUserUnlessTakenResult> = {
  label: "createUserUnlessTaken",
  name: "pevensie_createUserUnlessTaken_e7a6c1a6",
  parameters: ["id","role","email","phoneNumber","passwordHash","appMetadata","userMetadata"],
  text: "-- createUser without an error if the email or the phone number is taken: the error's DETAIL would write the value to the\n-- server's log. No row: another live user has one of them, or the row violates an index of the application's own.\ninsert into pevensie.\"user\" (id, role, email, phone_number, password_hash, app_metadata, user_metadata)\nvalues (\n  $1::pg_catalog.uuid,\n  $2::pg_catalog.text,\n  $3::pg_catalog.text,\n  $4::pg_catalog.text,\n  $5::pg_catalog.text,\n  $6::pg_catalog.jsonb,\n  $7::pg_catalog.jsonb\n)\non conflict do nothing\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"",
};

export const refuseTaken: Statement<IRefuseTakenParams, IRefuseTakenResult> = {
  label: "refuseTaken",
  name: "pevensie_refuseTaken_97cd0c86",
  parameters: ["id","email","phoneNumber","isNew"],
  text: "-- Raises a unique violation without DETAIL if another live user has the email or the phone number. Does nothing for an unknown\n-- user, unless it is a new one.\nselect pevensie.refuse_taken($1::pg_catalog.uuid, $2::pg_catalog.text, $3::pg_catalog.text) as refused\nwhere\n  $4::boolean\n  or exists (select from pevensie.\"user\" where id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is null)",
};

export const updateUser: Statement<IUpdateUserParams, IUpdateUserResult> = {
  label: "updateUser",
  name: "pevensie_updateUser_6f5e1aeb",
  parameters: ["id","setRole","role","setEmail","email","setEmailConfirmedAt","emailConfirmedAt","setPhoneNumber","phoneNumber","setPhoneNumberConfirmedAt","phoneNumberConfirmedAt","setPasswordHash","passwordHash","setLastSignIn","lastSignIn","setAppMetadata","appMetadata","setUserMetadata","userMetadata","setBannedUntil","bannedUntil"],
  text: "-- Changes the columns whose \"set\" parameter is true. A changed email or phone number is unconfirmed. The previous email is read\n-- under the lock that the update takes.\nwith before as (\n  select id, email from pevensie.\"user\"\n  where id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is null\n  for no key update\n)\nupdate pevensie.\"user\" as account\nset\n  updated_at = current_timestamp,\n  role = case when $2::boolean then $3::pg_catalog.text else account.role end,\n  email = case when $4::boolean then $5::pg_catalog.text else account.email end,\n  email_confirmed_at = case\n    when $6::boolean then $7::pg_catalog.timestamptz\n    when $4::boolean and account.email operator(pg_catalog.<>) $5::pg_catalog.text then null\n    else account.email_confirmed_at\n  end,\n  phone_number = case when $8::boolean then $9::pg_catalog.text else account.phone_number end,\n  phone_number_confirmed_at = case\n    when $10::boolean then $11::pg_catalog.timestamptz\n    when\n      $8::boolean\n      and coalesce(\n        account.phone_number operator(pg_catalog.<>) $9::pg_catalog.text,\n        account.phone_number is not null or $9::pg_catalog.text is not null\n      )\n    then null\n    else account.phone_number_confirmed_at\n  end,\n  password_hash = case when $12::boolean then $13::pg_catalog.text else account.password_hash end,\n  last_sign_in = case when $14::boolean then $15::pg_catalog.timestamptz else account.last_sign_in end,\n  app_metadata = case when $16::boolean then $17::pg_catalog.jsonb else account.app_metadata end,\n  user_metadata = case when $18::boolean then $19::pg_catalog.jsonb else account.user_metadata end,\n  banned_until = case when $20::boolean then $21::pg_catalog.timestamptz else account.banned_until end\nfrom before\nwhere account.id operator(pg_catalog.=) before.id\nreturning\n  account.id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  account.email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\",\n  coalesce(banned_until operator(pg_catalog.>) current_timestamp, false) as banned,\n  account.email operator(pg_catalog.<>) before.email as \"emailChanged\"",
};

export const replacePasswordHash: Statement<IReplacePasswordHashParams, IReplacePasswordHashResult> = {
  label: "replacePasswordHash",
  name: "pevensie_replacePasswordHash_5ca04aaa",
  parameters: ["newPasswordHash","id","passwordHash"],
  text: "-- Replaces an outdated hash, unless the password has been changed concurrently.\nupdate pevensie.\"user\"\nset password_hash = $1::pg_catalog.text, updated_at = current_timestamp\nwhere\n  id operator(pg_catalog.=) $2::pg_catalog.uuid\n  and password_hash operator(pg_catalog.=) $3::pg_catalog.text\n  and deleted_at is null",
};

export const deleteUser: Statement<IDeleteUserParams, IDeleteUserResult> = {
  label: "deleteUser",
  name: "pevensie_deleteUser_86dfdade",
  parameters: ["id"],
  text: "-- The first of two statements: endUserAccess has to follow in the same transaction.\nupdate pevensie.\"user\"\nset deleted_at = current_timestamp, updated_at = current_timestamp\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is null\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"",
};

export const endUserAccess: Statement<IEndUserAccessParams, IEndUserAccessResult> = {
  label: "endUserAccess",
  name: "pevensie_endUserAccess_9e5ccd0d",
  parameters: ["endSessions","userId","keepSessionId"],
  text: "-- Ends a user's sessions and exemptions, and voids the live tokens. It has to be a separate statement, after the one that\n-- changed or locked the user's row: only then does its snapshot include what was committed while that one waited.\nwith ended as (\n  delete from pevensie.session\n  where\n    $1::boolean\n    and user_id operator(pg_catalog.=) $2::pg_catalog.uuid\n    and (id operator(pg_catalog.=) $3::pg_catalog.uuid) is not true\n),\nforgotten as (\n  delete from pevensie.log_in_exemption\n  where $1::boolean and user_id operator(pg_catalog.=) $2::pg_catalog.uuid\n)\nupdate pevensie.one_time_token\nset deleted_at = current_timestamp\nwhere user_id operator(pg_catalog.=) $2::pg_catalog.uuid and deleted_at is null and used_at is null",
};
