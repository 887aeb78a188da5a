import { expect, test, vi } from "vitest";
import { LockRetries } from "../../src/postgres/lock-retries.js";

/** How long calls wait for a server that does not answer, by a clock of the test's own. */
const clock = vi.hoisted(() => ({ time: 0 }));
vi.mock("../../src/timers.js", async (original) => ({
  ...(await original<typeof import("../../src/timers.js")>()),
  now: () => clock.time,
}));
const { batched } = await import("../../src/postgres/batcher.js");

test("a call is refused for what it waited itself, not for what others did", async () => {
  const failing: (() => void)[] = [];
  /** How often the queue was looked at, which it is again and again while calls are in it. */
  let looks = 0;
  const pass = async (milliseconds: number) => {
    clock.time += milliseconds;
    const before = looks;
    await expect.poll(() => looks).toBeGreaterThan(before + 1);
  };
  const call = batched<string, string>(
    {
      traffic: "bulk",
      one: () => new Promise((_, reject) => failing.push(() => reject(new Error("no answer")))),
    },
    {
      executor: {} as never,
      roomBeside(underWay) {
        looks += 1;
        return 1 - underWay;
      },
      enter() {},
      leave() {},
      isFaultOfOneRow: () => false,
      forUnsent: () => new Error("nothing was sent"),
      patienceMillis: 1_000,
      isLockTimeout: () => false,
      lockTimeoutMillis: 100,
      lockPatienceMillis: 1_000,
      lockRetries: new LockRetries(1),
    },
  );
  // The third is called in the turn in which the first one's answer makes room for the second.
  const first = call("first").catch(async () => {
    for (const _ of Array.from({ length: 10 })) await null;
    return call("third");
  });
  const second = call("second");
  await expect.poll(() => failing.length).toBe(1);
  await pass(600);
  failing.shift()?.();
  await expect.poll(() => failing.length).toBe(1);
  await pass(600);
  failing.shift()?.();
  await expect(second).rejects.toThrow("no answer");
  await expect.poll(() => failing.length).toBe(1);
  failing.shift()?.();
  await expect(first).rejects.toThrow("no answer");
});
