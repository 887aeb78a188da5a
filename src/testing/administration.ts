import pg from "pg";
import { isTemplateFinished, lockTemplate } from "#generated/testing.js";
import type { Preparation } from "../embedded/index.js";
import { PevensieError } from "../errors/index.js";
import { isConnectionLoss, sqlStateOf } from "../postgres/protocol/server-errors.js";
import { SqlState } from "../postgres/protocol/sqlstate.js";
import { migrateAll, SCHEMA_KEY } from "./schema.js";

/** A database with the package's schema, of which others are copies. */
export const TEMPLATE: string = `pevensie_template_${SCHEMA_KEY}`;

/** A number that no other program is likely to lock: "pevensie" on the keys of a telephone. */
const TEMPLATE_LOCK = "73836743";

/** Embedded servers whose database `postgres` is migrated, and that have the template. */
export const MIGRATED: Preparation = {
  key: SCHEMA_KEY,
  prepare: async (server) => {
    await migrateAll(server);
    await onServer(server, (client) => ensureTemplate(client, server));
  },
};

/** Returns the connection string of another database on the same server. */
export function urlOf(server: string, database: string): string {
  return Object.assign(new URL(server), { pathname: `/${database}` }).href;
}

/** Creates a database: a copy of the template, or an empty one. */
export async function createDatabase(server: string, name: string, isEmpty: boolean): Promise<void> {
  await onServer(server, async (client) => {
    if (!isEmpty) await ensureTemplate(client, server);
    await client.query(`create database ${quoted(name)} template ${isEmpty ? "template0" : TEMPLATE}`);
  });
}

/** Drops a database, and ends the connections to it. */
export async function dropDatabase(server: string, name: string): Promise<void> {
  await onServer(server, (client) => client.query(`drop database if exists ${quoted(name)} with (force)`));
}

/** A name may be a word of SQL, such as "user". */
function quoted(name: string): string {
  return `"${name}"`;
}

/** Makes the template, unless it is there. */
async function ensureTemplate(client: pg.Client, server: string): Promise<void> {
  if (await isFinished(client)) return;
  // An advisory lock belongs to a database, and the caller's may be another one than that of other processes.
  const common = new pg.Client({ connectionString: urlOf(server, "postgres") });
  common.on("error", () => {});
  try {
    const isCommon = await common.connect().then(
      () => true,
      () => false,
    );
    await makeTemplate(client, server, isCommon ? common : client);
  } finally {
    await common.end().catch(() => {});
  }
}

/**
 * Makes the template, unless another process has. A finished one admits no connections, which would keep it from being copied; what
 * a killed process has left still does, and is made anew. The lock ends with its connection.
 */
async function makeTemplate(client: pg.Client, server: string, lock: pg.Client): Promise<void> {
  await lockTemplate.run({ key: TEMPLATE_LOCK }, lock);
  if (await isFinished(client)) return;
  await client.query(`drop database if exists ${TEMPLATE} with (force)`);
  await client.query(`create database ${TEMPLATE} template template0`);
  await migrateAll(urlOf(server, TEMPLATE));
  await client.query(`alter database ${TEMPLATE} with is_template true allow_connections false`);
}

async function isFinished(client: pg.Client): Promise<boolean> {
  const [row] = await isTemplateFinished.run({ name: TEMPLATE }, client);
  return row?.isFinished === true;
}

/** Does something on a connection to a server. */
async function onServer<T>(server: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server });
  client.on("error", () => {});
  try {
    await client.connect().catch((error: unknown) => Promise.reject(unavailable(server, error)));
    return await work(client).catch((error: unknown) => Promise.reject(explained(server, error)));
  } finally {
    await client.end().catch(() => {});
  }
}

/** Messages of PostgreSQL and of the network do not say which server it is about. */
function unavailable(server: string, error: unknown): PevensieError {
  const { code, message } = error as { code?: string; message: string };
  const { host } = new URL(server);
  return new PevensieError("CONNECTION_UNAVAILABLE", `The test server at ${host} cannot be used: ${message || code}.`);
}

/** Returns what the caller can do about the error of a statement. */
function explained(server: string, error: unknown): unknown {
  if (error instanceof PevensieError) return error;
  if (isConnectionLoss(error)) return unavailable(server, error);
  const { message } = error as Error;
  if (sqlStateOf(error) === SqlState.insufficientPrivilege) {
    return new PevensieError(
      "DATABASE_ERROR",
      "The role of the test server may not create databases: grant it CREATEDB.",
    );
  }
  if (sqlStateOf(error) === SqlState.duplicateDatabase) {
    return new PevensieError("DATABASE_ERROR", `The ${message}: drop it first, or leave out the name.`);
  }
  return new PevensieError("DATABASE_ERROR", `The test server answered with an error: ${message}.`);
}
