/**
 * Shows that the tests hold the package to its guarantees: takes one guard at a time out of a copy of the project, and
 * wants some test to fail for it.
 *
 * `npm run test:mutations` prints which test noticed which; `-- --write <file>` also puts the table into a file, and
 * `-- --only <text>` runs the mutations with that text in their guard or place. `-- --check` only shows that each of them
 * fits the code. Before anything is changed, the tests in question have to pass.
 *
 * @module
 */
import { type ChildProcess, fork } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { EmbeddedPostgres } from "../src/embedded/index.js";
import { MUTATIONS } from "./mutations/list.js";
import { apply, type Mutation, placeOf, type Selection } from "./mutations/mutation.js";
import type { RunnerOptions, RunRequest, RunResponse } from "./mutations/runner.js";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** What the tests need of the project. */
const COPIED = [
  "src",
  "generated",
  "queries",
  "migrations",
  "scripts",
  "test",
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "tsconfig.test.json",
  "pgtyped.config.json",
  "vitest.config.ts",
];

/** Mutations tested concurrently, each in its own copy of the project. Many make a test wait, so that two cores serve four of them. */
const WORKERS = 4;

/** Longer than the tests of a mutation take; a run that does not end by then is broken. */
const PATIENCE_MS = 240_000;

/** The same for all of them together. */
const BASELINE_PATIENCE_MS = 1_200_000;

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

interface Run {
  readonly passed: readonly string[];
  readonly failed: readonly Failure[];
  /** What went wrong outside of any test. */
  readonly broken: string | null;
}

interface Failure {
  /** The test's own title. */
  readonly title: string;
  /** Below test/, without its ending. */
  readonly file: string;
}

interface Outcome {
  readonly mutation: Mutation;
  readonly caughtBy: Failure | null;
  readonly broken: string | null;
  readonly seconds: number;
}

function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "pevensie-mutations-"));
  for (const entry of COPIED) cpSync(join(ROOT, entry), join(folder, entry), { recursive: true });
  // A folder of links, not a link to the folder: what tools keep in node_modules stays apart.
  mkdirSync(join(folder, "node_modules"));
  for (const entry of readdirSync(join(ROOT, "node_modules"))) {
    if (entry.startsWith(".") && entry !== ".bin") continue;
    symlinkSync(join(ROOT, "node_modules", entry), join(folder, "node_modules", entry));
  }
  return folder;
}

/** Runs tests in a copy of the project, in a process that is used again until it hangs. */
class Runner {
  readonly #folder: string;
  readonly #serverUrl: string;
  readonly #options: RunnerOptions;
  readonly #patienceMillis: number;
  #child: ChildProcess | null = null;

