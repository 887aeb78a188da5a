import { ARGON2 } from "./contenders/argon2.js";
import { baseName, OUR_COPY } from "./contenders/base.js";
import {
  HTTP_REQUEST,
  OUR_GET,
  OUR_SESSION,
  OUR_SESSION_WITH_USER,
  OURS,
  PATHS,
  type Path,
  PG_NAMED,
} from "./contenders/contender.js";
import { SERVER_NAMES, type ServerKind } from "./contenders/http.js";
import { IOREDIS } from "./contenders/ioredis.js";
import { NEAR_GETS } from "./contenders/pevensie-cache.js";
import { LIMITER_POSTGRES, LIMITER_POSTGRES_UNLOGGED, LIMITER_REDIS } from "./contenders/rate-limiter-flexible.js";
import { medianOf } from "./measure.js";
import type { Results } from "./results.js";
import {
  type KillResults,
  type LimitResults,
  type MissingResults,
  type ProcessResults,
  waitLabel,
} from "./scenarios/cache-processes.js";
import type { FloodResults } from "./scenarios/flood.js";
import type { OpenResults } from "./scenarios/poisson.js";
import type { StartRow } from "./scenarios/start.js";
import type { StorageRow } from "./scenarios/storage.js";
import type { SweepResults } from "./scenarios/sweep.js";

/** What was set out to be reached, and what was. */
export interface Bar {
  readonly path: string;
  readonly bar: string;
  readonly measured: string;
  /** Null where it could not be measured. */
  readonly met: boolean | null;
}

export const KEYV = "@keyv/postgres";

/** Cut off, not rounded: 0.949 is not 0.95. */
const times = (ratio: number) => `${(Math.floor(ratio * 100) / 100).toFixed(ratio < 10 ? 2 : 1)}x`;
const milliseconds = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`;

/** Importing the package takes at most 1.5 times what importing pg takes. */
export function startBars([imports]: readonly StartRow[]): Bar[] {
  if (imports === undefined) return [];
  const ratio = imports.ours / imports.pg;
  return [{ path: imports.what, bar: "at most 1.5x pg", measured: `${ratio.toFixed(2)}x`, met: ratio <= 1.5 }];
}

/** Requires a multiple of another contender's throughput, at each level. */
function faster(
  results: Results,
  path: Path,
  label: string,
  other: string,
  levels: readonly (readonly [inFlight: number, factor: number])[],
): Bar[] {
  return levels
    .filter(([inFlight]) => results.of(path, inFlight).length > 0)
    .map(([inFlight, factor]) => {
      const ratio = results.ratio(path, OURS, other, inFlight);
      return {
        path: `${label}, ${inFlight} in flight`,
        bar: `at least ${factor}x ${other}`,
        measured: ratio === undefined ? "not measured" : times(ratio),
        met: ratio === undefined ? null : ratio >= factor,
      };
    });
}

export function mainBars(results: Results, open: OpenResults | null, flood: FloodResults | null): Bar[] {
  return [
    ...faster(results, "getSession", "getSession", PG_NAMED, [
      [16, 4],
      [64, 8],
      [256, 9],
    ]),
    ...[16, 64, 256].flatMap((inFlight) => p99Below(results, inFlight)),
    ...faster(results, "getSession", "getSession", "postgres.js", [[64, 4]]),
    ...faster(results, "getSession", "getSession", "better-auth findSession", [[64, 30]]),
    ...faster(results, "getSession", "getSession", "better-auth api.getSession", [[64, 60]]),
    ...faster(results, "getSession", "getSession", PG_NAMED, [[1, 0.95]]),
    ...faster(results, "getSessionWithUser", "getSessionWithUser", OUR_SESSION, [[64, 0.6]]),
    ...faster(results, "getApiKeyWithUser", "getApiKeyWithUser", OUR_SESSION_WITH_USER, [[64, 0.95]]),
    ...(open === null ? [] : openBars(open)),
    ...(["cacheGet", "cacheSet"] as const).flatMap((path) => {
      const label = path === "cacheGet" ? "cache get" : "cache set";
      const factor = path === "cacheGet" ? 8 : 7;
      return [
        ...faster(results, path, label, IOREDIS, [
          [64, 1],
          [256, 1],
        ]),
        ...faster(results, path, label, KEYV, [
          [64, factor],
          [256, factor],
        ]),
      ];
    }),
    ...faster(results, "getMany", "getMany of 1,000 keys", IOREDIS, [
      [1, 0.5],
      [16, 0.5],
    ]),
    ...(["createSession", "getUserByPhoneNumber", "deleteSession"] as const).flatMap((path) =>
      faster(results, path, `${path}, not batched`, PG_NAMED, [[16, 0.95]]),
    ),
    ...faster(results, "logIn", "login", ARGON2, [[16, 0.95]]),
    ...loopDelayBar(results),
    ...(flood === null ? [] : [floodBar(flood)]),
  ];
}

/** Bars of what a cache computes, counts and limits. */
export function cacheBars(results: Results, { missing, kills, limits }: ProcessResults): Bar[] {
  return [
    ...faster(results, "getOrSet", "getOrSet, a hit", OUR_GET, [
      [1, 0.95],
      [64, 0.95],
    ]),
    ...(missing === null ? [] : [missingBar(missing)]),
    ...kills.map(killBar),
    ...nearBar(results),
    ...(["rateLimit", "rateLimitOneKey"] as const).flatMap((path) => {
      const label = path === "rateLimit" ? "rateLimit, many keys" : "rateLimit, one key";
      return [
        ...faster(results, path, label, LIMITER_POSTGRES, [[64, 5]]),
        ...faster(results, path, label, LIMITER_POSTGRES_UNLOGGED, [[64, 5]]),
        ...faster(results, path, label, LIMITER_REDIS, [[64, 0.8]]),
      ];
    }),
    ...(limits === null ? [] : [limitBar(limits)]),
  ];
}

function missingBar({ processes, callers, rounds, once, lastCaller }: MissingResults): Bar {
  return {
    path: `getOrSet, ${callers.toLocaleString("en")} callers in ${processes} processes on one missing key`,
    bar: `\`produce\` runs once, in ${rounds} rounds`,
    measured: `once in ${once}; the last caller after ${milliseconds(medianOf(lastCaller))}`,
    met: once === rounds,
  };
}

