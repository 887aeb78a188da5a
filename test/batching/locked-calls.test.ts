import { expect, test } from "vitest";
import { batched } from "../../src/postgres/batcher.js";
import { LockRetries } from "../../src/postgres/lock-retries.js";

test("calls for one key are not sent before an earlier one that has met a lock is answered", async () => {
  const isLocked = new Error("locked");
  const sent: { input: string; resolve(output: string): void; reject(error: Error): void }[] = [];
  const call = batched<string, string>(
    {
      traffic: "writes",
      orderOf: () => 1,
      one: (_, input) => new Promise((resolve, reject) => sent.push({ input, resolve, reject })),
    },
    {
      executor: {} as never,
      roomBeside: (underWay) => 3 - underWay,
      enter() {},
      leave() {},
      isFaultOfOneRow: () => false,
      forUnsent: () => undefined,
      patienceMillis: 60_000,
      isLockTimeout: (error) => error === isLocked,
      lockTimeoutMillis: 100,
      lockPatienceMillis: 60_000,
      lockRetries: new LockRetries(1),
    },
  );
  const inputs = () => sent.map(({ input }) => input);
  const calls = [call("first")];
  sent[0]?.reject(isLocked);
  await expect.poll(inputs, { timeout: 20_000 }).toEqual(["first", "first"]);
  calls.push(call("second"));
  for (const _ of [1, 2, 3, 4, 5]) await new Promise(setImmediate);
  expect(inputs()).toEqual(["first", "first"]);
  sent[1]?.resolve("written");
  await expect.poll(inputs, { timeout: 20_000 }).toEqual(["first", "first", "second"]);
  sent[2]?.resolve("written");
  expect(await Promise.all(calls)).toEqual(["written", "written"]);
});
