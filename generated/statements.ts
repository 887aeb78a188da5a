// DO NOT EDIT: made from queries/ by `npm run generate`.
import type { ICreateApiKeyParams, ICreateApiKeyResult, IDeleteApiKeyParams, IDeleteApiKeyResult, IGetApiKeyWithUserParams, IGetApiKeyWithUserResult, IGetApiKeysWithUsersParams, IGetApiKeysWithUsersResult, IListApiKeysParams, IListApiKeysResult, IRemoveExpiredApiKeysParams, IRemoveExpiredApiKeysResult, ITouchApiKeysParams, ITouchApiKeysResult } from "./api_key.js";
import type { IAdmitLimitedCallsParams, IAdmitLimitedCallsResult, IClearCacheEntriesParams, IClearCacheEntriesResult, ICountCacheSampleParams, ICountCacheSampleResult, IDeleteCacheEntriesParams, IDeleteCacheEntriesResult, IDeleteCacheEntriesWithValuesParams, IDeleteCacheEntriesWithValuesResult, IDeleteCacheEntryParams, IDeleteCacheEntryResult, IDeleteExpiredCacheEntriesParams, IDeleteExpiredCacheEntriesResult, IEvictCacheEntriesParams, IEvictCacheEntriesResult, IGetCacheEntriesByKeyParams, IGetCacheEntriesByKeyResult, IGetCacheEntriesParams, IGetCacheEntriesResult, IGetCacheEntryDetailsParams, IGetCacheEntryDetailsResult, IGetCacheEntryParams, IGetCacheEntryResult, IGetCachePagesParams, IGetCachePagesResult, IGetCacheSampleExpiriesParams, IGetCacheSampleExpiriesResult, IGetCacheSampleExpiryParams, IGetCacheSampleExpiryResult, IGetSmallCacheEntryParams, IGetSmallCacheEntryResult, IGetStaleCacheEntryParams, IGetStaleCacheEntryResult, IHasCacheEntryParams, IHasCacheEntryResult, IIncrementCacheEntriesParams, IIncrementCacheEntriesResult, IListCacheKeysParams, IListCacheKeysResult, IRemoveExpiredCacheEntriesParams, IRemoveExpiredCacheEntriesResult, ISetCacheEntriesIfAbsentParams, ISetCacheEntriesIfAbsentResult, ISetCacheEntriesParams, ISetCacheEntriesResult, ISetCacheEntryParams, ISetCacheEntryResult, ISetTaggedCacheEntriesParams, ISetTaggedCacheEntriesResult, ITouchCacheEntriesParams, ITouchCacheEntriesResult } from "./cache.js";
import type { IInvalidateCacheTagsParams, IInvalidateCacheTagsResult, IRemoveSeenCacheInvalidationsParams, IRemoveSeenCacheInvalidationsResult } from "./cache_invalidation.js";
import type { IAcquireCacheLeaseParams, IAcquireCacheLeaseResult, IIsCacheLeaseHeldParams, IIsCacheLeaseHeldResult, IReleaseCacheLeaseParams, IReleaseCacheLeaseResult, IRemoveExpiredCacheLeasesParams, IRemoveExpiredCacheLeasesResult, IStoreUnderCacheLeaseParams, IStoreUnderCacheLeaseResult } from "./cache_lease.js";
import type { ICitusAcquireCacheLeaseParams, ICitusAcquireCacheLeaseResult, ICitusAdmitLimitedCallsParams, ICitusAdmitLimitedCallsResult, ICitusDeleteCacheEntryParams, ICitusDeleteCacheEntryResult, ICitusDeleteUserParams, ICitusDeleteUserResult, ICitusEndUserAccessParams, ICitusEndUserAccessResult, ICitusGetCachePagesParams, ICitusGetCachePagesResult, ICitusIncrementCacheEntriesParams, ICitusIncrementCacheEntriesResult, ICitusInvalidateCacheTagsParams, ICitusInvalidateCacheTagsResult, ICitusProveMailboxParams, ICitusProveMailboxResult, ICitusRemoveSeenInvalidationsParams, ICitusRemoveSeenInvalidationsResult, ICitusSaveIdentityParams, ICitusSaveIdentityResult, ICitusSetCacheEntriesIfAbsentParams, ICitusSetCacheEntriesIfAbsentResult, IGetCacheLeaseStateParams, IGetCacheLeaseStateResult, IIsSchemaDistributedParams, IIsSchemaDistributedResult, IPlaceCacheEntriesParams, IPlaceCacheEntriesResult, IPlaceCacheLeaseParams, IPlaceCacheLeaseResult, IPlaceLeasedCacheEntryParams, IPlaceLeasedCacheEntryResult, IRemovePlacedCacheLeaseParams, IRemovePlacedCacheLeaseResult } from "./distributed.js";
import type { IDeleteIdentityParams, IDeleteIdentityResult, IEndUnprovedMethodsParams, IEndUnprovedMethodsResult, IGetEmailOwnerParams, IGetEmailOwnerResult, IGetIdentityOwnerParams, IGetIdentityOwnerResult, IGetOtherLogInMethodParams, IGetOtherLogInMethodResult, IListIdentitiesParams, IListIdentitiesResult, ILockIdentityParams, ILockIdentityResult, ISaveIdentityParams, ISaveIdentityResult, IUseIdentityParams, IUseIdentityResult } from "./identity.js";
import type { IRemoveExpiredLogInBudgetsParams, IRemoveExpiredLogInBudgetsResult, ISpendLogInBudgetsParams, ISpendLogInBudgetsResult } from "./log_in_budget.js";
import type { IGrantLogInExemptionsParams, IGrantLogInExemptionsResult, IRemoveExpiredLogInExemptionsParams, IRemoveExpiredLogInExemptionsResult } from "./log_in_exemption.js";
import type { IGetModuleVersionsParams, IGetModuleVersionsResult, IListSchemasParams, IListSchemasResult } from "./module_version.js";
import type { ICreateOneTimeTokenParams, ICreateOneTimeTokenResult, IDeleteOneTimeTokenParams, IDeleteOneTimeTokenResult, IGetOneTimeTokenParams, IGetOneTimeTokenResult, IRemoveExpiredOneTimeTokensParams, IRemoveExpiredOneTimeTokensResult, IUseOneTimeTokenParams, IUseOneTimeTokenResult } from "./one_time_token.js";
import type { IGetPrimaryPositionParams, IGetPrimaryPositionResult, IGetReplicaStateParams, IGetReplicaStateResult } from "./replica.js";
import type { ICreateSessionParams, ICreateSessionResult, IDeleteExpiredSessionsParams, IDeleteExpiredSessionsResult, IDeleteSessionParams, IDeleteSessionResult, IDeleteSessionsParams, IDeleteSessionsResult, IGetSessionParams, IGetSessionResult, IGetSessionWithUserParams, IGetSessionWithUserResult, IGetSessionsByIdParams, IGetSessionsByIdResult, IGetSessionsWithUsersByIdParams, IGetSessionsWithUsersByIdResult, IListSessionsParams, IListSessionsResult, ILockUserParams, ILockUserResult, ILogInParams, ILogInResult, IRemoveExpiredSessionsParams, IRemoveExpiredSessionsResult, IRemoveIdleSessionsParams, IRemoveIdleSessionsResult, IRenewAuthenticationParams, IRenewAuthenticationResult, ITouchSessionsParams, ITouchSessionsResult } from "./session.js";
import type { IGetTransactionSettingsParams, IGetTransactionSettingsResult, ISetRemovalSettingsParams, ISetRemovalSettingsResult, ISetStatementTimeoutParams, ISetStatementTimeoutResult } from "./transaction.js";
import type { IChangeConfirmedEmailParams, IChangeConfirmedEmailResult, IConfirmUserEmailParams, IConfirmUserEmailResult, ICountMatchingUsersParams, ICountMatchingUsersResult, ICountUsersParams, ICountUsersResult, ICreateUserParams, ICreateUserResult, ICreateUserUnlessTakenParams, ICreateUserUnlessTakenResult, IDeleteUserParams, IDeleteUserResult, IEndUserAccessParams, IEndUserAccessResult, IEraseUserParams, IEraseUserResult, IGetCredentialsByEmailParams, IGetCredentialsByEmailResult, IGetDeletedUserNamesParams, IGetDeletedUserNamesResult, IGetTakenNamesParams, IGetTakenNamesResult, IGetUserAccessParams, IGetUserAccessResult, IGetUserByEmailParams, IGetUserByEmailResult, IGetUserByIdParams, IGetUserByIdResult, IGetUserByPasswordHashParams, IGetUserByPasswordHashResult, IGetUserByPhoneNumberParams, IGetUserByPhoneNumberResult, IGetUserStandingParams, IGetUserStandingResult, IGetUsersByEmailParams, IGetUsersByEmailResult, IGetUsersByIdParams, IGetUsersByIdResult, IImportUsersParams, IImportUsersResult, IListMatchingUsersParams, IListMatchingUsersResult, IListUsersParams, IListUsersResult, ILockImportsParams, ILockImportsResult, ILockUserByEmailParams, ILockUserByEmailResult, IProveMailboxParams, IProveMailboxResult, IRefuseTakenParams, IRefuseTakenResult, IReplacePasswordHashParams, IReplacePasswordHashResult, IRestoreUserParams, IRestoreUserResult, IUpdateUserParams, IUpdateUserResult } from "./user.js";
import type { ICreateNoTokenParams, ICreateNoTokenResult, ICreateUserTokenParams, ICreateUserTokenResult, IDeleteUserTokenParams, IDeleteUserTokenResult, IGetUserTokenParams, IGetUserTokenResult, ILockEmailParams, ILockEmailResult, IRemoveExpiredUserTokensParams, IRemoveExpiredUserTokensResult, ISpendLogInCodeParams, ISpendLogInCodeResult, IUseUserTokenParams, IUseUserTokenResult } from "./user_token.js";

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

export const createApiKey: Statement<ICreateApiKeyParams, ICreateApiKeyResult> = {
  label: "createApiKey",
  name: "pevensie_createApiKey_c8e6c3af",
  parameters: ["userId","id","ttlSeconds","name","start","scopes","keyHash"],
  text: "with requested as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where id operator(pg_catalog.=) $1::pg_catalog.uuid\n),\nowner as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) $1::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for no key update\n)\ninsert into pevensie.api_key (id, expires_at, user_id, name, start, scopes, key_hash)\nselect\n  $2::pg_catalog.uuid,\n  case\n    when\n      owner.email operator(pg_catalog.<>) requested.email\n      or coalesce(owner.device_tokens_valid_from, '-infinity') operator(pg_catalog.<>)\n        coalesce(requested.device_tokens_valid_from, '-infinity')\n    then current_timestamp\n    else current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => $3::double precision)\n  end,\n  owner.id,\n  $4::pg_catalog.text,\n  $5::pg_catalog.text,\n  $6::pg_catalog.text[],\n  $7::pg_catalog.text\nfrom owner\njoin requested on requested.id operator(pg_catalog.=) owner.id\nreturning\n  id,\n  user_id as \"userId\",\n  name,\n  start,\n  pg_catalog.to_jsonb(scopes) as \"scopes\",\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  extract(epoch from last_used_at) as \"lastUsedAt\"",
};

export const getApiKeyWithUser: Statement<IGetApiKeyWithUserParams, IGetApiKeyWithUserResult> = {
  label: "getApiKeyWithUser",
  name: "pevensie_getApiKeyWithUser_62458932",
  parameters: ["keyHash"],
  text: "select\n  api_key.id,\n  api_key.user_id as \"userId\",\n  api_key.name,\n  api_key.start,\n  case when api_key.scopes operator(pg_catalog.<>) '{}' then pg_catalog.array_to_json(api_key.scopes) end as \"scopes\",\n  extract(epoch from api_key.created_at) as \"createdAt\",\n  extract(epoch from api_key.expires_at) as \"expiresAt\",\n  extract(epoch from api_key.last_used_at) as \"lastUsedAt\",\n  case\n    when api_key.last_used_at operator(pg_catalog.>) (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(mins => 1))\n    then null\n    else true\n  end as \"touchDue\",\n  owner.json as \"user\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as \"largeAppMetadata\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as \"largeUserMetadata\"\nfrom pevensie.api_key as api_key\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) api_key.user_id\nwhere\n  api_key.key_hash operator(pg_catalog.=) $1::pg_catalog.text\n  and (api_key.expires_at is null or api_key.expires_at operator(pg_catalog.>) current_timestamp)\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)",
};

export const getApiKeysWithUsers: Statement<IGetApiKeysWithUsersParams, IGetApiKeysWithUsersResult> = {
  label: "getApiKeysWithUsers",
  name: "pevensie_getApiKeysWithUsers_336fb907",
  parameters: ["keyHashes"],
  text: "select\n  api_key.id,\n  api_key.user_id as \"userId\",\n  api_key.name,\n  api_key.start,\n  case when api_key.scopes operator(pg_catalog.<>) '{}' then pg_catalog.array_to_json(api_key.scopes) end as \"scopes\",\n  extract(epoch from api_key.created_at) as \"createdAt\",\n  extract(epoch from api_key.expires_at) as \"expiresAt\",\n  extract(epoch from api_key.last_used_at) as \"lastUsedAt\",\n  api_key.key_hash as \"keyHash\",\n  case\n    when api_key.last_used_at operator(pg_catalog.>)\n      (select current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(mins => 1))\n    then null\n    else true\n  end as \"touchDue\",\n  owner.json as \"user\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as \"largeAppMetadata\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as \"largeUserMetadata\"\nfrom pevensie.api_key as api_key\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) api_key.user_id\nwhere\n  api_key.key_hash operator(pg_catalog.=) any ((select $1::pg_catalog.text[])::pg_catalog.text[])\n  and (api_key.expires_at is null or api_key.expires_at operator(pg_catalog.>) current_timestamp)\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)",
};

export const touchApiKeys: Statement<ITouchApiKeysParams, ITouchApiKeysResult> = {
  label: "touchApiKeys",
  name: "pevensie_touchApiKeys_c053c03a",
  parameters: ["ids"],
  text: "with due as (\n  select id from pevensie.api_key\n  where\n    id operator(pg_catalog.=) any ((select $1::pg_catalog.uuid[])::pg_catalog.uuid[])\n    and coalesce(\n      last_used_at operator(pg_catalog.<=) (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(mins => 1)), true\n    )\n  for no key update skip locked\n)\nupdate pevensie.api_key as api_key\nset last_used_at = current_timestamp\nfrom due\nwhere api_key.id operator(pg_catalog.=) due.id",
};

export const listApiKeys: Statement<IListApiKeysParams, IListApiKeysResult> = {
  label: "listApiKeys",
  name: "pevensie_listApiKeys_8c7eebf0",
  parameters: ["userId"],
  text: "select\n  id,\n  user_id as \"userId\",\n  name,\n  start,\n  pg_catalog.to_jsonb(scopes) as \"scopes\",\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  extract(epoch from last_used_at) as \"lastUsedAt\"\nfrom pevensie.api_key\nwhere\n  user_id operator(pg_catalog.=) $1::pg_catalog.uuid\n  and (expires_at is null or expires_at operator(pg_catalog.>) current_timestamp)\norder by created_at desc, id desc",
};

export const deleteApiKey: Statement<IDeleteApiKeyParams, IDeleteApiKeyResult> = {
  label: "deleteApiKey",
  name: "pevensie_deleteApiKey_6dd927f7",
  parameters: ["id","userId"],
  text: "delete from pevensie.api_key\nwhere\n  id operator(pg_catalog.=) $1::pg_catalog.uuid\n  and ($2::pg_catalog.uuid is null or user_id operator(pg_catalog.=) $2::pg_catalog.uuid)",
};

export const removeExpiredApiKeys: Statement<IRemoveExpiredApiKeysParams, IRemoveExpiredApiKeysResult> = {
  label: "removeExpiredApiKeys",
  name: "pevensie_removeExpiredApiKeys_5fb2aeed",
  parameters: ["from","batchSize"],
  text: "with expired as (\n  select id, expires_at from pevensie.api_key\n  where expires_at operator(pg_catalog.>=) $1::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp\n  order by expires_at\n  limit $2::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.api_key as api_key\n  using expired\n  where api_key.id operator(pg_catalog.=) expired.id\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const setCacheEntry: Statement<ISetCacheEntryParams, ISetCacheEntryResult> = {
  label: "setCacheEntry",
  name: "pevensie_setCacheEntry_05a0fc65",
  parameters: ["resourceType","key","value","ttlSeconds","lockTimeout"],
  text: "insert into pevensie.cache (resource_type, key, value, expires_at)\nselect\n  $1::pg_catalog.text,\n  $2::pg_catalog.text,\n  $3::pg_catalog.text,\n  current_timestamp operator(pg_catalog.+) ($4::double precision operator(pg_catalog.*) interval '1 second')\nwhere\n  $5::pg_catalog.text is null\n  or pg_catalog.set_config('lock_timeout', $5::pg_catalog.text, true) is not null\non conflict (resource_type, key) do update set\n  value = excluded.value, expires_at = excluded.expires_at, stale_until = null, tags = null, snapshot = null",
};

export const getCacheEntry: Statement<IGetCacheEntryParams, IGetCacheEntryResult> = {
  label: "getCacheEntry",
  name: "pevensie_getCacheEntry_3caa828e",
  parameters: ["resourceType","key"],
  text: "select value, coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) $1::pg_catalog.text\n  and key operator(pg_catalog.=) $2::pg_catalog.text\n  and (stale_until is null or coalesce(expires_at operator(pg_catalog.>) current_timestamp, true))\n  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))",
};

export const getSmallCacheEntry: Statement<IGetSmallCacheEntryParams, IGetSmallCacheEntryResult> = {
  label: "getSmallCacheEntry",
  name: "pevensie_getSmallCacheEntry_9a2cf39f",
  parameters: ["resourceType","key"],
  text: "select\n  case when pg_catalog.octet_length(value) operator(pg_catalog.>) 4194304 then null else value end as value,\n  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) $1::pg_catalog.text\n  and key operator(pg_catalog.=) $2::pg_catalog.text\n  and (stale_until is null or coalesce(expires_at operator(pg_catalog.>) current_timestamp, true))\n  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))",
};

export const getCacheEntriesByKey: Statement<IGetCacheEntriesByKeyParams, IGetCacheEntriesByKeyResult> = {
  label: "getCacheEntriesByKey",
  name: "pevensie_getCacheEntriesByKey_3479acff",
  parameters: ["largest","key"],
  text: "select\n  resource_type as \"resourceType\",\n  case\n    when\n      pg_catalog.octet_length(value)\n        operator(pg_catalog.>) ($1::pg_catalog.int4 operator(pg_catalog./) (pg_catalog.count(*) over ()))\n      then null\n    else value\n  end as value,\n  coalesce(expires_at operator(pg_catalog.<=) current_timestamp, false) as expired\nfrom pevensie.cache\nwhere\n  key operator(pg_catalog.=) $2::pg_catalog.text\n  and (stale_until is null or coalesce(expires_at operator(pg_catalog.>) current_timestamp, true))\n  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))\norder by resource_type",
};

export const deleteCacheEntry: Statement<IDeleteCacheEntryParams, IDeleteCacheEntryResult> = {
  label: "deleteCacheEntry",
  name: "pevensie_deleteCacheEntry_c2f70236",
  parameters: ["resourceType","key","lockTimeout"],
  text: "delete from pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) $1::pg_catalog.text\n  and key operator(pg_catalog.=) $2::pg_catalog.text\n  and (\n    $3::pg_catalog.text is null\n    or pg_catalog.set_config('lock_timeout', $3::pg_catalog.text, true) is not null\n  )\nreturning\n  coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)\n    and (tags is null or pevensie.cache_tags_are_current(tags, snapshot)) as \"wasLive\"",
};

