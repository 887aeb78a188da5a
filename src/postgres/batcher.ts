import { now, onNextTurn, setTimer } from "../timers.js";
import type { Executor } from "./executor.js";
import type { TrafficKind } from "./lines.js";
import type { LockRetries } from "./lock-retries.js";
import { LockedCalls, type Outcome } from "./locked-calls.js";

/** An answer that is not there yet when the statement is answered: the call waits for it, the statement's others do not. */
export class Later<Output> {
  constructor(readonly output: Promise<Output>) {}
}

/** What a statement gives for a call. */
export type Answer<Output> = Output | Later<Output>;

/** The output of a call, once it is there. */
export function outputOf<Output>(answer: Answer<Output>): Output | Promise<Output> {
  return answer instanceof Later ? answer.output : answer;
}

/**
 * Writes go out on connections of their own, each when the one ahead of it there was answered: behind one that waits for a
 * lock, others would have to wait, too; so do statements with large answers, for the time that these take. Calls that go
 * out alone share no statement with others. Everything else goes over lines, where it may.
 */
export type Traffic = TrafficKind | "writes" | "large answers" | "alone";

/** One kind of call, as a statement for a single one and as a statement for many. */
export interface Batchable<Input, Output> {
  readonly traffic: Traffic;
  /** @param lockTimeoutMillis - for writes: how long the statement may wait for a locked row; absent, as long as it has to */
  one(executor: Executor, input: Input, lockTimeoutMillis?: number): Promise<Answer<Output>>;
  /** The outputs in the order of the inputs. Absent where each call is large enough to be a statement by itself. */
  many?(executor: Executor, inputs: readonly Input[], lockTimeoutMillis?: number): Promise<readonly Answer<Output>[]>;
  /**
   * For calls that must take effect in the order in which they are made, if they are for the same key: any number made of
   * the key. Calls with the same number are never under way in two statements at once.
   */
  orderOf?(input: Input): number;
  /** How much text a call sends or gets, where that may be much: what a statement carries is bounded by it, too. */
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
  /** Whether a statement has failed because it waited too long for a lock, and has changed nothing. */
  isLockTimeout(error: unknown): boolean;
  /** How long a statement may wait for a locked row before its calls go on by themselves, in milliseconds. */
  readonly lockTimeoutMillis: number;
  /** How long a call may wait for a locked row, in milliseconds. */
  readonly lockPatienceMillis: number;
  /** Runs the statements of calls that have met a locked row. */
  readonly lockRetries: LockRetries;
}

interface Call<Input, Output> {
  readonly input: Input;
  readonly since: number;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
  /** When it stops waiting for a locked row; 0 until it waits for one. */
  until: number;
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

/** The first statements after a lock was met are given this part of its time: the others of the batch wait for them. */
const FIRST_RETRY_SHARE = 10;

/** Nothing is left to do for the calls of a statement. */
const ANSWERED: Outcome<never> = { locked: [] };

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
  readonly #locked: LockedCalls<Call<Input, Output>>;
  #scheduled = false;
  /** When the first call of this turn came, or what it comes behind was answered. */
  #now = 0;
  #looksAgain = false;
  /** Whether calls have been coming together: then the first one of a turn waits for the others. */
  #crowded = false;

