import { PendingAcquires } from "../../src/postgres/pool/acquire.js";
import { say } from "../progress.js";

/** What a trick of the code takes, and the plain way of the same, in nanoseconds each time. */
export interface TrickRow {
  readonly what: string;
  readonly trick: number;
  readonly plain: number;
}

const IN_FLIGHT = 64;
const TIMES = 400_000;
const ROUNDS = 15;

/** Each is called for what begins, and returns what ends it. */
interface Trick {
  readonly what: string;
  readonly trick: () => () => void;
  readonly plain: () => () => void;
}

const pending = new PendingAcquires();
const inSet = new Set<object>();

const TRICKS: readonly Trick[] = [
  {
    what: "a pending acquire that is added and removed: places of an array, and a Set",
    trick: () => {
      const place = pending.add({ cancel: () => {} });
      return () => pending.remove(place);
    },
    plain: () => {
      const acquire = { cancel: () => {} };
      inSet.add(acquire);
      return () => inSet.delete(acquire);
    },
  },
];

/** Measures both ways by turns, with 64 begun at any time, which end in their order. Garbage collection counts. */
export function tricks(): TrickRow[] {
  return TRICKS.map(({ what, trick, plain }) => {
    say(what);
    const times = { trick: [] as number[], plain: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      times.trick.push(nanoseconds(trick));
      times.plain.push(nanoseconds(plain));
    }
    return { what, trick: median(times.trick), plain: median(times.plain) };
  });
}

function nanoseconds(begin: () => () => void): number {
  const ends = Array.from({ length: IN_FLIGHT }, begin);
  const start = performance.now();
  for (let count = 0; count < TIMES; count += 1) {
    ends[count % IN_FLIGHT]?.();
    ends[count % IN_FLIGHT] = begin();
  }
  const elapsed = performance.now() - start;
  for (const end of ends) end();
  return (elapsed * 1e6) / TIMES;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] as number;
}
