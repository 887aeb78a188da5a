import { parseArgs } from "node:util";
import { MODULES, PATHS, type Path } from "./contenders/contender.js";

/** What a run measures, and how long it takes for it. */
export interface Options {
  /** The sections to measure, each on a server of its own. */
  readonly sections: readonly SectionName[];
  /** Paths of the main section; all of them by default. */
  readonly only: readonly Path[];
  /** The commit of the section `base`. */
  readonly base: string | null;
  /** How many rows the section `rows` ends with. */
  readonly rows: number;
  /** How many schemas the section `tenants` has. */
  readonly tenants: number;
  /** Short rounds on few rows: whether everything runs, not how fast. */
  readonly quick: boolean;
  /** The file that the results are written to, as Markdown; the chart is written beside it, as SVG. Null only prints them. */
  readonly write: string | null;
}

export type SectionName =
  | "main"
  | "base"
  | "rows"
  | "storage"
  | "churn"
  | "sweep"
  | "start"
  | "tricks"
  | "http"
  | "network"
  | "tenants";

const USAGE = `npm run bench [-- options]

  (no option)      every path, side by side with its peers, on 200,000 rows
  --rows N         getSession, cache get and cache set on 200,000 rows and on N of them, such as 10000000
  --storage        HOT updates and bloat over 10 million upserts, with and without storage settings
  --churn          bloat of 2 million sessions that come and go, with and without storage settings
  --sweep          getSession while 5 million expired rows among 1 million live ones are removed
  --start          how long processes take to import the package, and to their first answer, beside pg
  --tricks         what tricks of the code take, beside the plain way of the same
  --http           requests a second of HTTP servers that read the session, beside one that reads none
  --network        sessions and cache with a millisecond each way between the process and its servers
  --tenants N      getSession over N schemas on one pool, such as 1000, beside one schema: rate, memory of client and server
  --main           the run without an option, beside other sections
  --only a,b       of the main run and of --base only the paths of these modules, or only these paths:
${Object.entries(MODULES)
  .map(([module, paths]) => `                     ${module}: ${paths.join(", ")}`)
  .join("\n")}
  --base COMMIT    sessions and cache beside the same functions of that commit, in short turns
  --quick          short rounds on few rows, to see that everything runs; the figures mean little
  --write FILE     write the results to FILE, as Markdown, and the chart beside it, as SVG
`;

