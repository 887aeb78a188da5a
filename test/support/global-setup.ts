/** One server for the whole run, with a migrated database that every test file copies. */
import type { TestProject } from "vitest/node";
import { startTestServer } from "../../src/testing/index.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** A connection string of a role that may create databases. */
    readonly serverUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer({ connectionString: process.env["TEST_DATABASE_URL"] || null });
  project.provide("serverUrl", server.connectionString);
  return () => server.stop();
}
