import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/** Collects garbage: otherwise a round pays for what the contender before has left. */
export const collectGarbage = runInNewContext("gc") as () => void;
