import { deadlineIn } from "./deadlines.js";
import type { Executor } from "./executor.js";
import type { TrafficKind } from "./lines.js";

/** One kind of call, as a statement for a single one and as a statement for many. */
export interface Batchable<Input, Output> {
  /**
   * Writes go out on connections of their own, each when the one ahead of it there was answered: behind one that waits for
   * a lock, others would have to wait, too. Everything else goes over lines, where it may.
   */
  readonly traffic: TrafficKind | "writes";
  one(executor: Executor, input: Input): Promise<Output>;
  /** The outputs in the order of the inputs. Absent where each call is large enough to be a statement by itself. */
  many?(executor: Executor, inputs: readonly Input[]): Promise<readonly Output[]>;
  /**
   * For calls that must take effect in the order in which they are made, if they are for the same key: any number made of
   * the key. Calls with the same number are never under way in two statements at once.
   */
  orderOf?(input: Input): number;
  /** How much text a call sends, where that may be much: what a statement carries is bounded by it, too. */
  weightOf?(input: Input): number;
}

/** What a {@link Batcher} needs of whoever it works for. */
export interface BatchHost {
  /** Runs the statements of calls that have been admitted. */
  readonly executor: Executor;
  /** For how many more statements there is room, while so many are under way. */
  roomBeside(underWay: number): number;
  /** Admits a call, or throws. */
  enter(): void;
  /** A call that was admitted has its answer. */
  leave(): void;
  /** Whether the fault lies with one of the rows, so that the others deserve another try without it. */
  isFaultOfOneRow(error: unknown): boolean;
  /** Where the server did not answer: what to tell those who wait for it in vain, and of whom nothing was sent. */
  forUnsent(error: unknown): unknown;
  /** How long a call may wait for a server that does not answer, in milliseconds. */
  readonly patienceMillis: number;
}

interface Call<Input, Output> {
  readonly input: Input;
  readonly since: number;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls that go out together. */
interface Batch<Input, Output> {
  readonly calls: Call<Input, Output>[];
  /** What {@link Batchable.orderOf} gives for them. */
  readonly orders: Set<number>;
  /** Calls that have to come after one of these, in their order. */
  readonly behind: Call<Input, Output>[];
}

/** Beyond this a larger batch saves nothing more, and keeps its first caller waiting for its last. */
const MAX_BATCH = 512;

/** How much text one statement carries, in UTF-16 units, unless a single call has more. */
const MAX_WEIGHT = 4 * 1024 * 1024;

/** How often those that wait are looked at when nothing else happens. */
const LOOK_AGAIN_MILLIS = 5;

/** Calls are split over the statements that may be under way, but not into parts of fewer than this. */
const WORTH_A_STATEMENT = 4;

/** A function that answers calls of one kind in batches. */
export function batched<Input, Output>(
  batchable: Batchable<Input, Output>,
  host: BatchHost,
): (input: Input) => Promise<Output> {
  const batcher = new Batcher(batchable, host);
  return (input) => batcher.call(input);
}

/**
 * Gathers calls of one kind that are made in the same turn of the event loop, and sends them as one statement.
 *
 * It is our own, rather than `dataloader`, for what that leaves out: a bound on the statements in flight, behind which
 * calls gather into larger batches under load; answers and errors of their own for the calls of a statement that failed;
 * and a single call that costs what a plain statement does. Nothing is remembered or shared: each call is answered by a
 * statement sent after it was made.
 */
class Batcher<Input, Output> {
  readonly #batchable: Batchable<Input, Output>;
  readonly #host: BatchHost;
  #waiting: Call<Input, Output>[] = [];
  /** How many of them, from the first, have been taken: taking is then cheap, however many wait. */
  #taken = 0;
  /** No set: what was deleted from one that lives long stays in memory until the old generation is collected. */
  readonly #underWay: Batch<Input, Output>[] = [];
  #scheduled = false;
  /** When the first call of this turn came, or what it comes behind was answered. */
  #now = 0;
  #looksAgain = false;
  /** Whether calls have been coming together: then the first one of a turn waits for the others. */
  #crowded = false;

  constructor(batchable: Batchable<Input, Output>, host: BatchHost) {
    this.#batchable = batchable;
    this.#host = host;
  }

