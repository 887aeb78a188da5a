import type pg from "pg";
import { expect } from "vitest";

/** What a server has to be started with, for {@link loggedStatements} to read its log. */
export const STATEMENT_LOG = {
  logging_collector: "on",
  log_destination: "jsonlog",
  log_rotation_age: "0",
  log_rotation_size: "0",
  log_statement: "all",
};

interface LogLine {
  readonly pid?: number;
  readonly application_name?: string;
  readonly message?: string;
}

/** The statements that the connections of an application have sent, by connection, in order. */
export async function loggedStatements(pool: pg.Pool, application: string): Promise<string[][]> {
  const lines = await linesOf(pool);
  const byConnection = new Map<number, string[]>();
  for (const { pid = 0, application_name, message = "" } of lines) {
    const [, text] = /^(?:statement|execute [^:]*): ([\s\S]*)$/.exec(message) ?? [];
    if (application_name !== application || text === undefined) continue;
    byConnection.set(pid, [...(byConnection.get(pid) ?? []), text]);
  }
  return [...byConnection.values()];
}

/** The log up to now: the collector has written all of it when it has written the marker. */
async function linesOf(pool: pg.Pool): Promise<LogLine[]> {
  const marker = `marker ${performance.now()}`;
  await pool.query(`select '${marker}'`);
  let text = "";
  await expect
    .poll(async () => {
      const { rows } = await pool.query<{ log: string }>("select pg_read_file(pg_current_logfile('jsonlog')) as log");
      text = rows[0]?.log ?? "";
      return text.includes(marker);
    })
    .toBe(true);
  const whole = text.slice(0, text.lastIndexOf("\n"));
  return whole.split("\n").map((line) => JSON.parse(line) as LogLine);
}
