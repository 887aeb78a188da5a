import type { Path } from "../contenders/contender.js";
import type { Field, RemoteOperation } from "../field.js";
import { shuffled } from "../measure.js";
import type { ClosedRounds } from "../options.js";
import { say } from "../progress.js";
import { type CostedRound, type Row, rowOf } from "../results.js";

/** All contenders on one path, in rounds that are interleaved and shuffled, after one that does not count. */
export async function sideBySide(field: Field, path: Path, inFlight: number, rounds: ClosedRounds): Promise<Row[]> {
  say(`${path}, ${inFlight} in flight`);
  const taken = new Map<RemoteOperation, CostedRound[]>();
  for (const operation of field.operations) if (operation.path === path) taken.set(operation, []);
  for (let round = 0; round <= rounds.count; round += 1) {
    const warmingUp = round === 0;
    const milliseconds = warmingUp ? rounds.warmUp : rounds.milliseconds;
    for (const [operation, samples] of shuffled([...taken])) {
      try {
        const sample = await operation.closedRound(inFlight, milliseconds);
        if (!warmingUp) samples.push(sample);
      } catch (error) {
        taken.delete(operation);
        field.exclude(operation, error);
      }
    }
  }
  return [...taken].map(([{ contender }, samples]) => rowOf(path, contender, inFlight, samples));
}
