import { invalidInput } from "../../errors/index.js";
import type { TransactionQuery } from "../driver/index.js";

/** Properties of a `pg` query config that the client of a transaction does not support. */
const UNSUPPORTED = ["callback", "rows", "portal", "binary", "query_timeout"] as const;

/**
 * Reads the arguments of a transaction client's `query` once, into an object that the caller can no longer change.
 *
 * @throws INVALID_INPUT naming the part that is not supported
 */
export function readQuery(query: unknown, values: unknown, callback: unknown): TransactionQuery {
  const given = typeof query === "object" && query !== null ? (query as Record<string, unknown>) : { text: query };
  if (typeof given["submit"] === "function") {
    throw invalidInput(
      "query",
      "must be a text or an object with one; cursors and other Submittables are not supported",
    );
  }
  for (const field of UNSUPPORTED) {
    if (given[field]) throw invalidInput(field, "is not supported by the client of a transaction: leave it out");
  }
  if (callback || typeof values === "function") {
    throw invalidInput(
      "callback",
      "is not supported by the client of a transaction: use the promise that query returns",
    );
  }
  const { text, name, rowMode, types } = given;
  if (typeof text !== "string") throw invalidInput("text", "must be a string");
  if (typeof (name ?? "") !== "string") throw invalidInput("name", "must be a string");
  if (rowMode && rowMode !== "array") throw invalidInput("rowMode", 'must be "array" or left out');
  return {
    text,
    values: readValues(values ?? given["values"] ?? []),
    rowMode: rowMode ? "array" : undefined,
    types: types ? readTypes(types) : undefined,
  };
}

function readValues(values: unknown): readonly unknown[] {
  if (!Array.isArray(values)) throw invalidInput("values", "must be an array");
  return [...values];
}

function readTypes(types: unknown): TransactionQuery["types"] {
  const given = types as Partial<NonNullable<TransactionQuery["types"]>>;
  if (typeof given.getTypeParser !== "function") throw invalidInput("types", "must have a function getTypeParser");
  return given as TransactionQuery["types"];
}
