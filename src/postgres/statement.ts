import { createHash } from "node:crypto";
import type { PreparedQuery } from "@pgtyped/runtime";
import { arrayText, TextArray } from "./arrays.js";

/** A query of pgtyped's with its text and the order of its parameters worked out once instead of at every call. */
export interface Statement<Params, Row> {
  /** What it is called in events: the name of the generated function. */
  readonly label: string;
  /** The name under which a connection keeps it prepared; it changes with the text. */
  readonly name: string;
  readonly text: string;
  /** Which parameter stands at $1, $2 … */
  readonly parameters: readonly (keyof Params)[];
  /** Those of them that are arrays of texts which may be long: they are sent in binary form. */
  readonly longTexts: readonly (keyof Params)[];
  /** Keeps the row's type; never set. */
  readonly row?: Row;
}

/** Stands for a parameter's value while a query shows where it uses it. */
class Placeholder {
  constructor(readonly name: string) {}
}

/** A parameter as it is handed to a client. */
export type Value = string | TextArray | null;

/** `as "createdAt!"` tells pgtyped that an expression is never NULL; its own functions remove the mark from each row. */
const NULLABILITY_HINT = /"(\w+)[!?]"/g;

/** Reads text and parameter order off the generated function itself, by running it on a connection that only listens. */
export function prepare<Params, Row>(
  label: string,
  query: PreparedQuery<Params, Row>,
  longTexts: readonly (keyof Params)[] = [],
): Statement<Params, Row> {
  let seen: { text: string; values: readonly Placeholder[] } | undefined;
  const everyParameter = new Proxy({}, { get: (_, name) => new Placeholder(String(name)) }) as Params;
  void query.run(everyParameter, {
    query: (text: string, values: Placeholder[]) => {
      seen = { text, values };
      return Promise.resolve({ rows: [], rowCount: 0 });
    },
  });
  if (seen === undefined) throw new Error(`${label}: pgtyped no longer runs a query at once`);
  const text = seen.text.replaceAll(NULLABILITY_HINT, '"$1"');
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 8);
  return {
    label,
    name: `pevensie_${label}_${digest}`,
    text,
    parameters: seen.values.map(({ name }) => name as keyof Params),
    longTexts,
  };
}

/** The parameters in the order of the statement's text, as Postgres reads them; what is absent is NULL. */
export function bind<Params>(statement: Statement<Params, unknown>, params: Params): Value[] {
  return statement.parameters.map((name) => {
    const value: unknown = params[name];
    if (typeof value === "string") return value;
    if (value === undefined || value === null) return null;
    if (!Array.isArray(value)) return String(value);
    return statement.longTexts.includes(name) ? new TextArray(value) : arrayText(value);
  });
}
