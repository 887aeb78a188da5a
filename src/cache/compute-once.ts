import { AsyncResource } from "node:async_hooks";
import { notConnected } from "../errors/index.js";
import type { EventListener } from "../events.js";
import { promiseOf } from "../promise.js";
import { now, setTimer, sleep, type Timer } from "../timers.js";
import type { CacheDriver, CacheKey, LeaseAttempt } from "./driver.js";
import { entryNameOf } from "./entry-name.js";
import { type ComputeOptions, requireProduced } from "./input.js";
import { watchLease } from "./lease-watch.js";
import type { Produce } from "./options.js";
import { isAbortion, UnleasedComputations } from "./unleased-computations.js";

/** A call that waits looks for the value again after this part of the time that it has waited. */
const POLL_SHARE = 0.2;
const SHORTEST_POLL_MILLIS = 5;
const LONGEST_POLL_MILLIS = 200;

/** A call waits for the answer to its first attempt for so long at least, in milliseconds, also if `waitMillis` is 0. */
const ATTEMPT_MILLIS = 1000;

/** After so long of locked rows alone, in milliseconds, the calls compute the value without a lease. */
const LOCKED_MILLIS = 1000;

/** After this many lost leases a call computes the value without one: whatever it depends on changes faster than it is computed. */
const MAX_LOSSES = 2;

/** A call that computes a missing value, or waits for it. */
interface MissedCall extends ComputeOptions {
  readonly key: CacheKey;
  readonly produce: Produce<string>;
  /** Returns whether the call can use an expired value; undefined: it can use any. Never rejects. */
  readonly accepts: Accepts | undefined;
}

/** Whether a stored text can be used. */
export type Accepts = (text: string) => Promise<boolean>;

/** A call, for the flights that it waits for. */
interface WaitingCall extends MissedCall {
  /** Runs work in the AsyncLocalStorage context of the call: another call may have started the flight. */
  readonly inContext: (work: () => Promise<Outcome>) => Promise<Outcome>;
}

/** What came of a flight. */
type Outcome =
  /** `asOf`: when the value was read or validated, or its computation began. Only calls that were made before may return it. */
  | { readonly kind: "value"; readonly value: string; readonly asOf: number }
  | { readonly kind: "failed"; readonly error: unknown }
  /** The lease was lost before there was a value, or nobody waits any more. */
  | { readonly kind: "none" }
  /** For {@link LOCKED_MILLIS}, locked rows have kept the lease from being acquired. */
  | { readonly kind: "locked" };

/** What a call gets from waiting for a flight. */
type WaitOutcome =
  | Outcome
  /** An expired value, while another call computes the next one. */
  | { readonly kind: "stale"; readonly value: string }
  /** The call has waited for `waitMillis`. */
  | typeof OVERDUE;

const OVERDUE = { kind: "overdue" } as const;

/** The attempts of this process to get one missing value. Its calls for that value share it. */
interface Flight {
  readonly name: string;
  readonly key: CacheKey;
  /** Identifies the lease; undefined until there is one. */
  token: string | undefined;
  readonly done: Promise<Outcome>;
  /** Resolves when the first attempt to acquire the lease was answered, or has failed. */
  readonly answered: Promise<void>;
  /** The last attempt; undefined until there is one. */
  attempt: Promise<unknown> | undefined;
  /** Aborted when the lease is lost. */
  readonly lost: AbortController;
  /** Resolves then. */
  readonly loss: Promise<Outcome>;
  /** The calls that wait for it. One of them computes the value: what another was given may not be usable any more. */
  readonly waiting: Set<WaitingCall>;
  /** The call that computes the value. */
  computing: WaitingCall | undefined;
  /** Whether an expired value can be served. */
  isStale: boolean;
}

/**
 * Computes missing values once at a time over all processes, by leases of the driver.
 *
 * Calls of this process that miss the same value share one flight. Each of them made its own lookup before, and accepts only what is
 * as of a later time than the call: a call that was made after an invalidation never gets what was read or computed before it.
 */
