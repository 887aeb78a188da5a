import { OURS, PG_NAMED } from "../contenders/contender.js";
import type { Field, RemoteOperation } from "../field.js";
import { medianOf, type OpenRound, quantile } from "../measure.js";
import type { Plan, Rounds } from "../options.js";
import { say } from "../progress.js";

/** A contender at one rate of arrivals. */
export interface OpenRow {
  readonly contender: string;
  /** What the rate is of the one that saturates pg. */
  readonly share: number;
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  /** Of how many rounds. */
  readonly saturated: number;
  readonly rounds: number;
}

export interface OpenResults {
  /** Arrivals a second that a bare pg with named statements just keeps up with. */
  readonly saturation: number;
  readonly rows: readonly OpenRow[];
}

/** Each halving of the interval in which the saturating rate lies; six leave 2 % of it. */
const HALVINGS = 6;

/**
 * Lookups that arrive at random, as requests do: the rate at which a bare pg saturates, then both at shares of it.
 * Null where one of them is missing.
 */
export async function poisson(field: Field, plan: Plan): Promise<OpenResults | null> {
  const of = (contender: string) =>
    field.operations.find((operation) => operation.path === "getSession" && operation.contender === contender);
  const [ours, named] = [of(OURS), of(PG_NAMED)];
  if (ours === undefined || named === undefined) return null;
  say("getSession, open loop: where pg saturates");
  const saturation = await findSaturation(named, plan.openLoop);
  say(`getSession, open loop: pg saturates at ${Math.round(saturation)} a second`);
  const entries: readonly (readonly [RemoteOperation, number])[] = [
    [named, 0.5],
    [ours, 0.5],
    [ours, 1],
    [ours, 2],
  ];
  const taken = entries.map(() => [] as OpenRound[]);
  for (let round = 0; round < plan.openLoop.count; round += 1) {
    for (const [index, [operation, share]] of entries.entries()) {
      taken[index]?.push(await operation.openRound(share * saturation, plan.openLoop.milliseconds));
    }
  }
  const rows = entries.map(([{ contender }, share], index) => {
    const rounds = taken[index] ?? [];
    return {
      contender,
      share,
      rate: share * saturation,
      p50: medianOf(rounds.map(({ latencies }) => quantile(latencies, 0.5))),
      p99: medianOf(rounds.map(({ latencies }) => quantile(latencies, 0.99))),
      saturated: rounds.filter((round) => round.saturated).length,
      rounds: rounds.length,
    };
  });
  return { saturation, rows };
}

/** By halving, around what a closed loop reaches. A rate saturates if two rounds of up to three say so. */
async function findSaturation(operation: RemoteOperation, { milliseconds }: Rounds): Promise<number> {
  const closed = await operation.closedRound(64, milliseconds);
  const closedRate = closed.operations / closed.seconds;
  let [kept, lost] = [closedRate / 4, closedRate * 1.5];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const rate = (kept + lost) / 2;
    if (await saturates(operation, rate, milliseconds / 2)) lost = rate;
    else kept = rate;
  }
  return (kept + lost) / 2;
}

async function saturates(operation: RemoteOperation, rate: number, milliseconds: number): Promise<boolean> {
  let votes = 0;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    votes += (await operation.openRound(rate, milliseconds)).saturated ? 1 : -1;
    if (Math.abs(votes) === 2) break;
  }
  return votes > 0;
}
