/**
 * Refuses patterns in queries/ that Citus does not accept of a statement on the tables of one shard, as tenants' schemas have them. The
 * rules are those of its planner (multi_router_planner.c and insert_select_planner.c of Citus 13.2), as far as a parse tree shows them.
 *
 * @module
 */
import { parse } from "libpg-query";
import { distributedSql } from "../src/postgres/execution/distributed-sql.js";

type Node = Readonly<Record<string, unknown>>;

/** Statements that break a rule, and what is sent in their place where Citus distributes the schema (distributed-statements.ts). */
export const REPLACED: Readonly<Record<string, string>> = {
  deleteUser: "citusDeleteUser",
  proveMailbox: "citusProveMailbox",
  endUserAccess: "citusEndUserAccess",
  saveIdentity: "citusSaveIdentity",
  deleteCacheEntry: "citusDeleteCacheEntry",
  getCachePages: "citusGetCachePages",
  invalidateCacheTags: "citusInvalidateCacheTags",
  removeSeenCacheInvalidations: "citusRemoveSeenInvalidations",
  setCacheEntriesIfAbsent: "citusSetCacheEntriesIfAbsent",
  incrementCacheEntries: "citusIncrementCacheEntries",
  admitLimitedCalls: "citusAdmitLimitedCalls",
  // Called by drivers/cache/leases.ts, with other parameters.
  acquireCacheLease: "citusAcquireCacheLease",
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

/** What reads files of a table: that of the table's own name is empty. `tableoid` is that of the rows. */
const PHYSICAL: ReadonlySet<string> = new Set(["pg_relation_size", "pg_table_size", "pg_total_relation_size"]);

/** Transactions of the node that executes them: in a SELECT that of the rows, elsewhere that which the statement is sent to. */
const OF_NODE: ReadonlySet<string> = new Set(["pg_current_snapshot", "pg_current_xact_id"]);

/** Numbers in place of parameters: those that are never NULL, and the others. */
const REQUIRED = 1;
const NULLABLE = 2;

/**
 * Returns what Citus would refuse in a statement, or do wrong, after the rewriting of `distributedSql()`; parameters as in queries/.
 * Empty for a statement in whose place another one is sent.
 */
export async function distributionProblemsOf(name: string, sql: string): Promise<string[]> {
  const rewritten = distributedSql(sql).replaceAll(/(?<!:):[A-Za-z_]\w*(!?)/g, (_, required) =>
    required === "" ? `$${NULLABLE}` : `$${REQUIRED}`,
  );
  const tree: unknown = await parse(rewritten);
  const problems = [
    ...problemsOfText(sql),
    ...problemsOfStatement(tree),
    ...[...nodesOf(tree)].flatMap((node) => [...problemsOfNode(node)]),
  ];
  if (!(name in REPLACED)) return [...new Set(problems)];
  return problems.length > 0 ? [] : ["is in the list of scripts/check-distribution.ts, and breaks no rule"];
}

/** Citus does not notice parameters in `tablesample`, and sends null for one that stands nowhere else. */
function* problemsOfText(sql: string): Generator<string> {
  const samples = [...sql.matchAll(/\btablesample\s+\w+\s*\((?:[^()]|\([^()]*\))*\)/g)].join("\n");
  const parametersOf = (text: string) => [...text.matchAll(/(?<!:):[A-Za-z_]\w*/g)].map(([parameter]) => parameter);
  const everywhere = parametersOf(sql);
  for (const parameter of new Set(parametersOf(samples))) {
    const inside = parametersOf(samples).filter((other) => other === parameter);
    if (everywhere.filter((other) => other === parameter).length === inside.length) {
      yield `has the parameter ${parameter} in tablesample alone`;
    }
  }
}

function* problemsOfStatement(tree: unknown): Generator<string> {
  const nodes = [...nodesOf(tree)];
  const hasInsert = nodes.some(({ InsertStmt }) => InsertStmt !== undefined);
  const readsTables = nodes.some(({ RangeVar }) => (RangeVar as Node | undefined)?.["schemaname"] === "pevensie");
  const calls = nodes.flatMap(({ FuncCall }) =>
    FuncCall === undefined ? [] : [namesIn((FuncCall as Node)["funcname"])],
  );
  if (readsTables && calls.some(([schema]) => schema === "pevensie")) {
    yield "calls a function of the schema beside its tables: where the rows are, it could not query";
  }
  // Common table expressions are executed one after the other beside an INSERT: rows may have moved, and conditions are those of each.
  if (hasInsert && nodes.some(({ ColumnRef }) => isColumn(ColumnRef, "ctid"))) yield "uses ctid beside an INSERT";
  if (!hasInsert) {
    for (const node of nodes) yield* problemsOfParts(node);
  }
  const outside = [...nodesOf(tree, "InsertStmt", "UpdateStmt", "DeleteStmt")];
  if (
    readsTables &&
    outside.some(({ FuncCall }) => FuncCall !== undefined && OF_NODE.has(functionOf(FuncCall as Node)))
  ) {
    yield "reads the transactions of the node with the rows";
  }
}

/** A change that no row can fulfil, given its parameters, keeps Citus from executing the other parts of the statement. */
function* problemsOfParts(node: Node): Generator<string> {
  const { CommonTableExpr, UpdateStmt, DeleteStmt } = node as Record<string, Node | undefined>;
  const query = CommonTableExpr?.["ctequery"] as Record<string, Node | undefined> | undefined;
  const whole = UpdateStmt ?? DeleteStmt;
  const part =
    query?.["UpdateStmt"] ?? query?.["DeleteStmt"] ?? (whole?.["withClause"] === undefined ? undefined : whole);
  if (part === undefined) return;
  for (const condition of conjunctsOf(part["whereClause"])) {
    if (isOfParameters(condition) || comparesWithNullable(condition)) {
      yield "has a condition that parameters alone can make false, in one of several parts";
    }
  }
}

function conjunctsOf(condition: unknown): unknown[] {
  const { BoolExpr } = (condition ?? {}) as { BoolExpr?: { boolop: string; args: unknown[] } };
  if (BoolExpr?.boolop === "AND_EXPR") return BoolExpr.args.flatMap(conjunctsOf);
  return condition === undefined ? [] : [condition];
}

/** Whether a condition depends on parameters alone, and on more than whether they are null. */
function isOfParameters(condition: unknown): boolean {
  const nodes = [...nodesOf(condition)];
  if (nodes.some(({ ColumnRef, SubLink }) => (ColumnRef ?? SubLink) !== undefined)) return false;
  return [...nodesOf(condition, "NullTest")].some(({ ParamRef }) => ParamRef !== undefined);
}

/** Whether a condition is `column = :parameter` for a parameter that may be null. */
function comparesWithNullable(condition: unknown): boolean {
  const { A_Expr } = (condition ?? {}) as { A_Expr?: Node };
  if (A_Expr === undefined) return false;
  return [A_Expr["lexpr"], A_Expr["rexpr"]].some((side) => {
    const { TypeCast, ParamRef } = (side ?? {}) as Record<string, Node | undefined>;
    const parameter = ParamRef ?? (TypeCast?.["arg"] as Record<string, Node> | undefined)?.["ParamRef"];
    return parameter?.["number"] === NULLABLE;
  });
}

function isColumn(column: unknown, name: string): boolean {
  return column !== undefined && namesIn((column as Node)["fields"]).at(-1) === name;
}

function* problemsOfNode(node: Node): Generator<string> {
  const { InsertStmt, UpdateStmt, DeleteStmt, FuncCall } = node as Record<string, Node | undefined>;
  if (InsertStmt !== undefined) yield* problemsOfInsert(InsertStmt);
  const changed = UpdateStmt ?? DeleteStmt;
  if (changed !== undefined) {
    if (hasMutable(changed["returningClause"])) yield "calls a function in RETURNING that is not immutable";
    const { targetList, whereClause } = changed;
    if ([...callsIn([targetList, whereClause])].some((call) => VOLATILE.has(call))) {
      yield "calls a volatile function in an UPDATE or DELETE: do so in a CTE, and take the value from there";
    }
    if (addsToColumn([targetList, whereClause])) yield ADDS;
    if (hasMutableBranch([targetList, whereClause])) {
      yield "depends on the time within CASE or COALESCE of an UPDATE or DELETE: take the time from a subquery or CTE";
    }
  }
  if (FuncCall !== undefined && PHYSICAL.has(functionOf(FuncCall))) {
    const [table] = FuncCall["args"] as readonly Record<string, unknown>[];
    if (!isColumn(table?.["ColumnRef"], "tableoid"))
      yield `calls ${functionOf(FuncCall)} for something other than tableoid`;
  }
}

function* problemsOfInsert({ selectStmt, onConflictClause, returningClause }: Node): Generator<string> {
  // An INSERT … SELECT returns the rows of the coordinator, which may call anything.
  const values = ((selectStmt as Node | undefined)?.["SelectStmt"] as Node | undefined)?.["valuesLists"];
  const from = ((selectStmt as Node | undefined)?.["SelectStmt"] as Node | undefined)?.["fromClause"] ?? [];
  if ((from as readonly Node[]).some(({ RangeVar }) => (RangeVar as Node | undefined)?.["schemaname"] !== undefined)) {
    yield "selects from a table in an INSERT: do so in a CTE that locks the rows";
  }
  if (values !== undefined && hasMutable(returningClause)) yield "calls a function in RETURNING that is not immutable";
  if (hasMutable(onConflictClause)) yield "calls a function in ON CONFLICT that is not immutable";
  if (addsToColumn(onConflictClause)) yield ADDS;
  const conflictNodes = [...nodesOf(onConflictClause)];
  if (conflictNodes.some(({ SubLink }) => SubLink !== undefined)) yield "has a subquery in ON CONFLICT";
  if (conflictNodes.some(({ A_Indices }) => (A_Indices as Node | undefined)?.["is_slice"] === true)) {
    yield "has a slice of an array in ON CONFLICT, which ends the server process";
  }
}

const ADDS = "adds an interval to a column, which depends on the time zone: do so in a CTE, or at time zone 'UTC'";

/** Whether something adds an interval to a time that is a column's, and not in UTC. Citus does not look into subqueries for this. */
function addsToColumn(tree: unknown): boolean {
  return [...nodesOf(tree, "SubLink")].some(({ A_Expr }) => {
    const { name, lexpr, rexpr } = (A_Expr ?? {}) as Record<string, unknown>;
    if (!["+", "-"].includes(namesIn(name ?? []).at(-1) ?? "")) return false;
    const { FuncCall } = (lexpr ?? {}) as { FuncCall?: Node };
    const isInUtc = FuncCall !== undefined && functionOf(FuncCall) === "timezone";
    const hasColumn = [...nodesOf(lexpr)].some(({ ColumnRef }) => ColumnRef !== undefined);
    return hasColumn && !isInUtc && isInterval(rexpr);
  });
}

/** Whether something is an interval, as far as its form shows: a length of time, or the difference of two columns. */
function isInterval(tree: unknown): boolean {
  const { A_Expr, FuncCall, TypeCast } = (tree ?? {}) as Record<string, Node | undefined>;
  if (FuncCall !== undefined) return functionOf(FuncCall) === "make_interval";
  if (TypeCast !== undefined) return namesIn((TypeCast["typeName"] as Node)["names"]).at(-1) === "interval";
  const operator = A_Expr === undefined ? "" : namesIn(A_Expr["name"]).at(-1);
  if (operator === "*") return isInterval(A_Expr?.["lexpr"]) || isInterval(A_Expr?.["rexpr"]);
  return operator === "-" && [...nodesOf(A_Expr)].some(({ ColumnRef }) => ColumnRef !== undefined);
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

/** Every object of a parse tree, outer ones first, except for what is in nodes of some kinds. */
function* nodesOf(tree: unknown, ...except: readonly string[]): Generator<Node> {
  if (typeof tree !== "object" || tree === null) return;
  if (!Array.isArray(tree)) yield tree as Node;
  for (const [key, child] of Object.entries(tree)) if (!except.includes(key)) yield* nodesOf(child, ...except);
}
