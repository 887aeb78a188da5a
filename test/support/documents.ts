import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./process.js";

/** The documents for users and contributors. */
export const documents: readonly string[] = [
  ...["README.md", "CONTRIBUTING.md", "SECURITY.md"],
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];
export const textOf = (document: string) => readFileSync(join(ROOT, document), "utf8");

/** A block of TypeScript in a document. */
export interface Block {
  readonly name: string;
  readonly code: string;
}

export const blocks: readonly Block[] = documents.flatMap((document) =>
  [...textOf(document).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ 1: code = "" }, index) => ({
    name: join(ROOT, "test", `${document.replaceAll(/\W/g, "-")}-${index + 1}.ts`),
    code,
  })),
);

/** Returns those of some names that a block uses and does not declare: the text around it has introduced them. */
export function introducedIn(code: string, names: readonly string[]): readonly string[] {
  const declares = (name: string) =>
    new RegExp(`(?:const|let|function|import) (?:\\{[^}]*\\b${name}\\b[^}]*\\}|${name}\\b)`).test(code);
  return names.filter((name) => new RegExp(`(?<![.\\w])${name}\\b`).test(code) && !declares(name));
}