export class ComputeOnce {
  readonly #driver: () => CacheDriver;
  readonly #emit: EventListener;
  readonly #flights = new Map<string, Flight>();
  readonly #unleased = new UnleasedComputations(() => this.tick());
  /** Leases that are being given up, by the name of their key: this process does not ask for the next one before. */
  readonly #releases = new Map<string, Promise<void>>();
  /** Attempts whose answer is not needed any more. */
  readonly #discarded = new Set<Promise<void>>();
  /** Orders calls, and the statements that answer them. */
  #clock = 0;
  #hasEnded = false;

  constructor(driver: () => CacheDriver, emit: EventListener) {
    this.#driver = driver;
    this.#emit = emit;
  }

  /** Returns the time of a call, or of a statement. A call has to take it before its own lookup. */
  tick(): number {
    this.#clock += 1;
    return this.#clock;
  }

  /** @param calledAt - from {@link ComputeOnce.tick} */
  async compute(missed: MissedCall, calledAt: number): Promise<string> {
    const call: WaitingCall = { ...missed, inContext: AsyncResource.bind((work) => work()) };
    const name = entryNameOf(call.key);
    const deadline = now() + call.waitMillis;
    for (let losses = 0; ; ) {
      const flight = this.#flights.get(name) ?? this.#start(name, call.key);
      const outcome = await this.#wait(flight, call, deadline);
      switch (outcome.kind) {
        case "stale":
          return outcome.value;
        case "overdue":
        case "locked":
          return this.#unleased.share(name, call.produce, calledAt);
        case "value":
          if (outcome.asOf > calledAt) return outcome.value;
          break;
        case "failed": {
          const stale = flight.isStale ? await this.#getStale(call) : null;
          if (stale === null) throw outcome.error;
          return stale;
        }
        case "none":
          break;
      }
      const value = await this.#driver().get(call.key);
      if (value !== null) return value;
      if (flight.lost.signal.aborted) losses += 1;
      if (losses === MAX_LOSSES || now() >= deadline) return this.#unleased.share(name, call.produce, calledAt);
    }
  }

  /** Begins no more computations, aborts the others and gives up their leases: other processes need not wait for them. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    const flights = [...this.#flights.values()];
    for (const { computing, lost } of flights) if (computing !== undefined) lost.abort();
    this.#unleased.end();
    await Promise.all(
      flights.map(async (flight) => {
        await flight.attempt?.catch(() => {});
        await this.#release(flight);
      }),
    );
    await Promise.all([...this.#discarded, ...this.#releases.values()]);
  }

  /**
   * Computes a value without a lease, or shares such a computation of another call. Nothing is stored.
   *
   * @param calledAt - from {@link ComputeOnce.tick}
   * @throws NOT_CONNECTED after {@link ComputeOnce.end}
   */
  computeUnleased(key: CacheKey, produce: Produce<string>, calledAt: number): Promise<string> {
    return this.#unleased.share(entryNameOf(key), produce, calledAt);
  }

