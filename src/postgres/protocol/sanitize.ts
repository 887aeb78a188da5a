import { sqlStateOf } from "./server-errors.js";

/** The parts of a database error that are safe to log: never `detail`, `where` or `query`, which contain values. */
export interface DatabaseErrorCause extends Error {
  /** SQLSTATE, or Node's code of a socket error. */
  readonly code?: string;
  readonly severity?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly routine?: string;
}

/**
 * Classes whose messages describe only the server, the connection or the schema. Others may contain values: data
 * exceptions, violated constraints, errors that a trigger raises.
 */
const SAFE_CLASSES: ReadonlySet<string> = new Set([
  "01",
  "08",
  "0A",
  "25",
  "26",
  "28",
  "3D",
  "3F",
  "40",
  "42",
  "53",
  "54",
  "55",
  "57",
  "58",
  "XX",
]);

const SAFE_PROPERTIES = ["code", "severity", "schema", "table", "column", "constraint", "routine"] as const;

/** Returns the error without anything that may contain a value of a row or a parameter. */
export function sanitizeCause(error: unknown): DatabaseErrorCause {
  const source = (error ?? {}) as Partial<Record<(typeof SAFE_PROPERTIES)[number], unknown>> & { message?: unknown };
  const state = sqlStateOf(error);
  const withheld = state !== undefined && !SAFE_CLASSES.has(state.slice(0, 2));
  const message = withheld ? `SQLSTATE ${state}` : String(source.message || source.code || "unknown error");
  const cause = new Error(message);
  cause.name = state === undefined ? "ConnectionError" : "DatabaseError";
  for (const property of SAFE_PROPERTIES) {
    const value = source[property];
    if (typeof value === "string") Object.defineProperty(cause, property, { value, enumerable: true });
  }
  return cause;
}
