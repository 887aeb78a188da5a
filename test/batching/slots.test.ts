import { expect, test } from "vitest";
import { FixedSlots, PipelineSlots } from "../../src/postgres/execution/slots.js";
import type { Pipeline } from "../../src/postgres/pool/pipeline.js";
import type { Pool } from "../../src/postgres/pool/pool.js";

const pipelineWith = (freeSlots: number, notified: (() => void)[] = []) =>
  ({
    freeSlots: () => freeSlots,
    capacity: 6,
    onceSlow: (_: number, listener: () => void) => notified.push(listener),
  }) as unknown as Pipeline;
const poolWith = (canPipeline: boolean, max: number) => ({ canPipeline, max }) as unknown as Pool;

test("a fixed number of statements is in flight", () => {
  const slots = new FixedSlots(3);
  expect([0, 1, 3].map((inFlight) => slots.free(inFlight))).toEqual([3, 2, 0]);
});

test("a pipeline's free slots count up to its capacity", () => {
  const slots = (freeSlots: number) => new PipelineSlots(poolWith(true, 10), pipelineWith(freeSlots));
  expect(slots(3).free(0)).toBe(3);
  expect(slots(3).free(5)).toBe(1);
  expect(slots(0).free(1)).toBe(0);
});

test("a pool that does not pipeline has a slot for each connection of the pipeline, as far as it has connections", () => {
  expect(new PipelineSlots(poolWith(false, 10), pipelineWith(3)).free(0)).toBe(2);
  expect(new PipelineSlots(poolWith(false, 1), pipelineWith(3)).free(0)).toBe(1);
});

test("a slow connection frees slots of a pipeline, and of nothing else", () => {
  const notified: (() => void)[] = [];
  const listener = () => {};
  new PipelineSlots(poolWith(false, 10), pipelineWith(0, notified)).onceFreed(2, listener);
  expect(notified).toEqual([]);
  new PipelineSlots(poolWith(true, 10), pipelineWith(0, notified)).onceFreed(2, listener);
  expect(notified).toEqual([listener]);
});

test("a slot that has become free meanwhile is reported immediately", () => {
  const notified: (() => void)[] = [];
  let reported = 0;
  new PipelineSlots(poolWith(true, 10), pipelineWith(3, notified)).onceFreed(3, () => {
    reported += 1;
  });
  expect(reported).toBe(1);
  new PipelineSlots(poolWith(true, 10), pipelineWith(3, notified)).onceFreed(6, () => {
    reported += 1;
  });
  expect({ reported, timed: notified.length }).toEqual({ reported: 1, timed: 1 });
});