export const getCacheEntries: Statement<IGetCacheEntriesParams, IGetCacheEntriesResult> = {
  label: "getCacheEntries",
  name: "pevensie_getCacheEntries_bdf36e7f",
  parameters: ["largest","resourceTypes","keys"],
  text: "select\n  (\n    case\n      when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) $1::pg_catalog.int4\n        then operator(pg_catalog.-) given.position\n      else given.position\n    end\n  )::int as position,\n  case\n    when cache.expires_at operator(pg_catalog.<=) current_timestamp then null\n    when pg_catalog.octet_length(cache.value) operator(pg_catalog.>) $1::pg_catalog.int4 then null\n    else cache.value\n  end as value\nfrom\n  rows from (\n    pg_catalog.unnest((select $2::pg_catalog.text[])),\n    pg_catalog.unnest((select $3::pg_catalog.text[]))\n  ) with ordinality as given (resource_type, key, position)\njoin pevensie.cache as cache\n  on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\nwhere\n  (cache.stale_until is null or coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true))\n  and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))",
};

export const setCacheEntries: Statement<ISetCacheEntriesParams, ISetCacheEntriesResult> = {
  label: "setCacheEntries",
  name: "pevensie_setCacheEntries_5d217851",
  parameters: ["resourceTypes","keys","values","ttlsSeconds","lockTimeout"],
  text: "insert into pevensie.cache (resource_type, key, value, expires_at)\nselect\n  given.resource_type,\n  given.key,\n  given.value,\n  case\n    when given.ttl_seconds operator(pg_catalog.<>) 0\n      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n  end\nfrom\n  (\n    select\n      pg_catalog.unnest(arrays.resource_types) as resource_type,\n      pg_catalog.unnest(arrays.keys) as key,\n      pg_catalog.unnest(arrays.values) as value,\n      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds\n    from\n      (\n        select\n          $1::pg_catalog.text[] as resource_types,\n          $2::pg_catalog.text[] as keys,\n          $3::pg_catalog.text[] as values,\n          $4::double precision[] as ttls_seconds\n        where\n          $5::pg_catalog.text is null\n          or pg_catalog.set_config('lock_timeout', $5::pg_catalog.text, true) is not null\n        offset 0\n      ) as arrays\n  ) as given\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set\n  value = excluded.value, expires_at = excluded.expires_at, stale_until = null, tags = null, snapshot = null",
};

export const deleteCacheEntries: Statement<IDeleteCacheEntriesParams, IDeleteCacheEntriesResult> = {
  label: "deleteCacheEntries",
  name: "pevensie_deleteCacheEntries_88e01a0e",
  parameters: ["resourceTypes","keys","lockTimeout"],
  text: "with deletable as (\n  select\n    cache.resource_type,\n    cache.key,\n    given.position,\n    coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)\n      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)) as is_live\n  from\n    rows from (\n      pg_catalog.unnest((select $1::pg_catalog.text[])),\n      pg_catalog.unnest((select $2::pg_catalog.text[]))\n    ) with ordinality as given (resource_type, key, position)\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where\n    coalesce(\n      (select pg_catalog.set_config('lock_timeout', $3::pg_catalog.text, true) where $3::pg_catalog.text is not null),\n      ''\n    ) operator(pg_catalog.||) cache.key is not null\n  order by cache.resource_type collate pg_catalog.\"C\", cache.key collate pg_catalog.\"C\"\n  for update of cache\n)\ndelete from pevensie.cache as cache\nusing deletable\nwhere cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key\nreturning deletable.position::int as \"position\", deletable.is_live as \"wasLive\"",
};

export const deleteCacheEntriesWithValues: Statement<IDeleteCacheEntriesWithValuesParams, IDeleteCacheEntriesWithValuesResult> = {
  label: "deleteCacheEntriesWithValues",
  name: "pevensie_deleteCacheEntriesWithValues_ea9cc886",
  parameters: ["resourceTypes","keys","values","lockTimeout"],
  text: "with deletable as (\n  select cache.resource_type, cache.key, given.position\n  from\n    rows from (\n      pg_catalog.unnest((select $1::pg_catalog.text[])),\n      pg_catalog.unnest((select $2::pg_catalog.text[])),\n      pg_catalog.unnest((select $3::pg_catalog.text[]))\n    ) with ordinality as given (resource_type, key, value, position)\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where\n    coalesce(\n      (select pg_catalog.set_config('lock_timeout', $4::pg_catalog.text, true) where $4::pg_catalog.text is not null),\n      ''\n    ) operator(pg_catalog.||) cache.key is not null\n    and cache.value operator(pg_catalog.=) given.value\n    and coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)\n  order by cache.resource_type collate pg_catalog.\"C\", cache.key collate pg_catalog.\"C\"\n  for update of cache\n)\ndelete from pevensie.cache as cache\nusing deletable\nwhere cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key\nreturning deletable.position::int as \"position\"",
};

export const deleteExpiredCacheEntries: Statement<IDeleteExpiredCacheEntriesParams, IDeleteExpiredCacheEntriesResult> = {
  label: "deleteExpiredCacheEntries",
  name: "pevensie_deleteExpiredCacheEntries_71bf0a5b",
  parameters: ["resourceTypes","keys"],
  text: "with expired as (\n  select cache.resource_type, cache.key\n  from\n    rows from (\n      pg_catalog.unnest((select $1::pg_catalog.text[])),\n      pg_catalog.unnest((select $2::pg_catalog.text[]))\n    ) as given (resource_type, key)\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where cache.expires_at operator(pg_catalog.<=) current_timestamp and cache.stale_until is null\n  for update of cache skip locked\n)\ndelete from pevensie.cache as cache\nusing expired\nwhere\n  cache.resource_type operator(pg_catalog.=) expired.resource_type\n  and cache.key operator(pg_catalog.=) expired.key\n  and cache.expires_at operator(pg_catalog.<=) current_timestamp\n  and cache.stale_until is null",
};

export const getCachePages: Statement<IGetCachePagesParams, IGetCachePagesResult> = {
  label: "getCachePages",
  name: "pevensie_getCachePages_bd97812e",
  parameters: [],
  text: "select\n  (\n    pg_catalog.pg_relation_size('pevensie.cache'::pg_catalog.regclass)\n    operator(pg_catalog./) pg_catalog.current_setting('block_size')::int\n  )::int as pages",
};

export const removeExpiredCacheEntries: Statement<IRemoveExpiredCacheEntriesParams, IRemoveExpiredCacheEntriesResult> = {
  label: "removeExpiredCacheEntries",
  name: "pevensie_removeExpiredCacheEntries_ac24bba5",
  parameters: ["fromPage","toPage","batchSize"],
  text: "with expired as (\n  select ctid as place from pevensie.cache as cache\n  where\n    ctid operator(pg_catalog.>=) pg_catalog.format('(%s,0)', $1::int)::pg_catalog.tid\n    and ctid operator(pg_catalog.<) pg_catalog.format('(%s,0)', $2::int)::pg_catalog.tid\n    and (\n      (\n        expires_at operator(pg_catalog.<=) current_timestamp\n        and (\n          stale_until is null\n          or (\n            stale_until operator(pg_catalog.<=) current_timestamp\n            and not exists (\n              select from pevensie.cache_lease as lease\n              where\n                lease.resource_type operator(pg_catalog.=) cache.resource_type\n                and lease.key operator(pg_catalog.=) cache.key\n                and lease.expires_at operator(pg_catalog.>) current_timestamp\n            )\n          )\n        )\n      )\n      or (tags is not null and not pevensie.cache_tags_are_current(tags, snapshot))\n    )\n  limit $3::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache as cache\n  where cache.ctid operator(pg_catalog.=) any (array(select place from expired))\n  returning cache.key\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const countCacheSample: Statement<ICountCacheSampleParams, ICountCacheSampleResult> = {
  label: "countCacheSample",
  name: "pevensie_countCacheSample_a16e4e9d",
  parameters: ["percent"],
  text: "select pg_catalog.count(*)::int as \"sampled\"\nfrom pevensie.cache tablesample system (($1::double precision)::real) repeatable (0)\nwhere\n  $1::double precision operator(pg_catalog.>) 0\n  and case\n    when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100\n      then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'\n    else true\n  end",
};

export const getCacheSampleExpiry: Statement<IGetCacheSampleExpiryParams, IGetCacheSampleExpiryResult> = {
  label: "getCacheSampleExpiry",
  name: "pevensie_getCacheSampleExpiry_c9ee6ce1",
  parameters: ["fraction","percent"],
  text: "select\n  extract(\n    epoch from pg_catalog.percentile_disc($1::double precision)\n      within group (order by coalesce(expires_at, 'infinity'::pg_catalog.timestamptz))\n  ) as \"untilSeconds\"\nfrom pevensie.cache tablesample system (($2::double precision)::real) repeatable (0)\nwhere\n  $2::double precision operator(pg_catalog.>) 0\n  and case\n    when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100\n      then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'\n    else true\n  end",
};

export const getCacheSampleExpiries: Statement<IGetCacheSampleExpiriesParams, IGetCacheSampleExpiriesResult> = {
  label: "getCacheSampleExpiries",
  name: "pevensie_getCacheSampleExpiries_555e0327",
  parameters: ["fractions","percent"],
  text: "select extract(epoch from (quantile.expiry)) as \"untilSeconds\"\nfrom (\n  select\n    pg_catalog.percentile_disc($1::double precision[])\n      within group (order by coalesce(expires_at, 'infinity'::pg_catalog.timestamptz)) as expiries\n  from pevensie.cache tablesample system (($2::double precision)::real) repeatable (0)\n  where\n    $2::double precision operator(pg_catalog.>) 0\n    and case\n      when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100\n        then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'\n      else true\n    end\n) as sampled\ncross join lateral pg_catalog.unnest(sampled.expiries) with ordinality as quantile(expiry, place)\norder by quantile.place",
};

export const evictCacheEntries: Statement<IEvictCacheEntriesParams, IEvictCacheEntriesResult> = {
  label: "evictCacheEntries",
  name: "pevensie_evictCacheEntries_04065458",
  parameters: ["fromPage","toPage","untilSeconds","isLastPass","batchSize"],
  text: "with deletable as (\n  select ctid as place from pevensie.cache as cache\n  where\n    ctid operator(pg_catalog.>=) pg_catalog.format('(%s,0)', $1::int)::pg_catalog.tid\n    and ctid operator(pg_catalog.<) pg_catalog.format('(%s,0)', $2::int)::pg_catalog.tid\n    and extract(epoch from coalesce(expires_at, 'infinity'::pg_catalog.timestamptz))\n      operator(pg_catalog.<=) $3::pg_catalog.numeric\n    and (\n      $4::boolean\n      or extract(epoch from coalesce(expires_at, 'infinity'::pg_catalog.timestamptz))\n        operator(pg_catalog.<>) $3::pg_catalog.numeric\n    )\n    and case\n      when pg_catalog.octet_length(value) operator(pg_catalog.<=) 100\n        then value operator(pg_catalog.!~) '^limit:[1-8][0-9]{18}:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'\n      else true\n    end\n    and not exists (\n      select from pevensie.cache_lease as lease\n      where\n        lease.resource_type operator(pg_catalog.=) cache.resource_type\n        and lease.key operator(pg_catalog.=) cache.key\n        and lease.expires_at operator(pg_catalog.>) current_timestamp\n    )\n  limit $5::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache as cache\n  where cache.ctid operator(pg_catalog.=) any (array(select place from deletable))\n  returning cache.key\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const getCacheEntryDetails: Statement<IGetCacheEntryDetailsParams, IGetCacheEntryDetailsResult> = {
  label: "getCacheEntryDetails",
  name: "pevensie_getCacheEntryDetails_e50ca9bf",
  parameters: ["resourceType","key"],
  text: "select value, extract(epoch from expires_at) as \"expiresAt\", pg_catalog.to_jsonb(tags) as tags\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) $1::pg_catalog.text\n  and key operator(pg_catalog.=) $2::pg_catalog.text\n  and coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)\n  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))",
};

export const getStaleCacheEntry: Statement<IGetStaleCacheEntryParams, IGetStaleCacheEntryResult> = {
  label: "getStaleCacheEntry",
  name: "pevensie_getStaleCacheEntry_fd4882e8",
  parameters: ["resourceType","key"],
  text: "select value\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) $1::pg_catalog.text\n  and key operator(pg_catalog.=) $2::pg_catalog.text\n  and expires_at operator(pg_catalog.<=) current_timestamp\n  and stale_until operator(pg_catalog.>) current_timestamp\n  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))",
};

export const hasCacheEntry: Statement<IHasCacheEntryParams, IHasCacheEntryResult> = {
  label: "hasCacheEntry",
  name: "pevensie_hasCacheEntry_4719363a",
  parameters: ["resourceType","key"],
  text: "select true as \"isLive\"\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) $1::pg_catalog.text\n  and key operator(pg_catalog.=) $2::pg_catalog.text\n  and coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)\n  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))",
};

export const listCacheKeys: Statement<IListCacheKeysParams, IListCacheKeysResult> = {
  label: "listCacheKeys",
  name: "pevensie_listCacheKeys_eb0b83b8",
  parameters: ["resourceType","after","prefix","limit"],
  text: "select key\nfrom pevensie.cache\nwhere\n  resource_type operator(pg_catalog.=) $1::pg_catalog.text\n  and key operator(pg_catalog.>=) coalesce($2::pg_catalog.text, '')\n  and ($2::pg_catalog.text is null or key operator(pg_catalog.<>) $2::pg_catalog.text)\n  and pg_catalog.starts_with(key, $3::pg_catalog.text)\n  and coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)\n  and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))\norder by key\nlimit $4::int",
};

export const clearCacheEntries: Statement<IClearCacheEntriesParams, IClearCacheEntriesResult> = {
  label: "clearCacheEntries",
  name: "pevensie_clearCacheEntries_81b20ab3",
  parameters: ["resourceType","from","lockTimeout","batchSize"],
  text: "with page as (\n  select resource_type, key from pevensie.cache\n  where\n    resource_type operator(pg_catalog.=) $1::pg_catalog.text\n    and key operator(pg_catalog.>=) coalesce($2::pg_catalog.text, '')\n    and coalesce(\n      (select pg_catalog.set_config('lock_timeout', $3::pg_catalog.text, true) where $3::pg_catalog.text is not null),\n      ''\n    ) operator(pg_catalog.||) key is not null\n  order by key\n  limit $4::int\n),\ndeletable as (\n  select\n    cache.resource_type,\n    cache.key,\n    coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)\n      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)) as is_live\n  from page\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) page.resource_type and cache.key operator(pg_catalog.=) page.key\n  order by cache.key collate pg_catalog.\"C\"\n  for update of cache\n),\ndeleted as (\n  delete from pevensie.cache as cache\n  using deletable\n  where cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key\n  returning deletable.is_live\n)\nselect\n  (select pg_catalog.count(*) from page)::int as \"found\",\n  (select pg_catalog.max(key) from page) as \"lastKey\",\n  (select pg_catalog.count(*) from deleted where is_live)::int as \"live\"",
};

export const setTaggedCacheEntries: Statement<ISetTaggedCacheEntriesParams, ISetTaggedCacheEntriesResult> = {
  label: "setTaggedCacheEntries",
  name: "pevensie_setTaggedCacheEntries_9174e2b6",
  parameters: ["resourceTypes","keys","values","ttlsSeconds","tags","lockTimeout"],
  text: "insert into pevensie.cache (resource_type, key, value, expires_at, tags, snapshot)\nselect\n  given.resource_type,\n  given.key,\n  given.value,\n  case\n    when given.ttl_seconds operator(pg_catalog.<>) 0\n      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n  end,\n  case\n    when given.tags operator(pg_catalog.<>) '[]'\n      then array(select pg_catalog.jsonb_array_elements_text(given.tags::pg_catalog.jsonb))\n  end,\n  case when given.tags operator(pg_catalog.<>) '[]' then pg_catalog.pg_current_snapshot() end\nfrom\n  (\n    select\n      pg_catalog.unnest(arrays.resource_types) as resource_type,\n      pg_catalog.unnest(arrays.keys) as key,\n      pg_catalog.unnest(arrays.values) as value,\n      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds,\n      pg_catalog.unnest(arrays.tags) as tags\n    from\n      (\n        select\n          $1::pg_catalog.text[] as resource_types,\n          $2::pg_catalog.text[] as keys,\n          $3::pg_catalog.text[] as values,\n          $4::double precision[] as ttls_seconds,\n          $5::pg_catalog.text[] as tags\n        where\n          $6::pg_catalog.text is null\n          or pg_catalog.set_config('lock_timeout', $6::pg_catalog.text, true) is not null\n        offset 0\n      ) as arrays\n  ) as given\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set\n  value = excluded.value,\n  expires_at = excluded.expires_at,\n  stale_until = null,\n  tags = excluded.tags,\n  snapshot = excluded.snapshot",
};

export const setCacheEntriesIfAbsent: Statement<ISetCacheEntriesIfAbsentParams, ISetCacheEntriesIfAbsentResult> = {
  label: "setCacheEntriesIfAbsent",
  name: "pevensie_setCacheEntriesIfAbsent_c383e045",
  parameters: ["resourceTypes","keys","values","ttlsSeconds","tags","lockTimeout"],
  text: "insert into pevensie.cache as cache (resource_type, key, value, expires_at, tags, snapshot)\nselect\n  given.resource_type,\n  given.key,\n  given.value,\n  case\n    when given.ttl_seconds operator(pg_catalog.<>) 0\n      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n  end,\n  case\n    when given.tags operator(pg_catalog.<>) '[]'\n      then array(select pg_catalog.jsonb_array_elements_text(given.tags::pg_catalog.jsonb))\n  end,\n  case when given.tags operator(pg_catalog.<>) '[]' then pg_catalog.pg_current_snapshot() end\nfrom\n  (\n    select\n      pg_catalog.unnest(arrays.resource_types) as resource_type,\n      pg_catalog.unnest(arrays.keys) as key,\n      pg_catalog.unnest(arrays.values) as value,\n      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds,\n      pg_catalog.unnest(arrays.tags) as tags\n    from\n      (\n        select\n          $1::pg_catalog.text[] as resource_types,\n          $2::pg_catalog.text[] as keys,\n          $3::pg_catalog.text[] as values,\n          $4::double precision[] as ttls_seconds,\n          $5::pg_catalog.text[] as tags\n        where\n          $6::pg_catalog.text is null\n          or pg_catalog.set_config('lock_timeout', $6::pg_catalog.text, true) is not null\n        offset 0\n      ) as arrays\n  ) as given\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set\n  value = excluded.value,\n  expires_at = excluded.expires_at,\n  stale_until = null,\n  tags = excluded.tags,\n  snapshot = excluded.snapshot\nwhere\n  cache.expires_at operator(pg_catalog.<=) current_timestamp\n  or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\nreturning cache.resource_type as \"resourceType\", cache.key",
};

