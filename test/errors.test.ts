import { createRequire } from "node:module";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { buildSync } from "esbuild";
import { expect, test, vi } from "vitest";
import { PevensieError as PublicError } from "../src/index.js";
import { ROOT } from "./support/process.js";

test("isPevensieError recognises the errors of another copy of the package, which instanceof does not", async () => {
  const first = await import("../src/errors/index.js");
  vi.resetModules();
  const second = await import("../src/errors/index.js");
  const error = new second.PevensieError("EMAIL_TAKEN", "This email is taken.");
  expect(error).not.toBeInstanceOf(first.PevensieError);
  expect(first.isPevensieError(error)).toBe(true);
  expect(second.isPevensieError(new PublicError("TIMEOUT", "Timed out."))).toBe(true);
});

test("isPevensieError recognises the errors of a copy in another realm, which has another class Error", async () => {
  const { isPevensieError } = await import("../src/index.js");
  const entryPoints = [join(ROOT, "src/errors/index.ts")];
  const { outputFiles } = buildSync({ entryPoints, bundle: true, platform: "node", format: "cjs", write: false });
  const copy = { exports: {} as typeof import("../src/errors/index.js") };
  runInNewContext(outputFiles[0]?.text ?? "", { module: copy, require: createRequire(import.meta.url) });
  const error = new copy.exports.PevensieError("TIMEOUT", "Timed out.");
  expect(error).not.toBeInstanceOf(Error);
  expect(isPevensieError(error)).toBe(true);
  expect(copy.exports.isPevensieError(new PublicError("TIMEOUT", "Timed out."))).toBe(true);
});

test("isPevensieError is false for a proxy that refuses every operation", async () => {
  const { isPevensieError } = await import("../src/index.js");
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(isPevensieError(proxy)).toBe(false);
});

test("an error has the properties field and retryAfterSeconds only if it has a value for them", () => {
  const keys = (error: object) => Object.keys(error).sort();
  expect(keys(new PublicError("TIMEOUT", "Timed out."))).toEqual(["code", "name"]);
  const limited = new PublicError("TOO_MANY_ATTEMPTS", "Wait.", { field: "email", retryAfterSeconds: 5 });
  expect(keys(limited)).toEqual(["code", "field", "name", "retryAfterSeconds"]);
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
