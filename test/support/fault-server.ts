import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, expect } from "vitest";
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

/** Resolves once a server that is being started accepts connections to its port, be it to refuse them for now. */
export async function listening({ port }: EmbeddedPostgres): Promise<void> {
  const accepts = async () => {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  };
  await expect.poll(accepts, { interval: 5 }).toBe(true);
}

/** Kills a server and waits until its backends, which outlive it for a moment, have ended as well. */
export async function killWithBackends(server: EmbeddedPostgres): Promise<void> {
  const client = new pg.Client({ connectionString: server.url() });
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    "select pid from pg_stat_activity where pid <> pg_backend_pid()",
  );
  await client.end();
  await server.kill();
  await expect.poll(() => rows.filter(({ pid }) => isRunning(pid))).toEqual([]);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
  // In a container without an init process, one that has ended stays as a zombie.
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, "utf8"));
}
