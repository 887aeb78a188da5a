import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/**
 * Collects garbage, to measure what is in use. Not before timed rounds: V8 would discard optimized code that depends on the shapes of
 * objects of which none is alive, which does not happen under load.
 */
export const collectGarbage = runInNewContext("gc") as () => void;
