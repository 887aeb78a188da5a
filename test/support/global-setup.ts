/** One server for the whole run, with a migrated database that every test file copies. */
import pg from "pg";
import type { TestProject } from "vitest/node";
import { EmbeddedPostgres } from "../../scripts/embedded-postgres.js";
import { migrate } from "../../src/postgres/migrations/migrate.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** A connection string of a role that may create databases. */
    readonly serverUrl: string;
    readonly templateDatabase: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const external = process.env["TEST_DATABASE_URL"];
  const server = external ? undefined : await EmbeddedPostgres.start({ settings: { max_connections: "300" } });
  const serverUrl = external ?? (server as EmbeddedPostgres).url();
  const templateDatabase = `pevensie_template_${process.pid}`;
  await onServer(serverUrl, `create database ${templateDatabase}`);
  const connectionString = Object.assign(new URL(serverUrl), { pathname: `/${templateDatabase}` }).href;
  await migrate({ modules: ["auth", "cache"], apply: true, connectionString });
  project.provide("serverUrl", serverUrl);
  project.provide("templateDatabase", templateDatabase);
  return async () => {
    if (external) await onServer(serverUrl, `drop database ${templateDatabase}`);
    await server?.stop();
  };
}

async function onServer(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(statement);
  await client.end();
}
