// DO NOT EDIT: made from queries/ by `npm run generate`.
/** Types generated for queries found in "queries/cache_invalidation.sql" */
import { PreparedQuery } from '@pgtyped/runtime';

/** A type of parameters or columns. */
export type stringArray = (string)[];

/** 'InvalidateCacheTags' parameters type */
export interface IInvalidateCacheTagsParams {
  tags: stringArray;
}

/** 'InvalidateCacheTags' return type */
export type IInvalidateCacheTagsResult = void;

/** 'InvalidateCacheTags' query type */
export interface IInvalidateCacheTagsQuery {
  params: IInvalidateCacheTagsParams;
  result: IInvalidateCacheTagsResult;
}

const invalidateCacheTagsIR: any = {"usedParamSet":{"tags":true},"params":[{"name":"tags","required":true,"transform":{"type":"scalar"},"locs":[{"a":728,"b":733},{"a":1413,"b":1418}]}],"statement":"-- Takes effect with the commit of the transaction, for every value that was computed before that. Removes earlier invalidations that\n-- the new one comprises: whoever sees it commit has seen them. Where another transaction does the same, both go on without waiting.\n-- After a long transaction there may be many of them, which must not keep one caller waiting. The lower bound makes PostgreSQL\n-- expect few rows, and use the index.\n-- At other isolation levels nothing is read: a row that was removed concurrently, or a scan of the table, would fail one of two\n-- transactions of the application.\nwith superseded as (\n  select ctid as place from pevensie.cache_invalidation\n  where\n    tag operator(pg_catalog.=) any ((select :tags!::pg_catalog.text[])::pg_catalog.text[])\n    and xact_id operator(pg_catalog.<) pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())\n    and xact_id operator(pg_catalog.>=) '0'::pg_catalog.xid8\n    and pg_catalog.current_setting('transaction_isolation') operator(pg_catalog.=) 'read committed'\n  limit 1000\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache_invalidation\n  where\n    ctid operator(pg_catalog.=) any (array(select place from superseded))\n    and pg_catalog.current_setting('transaction_isolation') operator(pg_catalog.=) 'read committed'\n)\ninsert into pevensie.cache_invalidation (tag, xact_id, invalidated_at)\nselect pg_catalog.unnest(:tags!::pg_catalog.text[]), pg_catalog.pg_current_xact_id(), pg_catalog.clock_timestamp()\non conflict (tag, xact_id) do nothing"};

/**
 * Query generated from SQL:
 * ```
 * -- Takes effect with the commit of the transaction, for every value that was computed before that. Removes earlier invalidations that
 * -- the new one comprises: whoever sees it commit has seen them. Where another transaction does the same, both go on without waiting.
 * -- After a long transaction there may be many of them, which must not keep one caller waiting. The lower bound makes PostgreSQL
 * -- expect few rows, and use the index.
 * -- At other isolation levels nothing is read: a row that was removed concurrently, or a scan of the table, would fail one of two
 * -- transactions of the application.
 * with superseded as (
 *   select ctid as place from pevensie.cache_invalidation
 *   where
 *     tag operator(pg_catalog.=) any ((select :tags!::pg_catalog.text[])::pg_catalog.text[])
 *     and xact_id operator(pg_catalog.<) pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())
 *     and xact_id operator(pg_catalog.>=) '0'::pg_catalog.xid8
 *     and pg_catalog.current_setting('transaction_isolation') operator(pg_catalog.=) 'read committed'
 *   limit 1000
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.cache_invalidation
 *   where
 *     ctid operator(pg_catalog.=) any (array(select place from superseded))
 *     and pg_catalog.current_setting('transaction_isolation') operator(pg_catalog.=) 'read committed'
 * )
 * insert into pevensie.cache_invalidation (tag, xact_id, invalidated_at)
 * select pg_catalog.unnest(:tags!::pg_catalog.text[]), pg_catalog.pg_current_xact_id(), pg_catalog.clock_timestamp()
 * on conflict (tag, xact_id) do nothing
 * ```
 */
export const invalidateCacheTags = new PreparedQuery<IInvalidateCacheTagsParams,IInvalidateCacheTagsResult>(invalidateCacheTagsIR);


/** 'RemoveSeenCacheInvalidations' parameters type */
export interface IRemoveSeenCacheInvalidationsParams {
  batchSize: number;
  from: string;
}

