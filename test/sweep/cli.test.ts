import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, test, vi } from "vitest";
import { runSweep } from "../../src/cli/sweep.js";
import { useDatabase } from "../support/database.js";
import { EXPIRING, useExpiringRows } from "../support/expiring-rows.js";
import { type Running, runCli, startCli } from "../support/process.js";
import { TcpProxy } from "../support/tcp-proxy.js";

const database = useDatabase();
const rows = useExpiringRows(database);

async function fill(expired: number): Promise<void> {
  for (const table of EXPIRING) {
    await rows.insertMany(table, expired, "now()");
    await rows.insertMany(table, 2, "'infinity'");
  }
}

/** More rows than are removed one by one while a test reacts. */
const MANY = 20_000;

const counts = () => Promise.all(EXPIRING.map((table) => rows.count(table)));

/** What a process has written to its standard error so far. */
function follow({ process }: Running): { readonly text: string } {
  const followed = { text: "" };
  process.stderr?.on("data", (chunk: string) => {
    followed.text += chunk;
  });
  return followed;
}

const eventually = (look: () => unknown) => expect.poll(look, { interval: 20 });

describe("pevensie sweep", () => {
  test("F14: removes expired rows, once, and reports on standard error", async () => {
    await fill(30);
    const outcome = await runCli(["sweep", "--addr", database.url, "auth", "cache"]);
    expect(outcome).toMatchObject({ status: 0, signal: null, stdout: "" });
    expect(outcome.stderr).toBe(
      "auth: removed 30 expired sessions, 60 one-time tokens, 30 API keys and 60 login attempts\ncache: removed 30 expired entries\n",
    );
    expect(await counts()).toEqual(EXPIRING.map(() => 2));
  });

  test("F14: sweeps the named modules only, with the address of DATABASE_URL", async () => {
    await fill(5);
    const outcome = await runCli(["sweep", "cache", "cache"], { DATABASE_URL: database.url });
    expect(outcome).toMatchObject({ status: 0, stdout: "", stderr: "cache: removed 5 expired entries\n" });
    expect(await counts()).toEqual(EXPIRING.map((table) => (table === "cache" ? 2 : 7)));
  });

  test("F14: sweeps in batches of the given size", async () => {
    await fill(12);
    const outcome = await runCli(["sweep", "--addr", database.url, "--batch-size", "5", "cache"]);
    expect(outcome).toMatchObject({ status: 0, stderr: "cache: removed 12 expired entries\n" });
  });

  test.each(["SIGTERM", "SIGINT"] as const)("F14: sweeps repeatedly with --every, until %s ends it", async (signal) => {
    await fill(3);
    const running = startCli(["sweep", "--addr", database.url, "--every", "1s", "auth", "cache"]);
    const stderr = follow(running);
    await eventually(() => stderr.text).toContain("cache: removed 3 expired entries");
    for (const table of EXPIRING) await rows.insertMany(table, 4, "now()");
    await eventually(() => stderr.text).toContain("cache: removed 4 expired entries");
    // A round that began before the last insertion leaves some for the next one.
    await eventually(counts).toEqual(EXPIRING.map(() => 2));
    running.process.kill(signal);
    expect(await running.outcome).toMatchObject({ status: 0, signal: null, stdout: "" });
    expect(await counts()).toEqual(EXPIRING.map(() => 2));
  });

  test("F14: SIGTERM ends it during its pause, however long that is", async () => {
    const running = startCli(["sweep", "--addr", database.url, "--every", "9h", "cache"]);
    const stderr = follow(running);
    await eventually(() => stderr.text).toContain("cache: removed 0 expired entries");
    running.process.kill("SIGTERM");
    expect(await running.outcome).toMatchObject({ status: 0, signal: null });
  });

  test("F14: with --every an unavailable server is reported, and the next sweep is tried", async () => {
    const proxy = await TcpProxy.start(database.url);
    const { port, url } = proxy;
    await proxy.stop();
    const running = startCli(["sweep", "--addr", url, "--every", "1s", "cache"]);
    const stderr = follow(running);
    await eventually(() => stderr.text).toMatch(/^pevensie: .+\n/);
    const back = await TcpProxy.start(database.url, port);
    try {
      await eventually(() => stderr.text).toContain("cache: removed 0 expired entries");
      running.process.kill("SIGTERM");
      expect(await running.outcome).toMatchObject({ status: 0, signal: null, stdout: "" });
    } finally {
      await back.stop();
    }
  });

  test("F14: without --every an unavailable server is an error of one line", async () => {
    const proxy = await TcpProxy.start(database.url);
    const { url } = proxy;
    await proxy.stop();
    const outcome = await runCli(["sweep", "--addr", url, "cache"]);
    expect(outcome).toMatchObject({ status: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/^pevensie: .+\n$/);
    expect(outcome.stderr).not.toContain(new URL(url).password);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("F14: %s ends it after the batch in progress", async (signal) => {
    await rows.insertMany("session", MANY, "now()");
    await rows.insertMany("cache", 3, "now()");
    const args = ["--every", "1h", "--batch-size", "1", "auth", "cache"];
    const running = startCli(["sweep", "--addr", database.url, ...args]);
    await eventually(() => rows.count("session")).toBeLessThan(MANY);
    running.process.kill(signal);
    const { status, stderr } = await running.outcome;
    const left = await rows.count("session");
    expect(left).toBeGreaterThan(0);
    expect(stderr).toBe(
      `auth: removed ${MANY - left} expired sessions, 0 one-time tokens, 0 API keys and 0 login attempts\n`,
    );
    expect(status).toBe(0);
    expect(await rows.count("cache")).toBe(3);
  });

  test.each([
    ["SIGTERM", "SIGINT"],
    ["SIGINT", "SIGTERM"],
  ] as const)("F14: after %s it leaves %s to Node, which ends the process", async (first, second) => {
    const silent = createServer().listen(0, "127.0.0.1");
    const connected = once(silent, "connection") as Promise<[Socket]>;
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const address = `postgresql://user@127.0.0.1:${port}/database?connect_timeout=600`;
    const [before, stderr] = [process.listeners(second), vi.spyOn(process.stderr, "write").mockReturnValue(true)];
    try {
      const sweep = runSweep(["--addr", address, "--every", "1h", "auth"]);
      const [socket] = await connected;
      expect(process.listenerCount(second)).toBe(before.length + 1);
      process.listeners(first).at(-1)?.(first);
      expect(process.listeners(second)).toEqual(before);
      // The loss of its connection ends the sweep.
      silent.close();
      socket.destroy();
      await sweep;
    } finally {
      stderr.mockRestore();
    }
  });

  test("F14: a server that is lost during a sweep is an error of one line, with what was removed before", async () => {
    await rows.insertMany("session", MANY, "now()");
    const proxy = await TcpProxy.start(database.url);
    const running = startCli(["sweep", "--addr", proxy.url, "--batch-size", "1", "auth"]);
    // The second batch is sent once the first one is counted.
    await eventually(() => rows.count("session")).toBeLessThan(MANY - 1);
    await proxy.stop();
    const { status, stderr } = await running.outcome;
    expect(status).toBe(1);
    expect(stderr).toMatch(/^auth: removed [1-9]\d* expired sessions, [^\n]+; then failed: [^\n]+\n$/);
  });

  test.each([
    [["sweep", "--every", "1s", "--addr", "postgres:planted-secret@localhost/db", "cache"], "connectionString"],
    [["sweep", "--every", "1s", "--schema", "pg_temp", "cache"], "schema"],
    [["sweep"], "name a module"],
    [["sweep", "users"], 'no module "users"'],
    [["sweep", "--every", "soon", "cache"], "--every takes a time"],
    [["sweep", "--every", "0s", "cache"], "--every takes a time"],
    [["sweep", "--every", "5", "cache"], "--every takes a time"],
    [["sweep", "--batch-size", "0", "cache"], "--batch-size takes a number"],
    [["sweep", "--batch-size", "100001", "cache"], "--batch-size takes a number"],
    [["sweep", "--batch-size", "1.5", "cache"], "--batch-size takes a number"],
    [["sweep", "--apply", "cache"], "--apply"],
  ])("%j is an error of one line", async (args, message) => {
    const outcome = await runCli([...args], { DATABASE_URL: database.url });
    expect(outcome).toMatchObject({ status: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/^pevensie: .+\n$/);
    expect(outcome.stderr).toContain(message);
  });
});
