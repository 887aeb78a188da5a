import { expect, test, vi } from "vitest";
import { translateStatementError } from "../../src/postgres/protocol/statement-errors.js";

/** The package's clock, in milliseconds, which stands still unless a test advances it. */
const clock = vi.hoisted(() => ({ time: 0 }));
vi.mock("../../src/timers.js", async (original) => ({
  ...(await original<typeof import("../../src/timers.js")>()),
  now: () => clock.time,
}));
const { LockWaitQueue } = await import("../../src/postgres/execution/lock-wait-queue.js");

/** A statement that has met a locked row, as the server answers it. */
const lockTimeout = translateStatementError({ code: "55P03", severity: "ERROR" }, "once");

/** A statement that the server has not answered. */
const unanswered = translateStatementError(new Error("response timeout"), "idempotent");

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
  return {
    run,
    given,
    succeed: () => end(Promise.resolve("value")),
    fail: (error = lockTimeout) => end(Promise.reject(error)),
  };
}
const turn = () => new Promise(setImmediate);

function queueOf(limit: number, ranks: number) {
  return new LockWaitQueue({ limit, ranks, lockTimeoutMillis: 100, queueTimeoutMillis: 200 });
}

test("G33: as many statements as the limit are in flight, those of a lower rank first", async () => {
  const queue = queueOf(2, 2);
  const [a, b, late, early] = [work(), work(), work(), work()];
  const all = [queue.run(1, a.run), queue.run(1, b.run), queue.run(1, late.run), queue.run(0, early.run)];
  await turn();
  expect([a, b, late, early].map(({ given }) => given.length)).toEqual([1, 1, 0, 0]);
  a.succeed();
  await turn();
  expect([late, early].map(({ given }) => given.length)).toEqual([0, 1]);
  for (const { succeed } of [b, late, early]) succeed();
  await expect(Promise.all(all)).resolves.toEqual(["value", "value", "value", "value"]);
});

test("G50: one statement in four is of the last rank, however many of the others are queued", async () => {
  const queue = queueOf(1, 3);
  const order: number[] = [];
  const run = (rank: number) =>
    queue.run(rank, async () => {
      order.push(rank);
    });
  await Promise.all([2, 1, 1, 1, 1, 0, 0, 2, 2].map(run));
  // The first one was sent before the others were queued.
  expect(order).toEqual([2, 0, 0, 2, 1, 1, 1, 2, 1]);
});

test("G33: while others are queued, a statement waits for a locked row for a tenth of the time", async () => {
  const queue = queueOf(1, 1);
  const [a, b, c] = [work(), work(), work()];
  const all = [a, b, c].map(({ run }) => queue.run(0, run));
  for (const { succeed } of [a, b, c]) {
    succeed();
    await turn();
  }
  await Promise.all(all);
  expect([a, b, c].map(({ given }) => given)).toEqual([[100], [10], [100]]);
});

test("G33: what was queued for a second behind a statement that has met a locked row fails like it", async () => {
  const queue = queueOf(1, 2);
  const [locked, first, second, later] = [work(), work(), work(), work()];
  const failed = expect(queue.run(0, locked.run)).rejects.toBe(lockTimeout);
  const overdue = [queue.run(0, first.run), queue.run(1, second.run)].map((call) =>
    expect(call).rejects.toBe(lockTimeout),
  );
  clock.time += 1_100;
  const kept = queue.run(0, later.run);
  locked.fail();
  await Promise.all([failed, ...overdue]);
  expect([first, second].map(({ given }) => given)).toEqual([[], []]);
  later.succeed();
  await expect(kept).resolves.toBe("value");
});

test("G33: what is to stay queued for longer keeps its place behind a statement that has met a locked row", async () => {
  const queue = queueOf(1, 1);
  const [locked, patient, later] = [work(), work(), work()];
  const failed = expect(queue.run(0, locked.run)).rejects.toBe(lockTimeout);
  const kept = [queue.run(0, patient.run, Number.POSITIVE_INFINITY), queue.run(0, later.run)];
  clock.time += 1_100;
  const last = queue.run(0, later.run);
  const overdue = expect(kept[1]).rejects.toBe(lockTimeout);
  locked.fail();
  await Promise.all([failed, overdue]);
  expect([patient, later].map(({ given }) => given.length)).toEqual([1, 0]);
  for (const { succeed } of [patient, later]) succeed();
  await expect(Promise.all([kept[0], last])).resolves.toEqual(["value", "value"]);
});

test("G33: what was queued for long behind a statement that the server did not answer fails without being sent", async () => {
  const queue = queueOf(1, 2);
  const [lost, first, second, later] = [work(), work(), work(), work()];
  const failed = expect(queue.run(0, lost.run)).rejects.toBe(unanswered);
  const overdue = [queue.run(0, first.run, Number.POSITIVE_INFINITY), queue.run(1, second.run)].map((call) =>
    expect(call).rejects.toMatchObject({ code: "TIMEOUT", message: expect.stringContaining("queue") }),
  );
  clock.time += 300;
  const kept = queue.run(0, later.run);
  lost.fail(unanswered);
  await Promise.all([failed, ...overdue]);
  expect([first, second].map(({ given }) => given)).toEqual([[], []]);
  later.succeed();
  await expect(kept).resolves.toBe("value");
});
