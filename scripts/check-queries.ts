/**
 * Refuses names in queries/ that Postgres would look up along the connection's search_path: setting another one could
 * otherwise replace an operator, a type or a function of a statement. Refuses copies of an expression that differ, and long lines, too.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "libpg-query";
import { distributionProblemsOf } from "./check-distribution.js";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Schemas whose names mean what the package means by them. */
const SCHEMAS: ReadonlySet<string> = new Set(["pg_catalog", "pevensie"]);

/** Lists of name parts in Postgres's parse tree, by what they name. What the grammar itself names is qualified there. */
const NAMES: Readonly<Record<string, string>> = {
  name: "operator",
  operName: "operator",
  useOp: "operator",
  funcname: "function",
  names: "type",
  collname: "collation",
  collation: "collation",
  opclass: "operator class",
};

/** Expressions with a name that can be qualified; the others look up an operator that cannot. */
const EXPRESSIONS: ReadonlySet<unknown> = new Set(["AEXPR_OP", "AEXPR_OP_ANY", "AEXPR_OP_ALL"]);

/** How the others are written. */
const CONSTRUCTS: Readonly<Record<string, string>> = {
  AEXPR_DISTINCT: "is distinct from",
  AEXPR_NOT_DISTINCT: "is not distinct from",
  AEXPR_NULLIF: "nullif",
  AEXPR_IN: "in",
  AEXPR_LIKE: "like",
  AEXPR_ILIKE: "ilike",
  AEXPR_SIMILAR: "similar to",
  AEXPR_BETWEEN: "between",
  AEXPR_NOT_BETWEEN: "not between",
  AEXPR_BETWEEN_SYM: "between symmetric",
  AEXPR_NOT_BETWEEN_SYM: "not between symmetric",
};

/**
 * Expressions that several queries must have in common; pgtyped has no fragments. A pattern finds the expression by what stands beside it,
 * so that it finds a copy that differs.
 */
