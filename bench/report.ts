import type { Bar } from "./bars.js";
import { COUNTERS, HTTP_REQUEST, type Path, PG_NAMED } from "./contenders/contender.js";
import { SERVER_NAMES } from "./contenders/http.js";
import { NEAR_GETS } from "./contenders/pevensie-cache.js";
import type { Absence } from "./field.js";
import { quantile, sorted } from "./measure.js";
import type { Results, Row } from "./results.js";
import { type ProcessResults, waitLabel } from "./scenarios/cache-processes.js";
import type { ChurnRow } from "./scenarios/churn.js";
import type { FloodResults } from "./scenarios/flood.js";
import type { OpenResults } from "./scenarios/poisson.js";
import type { StartRow } from "./scenarios/start.js";
import type { Sizes, StorageRow } from "./scenarios/storage.js";
import type { SweepResults } from "./scenarios/sweep.js";
import type { TenantsRow } from "./scenarios/tenants.js";
import type { TrickRow } from "./scenarios/tricks.js";

const whole = (value: number) => Math.round(value).toLocaleString("en");

const TITLES: Readonly<Record<Path, string>> = {
  getSession: "Session lookup by id",
  getSessionWithUser: "getSessionWithUser, beside getSession",
  getApiKeyWithUser: "getApiKeyWithUser, beside getSessionWithUser",
  cacheGet: "Cache get",
  cacheSet: "Cache set, an upsert with an expiry",
  cacheDelete: "Cache delete of an absent key",
  getMany: "Cache getMany, 1,000 keys",
  setMany: "Cache setMany, 1,000 entries",
  getOrSet: "Cache getOrSet, a hit, beside get",
  getOrSetMiss: "Cache getOrSet, a miss",
  near: `Cache get from memory, ${NEAR_GETS} gets each`,
  increment: `Cache increment, ${whole(COUNTERS)} keys`,
  incrementOneKey: "Cache increment, one key",
  rateLimit: `Cache rateLimit, ${whole(COUNTERS)} keys`,
  rateLimitOneKey: "Cache rateLimit, one key",
  invalidateTags: "Cache invalidateTags",
  getUserById: "getUserById",
  getUserByEmail: "getUserByEmail",
  createSession: "createSession, not batched",
  getUserByPhoneNumber: "getUserByPhoneNumber, not batched",
  deleteSession: "deleteSession of an absent id, not batched",
  logIn: "Login",
};

const percent = (value: number) => `${Math.round(value * 100)} %`;
const digits = (value: number) => (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : whole(value));

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  // What comes first is a name; all else are figures.
  const rule = header.map((_, index) => (index === 0 ? "---" : "---:"));
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}

