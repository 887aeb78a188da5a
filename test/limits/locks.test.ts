import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import type { PevensieEvent } from "../../src/events.js";
import { createAuthDriver } from "../../src/postgres/index.js";
import { authOn, createUser, PASSWORD } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { attempt, useLogInRows, WRONG } from "../support/login-rows.js";
import { PATIENT } from "../support/patience.js";

const database = useDatabase();
const rows = useLogInRows(database);
const HOME = "2001:db8:1:2::1";
const events: PevensieEvent[] = [];

let auth: Auth;
beforeAll(async () => {
  const onEvent = (event: PevensieEvent) => events.push(event);
  auth = await authOn({ connectionString: database.url }, { onEvent }).connect();
});
afterAll(() => auth.disconnect());

/** Resolves when the given number of statements of other clients wait for a lock. */
async function waiting(count: number): Promise<void> {
  for (;;) {
    const [row] = await database.rows<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if ((row?.count ?? 0) >= count) return;
  }
}

/** Runs some work while another client holds a lock on the rows that a statement returns. */
async function whileLocked<T>(statement: string, work: (release: () => Promise<unknown>) => Promise<T>): Promise<T> {
  const client = await database.pool.connect();
  let released: Promise<unknown> | undefined;
  const release = () => {
    released ??= client.query("commit");
    return released;
  };
  try {
    await client.query("begin");
    await client.query(statement);
    return await work(release);
  } finally {
    await release();
    client.release();
  }
}

describe("G34: locks", () => {
  test("G34: a successful login does not wait for a failed one, at a known address or a new one", async () => {
    const user = await createUser(auth);
    expect(await attempt(auth, user.email, WRONG, HOME)).toBe("wrong");
    expect(await attempt(auth, user.email, PASSWORD, HOME)).toBe("in");
    expect(await attempt(auth, user.email, WRONG, HOME)).toBe("wrong");
    expect((await rows.all()).filter(({ table }) => table === "log_in_budget")).toHaveLength(6);
    await whileLocked("select from pevensie.log_in_budget for update", async () => {
      for (const ip of [HOME, "192.0.2.1", undefined]) expect(await attempt(auth, user.email, PASSWORD, ip)).toBe("in");
      expect(await auth.getUserByEmailAndPassword(user.email, PASSWORD, { ip: "192.0.2.2" })).not.toBeNull();
    });
  });

  test("G34: logins with codes that wait for their user keep no other login waiting", async () => {
    await using single = await authOn(
      { connectionString: database.url },
      { passwordHashing: { maxConcurrent: 1 } },
    ).connect();
    const [locked, other] = [await createUser(single), await createUser(single)];
    const { code } = (await single.createLogInCode({ email: locked.email, ttlSeconds: 600 })) ?? { code: "" };
    const held = `select from pevensie."user" where id = '${locked.id}' for update`;
    const logIns = await whileLocked(held, async () => {
      const calls = Array.from({ length: 2 }, () => single.logInWithCode({ email: locked.email, code }));
      await waiting(calls.length);
      expect(await attempt(single, other.email, PASSWORD, HOME)).toBe("in");
      return { calls };
    });
    expect((await Promise.all(logIns.calls)).filter((loggedIn) => loggedIn !== null)).toHaveLength(1);
  });

  test("G34: a failed login does not wait for a successful one", async () => {
    const user = await createUser(auth);
    expect(await attempt(auth, user.email, PASSWORD, HOME)).toBe("in");
    const held = `select from pevensie.log_in_exemption, pevensie."user" for update`;
    await whileLocked(held, async () => {
      for (const ip of [HOME, "192.0.2.1", undefined]) expect(await attempt(auth, user.email, WRONG, ip)).toBe("wrong");
    });
  });

  test("G34: failures that spend from the same budgets lock them in one order, whichever row is locked first", async () => {
    const user = await createUser(auth);
    expect(await attempt(auth, user.email, WRONG, HOME)).toBe("wrong");
    const budgets = (await rows.all()).filter(({ table }) => table === "log_in_budget");
    const keys = budgets.map(({ key }) => String(key)).sort();
    expect(keys).toHaveLength(5);
    events.length = 0;
    // Of two statements that wait for the same row, the first must not hold one that the second has to get to first.
    for (const key of keys) {
      const locked = `select from pevensie.log_in_budget where key = '${key}' for update`;
      await whileLocked(locked, async (release) => {
        const attempts = [attempt(auth, user.email, WRONG, HOME)];
        await waiting(1);
        attempts.push(attempt(auth, user.email, WRONG, HOME));
        await waiting(2);
        // The first attempt holds the rows before it; those after it are not locked.
        const free = await database.rows<{ key: string }>(
          'select key from pevensie.log_in_budget where key <> $1 order by key collate "C" for update skip locked',
          [key],
        );
        expect(free.map((row) => row.key)).toEqual(keys.slice(keys.indexOf(key) + 1));
        await release();
        expect(await Promise.all(attempts)).toEqual(["wrong", "wrong"]);
      });
      await rows.age(86_400);
    }
    expect(events.filter(({ type }) => type === "retry")).toEqual([]);
  });
});

describe.each(["repeatable read", "serializable"])("where the default isolation is %s", (isolation) => {
  const connectionParameters = { default_transaction_isolation: isolation };
  // Each change of a row takes so long that all other calls wait for it.
  beforeAll(() =>
    database.rows(
      `create or replace function public.delay_change() returns trigger language plpgsql as
         'begin perform pg_catalog.pg_sleep(0.02); return new; end';
       create or replace trigger delay_change before update on pevensie.log_in_budget
         for each row execute function public.delay_change()`,
    ),
  );

  test("20 concurrent failures on one budget are all counted", async () => {
    const driver = createAuthDriver({ ...PATIENT, connectionString: database.url, connectionParameters, max: 20 });
    await driver.connect(() => {});
    try {
      const spends = [{ key: isolation, restoreSeconds: 3600 }];
      await Promise.all(Array.from({ length: 20 }, () => driver.spendLogInBudgets(spends)));
    } finally {
      await driver.disconnect();
    }
    const [row] = await database.rows<{ hours: number }>(
      `select round(extract(epoch from expires_at - now()) / 3600)::int as hours from pevensie.log_in_budget
       where key = $1`,
      [isolation],
    );
    expect(row?.hours).toBe(20);
  });
});
