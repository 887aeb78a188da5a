/**
 * Equivalent to cache_tags_are_current(), with a plain join for the transactions in progress. On the node with the rows, a function
 * cannot query the schema's tables.
 */
const tagsAreCurrent = (tags: string, snapshot: string) => `(not exists (
  select
  from pg_catalog.unnest(${tags}) as wanted(tag)
  cross join lateral (
    select invalidation.xact_id
    from pevensie.cache_invalidation as invalidation
    where invalidation.tag operator(pg_catalog.=) wanted.tag
    order by invalidation.tag desc, invalidation.xact_id desc
    limit 1
  ) as latest
  where
    latest.xact_id operator(pg_catalog.>=) pg_catalog.pg_snapshot_xmin(${snapshot})
    and (
      latest.xact_id operator(pg_catalog.>=) pg_catalog.pg_snapshot_xmax(${snapshot})
      or exists (
        select
        from pevensie.cache_invalidation as invalidation
        join pg_catalog.pg_snapshot_xip(${snapshot}) as missed(xact_id)
          on missed.xact_id operator(pg_catalog.=) invalidation.xact_id
        where invalidation.tag operator(pg_catalog.=) wanted.tag
      )
    )
))`;

/**
 * Rewrites SQL of queries/ for the tables of a distributed schema, into equivalent SQL that Citus accepts:
 *
 * - RETURNING calls nothing that depends on a setting, as `extract()` of a timestamptz could.
 * - An UPDATE or DELETE calls no volatile function, so that there is no lock timeout: it would be set on another node than that of the
 *   rows. A write that meets a locked row waits for it until `query_timeout`.
 * - No function queries tables.
 */
export function distributedSql(sql: string): string {
  return sql
    .replaceAll(/\bextract\(epoch from ([a-z_]+(?:\.[a-z_]+)?)\)/g, "extract(epoch from $1 at time zone 'UTC')")
    .replaceAll(/pg_catalog\.set_config\('lock_timeout', (\S+), true\)/g, "$1")
    .replaceAll(/pevensie\.cache_tags_are_current\(([^\s,]+), ([^\s,)]+)\)/g, (_, tags, snapshot) =>
      tagsAreCurrent(tags, snapshot),
    );
}
