import { execFile } from "node:child_process";
import { appendFileSync, chownSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, expect } from "vitest";
import { locateBinaries } from "../../src/embedded/binaries.js";
import { serverOwner } from "../../src/embedded/owner.js";
import { freePort } from "../../src/embedded/ports.js";
import type { Postmaster } from "../../src/embedded/postmaster.js";
import { EmbeddedPostgres } from "../../src/embedded/server.js";
import { startServer } from "../../src/embedded/starting.js";
import { MIGRATED } from "../../src/testing/administration.js";

const execute = promisify(execFile);

/** A primary and a streaming replica of it. */
export interface ReplicatedServers {
  readonly primary: string;
  readonly replica: string;
  onPrimary(text: string): Promise<Record<string, unknown>[]>;
  onReplica(text: string): Promise<Record<string, unknown>[]>;
  /** Resolves once the replica has replayed everything that the primary has written so far. */
  caughtUp(): Promise<void>;
  /** The same for what the primary has flushed so far. Writes nothing. */
  replayed(): Promise<void>;
  startReplica(): Promise<void>;
  stopReplica(): Promise<void>;
}

async function run(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Without autovacuum, the server itself writes little: checkpoints, and a record of running transactions every 15 seconds. */
const SETTINGS = { synchronous_commit: "on", autovacuum: "off" };

/** Starts both servers for the test file. Call it at the file's top level. */
export function useReplicatedServers(): ReplicatedServers {
  const folder = mkdtempSync(join(tmpdir(), "pevensie-replica-"));
  let server: EmbeddedPostgres;
  let standby: Postmaster | undefined;
  let port = 0;
  let start: () => Promise<Postmaster>;
  const servers: ReplicatedServers = {
    get primary() {
      return server.url();
    },
    get replica() {
      return Object.assign(new URL(server.url()), { port: String(port) }).href;
    },
    onPrimary: (text) => run(servers.primary, text),
    onReplica: (text) => run(servers.replica, text),
    caughtUp: async () => {
      // The commit of the message flushes all earlier WAL. Some records, such as those of pruning, are inserted without a flush.
      await servers.onPrimary("select pg_logical_emit_message(true, 'pevensie', '')");
      await servers.replayed();
    },
    replayed: async () => {
      // Not the insert position: it may be past the header of an empty page, which a standby has not replayed.
      const [row] = await servers.onPrimary("select pg_current_wal_flush_lsn()::text as position");
      const hasReplayed = `select pg_last_wal_replay_lsn() >= '${row?.["position"]}'::pg_lsn as reached`;
      await expect.poll(() => servers.onReplica(hasReplayed)).toEqual([{ reached: true }]);
    },
    startReplica: async () => {
      standby = await start();
    },
    stopReplica: async () => {
      standby?.signal("SIGINT");
      await standby?.end();
    },
  };
  beforeAll(async () => {
    server = await EmbeddedPostgres.start({ preparation: MIGRATED, settings: SETTINGS });
    const source = await dataFolderOf(server);
    const owner = await serverOwner();
    const data = join(folder, "data");
    await server.halt();
    await execute("cp", ["-Rp", source, data]);
    await server.boot();
    const { port: primaryPort, password } = new URL(server.url());
    const settings = `primary_conninfo = 'host=127.0.0.1 port=${primaryPort} user=postgres password=${password}'\n`;
    appendFileSync(join(data, "postgresql.auto.conf"), settings);
    writeFileSync(join(data, "standby.signal"), "");
    if (owner) for (const path of [folder, join(data, "standby.signal")]) chownSync(path, owner.uid, owner.gid);
    port = await freePort();
    const { postgres } = locateBinaries(folder, owner);
    start = () => startServer({ postgres, owner, data, port, settings: { fsync: "off" }, disposable: folder });
    await servers.startReplica();
  });
  afterAll(async () => {
    await servers.stopReplica();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return servers;
}

/** The server names its folder by a number where the folders above are closed to its user. */
async function dataFolderOf(server: EmbeddedPostgres): Promise<string> {
  const [row] = await run(
    server.url(),
    "select setting as path, pg_backend_pid() as pid from pg_settings where name = 'data_directory'",
  );
  const path = String(row?.["path"]);
  if (statSync(join(path, "PG_VERSION"), { throwIfNoEntry: false }) !== undefined && !path.startsWith("/proc/"))
    return path;
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    return realpathSync(`/proc/${rows[0]?.pid}/cwd`);
  } finally {
    await client.end();
  }
}
