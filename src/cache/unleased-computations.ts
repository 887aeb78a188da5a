import { notConnected } from "../errors/index.js";
import { requireProduced } from "./input.js";
import type { Produce } from "./options.js";

/** A computation that several calls share. */
interface SharedComputation {
  /** When it began. Only calls that were made before may share it. */
  readonly asOf: number;
  readonly value: Promise<string>;
}

/** Computations without a lease, of calls that have waited long enough or have lost leases. Nothing of them is stored. */
export class UnleasedComputations {
  readonly #tick: () => number;
  /** By the name of their key. */
  readonly #shared = new Map<string, SharedComputation>();
  readonly #signals = new Set<AbortController>();
  #hasEnded = false;

  /** @param tick - returns the logical time by which calls and computations are ordered */
  constructor(tick: () => number) {
    this.#tick = tick;
  }

  /** Aborts those that run, and begins no more. */
  end(): void {
    this.#hasEnded = true;
    for (const signal of this.#signals) signal.abort();
  }

  async #run(produce: Produce<string>): Promise<string> {
    if (this.#hasEnded) throw notConnected();
    const controller = new AbortController();
    this.#signals.add(controller);
    try {
      return await produce({ signal: controller.signal });
    } catch (error) {
      throw isAbortion(error, controller.signal) ? notConnected() : error;
    } finally {
      this.#signals.delete(controller);
    }
  }

  /**
   * Computes the value of a key, or shares the computation of another call, unless that began before this call was made. The signal is
   * aborted by {@link end}.
   *
   * @param calledAt - when this call was made
   * @throws NOT_CONNECTED after {@link end}
   */
  share(name: string, produce: Produce<string>, calledAt: number): Promise<string> {
    const running = this.#shared.get(name);
    if (running !== undefined && running.asOf > calledAt) return running.value;
    const computation = { asOf: this.#tick(), value: this.#run(produce).then(requireProduced) };
    this.#shared.set(name, computation);
    const forget = () => {
      if (this.#shared.get(name) === computation) this.#shared.delete(name);
    };
    computation.value.then(forget, forget);
    return computation.value;
  }
}

/** Whether a computation has ended with its signal. Node's own functions reject with an AbortError whose cause is the signal's reason. */
export function isAbortion(error: unknown, { aborted, reason }: AbortSignal): boolean {
  if (!aborted) return false;
  const { name, cause } = (error ?? {}) as { name?: unknown; cause?: unknown };
  return error === reason || cause === reason || name === "AbortError";
}