  constructor(batchable: Batchable<Input, Output>, host: BatchHost) {
    this.#batchable = batchable;
    this.#host = host;
    this.#locked = new LockedCalls({
      answer: (calls, isFirst) =>
        this.#answer(calls, isFirst ? Math.ceil(host.lockTimeoutMillis / FIRST_RETRY_SHARE) : host.lockTimeoutMillis),
      conflictKeyOf: ({ input }) => batchable.orderOf?.(input) ?? 0,
      refuse: (calls, error) => this.#refuse(calls, error),
      requeue: (calls, forUnsent) => this.#requeue(calls, forUnsent),
      maxCalls: MAX_BATCH,
      patienceMillis: host.lockPatienceMillis,
      retries: host.lockRetries,
    });
  }

  call(input: Input): Promise<Output> {
    return new Promise((resolve, reject) => {
      this.#host.enter();
      if (!this.#scheduled) this.#now = now();
      this.#waiting.push({ input, since: this.#now, resolve, reject, until: 0 });
      // A call that comes alone, as the last one did, need not wait to find that out.
      if (!this.#crowded && this.#underWay.length === 0 && !this.#scheduled) this.#send();
      else this.#schedule();
    });
  }

  /** The next turn runs after everything that this turn of the event loop has read from its sockets was handled. */
  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === this.#taken) return;
    this.#scheduled = true;
    this.#now = now();
    onNextTurn(() => {
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
      const since = now();
      void this.#answer(batch.calls, this.#host.lockTimeoutMillis).then((outcome) =>
        this.#finish(batch, since, outcome),
      );
    }
    if (this.#waiting.length > this.#taken) this.#lookAgain();
  }

  /** There may be room before anything is answered, or called: once a statement has taken long. */
  #lookAgain(): void {
    if (this.#looksAgain) return;
    this.#looksAgain = true;
    setTimer(() => {
      this.#looksAgain = false;
      this.#schedule();
    }, LOOK_AGAIN_MILLIS);
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
        if (passed === MAX_BATCH && ahead !== undefined) break;
        if (ahead !== undefined || this.#locked.enqueue(call, order)) {
          passed += 1;
          ahead?.behind.push(call);
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

  /** @param since - when the batch was sent */
  #finish(batch: Batch<Input, Output>, since: number, { locked, forUnsent }: Outcome<Call<Input, Output>>): void {
    this.#underWay.splice(this.#underWay.indexOf(batch), 1);
    if (locked.length > 0) this.#locked.add(locked, since);
    this.#requeue(batch.behind, forUnsent);
  }

  /** @param forUnsent - what to tell those who have waited too long, where the server did not answer */
  #requeue(calls: readonly Call<Input, Output>[], forUnsent: unknown): void {
    this.#putBack(calls);
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

  /** Never rejects. */
  async #answer(
    calls: readonly Call<Input, Output>[],
    lockTimeoutMillis: number,
  ): Promise<Outcome<Call<Input, Output>>> {
    let answers: readonly Answer<Output>[];
    try {
      answers = await this.#run(calls, lockTimeoutMillis);
    } catch (error) {
      if (calls.length > 1 && this.#host.isFaultOfOneRow(error)) return this.#answerHalves(calls, lockTimeoutMillis);
      if (this.#batchable.orderOf !== undefined && this.#host.isLockTimeout(error)) {
        return { locked: calls, lockError: error };
      }
      this.#refuse(calls, error);
      return { locked: [], forUnsent: this.#host.forUnsent(error) };
    }
    calls.forEach((call, index) => {
      const answer = answers[index] as Answer<Output>;
      if (answer instanceof Later) void this.#resolveLater(call, answer);
      else this.#resolve(call, answer);
    });
    return ANSWERED;
  }

  #resolve({ resolve }: Call<Input, Output>, output: Output): void {
    this.#host.leave();
    resolve(output);
  }

  async #resolveLater(call: Call<Input, Output>, answer: Later<Output>): Promise<void> {
    try {
      this.#resolve(call, await answer.output);
    } catch (error) {
      this.#refuse([call], error);
    }
  }

  #run(calls: readonly Call<Input, Output>[], lockTimeoutMillis: number): Promise<readonly Answer<Output>[]> {
    const { executor } = this.#host;
    const inputs = calls.map(({ input }) => input);
    if (inputs.length > 1 && this.#batchable.many !== undefined) {
      return this.#batchable.many(executor, inputs, lockTimeoutMillis);
    }
    return this.#batchable.one(executor, inputs[0] as Input, lockTimeoutMillis).then((answer) => [answer]);
  }

  /** Finds the call at fault by halving, so that its neighbours cost a few statements and not one each. */
  async #answerHalves(
    calls: readonly Call<Input, Output>[],
    lockTimeoutMillis: number,
  ): Promise<Outcome<Call<Input, Output>>> {
    const middle = calls.length >> 1;
    const first = await this.#answer(calls.slice(0, middle), lockTimeoutMillis);
    // Calls of the second half may be for the row of the first that is locked, and must come after it.
    if (first.locked.length > 0) return { ...first, locked: [...first.locked, ...calls.slice(middle)] };
    const second = await this.#answer(calls.slice(middle), lockTimeoutMillis);
    return { ...second, forUnsent: first.forUnsent ?? second.forUnsent };
  }

  #refuse(calls: readonly Call<Input, Output>[], error: unknown): void {
    for (const { reject } of calls) {
      this.#host.leave();
      reject(error);
    }
  }

  /** Calls that have waited too long for a server that does not answer are told now, not batch after batch. */
  #refuseImpatient(error: unknown): void {
    const tooOld = now() - this.#host.patienceMillis;
    const impatient: Call<Input, Output>[] = [];
    const patient: Call<Input, Output>[] = [];
    for (const call of this.#waiting.slice(this.#taken)) (call.since > tooOld ? patient : impatient).push(call);
    this.#waiting = patient;
    this.#taken = 0;
    this.#refuse(impatient, error);
  }
}
