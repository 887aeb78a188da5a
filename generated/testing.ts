// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/testing.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type NumberOrString = number | string;

/** 'IsTemplateFinished' parameters type */
export interface IIsTemplateFinishedParams {
  name: string;
}

/** 'IsTemplateFinished' return type */
export interface IIsTemplateFinishedResult {
  isFinished: boolean;
}

/** 'IsTemplateFinished' query type */
export interface IIsTemplateFinishedQuery {
  params: IIsTemplateFinishedParams;
  result: IIsTemplateFinishedResult;
}

const isTemplateFinishedIR: any = {"usedParamSet":{"name":true},"params":[{"name":"name","required":true,"transform":{"type":"scalar"},"locs":[{"a":92,"b":97}]}],"statement":"select exists (\n  select from pg_catalog.pg_database\n  where datname operator(pg_catalog.=) :name!::pg_catalog.name and not datallowconn\n) as \"isFinished!\""};

/**
 * Query generated from SQL:
 * ```
 * select exists (
 *   select from pg_catalog.pg_database
 *   where datname operator(pg_catalog.=) :name!::pg_catalog.name and not datallowconn
 * ) as "isFinished!"
 * ```
 */
export const isTemplateFinished = new PreparedQuery<IIsTemplateFinishedParams,IIsTemplateFinishedResult>(isTemplateFinishedIR);


/** 'LockTemplate' parameters type */
export interface ILockTemplateParams {
  key: NumberOrString;
}

/** 'LockTemplate' return type */
export interface ILockTemplateResult {
  isLocked: boolean;
}

/** 'LockTemplate' query type */
export interface ILockTemplateQuery {
  params: ILockTemplateParams;
  result: ILockTemplateResult;
}

