import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Operation, Path } from "../contenders/contender.js";
import type { Field } from "../contenders/index.js";
import { clientCpu, serverCpu } from "../cpu.js";
import { collectGarbage } from "../garbage.js";
import { closedLoop, shuffled } from "../measure.js";
import type { ClosedRounds } from "../options.js";
import { say } from "../progress.js";
import { type CostedRound, type Row, rowOf } from "../results.js";
import type { PeerServers } from "../servers.js";

/** All contenders on one path, in rounds that are interleaved and shuffled, after one that does not count. */
export async function sideBySide(
  field: Field,
  servers: PeerServers,
  path: Path,
  inFlight: number,
  rounds: ClosedRounds,
): Promise<Row[]> {
  say(`${path}, ${inFlight} in flight`);
  const taken = new Map<Operation, CostedRound[]>();
  for (const operation of field.operations) if (operation.path === path) taken.set(operation, []);
  for (let round = 0; round <= rounds.count; round += 1) {
    const warmingUp = round === 0;
    const milliseconds = warmingUp ? rounds.warmUp : rounds.milliseconds;
    for (const [operation, samples] of shuffled([...taken])) {
      try {
        const sample = await costedRound(operation, servers, inFlight, milliseconds);
        if (!warmingUp) samples.push(sample);
      } catch (error) {
        taken.delete(operation);
        field.exclude(operation, error);
      }
    }
  }
  return [...taken].map(([{ contender }, samples]) => rowOf(path, contender, inFlight, samples));
}

async function costedRound(
  operation: Operation,
  servers: PeerServers,
  inFlight: number,
  milliseconds: number,
): Promise<CostedRound> {
  const serverPid = servers[operation.server]?.pid ?? 0;
  // The histogram counts from timer to timer, so that its own millisecond is in every value.
  const delays = operation.path === "logIn" ? monitorEventLoopDelay({ resolution: 1 }) : null;
  collectGarbage();
  const serverBefore = serverCpu(serverPid);
  const clientBefore = clientCpu();
  delays?.enable();
  const round = await closedLoop(operation.run, inFlight, milliseconds);
  delays?.disable();
  const clientAfter = clientCpu();
  const serverAfter = serverCpu(serverPid);
  return {
    ...round,
    clientCpu: clientAfter - clientBefore,
    serverCpu: serverBefore === null || serverAfter === null ? null : serverAfter - serverBefore,
    loopDelay: delays === null ? null : delays.percentile(99) / 1e6,
  };
}
