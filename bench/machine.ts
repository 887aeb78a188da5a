import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { Plan, SectionName } from "./options.js";
import { type PeerServers, POSTGRES_SETTINGS, REDIS_SETTINGS } from "./servers.js";

const PEERS: Partial<Record<SectionName, readonly string[]>> = {
  main: [
    "postgres",
    "better-auth",
    "connect-pg-simple",
    "@keyv/postgres",
    "keyv",
    "ioredis",
    "rate-limiter-flexible",
    "bentocache",
    "knex",
    "lru-cache",
    "@node-rs/argon2",
  ],
  http: ["better-auth", "express-session", "connect-pg-simple", "autocannon"],
  network: ["@keyv/postgres", "keyv", "ioredis"],
};

/** The versions and settings that the figures of a section depend on. */
export function describeMachine(
  section: SectionName,
  servers: PeerServers,
  { users, rows }: Plan,
  quick: boolean,
): string {
  const { postgres, redis } = servers;
  const peers = PEERS[section] ?? [];
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  const settings = Object.entries(POSTGRES_SETTINGS).map(([name, value]) => `${name} ${value}`);
  const versions = ["pg", ...peers].map((name) => `${name} ${versionOf(name)}`);
  const data = `${users.toLocaleString("en")} users, ${rows.toLocaleString("en")} sessions and cache entries`;
  const redisVersion = redis && `${redis.version} (${REDIS_SETTINGS.map((word) => word || '""').join(" ")})`;
  return [
    ...(quick ? ["**A quick run, with short rounds: its figures mean little.**", ""] : []),
    `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${gibibytes} GiB, Node ${process.versions.node},`,
    `${postgres.version} (${settings.join(", ")}),`,
    ...(peers.length > 0 ? [`${section === "http" ? "" : `${redisVersion ?? "no Redis"}, `}${data},`] : []),
    `${versions.join(", ")}.`,
  ].join("\n");
}

function versionOf(name: string): string {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      const { version } = JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8"));
      return version;
    } catch {
      // Not in this one.
    }
  }
  return "not installed";
}
