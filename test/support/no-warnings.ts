import { setImmediate } from "node:timers/promises";
import { afterAll, expect } from "vitest";

/**
 * The package and its tests emit no process warning but the documented one. pg's own, of a query on a client
 * that has one in its queue, is given once a process: each test file has a process of its own.
 */
const warnings: Error[] = [];
process.on("warning", (warning) => {
  if (warning.name !== "PevensieWarning") warnings.push(warning);
});
afterAll(async () => {
  await setImmediate();
  expect(warnings).toEqual([]);
});
