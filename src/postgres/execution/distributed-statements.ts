import * as statements from "#generated/statements.js";
import type { Statement } from "../protocol/statement.js";

type AnyStatement = Statement<never, unknown>;

/**
 * Statements that need another form in a schema that Citus distributes. Each pair has the same parameters and the same columns. Those of
 * the left would cost more on plain PostgreSQL in the form of the right.
 */
const FORMS: readonly (readonly [AnyStatement, AnyStatement])[] = [
  [statements.deleteUser, statements.citusDeleteUser],
  [statements.proveMailbox, statements.citusProveMailbox],
  [statements.endUserAccess, statements.citusEndUserAccess],
  [statements.saveIdentity, statements.citusSaveIdentity],
  [statements.deleteCacheEntry, statements.citusDeleteCacheEntry],
  [statements.getCachePages, statements.citusGetCachePages],
  [statements.invalidateCacheTags, statements.citusInvalidateCacheTags],
  [statements.removeSeenCacheInvalidations, statements.citusRemoveSeenInvalidations],
  // In a transaction with placeCacheEntries: drivers/cache-placement.ts.
  [statements.setCacheEntriesIfAbsent, statements.citusSetCacheEntriesIfAbsent],
  [statements.incrementCacheEntries, statements.citusIncrementCacheEntries],
  [statements.admitLimitedCalls, statements.citusAdmitLimitedCalls],
];

const DISTRIBUTED: ReadonlyMap<AnyStatement, AnyStatement> = new Map(FORMS);

/** Returns the form of a statement for a schema that Citus distributes. */
export function distributedFormOf<Params, Row>(statement: Statement<Params, Row>): Statement<Params, Row> {
  return (DISTRIBUTED.get(statement) as Statement<Params, Row> | undefined) ?? statement;
}

/** What cache_tags_are_current() returns. A function that is executed where the rows are cannot query tables of the schema. */
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
 * Rewrites SQL of queries/ into what Citus accepts of statements on the tables of a distributed schema, and what means the same:
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