/** Reads the command line; ends the process where it is wrong or asks for help. */
export function readOptions(args: readonly string[]): Options {
  try {
    return parse(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

function parse(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      main: { type: "boolean", default: false },
      rows: { type: "string" },
      storage: { type: "boolean", default: false },
      churn: { type: "boolean", default: false },
      sweep: { type: "boolean", default: false },
      start: { type: "boolean", default: false },
      tricks: { type: "boolean", default: false },
      http: { type: "boolean", default: false },
      network: { type: "boolean", default: false },
      tenants: { type: "string" },
      only: { type: "string" },
      base: { type: "string" },
      quick: { type: "boolean", default: false },
      write: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const sections: SectionName[] = [];
  if (values.rows !== undefined) sections.push("rows");
  if (values.storage) sections.push("storage");
  if (values.churn) sections.push("churn");
  if (values.sweep) sections.push("sweep");
  if (values.start) sections.push("start");
  if (values.tricks) sections.push("tricks");
  if (values.http) sections.push("http");
  if (values.network) sections.push("network");
  if (values.base !== undefined) sections.unshift("base");
  if (values.tenants !== undefined) sections.push("tenants");
  if (values.main || sections.length === 0) sections.unshift("main");
  const rows = Number(values.rows ?? 10_000_000);
  if (!Number.isInteger(rows) || rows < 1000) throw new Error("--rows must be a whole number, 1000 or more");
  const tenants = Number(values.tenants ?? 1000);
  if (!Number.isInteger(tenants) || tenants < 1) throw new Error("--tenants must be a whole number, 1 or more");
  return {
    sections,
    only: readPaths(values.only),
    base: values.base ?? null,
    rows,
    tenants,
    quick: values.quick,
    write: values.write ?? null,
  };
}

/** The paths of a list of paths and modules, each once. */
function readPaths(only: string | undefined): readonly Path[] {
  if (only === undefined) return PATHS;
  const chosen = new Set(only.split(",").flatMap(pathsOf));
  return PATHS.filter((path) => chosen.has(path));
}

function pathsOf(name: string): readonly Path[] {
  for (const [module, paths] of Object.entries(MODULES)) if (module === name) return paths;
  const path = PATHS.find((known) => known === name);
  if (path === undefined) throw new Error(`--only: there is no path and no module ${name}`);
  return [path];
}

/** How a run is dimensioned. */
export interface Plan {
  readonly users: number;
  readonly rows: number;
  /** Rounds of several calls in flight. */
  readonly rounds: ClosedRounds;
  /** One call in flight is noisier: more rounds, shorter ones. */
  readonly single: ClosedRounds;
  /** Functions that are to be within 5 % of each other. */
  readonly close: ClosedRounds;
  /** This package and that of another commit, which take turns: what slows the machine for longer than a turn slows both. */
  readonly turns: ClosedRounds;
  readonly logIn: ClosedRounds;
  /** Of HTTP servers. */
  readonly http: ClosedRounds;
  readonly openLoop: Rounds;
  /** Concurrent getSession calls. */
  readonly flood: number;
  readonly processes: ProcessRounds;
  readonly upserts: number;
  /** Sessions that come and go. */
  readonly churn: number;
  /** Processes of each kind. */
  readonly starts: number;
  readonly sweep: { readonly live: number; readonly expired: number; readonly rate: number; readonly window: Rounds };
}

/** Rounds of several processes that use one cache. */
export interface ProcessRounds {
  /** On one missing key each. */
  readonly missing: number;
  /** Each kills the process that computes a value. */
  readonly kills: number;
  /** On one rate limit each. */
  readonly limits: number;
}

export interface Rounds {
  readonly count: number;
  readonly milliseconds: number;
}

export interface ClosedRounds extends Rounds {
  /** How long each contender runs before anything counts: until the compiler knows it, and its connections are open. */
  readonly warmUp: number;
}

const FULL: Plan = {
  users: 20_000,
  rows: 200_000,
  rounds: { count: 7, milliseconds: 500, warmUp: 500 },
  single: { count: 21, milliseconds: 150, warmUp: 500 },
  close: { count: 15, milliseconds: 400, warmUp: 500 },
  turns: { count: 61, milliseconds: 100, warmUp: 1000 },
  logIn: { count: 5, milliseconds: 3000, warmUp: 500 },
  http: { count: 7, milliseconds: 2000, warmUp: 1500 },
  openLoop: { count: 11, milliseconds: 2000 },
  flood: 1_000_000,
  processes: { missing: 200, kills: 10, limits: 20 },
  upserts: 10_000_000,
  churn: 2_000_000,
  starts: 31,
  sweep: { live: 1_000_000, expired: 5_000_000, rate: 4000, window: { count: 5, milliseconds: 5000 } },
};

const QUICK: Plan = {
  users: 2000,
  rows: 20_000,
  rounds: { count: 3, milliseconds: 80, warmUp: 80 },
  single: { count: 5, milliseconds: 40, warmUp: 80 },
  close: { count: 5, milliseconds: 80, warmUp: 80 },
  turns: { count: 5, milliseconds: 40, warmUp: 80 },
  logIn: { count: 2, milliseconds: 500, warmUp: 80 },
  http: { count: 2, milliseconds: 500, warmUp: 500 },
  openLoop: { count: 2, milliseconds: 500 },
  flood: 100_000,
  processes: { missing: 10, kills: 2, limits: 2 },
  upserts: 100_000,
  churn: 20_000,
  starts: 3,
  sweep: { live: 5000, expired: 25_000, rate: 1000, window: { count: 2, milliseconds: 500 } },
};

export const planOf = ({ quick }: Options): Plan => (quick ? QUICK : FULL);
