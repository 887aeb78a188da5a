import { reportError } from "./usage.js";

/**
 * Does something with each database, one after another. Of several, one that fails leaves the others alone: it is reported, and the exit
 * status is 1.
 *
 * @param work - is passed the connection string, and which database of several it is, for the end of a line
 */
export async function forEachDatabase(
  addresses: readonly string[],
  work: (connectionString: string, where: string) => Promise<void>,
): Promise<void> {
  const [only = "", ...others] = addresses;
  if (others.length === 0) return work(only, "");
  for (const [place, connectionString] of addresses.entries()) {
    // Not the address, which may contain a password.
    const where = ` (--addr ${place + 1})`;
    await work(connectionString, where).catch((error: unknown) => {
      reportError(error, where);
      process.exitCode = 1;
    });
  }
}
