import pg from "pg";
import { afterAll, beforeAll, expect } from "vitest";
import { EmbeddedPostgres } from "../../src/embedded/index.js";
import { MIGRATED } from "../../src/testing/administration.js";

/** Enough of the log for a standby that was away. */
const SETTINGS = { synchronous_commit: "on", wal_keep_size: "256MB" };

/** A primary and a standby that streams from it. */
export interface ServerPair {
  readonly primary: EmbeddedPostgres;
  readonly standby: EmbeddedPostgres;
  /** The connection string of both, in libpq's form; the standby's comes first if `isReversed`. */
  url(options?: { readonly isReversed?: boolean }): string;
  /** Runs SQL on one of them. */
  on<Row extends object>(server: EmbeddedPostgres, ...texts: readonly string[]): Promise<Row[]>;
  /** Makes the standby the primary. */
  promote(): Promise<void>;
  /** Has the primary wait for the standby before it acknowledges a write. */
  replicateSynchronously(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a pair: the standby is a copy of the migrated primary. */
export async function startPair(): Promise<ServerPair> {
  const primary = await EmbeddedPostgres.start({ preparation: MIGRATED, settings: SETTINGS });
  const standby = await primary.startStandby({ settings: SETTINGS });
  const pair: ServerPair = {
    primary,
    standby,
    url: ({ isReversed = false } = {}) => {
      const url = new URL(primary.url());
      const ports = isReversed ? [standby.port, primary.port] : [primary.port, standby.port];
      const servers = ports.map((port) => `127.0.0.1:${port}`).join(",");
      return `postgresql://postgres:${url.password}@${servers}${url.pathname}`;
    },
    on: async <Row extends object>(server: EmbeddedPostgres, ...texts: readonly string[]) => {
      const client = new pg.Client({ connectionString: server.url() });
      client.on("error", () => {});
      await client.connect();
      try {
        let rows: Row[] = [];
        for (const text of texts) rows = (await client.query<Row>(text)).rows;
        return rows;
      } finally {
        await client.end();
      }
    },
    promote: async () => {
      const [row] = await pair.on<{ isPromoted: boolean }>(standby, `select pg_promote(true, 120) as "isPromoted"`);
      if (row?.isPromoted !== true) throw new Error("The standby was not promoted.");
    },
    replicateSynchronously: async () => {
      await pair.on(primary, "alter system set synchronous_standby_names = '*'", "select pg_reload_conf()");
      const states = () => pair.on(primary, "select sync_state from pg_stat_replication");
      await expect.poll(states).toEqual([{ sync_state: "sync" }]);
    },
    stop: async () => {
      // A primary that waits for its standby could not stop after it.
      await primary.stop();
      await standby.stop();
    },
  };
  return pair;
}

/** A pair for the tests of a file. Call it at the file's top level. */
export function usePair(): { readonly current: ServerPair } {
  const holder: { current: ServerPair } = { current: undefined as unknown as ServerPair };
  beforeAll(async () => {
    holder.current = await startPair();
  });
  afterAll(() => holder.current.stop());
  return holder;
}
