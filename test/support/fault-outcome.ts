import { expect } from "vitest";
import { PevensieError } from "../../src/errors/index.js";

/** The typed error with which a call rejects; anything else fails the test. */
export async function errorOf(call: Promise<unknown>): Promise<PevensieError> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(PevensieError);
  return outcome as PevensieError;
}

/** The code of the typed error with which a call rejects. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return (await errorOf(call)).code;
}

/** A call's outcome and how many milliseconds it took. */
export async function timed<T>(call: () => Promise<T>): Promise<{ readonly value: T; readonly elapsed: number }> {
  const start = performance.now();
  const value = await call();
  return { value, elapsed: performance.now() - start };
}