/** 'RemoveSeenCacheInvalidations' return type */
export interface IRemoveSeenCacheInvalidationsResult {
  lastTag: string | null;
  milliseconds: string | null;
  removed: number | null;
}

/** 'RemoveSeenCacheInvalidations' query type */
export interface IRemoveSeenCacheInvalidationsQuery {
  params: IRemoveSeenCacheInvalidationsParams;
  result: IRemoveSeenCacheInvalidationsResult;
}

const removeSeenCacheInvalidationsIR: any = {"usedParamSet":{"from":true,"batchSize":true},"params":[{"name":"from","required":true,"transform":{"type":"scalar"},"locs":[{"a":831,"b":836}]},{"name":"batchSize","required":true,"transform":{"type":"scalar"},"locs":[{"a":1050,"b":1060}]}],"statement":"-- One batch of a sweep, by tag: invalidations that the snapshot of every entry and of every lease sees, so that nothing depends on\n-- them. They are kept for an hour in any case: a statement that stores an entry may not have committed yet.\nwith oldest as (\n  select\n    least(\n      (\n        select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache\n        where snapshot is not null\n        order by pg_catalog.pg_snapshot_xmin(snapshot)\n        limit 1\n      ),\n      (\n        select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache_lease\n        order by pg_catalog.pg_snapshot_xmin(snapshot)\n        limit 1\n      ),\n      pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())\n    ) as xmin\n),\nseen as (\n  select tag, xact_id from pevensie.cache_invalidation\n  where\n    tag operator(pg_catalog.>=) :from!::pg_catalog.text\n    and xact_id operator(pg_catalog.<) (select xmin from oldest)\n    and invalidated_at operator(pg_catalog.<) (current_timestamp operator(pg_catalog.-) interval '1 hour')\n  order by tag\n  limit :batchSize!::int\n  for update skip locked\n),\nremoved as (\n  delete from pevensie.cache_invalidation as invalidation\n  using seen\n  where\n    invalidation.tag operator(pg_catalog.=) seen.tag and invalidation.xact_id operator(pg_catalog.=) seen.xact_id\n  returning invalidation.tag\n)\nselect\n  pg_catalog.count(*)::int as removed,\n  pg_catalog.max(tag) as \"lastTag\",\n  extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())\n    operator(pg_catalog.*) 1000 as milliseconds\nfrom removed"};

/**
 * Query generated from SQL:
 * ```
 * -- One batch of a sweep, by tag: invalidations that the snapshot of every entry and of every lease sees, so that nothing depends on
 * -- them. They are kept for an hour in any case: a statement that stores an entry may not have committed yet.
 * with oldest as (
 *   select
 *     least(
 *       (
 *         select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache
 *         where snapshot is not null
 *         order by pg_catalog.pg_snapshot_xmin(snapshot)
 *         limit 1
 *       ),
 *       (
 *         select pg_catalog.pg_snapshot_xmin(snapshot) from pevensie.cache_lease
 *         order by pg_catalog.pg_snapshot_xmin(snapshot)
 *         limit 1
 *       ),
 *       pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())
 *     ) as xmin
 * ),
 * seen as (
 *   select tag, xact_id from pevensie.cache_invalidation
 *   where
 *     tag operator(pg_catalog.>=) :from!::pg_catalog.text
 *     and xact_id operator(pg_catalog.<) (select xmin from oldest)
 *     and invalidated_at operator(pg_catalog.<) (current_timestamp operator(pg_catalog.-) interval '1 hour')
 *   order by tag
 *   limit :batchSize!::int
 *   for update skip locked
 * ),
 * removed as (
 *   delete from pevensie.cache_invalidation as invalidation
 *   using seen
 *   where
 *     invalidation.tag operator(pg_catalog.=) seen.tag and invalidation.xact_id operator(pg_catalog.=) seen.xact_id
 *   returning invalidation.tag
 * )
 * select
 *   pg_catalog.count(*)::int as removed,
 *   pg_catalog.max(tag) as "lastTag",
 *   extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
 *     operator(pg_catalog.*) 1000 as milliseconds
 * from removed
 * ```
 */
export const removeSeenCacheInvalidations = new PreparedQuery<IRemoveSeenCacheInvalidationsParams,IRemoveSeenCacheInvalidationsResult>(removeSeenCacheInvalidationsIR);


