import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isReachable, type Owner } from "./owner.js";

/**
 * Returns the folder in which copies are kept between runs. Only the current user may write to it or list it; of root's, other users may
 * pass through it, as the server's user has to. Null if there is another's of that name: everybody may create folders in the system's
 * temporary one.
 */
export function privateFolder(owner: Owner | undefined): string | null {
  const uid = process.getuid?.() ?? 0;
  // Root's own may be closed to the server's user.
  const parent = [tmpdir(), "/tmp"].find((path) => owner === undefined || isReachable(path, owner));
  if (parent === undefined) return null;
  const folder = join(parent, `pevensie-${uid}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
    openToPass(folder, owner);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") return null;
  }
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return null;
  if (process.platform === "win32") return folder;
  const forbidden = owner === undefined ? 0o077 : 0o066;
  return found.uid === uid && (found.mode & forbidden) === 0 ? folder : null;
}

/** Lets the server's user through a folder of root's, without listing it. */
export function openToPass(folder: string, owner: Owner | undefined): void {
  if (owner) chmodSync(folder, 0o711);
}
