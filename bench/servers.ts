import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { connect as openSocket } from "node:net";
import { totalmem } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { EmbeddedPostgres } from "../src/embedded/index.js";
import { freePort } from "../src/embedded/ports.js";
import { postmasterOf } from "./cpu.js";
import { poolOf } from "./statements.js";

/** A server under test, and the process whose time (with its children's) is what an operation costs there. */
export interface ServerProcess {
  readonly version: string;
  readonly pid: number;
}

export interface PostgresServer extends ServerProcess {
  /** The connection string of the database `postgres`, as its superuser. */
  readonly adminUrl: string;
}

export interface RedisServer extends ServerProcess {
  readonly port: number;
}

/** Plain data: processes of contenders receive it as a message. */
export interface PeerServers {
  readonly postgres: PostgresServer;
  /** Null where Redis is not installed. */
  readonly redis: RedisServer | null;
}

/** A server that this process has started. */
export interface Started<Server> {
  readonly server: Server;
  stop(): Promise<void>;
}

/** A quarter of the machine's memory, as PostgreSQL's documentation recommends for a server of its own (20.4.1). */
const SHARED_BUFFERS_MB = Math.floor(totalmem() / 4 / 2 ** 20);

/** Durable, as it would be in production. */
export const POSTGRES_SETTINGS = {
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  shared_buffers: `${SHARED_BUFFERS_MB}MB`,
  max_wal_size: "4GB",
  max_connections: "200",
} as const;

export const REDIS_SETTINGS = ["--save", "", "--appendonly", "no"] as const;

export async function startPostgres(): Promise<Started<PostgresServer>> {
  const embedded = await EmbeddedPostgres.start({ settings: POSTGRES_SETTINGS });
  const adminUrl = embedded.url();
  const pool = poolOf(adminUrl, 1);
  try {
    const { rows } = await pool.query("select current_setting('server_version') as version, pg_backend_pid() as pid");
    const server = { version: `PostgreSQL ${rows[0].version}`, pid: postmasterOf(rows[0].pid), adminUrl };
    return { server, stop: () => embedded.stop() };
  } finally {
    await pool.end();
  }
}

/** Makes an empty database. Returns its connection string. */
export async function createDatabase({ adminUrl }: PostgresServer, name: string): Promise<string> {
  const pool = poolOf(adminUrl, 1);
  await pool.query(`create database ${name}`);
  await pool.end();
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

const runningRedis = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of runningRedis) child.kill("SIGKILL");
});

/** A Redis of our own on a free port, or null where there is none to start. */
export async function startRedis(): Promise<Started<RedisServer> | null> {
  const version = redisVersion();
  if (version === null) return null;
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", ...REDIS_SETTINGS, "--daemonize", "no"];
  const child = spawn("redis-server", args, { stdio: "ignore" });
  runningRedis.add(child);
  for (let attempt = 0; !(await accepts(port)); attempt += 1) {
    if (child.exitCode !== null || attempt > 100) throw new Error("redis-server did not start");
    await sleep(50);
  }
  return {
    server: { version, pid: child.pid ?? 0, port },
    stop: async () => {
      runningRedis.delete(child);
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function redisVersion(): string | null {
  try {
    const text = execFileSync("redis-server", ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return `Redis ${/v=(\S+)/.exec(text)?.[1] ?? "of unknown version"}`;
  } catch {
    return null;
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = openSocket(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
