/**
 * What the soak runs against: one server that is killed and started again, or a pair of which the standby takes over.
 *
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { EmbeddedPostgres } from "../../src/embedded/index.js";

/** What a disposable server leaves out, and these must not. */
const SETTINGS = {
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  max_connections: "100",
  wal_keep_size: "256MB",
};

/** The servers of a soak. */
export interface SoakServers {
  /** The connection string for the drivers. */
  readonly url: string;
  /** The server that accepts writes. */
  readonly current: EmbeddedPostgres;
  /** How long it is between crashes, in milliseconds. */
  readonly crashMillis: number;
  /** Kills the current server. Resolves once there is one that accepts writes. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** One server, which is killed every minute. */
export async function startSingle(): Promise<SoakServers> {
  const current = await EmbeddedPostgres.start({ settings: SETTINGS });
  return {
    url: current.url(),
    current,
    crashMillis: 60_000,
    crash: async () => {
      await current.kill();
      await sleep(Math.random() * 3000);
      await boot(current);
    },
    stop: () => current.stop(),
  };
}

/** The server starts only when the last process of the killed one has gone. */
async function boot(server: EmbeddedPostgres): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await server.boot();
    } catch (error) {
      if (attempt === 60) throw error;
      await sleep(500);
    }
  }
}

/** A primary that replicates synchronously, and a standby that takes its place every two minutes. */
export async function startPair(): Promise<SoakServers> {
  const first = await EmbeddedPostgres.start({ settings: SETTINGS });
  const second = await first.startStandby({ settings: SETTINGS });
  const url = new URL(first.url());
  let [primary, standby] = [first, second];
  await replicateSynchronously(primary);
  return {
    url: `postgresql://postgres:${url.password}@127.0.0.1:${first.port},127.0.0.1:${second.port}${url.pathname}`,
    get current() {
      return primary;
    },
    crashMillis: 120_000,
    crash: async () => {
      const [lost, promoted] = [primary, standby];
      await lost.kill();
      await sleep(Math.random() * 1000);
      await withClient(promoted, async (client) => {
        await client.query("select pg_promote(true, 60)");
        // Until it has a standby of its own, it waits for none.
        await client.query("alter system reset synchronous_standby_names");
        await client.query("select pg_reload_conf()");
      });
      primary = promoted;
      await lost.stop();
      standby = await promoted.startStandby({ settings: SETTINGS, port: lost.port });
      await replicateSynchronously(promoted);
    },
    stop: async () => {
      await primary.stop();
      await standby.stop();
    },
  };
}

async function replicateSynchronously(server: EmbeddedPostgres): Promise<void> {
  await withClient(server, async (client) => {
    await client.query("alter system set synchronous_standby_names = '*'");
    await client.query("select pg_reload_conf()");
    for (;;) {
      const { rowCount } = await client.query("select from pg_stat_replication where sync_state = 'sync'");
      if (rowCount === 1) return;
      await sleep(50);
    }
  });
}

/** Does some work with a connection to a server. */
export async function withClient<T>(server: EmbeddedPostgres, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server.url() });
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
