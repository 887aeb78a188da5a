import { afterAll, beforeAll } from "vitest";
import { EmbeddedPostgres } from "../../scripts/embedded-postgres.js";
import { migrate } from "../../src/postgres/index.js";

/** A server of a file's own, migrated, for what no other file's tests would survive. Call it at the file's top level. */
export function useServer(settings: Readonly<Record<string, string>> = {}): { readonly current: EmbeddedPostgres } {
  const holder: { current: EmbeddedPostgres } = { current: undefined as unknown as EmbeddedPostgres };
  const packageRoot = process.env["TEST_POSTGRES_PACKAGE"];
  beforeAll(async () => {
    // What was committed is to survive a kill of the server; for that its log must have been written, if not synced.
    const durable = { synchronous_commit: "on", ...settings };
    holder.current = await EmbeddedPostgres.start({ ...(packageRoot ? { packageRoot } : {}), settings: durable });
    await migrate({ modules: ["auth", "cache"], apply: true, connectionString: holder.current.url() });
  });
  afterAll(() => holder.current.stop());
  return holder;
}
