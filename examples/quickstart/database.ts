/** Where the demo runs: in an empty database of its own, on DATABASE_URL's server or on an embedded one. */
import { startTestDatabase } from "pevensie/testing";

export interface DemoDatabase extends AsyncDisposable {
  readonly url: string;
  readonly place: string;
}

/** Removes everything again when it is disposed of, or when the demo is interrupted. */
export async function openDatabase(): Promise<DemoDatabase> {
  const { connectionString, drop } = await startTestDatabase({ empty: true });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => void drop().finally(() => process.exit(1)));
  }
  const place = process.env["DATABASE_URL"] ? "a database of its own on DATABASE_URL's server" : "an embedded Postgres";
  return { url: connectionString, place, [Symbol.asyncDispose]: drop };
}
