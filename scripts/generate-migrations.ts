/**
 * migrations/ → generated/: the package reads no files at run time, so that bundled applications work.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const HEADER = "// DO NOT EDIT: made from migrations/ by `npm run generate`.\n";

/** The module that the others need comes first. */
const MODULES = ["base", "auth", "cache"] as const;

const FILE_NAME = /^(\d{14})_([a-z0-9_]+)\.sql$/;

/** A file of migrations/. */
export interface Migration {
  readonly module: string;
  /** The stamp in the file's name, YYYYMMDDHHMMSS in UTC: the version that the module has after it. */
  readonly version: string;
  /** The rest of the file's name. */
  readonly name: string;
  readonly sql: string;
}

/** Returns the migrations of a folder: a module's are in the order of their versions. */
export function readMigrations(source: string): readonly Migration[] {
  return MODULES.flatMap((module) =>
    readdirSync(join(source, module))
      .sort()
      .map((file) => {
        const [, version, name] = FILE_NAME.exec(file) ?? [];
        if (version === undefined || name === undefined) {
          throw new Error(`migrations/${module}/${file} is not named <YYYYMMDDHHMMSS>_<what>.sql`);
        }
        return { module, version, name, sql: readFileSync(join(source, module, file), "utf8").trim() };
      }),
  );
}

/**
 * Returns the generated files by name. `connect()` needs the versions alone: the bundle of an application that does not
 * migrate leaves the SQL out.
 */
export function generateMigrations(source: string): Map<string, string> {
  const migrations = readMigrations(source);
  const versions = Object.fromEntries(migrations.map(({ module, version }) => [module, version]));
  return new Map([
    ["migrations.ts", moduleOf("The migrations of each module, oldest first.", "migrations", migrations)],
    ["versions.ts", moduleOf("The version of each module after its last migration.", "latestVersions", versions)],
  ]);
}

function moduleOf(comment: string, name: string, value: unknown): string {
  return `${HEADER}\n/** ${comment} */\nexport const ${name} = ${JSON.stringify(value, null, 2)};\n`;
}
