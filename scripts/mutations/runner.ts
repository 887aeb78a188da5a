/**
 * A process that runs selected tests of one copy of the project, again and again. What has not changed is transformed once: most of
 * the processor time of a short run is in that, and in starting Vitest.
 *
 * @module
 */
import { createVitest, type TestModule } from "vitest/node";

/** What the parent asks for. */
export interface RunRequest {
  /** Paths of test files. */
  readonly files: readonly string[];
  /** A regular expression that finds the names of the tests. */
  readonly pattern: string;
  /** Absolute paths of what has changed since the last run. */
  readonly changed: readonly string[];
}

/** How a run ended. What failed is in the report. */
export interface RunResponse {
  readonly isSuccess: boolean;
}

/** Of the whole process, as the environment variable RUNNER_OPTIONS, in JSON. */
export interface RunnerOptions {
  readonly report: string;
  readonly maxWorkers: number;
  /** Ends a run after the first failure, and each test after this time. */
  readonly bailAfterMillis: number | null;
}

const { report, maxWorkers, bailAfterMillis } = JSON.parse(process.env["RUNNER_OPTIONS"] as string) as RunnerOptions;

process.once("disconnect", () => process.exit(1));
const vitest = await createVitest("test", {
  watch: false,
  typecheck: { enabled: false },
  maxWorkers,
  ...(bailAfterMillis === null ? {} : { bail: 1, testTimeout: bailAfterMillis, hookTimeout: bailAfterMillis }),
  reporters: ["default", "json"],
  outputFile: { json: report },
});
await vitest.standalone();

process.on("message", async ({ files, pattern, changed }: RunRequest) => {
  for (const path of changed) vitest.invalidateFile(path);
  vitest.setGlobalTestNamePattern(new RegExp(pattern));
  const specifications = await vitest.globTestSpecifications([...files]);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  const ran = new Set(specifications.map(({ moduleId }) => moduleId));
  const isSuccess =
    unhandledErrors.length === 0 && testModules.every((module: TestModule) => !ran.has(module.moduleId) || module.ok());
  process.send?.({ isSuccess } satisfies RunResponse);
});
