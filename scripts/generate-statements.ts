/**
 * generated/*.ts → generated/statements.ts: what the drivers send for each query, worked out once instead of at every start.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { processSQLQueryIR } from "@pgtyped/runtime";

const HEADER = "// DO NOT EDIT: made from queries/ by `npm run generate`.\n";

type SQLQueryIR = Parameters<typeof processSQLQueryIR>[0];

/** A query of pgtyped's: the name of its function, and its parsed SQL. */
interface Query {
  readonly name: string;
  readonly ir: SQLQueryIR;
}

/** `as "createdAt!"` declares to pgtyped that an expression is never NULL; its own functions remove the mark from each row. */
const NULLABILITY_HINT = /"(\w+)[!?]"/g;

/** A line that is a comment. The server copies the text of a statement at every execution. */
const COMMENT = /^[ ]*--.*\n/gm;

const PARSED_QUERY = /^const (\w+)IR: any = (\{.*\});$/gm;

const DECLARATION = `
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
`;

/** Returns generated/statements.ts for pgtyped's files, which are given by name. */
export function generateStatements(files: ReadonlyMap<string, string>): string {
  const modules = [...files].map(([file, text]) => ({ file, queries: queriesOf(text) }));
  const imports = modules.map(({ file, queries }) => {
    const types = queries.flatMap(({ name }) => [`I${capitalised(name)}Params`, `I${capitalised(name)}Result`]);
    return `import type { ${types.sort().join(", ")} } from "./${file.replace(/\.ts$/, ".js")}";`;
  });
  const statements = modules.flatMap(({ queries }) => queries.map(statementOf));
  return `${HEADER}${imports.join("\n")}\n${DECLARATION}${statements.join("")}`;
}

function queriesOf(text: string): Query[] {
  return [...text.matchAll(PARSED_QUERY)].map(([, name, ir]) => ({
    name: name as string,
    ir: JSON.parse(ir as string) as SQLQueryIR,
  }));
}

function statementOf({ name, ir }: Query): string {
  const { query, mapping } = processSQLQueryIR(ir);
  const text = query.replaceAll(COMMENT, "").replaceAll(NULLABILITY_HINT, '"$1"');
  const parameters = mapping.map((parameter) => parameter.name);
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const type = `Statement<I${capitalised(name)}Params, I${capitalised(name)}Result>`;
  return `
export const ${name}: ${type} = {
  label: ${JSON.stringify(name)},
  name: ${JSON.stringify(`pevensie_${name}_${digest}`)},
  parameters: ${JSON.stringify(parameters)},
  text: ${JSON.stringify(text)},
};
`;
}

function capitalised(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
