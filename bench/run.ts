import { writeFileSync } from "node:fs";
import {
  type Bar,
  baseBars,
  cacheBars,
  httpBars,
  mainBars,
  networkBars,
  rowsBars,
  startBars,
  storageBars,
  sweepBars,
} from "./bars.js";
import { chart } from "./chart.js";
import { baseAt } from "./contenders/base.js";
import type { Path } from "./contenders/contender.js";
import { httpContenders } from "./contenders/http.js";
import { CANDIDATES } from "./contenders/index.js";
import { ioredis } from "./contenders/ioredis.js";
import { keyv } from "./contenders/keyv.js";
import { pevensie } from "./contenders/pevensie.js";
import { pgNamed } from "./contenders/pg.js";
import { Field } from "./field.js";
import { describeMachine } from "./machine.js";
import { type ClosedRounds, type Options, type Plan, planOf, type SectionName } from "./options.js";
import { say } from "./progress.js";
import * as report from "./report.js";
import { Results } from "./results.js";
import {
  exactLimit,
  type KillResults,
  killedProducer,
  missingKey,
  type ProcessResults,
  WAITS,
} from "./scenarios/cache-processes.js";
import { churn } from "./scenarios/churn.js";
import { flood } from "./scenarios/flood.js";
import { httpRounds } from "./scenarios/http.js";
import { distant } from "./scenarios/network.js";
import { poisson } from "./scenarios/poisson.js";
import { sideBySide } from "./scenarios/side-by-side.js";
import { start } from "./scenarios/start.js";
import { storage } from "./scenarios/storage.js";
import { sweep } from "./scenarios/sweep.js";
import { tenants } from "./scenarios/tenants.js";
import { tricks } from "./scenarios/tricks.js";
import { addRows, seed } from "./seed.js";
import { createDatabase, type PeerServers, startPostgres, startRedis } from "./servers.js";

/** The output of a section. */
interface Section {
  readonly bars: readonly Bar[];
  readonly markdown: string;
  /** An SVG. */
  readonly chart?: string | null;
}

const SECTIONS: Readonly<Record<SectionName, (stage: Setting) => Promise<Section>>> = {
  main: mainSection,
  base: baseSection,
  rows: rowsSection,
  storage: storageSection,
  churn: churnSection,
  sweep: sweepSection,
  start: startSection,
  tricks: tricksSection,
  http: httpSection,
  network: networkSection,
  tenants: tenantsSection,
};

/** The connections of a load, and the calls in flight over a network. */
const LEVELS = [64, 256] as const;

const NETWORK_PATHS = ["getSession", "cacheGet", "cacheSet"] as const;

/** As many sessions as the connections send cookies of, by turns. */
const HTTP_SESSIONS = 12_800;

interface Setting {
  readonly servers: PeerServers;
  readonly options: Options;
  readonly plan: Plan;
}

/** Measures the sections one after another, each on servers of its own. */
export async function run(options: Options): Promise<void> {
  const plan = planOf(options);
  const written: string[] = [];
  for (const name of options.sections) {
    const postgres = await startPostgres();
    const withRedis = name === "main" || name === "network";
    const redis = withRedis ? await startRedis() : null;
    const servers: PeerServers = { postgres: postgres.server, redis: redis?.server ?? null };
    if (withRedis) say(servers.redis?.version ?? "no redis-server on PATH: measured without Redis");
    const section = await SECTIONS[name]({ servers, options, plan });
    const machine = describeMachine(name, servers, plan, options.quick);
    const bars = section.bars.length > 0 ? [report.barsTable(section.bars)] : [];
    const markdown = [machine, ...bars, section.markdown].join("\n\n");
    console.log(`\n${markdown}\n`);
    written.push(markdown);
    if (options.write !== null) {
      writeFileSync(options.write, `${written.join("\n\n")}\n`);
      if (section.chart) writeFileSync(options.write.replace(/(\.md)?$/, ".svg"), section.chart);
    }
    await redis?.stop();
    await postgres.stop();
  }
}