  /** @param bails - whether a run ends after its first failure */
  constructor(folder: string, serverUrl: string, { bails }: { readonly bails: boolean }) {
    this.#folder = folder;
    this.#serverUrl = serverUrl;
    this.#patienceMillis = bails ? PATIENCE_MS : BASELINE_PATIENCE_MS;
    this.#options = {
      report: join(folder, "report.json"),
      maxWorkers: bails ? 1 : WORKERS,
      // A mutation may make a test wait for ever. Without one, each of them ends within a few seconds.
      bailAfterMillis: bails ? 60_000 : null,
    };
  }

  /** @param changed - the absolute paths of what has changed since the last run */
  async run(selections: readonly Selection[], changed: readonly string[]): Promise<Run> {
    const { report } = this.#options;
    rmSync(report, { force: true });
    this.#child ??= this.#start();
    const child = this.#child;
    let output = "";
    const record = (chunk: Buffer) => {
      output = (output + chunk).slice(-200_000);
    };
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", record);
    const names = selections.flatMap((selection) => selection.names);
    const request: RunRequest = {
      files: [...new Set(selections.map(({ file }) => file))],
      pattern: names.map(literally).join("|"),
      changed,
    };
    const response = await new Promise<RunResponse | null>((resolve) => {
      const timer = setTimeout(() => this.stop(), this.#patienceMillis);
      const settle = (outcome: RunResponse | null) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      child.once("message", settle);
      child.once("exit", () => settle(null));
      child.send(request);
    });
    if (response === null) this.#child = null;
    child.removeAllListeners();
    for (const stream of [child.stdout, child.stderr]) stream?.off("data", record).resume();
    return readReport(report, this.#folder, response?.isSuccess ?? false, output);
  }

  /** Ends the process and those that it has started. The next run begins in a new one. */
  stop(): void {
    if (this.#child?.pid !== undefined) process.kill(-this.#child.pid, "SIGKILL");
    this.#child = null;
  }

  #start(): ChildProcess {
    return fork(join(ROOT, "scripts", "mutations", "runner.ts"), {
      cwd: this.#folder,
      // A group of its own, which ends with it.
      detached: true,
      silent: true,
      env: {
        ...process.env,
        TEST_DATABASE_URL: this.#serverUrl,
        NO_COLOR: "1",
        RUNNER_OPTIONS: JSON.stringify(this.#options),
      },
    });
  }
}

function readReport(path: string, folder: string, isSuccess: boolean, output: string): Run {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(path, "utf8")) as Report;
  } catch {
    return { passed: [], failed: [], broken: output.slice(-2000) };
  }
  const all = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((result) => ({ ...result, file: nameOf(relative(folder, name)) })),
  );
  const passed = all.filter((result) => result.status === "passed").map(({ fullName }) => fullName);
  const failed = all.filter((result) => result.status === "failed").map(({ title, file }) => ({ title, file }));
  for (const { name, status, message } of report.testResults) {
    // What a file does before its tests has failed, such as migrating; a file that does not load proves nothing.
    const inHook =
      status === "failed" &&
      message !== "" &&
      !/SyntaxError|ReferenceError|TypeError|Transform failed|Failed to/.test(message);
    const file = nameOf(relative(folder, name));
    if (inHook && !failed.some((failure) => failure.file === file))
      failed.push({ title: "what comes before its tests", file });
  }
  if (passed.length + failed.length === 0) return { passed, failed, broken: "no test has such a name" };
  if (failed.length > 0 || isSuccess) return { passed, failed, broken: null };
  // An uncaught exception fails the run, and vitest names the test that was running.
  const [, title] =
    /Uncaught Exception[\s\S]*?latest test that might've caused the error is "([^"]+)"/.exec(output) ?? [];
  const uncaught = all.find((result) => result.title === title || result.fullName === title);
  if (uncaught !== undefined) {
    return {
      passed,
      failed: [{ title: `${uncaught.title} (by an uncaught exception)`, file: uncaught.file }],
      broken: null,
    };
  }
  return { passed, failed, broken: output.slice(-2000) };
}

