import { placeCacheEntries } from "#generated/statements.js";
import type { Executor } from "../../execution/executor.js";
import type { Statement } from "../../protocol/statement.js";
import type { NameColumns } from "./names.js";

/**
 * Runs a write whose outcome depends on the existing entries. Its ON CONFLICT clause decides; in a distributed schema, where that clause
 * may not read the time, a first statement locks the entries and a second one decides.
 */
export function writeByState<Params extends NameColumns, Row>(
  executor: Executor,
  statement: Statement<Params, Row>,
  params: Params,
): Promise<Row[]> {
  if (!executor.isDistributed) return executor.write(statement, params);
  return executor.transaction(async (transaction) => {
    await transaction.write(placeCacheEntries, params);
    return transaction.write(statement, params);
  });
}
