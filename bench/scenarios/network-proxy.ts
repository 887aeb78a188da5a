/**
 * A TCP proxy in a process of its own, which delays what passes by a millisecond each way: a database on another machine. Its arguments
 * are the ports that it leads to; it sends the ports that it listens on.
 */
import { createServer, connect as openSocket, type Socket } from "node:net";

const DELAY_MILLISECONDS = 1;

/** What is to be passed on, and when. Null is the end of a connection. */
interface Passage {
  readonly to: Socket;
  readonly chunk: Buffer | null;
  readonly due: number;
}

/** All connections, in the order of arrival: the delay is the same for all, so that this is the order in which they are due. */
let passages: Passage[] = [];
let passed = 0;

/** How long the proxy sleeps between two looks at its sockets and at what is due: 0.1 ms with what Linux adds. */
const SLICE_MILLISECONDS = 0.05;

/** Never written: a wait for it ends with its timeout. */
const never = new Int32Array(new SharedArrayBuffer(4));

function delay(to: Socket, chunk: Buffer | null): void {
  const isIdle = passed === passages.length;
  passages.push({ to, chunk, due: performance.now() + DELAY_MILLISECONDS });
  if (isIdle) setImmediate(turn);
}

/**
 * While data is in flight, the event loop turns with short sleeps in between. A timer is exact to a millisecond only, and without the sleeps
 * the proxy would keep a processor busy, as no network does.
 */
function turn(): void {
  const now = performance.now();
  for (; passed < passages.length; passed += 1) {
    const { to, chunk, due } = passages[passed] as Passage;
    if (due > now) break;
    if (chunk === null) to.end();
    else to.write(chunk);
  }
  if (passed === passages.length) {
    passages = [];
    passed = 0;
  } else {
    if (passed > 1000) passages = passages.slice(passed);
    if (passed > 1000) passed = 0;
    Atomics.wait(never, 0, 0, SLICE_MILLISECONDS);
    setImmediate(turn);
  }
}

function join(one: Socket, other: Socket): void {
  one.setNoDelay(true);
  one.on("data", (chunk) => delay(other, chunk));
  one.on("end", () => delay(other, null));
  one.on("error", () => other.destroy());
}

function listen(target: number): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = openSocket({ port: target, host: "127.0.0.1", allowHalfOpen: true });
    join(near, far);
    join(far, near);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
}

process.send?.(await Promise.all(process.argv.slice(2).map((port) => listen(Number(port)))));
process.on("disconnect", () => process.exit());
