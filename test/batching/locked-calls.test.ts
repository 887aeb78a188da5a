import { expect, test } from "vitest";
import { Admission } from "../../src/postgres/execution/admission.js";
import { batched } from "../../src/postgres/execution/batcher.js";
import { LockRetries } from "../../src/postgres/execution/lock-retries.js";
import { FixedSlots } from "../../src/postgres/execution/slots.js";

test("calls for one key are not sent before an earlier one that waits for a lock is answered", async () => {
  const admission = new Admission();
  admission.open();
  const lockError = Object.assign(new Error("locked"), { code: "55P03", severity: "ERROR" });
  const sent: { input: string; resolve(output: string): void; reject(error: Error): void }[] = [];
  const call = batched<string, string>(
    {
      mode: "writes",
      conflictKeyOf: () => 1,
      one: (_, input) => new Promise((resolve, reject) => sent.push({ input, resolve, reject })),
    },
    {
      executor: {} as never,
      slots: new FixedSlots(3),
      gate: admission,
      queueTimeoutMillis: 60_000,
      lockTimeoutMillis: 100,
      maxLockWaitMillis: 60_000,
      lockRetries: new LockRetries(1),
    },
  );
  const inputs = () => sent.map(({ input }) => input);
  const calls = [call("first")];
  sent[0]?.reject(lockError);
  await expect.poll(inputs).toEqual(["first", "first"]);
  calls.push(call("second"));
  for (const _ of [1, 2, 3, 4, 5]) await new Promise(setImmediate);
  expect(inputs()).toEqual(["first", "first"]);
  sent[1]?.resolve("written");
  await expect.poll(inputs).toEqual(["first", "first", "second"]);
  sent[2]?.resolve("written");
  expect(await Promise.all(calls)).toEqual(["written", "written"]);
});
