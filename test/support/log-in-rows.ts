import { beforeAll, beforeEach, expect } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import type { TestDatabase } from "./database.js";

export const WRONG = "not the password at all";

/** What is stored of attempts to log in, and ways to move its time. */
export interface LogInRows {
  /** Every row, as it is. */
  all(): Promise<Record<string, unknown>[]>;
  /** The failures of the row with the most of them. */
  failures(): Promise<number>;
  /** The longest delay, in seconds, that some work has brought about; null for none. */
  delayBy(work: () => Promise<unknown>): Promise<number | null>;
  /** Delays are over; what has failed stays counted. */
  endDelays(): Promise<unknown>;
  /** So many seconds go by. */
  age(seconds: number): Promise<unknown>;
}

/** The rows of a test file's database, none at the start of each test. Call it at the file's top level. */
export function useLogInRows(database: TestDatabase): LogInRows {
  const number = async (expression: string) => {
    const [row] = await database.rows<{ number: number }>(
      `select (${expression})::float8 as number from pevensie.log_in_attempt`,
    );
    return row?.number as number;
  };
  // How long a delay is can be seen at its beginning only.
  beforeAll(async () => {
    await database.pool.query(`
      create table public.delay (seconds float8);
      create function public.note_delay() returns trigger language plpgsql as $$
      begin
        insert into public.delay values (round(extract(epoch from new.blocked_until - clock_timestamp())));
        return new;
      end
      $$;
      create trigger note_delay before insert or update on pevensie.log_in_attempt
        for each row execute function public.note_delay();`);
  });
  beforeEach(async () => {
    await database.pool.query("truncate pevensie.log_in_attempt");
  });
  return {
    all: () => database.rows("select * from pevensie.log_in_attempt order by key"),
    failures: () => number("max(failures)"),
    delayBy: async (work) => {
      await database.rows("truncate public.delay");
      await work();
      const [row] = await database.rows<{ longest: number | null }>("select max(seconds) as longest from public.delay");
      return row?.longest ?? null;
    },
    endDelays: () =>
      database.rows("update pevensie.log_in_attempt set blocked_until = now() where blocked_until > now()"),
    age: async (seconds) => {
      const columns = await database.rows<{ name: string }>(
        `select quote_ident(column_name) as name from information_schema.columns
         where table_schema = 'pevensie' and table_name = 'log_in_attempt'
           and data_type = 'timestamp with time zone'`,
      );
      const changes = columns.map(({ name }) => `${name} = ${name} - make_interval(secs => ${seconds})`);
      await database.rows(`update pevensie.log_in_attempt set ${changes.join(", ")}`);
    },
  };
}

/** What comes of an attempt: "in", "wrong", or the code of the error. */
export async function attempt(auth: Auth, email: string, password: string, ip?: string): Promise<string> {
  try {
    return (await auth.logInUser({ email, password, ...(ip === undefined ? {} : { ip }) })) === null ? "wrong" : "in";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** Fails so often, and gives the delays in seconds that follow, null for none; they are not waited for. */
export async function delaysOf(
  rows: LogInRows,
  count: number,
  auth: Auth,
  email: string,
  ip?: string,
): Promise<(number | null)[]> {
  const delays: (number | null)[] = [];
  while (delays.length < count) {
    const fail = async () => expect(await attempt(auth, email, WRONG, ip)).toBe("wrong");
    delays.push(await rows.delayBy(fail));
    await rows.endDelays();
  }
  return delays;
}