async function mainSection({ servers, options, plan }: Setting): Promise<Section> {
  say(`loading ${plan.rows.toLocaleString("en")} sessions and cache entries`);
  const data = await seed(await createDatabase(servers.postgres, "pevensie"), plan.users, plan.rows);
  const field = await Field.assemble(CANDIDATES, null, { servers, data });
  const results = new Results();
  for (const [path, levels] of levelsOf(plan)) {
    if (!options.only.includes(path)) continue;
    for (const [inFlight, rounds] of levels) {
      results.add(await sideBySide(field, path, inFlight, rounds));
    }
  }
  const withSessions = options.only.includes("getSession");
  const open = withSessions ? await poisson(field, plan) : null;
  await field.close();
  const flooded = withSessions ? await flood(data.url, plan.flood) : null;
  const withMisses = options.only.includes("getOrSetMiss");
  const kills: KillResults[] = [];
  for (const waitMillis of withMisses ? WAITS : []) {
    kills.push(await killedProducer(data.url, plan.processes, waitMillis));
  }
  const processes: ProcessResults = {
    missing: withMisses ? await missingKey(data.url, plan.processes) : null,
    kills,
    limits: options.only.includes("rateLimit") ? await exactLimit(data.url, plan.processes) : null,
  };
  return {
    bars: [...mainBars(results, open, flooded), ...cacheBars(results, processes)],
    markdown: [
      report.absencesList(field.absences),
      ...options.only.map((path) => report.pathSection(results, path)),
      open === null ? "" : report.openSection(open),
      flooded === null ? "" : report.floodSection(flooded),
      report.processesSection(processes),
    ]
      .filter((part) => part !== "")
      .join("\n\n"),
    chart: chart(results),
  };
}

/** The paths that another commit has, too, in short turns of the two. */
async function baseSection({ servers, options, plan }: Setting): Promise<Section> {
  const { base, only } = options;
  if (base === null) return { bars: [], markdown: "" };
  const data = { url: servers.postgres.adminUrl, users: plan.users, rows: plan.rows, sessionIds: [], userIds: [] };
  const field = await Field.assemble(baseAt(base), base, { servers, data });
  const results = new Results();
  for (const [path, levels] of levelsOf(plan)) {
    if (!only.includes(path) || !field.operations.some((operation) => operation.path === path)) continue;
    const turns = path === "logIn" ? plan.logIn : plan.turns;
    for (const [inFlight] of levels) results.add(await sideBySide(field, path, inFlight, turns));
  }
  await field.close();
  return { bars: baseBars(results, base), markdown: report.absencesList(field.absences) };
}

function levelsOf({ rounds: several, single, close, logIn }: Plan): [Path, [inFlight: number, ClosedRounds][]][] {
  const all: [number, ClosedRounds][] = [
    [1, single],
    [16, several],
    [64, several],
    [256, several],
  ];
  const some: [number, ClosedRounds][] = [
    [1, single],
    [64, several],
  ];
  const closely: [number, ClosedRounds][] = [
    [1, single],
    [64, close],
  ];
  const bulk: [number, ClosedRounds][] = [
    [1, several],
    [16, several],
  ];
  return [
    ["getSession", all],
    ["getSessionWithUser", some],
    ["getApiKeyWithUser", some],
    ["cacheGet", all],
    ["cacheSet", all],
    ["cacheDelete", some],
    ["getMany", bulk],
    ["setMany", bulk],
    ["getOrSet", closely],
    ["getOrSetMiss", some],
    ["near", [[1, single]]],
    ["increment", some],
    ["incrementOneKey", some],
    ["rateLimit", some],
    ["rateLimitOneKey", some],
    ["invalidateTags", some],
    ["getUserById", some],
    ["getUserByEmail", some],
    ["createSession", [[16, close]]],
    ["getUserByPhoneNumber", [[16, close]]],
    ["deleteSession", [[16, close]]],
    ["logIn", [[16, logIn]]],
  ];
}

