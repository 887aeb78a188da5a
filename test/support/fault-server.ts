import { once } from "node:events";
import { connect } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, expect } from "vitest";
import { EmbeddedPostgres } from "../../src/embedded/index.js";
import { isRunning } from "../../src/embedded/processes.js";
import { MIGRATED } from "../../src/testing/administration.js";

/** A server of a file's own, migrated, for what no other file's tests would survive. Call it at the file's top level. */
export function useServer(settings: Readonly<Record<string, string>> = {}): { readonly current: EmbeddedPostgres } {
  const holder: { current: EmbeddedPostgres } = { current: undefined as unknown as EmbeddedPostgres };
  beforeAll(async () => {
    // What was committed is to survive a kill of the server; for that its log must have been written, if not synced.
    const durable = { synchronous_commit: "on", ...settings };
    holder.current = await EmbeddedPostgres.start({ preparation: MIGRATED, settings: durable });
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