  /** Waits for an expired value or for what comes of the flight, until the deadline. */
  async #wait(flight: Flight, call: WaitingCall, deadline: number): Promise<WaitOutcome> {
    flight.waiting.add(call);
    let timer: Timer | undefined;
    const overdueAt = (time: number) =>
      new Promise<typeof OVERDUE>((resolve) => {
        timer?.close();
        timer = setTimer(() => resolve(OVERDUE), Math.max(0, time - now()));
      });
    try {
      // The attempt may be queued behind those of other keys.
      await Promise.race([flight.answered, overdueAt(Math.max(deadline, now() + ATTEMPT_MILLIS))]);
      if (flight.isStale && flight.computing !== call) {
        // Another response may make this call the one that computes; it then returns the computed value, not the stale one.
        const stale = await this.#getStale(call).catch((error: unknown) => {
          if (flight.computing !== call) throw error;
          return null;
        });
        if (stale !== null && flight.computing !== call) return { kind: "stale", value: stale };
      }
      const outcome = await Promise.race([flight.done, flight.loss, overdueAt(deadline)]);
      // Whoever computes the value returns it, however long that takes.
      return flight.computing === call ? await flight.done : outcome;
    } finally {
      timer?.close();
      flight.waiting.delete(call);
    }
  }

  /** Returns an expired value within its grace, or null if there is none that the call can use. */
  async #getStale({ key, accepts }: MissedCall): Promise<string | null> {
    const stale = await this.#driver().getStale(key);
    return stale === null || accepts === undefined || (await accepts(stale)) ? stale : null;
  }

  #start(name: string, key: CacheKey): Flight {
    let onAnswer = () => {};
    const answered = new Promise<void>((resolve) => {
      onAnswer = resolve;
    });
    const lost = new AbortController();
    const flight: Flight = {
      name,
      key,
      token: undefined,
      // Begins once the flight is in the map, and its first call waits for it.
      done: Promise.resolve().then(() => this.#run(flight, onAnswer)),
      answered,
      attempt: undefined,
      lost,
      loss: new Promise((resolve) => {
        lost.signal.addEventListener("abort", () => resolve({ kind: "none" }), { once: true });
      }),
      waiting: new Set(),
      computing: undefined,
      isStale: false,
    };
    const forget = () => {
      if (this.#flights.get(name) === flight) this.#flights.delete(name);
    };
    // A computation that has lost its lease must not keep later calls waiting.
    lost.signal.addEventListener("abort", forget, { once: true });
    flight.done
      .catch(() => {})
      .finally(() => {
        forget();
        onAnswer();
      });
    this.#flights.set(name, flight);
    return flight;
  }

  async #run(flight: Flight, onAnswer: () => void): Promise<Outcome> {
    const { key, waiting } = flight;
    let waitingSince = now();
    let heldUntil = Number.POSITIVE_INFINITY;
    let isRepeated = false;
    let lockedSince: number | undefined;
    for (;;) {
      const [first] = waiting;
      if (first === undefined) return { kind: "none" };
      await this.#releases.get(flight.name);
      if (this.#hasEnded) throw notConnected();
      const askedAt = now();
      const answer = this.#attempt(flight, first.leaseSeconds, isRepeated);
      const attempt = isRepeated ? await this.#answerOrValue(flight, answer) : await answer;
      if ("kind" in attempt) return attempt;
      isRepeated = true;
      flight.isStale = attempt.outcome !== "live" && attempt.isStale;
      if (attempt.outcome === "acquired") {
        // Another one than the first, if that has left meanwhile.
        const [call] = waiting;
        if (call !== undefined && !this.#hasEnded) {
          flight.computing = call;
          onAnswer();
          const leaseEnd = attempt.sentAt + first.leaseSeconds * 1000;
          return call.inContext(() => this.#produce(flight, attempt.token, call, leaseEnd));
        }
        await this.#release(flight);
        continue;
      }
      onAnswer();
      if (attempt.outcome === "held") {
        // Another process has replaced the one that held it before: its value may come soon.
        if (askedAt > heldUntil) waitingSince = askedAt;
        heldUntil = askedAt + (attempt.remainingMillis ?? Number.POSITIVE_INFINITY);
        await sleep(pollMillis(now() - waitingSince, attempt.remainingMillis));
      }
      if (attempt.outcome === "locked") {
        // An attempt may have been queued behind those that met locked rows: its own row may not be locked.
        lockedSince ??= now();
        await sleep(pollMillis(now() - waitingSince, null));
      } else lockedSince = undefined;
      const found = await this.#find(key);
      if (found !== undefined) return found;
      if (lockedSince !== undefined && now() - lockedSince >= LOCKED_MILLIS) return { kind: "locked" };
      // It was there for the attempt, and is gone again.
      if (attempt.outcome === "live") await sleep(SHORTEST_POLL_MILLIS);
    }
  }

  /** Attempts to acquire the lease, and records its token as soon as the response arrives, so that `end()` can release it. */
  #attempt(flight: Flight, leaseSeconds: number, isRepeated: boolean): Promise<LeaseAttempt> {
    const answer = this.#driver()
      .acquireLease(flight.key, leaseSeconds, isRepeated)
      .then((attempt) => {
        if (attempt.outcome === "acquired") flight.token = attempt.token;
        return attempt;
      });
    flight.attempt = answer;
    return answer;
  }

  /** Waits for the answer to an attempt. Where that is queued behind others, looks for the value meanwhile: another process may store it. */
  async #answerOrValue(flight: Flight, answer: Promise<LeaseAttempt>): Promise<LeaseAttempt | Outcome> {
    const since = now();
    for (;;) {
      const attempt = await Promise.race([answer, sleep(pollMillis(now() - since, null))]);
      if (attempt !== undefined) return attempt;
      const found = await this.#find(flight.key).catch((error: unknown) => {
        this.#discard(flight, answer);
        throw error;
      });
      if (found === undefined) continue;
      this.#discard(flight, answer);
      return found;
    }
  }

  /** Reads the value that another process may have stored; undefined if there is none. */
  async #find(key: CacheKey): Promise<Outcome | undefined> {
    const asOf = this.tick();
    const value = await this.#driver().get(key);
    return value === null ? undefined : { kind: "value", value, asOf };
  }

  /** Gives up the lease of an attempt that nobody needs any more, should it be acquired. */
  #discard(flight: Flight, answer: Promise<LeaseAttempt>): void {
    const discarded = answer
      .then(() => this.#release(flight))
      .catch(() => {})
      .finally(() => this.#discarded.delete(discarded));
    this.#discarded.add(discarded);
  }

  /** Gives up the lease. One that cannot be given up expires. Never rejects. */
  async #release({ name, key, token }: Flight): Promise<void> {
    if (token === undefined) return;
    const release = promiseOf(() => this.#driver().releaseLease(key, token)).catch(() => {});
    this.#releases.set(name, release);
    await release;
    if (this.#releases.get(name) === release) this.#releases.delete(name);
  }

  /** @param leaseEnd - no later than the lease ends */
  async #produce(flight: Flight, token: string, call: MissedCall, leaseEnd: number): Promise<Outcome> {
    const { key, lost, isStale } = flight;
    const asOf = this.tick();
    const watch = watchLease({
      lost,
      end: leaseEnd,
      isHeld: () => this.#driver().isLeaseHeld(key, token, call.tags),
      release: () => this.#release(flight),
    });
    let value: string;
    try {
      value = requireProduced(await promiseOf(() => call.produce({ signal: lost.signal })));
    } catch (error) {
      // The caller does not wait for this.
      void this.#release(flight);
      if (isAbortion(error, lost.signal)) return { kind: "none" };
      if (isStale) this.#emit({ type: "refresh-failed", resourceType: key.resourceType, error });
      return { kind: "failed", error };
    } finally {
      watch.close();
    }
    const storedAt = this.tick();
    let isStored = false;
    try {
      isStored = await this.#driver().storeComputed(key, token, { ...call, value });
    } catch (error) {
      // The value is as good as if nothing had been cached. Other calls need not wait for it.
      void this.#release(flight);
      // After disconnect() nothing is stored.
      if (!this.#hasEnded) this.#emit({ type: "store-failed", resourceType: key.resourceType, error });
    }
    return { kind: "value", value, asOf: isStored ? storedAt : asOf };
  }
}

/** Returns how long to wait before looking for a value again: soon at first, and immediately when the other lease has expired. */
function pollMillis(waitedMillis: number, remainingMillis: number | null): number {
  const usual = Math.min(LONGEST_POLL_MILLIS, Math.max(SHORTEST_POLL_MILLIS, waitedMillis * POLL_SHARE));
  const jittered = usual * (0.5 + Math.random());
  return Math.max(1, Math.min(jittered, remainingMillis ?? jittered));
}
