import { code, type Mutation, tests } from "./mutation.js";

/** What the command `pevensie` does to files and processes that it finds. */
export const COMMANDS: readonly Mutation[] = [
  {
    guard: "A separator of lines inside JSON does not split a line of an import",
    edits: [code("src/cli/lines.ts", 'chunk.split("\\n")', "chunk.split(/[\\n\\u2028\\u2029]/)")],
    tests: [tests("auth/user-import", "a line of an import ends at no other character", "ends a line only where")],
  },
];
