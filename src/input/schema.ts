import type { StandardSchemaV1 } from "@standard-schema/spec";
import { invalidInput } from "../errors/index.js";

/** What a Standard Schema has under "~standard". */
export type SchemaProps<T> = StandardSchemaV1.Props<unknown, T>;

/** What a schema says of a value that it refuses. The issues may quote the value, the message does not. */
export class SchemaIssuesError extends Error {
  readonly issues: readonly StandardSchemaV1.Issue[];

  constructor(issues: readonly StandardSchemaV1.Issue[]) {
    super("the schema refuses the value");
    this.issues = issues;
  }
}

/** Returns whether a value is meant as a Standard Schema. Schemas can be functions, such as those of arktype. */
export function isSchema(value: unknown): boolean {
  return ((typeof value === "object" && value !== null) || typeof value === "function") && "~standard" in value;
}

/** Returns the properties of a Standard Schema, or throws INVALID_INPUT naming the field. */
export function requireSchema<T>(schema: unknown, field: string): SchemaProps<T> {
  const standard = (schema as { readonly "~standard"?: Partial<SchemaProps<T>> } | null | undefined)?.["~standard"];
  if (typeof standard?.validate !== "function") throw invalidInput(field, "must be a Standard Schema");
  return standard as SchemaProps<T>;
}

/** Returns the value that a schema has accepted. @throws SchemaIssuesError */
export function acceptedValue<T>(result: StandardSchemaV1.Result<T>): T {
  if (result.issues !== undefined) throw new SchemaIssuesError(result.issues);
  return result.value;
}
