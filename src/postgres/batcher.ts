import type { Executor } from "./executor.js";

/** One kind of call, as a statement for a single one and as a statement for many. */
export interface Batchable<Input, Output> {
  one(executor: Executor, input: Input): Promise<Output>;
  /** The outputs in the order of the inputs. */
  many(executor: Executor, inputs: readonly Input[]): Promise<readonly Output[]>;
  /**
   * For calls that must take effect in the order in which they are made, if they are for the same key: any number made of
   * the key. Calls of one lane are never under way in two statements at once.
   */
  laneOf?(input: Input): number;
  /** How much text a call sends, where that may be much: what a statement carries is bounded by it, too. */
  weightOf?(input: Input): number;
}

/** What a {@link Batcher} needs of whoever it works for. */
export interface BatchHost {
  /** Runs the statements of calls that have been admitted. */
  readonly executor: Executor;
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

/** Beyond this a larger batch saves nothing more, and keeps its first caller waiting for its last. */
const MAX_BATCH = 512;

/** How much text one statement carries, in UTF-16 units, unless a single call has more. */
const MAX_WEIGHT = 4 * 1024 * 1024;

/** How many statements of one kind are under way at once: two overlap the work of this process and of the server. */
const MAX_IN_FLIGHT = 2;

/** Calls are split over the statements that may be under way, but not into parts of fewer than this. */
const WORTH_A_STATEMENT = 4;

/** A function that answers calls of one kind in batches, in order within each lane. */
export function batched<Input, Output>(
  batchable: Batchable<Input, Output>,
  host: BatchHost,
): (input: Input) => Promise<Output> {
  const { laneOf } = batchable;
  if (laneOf === undefined) {
    const batcher = new Batcher(batchable, host, MAX_IN_FLIGHT);
    return (input) => batcher.call(input);
  }
  const lanes = Array.from({ length: MAX_IN_FLIGHT }, () => new Batcher(batchable, host, 1));
  return (input) => (lanes[laneOf(input) % MAX_IN_FLIGHT] as Batcher<Input, Output>).call(input);
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
  readonly #maxInFlight: number;
  #waiting: Call<Input, Output>[] = [];
  /** How many of them, from the first, have been taken: taking is then cheap, however many wait. */
  #taken = 0;
  #inFlight = 0;
  #scheduled = false;
  /** Whether calls have been coming together: then the first one of a turn waits for the others. */
  #crowded = false;

  constructor(batchable: Batchable<Input, Output>, host: BatchHost, maxInFlight: number) {
    this.#batchable = batchable;
    this.#host = host;
    this.#maxInFlight = maxInFlight;
  }

  call(input: Input): Promise<Output> {
    return new Promise((resolve, reject) => {
      this.#host.enter();
      this.#waiting.push({ input, since: performance.now(), resolve, reject });
      // A call that comes alone, as the last one did, need not wait to find that out.
      if (!this.#crowded && this.#inFlight === 0 && !this.#scheduled) this.#send();
      else this.#schedule();
    });
  }

  /** setImmediate runs after everything that this turn of the event loop has read from its sockets was handled. */
  #schedule(): void {
    if (this.#scheduled || this.#inFlight >= this.#maxInFlight || this.#waiting.length === this.#taken) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  #send(): void {
    for (let free = this.#maxInFlight - this.#inFlight; free > 0 && this.#waiting.length > this.#taken; free -= 1) {
      const waiting = this.#waiting.length - this.#taken;
      const share = waiting < free * WORTH_A_STATEMENT ? waiting : Math.ceil(waiting / free);
      const calls = this.#take(Math.min(MAX_BATCH, share));
      this.#crowded = calls.length > 1;
      this.#inFlight += 1;
      void this.#answer(calls).finally(() => {
        this.#inFlight -= 1;
        this.#schedule();
      });
    }
  }

  #take(count: number): Call<Input, Output>[] {
    const calls = this.#waiting.slice(this.#taken, this.#taken + this.#lightEnough(count));
    this.#taken += calls.length;
    if (this.#taken * 2 >= this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#taken);
      this.#taken = 0;
    }
    return calls;
  }

  /** So many of the first calls that wait as one statement can carry, but one at least. */
  #lightEnough(count: number): number {
    const { weightOf } = this.#batchable;
    if (weightOf === undefined) return count;
    let weight = 0;
    for (let index = 0; index < count; index += 1) {
      const call = this.#waiting[this.#taken + index];
      if (call === undefined) return count;
      weight += weightOf(call.input);
      if (weight > MAX_WEIGHT && index > 0) return index;
    }
    return count;
  }

  async #answer(calls: readonly Call<Input, Output>[]): Promise<void> {
    let outputs: readonly Output[];
    try {
      outputs = await this.#run(calls);
    } catch (error) {
      if (calls.length > 1 && this.#host.isFaultOfOneRow(error)) return this.#answerHalves(calls);
      this.#refuse(calls, error);
      const forUnsent = this.#host.forUnsent(error);
      if (forUnsent !== undefined) this.#refuseImpatient(forUnsent);
      return;
    }
    calls.forEach(({ resolve }, index) => {
      this.#host.leave();
      resolve(outputs[index] as Output);
    });
  }

  #run(calls: readonly Call<Input, Output>[]): Promise<readonly Output[]> {
    const { executor } = this.#host;
    const [first] = calls;
    if (calls.length > 1 || first === undefined) {
      return this.#batchable.many(
        executor,
        calls.map(({ input }) => input),
      );
    }
    return this.#batchable.one(executor, first.input).then((output) => [output]);
  }

  /** Finds the call at fault by halving, so that its neighbours cost a few statements and not one each. */
  async #answerHalves(calls: readonly Call<Input, Output>[]): Promise<void> {
    const middle = calls.length >> 1;
    await this.#answer(calls.slice(0, middle));
    await this.#answer(calls.slice(middle));
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
    const waiting = this.#waiting.slice(this.#taken);
    this.#taken = 0;
    const patient = waiting.findIndex(({ since }) => since > tooOld);
    const impatient = patient === -1 ? waiting : waiting.slice(0, patient);
    this.#waiting = waiting.slice(impatient.length);
    this.#refuse(impatient, error);
  }
}
