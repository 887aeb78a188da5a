import {
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** The names of folders that are being filled begin with it. */
export const UNFINISHED_PREFIX = "making-";

/** Everything in a folder: the size of each file, and -1 for all else. */
export type Listing = Readonly<Record<string, number>>;

/** Lists a folder, so that a copy that lost files, or was made of one that had, can be distinguished from a complete one. */
export function list(folder: string): Listing {
  const sizes: Record<string, number> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const found = lstatSync(join(folder, name));
    sizes[name] = found.isFile() ? found.size : -1;
  }
  return sizes;
}

/** Returns whether a folder contains exactly what a list says. */
export function matches(folder: string, expected: Listing): boolean {
  try {
    const found = Object.entries(list(folder));
    return found.length === Object.keys(expected).length && found.every(([name, size]) => expected[name] === size);
  } catch {
    return false;
  }
}

/**
 * Moves a finished folder to its place in one step: whoever looks sees all of it or nothing. One that is there already is
 * moved aside first: programs that have its files open keep them. Removing it takes so long that the place is filled before.
 */
export function moveInto(fresh: string, place: string): void {
  const aside: string[] = [];
  try {
    for (let attempt = 0; ; attempt += 1) {
      try {
        renameSync(fresh, place);
        return;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // Of processes that do this concurrently, each replaces what the other has just put there.
        if (attempt === 100 || (code !== "ENOTEMPTY" && code !== "EEXIST" && code !== "EPERM")) throw error;
      }
      aside.push(moveAside(place));
    }
  } finally {
    for (const folder of aside) rmSync(folder, { recursive: true, force: true });
  }
}

/** Moves a folder into a new one beside it, and returns that. */
function moveAside(place: string): string {
  const aside = mkdtempSync(join(dirname(place), "removing-"));
  try {
    renameSync(place, join(aside, "folder"));
  } catch {
    // Another process was sooner.
  }
  return aside;
}

/** Returns a new folder beside a place, to be filled and moved there. */
export function newFolderBeside(place: string): string {
  mkdirSync(dirname(place), { recursive: true });
  return mkdtempSync(join(dirname(place), UNFINISHED_PREFIX));
}

/** Replaces a file as a whole: whoever reads it sees all of it. It belongs to the owner of its folder, who may not be root. */
export function replaceFile(path: string, text: string, mode = 0o644): void {
  const written = `${path}.${process.pid}`;
  // Left by a process that was killed, or a symbolic link.
  rmSync(written, { force: true });
  writeFileSync(written, text, { flag: "wx", mode });
  const { uid, gid } = statSync(dirname(path));
  if (process.getuid?.() === 0) lchownSync(written, uid, gid);
  renameSync(written, path);
}

/** Returns how long ago a file or folder was modified; 0 if there is none. */
export function ageMillisOf(path: string): number {
  const now = Date.now();
  return now - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now);
}
