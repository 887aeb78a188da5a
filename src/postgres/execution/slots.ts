import { now } from "../../timers.js";
import { MAX_PIPELINED_CONNECTIONS, type Pipeline } from "../pool/pipeline.js";
import type { Pool } from "../pool/pool.js";

/** How many statements of one operation can be in flight. */
export interface Slots {
  /** Returns how many more statements can be sent. @param inFlight - the number that is in flight */
  free(inFlight: number): number;
  /**
   * Calls back when a slot becomes free without a response: a connection has become slow, so a second one may be used. Fixed slots never do.
   */
  onceFreed(inFlight: number, listener: () => void): void;
}

/** A fixed number of statements, each on a connection of its own. */
export class FixedSlots implements Slots {
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  free(inFlight: number): number {
    return this.#limit - inFlight;
  }

  onceFreed(): void {}
}

/** The slots of a pipeline; where the pool does not pipeline, one for each connection that the pipeline would have. */
export class PipelineSlots implements Slots {
  readonly #pool: Pool;
  readonly #pipeline: Pipeline;

  constructor(pool: Pool, pipeline: Pipeline) {
    this.#pool = pool;
    this.#pipeline = pipeline;
  }

  free(inFlight: number): number {
    return this.#freeAt(now(), inFlight);
  }

  #freeAt(time: number, inFlight: number): number {
    if (!this.#pool.canPipeline) return Math.min(MAX_PIPELINED_CONNECTIONS, this.#pool.max) - inFlight;
    return Math.min(this.#pipeline.freeSlots(time), this.#pipeline.capacity - inFlight);
  }

  onceFreed(inFlight: number, listener: () => void): void {
    // One reading of the clock: a connection that becomes slow between two would be missed by both.
    const time = now();
    if (this.#freeAt(time, inFlight) > 0) listener();
    else if (this.#pool.canPipeline) this.#pipeline.onceSlow(time, listener);
  }
}