function killBar({ leaseSeconds, waitMillis, delays }: KillResults): Bar {
  const longest = Math.max(...delays);
  return {
    path: `getOrSet, the process that computes the value is killed, ${waitLabel(waitMillis)}`,
    bar: `delays the others by the lease at most, ${leaseSeconds} s`,
    measured: `${milliseconds(medianOf(delays))}; at most ${milliseconds(longest)}`,
    met: longest <= leaseSeconds * 1000,
  };
}

function nearBar(results: Results): Bar[] {
  const row = results.find("near", OURS, 1);
  if (row === undefined) return [];
  const perSecond = row.opsPerSecond.median * NEAR_GETS;
  return [
    {
      path: "cache get from memory, 1 in flight",
      bar: "at least 1,000,000 a second",
      measured: Math.floor(perSecond).toLocaleString("en"),
      met: perSecond >= 1_000_000,
    },
  ];
}

function limitBar({ processes, callers, limit, allowed }: LimitResults): Bar {
  return {
    path: `rateLimit, ${callers.toLocaleString("en")} calls in ${processes} processes`,
    bar: `a limit of ${limit} admits ${limit}, in ${allowed.length} rounds`,
    measured: `${Math.min(...allowed)} to ${Math.max(...allowed)}`,
    met: allowed.every((count) => count === limit),
  };
}

/** Bars of requests that read the session and its user. */
export function httpBars(results: Results): Bar[] {
  return results.levels(HTTP_REQUEST).flatMap((connections) => {
    const path = `session and user, ${connections} connections`;
    const factors: readonly (readonly [ServerKind, number])[] = [
      ["none", connections === 64 ? 0.65 : 0.72],
      ["better-auth", connections === 64 ? 25 : 20],
      ["express-session", 8],
    ];
    const ours = results.find(HTTP_REQUEST, SERVER_NAMES.pevensie, connections);
    const faster = factors.map(([kind, factor]) => {
      const name = SERVER_NAMES[kind];
      const ratio = results.ratio(HTTP_REQUEST, SERVER_NAMES.pevensie, name, connections) ?? Number.NaN;
      return { path, bar: `at least ${factor}x ${name}`, measured: times(ratio), met: ratio >= factor };
    });
    const below = (["better-auth", "express-session"] as const).map((kind) => {
      const [one = Number.NaN, two = Number.NaN] = [
        ours?.p99,
        results.find(HTTP_REQUEST, SERVER_NAMES[kind], connections)?.p99,
      ];
      const measured = `${milliseconds(one)} against ${milliseconds(two)}`;
      return { path, bar: `p99 below that of ${SERVER_NAMES[kind]}`, measured, met: one < two };
    });
    return [...faster, ...below];
  });
}

/** Bars with a millisecond each way between the process and its servers. */
export function networkBars(results: Results): Bar[] {
  return [
    ...faster(results, "getSession", "getSession", PG_NAMED, [
      [64, 7],
      [256, 20],
    ]),
    ...[64, 256].flatMap((inFlight) => p99Below(results, inFlight)),
    ...(["cacheGet", "cacheSet"] as const).flatMap((path) => {
      const levels = [64, 256].map((inFlight) => [inFlight, 1] as const);
      return faster(results, path, path === "cacheGet" ? "cache get" : "cache set", IOREDIS, levels);
    }),
  ];
}

