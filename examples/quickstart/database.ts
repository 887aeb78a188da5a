/** Where the demo runs: on a Postgres of its own, or in a database of its own on DATABASE_URL's server. */
import { randomBytes } from "node:crypto";
import pg from "pg";

export interface DemoDatabase extends AsyncDisposable {
  readonly url: string;
  readonly place: string;
}

/** Removes everything again when it is disposed of, or when the demo is interrupted. */
export async function openDatabase(): Promise<DemoDatabase> {
  const address = process.env["DATABASE_URL"];
  return address ? createDatabase(address) : startPostgres();
}

async function startPostgres(): Promise<DemoDatabase> {
  const { EmbeddedPostgres } = await import("../../scripts/embedded-postgres.js");
  const server = await EmbeddedPostgres.start();
  return { url: server.url(), place: "an embedded Postgres", [Symbol.asyncDispose]: () => server.stop() };
}

async function createDatabase(address: string): Promise<DemoDatabase> {
  const name = `pevensie_demo_${randomBytes(6).toString("hex")}`;
  await execute(address, `create database ${name} template template0`);
  const drop = () => execute(address, `drop database if exists ${name} with (force)`);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => void drop().finally(() => process.exit(1)));
  }
  const url = Object.assign(new URL(address), { pathname: `/${name}` }).href;
  return { url, place: `database ${name} on DATABASE_URL's server`, [Symbol.asyncDispose]: drop };
}

async function execute(address: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: address, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    await client.query(statement);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== "42501") throw new Error(`DATABASE_URL cannot be used: ${message || code}`);
    throw new Error("DATABASE_URL's role may not create databases: grant it CREATEDB, or unset DATABASE_URL.");
  } finally {
    await client.end().catch(() => {});
  }
}
