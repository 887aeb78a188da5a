import type { ResolvedConfig } from "../config/config.js";
import { Pipeline } from "../pool/pipeline.js";
import type { Pool } from "../pool/pool.js";
import type { Gate } from "./admission.js";
import { batched } from "./batcher.js";
import { type BatchedOperation, type DispatchMode, type Executor, outputOf } from "./executor.js";
import { LockRetries, lockTimeoutMillisOf, lockWaitLimit } from "./lock-retries.js";
import { FixedSlots, PipelineSlots, type Slots } from "./slots.js";

/** How many statements are in flight, each on a connection of its own. */
const STATEMENTS_IN_FLIGHT = {
  writes: 3,
  // More would share the same bandwidth, and each take longer.
  "large-answers": 2,
  sequences: 3,
};

/** Makes the functions that perform the calls of operations: in batches where the mode of the operation allows it. */
export class Dispatcher {
  readonly #config: ResolvedConfig;
  readonly #pool: Pool;
  readonly #executorOver: (pipeline: Pipeline | null) => Executor;
  readonly #lockRetries: LockRetries;

  /** @param executorOver - returns an executor for admitted calls, whose lookups are sent over a pipeline where there is one */
  constructor(config: ResolvedConfig, pool: Pool, executorOver: (pipeline: Pipeline | null) => Executor) {
    this.#config = config;
    this.#pool = pool;
    this.#executorOver = executorOver;
    this.#lockRetries = new LockRetries(lockWaitLimit(pool.max));
  }

  /** @param gate - admits the calls */
  batch<Input, Output>(operation: BatchedOperation<Input, Output>, gate: Gate): (input: Input) => Promise<Output> {
    const { mode } = operation;
    // Large answers in flight are bounded without batching, too.
    if (mode === "unbatched" || (!this.#config.batching && mode !== "large-answers")) {
      const executor = this.#executorOver(null);
      return (input) => gate.run(async () => outputOf(await operation.one(executor, input)));
    }
    const { connectionTimeoutMillis, queryTimeoutMillis } = this.#config;
    return batched(operation, {
      ...this.#dispatch(mode),
      gate,
      queueTimeoutMillis: connectionTimeoutMillis,
      lockTimeoutMillis: lockTimeoutMillisOf(queryTimeoutMillis),
      maxLockWaitMillis: queryTimeoutMillis,
      lockRetries: this.#lockRetries,
    });
  }

  #dispatch(mode: Exclude<DispatchMode, "unbatched">): { executor: Executor; slots: Slots } {
    if (mode === "writes" || mode === "large-answers" || mode === "sequences") {
      const limit = Math.min(STATEMENTS_IN_FLIGHT[mode], this.#pool.max);
      return { executor: this.#executorOver(null), slots: new FixedSlots(limit) };
    }
    const pipeline = new Pipeline(this.#pool, mode);
    return { executor: this.#executorOver(pipeline), slots: new PipelineSlots(this.#pool, pipeline) };
  }
}