export const touchCacheEntries: Statement<ITouchCacheEntriesParams, ITouchCacheEntriesResult> = {
  label: "touchCacheEntries",
  name: "pevensie_touchCacheEntries_891784fb",
  parameters: ["resourceTypes","keys","ttlsSeconds","lockTimeout"],
  text: "with locked as (\n  select\n    cache.resource_type,\n    cache.key,\n    given.position,\n    case\n      when given.ttl_seconds operator(pg_catalog.<>) 0\n        then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n    end as expires_at,\n    case\n      when given.ttl_seconds operator(pg_catalog.<>) 0\n        then\n          current_timestamp\n            operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n            operator(pg_catalog.+) (cache.stale_until operator(pg_catalog.-) cache.expires_at)\n    end as stale_until\n  from\n    rows from (\n      pg_catalog.unnest((select $1::pg_catalog.text[])),\n      pg_catalog.unnest((select $2::pg_catalog.text[])),\n      pg_catalog.unnest((select $3::double precision[]))\n    ) with ordinality as given (resource_type, key, ttl_seconds, position)\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where\n    coalesce(\n      (select pg_catalog.set_config('lock_timeout', $4::pg_catalog.text, true) where $4::pg_catalog.text is not null),\n      ''\n    ) operator(pg_catalog.||) cache.key is not null\n    and coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)\n    and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n  order by cache.resource_type collate pg_catalog.\"C\", cache.key collate pg_catalog.\"C\"\n  for update of cache\n),\ntouched as (\n  update pevensie.cache as cache\n  set expires_at = locked.expires_at, stale_until = locked.stale_until\n  from locked\n  where cache.resource_type operator(pg_catalog.=) locked.resource_type and cache.key operator(pg_catalog.=) locked.key\n  returning locked.position\n)\nselect coalesce(pg_catalog.string_agg(position::pg_catalog.text, ','), '') as \"positions\" from touched",
};

export const incrementCacheEntries: Statement<IIncrementCacheEntriesParams, IIncrementCacheEntriesResult> = {
  label: "incrementCacheEntries",
  name: "pevensie_incrementCacheEntries_271acfb2",
  parameters: ["resourceTypes","keys","addends","ttlsSeconds","lockTimeout"],
  text: "insert into pevensie.cache as cache (resource_type, key, value, expires_at)\nselect\n  given.resource_type,\n  given.key,\n  given.addend,\n  case\n    when given.ttl_seconds operator(pg_catalog.<>) 0\n      then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n  end\nfrom\n  (\n    select\n      pg_catalog.unnest(arrays.resource_types) as resource_type,\n      pg_catalog.unnest(arrays.keys) as key,\n      pg_catalog.unnest(arrays.addends) as addend,\n      pg_catalog.unnest(arrays.ttls_seconds) as ttl_seconds\n    from\n      (\n        select\n          $1::pg_catalog.text[] as resource_types,\n          $2::pg_catalog.text[] as keys,\n          $3::pg_catalog.text[] as addends,\n          $4::double precision[] as ttls_seconds\n        where\n          $5::pg_catalog.text is null\n          or pg_catalog.set_config('lock_timeout', $5::pg_catalog.text, true) is not null\n        offset 0\n      ) as arrays\n  ) as given\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set\n  (value, expires_at, stale_until, tags, snapshot) = (\n    select\n      (cache.value::bigint operator(pg_catalog.+) excluded.value::bigint)::pg_catalog.text,\n      cache.expires_at,\n      cache.stale_until,\n      cache.tags,\n      cache.snapshot\n    where\n      coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)\n      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n    union all\n    select excluded.value, excluded.expires_at, null, null, null::pg_catalog.pg_snapshot\n    limit 1\n  )\nwhere\n  cache.expires_at operator(pg_catalog.<=) current_timestamp\n  or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n  or case\n    when cache.value operator(pg_catalog.~) '^(0|-?[1-9][0-9]{0,15})$'\n      then pg_catalog.abs(cache.value::bigint) operator(pg_catalog.<=) 9007199254740991\n        and pg_catalog.abs(cache.value::bigint operator(pg_catalog.+) excluded.value::bigint)\n          operator(pg_catalog.<=) 9007199254740991\n    else false\n  end\nreturning cache.resource_type as \"resourceType\", cache.key, cache.value",
};

export const admitLimitedCalls: Statement<IAdmitLimitedCallsParams, IAdmitLimitedCallsResult> = {
  label: "admitLimitedCalls",
  name: "pevensie_admitLimitedCalls_8669abf1",
  parameters: ["resourceTypes","keys","emissions","tolerances","counts","lockTimeout"],
  text: "insert into pevensie.cache as cache (resource_type, key, value, expires_at)\nselect\n  given.resource_type,\n  given.key,\n  pg_catalog.concat_ws(\n    ':',\n    'limit',\n    given.now operator(pg_catalog.+) (given.admitted operator(pg_catalog.*) given.emission),\n    given.admitted,\n    given.admitted operator(pg_catalog.*) given.emission,\n    given.tolerance,\n    given.count\n  ),\n  pg_catalog.to_timestamp(\n    (\n      (given.now operator(pg_catalog.+) (given.admitted operator(pg_catalog.*) given.emission) operator(pg_catalog.+) 999)\n      operator(pg_catalog./) 1000\n    )::double precision operator(pg_catalog./) 1000000\n  )\nfrom\n  (\n    select\n      calls.resource_type,\n      calls.key,\n      calls.emission,\n      calls.tolerance,\n      calls.count,\n      calls.now,\n      least(calls.count, calls.tolerance operator(pg_catalog./) calls.emission) as admitted\n    from\n      (\n        select\n          pg_catalog.unnest(arrays.resource_types) as resource_type,\n          pg_catalog.unnest(arrays.keys) as key,\n          pg_catalog.unnest(arrays.emissions) as emission,\n          pg_catalog.unnest(arrays.tolerances) as tolerance,\n          pg_catalog.unnest(arrays.counts) as count,\n          arrays.now\n        from\n          (\n            select\n              $1::pg_catalog.text[] as resource_types,\n              $2::pg_catalog.text[] as keys,\n              $3::bigint[] as emissions,\n              $4::bigint[] as tolerances,\n              $5::bigint[] as counts,\n              (extract(epoch from current_timestamp) operator(pg_catalog.*) 1000000)::bigint operator(pg_catalog.*) 1000 as now\n            where\n              $6::pg_catalog.text is null\n              or pg_catalog.set_config('lock_timeout', $6::pg_catalog.text, true) is not null\n            offset 0\n          ) as arrays\n      ) as calls\n  ) as given\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set\n  (value, expires_at, stale_until, tags, snapshot) = (\n    select\n      case\n        when decided.arrival is null then excluded.value\n        else\n          pg_catalog.concat_ws(\n            ':',\n            'limit',\n            decided.arrival operator(pg_catalog.+) (decided.admitted operator(pg_catalog.*) decided.emission),\n            decided.admitted,\n            decided.arrival operator(pg_catalog.-) decided.now\n              operator(pg_catalog.+) (decided.admitted operator(pg_catalog.*) decided.emission),\n            decided.tolerance,\n            decided.count\n          )\n      end,\n      case\n        when decided.arrival is null then excluded.expires_at\n        else\n          pg_catalog.to_timestamp(\n            (\n              (\n                decided.arrival\n                operator(pg_catalog.+) (decided.admitted operator(pg_catalog.*) decided.emission)\n                operator(pg_catalog.+) 999\n              )\n              operator(pg_catalog./) 1000\n            )::double precision operator(pg_catalog./) 1000000\n          )\n      end,\n      null::pg_catalog.timestamptz,\n      null::pg_catalog.text[],\n      null::pg_catalog.pg_snapshot\n    from\n      (\n        select\n          given.*,\n          least(\n            given.count,\n            greatest(\n              0,\n              case\n                when given.emission operator(pg_catalog.<>) 0\n                then\n                  (given.tolerance operator(pg_catalog.-) (given.arrival operator(pg_catalog.-) given.now))\n                  operator(pg_catalog./) given.emission\n              end\n            )\n          ) as admitted\n        from\n          (\n            select\n              clock.now,\n              case\n                when clock.is_live then greatest(clock.now, pg_catalog.split_part(cache.value, ':', 2)::bigint)\n              end as arrival,\n              case\n                when clock.is_live\n                then\n                  pg_catalog.split_part(excluded.value, ':', 4)::bigint\n                  operator(pg_catalog./) greatest(1, pg_catalog.split_part(excluded.value, ':', 3)::bigint)\n              end as emission,\n              case when clock.is_live then pg_catalog.split_part(excluded.value, ':', 5)::bigint end as tolerance,\n              case when clock.is_live then pg_catalog.split_part(excluded.value, ':', 6)::bigint end as count\n            from\n              (\n                select\n                  (\n                    select (extract(epoch from current_timestamp) operator(pg_catalog.*) 1000000)::bigint operator(pg_catalog.*) 1000\n                  ) as now,\n                  coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true) and cache.tags is null as is_live\n              ) as clock\n            offset 0\n          ) as given\n        offset 0\n      ) as decided\n  )\nwhere\n  cache.expires_at operator(pg_catalog.<=) current_timestamp\n  or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n  or (\n    cache.tags is null\n    and pg_catalog.octet_length(cache.value) operator(pg_catalog.<=) 100\n    and cache.value operator(pg_catalog.~) '^limit:[1-8][0-9]*:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'\n    and pg_catalog.octet_length(pg_catalog.split_part(cache.value, ':', 2)) operator(pg_catalog.=) 19\n  )\nreturning cache.resource_type as \"resourceType\", cache.key, cache.value",
};

export const invalidateCacheTags: Statement<IInvalidateCacheTagsParams, IInvalidateCacheTagsResult> = {
  label: "invalidateCacheTags",
  name: "pevensie_invalidateCacheTags_b22e8f21",
  parameters: ["tags"],
  text: "with superseded as (\n  select ctid as place from pevensie.cache_invalidation\n  where\n    tag operator(pg_catalog.=) any ((select $1::pg_catalog.text[])::pg_catalog.text[])\n    and xact_id operator(pg_catalog.<) pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())\n    and xact_id operator(pg_catalog.>=) '0'::pg_catalog.xid8\n    and pg_catalog.current_setting('transaction_isolation') operator(pg_catalog.=) 'read committed'\n  limit 1000\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache_invalidation\n  where\n    ctid operator(pg_catalog.=) any (array(select place from superseded))\n    and pg_catalog.current_setting('transaction_isolation') operator(pg_catalog.=) 'read committed'\n)\ninsert into pevensie.cache_invalidation (tag, xact_id, invalidated_at)\nselect pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.pg_current_xact_id(), pg_catalog.clock_timestamp()\non conflict (tag, xact_id) do nothing",
};

export const removeSeenCacheInvalidations: Statement<IRemoveSeenCacheInvalidationsParams, IRemoveSeenCacheInvalidationsResult> = {
  label: "removeSeenCacheInvalidations",
  name: "pevensie_removeSeenCacheInvalidations_9217743a",
  parameters: ["from","batchSize"],
  text: "with oldest as (\n  select\n    least(\n      (\n        select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache\n        where snapshot is not null\n        order by pg_catalog.pg_snapshot_xmin(snapshot)\n        limit 1\n      ),\n      (\n        select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache_lease\n        order by pg_catalog.pg_snapshot_xmin(snapshot)\n        limit 1\n      ),\n      pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())\n    ) as xmin\n),\nseen as (\n  select tag, xact_id from pevensie.cache_invalidation\n  where\n    tag operator(pg_catalog.>=) $1::pg_catalog.text\n    and xact_id operator(pg_catalog.<) (select xmin from oldest)\n    and invalidated_at operator(pg_catalog.<) (current_timestamp operator(pg_catalog.-) interval '1 hour')\n  order by tag\n  limit $2::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache_invalidation as invalidation\n  using seen\n  where\n    invalidation.tag operator(pg_catalog.=) seen.tag and invalidation.xact_id operator(pg_catalog.=) seen.xact_id\n  returning invalidation.tag\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  pg_catalog.max(tag) as \"lastTag\",\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const acquireCacheLease: Statement<IAcquireCacheLeaseParams, IAcquireCacheLeaseResult> = {
  label: "acquireCacheLease",
  name: "pevensie_acquireCacheLease_ebeaa5a5",
  parameters: ["resourceType","key","lostToken","token","leaseSeconds","lockTimeout"],
  text: "with entry as (\n  select\n    coalesce(expires_at operator(pg_catalog.>) current_timestamp, true) as is_live,\n    stale_until operator(pg_catalog.>) current_timestamp as is_stale\n  from pevensie.cache\n  where\n    resource_type operator(pg_catalog.=) $1::pg_catalog.text\n    and key operator(pg_catalog.=) $2::pg_catalog.text\n    and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))\n),\nother as (\n  select expires_at from pevensie.cache_lease\n  where\n    resource_type operator(pg_catalog.=) $1::pg_catalog.text\n    and key operator(pg_catalog.=) $2::pg_catalog.text\n    and expires_at operator(pg_catalog.>) current_timestamp\n    and token operator(pg_catalog.<>) $3::pg_catalog.uuid\n),\nleased as (\n  insert into pevensie.cache_lease as lease (resource_type, key, token, expires_at, snapshot, acquired_by)\n  select\n    $1::pg_catalog.text,\n    $2::pg_catalog.text,\n    $4::pg_catalog.uuid,\n    current_timestamp operator(pg_catalog.+) ($5::double precision operator(pg_catalog.*) interval '1 second'),\n    pg_catalog.pg_current_snapshot(),\n    pg_catalog.pg_current_xact_id()\n  where\n    not exists (select from entry where is_live)\n    and not exists (select from other)\n    and pg_catalog.set_config('lock_timeout', $6::pg_catalog.text, true) is not null\n  on conflict (resource_type, key) do update set\n    token = excluded.token,\n    expires_at = excluded.expires_at,\n    snapshot = excluded.snapshot,\n    acquired_by = excluded.acquired_by\n  where\n    lease.expires_at operator(pg_catalog.<=) current_timestamp\n    or lease.token operator(pg_catalog.=) $3::pg_catalog.uuid\n  returning lease.resource_type, lease.key\n),\nplaced as (\n  insert into pevensie.cache as cache (resource_type, key, value, expires_at, stale_until)\n  select leased.resource_type, leased.key, '', '-infinity'::pg_catalog.timestamptz, '-infinity'::pg_catalog.timestamptz\n  from leased\n  on conflict (resource_type, key) do update set\n    (value, expires_at, stale_until, tags, snapshot) = (\n      select cache.value, cache.expires_at, cache.stale_until, cache.tags, cache.snapshot\n      where\n        cache.stale_until operator(pg_catalog.>) current_timestamp\n        and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n      union all\n      select excluded.value, excluded.expires_at, excluded.stale_until, null, null\n      limit 1\n    )\n  where\n    cache.expires_at operator(pg_catalog.<=) current_timestamp\n    or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n  returning true\n)\nselect\n  exists (select from leased) as \"isLeased\",\n  exists (select from placed) as \"isPlaced\",\n  exists (select from entry where is_live) as \"isLive\",\n  exists (select from entry where is_stale and not is_live) as \"isStale\",\n  (\n    select extract(epoch from expires_at operator(pg_catalog.-) current_timestamp) operator(pg_catalog.*) 1000 from other\n  ) as \"remainingMillis\"",
};

export const isCacheLeaseHeld: Statement<IIsCacheLeaseHeldParams, IIsCacheLeaseHeldResult> = {
  label: "isCacheLeaseHeld",
  name: "pevensie_isCacheLeaseHeld_78cb9ade",
  parameters: ["resourceType","key","token","tags"],
  text: "select\n  exists (\n    select from pevensie.cache_lease as lease\n    join pevensie.cache as cache\n      on cache.resource_type operator(pg_catalog.=) lease.resource_type and cache.key operator(pg_catalog.=) lease.key\n    where\n      lease.resource_type operator(pg_catalog.=) $1::pg_catalog.text\n      and lease.key operator(pg_catalog.=) $2::pg_catalog.text\n      and lease.token operator(pg_catalog.=) $3::pg_catalog.uuid\n      and lease.expires_at operator(pg_catalog.>) current_timestamp\n      and cache.xmin operator(pg_catalog.=) lease.acquired_by::pg_catalog.xid\n      and coalesce(pevensie.cache_tags_are_current($4::pg_catalog.text[], lease.snapshot), true)\n  ) as \"isHeld\"",
};

export const storeUnderCacheLease: Statement<IStoreUnderCacheLeaseParams, IStoreUnderCacheLeaseResult> = {
  label: "storeUnderCacheLease",
  name: "pevensie_storeUnderCacheLease_9a7d5e47",
  parameters: ["resourceType","key","token","lockTimeout","value","ttlSeconds","graceSeconds","tags"],
  text: "with held as (\n  delete from pevensie.cache_lease\n  where\n    resource_type operator(pg_catalog.=) $1::pg_catalog.text\n    and key operator(pg_catalog.=) $2::pg_catalog.text\n    and token operator(pg_catalog.=) $3::pg_catalog.uuid\n    and pg_catalog.set_config('lock_timeout', $4::pg_catalog.text, true) is not null\n  returning resource_type, key, snapshot, acquired_by\n)\nupdate pevensie.cache as cache\nset\n  value = $5::pg_catalog.text,\n  expires_at =\n    current_timestamp operator(pg_catalog.+) ($6::double precision operator(pg_catalog.*) interval '1 second'),\n  stale_until =\n    current_timestamp\n      operator(pg_catalog.+) ($6::double precision operator(pg_catalog.*) interval '1 second')\n      operator(pg_catalog.+) ($7::double precision operator(pg_catalog.*) interval '1 second'),\n  tags = $8::pg_catalog.text[],\n  snapshot = case when $8::pg_catalog.text[] is not null then held.snapshot end\nfrom held\nwhere\n  cache.resource_type operator(pg_catalog.=) held.resource_type\n  and cache.key operator(pg_catalog.=) held.key\n  and cache.xmin operator(pg_catalog.=) held.acquired_by::pg_catalog.xid\n  and coalesce(pevensie.cache_tags_are_current($8::pg_catalog.text[], held.snapshot), true)\nreturning true as \"isStored\"",
};

export const releaseCacheLease: Statement<IReleaseCacheLeaseParams, IReleaseCacheLeaseResult> = {
  label: "releaseCacheLease",
  name: "pevensie_releaseCacheLease_423734ad",
  parameters: ["resourceType","key","token","lockTimeout"],
  text: "with released as (\n  delete from pevensie.cache_lease\n  where\n    resource_type operator(pg_catalog.=) $1::pg_catalog.text\n    and key operator(pg_catalog.=) $2::pg_catalog.text\n    and token operator(pg_catalog.=) $3::pg_catalog.uuid\n    and expires_at operator(pg_catalog.>) current_timestamp\n    and pg_catalog.set_config('lock_timeout', $4::pg_catalog.text, true) is not null\n  returning resource_type, key, acquired_by\n),\nplaceholder as (\n  select cache.resource_type, cache.key\n  from released\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) released.resource_type and cache.key operator(pg_catalog.=) released.key\n  where\n    cache.xmin operator(pg_catalog.=) released.acquired_by::pg_catalog.xid\n    and cache.stale_until operator(pg_catalog.=) '-infinity'::pg_catalog.timestamptz\n  for update of cache skip locked\n)\ndelete from pevensie.cache as cache\nusing placeholder\nwhere\n  cache.resource_type operator(pg_catalog.=) placeholder.resource_type\n  and cache.key operator(pg_catalog.=) placeholder.key",
};

export const removeExpiredCacheLeases: Statement<IRemoveExpiredCacheLeasesParams, IRemoveExpiredCacheLeasesResult> = {
  label: "removeExpiredCacheLeases",
  name: "pevensie_removeExpiredCacheLeases_d981ef0d",
  parameters: ["batchSize"],
  text: "with expired as (\n  select resource_type, key, token from pevensie.cache_lease\n  where expires_at operator(pg_catalog.<=) current_timestamp\n  limit $1::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache_lease as lease\n  using expired\n  where\n    lease.resource_type operator(pg_catalog.=) expired.resource_type\n    and lease.key operator(pg_catalog.=) expired.key\n    and lease.token operator(pg_catalog.=) expired.token\n  returning lease.key\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const isSchemaDistributed: Statement<IIsSchemaDistributedParams, IIsSchemaDistributedResult> = {
  label: "isSchemaDistributed",
  name: "pevensie_isSchemaDistributed_af49129d",
  parameters: [],
  text: "select exists (\n  select from pg_catalog.pg_trigger\n  where\n    tgrelid operator(pg_catalog.=) 'pevensie.module_version'::pg_catalog.regclass\n    and tgfoid operator(pg_catalog.=) pg_catalog.to_regproc('pg_catalog.citus_truncate_trigger')\n) as \"isDistributed\"",
};

