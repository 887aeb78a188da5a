import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Binaries, locateBinaries } from "./binaries.js";
import { copyData, DISPOSABLE, give, localUrl, makeCluster, type Preparation } from "./cluster.js";
import { type Owner, serverOwner } from "./owner.js";
import { isFree, portTaken } from "./ports.js";
import type { Postmaster } from "./postmaster.js";
import { openToPass } from "./private-folder.js";
import type { StartObserver } from "./start-observer.js";
import { startOnFreePort, startServer } from "./starting.js";

/** Options of {@link EmbeddedPostgres.start}. */
export interface EmbeddedPostgresOptions extends Pick<StartObserver, "signal"> {
  /** Settings of the server, as in postgresql.conf. They replace those that make it fast and not durable. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** What its databases contain. Default: nothing. */
  readonly preparation?: Preparation | undefined;
  /** The port. Default: one that is free. */
  readonly port?: number | undefined;
}

/**
 * A private PostgreSQL server on a loopback port and a temporary folder. It is stopped and removed when the process that
 * started it ends, however that happens; on Windows only by {@link EmbeddedPostgres.stop}.
 */
export class EmbeddedPostgres {
  readonly port: number;
  readonly #password: string;
  readonly #folder: string;
  readonly #binaries: Binaries;
  readonly #owner: Owner | undefined;
  #settings: Readonly<Record<string, string>>;
  #server: Postmaster | undefined;

  private constructor(
    port: number,
    password: string,
    folder: string,
    binaries: Binaries,
    owner: Owner | undefined,
    settings: Record<string, string>,
  ) {
    this.port = port;
    this.#password = password;
    this.#folder = folder;
    this.#binaries = binaries;
    this.#owner = owner;
    this.#settings = settings;
  }

  /** Makes a new cluster and starts it. */
  static async start({ settings, preparation, port, signal }: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
    if (port !== undefined && !(await isFree(port))) throw portTaken(port);
    const folder = mkdtempSync(join(tmpdir(), "pevensie-postgres-"));
    try {
      const owner = await serverOwner();
      const binaries = locateBinaries(folder, owner);
      const password = await makeCluster(folder, { binaries, owner, preparation, signal });
      signal?.throwIfAborted();
      // The supervisor runs as the server's user, and removes it.
      give(folder, owner);
      const all = { ...DISPOSABLE, ...settings };
      return await EmbeddedPostgres.#listen(
        port,
        (chosen) => new EmbeddedPostgres(chosen, password, folder, binaries, owner, all),
      );
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Starts a server on a port, or on one that is free. */
  static async #listen(
    port: number | undefined,
    serverOn: (port: number) => EmbeddedPostgres,
  ): Promise<EmbeddedPostgres> {
    const start = async (chosen: number) => {
      const server = serverOn(chosen);
      await server.boot();
      return server;
    };
    return port === undefined ? startOnFreePort(start) : start(port);
  }

  /** Returns the connection string of a database of this server. */
  url(database?: string): string {
    return localUrl(this.port, this.#password, database);
  }

  /** Resolves when the server that runs now has ended, whatever ended it. */
  get ended(): Promise<void> {
    return this.#server?.ended ?? Promise.resolve();
  }

  /** Starts the server again after {@link kill} or {@link halt}, on the same port and data. */
  async boot(): Promise<void> {
    this.#server = await startServer({
      postgres: this.#binaries.postgres,
      owner: this.#owner,
      data: join(this.#folder, "data"),
      port: this.port,
      settings: this.#settings,
      disposable: this.#folder,
    });
  }

  /** Ends the server as a crash of the machine would: SIGKILL to the postmaster and, by that, to all its children. */
  async kill(): Promise<void> {
    await this.#server?.stop("SIGKILL");
  }

  /** A fast, clean shutdown that keeps the data. */
  async halt(): Promise<void> {
    await this.#server?.stop();
  }

  /**
   * Starts the server again as a hot standby, which is read-only: of a primary that continues its data, or of one that sends
   * nothing.
   */
  async restartAsStandby(primary?: EmbeddedPostgres): Promise<void> {
    await this.halt();
    if (primary !== undefined) this.#settings = { ...this.#settings, ...primary.#replication };
    writeFileSync(join(this.#folder, "data", "standby.signal"), "");
    await this.boot();
  }

  /**
   * Starts a standby that streams from this server, from a copy of its data. This server is stopped for the time of copying.
   *
   * @param options - of the standby; this server's settings are not copied
   */
  async startStandby(options: Omit<EmbeddedPostgresOptions, "preparation"> = {}): Promise<EmbeddedPostgres> {
    const folder = mkdtempSync(join(tmpdir(), "pevensie-postgres-"));
    try {
      openToPass(folder, this.#owner);
      await this.halt();
      await copyData(this.#folder, folder, this.#owner);
      await this.boot();
      writeFileSync(join(folder, "data", "standby.signal"), "");
      give(folder, this.#owner);
      const all = { ...DISPOSABLE, ...options.settings, ...this.#replication };
      return await EmbeddedPostgres.#listen(
        options.port,
        (port) => new EmbeddedPostgres(port, this.#password, folder, this.#binaries, this.#owner, all),
      );
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The settings of a standby that streams from this server. */
  get #replication(): Readonly<Record<string, string>> {
    return { primary_conninfo: `host=127.0.0.1 port=${this.port} user=postgres password=${this.#password}` };
  }

  /** Stops the server, which ends every connection to it, and removes its folder. Idempotent. */
  async stop(): Promise<void> {
    await this.halt();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}
