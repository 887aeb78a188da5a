import { afterEach, beforeAll, expect, test } from "vitest";
import type { PevensieEvent } from "../../src/index.js";
import { authOn, createUser } from "../support/auth.js";
import { type TestDatabase, useDatabase } from "../support/database.js";
import { pretendToDistribute } from "../support/distributed.js";
import { errorOf } from "../support/fault-outcome.js";

const [plain, distributed] = [useDatabase(), useDatabase()];
beforeAll(() => pretendToDistribute(distributed));
afterEach(() =>
  Promise.all([plain, distributed].map(({ pool }) => pool.query("drop function if exists fail() cascade"))),
);

/** Makes commits fail with a SQLSTATE. Citus answers XX000 when it has lost a worker. */
async function failCommits({ pool }: TestDatabase, sqlState: string): Promise<void> {
  await pool.query(`
    create function fail() returns trigger language plpgsql as $$
      begin raise exception 'could not commit transaction on at least one active node' using errcode = '${sqlState}'; end
    $$;
    create constraint trigger fail after update on pevensie."user" deferrable initially deferred
    for each row when (new.role = 'failing') execute function fail()`);
}

/** Returns the error of a transaction whose commit fails, and the events meanwhile. */
async function failedCommit(database: TestDatabase, sqlState: string) {
  await failCommits(database, sqlState);
  const events: PevensieEvent[] = [];
  const disconnected = authOn({ connectionString: database.url, max: 1 }, { onEvent: (event) => events.push(event) });
  await using auth = await disconnected.connect();
  const { id } = await createUser(auth);
  events.length = 0;
  const error = await errorOf(auth.withTransaction((inside) => inside.setUserRole(id, "failing")));
  // The connection is used again.
  expect((await auth.getUserById(id))?.role).not.toBe("failing");
  return { code: error.code, state: (error.cause as { code?: string }).code, events };
}

test("G85: a commit in a distributed schema that is answered by XX000 is OUTCOME_UNKNOWN, and elsewhere DATABASE_ERROR", async () => {
  expect(await failedCommit(distributed, "XX000")).toEqual({ code: "OUTCOME_UNKNOWN", state: "XX000", events: [] });
  expect(await failedCommit(plain, "XX000")).toEqual({ code: "DATABASE_ERROR", state: "XX000", events: [] });
});

test("G85: a commit in a distributed schema that is answered by another error has changed nothing", async () => {
  await failCommits(plain, "XX000");
  expect(await failedCommit(distributed, "P0001")).toEqual({ code: "DATABASE_ERROR", state: "P0001", events: [] });
});
