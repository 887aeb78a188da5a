import { chownSync, lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isReachable, type Owner } from "./owner.js";

/**
 * Returns the folder in which copies are kept between runs, which only the server's user may enter. Null if there is
 * another's of that name: everybody may create folders in the system's temporary one.
 */
export function privateFolder(owner: Owner | undefined): string | null {
  const uid = owner?.uid ?? process.getuid?.() ?? 0;
  // Root's own may be closed to the server's user.
  const parent = [tmpdir(), "/tmp"].find((path) => owner === undefined || isReachable(path, owner));
  if (parent === undefined) return null;
  const folder = join(parent, `pevensie-${uid}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
    if (owner) chownSync(folder, owner.uid, owner.gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") return null;
  }
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return null;
  if (process.platform === "win32") return folder;
  // Between the two steps above, root's folder is root's: another process of root's is about to give it away.
  const isOurs = found.uid === uid || (owner !== undefined && found.uid === 0);
  return isOurs && (found.mode & 0o077) === 0 ? folder : null;
}
