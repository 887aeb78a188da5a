import type { TestDatabase } from "./database.js";

/** A change that the database is to refuse. */
export interface Refusal {
  /** `delete on pevensie.session`, for one. */
  readonly event: string;
  /** SQLSTATE. Default: P0001. */
  readonly state?: string;
  /** Refuses at the commit, not at the statement. Default: false. */
  readonly atCommit?: boolean;
  /** For which rows, in terms of OLD and NEW. Default: all. */
  readonly when?: string;
}

/** Runs some work while the database refuses a change, by a trigger. */
export async function whileRefusing<T>(database: TestDatabase, refusal: Refusal, work: () => Promise<T>): Promise<T> {
  const { event, state = "P0001", atCommit = false, when = "true" } = refusal;
  const [kind, timing] = atCommit
    ? ["constraint trigger", `after ${event} deferrable initially deferred`]
    : ["trigger", `before ${event}`];
  await database.pool.query(`
    create function public.refuse() returns trigger language plpgsql as $$
    begin
      raise exception using errcode = '${state}', message = 'refused';
    end
    $$;
    create ${kind} refuse ${timing} for each row when (${when}) execute function public.refuse();`);
  try {
    return await work();
  } finally {
    await database.pool.query("drop function public.refuse cascade");
  }
}