/** Bars against the package of another commit. */
export function baseBars(results: Results, base: string): Bar[] {
  return PATHS.flatMap((path) =>
    results.levels(path).flatMap((inFlight) => {
      const ratio = results.ratio(path, OUR_COPY, baseName(base), inFlight);
      if (ratio === undefined) return [];
      const bar = `at least 0.95x ${baseName(base)}`;
      return [{ path: `${path}, ${inFlight} in flight`, bar, measured: times(ratio), met: ratio >= 0.95 }];
    }),
  );
}

function p99Below(results: Results, inFlight: number): Bar[] {
  const ours = results.find("getSession", OURS, inFlight);
  const theirs = results.find("getSession", PG_NAMED, inFlight);
  if (ours === undefined || theirs === undefined) return [];
  return [
    {
      path: `getSession, ${inFlight} in flight`,
      bar: `p99 below that of ${PG_NAMED}`,
      measured: `${milliseconds(ours.p99)} against ${milliseconds(theirs.p99)}`,
      met: ours.p99 < theirs.p99,
    },
  ];
}

function openBars({ saturation, rows }: OpenResults): Bar[] {
  const ours = rows.find(({ contender, share }) => contender === OURS && share === 2);
  const theirs = rows.find(({ contender, share }) => contender === PG_NAMED && share === 0.5);
  if (ours === undefined || theirs === undefined) return [];
  const path = `getSession, Poisson arrivals at ${Math.round(2 * saturation).toLocaleString("en")}/s`;
  return [
    {
      path,
      bar: "twice the rate at which pg saturates: not saturated",
      measured: ours.saturated === 0 ? "not saturated" : `saturated in ${ours.saturated} of ${ours.rounds} rounds`,
      met: ours.saturated * 2 < ours.rounds,
    },
    {
      path,
      bar: "p99 below that of pg at half its saturation",
      measured: `${milliseconds(ours.p99)} against ${milliseconds(theirs.p99)}`,
      met: ours.p99 < theirs.p99,
    },
  ];
}

function loopDelayBar(results: Results): Bar[] {
  const delay = results.find("logIn", OURS, 16)?.loopDelay;
  if (delay === null || delay === undefined) return [];
  return [
    {
      path: "login, 16 in flight",
      bar: "event-loop delay p99 under 10 ms",
      measured: milliseconds(delay),
      met: delay < 10,
    },
  ];
}

function floodBar({ calls, right, peak, waiting }: FloodResults): Bar {
  return {
    path: `memory, ${calls.toLocaleString("en")} concurrent getSession calls`,
    bar: "bounded, and no call lost",
    measured: `${right.toLocaleString("en")} answered right; ${peak} MiB at the peak, ${waiting} MiB of it once all calls were made`,
    met: right === calls,
  };
}

export function rowsBars(results: Results, rows: number): Bar[] {
  const many = rows.toLocaleString("en");
  const levels = (factor: number) => [64, 256].map((inFlight) => [inFlight, factor] as const);
  return [
    ...faster(results, "getSession", `${many} rows: getSession`, PG_NAMED, levels(5)),
    ...faster(results, "cacheGet", `${many} rows: cache get`, PG_NAMED, levels(3.5)),
    ...faster(results, "cacheSet", `${many} rows: cache set`, PG_NAMED, levels(3.5)),
  ];
}

export function storageBars(rows: readonly StorageRow[]): Bar[] {
  const [asItIs] = rows;
  if (asItIs === undefined) return [];
  return [
    {
      path: `cache set, ${asItIs.upserts.toLocaleString("en")} upserts`,
      bar: "HOT updates above 95 %",
      measured: `${(asItIs.hotShare * 100).toFixed(1)} %`,
      met: asItIs.hotShare > 0.95,
    },
  ];
}

export function sweepBars({ phases, expired, live }: SweepResults): Bar[] {
  const before = phases.find(({ name }) => name === "before");
  if (before === undefined) return [];
  return phases
    .filter(({ name }) => name.startsWith("removing"))
    .map((phase) => ({
      path: `${phase.name}, ${expired.toLocaleString("en")} expired among ${live.toLocaleString("en")} live`,
      bar: "getSession's p99 at most doubled, and every expired row removed",
      measured: `${times(phase.p99 / before.p99)}; ${phase.removed.toLocaleString("en")} removed`,
      met: phase.p99 <= 2 * before.p99 && phase.removed === expired,
    }));
}