export const citusDeleteUser: Statement<ICitusDeleteUserParams, ICitusDeleteUserResult> = {
  label: "citusDeleteUser",
  name: "pevensie_citusDeleteUser_03211544",
  parameters: ["id"],
  text: "with locked as (\n  select id from pevensie.\"user\"\n  where id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is null\n  for no key update\n),\nchanged as (\n  select id, pg_catalog.clock_timestamp() as at from locked\n)\nupdate pevensie.\"user\" as account\nset deleted_at = changed.at, updated_at = current_timestamp, device_tokens_valid_from = changed.at\nfrom changed\nwhere account.id operator(pg_catalog.=) changed.id and account.deleted_at is null\nreturning\n  account.id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"",
};

export const citusProveMailbox: Statement<ICitusProveMailboxParams, ICitusProveMailboxResult> = {
  label: "citusProveMailbox",
  name: "pevensie_citusProveMailbox_a9c96067",
  parameters: ["id"],
  text: "with locked as (\n  select id from pevensie.\"user\"\n  where id operator(pg_catalog.=) $1::pg_catalog.uuid and email_confirmed_at is null and deleted_at is null\n  for no key update\n),\nchanged as (\n  select id, pg_catalog.clock_timestamp() as at from locked\n)\nupdate pevensie.\"user\" as account\nset\n  email_confirmed_at = current_timestamp,\n  updated_at = current_timestamp,\n  password_hash = null,\n  device_tokens_valid_from = changed.at\nfrom changed\nwhere\n  account.id operator(pg_catalog.=) changed.id\n  and account.email_confirmed_at is null\n  and account.deleted_at is null\nreturning account.id",
};

export const citusEndUserAccess: Statement<ICitusEndUserAccessParams, ICitusEndUserAccessResult> = {
  label: "citusEndUserAccess",
  name: "pevensie_citusEndUserAccess_5be20cf6",
  parameters: ["endSessions","userId","keepSessionId","endExemptions"],
  text: "with ended as (\n  delete from pevensie.session\n  where\n    user_id operator(pg_catalog.=) any (case when $1::boolean then array[$2::pg_catalog.uuid] else '{}' end)\n    and (id operator(pg_catalog.=) $3::pg_catalog.uuid) is not true\n),\ndeleted_exemptions as (\n  delete from pevensie.log_in_exemption\n  where\n    user_id operator(pg_catalog.=) any (case when $4::boolean then array[$2::pg_catalog.uuid] else '{}' end)\n),\nvoided as (\n  delete from pevensie.user_token where user_id operator(pg_catalog.=) $2::pg_catalog.uuid\n)\nupdate pevensie.one_time_token\nset deleted_at = current_timestamp\nwhere user_id operator(pg_catalog.=) $2::pg_catalog.uuid and deleted_at is null and used_at is null",
};

export const citusSaveIdentity: Statement<ICitusSaveIdentityParams, ICitusSaveIdentityResult> = {
  label: "citusSaveIdentity",
  name: "pevensie_citusSaveIdentity_8e3e5148",
  parameters: ["issuer","subject","userId","email","isUsed"],
  text: "with taken as (\n  select owner.id\n  from pevensie.identity as identity\n  join pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) identity.user_id\n  where\n    identity.issuer operator(pg_catalog.=) $1::pg_catalog.text\n    and identity.subject operator(pg_catalog.=) $2::pg_catalog.text\n    and identity.user_id operator(pg_catalog.<>) $3::pg_catalog.uuid\n    and owner.deleted_at is null\n)\ninsert into pevensie.identity as identity (issuer, subject, user_id, email, last_used_at)\nselect\n  $1::pg_catalog.text,\n  $2::pg_catalog.text,\n  $3::pg_catalog.uuid,\n  $4::pg_catalog.text,\n  case when $5::boolean then current_timestamp end\nwhere not exists (select from taken)\non conflict (issuer, subject) do update set\n  user_id = excluded.user_id,\n  email = coalesce(excluded.email, identity.email),\n  last_used_at = coalesce(excluded.last_used_at, identity.last_used_at)\nreturning\n  issuer,\n  subject,\n  email,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from last_used_at) as \"lastUsedAt\"",
};

export const citusGetCachePages: Statement<ICitusGetCachePagesParams, ICitusGetCachePagesResult> = {
  label: "citusGetCachePages",
  name: "pevensie_citusGetCachePages_277237ec",
  parameters: [],
  text: "select\n  (\n    pg_catalog.pg_relation_size(tableoid) operator(pg_catalog./) pg_catalog.current_setting('block_size')::int\n  )::int as pages\nfrom pevensie.cache\nlimit 1",
};

export const citusDeleteCacheEntry: Statement<ICitusDeleteCacheEntryParams, ICitusDeleteCacheEntryResult> = {
  label: "citusDeleteCacheEntry",
  name: "pevensie_citusDeleteCacheEntry_60f40b72",
  parameters: ["resourceType","key","lockTimeout"],
  text: "with deletable as (\n  select\n    resource_type,\n    key,\n    coalesce(expires_at operator(pg_catalog.>) current_timestamp, true)\n      and (tags is null or pevensie.cache_tags_are_current(tags, snapshot)) as is_live\n  from pevensie.cache\n  where\n    resource_type operator(pg_catalog.=) $1::pg_catalog.text\n    and key operator(pg_catalog.=) $2::pg_catalog.text\n    and (\n      $3::pg_catalog.text is null\n      or pg_catalog.set_config('lock_timeout', $3::pg_catalog.text, true) is not null\n    )\n  for update\n)\ndelete from pevensie.cache as cache\nusing deletable\nwhere cache.resource_type operator(pg_catalog.=) deletable.resource_type and cache.key operator(pg_catalog.=) deletable.key\nreturning deletable.is_live as \"wasLive\"",
};

export const citusInvalidateCacheTags: Statement<ICitusInvalidateCacheTagsParams, ICitusInvalidateCacheTagsResult> = {
  label: "citusInvalidateCacheTags",
  name: "pevensie_citusInvalidateCacheTags_a4631992",
  parameters: ["tags"],
  text: "insert into pevensie.cache_invalidation (tag, xact_id, invalidated_at)\nselect pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.pg_current_xact_id(), pg_catalog.clock_timestamp()\non conflict (tag, xact_id) do nothing",
};

export const placeCacheEntries: Statement<IPlaceCacheEntriesParams, IPlaceCacheEntriesResult> = {
  label: "placeCacheEntries",
  name: "pevensie_placeCacheEntries_419c5f3b",
  parameters: ["resourceTypes","keys"],
  text: "insert into pevensie.cache as cache (resource_type, key, value, expires_at, stale_until)\nselect given.resource_type, given.key, '', '-infinity'::pg_catalog.timestamptz, '-infinity'::pg_catalog.timestamptz\nfrom\n  rows from (\n    pg_catalog.unnest($1::pg_catalog.text[]),\n    pg_catalog.unnest($2::pg_catalog.text[])\n  ) as given (resource_type, key)\norder by given.resource_type collate pg_catalog.\"C\", given.key collate pg_catalog.\"C\"\non conflict (resource_type, key) do update set value = cache.value",
};

export const citusSetCacheEntriesIfAbsent: Statement<ICitusSetCacheEntriesIfAbsentParams, ICitusSetCacheEntriesIfAbsentResult> = {
  label: "citusSetCacheEntriesIfAbsent",
  name: "pevensie_citusSetCacheEntriesIfAbsent_04167ccd",
  parameters: ["resourceTypes","keys","values","ttlsSeconds","tags"],
  text: "with given as (\n  select asked.resource_type, asked.key, asked.value, asked.ttl_seconds, asked.tags\n  from\n    rows from (\n      pg_catalog.unnest((select $1::pg_catalog.text[])),\n      pg_catalog.unnest((select $2::pg_catalog.text[])),\n      pg_catalog.unnest((select $3::pg_catalog.text[])),\n      pg_catalog.unnest((select $4::double precision[])),\n      pg_catalog.unnest((select $5::pg_catalog.text[]))\n    ) as asked (resource_type, key, value, ttl_seconds, tags)\n),\nabsent as (\n  select\n    given.resource_type,\n    given.key,\n    given.value,\n    case\n      when given.ttl_seconds operator(pg_catalog.<>) 0\n        then current_timestamp operator(pg_catalog.+) (given.ttl_seconds operator(pg_catalog.*) interval '1 second')\n    end as expires_at,\n    case\n      when given.tags operator(pg_catalog.<>) '[]'\n        then array(select pg_catalog.jsonb_array_elements_text(given.tags::pg_catalog.jsonb))\n    end as tags\n  from given\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where\n    cache.expires_at operator(pg_catalog.<=) current_timestamp\n    or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n)\nupdate pevensie.cache as cache\nset\n  value = absent.value,\n  expires_at = absent.expires_at,\n  stale_until = null,\n  tags = absent.tags,\n  snapshot = case when absent.tags is not null then clock.snapshot end\nfrom absent, (select pg_catalog.pg_current_snapshot() as snapshot) as clock\nwhere cache.resource_type operator(pg_catalog.=) absent.resource_type and cache.key operator(pg_catalog.=) absent.key\nreturning cache.resource_type as \"resourceType\", cache.key",
};

export const citusIncrementCacheEntries: Statement<ICitusIncrementCacheEntriesParams, ICitusIncrementCacheEntriesResult> = {
  label: "citusIncrementCacheEntries",
  name: "pevensie_citusIncrementCacheEntries_dba9a957",
  parameters: ["resourceTypes","keys","addends","ttlsSeconds"],
  text: "with given as (\n  select asked.resource_type, asked.key, asked.addend, asked.ttl_seconds\n  from\n    rows from (\n      pg_catalog.unnest((select $1::pg_catalog.text[])),\n      pg_catalog.unnest((select $2::pg_catalog.text[])),\n      pg_catalog.unnest((select $3::pg_catalog.text[])),\n      pg_catalog.unnest((select $4::double precision[]))\n    ) as asked (resource_type, key, addend, ttl_seconds)\n),\nfound as (\n  select\n    given.resource_type,\n    given.key,\n    given.addend,\n    given.ttl_seconds,\n    cache.value,\n    coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true)\n      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)) as is_live\n  from given\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n),\ncounted as (\n  select\n    resource_type,\n    key,\n    is_live,\n    case\n      when is_live\n        then (value::bigint operator(pg_catalog.+) addend::bigint)::pg_catalog.text\n      else addend\n    end as value,\n    case\n      when ttl_seconds operator(pg_catalog.<>) 0\n        then current_timestamp operator(pg_catalog.+) (ttl_seconds operator(pg_catalog.*) interval '1 second')\n    end as expires_at\n  from found\n  where\n    case\n      when not is_live then true\n      when value operator(pg_catalog.~) '^(0|-?[1-9][0-9]{0,15})$'\n        then pg_catalog.abs(value::bigint) operator(pg_catalog.<=) 9007199254740991\n          and pg_catalog.abs(value::bigint operator(pg_catalog.+) addend::bigint) operator(pg_catalog.<=) 9007199254740991\n      else false\n    end\n)\nupdate pevensie.cache as cache\nset\n  value = counted.value,\n  expires_at = case when counted.is_live then cache.expires_at else counted.expires_at end,\n  stale_until = case when counted.is_live then cache.stale_until end,\n  tags = case when counted.is_live then cache.tags end,\n  snapshot = case when counted.is_live then cache.snapshot end\nfrom counted\nwhere cache.resource_type operator(pg_catalog.=) counted.resource_type and cache.key operator(pg_catalog.=) counted.key\nreturning cache.resource_type as \"resourceType\", cache.key, cache.value",
};

export const citusAdmitLimitedCalls: Statement<ICitusAdmitLimitedCallsParams, ICitusAdmitLimitedCallsResult> = {
  label: "citusAdmitLimitedCalls",
  name: "pevensie_citusAdmitLimitedCalls_e6bfa39e",
  parameters: ["resourceTypes","keys","emissions","tolerances","counts"],
  text: "with given as (\n  select\n    asked.resource_type,\n    asked.key,\n    asked.emission,\n    asked.tolerance,\n    asked.count,\n    (extract(epoch from current_timestamp) operator(pg_catalog.*) 1000000)::bigint operator(pg_catalog.*) 1000 as now\n  from\n    rows from (\n      pg_catalog.unnest((select $1::pg_catalog.text[])),\n      pg_catalog.unnest((select $2::pg_catalog.text[])),\n      pg_catalog.unnest((select $3::bigint[])),\n      pg_catalog.unnest((select $4::bigint[])),\n      pg_catalog.unnest((select $5::bigint[]))\n    ) as asked (resource_type, key, emission, tolerance, count)\n),\nfound as (\n  select\n    given.resource_type,\n    given.key,\n    given.emission,\n    given.tolerance,\n    given.count,\n    given.now,\n    greatest(\n      given.now,\n      case\n        when coalesce(cache.expires_at operator(pg_catalog.>) current_timestamp, true) and cache.tags is null\n          then pg_catalog.split_part(cache.value, ':', 2)::bigint\n      end\n    ) as arrival\n  from given\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) given.resource_type and cache.key operator(pg_catalog.=) given.key\n  where\n    cache.expires_at operator(pg_catalog.<=) current_timestamp\n    or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n    or (\n      cache.tags is null\n      and pg_catalog.octet_length(cache.value) operator(pg_catalog.<=) 100\n      and cache.value operator(pg_catalog.~) '^limit:[1-8][0-9]*:[0-9]+:[0-9]+:[0-9]+:[0-9]+$'\n      and pg_catalog.octet_length(pg_catalog.split_part(cache.value, ':', 2)) operator(pg_catalog.=) 19\n    )\n),\nadmitted as (\n  select\n    resource_type,\n    key,\n    emission,\n    tolerance,\n    count,\n    now,\n    arrival,\n    least(\n      count,\n      greatest(\n        0,\n        (tolerance operator(pg_catalog.-) (arrival operator(pg_catalog.-) now)) operator(pg_catalog./) emission\n      )\n    ) as admitted\n  from found\n),\ndecided as (\n  select\n    resource_type,\n    key,\n    pg_catalog.concat_ws(\n      ':',\n      'limit',\n      arrival operator(pg_catalog.+) (admitted operator(pg_catalog.*) emission),\n      admitted,\n      arrival operator(pg_catalog.-) now operator(pg_catalog.+) (admitted operator(pg_catalog.*) emission),\n      tolerance,\n      count\n    ) as value,\n    current_timestamp operator(pg_catalog.+) (\n      (\n        (\n          arrival\n          operator(pg_catalog.-) now\n          operator(pg_catalog.+) (admitted operator(pg_catalog.*) emission)\n          operator(pg_catalog.+) 999\n        )\n        operator(pg_catalog./) 1000\n      )::double precision operator(pg_catalog.*) interval '1 microsecond'\n    ) as expires_at\n  from admitted\n)\nupdate pevensie.cache as cache\nset value = decided.value, expires_at = decided.expires_at, stale_until = null, tags = null, snapshot = null\nfrom decided\nwhere cache.resource_type operator(pg_catalog.=) decided.resource_type and cache.key operator(pg_catalog.=) decided.key\nreturning cache.resource_type as \"resourceType\", cache.key, cache.value",
};

export const getCacheLeaseState: Statement<IGetCacheLeaseStateParams, IGetCacheLeaseStateResult> = {
  label: "getCacheLeaseState",
  name: "pevensie_getCacheLeaseState_cba1ce5a",
  parameters: ["resourceType","key","lostToken"],
  text: "select\n  coalesce(entry.is_live, false) as \"isLive\",\n  coalesce(entry.is_stale and not entry.is_live, false) as \"isStale\",\n  other.remaining as \"remainingMillis\"\nfrom (select true) as one\nleft join (\n  select\n    coalesce(expires_at operator(pg_catalog.>) current_timestamp, true) as is_live,\n    stale_until operator(pg_catalog.>) current_timestamp as is_stale\n  from pevensie.cache\n  where\n    resource_type operator(pg_catalog.=) $1::pg_catalog.text\n    and key operator(pg_catalog.=) $2::pg_catalog.text\n    and (tags is null or pevensie.cache_tags_are_current(tags, snapshot))\n) as entry on true\nleft join (\n  select extract(epoch from expires_at operator(pg_catalog.-) current_timestamp) operator(pg_catalog.*) 1000 as remaining\n  from pevensie.cache_lease\n  where\n    resource_type operator(pg_catalog.=) $1::pg_catalog.text\n    and key operator(pg_catalog.=) $2::pg_catalog.text\n    and expires_at operator(pg_catalog.>) current_timestamp\n    and token operator(pg_catalog.<>) $3::pg_catalog.uuid\n) as other on true",
};

export const placeCacheLease: Statement<IPlaceCacheLeaseParams, IPlaceCacheLeaseResult> = {
  label: "placeCacheLease",
  name: "pevensie_placeCacheLease_d2cf6306",
  parameters: ["resourceType","key","token"],
  text: "insert into pevensie.cache_lease as lease (resource_type, key, token, expires_at, snapshot, acquired_by)\nselect\n  $1::pg_catalog.text,\n  $2::pg_catalog.text,\n  $3::pg_catalog.uuid,\n  '-infinity'::pg_catalog.timestamptz,\n  pg_catalog.pg_current_snapshot(),\n  '0'::pg_catalog.xid8\non conflict (resource_type, key) do update set acquired_by = lease.acquired_by",
};

export const placeLeasedCacheEntry: Statement<IPlaceLeasedCacheEntryParams, IPlaceLeasedCacheEntryResult> = {
  label: "placeLeasedCacheEntry",
  name: "pevensie_placeLeasedCacheEntry_59666b7c",
  parameters: ["resourceType","key","lostToken"],
  text: "with lease as (\n  select resource_type, key from pevensie.cache_lease\n  where\n    resource_type operator(pg_catalog.=) $1::pg_catalog.text\n    and key operator(pg_catalog.=) $2::pg_catalog.text\n    and (\n      expires_at operator(pg_catalog.<=) current_timestamp\n      or token operator(pg_catalog.=) $3::pg_catalog.uuid\n    )\n  for update\n)\ninsert into pevensie.cache as cache (resource_type, key, value, expires_at, stale_until)\nselect lease.resource_type, lease.key, '', '-infinity'::pg_catalog.timestamptz, '-infinity'::pg_catalog.timestamptz\nfrom lease\non conflict (resource_type, key) do update set value = cache.value",
};

