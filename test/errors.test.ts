import { expect, test, vi } from "vitest";
import { PevensieError as PublicError } from "../src/index.js";

test("isPevensieError recognises the errors of another copy of the package, which instanceof does not", async () => {
  const first = await import("../src/errors/index.js");
  vi.resetModules();
  const second = await import("../src/errors/index.js");
  const error = new second.PevensieError("EMAIL_TAKEN", "This email is taken.");
  expect(error).not.toBeInstanceOf(first.PevensieError);
  expect(first.isPevensieError(error)).toBe(true);
  expect(second.isPevensieError(new PublicError("TIMEOUT", "Timed out."))).toBe(true);
});

test.each([
  ["undefined", undefined],
  ["null", null],
  ["a string", "EMAIL_TAKEN"],
  ["another error", new Error("This email is taken.")],
  ["an object with a code", { name: "PevensieError", code: "EMAIL_TAKEN", message: "This email is taken." }],
])("isPevensieError is false for %s", async (_, value) => {
  const { isPevensieError } = await import("../src/index.js");
  expect(isPevensieError(value)).toBe(false);
});
