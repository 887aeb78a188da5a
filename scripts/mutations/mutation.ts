/**
 * What a mutation is: a guard of the package, the edits that take it out, and the tests that should notice.
 *
 * @module
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateMigrations } from "../generate-migrations.js";
import { generateStatements } from "../generate-statements.js";

/** A replacement in one file. What is to be found has to be there exactly once. */
export interface Edit {
  /** Path inside the project. */
  readonly file: string;
  /** In a file of queries/, the one that is meant; its generated function is changed with it. */
  readonly query?: string;
  readonly find: string;
  readonly replace: string;
}

/** Tests by file, below test/, and by what their full names contain. */
export interface Selection {
  readonly file: string;
  readonly names: readonly string[];
}

export interface Mutation {
  /** What the guard keeps from happening. */
  readonly guard: string;
  readonly edits: readonly Edit[];
  readonly tests: readonly Selection[];
}

/** Replaces text in a file of src/ or migrations/. */
export function code(file: string, find: string, replace: string): Edit {
  return { file, find, replace };
}

/** Replaces text in a query of queries/<table>.sql. */
export function sql(table: string, query: string, find: string, replace: string): Edit {
  return { file: `queries/${table}.sql`, query, find, replace };
}

/** The tests of test/<file>.test.ts whose names contain any of these. */
export function tests(file: string, ...names: readonly [string, ...string[]]): Selection {
  return { file: `test/${file}.test.ts`, names };
}

/** Where a mutation is, in a few words. */
export function placeOf({ edits }: Mutation): string {
  const places = edits.map(({ file, query }) => (query === undefined ? file : `${file}: ${query}`));
  return [...new Set(places)].join(", ");
}

/** A mutation that is in a copy of the project. */
export interface Applied {
  /** Absolute paths of the files that differ. */
  readonly files: readonly string[];
  undo(): void;
}

/** Applies a mutation to the copy of the project in a folder. */
export function apply(mutation: Mutation, folder: string): Applied {
  const originals = new Map<string, string>();
  const change = (file: string, edited: (text: string) => string) => {
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    if (!originals.has(path)) originals.set(path, text);
    writeFileSync(path, edited(text));
  };
  const undo = () => {
    for (const [path, text] of originals) writeFileSync(path, text);
  };
  try {
    for (const edit of mutation.edits) {
      const { file, query } = edit;
      if (query === undefined) {
        change(file, (text) => replaceOnce(text, edit).text);
        if (file.startsWith("migrations/")) {
          const generated = generateMigrations(join(folder, "migrations")).get("migrations.ts") as string;
          change("generated/migrations.ts", () => generated);
        }
        continue;
      }
      change(file, (text) => inQuery(text, query, (statement) => replaceOnce(statement, edit).text));
      const generated = file.replace("queries/", "generated/").replace(".sql", ".ts");
      change(generated, (text) => inGenerated(text, query, edit));
      change("generated/statements.ts", () => generateStatements(pgtypedFiles(folder)));
    }
  } catch (error) {
    undo();
    throw error;
  }
  return { files: [...originals.keys()], undo };
}

/** The files that pgtyped has made of queries/, by name. */
function pgtypedFiles(folder: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(join(folder, "queries"))
      .sort()
      .map((name) => {
        const file = name.replace(/\.sql$/, ".ts");
        return [file, readFileSync(join(folder, "generated", file), "utf8")];
      }),
  );
}

function replaceOnce(text: string, { file, query, find, replace }: Edit): { text: string; at: number } {
  const at = text.indexOf(find);
  if (at === -1 || text.indexOf(find, at + 1) !== -1) {
    const place = query === undefined ? file : `${file}: ${query}`;
    throw new Error(`${place} does not contain this exactly once:\n${find}`);
  }
  return { text: text.slice(0, at) + replace + text.slice(at + find.length), at };
}

/** Changes the part of a file of queries/ that begins with a query's name. */
function inQuery(text: string, query: string, edited: (statement: string) => string): string {
  const start = text.indexOf(`/* @name ${query} */`);
  if (start === -1) throw new Error(`there is no query ${query}`);
  const next = text.indexOf("/* @name ", start + 1);
  const end = next === -1 ? text.length : next;
  return text.slice(0, start) + edited(text.slice(start, end)) + text.slice(end);
}

interface Location {
  a: number;
  b: number;
}

interface QueryIR {
  usedParamSet: Record<string, boolean>;
  params: { name: string; locs: Location[] }[];
  statement: string;
}

/** Changes the statement of a generated function, and where it has its parameters. */
function inGenerated(text: string, query: string, edit: Edit): string {
  const declaration = new RegExp(`^const ${query}IR: any = (.*);$`, "m");
  const [line, json] = declaration.exec(text) ?? [];
  if (line === undefined || json === undefined) throw new Error(`there is no generated function for ${query}`);
  const ir = JSON.parse(json) as QueryIR;
  const { text: statement, at } = replaceOnce(ir.statement, edit);
  const removedTo = at + edit.find.length;
  const shift = edit.replace.length - edit.find.length;
  const params = ir.params
    .map((param) => ({
      ...param,
      locs: param.locs
        .filter(({ a, b }) => b < at || a >= removedTo)
        .map(({ a, b }) => (a >= removedTo ? { a: a + shift, b: b + shift } : { a, b })),
    }))
    .filter(({ locs }) => locs.length > 0);
  const changed: QueryIR = { ...ir, params, statement };
  return text.replace(line, () => `const ${query}IR: any = ${JSON.stringify(changed)};`);
}
