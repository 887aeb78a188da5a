import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { Cache, ProduceContext } from "../../src/cache/index.js";
import { computation, lookedUp, useTwoCaches } from "../support/computation.js";
import { useDatabase } from "../support/database.js";

/** A function that computes a value runs in the AsyncLocalStorage context of its own call, whichever call started the attempt. */

const database = useDatabase();
const caches = useTwoCaches(database.url);
const request = new AsyncLocalStorage<string>();
const LONG = { ttlSeconds: 60, waitMillis: 86_400_000 };

/** A call that returns the contexts in which its computation, and what that starts, have run. */
function callOf(cache: Cache, name: string, key: string, options: Parameters<Cache["getOrSet"]>[3] = LONG) {
  const produce = async () => {
    const seen = [request.getStore()];
    await new Promise<void>((resolve) => {
      setTimeout(() => {
        seen.push(request.getStore());
        resolve();
      }, 1);
    });
    await Promise.resolve();
    seen.push(request.getStore());
    return JSON.stringify(seen);
  };
  return request.run(name, () => cache.getOrSet("page", key, produce, options));
}
const threeTimes = (name: string) => JSON.stringify([name, name, name]);

test("G50: a computation runs in the context of its call, though a call that has left began to wait before", async () => {
  const key = randomUUID();
  const elsewhere = computation();
  const leased = caches.other.getOrSet("page", key, elsewhere.produce, LONG);
  await elsewhere.begun;
  const first = callOf(caches.one, "first", key, { ...LONG, waitMillis: 300 });
  await lookedUp(caches.one);
  const second = callOf(caches.one, "second", key);
  // It computes the value for itself, and the other is left with what the first one has started.
  await expect(first).resolves.toBe(threeTimes("first"));
  elsewhere.reject(new Error("on purpose"));
  await expect(leased).rejects.toThrow("on purpose");
  await expect(second).resolves.toBe(threeTimes("second"));
  await expect(caches.other.get("page", key)).resolves.toBe(threeTimes("second"));
});

test("G50: of calls that are made together, the one whose function runs sees its own context, and so do their callers", async () => {
  const key = randomUUID();
  const calls = ["a", "b", "c"].map((name) =>
    request.run(name, async () => [
      await caches.one.getOrSet("page", key, async () => `${name} ${request.getStore()}`, LONG),
      request.getStore(),
    ]),
  );
  const outcomes = await Promise.all(calls);
  expect(outcomes.map(([, context]) => context)).toEqual(["a", "b", "c"]);
  expect(["a a", "b b", "c c"]).toContain(outcomes[0]?.[0]);
});

test("G50: a listener of the signal runs in the context of the call", async () => {
  const key = randomUUID();
  const elsewhere = computation();
  const leased = caches.other.getOrSet("page", key, elsewhere.produce, LONG);
  await elsewhere.begun;
  const first = callOf(caches.one, "first", key, { ...LONG, waitMillis: 300 });
  await lookedUp(caches.one);
  let onBegun = () => {};
  const begun = new Promise<void>((resolve) => {
    onBegun = resolve;
  });
  const untilAborted = ({ signal }: ProduceContext) =>
    new Promise<string>((resolve) => {
      signal.addEventListener("abort", () => resolve(`${request.getStore()}`));
      onBegun();
    });
  const second = request.run("second", () => caches.one.getOrSet("page", key, untilAborted, LONG));
  await first;
  elsewhere.reject(new Error("on purpose"));
  await expect(leased).rejects.toThrow("on purpose");
  await begun;
  await caches.other.delete("page", key);
  await expect(second).resolves.toBe("second");
});