/** Few rows and then many, in one run: what changes is what the rows do. */
async function rowsSection({ servers, options, plan }: Setting): Promise<Section> {
  const url = await createDatabase(servers.postgres, "pevensie");
  let data = await seed(url, plan.users, plan.rows);
  const sizes: [number, Results][] = [];
  for (const rows of [plan.rows, options.rows]) {
    if (rows > data.rows) {
      say(`loading ${rows.toLocaleString("en")} sessions and cache entries`);
      data = await addRows(url, plan.users, data.rows, rows);
    }
    const field = await Field.assemble([pevensie, pgNamed], null, { servers, data });
    const results = new Results();
    for (const path of ["getSession", "cacheGet", "cacheSet"] as const) {
      for (const inFlight of [64, 256]) results.add(await sideBySide(field, path, inFlight, plan.rounds));
    }
    await field.close();
    sizes.push([rows, results]);
  }
  const [, many] = sizes;
  return {
    bars: many === undefined ? [] : rowsBars(many[1], options.rows),
    markdown: report.rowsSection(sizes),
  };
}

async function storageSection({ servers, plan }: Setting): Promise<Section> {
  const { url } = await seed(await createDatabase(servers.postgres, "pevensie"), plan.users, plan.rows);
  const rows = await storage(url, plan);
  return { bars: storageBars(rows), markdown: report.storageTable(rows) };
}

async function churnSection({ servers, plan }: Setting): Promise<Section> {
  const { url } = await seed(await createDatabase(servers.postgres, "pevensie"), plan.users, plan.rows);
  return { bars: [], markdown: report.churnTable(await churn(url, plan.churn)) };
}

async function sweepSection({ servers, plan }: Setting): Promise<Section> {
  const { url } = await seed(await createDatabase(servers.postgres, "pevensie"), plan.users, 0);
  const results = await sweep(url, plan);
  return { bars: sweepBars(results), markdown: report.sweepSection(results) };
}

async function startSection({ servers, plan }: Setting): Promise<Section> {
  const { url } = await seed(await createDatabase(servers.postgres, "pevensie"), plan.users, 0);
  const rows = start(url, plan);
  return { bars: startBars(rows), markdown: report.startTable(rows) };
}

async function tricksSection(): Promise<Section> {
  return { bars: [], markdown: report.tricksTable(tricks()) };
}

async function httpSection({ servers, plan }: Setting): Promise<Section> {
  say(`loading ${plan.rows.toLocaleString("en")} sessions`);
  const data = await seed(await createDatabase(servers.postgres, "pevensie"), plan.users, plan.rows);
  const contenders = await httpContenders({ servers, data }, HTTP_SESSIONS);
  const results = new Results();
  results.add(await httpRounds(contenders, servers.postgres, LEVELS, plan.http));
  return { bars: httpBars(results), markdown: report.httpSection(results) };
}

async function networkSection({ servers, plan }: Setting): Promise<Section> {
  say(`loading ${plan.rows.toLocaleString("en")} sessions and cache entries`);
  const near = await seed(await createDatabase(servers.postgres, "pevensie"), plan.users, plan.rows);
  const far = await distant(servers);
  const data = { ...near, url: far.through(near.url) };
  const field = await Field.assemble([pevensie, pgNamed, keyv, ioredis], null, { servers: far.servers, data });
  const results = new Results();
  for (const path of NETWORK_PATHS) {
    for (const inFlight of LEVELS) results.add(await sideBySide(field, path, inFlight, plan.rounds));
  }
  await field.close();
  far.close();
  return {
    bars: networkBars(results),
    markdown: [
      report.absencesList(field.absences),
      ...NETWORK_PATHS.map((path) => report.pathSection(results, path)),
    ].join("\n\n"),
  };
}

async function tenantsSection({ servers, options, plan }: Setting): Promise<Section> {
  const url = await createDatabase(servers.postgres, "pevensie");
  return { bars: [], markdown: report.tenantsTable(await tenants(url, options.tenants, plan)) };
}
