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

const TICK_MS = 10;

/**
 * A call's outcome and how many milliseconds it took, by the ticks of a timer of this process: a clock that stands still while
 * other processes keep this one from running, as the timers of the call itself do.
 */
export async function timed<T>(call: () => Promise<T>): Promise<{ readonly value: T; readonly elapsed: number }> {
  let ticks = 0;
  const clock = setInterval(() => {
    ticks += 1;
  }, TICK_MS);
  try {
    const value = await call();
    return { value, elapsed: ticks * TICK_MS };
  } finally {
    clearInterval(clock);
  }
}
