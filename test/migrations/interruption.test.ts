import type pg from "pg";
import { beforeEach, expect, test } from "vitest";
import { migrate } from "../../src/postgres/index.js";
import { describeCatalog } from "../support/catalog.js";
import { restoreOriginal } from "../support/catalog-original.js";
import { useDatabase } from "../support/database.js";
import { terminate, waitForBlockedBackend, whileHolding } from "../support/fault-blockers.js";
import { codeOf, errorOf } from "../support/fault-outcome.js";
import { runCli, startCli } from "../support/process.js";
import { TcpProxy } from "../support/tcp-proxy.js";

const fresh = useDatabase();
const database = useDatabase({ empty: true });

/** A lock that the event trigger below waits for at the statement whose number is set. */
const GATE = "select pg_advisory_xact_lock(4711)";

const apply = () => migrate({ modules: ["auth", "cache"], apply: true, connectionString: database.url });

/** Lets the n-th DDL statement from now on wait for the gate; none, if there is no such statement. */
async function stopAt(pool: pg.Pool, statement: number): Promise<void> {
  await pool.query("select setval('public.ddl_statements', 1, false)");
  await pool.query("update public.stop set at = $1", [statement]);
}

beforeEach(async () => {
  await database.pool.query(`
    drop event trigger if exists gate;
    drop schema if exists pevensie cascade;
    drop schema public cascade;
    create schema public;
    create sequence public.ddl_statements;
    create table public.stop (at bigint not null);
    insert into public.stop values (0);
    create function public.wait_at_gate() returns event_trigger language plpgsql as $$
    begin
      if nextval('public.ddl_statements') = (select at from public.stop) then
        perform pg_advisory_xact_lock_shared(4711);
      end if;
    end
    $$;
    create event trigger gate on ddl_command_start execute function public.wait_at_gate();
  `);
});

const isEmpty = async () =>
  (await database.rows("select to_regnamespace('pevensie') is null as empty"))[0]?.["empty"] === true;

async function expectComplete(): Promise<void> {
  await database.pool.query("drop event trigger gate");
  await apply();
  expect(await describeCatalog(database.pool)).toBe(await describeCatalog(fresh.pool));
}

test("F10: a connection that is ended at any statement leaves nothing, and a rerun completes", async () => {
  await stopAt(database.pool, 0);
  await apply();
  const [row] = await database.rows<{ statements: number }>(
    "select last_value::int as statements from public.ddl_statements",
  );
  const statements = row?.statements as number;
  expect(statements).toBeGreaterThan(10);
  await database.pool.query("drop schema pevensie cascade");
  for (let statement = 1; statement <= statements; statement += 1) {
    await stopAt(database.pool, statement);
    await whileHolding(database.url, GATE, async () => {
      const code = codeOf(apply());
      await terminate(database.pool, await waitForBlockedBackend(database.pool));
      expect(await code).toBe("MIGRATION_FAILED");
    });
    expect(await isEmpty()).toBe(true);
  }
  await expectComplete();
});

test("F10: a commit whose response is lost is OUTCOME_UNKNOWN, and a rerun has nothing to do", async () => {
  const proxy = await TcpProxy.start(database.url);
  try {
    proxy.cutReplyTo("commit\0");
    const error = await errorOf(migrate({ modules: ["auth", "cache"], apply: true, connectionString: proxy.url }));
    expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN", message: expect.stringContaining("Run it again") });
    expect(proxy.cuts).toBe(1);
    expect((await apply()).migrations).toEqual([]);
    proxy.cutReplyTo("commit\0");
    const planning = migrate({ modules: ["auth"], connectionString: proxy.url });
    await expect(planning).rejects.toMatchObject({ code: "MIGRATION_FAILED" });
  } finally {
    await proxy.stop();
  }
});

test.each([1, 8, 15])(
  "F10: a process that is killed at statement %i leaves nothing, and a rerun completes",
  async (n) => {
    await stopAt(database.pool, n);
    await whileHolding(database.url, GATE, async () => {
      const cli = startCli(["migrate", "--apply", "--addr", database.url, "auth", "cache"]);
      const pid = await waitForBlockedBackend(database.pool);
      cli.process.kill("SIGKILL");
      expect(await cli.outcome).toMatchObject({ status: null, signal: "SIGKILL" });
      expect(await database.rows("select pid from pg_stat_activity where pid = $1", [pid])).toHaveLength(1);
    });
    // Its backend completes the statement, and then notices that the client is gone. A rerun waits for that.
    await stopAt(database.pool, 0);
    await expectComplete();
  },
);

test("F10: a process whose connection is ended fails and reports it", async () => {
  await stopAt(database.pool, 5);
  await whileHolding(database.url, GATE, async () => {
    const cli = startCli(["migrate", "--apply", "--addr", database.url, "auth", "cache"]);
    await terminate(database.pool, await waitForBlockedBackend(database.pool));
    const { status, stdout, stderr } = await cli.outcome;
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^pevensie: .+\n$/);
  });
  expect(await isEmpty()).toBe(true);
  expect(await runCli(["migrate", "--apply", "--addr", database.url, "auth", "cache"])).toMatchObject({ status: 0 });
});

test("F11: a statement that fails rolls everything back, and its error rejects the migration", async () => {
  await restoreOriginal(database.pool);
  await database.pool.query("drop index pevensie.one_time_token_user_id_token_type_unique_idx");
  const before = await describeCatalog(database.pool);
  const error = await errorOf(apply());
  expect(error.code).toBe("MIGRATION_FAILED");
  expect(error.message).toContain("live_token_uniqueness");
  expect(error.cause).toMatchObject({ code: "42704" });
  expect(await describeCatalog(database.pool)).toBe(before);
});

test("F11: data that a migration cannot convert rolls everything back, without its values in the error", async () => {
  await restoreOriginal(database.pool);
  await database.pool.query(`
    create function public.refuse() returns trigger language plpgsql as $$
    begin
      raise exception using errcode = '23514', message = 'no ' || new.email, detail = new.email, constraint = 'no_such_thing';
    end
    $$;
    create trigger refuse before update on pevensie."user" for each row execute function public.refuse();
  `);
  const before = await describeCatalog(database.pool);
  const error = await errorOf(apply());
  expect(error.code).toBe("MIGRATION_FAILED");
  expect(error.cause).toMatchObject({ code: "23514" });
  expect(JSON.stringify([error, error.message, error.cause, (error.cause as Error).message])).not.toContain("@example");
  expect(await describeCatalog(database.pool)).toBe(before);
});

test("F10: waits for a lock no longer than the lock timeout", async () => {
  await restoreOriginal(database.pool);
  const before = await describeCatalog(database.pool);
  await whileHolding(database.url, "lock table pevensie.session in row exclusive mode", async () => {
    expect((await errorOf(apply())).cause).toMatchObject({ code: "55P03" });
  });
  expect(await describeCatalog(database.pool)).toBe(before);
  await expectComplete();
});
