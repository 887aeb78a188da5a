import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/**
 * Collects garbage, to measure the memory in use. Not for timed rounds: a collection makes V8 discard optimized code for object shapes
 * without a live instance, which does not happen under load.
 */
export const collectGarbage = runInNewContext("gc") as () => void;
