/**
 * Counts the tests in Vitest's JSON reports in a folder, prints each failed one again, and adds the steps that passed and failed:
 * `npx tsx scripts/count-tests.ts <folder> <passed steps> <failed steps>`. Fails if a test or a step has failed.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const SHOWN_CHARACTERS = 300;
const shorten = (text: string) => text.slice(0, SHOWN_CHARACTERS);

const [folder = "", passedSteps, failedSteps] = process.argv.slice(2);
const steps = { passed: Number(passedSteps), failed: Number(failedSteps) };
let passed = 0;
let failed = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const report = JSON.parse(readFileSync(join(folder, file), "utf8")) as Report;
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const { name, status, message, assertionResults } of report.testResults) {
    const place = `${basename(file, ".json")}: ${name.replace(`${process.cwd()}/`, "")}`;
    const failures = assertionResults.filter((test) => test.status === "failed");
    if (failures.length === 0 && status === "failed") {
      failed += 1;
      console.log(`${place}\n  ${shorten(message)}`);
    }
    for (const test of failures) {
      console.log(`${place}: ${test.fullName}\n  ${shorten(test.failureMessages.join(" "))}`);
    }
  }
}
console.log(`steps: ${steps.passed} passed, ${steps.failed} failed`);
console.log(`tests: ${passed} passed, ${failed} failed`);
console.log(`${steps.passed + passed} passed, ${steps.failed + failed} failed`);
process.exitCode = steps.failed + failed === 0 ? 0 : 1;
