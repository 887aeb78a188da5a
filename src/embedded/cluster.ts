import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type { Binaries } from "./binaries.js";
import { ageMillisOf, type Listing, list, matches, moveInto, newFolderBeside } from "./copies.js";
import { didNotStart } from "./errors.js";
import { type Owner, workplace } from "./owner.js";
import { openToPass, privateFolder } from "./private-folder.js";
import type { StartObserver } from "./start-observer.js";
import { startOnFreePort, startServer } from "./starting.js";

const execute = promisify(execFile);

/** Safe to lose: everything here is thrown away at the end, or made again. */
export const DISPOSABLE = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

const HOUR_MILLIS = 3_600_000;

/** What a new cluster contains besides what PostgreSQL puts there. */
export interface Preparation {
  /** Names the result: clusters with the same key, made by the same binaries, are copies of one. */
  readonly key: string;
  /** Fills a new cluster. */
  prepare(connectionString: string): Promise<void>;
}

/** What makes a cluster: PostgreSQL's word for a data folder with the databases in it. */
export interface ClusterOptions extends Pick<StartObserver, "signal"> {
  readonly binaries: Binaries;
  readonly owner: Owner | undefined;
  readonly preparation?: Preparation | undefined;
}

/**
 * The connection string of a database of a server on this machine. The server has no TLS, which PGSSLMODE of the environment may ask for:
 * usual where the production database is in a cloud.
 */
export function localUrl(port: number, password: string, database = "postgres"): string {
  return `postgresql://postgres:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;
}

/**
 * Makes a cluster in `data` of an empty folder, and returns the password of its superuser `postgres`. A prepared one is
 * copied from one that is kept, which takes a fifth of the time. The folder stays root's where the server runs as another user, which
 * could otherwise put symbolic links in place of the files that root writes.
 */
export async function makeCluster(folder: string, options: ClusterOptions): Promise<string> {
  const { binaries, owner, preparation } = options;
  openToPass(folder, owner);
  const kept = preparation && privateFolder(owner);
  if (preparation === undefined || kept === null || kept === undefined) return buildCluster(folder, options);
  const place = join(kept, `cluster-${binaries.version}-${process.arch}-${preparation.key}`);
  const copied = await copyCluster(place, folder, owner);
  if (copied !== null) return copied;
  removeUnused(kept);
  const fresh = newFolderBeside(place);
  try {
    openToPass(fresh, owner);
    const password = await buildCluster(fresh, options);
    const contents = list(join(fresh, "data"));
    writeFileSync(join(fresh, "contents.json"), JSON.stringify({ password, contents }), { mode: 0o600 });
    // Before it moves, since another process may replace it at any time.
    await copyData(fresh, folder, owner);
    moveInto(fresh, place);
    return password;
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
}

async function buildCluster(folder: string, { binaries, owner, preparation, signal }: ClusterOptions): Promise<string> {
  const password = randomBytes(12).toString("hex");
  await initialise(folder, binaries, owner, password);
  signal?.throwIfAborted();
  if (preparation === undefined) return password;
  const { postgres } = binaries;
  const data = join(folder, "data");
  const start = async (port: number) => ({
    server: await startServer({ postgres, owner, data, port, settings: DISPOSABLE, disposable: folder, signal }),
    url: localUrl(port, password),
  });
  const { server, url } = await startOnFreePort(start);
  try {
    await preparation.prepare(url);
    signal?.throwIfAborted();
  } finally {
    await server.stop();
  }
  return password;
}

async function initialise(folder: string, binaries: Binaries, owner: Owner | undefined, password: string) {
  const data = makeData(folder, owner);
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  give(passwordFile, owner);
  const { path, options, command } = workplace(data, owner);
  const args = [
    `--pgdata=${path}`,
    "--username=postgres",
    // By way of the data folder, since those above may be closed to the server's user.
    `--pwfile=${path}/../${basename(passwordFile)}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
  ];
  await execute(...command(binaries.initdb, args), options).catch(({ stderr }: { stderr?: string }) => {
    // Such as for a user id of a container that the system has no name for.
    throw didNotStart(stderr || "initdb: cannot be run");
  });
  rmSync(passwordFile);
}

/** Copies a kept cluster. Returns its password, or null if there is none or it is damaged; `folder` is empty then. */
async function copyCluster(place: string, folder: string, owner: Owner | undefined): Promise<string | null> {
  try {
    const description = () => readFileSync(join(place, "contents.json"), "utf8");
    const text = description();
    const { password, contents } = JSON.parse(text) as { password: string; contents: Listing };
    await copyData(place, folder, owner);
    // A temporary folder may have lost what nobody used for a while.
    if (!matches(join(folder, "data"), contents)) throw new Error("The kept cluster is damaged.");
    if (description() !== text) throw new Error("Another process has replaced the kept cluster meanwhile.");
    utimesSync(place, new Date(), new Date());
    return password;
  } catch {
    rmSync(join(folder, "data"), { recursive: true, force: true });
    return null;
  }
}

/** Copies the data folder of a server that does not run. */
export async function copyData(from: string, folder: string, owner: Owner | undefined): Promise<void> {
  const data = makeData(folder, owner);
  // Windows has no cp, and the server runs as the current user there.
  if (process.platform === "win32") {
    return cp(join(from, "data"), data, { recursive: true, preserveTimestamps: true });
  }
  const { path, options, command } = workplace(data, owner);
  // cp is three times as fast as fs.cp, and clones files where the file system can.
  await execute(...command("cp", ["-Rp", `${join(from, "data")}/.`, path]), options);
}

/** Makes the data folder in a folder, and returns its path. */
function makeData(folder: string, owner: Owner | undefined): string {
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  give(data, owner);
  return data;
}

/** Removes copies of earlier versions, and what a killed process has left. */
function removeUnused(kept: string): void {
  for (const name of readdirSync(kept)) {
    const path = join(kept, name);
    const isCopy = /^(?:cluster|binaries)-/.test(name);
    if (ageMillisOf(path) > (isCopy ? 30 * 24 * HOUR_MILLIS : HOUR_MILLIS))
      rmSync(path, { recursive: true, force: true });
  }
}

/** Makes the server's user the owner of a file or an empty folder. */
export function give(path: string, owner: Owner | undefined): void {
  if (owner) chownSync(path, owner.uid, owner.gid);
}
