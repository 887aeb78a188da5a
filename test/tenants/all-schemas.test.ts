import pg from "pg";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { SchemaReport } from "../../src/cli/schema-report.js";
import { PevensieError } from "../../src/errors/index.js";
import { resolveConfig } from "../../src/postgres/config/config.js";
import { migrate, migrateAllSchemas, type SchemaProgress } from "../../src/postgres/index.js";
import { forEachSchema } from "../../src/postgres/migrations/each-schema.js";
import { useDatabase } from "../support/database.js";
import { terminate, waitForBlockedBackend, whileHolding } from "../support/fault-blockers.js";
import { endPool } from "../support/fault-pool.js";
import { PATIENT } from "../support/patience.js";
import { type Running, runCli, startCli } from "../support/process.js";
import { TcpProxy } from "../support/tcp-proxy.js";
import { AWKWARD_SCHEMA, quoted, schemasOf } from "../support/tenants.js";

const database = useDatabase({ empty: true });

const TENANTS = [AWKWARD_SCHEMA, ...Array.from({ length: 11 }, (_, index) => `tenant_${index}`)].sort();
const BOTH = ["auth", "cache"] as const;

/** Many more migrations than connections wait for one. */
const { connectionTimeoutMillis } = PATIENT;
const all = { modules: BOTH, apply: true, connectionString: database.url, connectionTimeoutMillis } as const;

/** The schemas that have the cache, which those of the tests lack in the beginning. */
const withCache = async () =>
  (
    await database.rows<{ schema: string }>(
      "select nspname as schema from pg_class join pg_namespace on pg_namespace.oid = relnamespace where relname = 'cache' order by 1",
    )
  )
    .map(({ schema }) => schema)
    .sort();

/** What a process has written to its standard error so far. */
function followStderr({ process: child }: Running): { readonly all: string } {
  const text = { all: "" };
  child.stderr?.on("data", (chunk: string) => {
    text.all += chunk;
  });
  return text;
}

const versionsOf = (schema: string) =>
  database.rows(`select module::text, version from ${quoted(schema)}.module_version order by module`);

beforeEach(async () => {
  for (const schema of await schemasOf(database.pool))
    await database.pool.query(`drop schema ${quoted(schema)} cascade`);
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  await Promise.all(
    TENANTS.map((schema) => migrate({ modules: ["auth"], apply: true, pool, schema, connectionTimeoutMillis })),
  );
  // Tables of an application, one of which only looks like one of the package's.
  await database.pool.query(
    `drop domain if exists public.module cascade; create domain public.module as text;
     create schema application; create table application.module_version (module public.module, version timestamptz)`,
  );
  await endPool(pool);
});

