import { code, type Mutation, tests } from "./mutation.js";

const METADATA = "src/auth/metadata.ts";
const SCHEMAS = "auth/metadata-schema";

/** Metadata with a Standard Schema. */
export const METADATA_SCHEMAS: readonly Mutation[] = [
  {
    guard: "What a schema refuses is refused",
    edits: [
      code(
        "src/input/schema.ts",
        "  if (result.issues !== undefined) throw new SchemaIssuesError(result.issues);\n",
        "",
      ),
    ],
    tests: [tests(SCHEMAS, "refuses others on the way")],
  },
  {
    guard: "What a schema removes is not stored",
    edits: [
      code(
        METADATA,
        "      return stableText(output) ?? text;\n",
        "      return output === null ? (stableText(output) ?? text) : text;\n",
      ),
    ],
    tests: [tests(SCHEMAS, "what it removes is not stored")],
  },
  {
    guard: "A schema's output is stored only if the schema returns it unchanged",
    edits: [
      code(
        METADATA,
        "return encodeMetadata(again, FIELD) === text ? text : null;",
        "return again === null ? null : text;",
      ),
    ],
    tests: [tests(SCHEMAS, "also where that is JSON of another form")],
  },
  {
    guard: "A schema that validates asynchronously is refused",
    edits: [code(METADATA, "    if (isPromise(result)) {\n", "    if (isPromise(result) && message === null) {\n")],
    tests: [tests(SCHEMAS, "validates asynchronously")],
  },
  {
    guard: "The rejection of a schema that validates asynchronously is handled",
    edits: [code(METADATA, "      result.then(undefined, () => {});\n", "")],
    tests: [tests(SCHEMAS, "leaves no rejection unhandled")],
  },
  {
    guard: "What a schema validates is what is stored, read once",
    edits: [
      code(
        METADATA,
        'const output = read(JSON.parse(text) as Json, "The metadata schema refuses the user\'s metadata.");',
        'const output = read(metadata as Json, "The metadata schema refuses the user\'s metadata.");',
      ),
    ],
    tests: [tests(SCHEMAS, "whatever a getter returns the second time")],
  },
];
