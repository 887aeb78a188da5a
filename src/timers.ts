/**
 * The clock and the timers of the package, captured when it is imported. Tests of applications replace the global
 * timers, and those of `node:timers`, with fakes that advance only on request. A statement in flight must not depend on
 * them.
 *
 * @module
 */
import { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { Duplex } from "node:stream";

/** The longest delay of Node's timers, in milliseconds: they fire immediately after a longer one. */
export const MAX_TIMER_MILLIS = 2_147_483_647;

/** A timer. It keeps the process alive until it fires or is closed. */
export interface Timer {
  close(): unknown;
}

/**
 * Returns milliseconds on a monotonic clock. `process.uptime`, which fake timers do not replace, takes twice as long as
 * `performance.now`: every statement reads the clock about ten times.
 */
export const now: () => number = realPerformanceNow() ?? uptimeMillis;

function uptimeMillis(): number {
  return process.uptime() * 1000;
}

/** Returns Node's own `performance.now`, which fake timers replace on the global object, or as a property of this one. */
function realPerformanceNow(): (() => number) | undefined {
  return Object.hasOwn(performance, "now") ? undefined : performance.now.bind(performance);
}

/** Starts a timer. */
export const setTimer: (onTime: () => void, milliseconds: number) => Timer =
  ifReal(globalThis.setTimeout, globalThis.clearTimeout, "Timeout") ?? setSocketTimer;

/** Calls back after the event loop has read the data that is available on its sockets. */
export const onNextTurn: (onTurn: () => void) => unknown =
  ifReal(globalThis.setImmediate, globalThis.clearImmediate, "Immediate") ?? messageTurns();

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimer(resolve, milliseconds);
  });
}

/** Destroys a socket once it has been idle for `milliseconds`. The timer does not keep the process alive. Other streams are left alone. */
export function destroyWhenIdle(stream: Duplex & Partial<Pick<Socket, "setTimeout">>, milliseconds: number): void {
  stream.setTimeout?.(milliseconds, () => stream.destroy());
}

/**
 * Returns the function unless it is fake or missing. Node's own returns an instance of Node's class, which has the links of Node's
 * lists of timers. The fake timers of `node:test` have a class of the same name, in some versions without `close`.
 */
function ifReal<Handle extends object>(
  set: ((callback: () => void, milliseconds?: number) => Handle) | undefined,
  clear: (handle: Handle) => void,
  className: string,
): typeof set {
  const handle = set?.(() => {});
  if (handle === undefined) return undefined;
  clear(handle);
  return handle.constructor?.name === className && "_idleNext" in handle ? set : undefined;
}

/** Uses the timeout of a socket, a timer inside Node that nothing replaces. It does not keep the process alive. */
function setSocketTimer(onTime: () => void, milliseconds: number): Timer {
  const socket = new Socket();
  socket.setTimeout(Math.max(1, milliseconds), () => {
    socket.destroy();
    onTime();
  });
  return { close: () => socket.destroy() };
}

/**
 * Uses messages, which arrive in the poll phase of the event loop, like data from sockets. The global is loaded on first use,
 * unlike an import of `node:worker_threads`.
 */
function messageTurns(): (onTurn: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.on("message", () => {
    const onTurn = waiting.shift();
    if (waiting.length === 0) port1.unref();
    onTurn?.();
  });
  port1.unref();
  return (onTurn) => {
    port1.ref();
    waiting.push(onTurn);
    port2.postMessage(null);
  };
}
