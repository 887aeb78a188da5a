/** One server for the whole run, with a migrated database that every test file copies. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startTestServer } from "../../src/testing/index.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** A connection string of a role that may create databases. */
    readonly serverUrl: string;
    /** Where test files put programs that they start. Runners end their processes such that these cannot remove anything. */
    readonly programsFolder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer({ connectionString: process.env["TEST_DATABASE_URL"] || null });
  // Without parameters, so that tests can append theirs.
  project.provide("serverUrl", Object.assign(new URL(server.connectionString), { search: "" }).href);
  const programs = mkdtempSync(join(tmpdir(), "pevensie-programs-"));
  project.provide("programsFolder", programs);
  return async () => {
    rmSync(programs, { recursive: true, force: true });
    await server.stop();
  };
}