const lockTemplateIR: any = {"usedParamSet":{"key":true},"params":[{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":90,"b":94}]}],"statement":"-- Until the connection ends.\nselect true as \"isLocked!\" from pg_catalog.pg_advisory_lock(:key!::bigint)"};

/**
 * Query generated from SQL:
 * ```
 * -- Until the connection ends.
 * select true as "isLocked!" from pg_catalog.pg_advisory_lock(:key!::bigint)
 * ```
 */
export const lockTemplate = new PreparedQuery<ILockTemplateParams,ILockTemplateResult>(lockTemplateIR);


/** 'ExpireTestSession' parameters type */
export interface IExpireTestSessionParams {
  id: string;
}

/** 'ExpireTestSession' return type */
export interface IExpireTestSessionResult {
  changed: boolean;
}

/** 'ExpireTestSession' query type */
export interface IExpireTestSessionQuery {
  params: IExpireTestSessionParams;
  result: IExpireTestSessionResult;
}

const expireTestSessionIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":91,"b":94}]}],"statement":"update pevensie.session set expires_at = current_timestamp\nwhere id operator(pg_catalog.=) :id!::pg_catalog.uuid\nreturning true as \"changed!\""};

/**
 * Query generated from SQL:
 * ```
 * update pevensie.session set expires_at = current_timestamp
 * where id operator(pg_catalog.=) :id!::pg_catalog.uuid
 * returning true as "changed!"
 * ```
 */
export const expireTestSession = new PreparedQuery<IExpireTestSessionParams,IExpireTestSessionResult>(expireTestSessionIR);


/** 'AgeTestSession' parameters type */
export interface IAgeTestSessionParams {
  id: string;
  seconds: number;
}

/** 'AgeTestSession' return type */
export interface IAgeTestSessionResult {
  changed: boolean;
}

/** 'AgeTestSession' query type */
export interface IAgeTestSessionQuery {
  params: IAgeTestSessionParams;
  result: IAgeTestSessionResult;
}

const ageTestSessionIR: any = {"usedParamSet":{"seconds":true,"id":true},"params":[{"name":"seconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":136,"b":144},{"a":304,"b":312},{"a":480,"b":488}]},{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":567,"b":570}]}],"statement":"update pevensie.session set\n  created_at =\n    ((created_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))\n      at time zone 'UTC',\n  last_seen_at =\n    ((last_seen_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))\n      at time zone 'UTC',\n  authenticated_at =\n    ((authenticated_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))\n      at time zone 'UTC'\nwhere id operator(pg_catalog.=) :id!::pg_catalog.uuid\nreturning true as \"changed!\""};

/**
 * Query generated from SQL:
 * ```
 * update pevensie.session set
 *   created_at =
 *     ((created_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))
 *       at time zone 'UTC',
 *   last_seen_at =
 *     ((last_seen_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))
 *       at time zone 'UTC',
 *   authenticated_at =
 *     ((authenticated_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))
 *       at time zone 'UTC'
 * where id operator(pg_catalog.=) :id!::pg_catalog.uuid
 * returning true as "changed!"
 * ```
 */
export const ageTestSession = new PreparedQuery<IAgeTestSessionParams,IAgeTestSessionResult>(ageTestSessionIR);


/** 'ExpireTestApiKey' parameters type */
export interface IExpireTestApiKeyParams {
  id: string;
}

/** 'ExpireTestApiKey' return type */
export interface IExpireTestApiKeyResult {
  changed: boolean;
}

/** 'ExpireTestApiKey' query type */
export interface IExpireTestApiKeyQuery {
  params: IExpireTestApiKeyParams;
  result: IExpireTestApiKeyResult;
}

const expireTestApiKeyIR: any = {"usedParamSet":{"id":true},"params":[{"name":"id","required":true,"transform":{"type":"scalar"},"locs":[{"a":91,"b":94}]}],"statement":"update pevensie.api_key set expires_at = current_timestamp\nwhere id operator(pg_catalog.=) :id!::pg_catalog.uuid\nreturning true as \"changed!\""};

/**
 * Query generated from SQL:
 * ```
 * update pevensie.api_key set expires_at = current_timestamp
 * where id operator(pg_catalog.=) :id!::pg_catalog.uuid
 * returning true as "changed!"
 * ```
 */
export const expireTestApiKey = new PreparedQuery<IExpireTestApiKeyParams,IExpireTestApiKeyResult>(expireTestApiKeyIR);


/** 'ExpireTestTokens' parameters type */
export interface IExpireTestTokensParams {
  userId: string;
}

/** 'ExpireTestTokens' return type */
export interface IExpireTestTokensResult {
  changed: boolean;
}

/** 'ExpireTestTokens' query type */
export interface IExpireTestTokensQuery {
  params: IExpireTestTokensParams;
  result: IExpireTestTokensResult;
}

const expireTestTokensIR: any = {"usedParamSet":{"userId":true},"params":[{"name":"userId","required":true,"transform":{"type":"scalar"},"locs":[{"a":121,"b":128},{"a":392,"b":399}]}],"statement":"with of_mail as (\n  update pevensie.user_token set expires_at = current_timestamp\n  where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n  returning true\n),\nof_passwords as (\n  update pevensie.one_time_token set\n    expires_at = current_timestamp,\n    earlier_expire_at = array(select current_timestamp from pg_catalog.unnest(earlier_hashes))\n  where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid\n  returning true\n)\nselect true as \"changed!\" from of_mail\nunion all\nselect true from of_passwords"};

/**
 * Query generated from SQL:
 * ```
 * with of_mail as (
 *   update pevensie.user_token set expires_at = current_timestamp
 *   where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *   returning true
 * ),
 * of_passwords as (
 *   update pevensie.one_time_token set
 *     expires_at = current_timestamp,
 *     earlier_expire_at = array(select current_timestamp from pg_catalog.unnest(earlier_hashes))
 *   where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
 *   returning true
 * )
 * select true as "changed!" from of_mail
 * union all
 * select true from of_passwords
 * ```
 */
export const expireTestTokens = new PreparedQuery<IExpireTestTokensParams,IExpireTestTokensResult>(expireTestTokensIR);


/** 'AgeTestLogInLimits' parameters type */
export interface IAgeTestLogInLimitsParams {
  seconds: number;
}

/** 'AgeTestLogInLimits' return type */
export interface IAgeTestLogInLimitsResult {
  changed: boolean;
}

/** 'AgeTestLogInLimits' query type */
export interface IAgeTestLogInLimitsQuery {
  params: IAgeTestLogInLimitsParams;
  result: IAgeTestLogInLimitsResult;
}

const ageTestLogInLimitsIR: any = {"usedParamSet":{"seconds":true},"params":[{"name":"seconds","required":true,"transform":{"type":"scalar"},"locs":[{"a":166,"b":174},{"a":410,"b":418}]}],"statement":"with budgets as (\n  update pevensie.log_in_budget set\n    expires_at =\n      ((expires_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))\n        at time zone 'UTC'\n  returning true\n),\nexemptions as (\n  update pevensie.log_in_exemption set\n    expires_at =\n      ((expires_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))\n        at time zone 'UTC'\n  returning true\n)\nselect true as \"changed!\" from budgets\nunion all\nselect true from exemptions"};

/**
 * Query generated from SQL:
 * ```
 * with budgets as (
 *   update pevensie.log_in_budget set
 *     expires_at =
 *       ((expires_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))
 *         at time zone 'UTC'
 *   returning true
 * ),
 * exemptions as (
 *   update pevensie.log_in_exemption set
 *     expires_at =
 *       ((expires_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))
 *         at time zone 'UTC'
 *   returning true
 * )
 * select true as "changed!" from budgets
 * union all
 * select true from exemptions
 * ```
 */
export const ageTestLogInLimits = new PreparedQuery<IAgeTestLogInLimitsParams,IAgeTestLogInLimitsResult>(ageTestLogInLimitsIR);


/** 'ExpireTestCacheEntry' parameters type */
export interface IExpireTestCacheEntryParams {
  key: string;
  resourceType: string;
}

/** 'ExpireTestCacheEntry' return type */
export interface IExpireTestCacheEntryResult {
  changed: boolean;
}

/** 'ExpireTestCacheEntry' query type */
export interface IExpireTestCacheEntryQuery {
  params: IExpireTestCacheEntryParams;
  result: IExpireTestCacheEntryResult;
}

const expireTestCacheEntryIR: any = {"usedParamSet":{"resourceType":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":222,"b":235},{"a":520,"b":533}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":289,"b":293},{"a":587,"b":591}]}],"statement":"-- A lease for the entry stays valid: it knows the entry by the transaction that wrote the row.\nwith changed as (\n  update pevensie.cache set expires_at = current_timestamp\n  where\n    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n    and key operator(pg_catalog.=) :key!::pg_catalog.text\n  returning true as changed, xmin\n),\nleased as (\n  update pevensie.cache_lease set acquired_by = changed.xmin::pg_catalog.text::pg_catalog.xid8\n  from changed\n  where\n    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n    and key operator(pg_catalog.=) :key!::pg_catalog.text\n)\nselect changed as \"changed!\" from changed"};