const SAME_EVERYWHERE: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "the version of a user's access", pattern: /\S[^\n]*(?= as "?access_?version)/gi },
  { what: "the shape of a rate limit", pattern: /(?<=operator\(pg_catalog\.!~\) )'\^limit:[^']*'/g },
  // The comparison that admits calls has a shorter shape, which PostgreSQL matches faster (docs/performance-notes.md).
  { what: "the shape of a rate limit that is renewed", pattern: /(?<=operator\(pg_catalog\.~\) )'\^limit:[^']*'/g },
  { what: "the user of a session or an API key", pattern: /owner\.json as[\s\S]*?"largeUserMetadata"/g },
  { what: "the details of a session", pattern: /pg_catalog\.json_build_array\((?:[^()]|\([^()]*\))*\)/g },
  {
    what: "the columns of a user",
    pattern: /(?<=as "updatedAt!",\s+)extract\(epoch from (?:\w+\.)?deleted_at\)[\s\S]*?(?= as "bannedUntil")/g,
  },
  {
    what: "the comparison of access stamps",
    pattern:
      /\w+\.email operator\(pg_catalog\.<>\) requested\.email[\s\S]*?coalesce\(requested\.(?:[^()]|\([^()]*\))*\)/g,
  },
  { what: "the filter of users by their state", pattern: /case\s+when :state!(?:(?!\bend\b)[\s\S])*end/g },
  { what: "the users that match patterns", pattern: /(?<=^with matching as \()[\s\S]*?(?=^\)$)/gm },
  {
    what: "the condition that sets lock_timeout",
    pattern: /(?<=:lockTimeout::pg_catalog\.text is null\s+or )[^\n]*/g,
  },
  {
    what: "the lock-timeout filter",
    pattern: /coalesce\(\s*\(select pg_catalog\.set_config\('lock_timeout'(?:(?!is not null$)[\s\S])*is not null$/gm,
  },
  { what: "the time that a removal took", pattern: /\S[^\n]*\n[^\n]*(?= as milliseconds)/g },
  {
    what: "the time for which the use of an API key is not recorded again",
    pattern: /(?<=\blast_used_at operator\(pg_catalog\.(?:>|<=)\)\s*\((?:select )?)(?!select )(?:[^()]|\([^()]*\))*/g,
  },
];

type Node = Readonly<Record<string, unknown>>;

/** What a search_path could replace in one or more statements; parameters are written as in queries/. */
export async function problemsOf(sql: string): Promise<string[]> {
  const tree: unknown = await parse(sql.replaceAll(/(?<!:):[A-Za-z_]\w*!?/g, "$1"));
  const nodes = [...nodesOf(tree)];
  const queries = new Set(nodes.flatMap(({ ctename }) => (typeof ctename === "string" ? [ctename] : [])));
  return nodes.flatMap((node) => [...problemsOfNode(node, queries)]);
}

/** Returns which of the expressions that queries have in common differ, apart from aliases and blanks. */
export function differencesOf(sql: string): string[] {
  return SAME_EVERYWHERE.flatMap(({ what, pattern }) => {
    const copies = (sql.match(pattern) ?? []).map((copy) =>
      copy.replaceAll(/\b\w+\.(?=\w)/g, "").replaceAll(/\s+/g, " "),
    );
    if (copies.length < 2) return [`${what} has ${copies.length} copies: adapt the pattern, or remove it`];
    const texts = [...new Set(copies)];
    return texts.length === 1 ? [] : [`${what} differs between queries: ${texts.join(" and ")}`];
  });
}

const MAX_LINE_LENGTH = 140;

/** Returns the lines that are too long. No formatter reads SQL. */
export function longLinesOf(sql: string): string[] {
  return sql
    .split("\n")
    .flatMap((line, index) =>
      line.length > MAX_LINE_LENGTH ? [`line ${index + 1} is longer than ${MAX_LINE_LENGTH}`] : [],
    );
}

/** Every object of a parse tree, outer ones first. What `for update of` names is an alias. */
function* nodesOf(tree: unknown): Generator<Node> {
  if (typeof tree !== "object" || tree === null) return;
  if (!Array.isArray(tree)) yield tree as Node;
  for (const [key, child] of Object.entries(tree)) if (key !== "lockedRels") yield* nodesOf(child);
}

function* problemsOfNode(node: Node, queries: ReadonlySet<string>): Generator<string> {
  const { kind, relname, schemaname, subLinkType, operName, JoinExpr, CaseExpr, TypeCast } = node;
  if (typeof kind === "string" && kind.startsWith("AEXPR_") && !EXPRESSIONS.has(kind)) {
    yield `"${CONSTRUCTS[kind] ?? kind}" looks up an operator that cannot be qualified`;
  } else {
    yield* unqualifiedNames(node);
  }
  if (typeof relname === "string" && !isOurs(schemaname) && (schemaname || !queries.has(relname))) {
    yield `table ${schemaname === undefined ? relname : `${schemaname}.${relname}`} is not qualified`;
  }
  if (subLinkType === "ANY_SUBLINK" && operName === undefined) {
    yield `"in (select …)" looks up an operator that cannot be qualified`;
  }
  const join = JoinExpr as Node | undefined;
  if (join?.["usingClause"] !== undefined || join?.["isNatural"] === true) {
    yield `"join … using" and "natural join" look up an operator that cannot be qualified`;
  }
  if ((CaseExpr as Node | undefined)?.["arg"] !== undefined) {
    yield `"case … when" with a value looks up an operator that cannot be qualified`;
  }
  if (TypeCast !== undefined) yield* unqualifiedObject(TypeCast as Node);
}

function* unqualifiedNames(node: Node): Generator<string> {
  for (const [key, what] of Object.entries(NAMES)) {
    const name = node[key];
    if (!Array.isArray(name)) continue;
    const parts = partsOf(name);
    if (parts.length < 2 || !isOurs(parts[0])) yield `${what} ${parts.join(".")} is not qualified`;
  }
}

/** The text of a cast to regclass, regproc and the like is a name, too. */
function* unqualifiedObject({ arg, typeName }: Node): Generator<string> {
  const type = partsOf(((typeName as Node)["names"] ?? []) as readonly unknown[]).at(-1) ?? "";
  const text = ((arg as Node)["A_Const"] as { sval?: { sval?: string } } | undefined)?.sval?.sval;
  if (!type.startsWith("reg") || text === undefined) return;
  if (!isOurs(text.split(".")[0]) || !text.includes(".")) yield `${type} '${text}' is not qualified`;
}

function partsOf(name: readonly unknown[]): string[] {
  return name.map((part) => (part as { String?: { sval?: string } }).String?.sval ?? "");
}

function isOurs(schema: unknown): boolean {
  return typeof schema === "string" && SCHEMAS.has(schema);
}

async function main(): Promise<void> {
  const folder = join(ROOT, "queries");
  const problems: string[] = [];
  const refused: string[] = [];
  const texts = readdirSync(folder)
    .sort()
    .map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);
  let count = 0;
  for (const [file, text] of texts) {
    const [, ...parts] = text.split("/* @name ");
    for (const part of parts) {
      const [name = "", sql = ""] = part.split(/ \*\/([\s\S]*)/);
      for (const problem of await problemsOf(sql)) problems.push(`queries/${file}: ${name}: ${problem}`);
      for (const problem of await distributionProblemsOf(name, sql))
        refused.push(`queries/${file}: ${name}: ${problem}`);
      count += 1;
    }
  }
  const differences = differencesOf(texts.map(([, text]) => text).join("\n"));
  const long = texts.flatMap(([file, text]) => longLinesOf(text).map((problem) => `queries/${file}: ${problem}`));
  for (const problem of [...problems, ...refused, ...differences, ...long]) console.error(problem);
  console.log(
    problems.length === 0
      ? `${count} queries name nothing that a search_path could replace`
      : `${problems.length} names depend on the search_path: qualify them, as in operator(pg_catalog.=) and ::pg_catalog.uuid`,
  );
  if (refused.length > 0) console.log(`${refused.length} patterns that Citus refuses on the tables of a tenant`);
  if (differences.length > 0) console.log(`${differences.length} expressions must be the same in every query`);
  process.exitCode = problems.length + refused.length + differences.length + long.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