describe("G84: migrating all schemas", () => {
  test("plans, then applies, then has nothing to do, and reports each schema", async () => {
    const planned = await migrateAllSchemas({ ...all, apply: false });
    expect(planned.total).toBe(TENANTS.length);
    for (const { migrations } of planned.schemas) expect(migrations.map(({ module }) => module)).toContain("cache");
    expect(await withCache()).toEqual([]);

    const progress: SchemaProgress[] = [];
    const applied = await migrateAllSchemas({ ...all, onProgress: (one) => progress.push(one) });
    expect(applied.schemas.map(({ schema }) => schema).sort()).toEqual(TENANTS);
    expect(applied.schemas.map(({ error }) => error)).toEqual(TENANTS.map(() => null));
    expect(progress.map(({ done, total }) => [done, total])).toEqual(TENANTS.map((_, at) => [at + 1, TENANTS.length]));
    expect(await withCache()).toEqual(TENANTS);
    const [first, ...others] = await Promise.all(TENANTS.map(versionsOf));
    for (const versions of others) expect(versions).toEqual(first);

    const again = await migrateAllSchemas(all);
    expect(again.schemas.flatMap(({ migrations }) => migrations)).toEqual([]);
    expect(await schemasOf(database.pool)).toEqual([...TENANTS, "application"].sort());
  });

  test("runs as many in parallel as it may, also on a pool of one connection", async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    const { schemas } = await migrateAllSchemas({
      modules: BOTH,
      apply: true,
      pool,
      concurrency: 8,
      connectionTimeoutMillis,
    });
    expect(schemas.map(({ error }) => error)).toEqual(TENANTS.map(() => null));
    await endPool(pool);
  });

  test("does not create a schema that is dropped meanwhile", async () => {
    const gone = TENANTS.at(-1) as string;
    let dropped: Promise<unknown> | undefined;
    const onProgress = () => {
      dropped ??= database.pool.query(`drop schema ${quoted(gone)} cascade`);
    };
    const first = migrateAllSchemas({ ...all, concurrency: 1, onProgress });
    expect((await first).total).toBe(TENANTS.length);
    await dropped;
    expect(await withCache()).toEqual(TENANTS.filter((schema) => schema !== gone));
  });

  test("what onProgress throws ends the call once the schemas in progress are done, and no others are begun", async () => {
    const seen: number[] = [];
    const onProgress = async ({ done }: SchemaProgress) => {
      seen.push(done);
      if (done === 1) await Promise.reject(new Error("on purpose"));
    };
    await expect(migrateAllSchemas({ ...all, concurrency: 2, onProgress })).rejects.toThrow("on purpose");
    expect(seen.length).toBeLessThanOrEqual(2);
    const migrated = await withCache();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await withCache()).toEqual(migrated);
    expect(migrated.length).toBeLessThan(TENANTS.length);
  });

  test.each([
    ["concurrency", { concurrency: 0 }],
    ["schema", { schema: "tenant_1" }],
    ["modules", { modules: [] }],
    ["onProgress", { onProgress: 1 }],
  ])("refuses a wrong %s", async (field, options) => {
    const refused = migrateAllSchemas({ ...all, ...options } as never);
    await expect(refused).rejects.toMatchObject({ code: "INVALID_INPUT", field });
  });
});

test("G84: the printed SQL of all schemas is one block for dbmate, and migrates all of them", async () => {
  const { stdout } = await runCli(["migrate", "--all-schemas", "--addr", database.url, ...BOTH]);
  expect(stdout.match(/^-- migrate:.*$/gm)).toEqual(["-- migrate:up transaction:false", "-- migrate:down"]);
  expect(stdout).toMatch(/^-- migrate:up [\s\S]*\ncommit;\n-- migrate:down\n$/);
  expect(stdout.match(/^commit;$/gm)).toHaveLength(TENANTS.length);
  await database.pool.query(stdout);
  expect(await withCache()).toEqual(TENANTS);
  expect(await runCli(["migrate", "--all-schemas", "--addr", database.url, ...BOTH])).toMatchObject({ stdout: "" });
});