  call(input: Input): Promise<Output> {
    return new Promise((resolve, reject) => {
      this.#host.enter();
      if (!this.#scheduled) this.#now = performance.now();
      this.#waiting.push({ input, since: this.#now, resolve, reject });
      // A call that comes alone, as the last one did, need not wait to find that out.
      if (!this.#crowded && this.#underWay.length === 0 && !this.#scheduled) this.#send();
      else this.#schedule();
    });
  }

  /** setImmediate runs after everything that this turn of the event loop has read from its sockets was handled. */
  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === this.#taken) return;
    this.#scheduled = true;
    this.#now = performance.now();
    setImmediate(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  #send(): void {
    let free = this.#host.roomBeside(this.#underWay.length);
    for (; free > 0 && this.#waiting.length > this.#taken; free -= 1) {
      const waiting = this.#waiting.length - this.#taken;
      const batch = this.#take(waiting < free * WORTH_A_STATEMENT ? waiting : Math.ceil(waiting / free));
      if (batch.calls.length === 0) break;
      this.#crowded = batch.calls.length > 1;
      this.#underWay.push(batch);
      void this.#answer(batch.calls).then((forUnsent) => this.#finish(batch, forUnsent));
    }
    if (this.#waiting.length > this.#taken) this.#lookAgain();
  }

  /** There may be room before anything is answered, or called: once a statement has taken long. */
  #lookAgain(): void {
    if (this.#looksAgain) return;
    this.#looksAgain = true;
    deadlineIn(LOOK_AGAIN_MILLIS, () => {
      this.#looksAgain = false;
      this.#schedule();
    });
  }

  /** A share of the calls that wait, as far as one statement can carry it. */
  #take(share: number): Batch<Input, Output> {
    const { many, weightOf, orderOf } = this.#batchable;
    const most = many === undefined ? 1 : MAX_BATCH;
    const batch: Batch<Input, Output> = { calls: [], orders: new Set(), behind: [] };
    let weight = 0;
    for (let passed = 0; this.#taken < this.#waiting.length && batch.calls.length < most; this.#taken += 1) {
      const call = this.#waiting[this.#taken] as Call<Input, Output>;
      const order = orderOf?.(call.input);
      if (order !== undefined) {
        const ahead = this.#underWayWith(order);
        if (ahead !== undefined) {
          if (passed === MAX_BATCH) break;
          passed += 1;
          ahead.behind.push(call);
          continue;
        }
      }
      // More than a share, where it would otherwise have to wait for an answer to this batch: calls for the same key.
      if (batch.calls.length >= share && (order === undefined || !batch.orders.has(order))) break;
      weight += weightOf?.(call.input) ?? 0;
      if (weight > MAX_WEIGHT && batch.calls.length > 0) break;
      if (order !== undefined) batch.orders.add(order);
      batch.calls.push(call);
    }
    if (this.#taken * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#taken);
      this.#taken = 0;
    }
    return batch;
  }

  #underWayWith(order: number): Batch<Input, Output> | undefined {
    return this.#underWay.find(({ orders }) => orders.has(order));
  }

  /** @param forUnsent - what to tell those who have waited too long, where the server did not answer */
  #finish(batch: Batch<Input, Output>, forUnsent: unknown): void {
    this.#underWay.splice(this.#underWay.indexOf(batch), 1);
    this.#putBack(batch.behind);
    if (forUnsent !== undefined) this.#refuseImpatient(forUnsent);
    this.#schedule();
  }

  /** Before all that wait: in the places of those that were taken, where there are as many. */
  #putBack(calls: readonly Call<Input, Output>[]): void {
    if (calls.length > this.#taken) {
      this.#waiting = calls.concat(this.#waiting.slice(this.#taken));
      this.#taken = 0;
    } else {
      this.#taken -= calls.length;
      for (const [index, call] of calls.entries()) this.#waiting[this.#taken + index] = call;
    }
  }

  /** Never rejects; gives what {@link BatchHost.forUnsent} does. */
  async #answer(calls: readonly Call<Input, Output>[]): Promise<unknown> {
    let outputs: readonly Output[];
    try {
      outputs = await this.#run(calls);
    } catch (error) {
      if (calls.length > 1 && this.#host.isFaultOfOneRow(error)) return this.#answerHalves(calls);
      this.#refuse(calls, error);
      return this.#host.forUnsent(error);
    }
    calls.forEach(({ resolve }, index) => {
      this.#host.leave();
      resolve(outputs[index] as Output);
    });
    return undefined;
  }

  #run(calls: readonly Call<Input, Output>[]): Promise<readonly Output[]> {
    const { executor } = this.#host;
    const inputs = calls.map(({ input }) => input);
    if (inputs.length > 1 && this.#batchable.many !== undefined) return this.#batchable.many(executor, inputs);
    return this.#batchable.one(executor, inputs[0] as Input).then((output) => [output]);
  }

  /** Finds the call at fault by halving, so that its neighbours cost a few statements and not one each. */
  async #answerHalves(calls: readonly Call<Input, Output>[]): Promise<unknown> {
    const middle = calls.length >> 1;
    const first = await this.#answer(calls.slice(0, middle));
    const second = await this.#answer(calls.slice(middle));
    return first ?? second;
  }

  #refuse(calls: readonly Call<Input, Output>[], error: unknown): void {
    for (const { reject } of calls) {
      this.#host.leave();
      reject(error);
    }
  }

  /** Calls that have waited too long for a server that does not answer are told now, not batch after batch. */
  #refuseImpatient(error: unknown): void {
    const tooOld = performance.now() - this.#host.patienceMillis;
    const impatient: Call<Input, Output>[] = [];
    const patient: Call<Input, Output>[] = [];
    for (const call of this.#waiting.slice(this.#taken)) (call.since > tooOld ? patient : impatient).push(call);
    this.#waiting = patient;
    this.#taken = 0;
    this.#refuse(impatient, error);
  }
}
