import { readdirSync, readFileSync } from "node:fs";
import pg from "pg";

/** The package's own SQL, from queries/: so that a bare pg runs the very same statements. */
const statements = readStatements();

interface Statement {
  readonly text: string;
  readonly params: readonly string[];
}

function readStatements(): ReadonlyMap<string, Statement> {
  const folder = new URL("../queries/", import.meta.url);
  const all = new Map<string, Statement>();
  for (const file of readdirSync(folder)) {
    const [, ...pieces] = readFileSync(new URL(file, folder), "utf8").split(/\/\* @name (?=\w+ \*\/)/);
    for (const piece of pieces) {
      const [name = "", ...rest] = piece.split(" */");
      all.set(name, number(rest.join(" */")));
    }
  }
  return all;
}

/** `:name!` becomes `$1`, as pgtyped has it. */
function number(sql: string): Statement {
  const params: string[] = [];
  const withoutComments = sql.replaceAll(/^\s*--.*$/gm, "");
  const text = withoutComments.replaceAll(/(?<![:\w]):([a-zA-Z]\w*)!?/g, (_, name: string) => {
    if (!params.includes(name)) params.push(name);
    return `$${params.indexOf(name) + 1}`;
  });
  return { text: text.slice(0, text.lastIndexOf(";")).trim(), params };
}

/** The text of one of the package's statements, whose parameters are expected in this order. */
export function textOf(name: string, params: readonly string[]): string {
  const statement = statements.get(name);
  if (statement === undefined) throw new Error(`there is no query ${name} in queries/`);
  if (statement.params.join() !== params.join()) throw new Error(`${name} takes ${statement.params.join(", ")}`);
  return statement.text;
}

/** A pool like every other contender's: ten connections, kept. */
export function poolOf(url: string, max = 10): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max, idleTimeoutMillis: 0 });
  pool.on("error", () => {}); // The server ends before the pool does; the next query fails.
  return pool;
}