export const citusAcquireCacheLease: Statement<ICitusAcquireCacheLeaseParams, ICitusAcquireCacheLeaseResult> = {
  label: "citusAcquireCacheLease",
  name: "pevensie_citusAcquireCacheLease_46c1a3d5",
  parameters: ["resourceType","key","lostToken","token","leaseSeconds"],
  text: "with lease as (\n  select resource_type, key from pevensie.cache_lease\n  where\n    resource_type operator(pg_catalog.=) $1::pg_catalog.text\n    and key operator(pg_catalog.=) $2::pg_catalog.text\n    and (\n      expires_at operator(pg_catalog.<=) current_timestamp\n      or token operator(pg_catalog.=) $3::pg_catalog.uuid\n    )\n),\nentry as (\n  select\n    cache.resource_type,\n    cache.key,\n    coalesce(\n      cache.stale_until operator(pg_catalog.>) current_timestamp\n      and (cache.tags is null or pevensie.cache_tags_are_current(cache.tags, cache.snapshot)),\n      false\n    ) as is_stale\n  from lease\n  join pevensie.cache as cache\n    on cache.resource_type operator(pg_catalog.=) lease.resource_type and cache.key operator(pg_catalog.=) lease.key\n  where\n    cache.expires_at operator(pg_catalog.<=) current_timestamp\n    or (cache.tags is not null and not pevensie.cache_tags_are_current(cache.tags, cache.snapshot))\n),\nplaced as (\n  update pevensie.cache as cache\n  set\n    value = case when entry.is_stale then cache.value else '' end,\n    expires_at = case when entry.is_stale then cache.expires_at else '-infinity'::pg_catalog.timestamptz end,\n    stale_until = case when entry.is_stale then cache.stale_until else '-infinity'::pg_catalog.timestamptz end,\n    tags = case when entry.is_stale then cache.tags end,\n    snapshot = case when entry.is_stale then cache.snapshot end\n  from entry\n  where cache.resource_type operator(pg_catalog.=) entry.resource_type and cache.key operator(pg_catalog.=) entry.key\n  returning cache.resource_type, cache.key, cache.xmin::pg_catalog.text::pg_catalog.xid8 as version, entry.is_stale\n)\nupdate pevensie.cache_lease as lease\nset\n  token = $4::pg_catalog.uuid,\n  expires_at = current_timestamp operator(pg_catalog.+) ($5::double precision operator(pg_catalog.*) interval '1 second'),\n  snapshot = pg_catalog.pg_current_snapshot(),\n  acquired_by = placed.version\nfrom placed\nwhere lease.resource_type operator(pg_catalog.=) placed.resource_type and lease.key operator(pg_catalog.=) placed.key\nreturning placed.is_stale as \"isStale\"",
};

export const removePlacedCacheLease: Statement<IRemovePlacedCacheLeaseParams, IRemovePlacedCacheLeaseResult> = {
  label: "removePlacedCacheLease",
  name: "pevensie_removePlacedCacheLease_ff1c72f0",
  parameters: ["resourceType","key"],
  text: "delete from pevensie.cache_lease\nwhere\n  resource_type operator(pg_catalog.=) $1::pg_catalog.text\n  and key operator(pg_catalog.=) $2::pg_catalog.text\n  and expires_at operator(pg_catalog.<=) current_timestamp",
};

export const citusRemoveSeenInvalidations: Statement<ICitusRemoveSeenInvalidationsParams, ICitusRemoveSeenInvalidationsResult> = {
  label: "citusRemoveSeenInvalidations",
  name: "pevensie_citusRemoveSeenInvalidations_1bafd19a",
  parameters: ["from","batchSize"],
  text: "with oldest as (\n  select\n    least(\n      (\n        select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache\n        where snapshot is not null\n        order by pg_catalog.pg_snapshot_xmin(snapshot)\n        limit 1\n      ),\n      (\n        select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache_lease\n        order by pg_catalog.pg_snapshot_xmin(snapshot)\n        limit 1\n      )\n    ) as xmin\n),\nseen as (\n  select tag, xact_id from pevensie.cache_invalidation\n  where\n    tag operator(pg_catalog.>=) $1::pg_catalog.text\n    and (xact_id operator(pg_catalog.<) (select xmin from oldest)) is not false\n    and invalidated_at operator(pg_catalog.<) (current_timestamp operator(pg_catalog.-) interval '1 hour')\n  order by tag\n  limit $2::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache_invalidation as invalidation\n  using seen\n  where\n    invalidation.tag operator(pg_catalog.=) seen.tag\n    and invalidation.xact_id operator(pg_catalog.=) seen.xact_id\n    and invalidation.xact_id operator(pg_catalog.<) pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())\n  returning invalidation.tag\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  pg_catalog.max(tag) as \"lastTag\",\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const lockIdentity: Statement<ILockIdentityParams, ILockIdentityResult> = {
  label: "lockIdentity",
  name: "pevensie_lockIdentity_714dbce6",
  parameters: ["issuer","subject"],
  text: "select pg_catalog.pg_advisory_xact_lock(\n  pg_catalog.hashtextextended(\n    pg_catalog.concat($1::pg_catalog.text, ' ', $2::pg_catalog.text), 7365646972\n  )\n) as \"locked\"",
};

export const getIdentityOwner: Statement<IGetIdentityOwnerParams, IGetIdentityOwnerResult> = {
  label: "getIdentityOwner",
  name: "pevensie_getIdentityOwner_799f64ea",
  parameters: ["issuer","subject"],
  text: "select\n  owner.id as \"userId\",\n  coalesce(owner.banned_until operator(pg_catalog.>) current_timestamp, false) as banned\nfrom pevensie.identity as identity\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) identity.user_id\nwhere\n  identity.issuer operator(pg_catalog.=) $1::pg_catalog.text\n  and identity.subject operator(pg_catalog.=) $2::pg_catalog.text\n  and owner.deleted_at is null",
};

export const getEmailOwner: Statement<IGetEmailOwnerParams, IGetEmailOwnerResult> = {
  label: "getEmailOwner",
  name: "pevensie_getEmailOwner_b62ead35",
  parameters: ["email"],
  text: "select\n  id as \"userId\",\n  email_confirmed_at is not null as \"isConfirmed\",\n  coalesce(banned_until operator(pg_catalog.>) current_timestamp, false) as banned\nfrom pevensie.\"user\"\nwhere email operator(pg_catalog.=) $1::pg_catalog.text and deleted_at is null\nfor no key update",
};

export const saveIdentity: Statement<ISaveIdentityParams, ISaveIdentityResult> = {
  label: "saveIdentity",
  name: "pevensie_saveIdentity_6351a55e",
  parameters: ["issuer","subject","userId","email","isUsed"],
  text: "insert into pevensie.identity as identity (issuer, subject, user_id, email, last_used_at)\nvalues (\n  $1::pg_catalog.text,\n  $2::pg_catalog.text,\n  $3::pg_catalog.uuid,\n  $4::pg_catalog.text,\n  case when $5::boolean then current_timestamp end\n)\non conflict (issuer, subject) do update set\n  user_id = excluded.user_id,\n  email = coalesce(excluded.email, identity.email),\n  last_used_at = coalesce(excluded.last_used_at, identity.last_used_at)\nwhere\n  identity.user_id operator(pg_catalog.=) excluded.user_id\n  or not exists (\n    select from pevensie.\"user\" as owner\n    where owner.id operator(pg_catalog.=) identity.user_id and owner.deleted_at is null\n  )\nreturning\n  issuer,\n  subject,\n  email,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from last_used_at) as \"lastUsedAt\"",
};

export const useIdentity: Statement<IUseIdentityParams, IUseIdentityResult> = {
  label: "useIdentity",
  name: "pevensie_useIdentity_3bad2937",
  parameters: ["email","issuer","subject","userId"],
  text: "update pevensie.identity\nset last_used_at = current_timestamp, email = coalesce($1::pg_catalog.text, email)\nwhere\n  issuer operator(pg_catalog.=) $2::pg_catalog.text\n  and subject operator(pg_catalog.=) $3::pg_catalog.text\n  and user_id operator(pg_catalog.=) $4::pg_catalog.uuid\nreturning issuer",
};

export const listIdentities: Statement<IListIdentitiesParams, IListIdentitiesResult> = {
  label: "listIdentities",
  name: "pevensie_listIdentities_40dc00d3",
  parameters: ["userId"],
  text: "select\n  issuer,\n  subject,\n  email,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from last_used_at) as \"lastUsedAt\"\nfrom pevensie.identity\nwhere user_id operator(pg_catalog.=) $1::pg_catalog.uuid\norder by created_at, issuer, subject",
};

export const deleteIdentity: Statement<IDeleteIdentityParams, IDeleteIdentityResult> = {
  label: "deleteIdentity",
  name: "pevensie_deleteIdentity_7de5b299",
  parameters: ["issuer","subject","userId"],
  text: "delete from pevensie.identity\nwhere\n  issuer operator(pg_catalog.=) $1::pg_catalog.text\n  and subject operator(pg_catalog.=) $2::pg_catalog.text\n  and user_id operator(pg_catalog.=) $3::pg_catalog.uuid\nreturning issuer",
};

export const getOtherLogInMethod: Statement<IGetOtherLogInMethodParams, IGetOtherLogInMethodResult> = {
  label: "getOtherLogInMethod",
  name: "pevensie_getOtherLogInMethod_508f7455",
  parameters: ["issuer","subject","userId"],
  text: "select\n  exists (\n    select from pevensie.identity as identity\n    where\n      identity.user_id operator(pg_catalog.=) account.id\n      and identity.issuer operator(pg_catalog.=) $1::pg_catalog.text\n      and identity.subject operator(pg_catalog.=) $2::pg_catalog.text\n  ) as \"hasIdentity\",\n  password_hash is not null\n  or exists (\n    select from pevensie.identity as identity\n    where\n      identity.user_id operator(pg_catalog.=) account.id\n      and not (\n        identity.issuer operator(pg_catalog.=) $1::pg_catalog.text\n        and identity.subject operator(pg_catalog.=) $2::pg_catalog.text\n      )\n  ) as \"hasOther\"\nfrom pevensie.\"user\" as account\nwhere id operator(pg_catalog.=) $3::pg_catalog.uuid",
};

export const endUnprovedMethods: Statement<IEndUnprovedMethodsParams, IEndUnprovedMethodsResult> = {
  label: "endUnprovedMethods",
  name: "pevensie_endUnprovedMethods_b6e1e16c",
  parameters: ["userId"],
  text: "with revoked as (\n  delete from pevensie.api_key where user_id operator(pg_catalog.=) $1::pg_catalog.uuid\n)\ndelete from pevensie.identity where user_id operator(pg_catalog.=) $1::pg_catalog.uuid",
};

export const spendLogInBudgets: Statement<ISpendLogInBudgetsParams, ISpendLogInBudgetsResult> = {
  label: "spendLogInBudgets",
  name: "pevensie_spendLogInBudgets_5d7f6246",
  parameters: ["keys","restoreSeconds"],
  text: "insert into pevensie.log_in_budget as budget (key, expires_at, spent_at)\nselect\n  given.key,\n  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => given.restore_seconds),\n  current_timestamp\nfrom\n  rows from (\n    pg_catalog.unnest($1::pg_catalog.text[]),\n    pg_catalog.unnest($2::double precision[])\n  ) as given (key, restore_seconds)\norder by given.key collate pg_catalog.\"C\"\non conflict (key) do update set\n  expires_at = (\n    (greatest(budget.expires_at, excluded.spent_at) at time zone 'UTC')\n      operator(pg_catalog.+) (excluded.expires_at operator(pg_catalog.-) excluded.spent_at)\n  ) at time zone 'UTC',\n  spent_at = excluded.spent_at",
};

export const removeExpiredLogInBudgets: Statement<IRemoveExpiredLogInBudgetsParams, IRemoveExpiredLogInBudgetsResult> = {
  label: "removeExpiredLogInBudgets",
  name: "pevensie_removeExpiredLogInBudgets_8906d968",
  parameters: ["from","batchSize"],
  text: "with expired as (\n  select key, expires_at from pevensie.log_in_budget\n  where expires_at operator(pg_catalog.>=) $1::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp\n  order by expires_at\n  limit $2::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.log_in_budget as budget\n  using expired\n  where budget.key operator(pg_catalog.=) expired.key\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const grantLogInExemptions: Statement<IGrantLogInExemptionsParams, IGrantLogInExemptionsResult> = {
  label: "grantLogInExemptions",
  name: "pevensie_grantLogInExemptions_4d7c8aef",
  parameters: ["userId","passwordHash","scopes","budgetKeys","ttlsSeconds"],
  text: "with owner as (\n  select id from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) $1::pg_catalog.uuid\n    and password_hash operator(pg_catalog.=) $2::pg_catalog.text\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for no key update\n)\ninsert into pevensie.log_in_exemption (user_id, scope, budget_key, expires_at)\nselect\n  owner.id,\n  given.scope,\n  given.budget_key,\n  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => given.ttl_seconds)\nfrom\n  owner,\n  rows from (\n    pg_catalog.unnest($3::pg_catalog.text[]),\n    pg_catalog.unnest($4::pg_catalog.text[]),\n    pg_catalog.unnest($5::double precision[])\n  ) as given (scope, budget_key, ttl_seconds)\norder by given.scope collate pg_catalog.\"C\"\non conflict (user_id, scope) do update set expires_at = excluded.expires_at",
};

export const removeExpiredLogInExemptions: Statement<IRemoveExpiredLogInExemptionsParams, IRemoveExpiredLogInExemptionsResult> = {
  label: "removeExpiredLogInExemptions",
  name: "pevensie_removeExpiredLogInExemptions_0cded623",
  parameters: ["from","batchSize"],
  text: "with expired as (\n  select user_id, scope, expires_at from pevensie.log_in_exemption\n  where expires_at operator(pg_catalog.>=) $1::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp\n  order by expires_at\n  limit $2::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.log_in_exemption as exemption\n  using expired\n  where\n    exemption.user_id operator(pg_catalog.=) expired.user_id\n    and exemption.scope operator(pg_catalog.=) expired.scope\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const getModuleVersions: Statement<IGetModuleVersionsParams, IGetModuleVersionsResult> = {
  label: "getModuleVersions",
  name: "pevensie_getModuleVersions_d295fc48",
  parameters: [],
  text: "select\n  module,\n  pg_catalog.to_char(version at time zone 'UTC', 'YYYYMMDDHH24MISS') as version,\n  pg_catalog.current_setting('transaction_isolation') as isolation,\n  pg_catalog.to_regproc('pg_catalog.citus_truncate_trigger') is not null as \"hasCitus\"\nfrom pevensie.module_version",
};

export const listSchemas: Statement<IListSchemasParams, IListSchemasResult> = {
  label: "listSchemas",
  name: "pevensie_listSchemas_77e20ea6",
  parameters: [],
  text: "select namespace.nspname::pg_catalog.text as \"name\"\nfrom pg_catalog.pg_class as class\njoin pg_catalog.pg_namespace as namespace on namespace.oid operator(pg_catalog.=) class.relnamespace\njoin pg_catalog.pg_attribute as attribute on attribute.attrelid operator(pg_catalog.=) class.oid\njoin pg_catalog.pg_type as type on type.oid operator(pg_catalog.=) attribute.atttypid\nwhere\n  class.relname operator(pg_catalog.=) 'module_version'\n  and class.relkind operator(pg_catalog.=) any ('{r,p}'::pg_catalog.\"char\"[])\n  and attribute.attname operator(pg_catalog.=) 'module'\n  and type.typname operator(pg_catalog.=) 'module'\n  and type.typnamespace operator(pg_catalog.=) namespace.oid\norder by namespace.nspname",
};

export const createOneTimeToken: Statement<ICreateOneTimeTokenParams, ICreateOneTimeTokenResult> = {
  label: "createOneTimeToken",
  name: "pevensie_createOneTimeToken_6bc961b3",
  parameters: ["userId","id","tokenType","tokenHash","ttlSeconds","payload"],
  text: "with requested as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where id operator(pg_catalog.=) $1::pg_catalog.uuid\n),\nowner as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) $1::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for no key update\n)\ninsert into pevensie.one_time_token as token (id, token_type, user_id, token_hash, expires_at, deleted_at, payloads)\nselect\n  $2::pg_catalog.uuid,\n  $3::pevensie.one_time_token_type,\n  owner.id,\n  $4::pg_catalog.text,\n  current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => $5::double precision),\n  case\n    when\n      owner.email operator(pg_catalog.<>) requested.email\n      or coalesce(owner.device_tokens_valid_from, '-infinity') operator(pg_catalog.<>)\n        coalesce(requested.device_tokens_valid_from, '-infinity')\n    then current_timestamp\n  end,\n  case\n    when $6::pg_catalog.jsonb is null then '{}'\n    else pg_catalog.jsonb_build_object($4::pg_catalog.text, $6::pg_catalog.jsonb)\n  end\nfrom owner\njoin requested on requested.id operator(pg_catalog.=) owner.id\non conflict (user_id, token_type) where deleted_at is null and used_at is null\ndo update set\n  id = excluded.id,\n  created_at = excluded.created_at,\n  expires_at = excluded.expires_at,\n  token_hash = excluded.token_hash,\n  earlier_hashes = pg_catalog.trim_array(\n    pg_catalog.array_prepend(token.token_hash, token.earlier_hashes),\n    greatest(pg_catalog.cardinality(token.earlier_hashes) operator(pg_catalog.-) 3, 0)\n  ),\n  earlier_expire_at = pg_catalog.trim_array(\n    pg_catalog.array_prepend(token.expires_at, token.earlier_expire_at),\n    greatest(pg_catalog.cardinality(token.earlier_expire_at) operator(pg_catalog.-) 3, 0)\n  ),\n  payloads = excluded.payloads operator(pg_catalog.||) (\n    token.payloads operator(pg_catalog.-) coalesce(token.earlier_hashes[4], '')\n  )\nreturning id",
};

export const getOneTimeToken: Statement<IGetOneTimeTokenParams, IGetOneTimeTokenResult> = {
  label: "getOneTimeToken",
  name: "pevensie_getOneTimeToken_ba7be155",
  parameters: ["tokenHash","tokenType"],
  text: "with holder as materialized (\n  select user_id, token_type, deleted_at, used_at, expires_at, payloads\n  from pevensie.one_time_token\n  where token_hash operator(pg_catalog.=) $1::pg_catalog.text\n  union all\n  select\n    user_id, token_type, deleted_at, used_at,\n    earlier_expire_at[pg_catalog.array_position(earlier_hashes, $1::pg_catalog.text)],\n    payloads\n  from pevensie.one_time_token\n  where\n    earlier_hashes operator(pg_catalog.@>) array[$1::pg_catalog.text]\n    and earlier_hashes operator(pg_catalog.<>) '{}'\n    and deleted_at is null\n    and used_at is null\n)\nselect\n  holder.user_id as \"userId\",\n  extract(epoch from holder.expires_at) as \"expiresAt\",\n  holder.payloads operator(pg_catalog.->) $1::pg_catalog.text as payload\nfrom holder\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) holder.user_id\nwhere\n  holder.token_type operator(pg_catalog.=) $2::pevensie.one_time_token_type\n  and holder.deleted_at is null\n  and holder.used_at is null\n  and holder.expires_at operator(pg_catalog.>) current_timestamp\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)",
};

export const useOneTimeToken: Statement<IUseOneTimeTokenParams, IUseOneTimeTokenResult> = {
  label: "useOneTimeToken",
  name: "pevensie_useOneTimeToken_ec48ffe1",
  parameters: ["userId","tokenType","tokenHash"],
  text: "with owner as (\n  select id from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) $1::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for no key update\n)\nupdate pevensie.one_time_token as token\nset used_at = current_timestamp\nfrom owner\nwhere\n  token.user_id operator(pg_catalog.=) owner.id\n  and token.token_type operator(pg_catalog.=) $2::pevensie.one_time_token_type\n  and token.deleted_at is null\n  and token.used_at is null\n  and (\n    token.token_hash operator(pg_catalog.=) $3::pg_catalog.text\n    and token.expires_at operator(pg_catalog.>) current_timestamp\n    or token.earlier_expire_at[pg_catalog.array_position(token.earlier_hashes, $3::pg_catalog.text)]\n      operator(pg_catalog.>) current_timestamp\n  )\nreturning\n  token.user_id as \"userId\",\n  token.payloads operator(pg_catalog.->) $3::pg_catalog.text as payload",
};

