import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveConfig } from "../../src/postgres/config/config.js";
import { PoolExecutor } from "../../src/postgres/execution/pool-executor.js";
import { MAX_PREPARED_STATEMENTS } from "../../src/postgres/protocol/prepared-statements.js";
import type { Statement } from "../../src/postgres/protocol/statement.js";
import { QUERIES } from "../support/catalog-queries.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";

const database = useDatabase();

let pool: pg.Pool;
beforeEach(() => {
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
});
afterEach(() => endPool(pool));

/** More than a connection keeps, as the statements of many schemas are. */
const MANY = MAX_PREPARED_STATEMENTS * 2;

/** Each has other columns, so that the rows of one are not read as those of another. */
const statements = Array.from(
  { length: MANY },
  (_, index): Statement<{ value: number }, Record<string, number>> => ({
    label: "numbered",
    name: `test_${index}`,
    text: `select ${index} + $1::int as column_${index}`,
    parameters: ["value"],
  }),
);

async function runAll(executor: PoolExecutor): Promise<void> {
  for (const [index, statement] of statements.entries()) {
    expect(await executor.read(statement, { value: 1 })).toEqual([{ [`column_${index}`]: index + 1 }]);
  }
}

const preparedOn = async () => (await pool.query("select name from pg_prepared_statements")).rows.length;

async function withExecutor(config: Parameters<typeof resolveConfig>[0], work: (own: PoolExecutor) => Promise<void>) {
  const executor = new PoolExecutor(resolveConfig(config));
  executor.open(() => {});
  try {
    await work(executor);
  } finally {
    await executor.close();
  }
}

describe("G83: the statements that a connection keeps prepared are bounded", () => {
  test("on a caller's pool, in any order, without a wrong row", async () => {
    await withExecutor({ pool }, async (executor) => {
      await runAll(executor);
      expect(await preparedOn()).toBe(MAX_PREPARED_STATEMENTS);
      const client = await pool.connect();
      const { connection } = client as unknown as { connection: { parsedStatements: object } };
      expect(Object.keys(connection.parsedStatements)).toHaveLength(MAX_PREPARED_STATEMENTS);
      client.release();
      // Those that were closed, and those that are prepared, alternating.
      const last = statements.length - 1;
      for (let index = 0; index < 40; index += 1) {
        for (const at of [index, last - (index % 20)]) {
          const rows = await executor.read(statements[at] as (typeof statements)[number], { value: 2 });
          expect(rows).toEqual([{ [`column_${at}`]: at + 2 }]);
        }
      }
      expect(await preparedOn()).toBe(MAX_PREPARED_STATEMENTS);
    });
  });

  test("after statements that could not be prepared", async () => {
    await withExecutor({ pool }, async (executor) => {
      for (let index = 0; index < MANY; index += 1) {
        const wrong = { label: "wrong", name: `wrong_${index}`, text: "select from missing.table", parameters: [] };
        await expect(executor.read(wrong, undefined as never)).rejects.toMatchObject({ code: "SCHEMA_OUTDATED" });
      }
      await runAll(executor);
      expect(await preparedOn()).toBe(MAX_PREPARED_STATEMENTS);
    });
  });

  test("on a pool of the driver's own, with pipelined lookups", async () => {
    await withExecutor({ connectionString: database.url, max: 1 }, async (executor) => {
      const lookups = statements.map((statement) =>
        executor.batch<number, number | undefined>({
          mode: "lookups",
          one: async (on, value) => Object.values((await on.read(statement, { value }))[0] ?? {})[0],
        }),
      );
      for (const value of [1, 2, 3]) {
        const found = await Promise.all(lookups.map((lookup) => lookup(value)));
        expect(found).toEqual(statements.map((_, index) => index + value));
      }
      const names = { label: "names", name: "names", text: "select name from pg_prepared_statements", parameters: [] };
      expect(await executor.read(names, undefined as never)).toHaveLength(MAX_PREPARED_STATEMENTS);
    });
  });

  test("where pg's public API is used, which cannot close one", async () => {
    const client = await pool.connect();
    const bare = {
      query: (...given: Parameters<typeof client.query>) => client.query(...given),
      on: client.on.bind(client),
      off: client.off.bind(client),
      release: () => {},
    };
    const barePool = { connect: async () => bare, on: pool.on.bind(pool), off: pool.off.bind(pool) };
    await withExecutor({ pool: barePool as never }, async (executor) => {
      await runAll(executor);
      await runAll(executor);
    });
    client.release();
    expect(await preparedOn()).toBe(MAX_PREPARED_STATEMENTS);
  });

  test("and are more than the package has for one schema", () => {
    expect(MAX_PREPARED_STATEMENTS).toBeGreaterThan(QUERIES.length);
  });
});
