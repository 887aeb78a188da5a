import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { PeerServers } from "../servers.js";

/** Servers as they would be on other machines. */
export interface DistantServers {
  readonly servers: PeerServers;
  /** The connection string of a database, through the proxy. */
  through(url: string): string;
  /** Ends the proxy. */
  close(): void;
}

/** Puts a proxy before the servers that delays what passes, in a process of its own: see network-proxy.ts. */
export async function distant({ postgres, redis }: PeerServers): Promise<DistantServers> {
  const targets = [new URL(postgres.adminUrl).port, ...(redis === null ? [] : [String(redis.port)])];
  const file = fileURLToPath(new URL("network-proxy.ts", import.meta.url));
  const child = fork(file, targets, { execArgv: process.execArgv });
  const [ports] = (await once(child, "message")) as [[postgres: number, redis: number]];
  const through = (url: string) => {
    const changed = new URL(url);
    changed.port = String(ports[0]);
    return changed.href;
  };
  return {
    servers: {
      postgres: { ...postgres, adminUrl: through(postgres.adminUrl) },
      redis: redis && { ...redis, port: ports[1] },
    },
    through,
    close: () => child.disconnect(),
  };
}