function nameOf(file: string): string {
  return file.replace(/^test\//, "").replace(/\.test\.ts$/, "");
}

/** A regular expression that finds the text. */
function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** All selected tests, without any mutation: what fails then proves nothing, and neither does what is not there. */
async function requireBaseline(folder: string, serverUrl: string, mutations: readonly Mutation[]): Promise<void> {
  const byFile = new Map<string, Set<string>>();
  for (const { file, names } of mutations.flatMap((mutation) => mutation.tests)) {
    byFile.set(file, new Set([...(byFile.get(file) ?? []), ...names]));
  }
  const selections = [...byFile].map(([file, names]) => ({ file, names: [...names] }));
  const runner = new Runner(folder, serverUrl, { bails: false });
  const { passed, failed, broken } = await runner.run(selections, []);
  runner.stop();
  const problems = failed.map(({ title, file }) => `fails without any mutation: ${file}: ${title}`);
  if (broken !== null) problems.push(broken);
  for (const name of selections.flatMap(({ names }) => names)) {
    if (!passed.some((test) => test.includes(name))) problems.push(`no test of this name passes: ${name}`);
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  console.log(`${passed.length} tests pass without any mutation\n`);
}

/** What Vitest loads once for all runs of a process, in order to prepare the server. */
const SETUP = /^(generated\/migrations|src\/embedded|src\/testing|src\/postgres\/migrations|test)\b/;

/** Judges mutations in one copy of the project. */
class Judge {
  readonly #folder: string;
  readonly #runner: Runner;
  /** What the last mutation changed. */
  #restored: readonly string[] = [];

  constructor(folder: string, serverUrl: string) {
    this.#folder = folder;
    this.#runner = new Runner(folder, serverUrl, { bails: true });
  }

  async judge(mutation: Mutation): Promise<Outcome> {
    const start = performance.now();
    const { files, undo } = apply(mutation, this.#folder);
    const isSetup = files.some((file) => SETUP.test(relative(this.#folder, file)));
    try {
      if (isSetup) this.#runner.stop();
      const { failed, broken } = await this.#runner.run(mutation.tests, [...this.#restored, ...files]);
      return { mutation, caughtBy: failed[0] ?? null, broken, seconds: (performance.now() - start) / 1000 };
    } finally {
      undo();
      this.#restored = files;
      if (isSetup) this.#runner.stop();
    }
  }

  stop(): void {
    this.#runner.stop();
  }
}

function verdictOf({ caughtBy, broken }: Outcome): string {
  if (caughtBy !== null) return `${caughtBy.file}: ${caughtBy.title}`;
  return broken === null ? "SURVIVED" : `THE RUN BROKE: ${broken}`;
}

function tableOf(outcomes: readonly Outcome[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
  return [
    "| guard | where | what failed without it |",
    "| --- | --- | --- |",
    ...outcomes.map(
      ({ mutation, caughtBy }) =>
        `| ${cell(mutation.guard)} | \`${cell(placeOf(mutation))}\` | ${cell(`${caughtBy?.file}: ${caughtBy?.title}`)} |`,
    ),
  ].join("\n");
}

/** Throws if a mutation no longer fits the code. */
function requireFit(mutations: readonly Mutation[], folder: string): void {
  const problems: string[] = [];
  for (const mutation of mutations) {
    try {
      apply(mutation, folder).undo();
    } catch (error) {
      problems.push(`${mutation.guard}: ${(error as Error).message}`);
    }
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

function check(mutations: readonly Mutation[]): void {
  const folder = copyProject();
  try {
    requireFit(mutations, folder);
    console.log(`${mutations.length} mutations fit the code`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      write: { type: "string" },
      only: { type: "string" },
      check: { type: "boolean", default: false },
      "no-baseline": { type: "boolean" },
    },
  });
  const wanted = values.only?.toLowerCase();
  const mutations = MUTATIONS.filter(
    (mutation) => wanted === undefined || `${mutation.guard} ${placeOf(mutation)}`.toLowerCase().includes(wanted),
  );
  if (values.check) return check(mutations);
  const folders = Array.from({ length: WORKERS }, copyProject);
  // A server for each worker: a snapshot held by one worker's tests would keep another's sweeps from removing rows, and hide a mutation.
  const servers = await Promise.all(
    folders.map(() => EmbeddedPostgres.start({ settings: { max_connections: "400" } })),
  );
  const urls = servers.map((server) => server.url());
  const judges = folders.map((folder, index) => new Judge(folder, urls[index] as string));
  try {
    const [first] = folders as [string];
    requireFit(mutations, first);
    if (!values["no-baseline"]) await requireBaseline(first, urls[0] as string, mutations);

    const outcomes = new Array<Outcome>(mutations.length);
    const queue = mutations.entries();
    const work = async (judge: Judge) => {
      for (const [index, mutation] of queue) {
        const outcome = await judge.judge(mutation);
        outcomes[index] = outcome;
        console.log(
          `${mutation.guard} (${placeOf(mutation)}, ${outcome.seconds.toFixed(1)} s)\n    ${verdictOf(outcome)}`,
        );
      }
    };
    await Promise.all(judges.map(work));
    report(outcomes, values.write);
  } finally {
    for (const judge of judges) judge.stop();
    await Promise.all(servers.map((server) => server.stop()));
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

/** @param file - where the table is written, if anywhere */
function report(outcomes: readonly Outcome[], file: string | undefined): void {
  const missed = outcomes.filter(({ caughtBy }) => caughtBy === null);
  const caught = outcomes.filter(({ caughtBy }) => caughtBy !== null);
  console.log(`\n${tableOf(caught)}\n\n${caught.length} of ${outcomes.length} mutations were caught`);
  for (const outcome of missed)
    console.error(`${outcome.mutation.guard} (${placeOf(outcome.mutation)}): ${verdictOf(outcome)}`);
  if (file !== undefined) writeFileSync(file, `${tableOf(caught)}\n`);
  if (missed.length > 0) process.exitCode = 1;
}

await main();
