import { invalidInput } from "../../errors/index.js";
import { requireText } from "../../input/text.js";

/** The schema of the original package, and of the SQL in queries/ and migrations/. */
export const DEFAULT_SCHEMA = "pevensie";

/** NAMEDATALEN - 1 of PostgreSQL, which would cut a longer name silently: two tenants could share a schema. */
const MAX_BYTES = 63;

/** Returns the name of a schema, or throws INVALID_INPUT. */
export function requireSchema(value: unknown): string {
  const schema = requireText(value, "schema", { min: 1, max: MAX_BYTES, unit: "bytes" });
  if (schema.startsWith("pg_") || schema === "information_schema") {
    throw invalidInput("schema", "must not be a name that PostgreSQL reserves");
  }
  return schema;
}

/**
 * ASCII characters that mean something to SQL, in identifiers, literals, dollar-quoted bodies or `format`. They are written as
 * escapes, so that a name is safe wherever a migration has it, dynamic SQL within functions included.
 */
const SPECIAL = /[^\w .\-\u0080-\u{10ffff}]/gu;

const escaped = (prefix: string) => (character: string) =>
  `\\${prefix}${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Returns a schema's name as a quoted identifier. */
export function quotedSchema(schema: string): string {
  const safe = schema.replaceAll(SPECIAL, escaped(""));
  return safe === schema ? `"${schema}"` : `U&"${safe}"`;
}

/** Returns a text as a literal that means the same under every standard_conforming_strings. */
function literal(text: string): string {
  const safe = text.replaceAll(SPECIAL, escaped("u"));
  return safe === text ? `'${text}'` : `E'${safe}'`;
}

/** Where SQL names the default schema: in a literal with the name of a relation, in one of its own, or as an identifier. */
const DEFAULT_SCHEMA_NAMES =
  /'pevensie\.(\w+)'|(?<=\b(?:schema|nspname) = )'pevensie'|\bpevensie(?=\.)|(?<=\bcreate schema if not exists )pevensie\b/g;

/**
 * Returns SQL of queries/ or migrations/ for another schema than the default one. All names are replaced in one pass: a later one would
 * find `pevensie` in the name of the schema.
 */
export function sqlInSchema(sql: string, schema: string): string {
  if (schema === DEFAULT_SCHEMA) return sql;
  const identifier = quotedSchema(schema);
  return sql.replaceAll(DEFAULT_SCHEMA_NAMES, (found, relation) => {
    if (relation !== undefined) return literal(`"${schema.replaceAll('"', '""')}".${relation}`);
    return found.startsWith("'") ? literal(schema) : identifier;
  });
}