export const deleteOneTimeToken: Statement<IDeleteOneTimeTokenParams, IDeleteOneTimeTokenResult> = {
  label: "deleteOneTimeToken",
  name: "pevensie_deleteOneTimeToken_faebf06a",
  parameters: ["tokenHash","userId","tokenType"],
  text: "update pevensie.one_time_token as token\nset (deleted_at, token_hash, expires_at, earlier_hashes, earlier_expire_at, payloads) = (\n  select\n    case when kept.hashes is null then current_timestamp end,\n    coalesce(kept.hashes[1], token.token_hash),\n    coalesce(kept.expiries[1], token.expires_at),\n    coalesce(kept.hashes[2:5], '{}'),\n    coalesce(kept.expiries[2:5], '{}'),\n    token.payloads operator(pg_catalog.-) $1::pg_catalog.text\n  from (\n    select\n      pg_catalog.array_agg(each.hash order by each.place) as hashes,\n      pg_catalog.array_agg(each.expires_at order by each.place) as expiries\n    from rows from (\n      pg_catalog.unnest(pg_catalog.array_prepend(token.token_hash, token.earlier_hashes)),\n      pg_catalog.unnest(pg_catalog.array_prepend(token.expires_at, token.earlier_expire_at))\n    ) with ordinality as each (hash, expires_at, place)\n    where each.hash operator(pg_catalog.<>) $1::pg_catalog.text\n  ) as kept\n)\nwhere\n  token.user_id operator(pg_catalog.=) $2::pg_catalog.uuid\n  and token.token_type operator(pg_catalog.=) $3::pevensie.one_time_token_type\n  and token.deleted_at is null\n  and token.used_at is null\n  and (\n    token.token_hash operator(pg_catalog.=) $1::pg_catalog.text\n    or token.earlier_hashes operator(pg_catalog.@>) array[$1::pg_catalog.text]\n  )",
};

export const removeExpiredOneTimeTokens: Statement<IRemoveExpiredOneTimeTokensParams, IRemoveExpiredOneTimeTokensResult> = {
  label: "removeExpiredOneTimeTokens",
  name: "pevensie_removeExpiredOneTimeTokens_edaa1f6a",
  parameters: ["from","batchSize"],
  text: "with expired as (\n  select id, expires_at from pevensie.one_time_token\n  where\n    expires_at operator(pg_catalog.>=) $1::pg_catalog.timestamptz\n    and expires_at operator(pg_catalog.<=) current_timestamp\n    and current_timestamp operator(pg_catalog.>=) all (earlier_expire_at)\n  order by expires_at\n  limit $2::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.one_time_token as token\n  using expired\n  where token.id operator(pg_catalog.=) expired.id\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const getPrimaryPosition: Statement<IGetPrimaryPositionParams, IGetPrimaryPositionResult> = {
  label: "getPrimaryPosition",
  name: "pevensie_getPrimaryPosition_5ee18253",
  parameters: [],
  text: "select\n  (\n    written.bytes operator(pg_catalog.-) case\n      when written.bytes operator(pg_catalog.%) written.page operator(pg_catalog.<=) 40\n        then written.bytes operator(pg_catalog.%) written.page\n      else 0\n    end\n  )::pg_catalog.text as \"position\",\n  pg_catalog.left(pg_catalog.pg_walfile_name(written.lsn), 8) as \"timeline\"\nfrom (\n  select\n    wal.lsn,\n    pg_catalog.pg_wal_lsn_diff(wal.lsn, '0/0') as bytes,\n    pg_catalog.current_setting('wal_block_size')::pg_catalog.numeric as page\n  from (select pg_catalog.pg_current_wal_insert_lsn() as lsn) as wal\n) as written",
};

export const getReplicaState: Statement<IGetReplicaStateParams, IGetReplicaStateResult> = {
  label: "getReplicaState",
  name: "pevensie_getReplicaState_8a87a98a",
  parameters: ["position","timeline"],
  text: "select\n  pg_catalog.pg_is_in_recovery() as \"isStandby\",\n  coalesce(\n    pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_replay_lsn(), '0/0') operator(pg_catalog.>=)\n      $1::pg_catalog.numeric,\n    false\n  ) and pg_catalog.lpad(pg_catalog.upper(pg_catalog.to_hex(timeline_id)), 8, '0') operator(pg_catalog.=)\n    $2::pg_catalog.text as \"hasReplayed\"\nfrom pg_catalog.pg_control_checkpoint()",
};

export const createSession: Statement<ICreateSessionParams, ICreateSessionResult> = {
  label: "createSession",
  name: "pevensie_createSession_47e88c19",
  parameters: ["userId","id","ttlSeconds","ip","userAgent","recordedIp","recordedUserAgent","idleSeconds"],
  text: "with requested as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where id operator(pg_catalog.=) $1::pg_catalog.uuid\n),\nowner as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) $1::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for no key update\n)\ninsert into pevensie.session\n  (id, expires_at, user_id, ip, user_agent, recorded_ip, recorded_user_agent, idle_seconds, last_seen_at)\nselect\n  $2::pg_catalog.uuid,\n  case\n    when\n      owner.email operator(pg_catalog.<>) requested.email\n      or coalesce(owner.device_tokens_valid_from, '-infinity') operator(pg_catalog.<>)\n        coalesce(requested.device_tokens_valid_from, '-infinity')\n    then current_timestamp\n    else current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => $3::double precision)\n  end,\n  owner.id,\n  $4::pg_catalog.inet,\n  $5::pg_catalog.text,\n  $6::pg_catalog.inet,\n  $7::pg_catalog.text,\n  $8::bigint,\n  case\n    when\n      $8::bigint is not null\n      or $6::pg_catalog.inet is not null\n      or $7::pg_catalog.text is not null\n    then current_timestamp\n  end\nfrom owner\njoin requested on requested.id operator(pg_catalog.=) owner.id\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  user_id as \"userId\",\n  ip,\n  user_agent as \"userAgent\",\n  case\n    when last_seen_at is not null\n    then pg_catalog.json_build_array(\n      recorded_ip, recorded_user_agent, idle_seconds,\n      extract(epoch from last_seen_at), extract(epoch from authenticated_at)\n    )\n  end as \"details\",\n  extract(epoch from current_timestamp) as \"now\"",
};

export const lockUser: Statement<ILockUserParams, ILockUserResult> = {
  label: "lockUser",
  name: "pevensie_lockUser_5839fca1",
  parameters: ["userId"],
  text: "with requested as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where id operator(pg_catalog.=) $1::pg_catalog.uuid\n),\nlocked as (\n  select id, email, deleted_at, device_tokens_valid_from from pevensie.\"user\"\n  where id operator(pg_catalog.=) $1::pg_catalog.uuid\n  for no key update\n)\nselect\n  locked.id,\n  locked.deleted_at is not null as \"isDeleted\",\n  pg_catalog.concat((extract(epoch from locked.device_tokens_valid_from))::pg_catalog.text, ' ', locked.email) as \"accessVersion\",\n  locked.email operator(pg_catalog.<>) requested.email\n    or coalesce(locked.device_tokens_valid_from, '-infinity') operator(pg_catalog.<>)\n      coalesce(requested.device_tokens_valid_from, '-infinity') as \"isLate\"\nfrom locked\njoin requested on requested.id operator(pg_catalog.=) locked.id",
};

export const logIn: Statement<ILogInParams, ILogInResult> = {
  label: "logIn",
  name: "pevensie_logIn_eca4ffa7",
  parameters: ["newPasswordHash","userId","passwordHash","deviceUserId","deviceValidFrom","deviceIssuedAt","sessionId","ttlSeconds","ip","userAgent","recordedIp","recordedUserAgent","idleSeconds","scope","budgetKey","exemptionSeconds","replaceSessionId"],
  text: "with signed_in as (\n  update pevensie.\"user\"\n  set\n    last_sign_in = current_timestamp,\n    updated_at = current_timestamp,\n    password_hash = coalesce($1::pg_catalog.text, password_hash)\n  where\n    id operator(pg_catalog.=) $2::pg_catalog.uuid\n    and (\n      $3::pg_catalog.text is null or password_hash operator(pg_catalog.=) $3::pg_catalog.text\n    )\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  returning\n    id, created_at, updated_at, deleted_at, role, email, email_confirmed_at, phone_number, phone_number_confirmed_at,\n    last_sign_in, app_metadata, user_metadata, banned_until, device_tokens_valid_from\n),\ndevice as (\n  select\n    coalesce(\n      id operator(pg_catalog.=) $4::pg_catalog.uuid\n      and coalesce(device_tokens_valid_from, '-infinity') operator(pg_catalog.=)\n        coalesce(pg_catalog.to_timestamp($5::double precision), '-infinity')\n      and pg_catalog.to_timestamp($6::double precision) operator(pg_catalog.>)\n        (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(days => 365)),\n      false\n    ) as is_known\n  from signed_in\n),\ncreated as (\n  insert into pevensie.session\n    (id, expires_at, user_id, ip, user_agent, recorded_ip, recorded_user_agent, idle_seconds, last_seen_at)\n  select\n    $7::pg_catalog.uuid,\n    current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => $8::double precision),\n    signed_in.id,\n    $9::pg_catalog.inet,\n    $10::pg_catalog.text,\n    $11::pg_catalog.inet,\n    $12::pg_catalog.text,\n    $13::bigint,\n    case\n      when\n        $13::bigint is not null\n        or $11::pg_catalog.inet is not null\n        or $12::pg_catalog.text is not null\n      then current_timestamp\n    end\n  from signed_in\n  returning\n    id, created_at, expires_at, user_id, ip, user_agent, recorded_ip, recorded_user_agent, idle_seconds, last_seen_at,\n    authenticated_at\n),\ngranted as (\n  insert into pevensie.log_in_exemption (user_id, scope, budget_key, expires_at)\n  select\n    signed_in.id,\n    $14::pg_catalog.text,\n    $15::pg_catalog.text,\n    current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => $16::double precision)\n  from signed_in, device\n  where $14::pg_catalog.text is not null and not device.is_known\n  on conflict (user_id, scope) do update set expires_at = excluded.expires_at\n),\nreplaced as (\n  delete from pevensie.session\n  where id operator(pg_catalog.=) $17::pg_catalog.uuid and exists (select from signed_in)\n  returning user_id\n)\nselect\n  signed_in.id,\n  extract(epoch from signed_in.created_at) as \"createdAt\",\n  extract(epoch from signed_in.updated_at) as \"updatedAt\",\n  extract(epoch from signed_in.deleted_at) as \"deletedAt\",\n  signed_in.role,\n  signed_in.email,\n  extract(epoch from signed_in.email_confirmed_at) as \"emailConfirmedAt\",\n  signed_in.phone_number as \"phoneNumber\",\n  extract(epoch from signed_in.phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from signed_in.last_sign_in) as \"lastSignIn\",\n  signed_in.app_metadata as \"appMetadata\",\n  signed_in.user_metadata as \"userMetadata\",\n  extract(epoch from signed_in.banned_until) as \"bannedUntil\",\n  created.id as \"sessionId\",\n  extract(epoch from created.created_at) as \"sessionCreatedAt\",\n  extract(epoch from created.expires_at) as \"sessionExpiresAt\",\n  created.ip as \"sessionIp\",\n  created.user_agent as \"sessionUserAgent\",\n  case\n    when created.last_seen_at is not null\n    then pg_catalog.json_build_array(\n      created.recorded_ip, created.recorded_user_agent, created.idle_seconds,\n      extract(epoch from created.last_seen_at), extract(epoch from created.authenticated_at)\n    )\n  end as \"sessionDetails\",\n  extract(epoch from current_timestamp) as \"sessionNow\",\n  (select user_id from replaced) as \"replacedUserId\",\n  device.is_known as \"deviceIsKnown\",\n  extract(epoch from pg_catalog.clock_timestamp()) as \"loggedInAt\",\n  extract(epoch from signed_in.device_tokens_valid_from) as \"deviceTokensValidFrom\"\nfrom signed_in, created, device",
};

export const getSession: Statement<IGetSessionParams, IGetSessionResult> = {
  label: "getSession",
  name: "pevensie_getSession_2d418efc",
  parameters: ["id"],
  text: "select\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  user_id as \"userId\",\n  ip,\n  user_agent as \"userAgent\",\n  case\n    when last_seen_at is not null\n    then pg_catalog.json_build_array(\n      recorded_ip, recorded_user_agent, idle_seconds,\n      extract(epoch from last_seen_at), extract(epoch from authenticated_at)\n    )\n  end as \"details\",\n  extract(epoch from current_timestamp) as \"now\"\nfrom pevensie.session\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid",
};

export const deleteSession: Statement<IDeleteSessionParams, IDeleteSessionResult> = {
  label: "deleteSession",
  name: "pevensie_deleteSession_c5fae038",
  parameters: ["id","userId"],
  text: "delete from pevensie.session\nwhere\n  id operator(pg_catalog.=) $1::pg_catalog.uuid\n  and ($2::pg_catalog.uuid is null or user_id operator(pg_catalog.=) $2::pg_catalog.uuid)\nreturning user_id as \"userId\"",
};

export const deleteSessions: Statement<IDeleteSessionsParams, IDeleteSessionsResult> = {
  label: "deleteSessions",
  name: "pevensie_deleteSessions_f1c348ac",
  parameters: ["userId","keepSessionId"],
  text: "delete from pevensie.session\nwhere\n  user_id operator(pg_catalog.=) $1::pg_catalog.uuid\n  and (id operator(pg_catalog.=) $2::pg_catalog.uuid) is not true\nreturning id",
};

export const listSessions: Statement<IListSessionsParams, IListSessionsResult> = {
  label: "listSessions",
  name: "pevensie_listSessions_5695a679",
  parameters: ["userId"],
  text: "select\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  user_id as \"userId\",\n  ip,\n  user_agent as \"userAgent\",\n  case\n    when last_seen_at is not null\n    then pg_catalog.json_build_array(\n      recorded_ip, recorded_user_agent, idle_seconds,\n      extract(epoch from last_seen_at), extract(epoch from authenticated_at)\n    )\n  end as \"details\",\n  (select (extract(epoch from current_timestamp))::pg_catalog.text) as \"now\"\nfrom pevensie.session\nwhere\n  user_id operator(pg_catalog.=) $1::pg_catalog.uuid\n  and (expires_at is null or expires_at operator(pg_catalog.>) current_timestamp)\n  and (\n    idle_seconds is null\n    or last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => idle_seconds) operator(pg_catalog.>) current_timestamp\n  )\norder by created_at desc, id desc",
};

export const touchSessions: Statement<ITouchSessionsParams, ITouchSessionsResult> = {
  label: "touchSessions",
  name: "pevensie_touchSessions_6be237c3",
  parameters: ["ids"],
  text: "with due as (\n  select id from pevensie.session\n  where\n    id operator(pg_catalog.=) any ((select $1::pg_catalog.uuid[])::pg_catalog.uuid[])\n    and last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => least(60, idle_seconds operator(pg_catalog./) 10.0))\n      operator(pg_catalog.<=) current_timestamp\n    and last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => idle_seconds) operator(pg_catalog.>) current_timestamp\n  for no key update skip locked\n)\nupdate pevensie.session as session\nset last_seen_at = current_timestamp\nfrom due\nwhere session.id operator(pg_catalog.=) due.id",
};

export const renewAuthentication: Statement<IRenewAuthenticationParams, IRenewAuthenticationResult> = {
  label: "renewAuthentication",
  name: "pevensie_renewAuthentication_95554381",
  parameters: ["userId","passwordHash","id"],
  text: "with owner as (\n  select id from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) $1::pg_catalog.uuid\n    and password_hash operator(pg_catalog.=) $2::pg_catalog.text\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n  for no key update\n),\nrenewed as (\n  update pevensie.session as session\n  set authenticated_at = current_timestamp, last_seen_at = coalesce(session.last_seen_at, session.created_at)\n  from owner\n  where\n    session.id operator(pg_catalog.=) $3::pg_catalog.uuid\n    and session.user_id operator(pg_catalog.=) owner.id\n    and (session.expires_at is null or session.expires_at operator(pg_catalog.>) current_timestamp)\n    and (\n      session.idle_seconds is null\n      or (current_timestamp operator(pg_catalog.-) session.last_seen_at)\n        operator(pg_catalog.<) pg_catalog.make_interval(secs => session.idle_seconds)\n    )\n  returning\n    session.id, session.created_at, session.expires_at, session.user_id, session.ip, session.user_agent, session.recorded_ip,\n    session.recorded_user_agent, session.idle_seconds, session.last_seen_at, session.authenticated_at\n)\nselect\n  renewed.id,\n  extract(epoch from renewed.created_at) as \"createdAt\",\n  extract(epoch from renewed.expires_at) as \"expiresAt\",\n  renewed.user_id as \"userId\",\n  renewed.ip,\n  renewed.user_agent as \"userAgent\",\n  case\n    when renewed.last_seen_at is not null\n    then pg_catalog.json_build_array(\n      renewed.recorded_ip, renewed.recorded_user_agent, renewed.idle_seconds,\n      extract(epoch from renewed.last_seen_at), extract(epoch from renewed.authenticated_at)\n    )\n  end as \"details\",\n  extract(epoch from current_timestamp) as \"now\"\nfrom renewed",
};

export const getSessionWithUser: Statement<IGetSessionWithUserParams, IGetSessionWithUserResult> = {
  label: "getSessionWithUser",
  name: "pevensie_getSessionWithUser_2480de30",
  parameters: ["id"],
  text: "select\n  session.id,\n  extract(epoch from session.created_at) as \"createdAt\",\n  extract(epoch from session.expires_at) as \"expiresAt\",\n  session.user_id as \"userId\",\n  session.ip,\n  session.user_agent as \"userAgent\",\n  case\n    when session.last_seen_at is not null\n    then pg_catalog.json_build_array(\n      session.recorded_ip, session.recorded_user_agent, session.idle_seconds,\n      extract(epoch from session.last_seen_at), extract(epoch from session.authenticated_at)\n    )\n  end as \"details\",\n  extract(epoch from current_timestamp) as \"now\",\n  owner.json as \"user\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as \"largeAppMetadata\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as \"largeUserMetadata\"\nfrom pevensie.session as session\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) session.user_id\nwhere\n  session.id operator(pg_catalog.=) $1::pg_catalog.uuid\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)",
};

export const getSessionsWithUsersById: Statement<IGetSessionsWithUsersByIdParams, IGetSessionsWithUsersByIdResult> = {
  label: "getSessionsWithUsersById",
  name: "pevensie_getSessionsWithUsersById_f79317a4",
  parameters: ["ids"],
  text: "select\n  session.id,\n  extract(epoch from session.created_at) as \"createdAt\",\n  extract(epoch from session.expires_at) as \"expiresAt\",\n  session.user_id as \"userId\",\n  session.ip,\n  session.user_agent as \"userAgent\",\n  case\n    when session.last_seen_at is not null\n    then pg_catalog.json_build_array(\n      session.recorded_ip, session.recorded_user_agent, session.idle_seconds,\n      extract(epoch from session.last_seen_at), extract(epoch from session.authenticated_at)\n    )\n  end as \"details\",\n  (select (extract(epoch from current_timestamp))::pg_catalog.text) as \"now\",\n  owner.json as \"user\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.app_metadata end as \"largeAppMetadata\",\n  case when pg_catalog.starts_with(owner.json, ' ') then owner.user_metadata end as \"largeUserMetadata\"\nfrom pevensie.session as session\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) session.user_id\nwhere\n  session.id operator(pg_catalog.=) any ((select $1::pg_catalog.uuid[])::pg_catalog.uuid[])\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)",
};

export const getSessionsById: Statement<IGetSessionsByIdParams, IGetSessionsByIdResult> = {
  label: "getSessionsById",
  name: "pevensie_getSessionsById_f146f936",
  parameters: ["ids"],
  text: "select\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from expires_at) as \"expiresAt\",\n  user_id as \"userId\",\n  ip,\n  user_agent as \"userAgent\",\n  case\n    when last_seen_at is not null\n    then pg_catalog.json_build_array(\n      recorded_ip, recorded_user_agent, idle_seconds,\n      extract(epoch from last_seen_at), extract(epoch from authenticated_at)\n    )\n  end as \"details\",\n  (select (extract(epoch from current_timestamp))::pg_catalog.text) as \"now\"\nfrom pevensie.session\nwhere id operator(pg_catalog.=) any ((select $1::pg_catalog.uuid[])::pg_catalog.uuid[])",
};

