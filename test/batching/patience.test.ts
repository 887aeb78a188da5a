import { expect, test, vi } from "vitest";
import { PevensieError } from "../../src/errors/index.js";
import { Admission } from "../../src/postgres/execution/admission.js";
import { LockRetries } from "../../src/postgres/execution/lock-retries.js";
import { FixedSlots } from "../../src/postgres/execution/slots.js";

/** How long calls wait for a server that does not respond, by a clock that the test controls. */
const clock = vi.hoisted(() => ({ time: 0 }));
vi.mock("../../src/timers.js", async (original) => ({
  ...(await original<typeof import("../../src/timers.js")>()),
  now: () => clock.time,
}));
const { batched } = await import("../../src/postgres/execution/batcher.js");

test("a call is rejected for its own time in the queue, not for that of others", async () => {
  const failing: (() => void)[] = [];
  const pass = async (milliseconds: number) => {
    clock.time += milliseconds;
    for (const _ of [1, 2, 3]) await new Promise(setImmediate);
  };
  const admission = new Admission();
  admission.open();
  const unanswered = () => new PevensieError("TIMEOUT", "response timeout");
  const call = batched<string, string>(
    {
      mode: "bulk",
      one: () => new Promise((_, reject) => failing.push(() => reject(unanswered()))),
    },
    {
      executor: {} as never,
      slots: new FixedSlots(1),
      gate: admission,
      queueTimeoutMillis: 1_000,
      lockTimeoutMillis: 100,
      maxLockWaitMillis: 1_000,
      lockRetries: new LockRetries(1),
    },
  );
  // The third is called in the turn in which the first one's response frees a slot for the second.
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
  await expect(second).rejects.toThrow("response timeout");
  await expect.poll(() => failing.length).toBe(1);
  failing.shift()?.();
  await expect(first).rejects.toThrow("response timeout");
});
