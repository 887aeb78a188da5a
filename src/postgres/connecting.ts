import type { Duplex } from "node:stream";
import pg from "pg";
import { PevensieError } from "../errors/index.js";
import { now, onNextTurn, sleep } from "../timers.js";
import { ignoreError } from "./client.js";
import { deadlineIn } from "./deadlines.js";
import { sqlStateOf, translateConnectError } from "./errors.js";
import { SqlState } from "./sqlstate.js";

/** Nothing listens: either a server that restarts, which is soon back, or none at all, which is soon told. */
const REFUSED_PATIENCE_MS = 1_000;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 400;

type GiveUp = (error: PevensieError) => void;

/**
 * Who waits for a connection of a pool, so that it can be ended. Places of an array, taken again and again: a set makes its
 * table anew now and then, and V8 takes whatever is in a past one for alive until it collects its old generation.
 */
export class Waits {
  readonly #places: (GiveUp | undefined)[] = [];
  readonly #free: number[] = [];

  /** Gives the place to {@link leave}. */
  enter(giveUp: GiveUp): number {
    const place = this.#free.pop() ?? this.#places.length;
    this.#places[place] = giveUp;
    return place;
  }

  leave(place: number): void {
    this.#places[place] = undefined;
    this.#free.push(place);
  }

  end(error: PevensieError): void {
    for (const giveUp of this.#places) giveUp?.(error);
  }
}

/**
 * A connection out of the pool: most calls, which get one at the first attempt, cost one promise and one deadline.
 *
 * @param onClient - is told of the connection before anything else can happen to it
 * @throws PevensieError CONNECTION_UNAVAILABLE, or TIMEOUT where none is to be had in time
 */
export function connectWithin(
  pool: pg.Pool,
  timeoutMillis: number,
  onClient: (client: pg.PoolClient) => void,
  waits = new Waits(),
): Promise<pg.PoolClient> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const end = () => {
      isOver = true;
      deadline.cancel();
      waits.leave(place);
    };
    const giveUp = (error: PevensieError) => {
      if (isOver) return;
      end();
      withdraw();
      reject(error);
    };
    const deadline = deadlineIn(timeoutMillis, () => giveUp(noneToBeHad(timeoutMillis)));
    const place = waits.enter(giveUp);
    const done = (client: pg.PoolClient) => {
      // A connection that comes too late for this call goes straight back.
      // Not at once: many of them would be served one inside the other.
      if (isOver) {
        client.on("error", ignoreError);
        onNextTurn(() => {
          client.off("error", ignoreError);
          client.release();
        });
        return;
      }
      end();
      onClient(client);
      resolve(client);
    };
    const fail = (error: unknown) => {
      giveUp(isExhaustion(error, pool) ? noneToBeHad(timeoutMillis) : translateConnectError(error));
    };
    const reconnect = () =>
      new Promise<pg.PoolClient>((connected, failed) => {
        withdraw = request(pool, (error, client) => (client === undefined ? failed(error) : connected(client)));
      });
    let withdraw = request(pool, (error, client) => {
      if (client !== undefined) done(client);
      else if (isOver) return;
      else if (patienceFor(error, timeoutMillis) === 0) fail(error);
      else retryConnecting(reconnect, timeoutMillis).then(done, fail).catch(ignoreError);
    });
  });
}

type OnConnection = Parameters<pg.Pool["connect"]>[0];

/**
 * Asks a pool for a connection, and gives a function that takes the request out of the pool's queue again. pg-pool has none:
 * requests without a time-out of the pool's own would stay there, and connections be opened for nobody.
 */
function request(pool: pg.Pool, onConnection: OnConnection): () => void {
  const queue = (pool as { _pendingQueue?: unknown[] })._pendingQueue ?? [];
  const before = queue.length;
  pool.connect(onConnection);
  if (queue.length === before) return () => {};
  const pending = queue.at(-1);
  return () => {
    const at = queue.indexOf(pending);
    if (at !== -1) queue.splice(at, 1);
  };
}

/**
 * The client of the pools that we make: it gives up to connect in time by our own timers. Those of pg and pg-pool end
 * connections whose answers a blocked event loop has not read yet, and do nothing while an application's tests fake them.
 */
export function clientWithin(timeoutMillis: number): typeof pg.Client {
  return class extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      const { connection } = this as unknown as { connection: { readonly stream: Duplex } };
      const deadline = deadlineIn(timeoutMillis, () => connection.stream.destroy());
      this.once("connect", deadline.cancel).once("end", deadline.cancel);
    }
  };
}

function noneToBeHad(timeoutMillis: number): PevensieError {
  return new PevensieError("TIMEOUT", `No connection to Postgres was to be had within ${timeoutMillis} ms.`);
}

/** pg-pool has no code for its own time-out; with all connections lent out, it can be nothing else. */
function isExhaustion(error: unknown, pool: pg.Pool): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === undefined && pool.totalCount >= pool.options.max;
}

/**
 * Tries to connect again, with growing pauses, while the server says that it is not ready (57P03) or full (53300), until
 * the deadline; and for a second while nothing listens. Nothing has been sent by then, so nothing can happen twice.
 */
export async function retryConnecting<T>(connect: () => Promise<T>, timeoutMillis: number): Promise<T> {
  const start = now();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await connect();
    } catch (error) {
      const patience = patienceFor(error, timeoutMillis);
      const jittered = pause * (0.5 + Math.random() / 2);
      if (now() - start + jittered > patience) throw error;
      await sleep(jittered);
    }
  }
}

function patienceFor(error: unknown, timeoutMillis: number): number {
  const state = sqlStateOf(error);
  if (state === SqlState.cannotConnectNow || state === SqlState.tooManyConnections) return timeoutMillis;
  const code = (error as { code?: unknown } | null)?.code;
  return code === "ECONNREFUSED" ? Math.min(REFUSED_PATIENCE_MS, timeoutMillis) : 0;
}
