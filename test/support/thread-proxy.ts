import { once } from "node:events";
import { Worker } from "node:worker_threads";

/**
 * A proxy to Postgres in a thread of its own, which works while the event loop of the test is blocked, and knows whether
 * everything that was sent has been answered.
 */
export class ThreadProxy {
  readonly #worker: Worker;
  /** The connection string that leads through the proxy. */
  readonly url: string;
  /** Set to 1 by the thread when nothing is left to be answered. */
  readonly #answered: Int32Array;

  private constructor(worker: Worker, url: string, answered: Int32Array) {
    this.#worker = worker;
    this.url = url;
    this.#answered = answered;
  }

  static async start(target: string): Promise<ThreadProxy> {
    const answered = new Int32Array(new SharedArrayBuffer(4));
    const { port, hostname } = new URL(target);
    const worker = new Worker(THREAD, { eval: true, workerData: { port: Number(port), hostname, answered } });
    const [listeningAt] = await once(worker, "message");
    return new ThreadProxy(worker, Object.assign(new URL(target), { port: String(listeningAt) }).href, answered);
  }

  /** Blocks the event loop: for so long at least, and until whatever was sent has been answered. */
  block(milliseconds: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
    Atomics.store(this.#answered, 0, 0);
    this.#worker.postMessage("report when all is answered");
    if (Atomics.wait(this.#answered, 0, 0, 20_000) === "timed-out") throw new Error("the server does not answer");
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Counts, in the messages of PostgreSQL's protocol, requests, and the responses to them: requests for a password and ReadyForQuery. */
const THREAD = `
  const { connect, createServer } = require("node:net");
  const { parentPort, workerData } = require("node:worker_threads");
  let pending = 0;
  let unsent = 0;
  function counter(startsUntyped, types, found) {
    let rest = Buffer.alloc(0);
    let untyped = startsUntyped;
    return (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const head = untyped ? 0 : 1;
        if (rest.length < head + 4) return;
        const length = head + rest.readInt32BE(head);
        if (rest.length < length) return;
        const type = untyped ? "start-up" : String.fromCharCode(rest[0]);
        const isPasswordTaken = type === "R" && [0, 12].includes(rest.readInt32BE(5));
        if (types.includes(type) && !isPasswordTaken) found();
        untyped = false;
        rest = rest.subarray(length);
      }
    };
  }
  const server = createServer((client) => {
    const onward = connect(workerData.port, workerData.hostname);
    let own = 0;
    const addPending = (change) => { own += change; pending += change; };
    const asked = counter(true, ["start-up", "S", "Q", "p"], () => addPending(1));
    const answered = counter(false, ["R", "Z"], () => addPending(-1));
    for (const socket of [client, onward]) socket.setNoDelay(true).on("error", () => {});
    client.on("data", (chunk) => { asked(chunk); onward.write(chunk); }).on("close", () => onward.destroy());
    onward.on("data", (chunk) => {
      answered(chunk);
      unsent += 1;
      client.write(chunk, () => { unsent -= 1; });
    }).on("close", () => { client.destroy(); addPending(-own); });
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
  // What the other thread has sent is read in one pass of the loop; the second one is a safety margin.
  const look = () => setImmediate(() => setImmediate(() => {
    if (pending > 0 || unsent > 0) return look();
    Atomics.store(workerData.answered, 0, 1);
    Atomics.notify(workerData.answered, 0);
  }));
  parentPort.on("message", look);
`;
