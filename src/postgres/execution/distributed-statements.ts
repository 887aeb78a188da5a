import * as statements from "#generated/statements.js";
import type { Statement } from "../protocol/statement.js";

type AnyStatement = Statement<never, unknown>;

/**
 * Statements that need another form in a schema that Citus distributes. Each pair has the same parameters and the same columns. On plain
 * PostgreSQL the second form would be slower.
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
  // In a transaction with placeCacheEntries: drivers/cache/placement.ts.
  [statements.setCacheEntriesIfAbsent, statements.citusSetCacheEntriesIfAbsent],
  [statements.incrementCacheEntries, statements.citusIncrementCacheEntries],
  [statements.admitLimitedCalls, statements.citusAdmitLimitedCalls],
];

const DISTRIBUTED: ReadonlyMap<AnyStatement, AnyStatement> = new Map(FORMS);

/** Returns the form of a statement for a schema that Citus distributes. */
export function distributedFormOf<Params, Row>(statement: Statement<Params, Row>): Statement<Params, Row> {
  return (DISTRIBUTED.get(statement) as Statement<Params, Row> | undefined) ?? statement;
}
