import { randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EmbeddedPostgres } from "../../src/embedded/index.js";
import * as ports from "../../src/embedded/ports.js";
import { rowsOf } from "../support/dev-server.js";

vi.mock("../../src/embedded/ports.js", { spy: true });

/** Another program, and the port that it has. */
let other: Server;
let port: number;
const servers: EmbeddedPostgres[] = [];
beforeEach(async () => {
  other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  ({ port } = other.address() as { port: number });
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  await new Promise((resolve) => other.close(resolve));
});

/** The next port that is found free is taken before a server listens on it. */
function takeNextPort(): void {
  vi.mocked(ports.freePort).mockResolvedValueOnce(port);
}

async function started(start: Promise<EmbeddedPostgres>): Promise<EmbeddedPostgres> {
  const server = await start;
  servers.push(server);
  expect(server.port).not.toBe(port);
  expect(await rowsOf(server.url(), "select 1 as one")).toEqual([{ one: 1 }]);
  return server;
}

test("a server, and its standby, listen on another port if theirs is taken between the check and the start", async () => {
  takeNextPort();
  const primary = await started(EmbeddedPostgres.start());
  takeNextPort();
  const standby = await started(primary.startStandby());
  expect(standby.port).not.toBe(primary.port);
});

test("a cluster is prepared on another port if its own is taken between the check and the start", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pevensie-ports-"));
  // As /tmp: the server's user must be able to enter it.
  chmodSync(folder, 0o755);
  vi.stubEnv("TMPDIR", folder);
  try {
    const prepare = async (url: string) => void (await rowsOf(url, "create table public.prepared ()"));
    takeNextPort();
    const server = await started(EmbeddedPostgres.start({ preparation: { key: randomUUID(), prepare } }));
    expect(await rowsOf(server.url(), "select from public.prepared")).toEqual([]);
    await server.stop();
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a port that was asked for is not replaced", async () => {
  vi.mocked(ports.isFree).mockResolvedValueOnce(true);
  const refused = { code: "CONNECTION_UNAVAILABLE", message: expect.stringContaining("TCP/IP sockets") };
  await expect(EmbeddedPostgres.start({ port })).rejects.toMatchObject(refused);
});
