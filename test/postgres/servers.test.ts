import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, test, vi } from "vitest";
import type { TargetSessionAttrs } from "../../src/postgres/config/hosts.js";
import { clientClass } from "../../src/postgres/pool/client-class.js";
import { ConnectTimeout, Servers, UnsuitableServer } from "../../src/postgres/pool/servers.js";
import { now } from "../../src/timers.js";

/** How long an attempt to connect may take. */

const choice = (count: number, target: TargetSessionAttrs) => ({
  servers: Array.from({ length: count }, (_, index) => ({ host: `db${index}`, port: 5432 })),
  target,
});

test.each([
  [1, "any", 60_000],
  [1, "read-write", 5_000],
  [1, "primary", 5_000],
  [2, "any", 5_000],
  [2, "read-write", 5_000],
] as const)("F20: of %i servers with target %s, an attempt takes %i ms of 60 seconds", (count, target, expected) => {
  expect(new Servers(choice(count, target)).attemptMillis(60_000)).toBe(expected);
});

test("F20: an attempt takes no more than an equal share of the timeout", () => {
  expect(new Servers(choice(3, "any")).attemptMillis(6_001)).toBe(2_001);
});

test("F20: while no server answers, attempts take longer, until one answers", () => {
  const servers = new Servers(choice(2, "read-write"));
  const candidate = servers.next();
  const silent = () => {
    servers.noteTimeout(now() - 40_000);
    servers.noteTimeout(now() - 5_000);
    servers.passOver(candidate, new ConnectTimeout());
  };
  silent();
  // A quarter of the 40 seconds, and of what the lines above took.
  expect(servers.attemptMillis(60_000)).toBeGreaterThanOrEqual(10_000);
  expect(servers.attemptMillis(12_000)).toBe(6_000);
  servers.passOver(candidate, new UnsuitableServer("in_hot_standby", "is a standby"));
  expect(servers.attemptMillis(60_000)).toBe(5_000);
  silent();
  servers.accept(candidate);
  expect(servers.attemptMillis(60_000)).toBe(5_000);
});

test("F20: an attempt to connect that times out is noted, with when it began", async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const servers = new Servers({ servers: [{ host: "127.0.0.1", port }], target: "any" });
  const noteTimeout = vi.spyOn(servers, "noteTimeout");
  const before = now();
  const Client = clientClass(servers, 100);
  const client = new Client().on("error", () => {});
  await expect(client.connect()).rejects.toBeInstanceOf(ConnectTimeout);
  expect(noteTimeout).toHaveBeenCalledOnce();
  const [began] = noteTimeout.mock.calls[0] as [number];
  expect(began).toBeGreaterThanOrEqual(before);
  expect(now() - began).toBeGreaterThanOrEqual(99);
  for (const socket of sockets) socket.destroy();
  server.close();
});