describe("F22: of many schemas", () => {
  test("numbers the schemas as they are reported, also while it checks whether the server can be reached", async () => {
    const numbers: number[] = [];
    await forEachSchema(resolveConfig({ connectionString: database.url, connectionTimeoutMillis }), {
      concurrency: 4,
      work: async ({ schema }) => ({
        schema,
        error: schema === TENANTS[0] ? new PevensieError("TIMEOUT", "on purpose") : null,
      }),
      onDone: (_, { done }) => numbers.push(done),
    });
    expect(numbers).toEqual(TENANTS.map((_, index) => index + 1));
  });

  test("one that fails, or is too new, leaves the others alone, and is named; a rerun completes", async () => {
    await database.pool.query("create table tenant_7.cache ()");
    await database.pool.query("update tenant_9.module_version set version = '2999-01-01' where module = 'auth'");
    const { schemas } = await migrateAllSchemas(all);
    const failed = schemas.filter(({ error }) => error !== null).map(({ schema, error }) => [schema, error?.code]);
    expect(failed.sort()).toEqual([
      ["tenant_7", "MIGRATION_FAILED"],
      ["tenant_9", "SCHEMA_TOO_NEW"],
    ]);
    expect(await withCache()).toEqual(TENANTS.filter((schema) => schema !== "tenant_9"));
    await database.pool.query("drop table tenant_7.cache");
    const again = await migrateAllSchemas(all);
    expect(again.schemas.filter(({ migrations }) => migrations.length > 0).map(({ schema }) => schema)).toEqual([
      "tenant_7",
    ]);
  });

  test("a kill leaves each as it was or up to date, and a rerun completes", async () => {
    const args = ["migrate", "--all-schemas", "--apply", "--addr", database.url, ...BOTH];
    // The one in the middle waits for a table, and with a concurrency of one all after it.
    const [held, ...later] = TENANTS.slice(TENANTS.length / 2);
    await whileHolding(database.url, `lock table ${quoted(held as string)}.module_version`, async () => {
      const running = startCli([...args, "--concurrency", "1"]);
      await waitForBlockedBackend(database.pool);
      running.process.kill("SIGKILL");
      await running.outcome;
    });
    const done = TENANTS.filter((schema) => schema !== held && !later.includes(schema));
    expect(await withCache()).toEqual(done);
    const { status, stderr } = await runCli(args);
    expect(status).toBe(0);
    expect(stderr).toContain(`${TENANTS.length} schemas: ${later.length + 1} migrated, ${done.length} up to date`);
    expect(await withCache()).toEqual(TENANTS);
  });

  test("a server that cannot be reached ends the call instead of failing once for each schema", async () => {
    let attempts = 0;
    const fail = () => {
      attempts += 1;
      return Promise.reject(new Error("unreachable"));
    };
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    const first = pool.connect.bind(pool);
    const begin = () => {
      attempts = 1;
      return first();
    };
    const failing = {
      connect: () => (attempts > 0 ? fail() : begin()),
      on: pool.on.bind(pool),
      off: pool.off.bind(pool),
      options: { max: 1 },
    };
    const { total, schemas } = await migrateAllSchemas({ modules: BOTH, apply: true, pool: failing as never });
    expect([total, schemas.map(({ error }) => error?.code)]).toEqual([TENANTS.length, ["CONNECTION_UNAVAILABLE"]]);
    await endPool(pool);
  });

  test("a server that accepts no writes ends the call instead of failing once for each schema", async () => {
    const readOnly = { ...all, concurrency: 1, connectionParameters: { default_transaction_read_only: "on" } };
    const { total, schemas } = await migrateAllSchemas(readOnly);
    expect([total, schemas.map(({ error }) => error?.code)]).toEqual([TENANTS.length, ["CONNECTION_UNAVAILABLE"]]);
    expect(await withCache()).toEqual([]);
  });

  test("the command shows progress, and exits 1 while one is pending or has failed", async () => {
    const run = (...args: string[]) => runCli(["migrate", "--all-schemas", ...args, "--addr", database.url, ...BOTH]);
    expect(await run("--check")).toMatchObject({ status: 1, stdout: "" });
    const printed = await run();
    expect(printed.status).toBe(0);
    await database.pool.query("create table tenant_7.cache ()");
    const applied = await run("--apply");
    expect(applied).toMatchObject({ status: 1, stdout: "" });
    const lines = applied.stderr.trim().split("\n");
    expect(lines).toHaveLength(TENANTS.length + 1);
    // The awkward name and the one that fails are not among them.
    expect(lines.filter((line) => /^\d+ of 12: tenant_\d+: applied \d+ migrations$/.test(line))).toHaveLength(10);
    expect(lines.filter((line) => /^\d+ of 12: tenant_7: Migrating failed/.test(line))).toHaveLength(1);
    expect(lines.at(-1)).toBe("12 schemas: 11 migrated, 0 up to date, 1 failed");
    await database.pool.query("drop table tenant_7.cache");
    // What was printed is for the schemas as they were: those that are migrated meanwhile refuse it.
    await expect(database.pool.query(printed.stdout)).rejects.toThrow();
    expect(await run("--apply")).toMatchObject({ status: 0 });
    expect(await run("--check")).toMatchObject({ status: 0 });
    expect(await run("--schema", "tenant_1")).toMatchObject({ status: 1, stderr: expect.stringContaining("--schema") });
  });
});