export function barsTable(bars: readonly Bar[]): string {
  const verdict = (met: boolean | null) => (met === null ? "not measured" : met ? "yes" : "**no**");
  const rows = bars.map(({ path, bar, measured, met }) => `| ${path} | ${bar} | ${measured} | ${verdict(met)} |`);
  return ["| path | bar | measured | met |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

export function pathSection(results: Results, path: Path, label = TITLES[path]): string {
  return results
    .levels(path)
    .map((inFlight) => `**${label}, ${inFlight} in flight**\n\n${levelTable(results, path, inFlight)}`)
    .join("\n\n");
}

function levelTable(results: Results, path: Path, inFlight: number): string {
  const rows = results.of(path, inFlight);
  const reference = rows.find(({ contender }) => contender === PG_NAMED);
  const watched = rows.some(({ loopDelay }) => loopDelay !== null);
  const header = ["", "ops/s", "spread", "p50 ms", "p99 ms", "CPU µs, client", "CPU µs, server"];
  if (reference !== undefined) header.splice(3, 0, "times pg");
  if (watched) header.push("event-loop p99 ms");
  const cells = (row: Row) => {
    const line = [
      row.contender,
      whole(row.opsPerSecond.median),
      percent(row.opsPerSecond.spread),
      digits(row.p50),
      digits(row.p99),
      digits(row.clientCpu),
      row.serverCpu === null ? "" : digits(row.serverCpu),
    ];
    if (reference !== undefined) {
      line.splice(3, 0, digits(results.ratio(path, row.contender, PG_NAMED, inFlight) ?? Number.NaN));
    }
    if (watched) line.push(row.loopDelay === null ? "" : digits(row.loopDelay));
    return line;
  };
  return table(header, rows.map(cells));
}

/** Requests of HTTP servers, beside one that reads no session. */
export function httpSection(results: Results): string {
  const header = ["", "requests/s", "spread", "of no session", "p50 ms", "p99 ms", "CPU µs, Node", "CPU µs, Postgres"];
  const sections = results.levels(HTTP_REQUEST).map((connections) => {
    const cells = results
      .of(HTTP_REQUEST, connections)
      .map((row) => [
        row.contender,
        whole(row.opsPerSecond.median),
        percent(row.opsPerSecond.spread),
        `${digits(results.ratio(HTTP_REQUEST, row.contender, SERVER_NAMES.none, connections) ?? Number.NaN)}x`,
        digits(row.p50),
        digits(row.p99),
        digits(row.clientCpu),
        row.serverCpu === null ? "" : digits(row.serverCpu),
      ]);
    return `**HTTP, ${connections} connections**\n\n${table(header, cells)}`;
  });
  return sections.join("\n\n");
}

export function startTable(rows: readonly StartRow[]): string {
  const cells = rows.map(({ what, ours, pg }) => [what, digits(ours), digits(pg), digits(ours / pg)]);
  return table(["", "pevensie ms", "pg ms", "ratio"], cells);
}

export function tricksTable(rows: readonly TrickRow[]): string {
  const cells = rows.map(({ what, trick, plain }) => [what, whole(trick), whole(plain)]);
  return table(["", "trick ns", "plain ns"], cells);
}

export function openSection({ saturation, rows }: OpenResults): string {
  const header = ["", "arrivals/s", "of pg's saturation", "p50 ms", "p99 ms", "saturated rounds"];
  const cells = rows.map((row) => [
    row.contender,
    whole(row.rate),
    `${row.share}x`,
    digits(row.p50),
    digits(row.p99),
    `${row.saturated} of ${row.rounds}`,
  ]);
  const title = `**Session lookup, open loop**: ${PG_NAMED}, saturates at ${whole(saturation)} arrivals a second`;
  return `${title}\n\n${table(header, cells)}`;
}

export function floodSection(results: FloodResults): string {
  const rejected = Object.entries(results.rejected).map(([code, count]) => `${whole(count)} ${code}`);
  return [
    `**${whole(results.calls)} concurrent getSession calls**: ${whole(results.right)} answered right,`,
    `${rejected.length === 0 ? "none rejected" : `rejected: ${rejected.join(", ")}`}, in ${digits(results.seconds)} s.`,
    `Resident memory ${results.before} MiB before, ${results.waiting} MiB once all calls were made, ${results.peak} MiB at the peak.`,
  ].join("\n");
}

export function processesSection({ missing, kills, limits }: ProcessResults): string {
  const parts: string[] = [];
  if (missing !== null) {
    parts.push(
      `**getOrSet, ${whole(missing.callers)} callers in ${missing.processes} processes on one missing key**: \`produce\`, which takes ` +
        `${missing.produceMillis} ms, ran once in ${missing.once} of ${missing.rounds} rounds.\n` +
        `The last caller had the value after ${distribution(missing.lastCaller)}.`,
    );
  }
  for (const killed of kills) {
    parts.push(
      `**getOrSet, the process that computes the value is killed, ${waitLabel(killed.waitMillis)}**, with a lease of ${killed.leaseSeconds} s: another one began ` +
        `${distribution(killed.replaced)} after the kill.\n` +
        `The last caller had the value ${distribution(killed.delays)} after it, less the ${killed.produceMillis} ms of \`produce\`, ` +
        `which ran ${[...new Set(killed.produced)].sort().join(" or ")} times in the other processes.`,
    );
  }
  if (limits !== null) {
    parts.push(
      `**rateLimit, ${whole(limits.callers)} calls in ${limits.processes} processes** with a limit of ${limits.limit}: admitted ` +
        `${limits.allowed.join(", ")}.`,
    );
  }
  return parts.join("\n\n");
}

/** Milliseconds: some quantiles. */
function distribution(values: readonly number[]): string {
  const ordered = sorted(values);
  const at = (share: number) => digits(quantile(ordered, share));
  return `${at(0.5)} ms (p10 ${at(0.1)}, p90 ${at(0.9)}, p99 ${at(0.99)}, max ${at(1)})`;
}

/** Both sizes of the tables beside each other, ratios last. */
export function rowsSection(sizes: readonly (readonly [rows: number, Results])[]): string {
  const paths: readonly Path[] = ["getSession", "cacheGet", "cacheSet"];
  return paths
    .flatMap((path) =>
      sizes.map(([rows, results]) => pathSection(results, path, `${TITLES[path]}, ${whole(rows)} rows`)),
    )
    .join("\n\n");
}

export function churnTable(rows: readonly ChurnRow[]): string {
  const header = ["settings of the session table", "come and gone", "table MiB", "indexes MiB", "autovacuums"];
  const cells = rows.map((row) => [
    row.settings === "" ? "as the schema is" : `\`${row.settings}\``,
    whole(row.turns),
    ...sizeCells(row),
    whole(row.autovacuums),
  ]);
  return table(header, cells);
}

function sizeCells({ before, after }: { readonly before: Sizes; readonly after: Sizes }): string[] {
  return [`${whole(before.table)} → ${whole(after.table)}`, `${whole(before.indexes)} → ${whole(after.indexes)}`];
}

export function storageTable(rows: readonly StorageRow[]): string {
  const header = [
    "settings of the cache table",
    "upserts/s",
    "HOT",
    "table MiB",
    "indexes MiB",
    "dead rows",
    "autovacuums",
  ];
  const cells = rows.map((row) => [
    row.settings === "" ? "as the schema is" : `\`${row.settings}\``,
    whole(row.perSecond),
    `${(row.hotShare * 100).toFixed(1)} %`,
    ...sizeCells(row),
    whole(row.deadRows),
    whole(row.autovacuums),
  ]);
  return table(header, cells);
}

export function sweepSection({ rate, phases }: SweepResults): string {
  const header = [`getSession at ${whole(rate)} a second`, "p50 ms", "p99 ms", "rows removed", "seconds"];
  return table(
    header,
    phases.map(({ name, p50, p99, removed, seconds }) => [
      name,
      digits(p50),
      digits(p99),
      whole(removed),
      digits(seconds),
    ]),
  );
}

export function tenantsTable(rows: readonly TenantsRow[]): string {
  const header = [
    "getSession",
    "in flight",
    "ops/s",
    "p50 ms",
    "p99 ms",
    "client heap MiB",
    "MiB for each backend",
    "prepared on a connection",
  ];
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  const cells = rows.map((row) => [
    row.schemas === 1 ? "one schema" : `${whole(row.schemas)} schemas`,
    whole(row.inFlight),
    whole(row.opsPerSecond),
    digits(row.p50),
    digits(row.p99),
    mebibytes(row.clientHeap),
    mebibytes(row.serverMemory),
    whole(row.prepared),
  ]);
  return table(header, cells);
}

export function absencesList(absences: readonly Absence[]): string {
  if (absences.length === 0) return "";
  return ["Not measured:", "", ...absences.map(({ name, reason }) => `- ${name}: ${reason}`)].join("\n");
}
