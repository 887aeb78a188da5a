import { expect, test } from "vitest";
import { LockLane } from "../../src/postgres/execution/lock-lane.js";
import { translateStatementError } from "../../src/postgres/protocol/errors.js";

/** A statement that has met a locked row, as the server answers it. */
const lockTimeout = translateStatementError({ code: "55P03", severity: "ERROR" }, "write");

/** Work that ends when the test says so. */
function work() {
  let end = (_outcome: Promise<string>) => {};
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const given: number[] = [];
  const run = (lockTimeoutMillis: number) => {
    given.push(lockTimeoutMillis);
    return ended;
  };
  return { run, given, succeed: () => end(Promise.resolve("value")), fail: () => end(Promise.reject(lockTimeout)) };
}
const turn = () => new Promise(setImmediate);

test("G33: as many statements as the limit are in flight, those of a lower rank first", async () => {
  const lane = new LockLane(2, 100, 2);
  const [a, b, late, early] = [work(), work(), work(), work()];
  const all = [lane.run(1, a.run), lane.run(1, b.run), lane.run(1, late.run), lane.run(0, early.run)];
  await turn();
  expect([a, b, late, early].map(({ given }) => given.length)).toEqual([1, 1, 0, 0]);
  a.succeed();
  await turn();
  expect([late, early].map(({ given }) => given.length)).toEqual([0, 1]);
  for (const { succeed } of [b, late, early]) succeed();
  await expect(Promise.all(all)).resolves.toEqual(["value", "value", "value", "value"]);
});

test("G33: while others are queued, a statement waits for a locked row for a tenth of the time", async () => {
  const lane = new LockLane(1, 100, 1);
  const [a, b, c] = [work(), work(), work()];
  const all = [a, b, c].map(({ run }) => lane.run(0, run));
  for (const { succeed } of [a, b, c]) {
    succeed();
    await turn();
  }
  await Promise.all(all);
  expect([a, b, c].map(({ given }) => given)).toEqual([[100], [10], [100]]);
});

test("G33: what was queued for a second behind a statement that has met a locked row fails like it", async () => {
  const lane = new LockLane(1, 100, 2);
  const [locked, first, second, later] = [work(), work(), work(), work()];
  const failed = expect(lane.run(0, locked.run)).rejects.toBe(lockTimeout);
  const overdue = [lane.run(0, first.run), lane.run(1, second.run)].map((call) =>
    expect(call).rejects.toBe(lockTimeout),
  );
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const kept = lane.run(0, later.run);
  locked.fail();
  await Promise.all([failed, ...overdue]);
  expect([first, second].map(({ given }) => given)).toEqual([[], []]);
  later.succeed();
  await expect(kept).resolves.toBe("value");
});
