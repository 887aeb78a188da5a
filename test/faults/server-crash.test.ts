import { expect, test } from "vitest";
import { createUser } from "../support/auth.js";
import { withDrivers } from "../support/fault-drivers.js";
import { codeOf } from "../support/fault-outcome.js";
import { killWithBackends, listening, useServer } from "../support/fault-server.js";

const server = useServer();
const config = () => ({ connectionString: server.current.url() });

/** The server's own processes outlive it for a moment, and answer. */
async function expectUnavailable(read: () => Promise<unknown>): Promise<void> {
  const outcome = () =>
    read().then(
      () => "answered",
      (error: { code: string }) => error.code,
    );
  await expect.poll(outcome).toBe("CONNECTION_UNAVAILABLE");
}

test("F3: the same objects recover by themselves after the server was killed and restarted", async () => {
  await withDrivers(config(), async (auth, cache) => {
    const user = await createUser(auth);
    await cache.set("type", "before", "x");
    for (let round = 0; round < 3; round += 1) {
      await killWithBackends(server.current);
      await expectUnavailable(() => auth.getUserById(user.id));
      expect(await codeOf(auth.setUserRole(user.id, "lost"))).toBe("CONNECTION_UNAVAILABLE");
      await expectUnavailable(() => cache.get("type", "before"));
      await server.current.boot();
      expect(await auth.getUserById(user.id)).toEqual(user);
      await cache.set("type", "after", String(round));
      expect(await cache.get("type", "after")).toBe(String(round));
    }
  });
});

test("F3: calls in flight when the server is killed fail with a typed error", async () => {
  await withDrivers(config(), async (auth, cache) => {
    const user = await createUser(auth);
    const calls = Array.from({ length: 20 }, (_, index) => [
      auth.getUserById(user.id),
      cache.set("type", `key ${index}`, "value"),
      auth.setUserRole(user.id, String(index)),
    ]).flat();
    const outcomes = Promise.allSettled(calls);
    await server.current.kill();
    for (const outcome of await outcomes) {
      if (outcome.status === "fulfilled") continue;
      expect(["CONNECTION_UNAVAILABLE", "OUTCOME_UNKNOWN"]).toContain((outcome.reason as { code: string }).code);
    }
    await server.current.boot();
    expect(await auth.getUserById(user.id)).toMatchObject({ id: user.id, email: user.email });
  });
});

test("F3: connecting waits for a server that restarts", async () => {
  await withDrivers(config(), async (auth, cache) => {
    const user = await createUser(auth);
    await killWithBackends(server.current);
    // Until the dead connections are known as such, a write on one of them would have an unknown outcome.
    await expectUnavailable(() => auth.getUserById(user.id));
    await expectUnavailable(() => cache.get("type", "key"));
    const booted = server.current.boot();
    await listening(server.current);
    const calls = [auth.getUserById(user.id), auth.setUserRole(user.id, "patient"), cache.set("type", "key", "value")];
    const outcomes = Promise.allSettled(calls);
    await booted;
    expect((await outcomes).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
    expect(await auth.getUserById(user.id)).toMatchObject({ role: "patient" });
    expect(await cache.get("type", "key")).toBe("value");
  });
});

test("F3: recovers from a clean restart, which the server announces to every connection", async () => {
  await withDrivers(config(), async (auth) => {
    const user = await createUser(auth);
    await server.current.halt();
    await server.current.boot();
    expect(await auth.getUserById(user.id)).toEqual(user);
  });
});

test("G30: after a crash of the server the emptied cache is a miss, never an error", async () => {
  await withDrivers(config(), async (auth, cache) => {
    const user = await createUser(auth);
    await cache.set("type", "key", "value");
    await cache.set("other", "key", "value", { ttlSeconds: 60 });
    await server.current.kill();
    await server.current.boot();
    expect(await cache.get("type", "key")).toBeNull();
    expect(await cache.getAll("key")).toEqual(new Map());
    await cache.delete("type", "key");
    await cache.set("type", "key", "again");
    expect(await cache.get("type", "key")).toBe("again");
    // The tables beside it are logged.
    expect(await auth.getUserById(user.id)).toEqual(user);
  });
});

test("G30: a clean restart keeps the cache's entries", async () => {
  await withDrivers(config(), async (_, cache) => {
    await cache.set("type", "kept", "value");
    await server.current.halt();
    await server.current.boot();
    expect(await cache.get("type", "kept")).toBe("value");
  });
});
