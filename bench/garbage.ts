import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/**
 * Collects garbage, to measure what is in use. Not before rounds: V8 then discards the optimized code that depends on the shapes of
 * objects of which none is alive, which it does to no process under load.
 */
export const collectGarbage = runInNewContext("gc") as () => void;
