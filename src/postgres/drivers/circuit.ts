import { PevensieError } from "../../errors/index.js";
import { setTimer } from "../../timers.js";
import { isUnanswered, withSubject } from "../protocol/call-errors.js";
import { sqlStateOf } from "../protocol/server-errors.js";
import { SqlStateClass } from "../protocol/sqlstate.js";

/** The pause between two probes of a server that does not answer, in milliseconds. */
const PROBE_PAUSE_MILLIS = 1_000;

/** Returns whether a server may answer later. One that refuses the user, or has no such database, is configured wrongly. */
export function isTemporary(error: unknown): boolean {
  if (!isUnanswered(error)) return false;
  const state = sqlStateOf(error.cause) ?? "";
  return !state.startsWith(SqlStateClass.invalidAuthorization) && !state.startsWith(SqlStateClass.invalidCatalogName);
}

/** What a circuit breaker has to know of its server. */
export interface CircuitOptions {
  /** The server in an error message, such as "The server db1". */
  readonly subject: string;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** Sends a statement. Rejects if it was not answered. */
  probe(): Promise<unknown>;
  /** Called when the server stops answering, with the error. */
  onOpen(reason: unknown): void;
  /** Called when it answers again. */
  onClose(): void;
}

/**
 * Keeps calls from a server that does not answer: once a call was not answered, no other one is sent until a probe was. No call
 * waits for a probe.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  #isInUse = false;
  #isConnected = false;
  /** Why the circuit is open; undefined while it is closed. */
  #outage: unknown;
  /** Changes with the circuit: the outcome of a call that began under an earlier state says nothing of the present one. */
  #period = 0;
  #isProbing = false;
  /** Resolves at the end of the last series of probes. Never rejects. */
  #probed: Promise<void> = Promise.resolve();
  #endPause = () => {};

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  async connect(): Promise<void> {
    this.#isInUse = true;
    try {
      await this.#options.connect();
    } catch (error) {
      throw withSubject(this.#options.subject, error);
    }
    this.#isConnected = true;
  }

  /** Refuses calls until the server answers, after a failure to connect. */
  suspend(reason: unknown): void {
    this.#open(reason);
    this.#probe(PROBE_PAUSE_MILLIS);
  }

  async disconnect(): Promise<void> {
    this.#isInUse = false;
    this.#endPause();
    // Also ends the probe, and an attempt to connect.
    await this.#options.disconnect();
    await this.#probed;
    this.#isConnected = false;
    this.#outage = undefined;
  }

  /**
   * Makes a call.
   *
   * @throws CONNECTION_UNAVAILABLE immediately while the circuit is open
   */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#outage !== undefined) throw this.#refusal(this.#outage);
    const period = this.#period;
    try {
      return await call();
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      if (period === this.#period) this.#fail(error);
      throw withSubject(this.#options.subject, error);
    }
  }

  #fail(error: PevensieError): void {
    if (!this.#isInUse) return;
    // A write loses its response with its connection alone, too. If the server does not answer, the probe finds out.
    if (error.code !== "OUTCOME_UNKNOWN") this.#open(error);
    this.#probe(0);
  }

  #refusal(outage: unknown): unknown {
    if (!isUnanswered(outage)) return outage;
    return new PevensieError(
      "CONNECTION_UNAVAILABLE",
      `${this.#options.subject} does not answer, and gets no calls until it does. Nothing was sent to it, so the call can be repeated.`,
      { cause: outage.cause },
    );
  }

  #open(reason: unknown): void {
    const isNew = this.#outage === undefined;
    this.#outage = reason;
    if (!isNew) return;
    this.#period += 1;
    this.#options.onOpen(reason);
  }

  #close(): void {
    if (this.#outage === undefined) return;
    this.#outage = undefined;
    this.#period += 1;
    this.#options.onClose();
  }

  /** Probes the server until it answers. @param pauseMillis - before the first probe */
  #probe(pauseMillis: number): void {
    if (this.#isProbing) return;
    this.#isProbing = true;
    this.#probed = this.#probeUntilAnswered(pauseMillis);
  }

  async #probeUntilAnswered(pauseMillis: number): Promise<void> {
    for (let pause = pauseMillis; this.#isInUse; pause = PROBE_PAUSE_MILLIS) {
      if (pause > 0) await this.#pause(pause);
      try {
        if (this.#isInUse) await this.#reach();
        break;
      } catch (error) {
        if (this.#isInUse) this.#open(error);
      }
    }
    // Before anything else can happen: a call that fails from now on needs another probe.
    this.#isProbing = false;
    if (this.#isInUse) this.#close();
  }

  /** Resolves once the server has answered, be it with an error. Rejects as well if it cannot be connected to for another reason. */
  async #reach(): Promise<void> {
    if (this.#isConnected) {
      await this.#options.probe().catch((error: unknown) => {
        if (isUnanswered(error)) throw error;
      });
      return;
    }
    await this.#options.connect();
    this.#isConnected = true;
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimer(resolve, milliseconds);
      this.#endPause = () => {
        timer.close();
        resolve();
      };
    });
  }
}