describe("F14: pevensie sweep --all-schemas", () => {
  const sweep = (...args: string[]) => runCli(["sweep", "--all-schemas", "--addr", database.url, ...args]);
  const expire = (schema: string) =>
    database.pool.query(
      `insert into ${quoted(schema)}."user" (email, user_metadata, app_metadata) values ('a@example.com', '{}', '{}');
       insert into ${quoted(schema)}.session (user_id, expires_at) select id, now() from ${quoted(schema)}."user"`,
    );

  test("sweeps each schema, reports those that had something to remove, and exits 1 if one has failed", async () => {
    await expire(AWKWARD_SCHEMA);
    await expire("tenant_3");
    await database.pool.query("drop table tenant_7.session cascade");
    const swept = await sweep("auth");
    expect(swept).toMatchObject({ status: 1, stdout: "" });
    const lines = swept.stderr.trim().split("\n");
    const removed = "auth: removed 1 expired sessions, 0 one-time tokens, 0 API keys and 0 login attempts";
    expect(
      lines
        .slice(0, -1)
        .map((line) => line.replace(/^\d+ of 12: /, ""))
        .sort(),
    ).toEqual([
      `${JSON.stringify(AWKWARD_SCHEMA)}: ${removed}`,
      `tenant_3: ${removed}`,
      expect.stringMatching(/^tenant_7: The database lacks migrations/),
    ]);
    expect(lines.at(-1)).toBe("12 schemas: 2 swept, 9 with nothing to remove, 1 failed");
    expect(await database.rows("select from tenant_3.session")).toEqual([]);
  });

  test("the line of a schema that fails contains the reason", async () => {
    await expire("tenant_3");
    await database.pool.query(
      `create function tenant_3.refuse() returns trigger language plpgsql as $$
         begin raise exception 'on purpose' using errcode = '42501'; end $$;
       create trigger refuse before delete on tenant_3.session execute function tenant_3.refuse()`,
    );
    const { status, stderr } = await sweep("auth");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^\d+ of 12: tenant_3: .+ \(on purpose\)\n/m);
  });

  test("the line of a schema that fails in its second module contains what the first one removed", async () => {
    await expire("tenant_3");
    const { stderr } = await sweep("auth", "cache");
    expect(stderr).toMatch(
      /^\d+ of 12: tenant_3: auth: removed 1 expired sessions, .+; The database lacks migrations/m,
    );
  });

  test("a schema that is dropped meanwhile has nothing to remove", async () => {
    await expire("tenant_1");
    const running = await whileHolding(database.url, "lock table tenant_1.session", async () => {
      const started = startCli(["sweep", "--all-schemas", "--concurrency", "1", "--addr", database.url, "auth"]);
      await waitForBlockedBackend(database.pool);
      await database.pool.query("drop schema tenant_9 cascade");
      return started;
    });
    const { status, stderr } = await running.outcome;
    expect(stderr).toContain("12 schemas: 1 swept, 11 with nothing to remove\n");
    expect(status).toBe(0);
  });

  test("a connection that is lost while the server can be reached fails one schema", async () => {
    const running = await whileHolding(database.url, "lock table tenant_1.session", async () => {
      const started = startCli(["sweep", "--all-schemas", "--concurrency", "1", "--addr", database.url, "auth"]);
      await terminate(database.pool, await waitForBlockedBackend(database.pool));
      return started;
    });
    const { status, stderr } = await running.outcome;
    expect(stderr).toContain("12 schemas: 0 swept, 11 with nothing to remove, 1 failed\n");
    expect(status).toBe(1);
  });

  test("an error while the schemas are listed is reported as a lost connection, and not as a failed migration", async () => {
    const proxy = await TcpProxy.start(database.url);
    try {
      proxy.cutReplyTo("module_version");
      const { status, stderr } = await runCli(["sweep", "--all-schemas", "--addr", proxy.url, "auth"]);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^pevensie: The connection to Postgres was lost\. The call can be repeated\. [^\n]+\n$/);
    } finally {
      await proxy.stop();
    }
  });

  test("with --every a schema that fails is tried again, and SIGTERM ends with status 0", async () => {
    await database.pool.query("alter table tenant_7.session rename to hidden");
    const running = startCli(["sweep", "--all-schemas", "--every", "1s", "--addr", database.url, "auth"]);
    const text = followStderr(running);
    await expect.poll(() => text.all).toContain("12 schemas: 0 swept, 11 with nothing to remove, 1 failed");
    await database.pool.query("alter table tenant_7.hidden rename to session");
    await expect.poll(() => text.all).toContain("12 schemas: 0 swept, 12 with nothing to remove\n");
    running.process.kill("SIGTERM");
    expect(await running.outcome).toMatchObject({ status: 0, signal: null, stdout: "" });
  });

  test("a signal ends it between two schemas", async () => {
    await expire("tenant_1");
    await whileHolding(database.url, "lock table tenant_1.session", async () => {
      const args = ["--concurrency", "1", "--every", "1h", "--addr", database.url, "auth"];
      const running = startCli(["sweep", "--all-schemas", ...args]);
      await waitForBlockedBackend(database.pool);
      running.process.kill("SIGTERM");
      const { status, stderr } = await running.outcome;
      expect(status).toBe(0);
      expect(stderr).toMatch(/12 schemas: .+ \d+ not tried\n$/);
    });
  });

  test("a schema in which a signal ends it is counted as interrupted", async () => {
    await expire("tenant_1");
    // More rows than are removed one by one while the test reacts.
    const many = 20_000;
    await database.pool.query(
      `insert into tenant_1.session (user_id, expires_at)
       select id, now() from tenant_1."user", generate_series(1, $1::int)`,
      [many],
    );
    const left = async () => Number((await database.rows("select count(*) from tenant_1.session"))[0]?.["count"]);
    const args = ["--concurrency", "1", "--every", "1h", "--batch-size", "1", "--addr", database.url, "auth"];
    const running = startCli(["sweep", "--all-schemas", ...args]);
    await expect.poll(left, { interval: 20 }).toBeLessThan(many);
    running.process.kill("SIGTERM");
    const { status, stderr } = await running.outcome;
    expect(status).toBe(0);
    expect(await left()).toBeGreaterThan(0);
    expect(stderr).toMatch(
      /tenant_1: auth: removed [^\n]+\n12 schemas: 0 swept, \d+ with nothing to remove, 1 interrupted/,
    );
  });

  test("a signal ends it before the next database", async () => {
    const addresses = ["--addr", database.url, "--addr", `${database.url}?application_name=next`];
    const running = await whileHolding(database.url, "lock table tenant_1.module_version", async () => {
      const started = startCli(["sweep", "--all-schemas", "--every", "1h", ...addresses, "cache"]);
      await waitForBlockedBackend(database.pool);
      started.process.kill("SIGTERM");
      return started;
    });
    const { status, stderr } = await running.outcome;
    expect(status).toBe(0);
    expect(stderr).toContain("12 schemas: ");
    expect(stderr).not.toContain("(--addr 2)");
  });

  test.each([
    [["--schema", "tenant_1", "auth"], "--schema and --all-schemas"],
    [["--concurrency", "0", "auth"], "--concurrency takes a number"],
    [["--every", "1s", "--addr", "postgres:planted-secret@localhost/db", "cache"], "(--addr 2)"],
    [["--max-entries", "5", "--addr", "postgresql://localhost/other", "cache"], "--max-entries with several --addr"],
  ])("%j is refused with a message of one line", async (args, message) => {
    const { status, stderr } = await sweep(...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^pevensie: .+\n$/);
    expect(stderr).toContain(message);
  });
});

test("G84: on a terminal, the line of a schema replaces the progress bar", async () => {
  const { isTTY } = process.stderr;
  const written: string[] = [];
  const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => written.push(String(text)) > 0);
  process.stderr.isTTY = true;
  try {
    const lines = new SchemaReport("");
    for (const done of [1, 2]) lines.show({ schema: `tenant_${done}`, error: null, done, total: 2 }, "swept", []);
  } finally {
    process.stderr.isTTY = isTTY;
    write.mockRestore();
  }
  // What a terminal shows: a carriage return with the erasure of the line removes what was before it.
  const shown = written
    .join("")
    .split("\n")
    .map((line) => line.split("\r\x1b[K").at(-1));
  expect(shown.slice(0, 2)).toEqual(["1 of 2: tenant_1: swept", "2 of 2: tenant_2: swept"]);
});
