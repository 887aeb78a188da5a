import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessRounds } from "../options.js";
import { say } from "../progress.js";
import { beginTogether, endTeam, Member, type Outcome, type Run, startTeam, wallClock } from "./cache-team.js";

const PROCESSES = 4;
const CALLERS = 1000;
const CALLERS_EACH = CALLERS / PROCESSES;

/** Rounds of concurrent getOrSet calls in several processes, on one missing key each. */
export interface MissingResults {
  readonly processes: number;
  readonly callers: number;
  readonly produceMillis: number;
  readonly rounds: number;
  /** Rounds in which `produce` ran once, and every caller got its value. */
  readonly once: number;
  /** Milliseconds until the last caller had the value, by round. */
  readonly lastCaller: readonly number[];
}

/** Rounds in which the process that computes the value is killed. Times are in milliseconds, by round. */
export interface KillResults {
  readonly leaseSeconds: number;
  /** How long a call waits. Undefined: the default, as long as the lease. */
  readonly waitMillis: number | undefined;
  readonly produceMillis: number;
  /** From the kill until another process called `produce`. */
  readonly replaced: readonly number[];
  /** From the kill until the last caller of the others had the value, less what `produce` takes. */
  readonly delays: readonly number[];
  /** How often `produce` ran in the other processes. */
  readonly produced: readonly number[];
}

/** Rounds of concurrent rateLimit calls in several processes, on one limit each. */
export interface LimitResults {
  readonly processes: number;
  readonly callers: number;
  readonly limit: number;
  readonly rounds: number;
  /** How many calls were admitted, by round. */
  readonly allowed: readonly number[];
}

/** What several processes do with one cache. Null: was not measured. */
export interface ProcessResults {
  readonly missing: MissingResults | null;
  /** By how long a call waits. */
  readonly kills: readonly KillResults[];
  readonly limits: LimitResults | null;
}

const PRODUCE_MILLIS = 50;

/** A thousand callers in four processes, who begin together on a key that nobody has computed. */
export async function missingKey(url: string, { missing: rounds }: ProcessRounds): Promise<MissingResults> {
  say(`getOrSet, ${CALLERS} callers in ${PROCESSES} processes on a missing key: ${rounds} rounds`);
  const team = await startTeam(url, PROCESSES);
  const lastCaller: number[] = [];
  let once = 0;
  // The first round does not count: it opens connections.
  for (let round = 0; round <= rounds; round += 1) {
    const run = await beginTogether(team, {
      kind: "getOrSet",
      key: `missing${round}`,
      callers: CALLERS_EACH,
      leaseSeconds: 10,
      produceMillis: PRODUCE_MILLIS,
    });
    const outcomes = await Promise.all(run.outcomes.values());
    if (round === 0) continue;
    const values = new Set(outcomes.flatMap((outcome) => outcome.values));
    if (producedBy(outcomes) === 1 && values.size === 1) once += 1;
    lastCaller.push(endOf(outcomes) - run.begunAt);
  }
  await endTeam(team);
  return { processes: PROCESSES, callers: CALLERS, produceMillis: PRODUCE_MILLIS, rounds, once, lastCaller };
}

const LEASE_SECONDS = 1;
/** By default a call waits as long as the lease; one that may wait longer gets the value of the process that takes over. */
export const WAITS = [undefined, 10_000] as const;
export const waitLabel = (waitMillis: number | undefined) =>
  waitMillis === undefined ? "default waitMillis" : `waitMillis ${waitMillis}`;
const KILLED_PRODUCE_MILLIS = 200;

/** The same callers, of whom the process that computes the value is killed halfway. Another one takes its place in the team. */
export async function killedProducer(
  url: string,
  { kills: rounds }: ProcessRounds,
  waitMillis: number | undefined,
): Promise<KillResults> {
  say(`getOrSet, the process that computes the value is killed, ${waitLabel(waitMillis)}: ${rounds} rounds`);
  const team = await startTeam(url, PROCESSES);
  const replaced: number[] = [];
  const delays: number[] = [];
  const produced: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began: { readonly member: Member; readonly at: number }[] = [];
    const task = {
      kind: "getOrSet",
      key: `killed${round}, ${waitLabel(waitMillis)}`,
      callers: CALLERS_EACH,
      leaseSeconds: LEASE_SECONDS,
      waitMillis,
      produceMillis: KILLED_PRODUCE_MILLIS,
    } as const;
    const run = await new Promise<Run>((resolve) => {
      const begun = beginTogether(team, task, (member, at) => {
        began.push({ member, at });
        resolve(begun);
      });
    });
    const producer = (began[0] as (typeof began)[number]).member;
    const survivors = [...run.outcomes].filter(([member]) => member !== producer).map(([, outcome]) => outcome);
    run.outcomes.get(producer)?.catch(() => {}); // It rejects: the process is killed.
    await sleep(KILLED_PRODUCE_MILLIS / 2);
    const killedAt = wallClock();
    await producer.kill();
    const outcomes = await Promise.all(survivors);
    const second = began.find(({ member }) => member !== producer);
    replaced.push((second?.at ?? Number.NaN) - killedAt);
    delays.push(endOf(outcomes) - killedAt - KILLED_PRODUCE_MILLIS);
    produced.push(producedBy(outcomes));
    team[team.indexOf(producer)] = await Member.start(url);
  }
  await endTeam(team);
  return { leaseSeconds: LEASE_SECONDS, waitMillis, produceMillis: KILLED_PRODUCE_MILLIS, replaced, delays, produced };
}

const LIMIT = 100;

/** A thousand calls in four processes that begin together on one limit. */
export async function exactLimit(url: string, { limits: rounds }: ProcessRounds): Promise<LimitResults> {
  say(`rateLimit, ${CALLERS} calls in ${PROCESSES} processes: ${rounds} rounds`);
  const team = await startTeam(url, PROCESSES);
  const allowed: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { outcomes } = await beginTogether(team, {
      kind: "rateLimit",
      key: `limit${round}`,
      callers: CALLERS_EACH,
      limit: LIMIT,
      // One more call is admitted every 36 seconds.
      windowSeconds: 3600,
    });
    allowed.push(sum((await Promise.all(outcomes.values())).map((outcome) => outcome.allowed)));
  }
  await endTeam(team);
  return { processes: PROCESSES, callers: CALLERS, limit: LIMIT, rounds, allowed };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const producedBy = (outcomes: readonly Outcome[]) => sum(outcomes.map(({ produced }) => produced));
const endOf = (outcomes: readonly Outcome[]) => Math.max(...outcomes.map(({ endedAt }) => endedAt));
