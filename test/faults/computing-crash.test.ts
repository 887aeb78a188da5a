import { expect, test, vi } from "vitest";
import { computation, connectCache, lookedUp } from "../support/computation.js";
import { killWithBackends, useServer } from "../support/fault-server.js";

const server = useServer();
const TERMS = { ttlSeconds: 600, graceSeconds: 600, tags: ["tag"] };

test("G30: a crash of the server empties entries, leases and invalidations: a miss, never an error", async () => {
  await using cache = await connectCache({ connectionString: server.current.url() });
  await cache.set("page", "tagged", "old", { ttlSeconds: 600, tags: ["tag"] });
  await cache.increment("page", "counter", { by: 5 });
  await cache.rateLimit("limit", "key", { limit: 1, windowSeconds: 3600 });
  await cache.invalidateTags(["another"]);
  await server.current.kill();
  await server.current.boot();
  await expect(cache.get("page", "tagged")).resolves.toBeNull();
  await expect(cache.getEntry("page", "tagged")).resolves.toBeNull();
  await expect(cache.increment("page", "counter")).resolves.toBe(1);
  await expect(cache.rateLimit("limit", "key", { limit: 1, windowSeconds: 3600 })).resolves.toMatchObject({
    allowed: true,
  });
  await cache.invalidateTags(["tag"]);
  await expect(cache.getOrSet("page", "tagged", () => "new", TERMS)).resolves.toBe("new");
  await expect(cache.get("page", "tagged")).resolves.toBe("new");
  await cache.invalidateTags(["tag"]);
  await expect(cache.get("page", "tagged")).resolves.toBeNull();
  await cache.removeExpired();
});

test("F3: a value that is computed while the server crashes is returned and not stored, and the next call tries again", async () => {
  await using cache = await connectCache({ connectionString: server.current.url() });
  await using other = await connectCache({ connectionString: server.current.url() });
  const during = computation();
  const call = cache.getOrSet("page", "during", during.produce, TERMS);
  await during.begun;
  const waiting = other
    .getOrSet("page", "during", () => "the other's", TERMS)
    .then(
      (value) => value,
      (error: { code: string }) => error.code,
    );
  await lookedUp(other);
  await killWithBackends(server.current);
  const down = cache.getOrSet("page", "down", () => "value", { ...TERMS, waitMillis: 0 }).catch(() => "refused");
  await server.current.boot();
  await down;
  during.resolve("during");
  await expect(call).resolves.toBe("during");
  expect(["the other's", "CONNECTION_UNAVAILABLE", "OUTCOME_UNKNOWN"]).toContain(await waiting);
  const produce = vi.fn(() => "after");
  for (const each of [cache, other]) {
    await expect.poll(() => each.getOrSet("page", "after", produce, TERMS).catch(() => "refused")).toBe("after");
  }
  expect(produce).toHaveBeenCalledTimes(1);
  await expect(cache.get("page", "during")).resolves.not.toBe("during");
});

test("F3: a value whose store was lost with the server is returned all the same", async () => {
  await using cache = await connectCache({ connectionString: server.current.url() });
  const during = computation();
  const call = cache.getOrSet("page", "lost", during.produce, TERMS);
  await during.begun;
  await killWithBackends(server.current);
  during.resolve("value");
  await expect(call).resolves.toBe("value");
  await server.current.boot();
  await expect.poll(() => cache.getOrSet("page", "lost", () => "again", TERMS).catch(() => "refused")).toBe("again");
});
