import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The modules that have migrations; `base` comes with either of the others. */
export const MODULES = ["base", "auth", "cache"] as const;

/** A part of the schema with versions of its own. */
export type ModuleName = (typeof MODULES)[number];

/** One file of migrations/. */
export interface MigrationFile {
  readonly module: ModuleName;
  /** The stamp in the file's name, YYYYMMDDHHMMSS in UTC: the version that the module has after it. */
  readonly version: string;
  /** The rest of the file's name. */
  readonly name: string;
  readonly path: string;
}

const FILE_NAME = /^(\d{14})_([a-z0-9_]+)\.sql$/;

/** The package's folder of migrations, wherever the package is installed. */
function folder(): string {
  return join(dirname(createRequire(import.meta.url).resolve("pevensie/package.json")), "migrations");
}

/** A module's migrations, oldest first. */
export function listMigrations(module: ModuleName): readonly MigrationFile[] {
  return readdirSync(join(folder(), module))
    .sort()
    .map((file) => {
      const [, version, name] = FILE_NAME.exec(file) ?? [];
      if (version === undefined || name === undefined) throw new Error(`not a migration's name: ${module}/${file}`);
      return { module, version, name, path: join(folder(), module, file) };
    });
}

/** The version that a module has when all its migrations are applied. */
export function latestVersion(module: ModuleName): string {
  return listMigrations(module).at(-1)?.version ?? "";
}

/** The SQL of a migration. */
export function readMigration(file: MigrationFile): string {
  return readFileSync(file.path, "utf8").trim();
}
