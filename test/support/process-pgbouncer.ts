import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "../../src/embedded/ports.js";

/** Debian's location, which is not on every PATH. */
const PROGRAM = ["pgbouncer", "/usr/sbin/pgbouncer"].find((path) => spawnSync(path, ["--version"]).status === 0);

export const hasPgBouncer = PROGRAM !== undefined;

export interface PgBouncer {
  readonly url: string;
  stop(): Promise<void>;
}

/** A PgBouncer in transaction mode, with two connections to the database of the connection string. */
export async function startPgBouncer(target: string): Promise<PgBouncer> {
  const { hostname, port, username, password, pathname } = new URL(target);
  const database = pathname.slice(1);
  const listenPort = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "pevensie-pgbouncer-"));
  const file = join(folder, "pgbouncer.ini");
  writeFileSync(
    file,
    `[databases]
${database} = host=${hostname} port=${port} user=${username} password=${decodeURIComponent(password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
max_client_conn = 200
`,
    { mode: 0o600 },
  );
  // It refuses to run as root.
  const owner = process.getuid?.() === 0 ? { uid: idOfNobody("-u"), gid: idOfNobody("-g") } : undefined;
  for (const path of owner ? [folder, file] : []) chownSync(path, owner?.uid as number, owner?.gid as number);
  const child = spawn(PROGRAM as string, [file], { stdio: ["ignore", "ignore", "pipe"], ...owner });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    log += chunk;
  });
  const exited = once(child, "exit");
  const stop = async () => {
    child.kill("SIGKILL");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `postgresql://${username}@127.0.0.1:${listenPort}/${database}`;
  const deadline = Date.now() + 150_000;
  while (!(await answers(url))) {
    if (child.exitCode === null && Date.now() < deadline) continue;
    await stop();
    throw new Error(`PgBouncer did not start:\n${log}`);
  }
  return { url, stop };
}

function idOfNobody(flag: "-u" | "-g"): number {
  return Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
