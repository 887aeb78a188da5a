import { reportError } from "./usage.js";

/**
 * Calls `work` for each database in turn. With several, a failure is printed, sets the exit status to 1 and does not stop the others.
 * With a single one, it is thrown.
 *
 * @param work - called with the connection string and the suffix of each printed line, such as ` (--addr 2)`, empty for a single database
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