/**
 * Query generated from SQL:
 * ```
 * -- A lease for the entry stays valid: it knows the entry by the transaction that wrote the row.
 * with changed as (
 *   update pevensie.cache set expires_at = current_timestamp
 *   where
 *     resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *     and key operator(pg_catalog.=) :key!::pg_catalog.text
 *   returning true as changed, xmin
 * ),
 * leased as (
 *   update pevensie.cache_lease set acquired_by = changed.xmin::pg_catalog.text::pg_catalog.xid8
 *   from changed
 *   where
 *     resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *     and key operator(pg_catalog.=) :key!::pg_catalog.text
 * )
 * select changed as "changed!" from changed
 * ```
 */
export const expireTestCacheEntry = new PreparedQuery<IExpireTestCacheEntryParams,IExpireTestCacheEntryResult>(expireTestCacheEntryIR);


/** 'EndTestCacheGrace' parameters type */
export interface IEndTestCacheGraceParams {
  key: string;
  resourceType: string;
}

/** 'EndTestCacheGrace' return type */
export interface IEndTestCacheGraceResult {
  changed: boolean;
}

/** 'EndTestCacheGrace' query type */
export interface IEndTestCacheGraceQuery {
  params: IEndTestCacheGraceParams;
  result: IEndTestCacheGraceResult;
}

const endTestCacheGraceIR: any = {"usedParamSet":{"resourceType":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":157,"b":170},{"a":455,"b":468}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":224,"b":228},{"a":522,"b":526}]}],"statement":"-- Like expireTestCacheEntry.\nwith changed as (\n  update pevensie.cache set stale_until = current_timestamp\n  where\n    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n    and key operator(pg_catalog.=) :key!::pg_catalog.text\n  returning true as changed, xmin\n),\nleased as (\n  update pevensie.cache_lease set acquired_by = changed.xmin::pg_catalog.text::pg_catalog.xid8\n  from changed\n  where\n    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n    and key operator(pg_catalog.=) :key!::pg_catalog.text\n)\nselect changed as \"changed!\" from changed"};

/**
 * Query generated from SQL:
 * ```
 * -- Like expireTestCacheEntry.
 * with changed as (
 *   update pevensie.cache set stale_until = current_timestamp
 *   where
 *     resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *     and key operator(pg_catalog.=) :key!::pg_catalog.text
 *   returning true as changed, xmin
 * ),
 * leased as (
 *   update pevensie.cache_lease set acquired_by = changed.xmin::pg_catalog.text::pg_catalog.xid8
 *   from changed
 *   where
 *     resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *     and key operator(pg_catalog.=) :key!::pg_catalog.text
 * )
 * select changed as "changed!" from changed
 * ```
 */
export const endTestCacheGrace = new PreparedQuery<IEndTestCacheGraceParams,IEndTestCacheGraceResult>(endTestCacheGraceIR);


/** 'ExpireTestCacheLease' parameters type */
export interface IExpireTestCacheLeaseParams {
  key: string;
  resourceType: string;
}

/** 'ExpireTestCacheLease' return type */
export interface IExpireTestCacheLeaseResult {
  changed: boolean;
}

/** 'ExpireTestCacheLease' query type */
export interface IExpireTestCacheLeaseQuery {
  params: IExpireTestCacheLeaseParams;
  result: IExpireTestCacheLeaseResult;
}

const expireTestCacheLeaseIR: any = {"usedParamSet":{"resourceType":true,"key":true},"params":[{"name":"resourceType","required":true,"transform":{"type":"scalar"},"locs":[{"a":108,"b":121}]},{"name":"key","required":true,"transform":{"type":"scalar"},"locs":[{"a":173,"b":177}]}],"statement":"update pevensie.cache_lease set expires_at = current_timestamp\nwhere\n  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text\n  and key operator(pg_catalog.=) :key!::pg_catalog.text\nreturning true as \"changed!\""};

/**
 * Query generated from SQL:
 * ```
 * update pevensie.cache_lease set expires_at = current_timestamp
 * where
 *   resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
 *   and key operator(pg_catalog.=) :key!::pg_catalog.text
 * returning true as "changed!"
 * ```
 */
export const expireTestCacheLease = new PreparedQuery<IExpireTestCacheLeaseParams,IExpireTestCacheLeaseResult>(expireTestCacheLeaseIR);


