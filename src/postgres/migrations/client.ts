import type pg from "pg";
import { type PostgresPoolClient, requirePoolClient } from "../../pg-interface.js";
import { ignoreError } from "../../promise.js";
import type { ResolvedConfig } from "../config/config.js";
import { acquire } from "../pool/acquire.js";
import { clientClass, type StatementLimit } from "../pool/client-class.js";
import { ConnectTimeout, connectError } from "../pool/connect-errors.js";
import { retryConnecting } from "../pool/connect-retries.js";
import { connectingPoolOf, serversOfPool } from "../pool/created-pools.js";
import { Servers } from "../pool/servers.js";
import { Connection } from "../protocol/connection.js";
import { Deadline } from "../protocol/deadlines.js";
import { destroyStream } from "../protocol/pg-internals.js";

/** What migrations use of a client. */
export type Client = Pick<PostgresPoolClient, "query" | "on" | "off">;

/** Runs some work on a connection of the caller's pool, or on one of its own. */
export async function withClient<T>(config: ResolvedConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const { callerPool, connectionTimeoutMillis: timeoutMillis } = config;
  if (callerPool) {
    const servers = serversOfPool(callerPool);
    const client = await acquire(connectingPoolOf(callerPool), { timeoutMillis, servers }, (acquired) => {
      requirePoolClient(acquired);
      // The server of an idle connection may no longer accept writes.
      const refusal = servers.refusalOf(Connection.of(acquired));
      if (refusal !== undefined) throw refusal;
      acquired.on("error", ignoreError);
      return acquired;
    });
    let failed = true;
    try {
      const result = await work(client);
      failed = false;
      return result;
    } finally {
      client.off("error", ignoreError);
      client.release(failed);
    }
  }
  const servers = new Servers(config);
  const settings = config.client ?? {};
  const ClientOfServers = clientClass(servers, timeoutMillis, withoutLimit(settings));
  const client = await search(settings, ClientOfServers, servers, timeoutMillis).catch((error) =>
    Promise.reject(connectError(error, servers)),
  );
  try {
    return await work(client);
  } finally {
    await client.end().catch(ignoreError);
  }
}

/** Returns the settings that override the statement_timeout of the role and the database. */
function withoutLimit(config: pg.ClientConfig): StatementLimit {
  // pg reads PGOPTIONS only if it is given no options.
  const options = `${config.options || process.env["PGOPTIONS"] || ""} -c statement_timeout=0`.trim();
  return { settings: { options, statement_timeout: 0 }, refusedBy: new Set() };
}

/** Connects to one of the servers. The search ends with its timeout, also in the middle of an attempt. */
async function search(
  settings: pg.ClientConfig,
  Client: typeof pg.Client,
  servers: Servers,
  timeoutMillis: number,
): Promise<pg.Client> {
  let client: pg.Client | undefined;
  let hasTimedOut = false;
  const deadline = new Deadline(timeoutMillis, () => {
    hasTimedOut = true;
    if (client !== undefined) destroyStream(client, new ConnectTimeout());
  });
  const attempt = async () => {
    const connecting = new Client(settings);
    client = connecting;
    connecting.on("error", ignoreError);
    await connecting.connect();
    return connecting;
  };
  const isCancelled = () => hasTimedOut;
  return retryConnecting(attempt, { timeoutMillis, servers, isCancelled }).finally(() => deadline.cancel());
}