export const deleteExpiredSessions: Statement<IDeleteExpiredSessionsParams, IDeleteExpiredSessionsResult> = {
  label: "deleteExpiredSessions",
  name: "pevensie_deleteExpiredSessions_0a47b285",
  parameters: ["ids"],
  text: "with expired as (\n  select id from pevensie.session\n  where\n    id operator(pg_catalog.=) any ((select $1::pg_catalog.uuid[])::pg_catalog.uuid[])\n    and (\n      expires_at operator(pg_catalog.<=) current_timestamp\n      or last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => idle_seconds) operator(pg_catalog.<=) current_timestamp\n    )\n  for update skip locked\n)\ndelete from pevensie.session as session\nusing expired\nwhere session.id operator(pg_catalog.=) expired.id",
};

export const removeExpiredSessions: Statement<IRemoveExpiredSessionsParams, IRemoveExpiredSessionsResult> = {
  label: "removeExpiredSessions",
  name: "pevensie_removeExpiredSessions_3fadb5ed",
  parameters: ["from","batchSize"],
  text: "with expired as (\n  select id, expires_at from pevensie.session\n  where expires_at operator(pg_catalog.>=) $1::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp\n  order by expires_at\n  limit $2::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.session as session\n  using expired\n  where session.id operator(pg_catalog.=) expired.id\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};

export const removeIdleSessions: Statement<IRemoveIdleSessionsParams, IRemoveIdleSessionsResult> = {
  label: "removeIdleSessions",
  name: "pevensie_removeIdleSessions_9171c6b9",
  parameters: ["after","batchSize"],
  text: "with scanned as (\n  select id from pevensie.session\n  where idle_seconds is not null and id operator(pg_catalog.>) $1::pg_catalog.uuid\n  order by id\n  limit $2::int\n),\nexpired as (\n  select session.id\n  from pevensie.session as session\n  join scanned on scanned.id operator(pg_catalog.=) session.id\n  where\n    session.last_seen_at operator(pg_catalog.+) pg_catalog.make_interval(secs => session.idle_seconds)\n      operator(pg_catalog.<=) current_timestamp\n  for update of session skip locked\n),\nremoved as (\n  delete from pevensie.session as session\n  using expired\n  where session.id operator(pg_catalog.=) expired.id\n  returning session.id\n)\nselect\n  (select pg_catalog.count(*) from removed)::int as removed,\n  (select id from scanned order by id desc limit 1) as \"lastId\",\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds",
};

export const getTransactionSettings: Statement<IGetTransactionSettingsParams, IGetTransactionSettingsResult> = {
  label: "getTransactionSettings",
  name: "pevensie_getTransactionSettings_b1307378",
  parameters: [],
  text: "select\n  pg_catalog.current_setting('transaction_isolation') as isolation,\n  setting::pg_catalog.int4 as \"statementTimeout\"\nfrom pg_catalog.pg_settings\nwhere name operator(pg_catalog.=) 'statement_timeout'",
};

export const setStatementTimeout: Statement<ISetStatementTimeoutParams, ISetStatementTimeoutResult> = {
  label: "setStatementTimeout",
  name: "pevensie_setStatementTimeout_c9a64eb6",
  parameters: ["milliseconds"],
  text: "select\n  pg_catalog.set_config('statement_timeout', ($1::pg_catalog.int4)::pg_catalog.text, true) as \"statementTimeout\"",
};

export const setRemovalSettings: Statement<ISetRemovalSettingsParams, ISetRemovalSettingsResult> = {
  label: "setRemovalSettings",
  name: "pevensie_setRemovalSettings_ecb0e241",
  parameters: ["lockTimeoutMillis"],
  text: "select\n  pg_catalog.set_config('lock_timeout', ($1::pg_catalog.int4)::pg_catalog.text, true) as \"lockTimeout\",\n  pg_catalog.set_config('synchronous_commit', 'off', true) as \"synchronousCommit\"",
};

export const listUsers: Statement<IListUsersParams, IListUsersResult> = {
  label: "listUsers",
  name: "pevensie_listUsers_1ddc1820",
  parameters: ["state","role","after","limit","offset"],
  text: "select\n  account.id,\n  extract(epoch from account.created_at) as \"createdAt\",\n  extract(epoch from account.updated_at) as \"updatedAt\",\n  extract(epoch from account.deleted_at) as \"deletedAt\",\n  account.role,\n  account.email,\n  extract(epoch from account.email_confirmed_at) as \"emailConfirmedAt\",\n  account.phone_number as \"phoneNumber\",\n  extract(epoch from account.phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from account.last_sign_in) as \"lastSignIn\",\n  account.app_metadata as \"appMetadata\",\n  account.user_metadata as \"userMetadata\",\n  extract(epoch from account.banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\" as account\nwhere\n  case\n    when $1::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null\n    when $1::pg_catalog.text operator(pg_catalog.=) 'banned'\n      then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp\n    when $1::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null\n    else true\n  end\n  and ($2::pg_catalog.text is null or account.role operator(pg_catalog.=) $2::pg_catalog.text)\n  and ($3::pg_catalog.uuid is null or account.id operator(pg_catalog.>) $3::pg_catalog.uuid)\norder by account.id\nlimit $4::bigint offset $5::bigint",
};

export const listMatchingUsers: Statement<IListMatchingUsersParams, IListMatchingUsersResult> = {
  label: "listMatchingUsers",
  name: "pevensie_listMatchingUsers_7f27a411",
  parameters: ["ids","idPatterns","emailPatterns","emailsFrom","emailsBelow","wideEmailPatterns","phoneNumberPatterns","state","role","after","limit","offset"],
  text: "with matching as (\n  select account.id\n  from pevensie.\"user\" as account\n  where account.id operator(pg_catalog.=) any ($1::pg_catalog.uuid[])\n  union\n  select account.id\n  from pg_catalog.unnest($2::pg_catalog.text[]) as pattern\n  join pevensie.\"user\" as account on account.id::pg_catalog.text operator(pg_catalog.~~) pattern\n  where pg_catalog.cardinality($2::pg_catalog.text[]) operator(pg_catalog.>) 0\n  union\n  select account.id\n  from\n    rows from (\n      pg_catalog.unnest($3::pg_catalog.text[]),\n      pg_catalog.unnest($4::pg_catalog.text[]),\n      pg_catalog.unnest($5::pg_catalog.text[])\n    ) as given (pattern, lowest, above)\n  join pevensie.\"user\" as account\n    on\n      account.email operator(pg_catalog.~>=~) given.lowest\n      and account.email operator(pg_catalog.~<~) given.above\n      and account.email operator(pg_catalog.~~) given.pattern\n  union\n  select account.id\n  from pg_catalog.unnest($6::pg_catalog.text[]) as pattern\n  join pevensie.\"user\" as account on account.email operator(pg_catalog.~~) pattern\n  where pg_catalog.cardinality($6::pg_catalog.text[]) operator(pg_catalog.>) 0\n  union\n  select account.id\n  from pg_catalog.unnest($7::pg_catalog.text[]) as pattern\n  join pevensie.\"user\" as account on account.phone_number operator(pg_catalog.~~) pattern\n  where pg_catalog.cardinality($7::pg_catalog.text[]) operator(pg_catalog.>) 0\n)\nselect\n  account.id,\n  extract(epoch from account.created_at) as \"createdAt\",\n  extract(epoch from account.updated_at) as \"updatedAt\",\n  extract(epoch from account.deleted_at) as \"deletedAt\",\n  account.role,\n  account.email,\n  extract(epoch from account.email_confirmed_at) as \"emailConfirmedAt\",\n  account.phone_number as \"phoneNumber\",\n  extract(epoch from account.phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from account.last_sign_in) as \"lastSignIn\",\n  account.app_metadata as \"appMetadata\",\n  account.user_metadata as \"userMetadata\",\n  extract(epoch from account.banned_until) as \"bannedUntil\"\nfrom matching\njoin pevensie.\"user\" as account on account.id operator(pg_catalog.=) matching.id\nwhere\n  case\n    when $8::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null\n    when $8::pg_catalog.text operator(pg_catalog.=) 'banned'\n      then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp\n    when $8::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null\n    else true\n  end\n  and ($9::pg_catalog.text is null or account.role operator(pg_catalog.=) $9::pg_catalog.text)\n  and ($10::pg_catalog.uuid is null or account.id operator(pg_catalog.>) $10::pg_catalog.uuid)\norder by account.id\nlimit $11::bigint offset $12::bigint",
};

export const countUsers: Statement<ICountUsersParams, ICountUsersResult> = {
  label: "countUsers",
  name: "pevensie_countUsers_e15db9f6",
  parameters: ["state","role"],
  text: "select pg_catalog.count(*) as \"count\"\nfrom pevensie.\"user\" as account\nwhere\n  case\n    when $1::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null\n    when $1::pg_catalog.text operator(pg_catalog.=) 'banned'\n      then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp\n    when $1::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null\n    else true\n  end\n  and ($2::pg_catalog.text is null or account.role operator(pg_catalog.=) $2::pg_catalog.text)",
};

export const countMatchingUsers: Statement<ICountMatchingUsersParams, ICountMatchingUsersResult> = {
  label: "countMatchingUsers",
  name: "pevensie_countMatchingUsers_ec0ce0fe",
  parameters: ["ids","idPatterns","emailPatterns","emailsFrom","emailsBelow","wideEmailPatterns","phoneNumberPatterns","state","role"],
  text: "with matching as (\n  select account.id\n  from pevensie.\"user\" as account\n  where account.id operator(pg_catalog.=) any ($1::pg_catalog.uuid[])\n  union\n  select account.id\n  from pg_catalog.unnest($2::pg_catalog.text[]) as pattern\n  join pevensie.\"user\" as account on account.id::pg_catalog.text operator(pg_catalog.~~) pattern\n  where pg_catalog.cardinality($2::pg_catalog.text[]) operator(pg_catalog.>) 0\n  union\n  select account.id\n  from\n    rows from (\n      pg_catalog.unnest($3::pg_catalog.text[]),\n      pg_catalog.unnest($4::pg_catalog.text[]),\n      pg_catalog.unnest($5::pg_catalog.text[])\n    ) as given (pattern, lowest, above)\n  join pevensie.\"user\" as account\n    on\n      account.email operator(pg_catalog.~>=~) given.lowest\n      and account.email operator(pg_catalog.~<~) given.above\n      and account.email operator(pg_catalog.~~) given.pattern\n  union\n  select account.id\n  from pg_catalog.unnest($6::pg_catalog.text[]) as pattern\n  join pevensie.\"user\" as account on account.email operator(pg_catalog.~~) pattern\n  where pg_catalog.cardinality($6::pg_catalog.text[]) operator(pg_catalog.>) 0\n  union\n  select account.id\n  from pg_catalog.unnest($7::pg_catalog.text[]) as pattern\n  join pevensie.\"user\" as account on account.phone_number operator(pg_catalog.~~) pattern\n  where pg_catalog.cardinality($7::pg_catalog.text[]) operator(pg_catalog.>) 0\n)\nselect pg_catalog.count(*) as \"count\"\nfrom matching\njoin pevensie.\"user\" as account on account.id operator(pg_catalog.=) matching.id\nwhere\n  case\n    when $8::pg_catalog.text operator(pg_catalog.=) 'live' then account.deleted_at is null\n    when $8::pg_catalog.text operator(pg_catalog.=) 'banned'\n      then account.deleted_at is null and account.banned_until operator(pg_catalog.>) current_timestamp\n    when $8::pg_catalog.text operator(pg_catalog.=) 'deleted' then account.deleted_at is not null\n    else true\n  end\n  and ($9::pg_catalog.text is null or account.role operator(pg_catalog.=) $9::pg_catalog.text)",
};

export const getUserById: Statement<IGetUserByIdParams, IGetUserByIdResult> = {
  label: "getUserById",
  name: "pevensie_getUserById_d34aead1",
  parameters: ["id"],
  text: "select\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is null",
};

export const getUserByPasswordHash: Statement<IGetUserByPasswordHashParams, IGetUserByPasswordHashResult> = {
  label: "getUserByPasswordHash",
  name: "pevensie_getUserByPasswordHash_e71ce451",
  parameters: ["id","passwordHashes"],
  text: "select\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere\n  id operator(pg_catalog.=) $1::pg_catalog.uuid\n  and password_hash operator(pg_catalog.=) any ($2::pg_catalog.text[])\n  and deleted_at is null\n  and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)",
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
  name: "pevensie_getCredentialsByEmail_d1935738",
  parameters: ["freshSeconds","deviceUserId","deviceValidFrom","deviceIssuedAt","keys","admittingSeconds","local","email","knownScope","deviceBudgetKey","anywhereScope"],
  text: "select\n  shared.\"waitSeconds\",\n  shared.\"localWaitSeconds\",\n  coalesce(account.id) as \"userId\",\n  coalesce(account.password_hash) as \"passwordHash\",\n  coalesce(account.banned_until operator(pg_catalog.>) current_timestamp, false) as banned,\n  coalesce(known.budget_key) as \"knownBudgetKey\",\n  coalesce(\n    known.expires_at operator(pg_catalog.>) (\n      current_timestamp operator(pg_catalog.+) pg_catalog.make_interval(secs => $1::double precision)\n    ),\n    false\n  ) as \"knownIsFresh\",\n  extract(epoch from known_budget.expires_at operator(pg_catalog.-) current_timestamp) as \"knownSpentSeconds\",\n  coalesce(\n    account.id operator(pg_catalog.=) $2::pg_catalog.uuid\n    and coalesce(account.device_tokens_valid_from, '-infinity') operator(pg_catalog.=)\n      coalesce(pg_catalog.to_timestamp($3::double precision), '-infinity')\n    and pg_catalog.to_timestamp($4::double precision) operator(pg_catalog.>)\n      (current_timestamp operator(pg_catalog.-) pg_catalog.make_interval(days => 365)),\n    false\n  ) as \"deviceIsKnown\",\n  extract(epoch from device_budget.expires_at operator(pg_catalog.-) current_timestamp) as \"deviceSpentSeconds\",\n  coalesce(anywhere.budget_key) as \"anywhereBudgetKey\",\n  extract(epoch from anywhere_budget.expires_at operator(pg_catalog.-) current_timestamp) as \"anywhereSpentSeconds\"\nfrom (\n  select\n    pg_catalog.max(budget.wait_seconds) as \"waitSeconds\",\n    pg_catalog.max(budget.wait_seconds) filter (where budget.local) as \"localWaitSeconds\"\n  from (\n    select\n      given.local,\n      extract(epoch from stored.expires_at operator(pg_catalog.-) current_timestamp)\n        operator(pg_catalog.-) given.admitting_seconds as wait_seconds\n    from\n      rows from (\n        pg_catalog.unnest($5::pg_catalog.text[]),\n        pg_catalog.unnest($6::pg_catalog.numeric[]),\n        pg_catalog.unnest($7::boolean[])\n      ) as given (key, admitting_seconds, local)\n    join pevensie.log_in_budget as stored on stored.key operator(pg_catalog.=) given.key\n  ) as budget\n) as shared\nleft join pevensie.\"user\" as account\n  on account.email operator(pg_catalog.=) $8::pg_catalog.text and account.deleted_at is null\nleft join pevensie.log_in_exemption as known\n  on\n    known.user_id operator(pg_catalog.=) account.id\n    and known.scope operator(pg_catalog.=) $9::pg_catalog.text\n    and known.expires_at operator(pg_catalog.>) current_timestamp\nleft join pevensie.log_in_budget as known_budget on known_budget.key operator(pg_catalog.=) known.budget_key\nleft join pevensie.log_in_budget as device_budget on device_budget.key operator(pg_catalog.=) $10::pg_catalog.text\nleft join pevensie.log_in_exemption as anywhere\n  on\n    anywhere.user_id operator(pg_catalog.=) account.id\n    and anywhere.scope operator(pg_catalog.=) $11::pg_catalog.text\n    and anywhere.expires_at operator(pg_catalog.>) current_timestamp\nleft join pevensie.log_in_budget as anywhere_budget on anywhere_budget.key operator(pg_catalog.=) anywhere.budget_key",
};

export const getUserStanding: Statement<IGetUserStandingParams, IGetUserStandingResult> = {
  label: "getUserStanding",
  name: "pevensie_getUserStanding_4cce891c",
  parameters: ["userId"],
  text: "select coalesce(banned_until operator(pg_catalog.>) current_timestamp, false) as banned\nfrom pevensie.\"user\"\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is null",
};

export const getUserAccess: Statement<IGetUserAccessParams, IGetUserAccessResult> = {
  label: "getUserAccess",
  name: "pevensie_getUserAccess_f85888c0",
  parameters: ["id"],
  text: "select\n  email,\n  pg_catalog.concat((extract(epoch from device_tokens_valid_from))::pg_catalog.text, ' ', email) as \"accessVersion\"\nfrom pevensie.\"user\"\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is null",
};

export const createUser: Statement<ICreateUserParams, ICreateUserResult> = {
  label: "createUser",
  name: "pevensie_createUser_5d398a88",
  parameters: ["id","role","email","phoneNumber","passwordHash","appMetadata","userMetadata"],
  text: "insert into pevensie.\"user\" (id, role, email, phone_number, password_hash, app_metadata, user_metadata)\nvalues (\n  $1::pg_catalog.uuid,\n  $2::pg_catalog.text,\n  $3::pg_catalog.text,\n  $4::pg_catalog.text,\n  $5::pg_catalog.text,\n  $6::pg_catalog.jsonb,\n  $7::pg_catalog.jsonb\n)\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"",
};

export const createUserUnlessTaken: Statement<ICreateUserUnlessTakenParams, ICreateUserUnlessTakenResult> = {
  label: "createUserUnlessTaken",
  name: "pevensie_createUserUnlessTaken_03bbcbe0",
  parameters: ["id","role","email","phoneNumber","passwordHash","appMetadata","userMetadata"],
  text: "insert into pevensie.\"user\" (id, role, email, phone_number, password_hash, app_metadata, user_metadata)\nvalues (\n  $1::pg_catalog.uuid,\n  $2::pg_catalog.text,\n  $3::pg_catalog.text,\n  $4::pg_catalog.text,\n  $5::pg_catalog.text,\n  $6::pg_catalog.jsonb,\n  $7::pg_catalog.jsonb\n)\non conflict do nothing\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"",
};

export const refuseTaken: Statement<IRefuseTakenParams, IRefuseTakenResult> = {
  label: "refuseTaken",
  name: "pevensie_refuseTaken_7e82d46f",
  parameters: ["id","email","phoneNumber","isNew"],
  text: "select pevensie.refuse_taken(\n  $1::pg_catalog.uuid, $2::pg_catalog.text, $3::pg_catalog.text, $4::boolean\n) as refused",
};

export const updateUser: Statement<IUpdateUserParams, IUpdateUserResult> = {
  label: "updateUser",
  name: "pevensie_updateUser_26bff12c",
  parameters: ["id","setRole","role","setEmail","email","setEmailConfirmedAt","emailConfirmedAt","setPhoneNumber","phoneNumber","setPhoneNumberConfirmedAt","phoneNumberConfirmedAt","setPasswordHash","passwordHash","setLastSignIn","lastSignIn","setAppMetadata","appMetadata","setUserMetadata","userMetadata","setBannedUntil","bannedUntil","accessVersion"],
  text: "with locked as (\n  select id, email, device_tokens_valid_from from pevensie.\"user\"\n  where id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is null\n  for no key update\n),\nbefore as (\n  select\n    id,\n    email,\n    pg_catalog.concat((extract(epoch from device_tokens_valid_from))::pg_catalog.text, ' ', email) as access_version,\n    current_timestamp as now,\n    pg_catalog.clock_timestamp() as changed_at\n  from locked\n)\nupdate pevensie.\"user\" as account\nset\n  updated_at = before.now,\n  role = case when $2::boolean then $3::pg_catalog.text else account.role end,\n  email = case when $4::boolean then $5::pg_catalog.text else account.email end,\n  email_confirmed_at = case\n    when $6::boolean then $7::pg_catalog.timestamptz\n    when $4::boolean and account.email operator(pg_catalog.<>) $5::pg_catalog.text then null\n    else account.email_confirmed_at\n  end,\n  phone_number = case when $8::boolean then $9::pg_catalog.text else account.phone_number end,\n  phone_number_confirmed_at = case\n    when $10::boolean then $11::pg_catalog.timestamptz\n    when\n      $8::boolean\n      and coalesce(\n        account.phone_number operator(pg_catalog.<>) $9::pg_catalog.text,\n        account.phone_number is not null or $9::pg_catalog.text is not null\n      )\n    then null\n    else account.phone_number_confirmed_at\n  end,\n  password_hash = case when $12::boolean then $13::pg_catalog.text else account.password_hash end,\n  last_sign_in = case when $14::boolean then $15::pg_catalog.timestamptz else account.last_sign_in end,\n  app_metadata = case when $16::boolean then $17::pg_catalog.jsonb else account.app_metadata end,\n  user_metadata = case when $18::boolean then $19::pg_catalog.jsonb else account.user_metadata end,\n  banned_until = case when $20::boolean then $21::pg_catalog.timestamptz else account.banned_until end,\n  device_tokens_valid_from = case\n    when $12::boolean or (\n      $20::boolean and $21::pg_catalog.timestamptz operator(pg_catalog.>) before.now\n    )\n    then before.changed_at\n    else account.device_tokens_valid_from\n  end\nfrom before\nwhere\n  account.id operator(pg_catalog.=) before.id\n  and (\n    $22::pg_catalog.text is null\n    or before.access_version operator(pg_catalog.=) $22::pg_catalog.text\n  )\nreturning\n  account.id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  account.email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\",\n  coalesce(account.banned_until operator(pg_catalog.>) before.now, false) as banned,\n  account.email operator(pg_catalog.<>) before.email as \"emailChanged\"",
};

export const replacePasswordHash: Statement<IReplacePasswordHashParams, IReplacePasswordHashResult> = {
  label: "replacePasswordHash",
  name: "pevensie_replacePasswordHash_a5412f1f",
  parameters: ["newPasswordHash","id","passwordHash"],
  text: "update pevensie.\"user\"\nset password_hash = $1::pg_catalog.text, updated_at = current_timestamp\nwhere\n  id operator(pg_catalog.=) $2::pg_catalog.uuid\n  and password_hash operator(pg_catalog.=) $3::pg_catalog.text\n  and deleted_at is null",
};

export const deleteUser: Statement<IDeleteUserParams, IDeleteUserResult> = {
  label: "deleteUser",
  name: "pevensie_deleteUser_88be2b13",
  parameters: ["id"],
  text: "update pevensie.\"user\"\nset\n  deleted_at = pg_catalog.clock_timestamp(),\n  updated_at = current_timestamp,\n  device_tokens_valid_from = pg_catalog.clock_timestamp()\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is null\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"",
};

export const endUserAccess: Statement<IEndUserAccessParams, IEndUserAccessResult> = {
  label: "endUserAccess",
  name: "pevensie_endUserAccess_d9eefba8",
  parameters: ["endSessions","userId","keepSessionId","endExemptions"],
  text: "with ended as (\n  delete from pevensie.session\n  where\n    $1::boolean\n    and user_id operator(pg_catalog.=) $2::pg_catalog.uuid\n    and (id operator(pg_catalog.=) $3::pg_catalog.uuid) is not true\n),\ndeleted_exemptions as (\n  delete from pevensie.log_in_exemption\n  where $4::boolean and user_id operator(pg_catalog.=) $2::pg_catalog.uuid\n),\nvoided as (\n  delete from pevensie.user_token where user_id operator(pg_catalog.=) $2::pg_catalog.uuid\n)\nupdate pevensie.one_time_token\nset deleted_at = current_timestamp\nwhere user_id operator(pg_catalog.=) $2::pg_catalog.uuid and deleted_at is null and used_at is null",
};

export const lockUserByEmail: Statement<ILockUserByEmailParams, ILockUserByEmailResult> = {
  label: "lockUserByEmail",
  name: "pevensie_lockUserByEmail_ba8587f1",
  parameters: ["email"],
  text: "select\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"\nfrom pevensie.\"user\"\nwhere\n  email operator(pg_catalog.=) $1::pg_catalog.text\n  and deleted_at is null\n  and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\nfor no key update",
};

export const confirmUserEmail: Statement<IConfirmUserEmailParams, IConfirmUserEmailResult> = {
  label: "confirmUserEmail",
  name: "pevensie_confirmUserEmail_80287af0",
  parameters: ["id"],
  text: "update pevensie.\"user\"\nset email_confirmed_at = coalesce(email_confirmed_at, clock.now), updated_at = clock.now\nfrom (select current_timestamp as now) as clock\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is null\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"",
};

export const proveMailbox: Statement<IProveMailboxParams, IProveMailboxResult> = {
  label: "proveMailbox",
  name: "pevensie_proveMailbox_51b93c6d",
  parameters: ["id"],
  text: "update pevensie.\"user\"\nset\n  email_confirmed_at = current_timestamp,\n  updated_at = current_timestamp,\n  password_hash = null,\n  device_tokens_valid_from = pg_catalog.clock_timestamp()\nwhere\n  id operator(pg_catalog.=) $1::pg_catalog.uuid\n  and email_confirmed_at is null\n  and deleted_at is null\nreturning id",
};

export const changeConfirmedEmail: Statement<IChangeConfirmedEmailParams, IChangeConfirmedEmailResult> = {
  label: "changeConfirmedEmail",
  name: "pevensie_changeConfirmedEmail_3de8b065",
  parameters: ["id","email"],
  text: "with before as (\n  select id, email from pevensie.\"user\"\n  where id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is null\n)\nupdate pevensie.\"user\" as account\nset email = $2::pg_catalog.text, email_confirmed_at = current_timestamp, updated_at = current_timestamp\nfrom before\nwhere account.id operator(pg_catalog.=) before.id\nreturning\n  account.id,\n  extract(epoch from account.created_at) as \"createdAt\",\n  extract(epoch from account.updated_at) as \"updatedAt\",\n  extract(epoch from account.deleted_at) as \"deletedAt\",\n  account.role,\n  account.email,\n  extract(epoch from account.email_confirmed_at) as \"emailConfirmedAt\",\n  account.phone_number as \"phoneNumber\",\n  extract(epoch from account.phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from account.last_sign_in) as \"lastSignIn\",\n  account.app_metadata as \"appMetadata\",\n  account.user_metadata as \"userMetadata\",\n  extract(epoch from account.banned_until) as \"bannedUntil\",\n  before.email as \"previousEmail\"",
};

export const restoreUser: Statement<IRestoreUserParams, IRestoreUserResult> = {
  label: "restoreUser",
  name: "pevensie_restoreUser_56b0e549",
  parameters: ["id"],
  text: "update pevensie.\"user\"\nset deleted_at = null, updated_at = current_timestamp\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid\nreturning\n  id,\n  extract(epoch from created_at) as \"createdAt\",\n  extract(epoch from updated_at) as \"updatedAt\",\n  extract(epoch from deleted_at) as \"deletedAt\",\n  role,\n  email,\n  extract(epoch from email_confirmed_at) as \"emailConfirmedAt\",\n  phone_number as \"phoneNumber\",\n  extract(epoch from phone_number_confirmed_at) as \"phoneNumberConfirmedAt\",\n  extract(epoch from last_sign_in) as \"lastSignIn\",\n  app_metadata as \"appMetadata\",\n  user_metadata as \"userMetadata\",\n  extract(epoch from banned_until) as \"bannedUntil\"",
};

export const getDeletedUserNames: Statement<IGetDeletedUserNamesParams, IGetDeletedUserNamesResult> = {
  label: "getDeletedUserNames",
  name: "pevensie_getDeletedUserNames_837590a2",
  parameters: ["id"],
  text: "select email, phone_number as \"phoneNumber\"\nfrom pevensie.\"user\"\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid and deleted_at is not null\nfor no key update",
};

export const eraseUser: Statement<IEraseUserParams, IEraseUserResult> = {
  label: "eraseUser",
  name: "pevensie_eraseUser_4d9268fe",
  parameters: ["id"],
  text: "delete from pevensie.\"user\"\nwhere id operator(pg_catalog.=) $1::pg_catalog.uuid\nreturning id",
};

export const importUsers: Statement<IImportUsersParams, IImportUsersResult> = {
  label: "importUsers",
  name: "pevensie_importUsers_7e6d7bdf",
  parameters: ["users"],
  text: "insert into pevensie.\"user\" (\n  id,\n  created_at,\n  role,\n  email,\n  email_confirmed_at,\n  phone_number,\n  password_hash,\n  app_metadata,\n  user_metadata,\n  device_tokens_valid_from\n)\nselect\n  given.id,\n  coalesce(given.created_at, current_timestamp),\n  given.role,\n  given.email,\n  given.email_confirmed_at,\n  given.phone_number,\n  given.password_hash,\n  '{}',\n  coalesce(given.user_metadata, 'null'::pg_catalog.jsonb),\n  pg_catalog.clock_timestamp()\nfrom pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) as given (\n  place int,\n  id pg_catalog.uuid,\n  created_at pg_catalog.timestamptz,\n  role pg_catalog.text,\n  email pg_catalog.text,\n  email_confirmed_at pg_catalog.timestamptz,\n  phone_number pg_catalog.text,\n  password_hash pg_catalog.text,\n  user_metadata pg_catalog.jsonb\n)\norder by given.place\non conflict do nothing\nreturning id",
};

export const lockImports: Statement<ILockImportsParams, ILockImportsResult> = {
  label: "lockImports",
  name: "pevensie_lockImports_4409753c",
  parameters: [],
  text: "select pg_catalog.pg_advisory_xact_lock(7365646973) as \"locked\"",
};

export const getTakenNames: Statement<IGetTakenNamesParams, IGetTakenNamesResult> = {
  label: "getTakenNames",
  name: "pevensie_getTakenNames_3309db53",
  parameters: ["emails","phoneNumbers"],
  text: "select email, phone_number as \"phoneNumber\"\nfrom pevensie.\"user\"\nwhere\n  deleted_at is null\n  and (\n    email operator(pg_catalog.=) any ($1::pg_catalog.text[])\n    or phone_number operator(pg_catalog.=) any ($2::pg_catalog.text[])\n  )",
};

export const createUserToken: Statement<ICreateUserTokenParams, ICreateUserTokenResult> = {
  label: "createUserToken",
  name: "pevensie_createUserToken_e1911f9f",
  parameters: ["userId","tokenType","purpose","tokenHash","keep","id","isLate","ttlSeconds","email","payload","attempts"],
  text: "with owner as (\n  select id, email from pevensie.\"user\"\n  where\n    id operator(pg_catalog.=) $1::pg_catalog.uuid\n    and deleted_at is null\n    and (banned_until is null or banned_until operator(pg_catalog.<=) current_timestamp)\n),\nreplaced as (\n  delete from pevensie.user_token as token\n  using (\n    select earlier.id\n    from pevensie.user_token as earlier\n    join owner on owner.id operator(pg_catalog.=) earlier.user_id\n    where\n      earlier.token_type operator(pg_catalog.=) $2::pg_catalog.text\n      and coalesce(earlier.purpose, '') operator(pg_catalog.=) coalesce($3::pg_catalog.text, '')\n      and earlier.token_hash operator(pg_catalog.<>) $4::pg_catalog.text\n    order by earlier.created_at desc, earlier.id desc\n    offset $5::int\n  ) as oldest\n  where token.id operator(pg_catalog.=) oldest.id\n)\ninsert into pevensie.user_token\n  (id, created_at, expires_at, user_id, token_type, purpose, email, payload, token_hash, attempts_left)\nselect\n  $6::pg_catalog.uuid,\n  pg_catalog.statement_timestamp(),\n  case\n    when $7::boolean then current_timestamp\n    else pg_catalog.statement_timestamp() operator(pg_catalog.+) pg_catalog.make_interval(secs => $8::double precision)\n  end,\n  owner.id,\n  $2::pg_catalog.text,\n  $3::pg_catalog.text,\n  coalesce($9::pg_catalog.text, owner.email),\n  $10::pg_catalog.jsonb,\n  $4::pg_catalog.text,\n  $11::int\nfrom owner\non conflict (token_hash) do update set\n  id = excluded.id,\n  created_at = excluded.created_at,\n  expires_at = excluded.expires_at,\n  attempts_left = excluded.attempts_left\nreturning id",
};

export const lockEmail: Statement<ILockEmailParams, ILockEmailResult> = {
  label: "lockEmail",
  name: "pevensie_lockEmail_d4060678",
  parameters: ["email"],
  text: "select pg_catalog.pg_advisory_xact_lock(\n  pg_catalog.hashtextextended($1::pg_catalog.text, 7365646972)\n) as \"locked\"",
};

export const createNoToken: Statement<ICreateNoTokenParams, ICreateNoTokenResult> = {
  label: "createNoToken",
  name: "pevensie_createNoToken_7eae0cf9",
  parameters: [],
  text: "select pg_catalog.pg_logical_emit_message(true, 'pevensie', pg_catalog.repeat(' ', 200)) as \"lsn\"",
};

export const getUserToken: Statement<IGetUserTokenParams, IGetUserTokenResult> = {
  label: "getUserToken",
  name: "pevensie_getUserToken_759d9c81",
  parameters: ["tokenHash","tokenType","purpose"],
  text: "select\n  token.user_id as \"userId\",\n  token.email,\n  token.payload,\n  extract(epoch from token.expires_at) as \"expiresAt\"\nfrom pevensie.user_token as token\njoin pevensie.\"user\" as owner on owner.id operator(pg_catalog.=) token.user_id\nwhere\n  token.token_hash operator(pg_catalog.=) $1::pg_catalog.text\n  and token.token_type operator(pg_catalog.=) $2::pg_catalog.text\n  and coalesce(token.purpose, '') operator(pg_catalog.=) coalesce($3::pg_catalog.text, '')\n  and token.expires_at operator(pg_catalog.>) current_timestamp\n  and (token.token_type operator(pg_catalog.=) 'email-change' or token.email operator(pg_catalog.=) owner.email)\n  and owner.deleted_at is null\n  and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)",
};

export const useUserToken: Statement<IUseUserTokenParams, IUseUserTokenResult> = {
  label: "useUserToken",
  name: "pevensie_useUserToken_a811b857",
  parameters: ["tokenHash","userId","tokenType","purpose"],
  text: "with owner as (\n  select account.id, account.email\n  from pevensie.user_token as token\n  join pevensie.\"user\" as account on account.id operator(pg_catalog.=) token.user_id\n  where\n    token.token_hash operator(pg_catalog.=) $1::pg_catalog.text\n    and ($2::pg_catalog.uuid is null or account.id operator(pg_catalog.=) $2::pg_catalog.uuid)\n    and account.deleted_at is null\n    and (account.banned_until is null or account.banned_until operator(pg_catalog.<=) current_timestamp)\n  for no key update of account\n),\nused as (\n  delete from pevensie.user_token as token\n  using owner\n  where\n    token.token_hash operator(pg_catalog.=) $1::pg_catalog.text\n    and token.user_id operator(pg_catalog.=) owner.id\n    and token.token_type operator(pg_catalog.=) $3::pg_catalog.text\n    and coalesce(token.purpose, '') operator(pg_catalog.=) coalesce($4::pg_catalog.text, '')\n    and token.expires_at operator(pg_catalog.>) current_timestamp\n    and (token.token_type operator(pg_catalog.=) 'email-change' or token.email operator(pg_catalog.=) owner.email)\n  returning token.user_id, token.token_hash, token.email, token.payload\n),\nothers as (\n  delete from pevensie.user_token as token\n  using used\n  where\n    token.user_id operator(pg_catalog.=) used.user_id\n    and token.token_hash operator(pg_catalog.<>) used.token_hash\n    and token.token_type operator(pg_catalog.=) $3::pg_catalog.text\n    and coalesce(token.purpose, '') operator(pg_catalog.=) coalesce($4::pg_catalog.text, '')\n)\nselect user_id as \"userId\", email, payload from used",
};

export const deleteUserToken: Statement<IDeleteUserTokenParams, IDeleteUserTokenResult> = {
  label: "deleteUserToken",
  name: "pevensie_deleteUserToken_fdc51993",
  parameters: ["tokenHash","userId","tokenType","purpose"],
  text: "delete from pevensie.user_token\nwhere\n  token_hash operator(pg_catalog.=) $1::pg_catalog.text\n  and ($2::pg_catalog.uuid is null or user_id operator(pg_catalog.=) $2::pg_catalog.uuid)\n  and token_type operator(pg_catalog.=) $3::pg_catalog.text\n  and coalesce(purpose, '') operator(pg_catalog.=) coalesce($4::pg_catalog.text, '')",
};

export const spendLogInCode: Statement<ISpendLogInCodeParams, ISpendLogInCodeResult> = {
  label: "spendLogInCode",
  name: "pevensie_spendLogInCode_9db6c00b",
  parameters: ["email","codeHashes"],
  text: "with compared as (\n  update pevensie.user_token as code\n  set attempts_left = code.attempts_left operator(pg_catalog.-) 1\n  from pevensie.\"user\" as owner\n  where\n    owner.email operator(pg_catalog.=) $1::pg_catalog.text\n    and owner.deleted_at is null\n    and (owner.banned_until is null or owner.banned_until operator(pg_catalog.<=) current_timestamp)\n    and code.user_id operator(pg_catalog.=) owner.id\n    and code.token_type operator(pg_catalog.=) 'log-in-code'\n    and code.email operator(pg_catalog.=) owner.email\n    and code.expires_at operator(pg_catalog.>) current_timestamp\n    and code.attempts_left operator(pg_catalog.>) 0\n  returning\n    code.user_id as \"userId\",\n    code.token_hash as \"tokenHash\",\n    code.token_hash operator(pg_catalog.=) any ($2::pg_catalog.text[]) as matches\n)\nselect \"userId\", \"tokenHash\", matches from compared\nunion all\nselect null, null, null\nfrom (\n  select pg_catalog.pg_logical_emit_message(true, 'pevensie', pg_catalog.repeat(' ', 200)) as lsn\n  where not exists (select from compared)\n) as equal_cost\nwhere lsn is null",
};

export const removeExpiredUserTokens: Statement<IRemoveExpiredUserTokensParams, IRemoveExpiredUserTokensResult> = {
  label: "removeExpiredUserTokens",
  name: "pevensie_removeExpiredUserTokens_a57bc825",
  parameters: ["from","batchSize"],
  text: "with expired as (\n  select id, expires_at from pevensie.user_token\n  where expires_at operator(pg_catalog.>=) $1::pg_catalog.timestamptz and expires_at operator(pg_catalog.<=) current_timestamp\n  order by expires_at\n  limit $2::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.user_token as token\n  using expired\n  where token.id operator(pg_catalog.=) expired.id\n  returning expired.expires_at\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  extract(epoch from pg_catalog.max(expires_at)) as until,\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed",
};
