import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import { Deadline } from "../../src/postgres/protocol/deadlines.js";

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test("each deadline expires once, and not early", async () => {
  const declared: string[] = [];
  const early: string[] = [];
  const set = (name: string) => {
    const start = performance.now();
    new Deadline(40, () => {
      declared.push(name);
      if (performance.now() - start < 40) early.push(name);
    });
  };
  set("first");
  set("second");
  await sleep(10);
  set("third");
  await expect.poll(() => declared.length).toBe(3);
  await sleep(60);
  expect(declared.toSorted()).toEqual(["first", "second", "third"]);
  expect(early).toEqual([]);
});

test("a deadline does not wait for a longer one that was set before it", async () => {
  const declared: string[] = [];
  const longer = new Deadline(600_000, () => declared.push("longer"));
  new Deadline(20, () => declared.push("shorter"));
  await expect.poll(() => declared).toEqual(["shorter"]);
  longer.cancel();
});

test("a cancelled deadline does not expire, and does not prevent others from expiring", async () => {
  const came: number[] = [];
  const deadlines = Array.from({ length: 1_000 }, (_, index) => new Deadline(30, () => came.push(index)));
  const kept = [0, 1, 500, 999];
  for (const [index, deadline] of deadlines.entries()) if (!kept.includes(index)) deadline.cancel();
  await expect.poll(() => came.length).toBe(kept.length);
  expect(new Set(came)).toEqual(new Set(kept));
  for (const deadline of deadlines) deadline.cancel();
  await sleep(60);
  expect(came).toHaveLength(kept.length);
});

test("a deadline that is set when another expires, expires in its turn", async () => {
  const came: string[] = [];
  new Deadline(10, () => {
    came.push("first");
    new Deadline(10, () => came.push("second"));
  });
  await expect.poll(() => came).toEqual(["first", "second"]);
});

test("deadlines use real time, whatever an application's tests do to the clock", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
  const came: string[] = [];
  new Deadline(15, () => came.push("came"));
  vi.useRealTimers();
  await expect.poll(() => came).toEqual(["came"]);
});

test("a deadline keeps the process alive until it expires or is cancelled", async () => {
  const script = `
    import { Deadline } from ${JSON.stringify(new URL("../../src/postgres/protocol/deadlines.ts", import.meta.url).href)};
    new Deadline(600_000, () => {}).cancel();
    new Deadline(300, () => console.log("came"));
    new Deadline(300, () => {}).cancel();
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "-e", script],
    { timeout: 170_000 },
  );
  expect(stdout).toBe("came\n");
});
