import type { Statement } from "#generated/statements.js";
import { arrayText, TextArray } from "./encode.js";

export type { Statement };

/** A parameter in the form in which a client sends it. */
export type Value = string | TextArray | null;

/** Returns the parameters in the order of $1, $2 … in the statement's text. An absent one is NULL. */
export function bind<Params>(statement: Statement<Params, unknown>, params: Params): Value[] {
  return statement.parameters.map((name) => encodedValue(params[name]));
}

function encodedValue(value: unknown): Value {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) return String(value);
  return value instanceof TextArray ? value : arrayText(value);
}
