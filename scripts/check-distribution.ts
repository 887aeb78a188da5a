/**
 * Refuses patterns in queries/ that Citus does not accept of a statement on the tables of one shard, as tenants' schemas have them. The
 * rules are those of its planner (multi_router_planner.c and insert_select_planner.c of Citus 13.2), as far as a parse tree shows them.
 *
 * @module
 */
import { parse } from "libpg-query";

type Node = Readonly<Record<string, unknown>>;

/** Statements that break a rule, and what of the package is not available on Citus for it. A new one needs a good reason. */
const KNOWN: Readonly<Record<string, string>> = {
  spendLogInBudgets: "limits on failed logins: a budget depends on the time of the statement",
  getCachePages: "sweeps of the cache go by pages: an index on the expiry would slow down every upsert",
  removeExpiredCacheEntries: "sweeps of the cache",
  evictCacheEntries: "sweeps of the cache",
  invalidateCacheTags: "tags",
  deleteCacheEntry: "cache.delete: the lock timeout is set where a row was found",
  setCacheEntriesIfAbsent: "cache.setIfAbsent",
  incrementCacheEntries: "cache.increment",
  admitLimitedCalls: "cache.rateLimit",
  acquireCacheLease: "cache.getOrSet of a missing value",
  storeUnderCacheLease: "cache.getOrSet of a missing value",
  releaseCacheLease: "cache.getOrSet of a missing value",
};

/** Functions that Citus may evaluate where it wants to: PostgreSQL marks them immutable. */
const IMMUTABLE: ReadonlySet<string> = new Set([
  "array_prepend",
  "cardinality",
  "jsonb_array_length",
  "make_interval",
  "octet_length",
  "split_part",
  "timezone",
  "trim_array",
]);

const VOLATILE: ReadonlySet<string> = new Set(["clock_timestamp", "gen_random_uuid", "random", "set_config"]);

/** Where the rows of a table are, which Citus does not know of another node's. */
const PHYSICAL: ReadonlySet<string> = new Set(["pg_relation_size", "pg_table_size", "pg_total_relation_size"]);

/** Returns what Citus would refuse in a statement, parameters as in queries/. Empty for a statement that is known to be refused. */
export async function distributionProblemsOf(name: string, sql: string): Promise<string[]> {
  const tree: unknown = await parse(sql.replaceAll(/(?<!:):[A-Za-z_]\w*!?/g, "$1"));
  const problems = [...nodesOf(tree)].flatMap((node) => [...problemsOfNode(node)]);
  if (!(name in KNOWN)) return problems;
  return problems.length > 0 ? [] : [`is in the list of scripts/check-distribution.ts, and breaks no rule`];
}

function* problemsOfNode(node: Node): Generator<string> {
  const { InsertStmt, UpdateStmt, DeleteStmt, ColumnRef, FuncCall } = node as Record<string, Node | undefined>;
  if (InsertStmt !== undefined) yield* problemsOfInsert(InsertStmt);
  const changed = UpdateStmt ?? DeleteStmt;
  if (changed !== undefined) {
    if (hasMutable(changed["returningClause"])) yield "calls a function in RETURNING that is not immutable";
    const { targetList, whereClause } = changed;
    if ([...callsIn([targetList, whereClause])].some((call) => VOLATILE.has(call))) {
      yield "calls a volatile function in an UPDATE or DELETE: do so in a CTE, and take the value from there";
    }
    if (hasMutableBranch([targetList, whereClause])) {
      yield "depends on the time within CASE or COALESCE of an UPDATE or DELETE: take the time from a subquery or CTE";
    }
  }
  if (ColumnRef !== undefined && namesIn(ColumnRef["fields"]).at(-1) === "ctid") yield "uses ctid";
  if (FuncCall !== undefined && PHYSICAL.has(functionOf(FuncCall))) yield `calls ${functionOf(FuncCall)}`;
}

function* problemsOfInsert({ selectStmt, onConflictClause, returningClause }: Node): Generator<string> {
  // An INSERT … SELECT returns the rows of the coordinator, which may call anything.
  const values = ((selectStmt as Node | undefined)?.["SelectStmt"] as Node | undefined)?.["valuesLists"];
  if (values !== undefined && hasMutable(returningClause)) yield "calls a function in RETURNING that is not immutable";
  if (hasMutable(onConflictClause)) yield "calls a function in ON CONFLICT that is not immutable";
  if ([...nodesOf(onConflictClause)].some(({ SubLink }) => SubLink !== undefined))
    yield "has a subquery in ON CONFLICT";
}

/** Whether something depends on the time, or calls a function that is not known to be immutable. */
function hasMutable(tree: unknown): boolean {
  if ([...nodesOf(tree)].some(({ SQLValueFunction }) => SQLValueFunction !== undefined)) return true;
  return [...nodesOf(tree)].some(({ FuncCall }) => {
    if (FuncCall === undefined) return false;
    const call = functionOf(FuncCall as Node);
    return !(IMMUTABLE.has(call) || (call === "extract" && isOfLocalTime(FuncCall as Node)));
  });
}

/** `extract(… from … at time zone 'UTC')` is of a timestamp without time zone, which no setting of the connection changes. */
function isOfLocalTime({ args }: Node): boolean {
  const from = (args as readonly Node[])[1]?.["FuncCall"] as Node | undefined;
  return from !== undefined && functionOf(from) === "timezone";
}

/** Citus does not look into subqueries for this. */
function hasMutableBranch(tree: unknown): boolean {
  return [...nodesOf(tree, "SubLink")].some(
    ({ CaseExpr, CoalesceExpr }) => (CaseExpr ?? CoalesceExpr) !== undefined && hasTime(CaseExpr ?? CoalesceExpr),
  );
}

function hasTime(tree: unknown): boolean {
  return [...nodesOf(tree, "SubLink")].some(({ SQLValueFunction }) => SQLValueFunction !== undefined);
}

function* callsIn(tree: unknown): Generator<string> {
  for (const { FuncCall } of nodesOf(tree)) if (FuncCall !== undefined) yield functionOf(FuncCall as Node);
}

function functionOf({ funcname }: Node): string {
  return namesIn(funcname).at(-1) ?? "";
}

function namesIn(list: unknown): string[] {
  return (list as readonly { String?: { sval?: string } }[]).map((part) => part.String?.sval ?? "");
}

/** Every object of a parse tree, outer ones first, except for what is in nodes of one kind. */
function* nodesOf(tree: unknown, except?: string): Generator<Node> {
  if (typeof tree !== "object" || tree === null) return;
  if (!Array.isArray(tree)) yield tree as Node;
  for (const [key, child] of Object.entries(tree)) if (key !== except) yield* nodesOf(child, except);
}
