import { beforeEach, expect, test, vi } from "vitest";

/** Deadlines whose timers come late, by a clock of the test's own. */

const clock = vi.hoisted(() => ({
  time: 0,
  timers: [] as { readonly due: number; readonly onTime: () => void }[],
  turns: [] as (() => void)[],
}));
vi.mock("../../src/timers.js", () => ({
  now: () => clock.time,
  setTimer: (onTime: () => void, milliseconds: number) => {
    const timer = { due: clock.time + milliseconds, onTime };
    clock.timers.push(timer);
    return { close: () => (clock.timers = clock.timers.filter((other) => other !== timer)) };
  },
  onNextTurn: (onTurn: () => void) => clock.turns.push(onTurn),
}));
const { Deadline } = await import("../../src/postgres/protocol/deadlines.js");

let came: string[] = [];
beforeEach(() => {
  came = [];
  clock.timers = [];
});

/** The timers phase of the event loop, at some time. */
function fireTimersAt(time: number): void {
  clock.time = time;
  const { timers } = clock;
  clock.timers = timers.filter(({ due }) => due > time);
  for (const { due, onTime } of timers) if (due <= time) onTime();
}

/** What comes after the poll phase, in which sockets are read. */
function endTurn(): void {
  for (const onTurn of clock.turns.splice(0)) onTurn();
}

test("a deadline expires only after sockets were read once more", () => {
  const answered = new Deadline(100, () => came.push("answered"));
  new Deadline(100, () => came.push("silent"));
  fireTimersAt(clock.time + 100);
  fireTimersAt(clock.time);
  expect(came).toEqual([]);
  answered.cancel();
  endTurn();
  expect(came).toEqual(["silent"]);
});

test("a deadline whose timer is late is postponed by as long, once", () => {
  const start = clock.time;
  new Deadline(200, () => came.push("came"));
  fireTimersAt(start + 350);
  endTurn();
  fireTimersAt(start + 499);
  endTurn();
  expect(came).toEqual([]);
  fireTimersAt(start + 700);
  endTurn();
  expect(came).toEqual(["came"]);
});

test("a deadline is postponed by its own length at most", () => {
  const start = clock.time;
  new Deadline(200, () => came.push("came"));
  fireTimersAt(start + 10_000);
  endTurn();
  expect(came).toEqual([]);
  fireTimersAt(start + 10_200);
  endTurn();
  expect(came).toEqual(["came"]);
});

test("a deadline that was postponed can be cancelled", () => {
  const start = clock.time;
  const deadline = new Deadline(200, () => came.push("came"));
  fireTimersAt(start + 250);
  endTurn();
  deadline.cancel();
  expect(clock.timers).toEqual([]);
  fireTimersAt(start + 1_000);
  endTurn();
  expect(came).toEqual([]);
});
