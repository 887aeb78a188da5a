import { beforeAll, describe, expect, test } from "vitest";
import * as statements from "../../generated/statements.js";
import { bind, type Statement } from "../../src/postgres/protocol/statement.js";
import { useDatabase } from "../support/database.js";
import { EXPIRING, type Expiring, insertion } from "../support/expiring-rows.js";

const database = useDatabase();
const FEW = 200;

beforeAll(async () => {
  await database.pool.query(`
    alter table pevensie.session drop constraint session_user_id_fkey;
    alter table pevensie.one_time_token drop constraint one_time_token_user_id_fkey;
    alter table pevensie.user_token drop constraint user_token_user_id_fkey;
    alter table pevensie.api_key drop constraint api_key_user_id_fkey;
    alter table pevensie.log_in_exemption drop constraint log_in_exemption_user_id_fkey`);
  for (const table of EXPIRING) {
    await database.rows(insertion(table, "20000", "'infinity'"));
    await database.rows(insertion(table, String(FEW), "now() - interval '1 day'"));
    await database.rows(`analyze pevensie.${table}`);
  }
});

/** How Postgres goes about a statement, with the values known and without. */
async function plansOf<Params>(statement: Statement<Params, unknown>, params: Params): Promise<string[]> {
  const client = await database.pool.connect();
  const plans: string[] = [];
  try {
    for (const mode of ["force_custom_plan", "force_generic_plan"]) {
      await client.query(`begin; set local plan_cache_mode = '${mode}'`);
      await client.query(`prepare swept as ${statement.text}`);
      const values = bind(statement, params).map((value) => client.escapeLiteral(String(value)));
      const { rows } = await client.query<{ "QUERY PLAN": string }>(
        `explain (analyze, timing off) execute swept (${values.join(", ")})`,
      );
      plans.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
      await client.query("rollback; deallocate swept");
    }
  } finally {
    client.release();
  }
  return plans;
}

describe("F14: how a batch is found", () => {
  test("F14: removeExpiredCacheEntries scans its range of pages only", async () => {
    for (const plan of await plansOf(statements.removeExpiredCacheEntries, {
      fromPage: 0,
      toPage: 8,
      batchSize: 1000,
    })) {
      expect(plan).toContain("Tid Range Scan on cache");
      expect(plan).toContain("Tid Scan on cache");
      expect(plan).not.toContain("Seq Scan on cache ");
    }
  });

  test("F14: removeExpiredCacheEntries looks for invalidations of tagged rows only", async () => {
    const client = await database.pool.connect();
    const sweepAndCount = async () => {
      const params = { fromPage: 0, toPage: 10_000, batchSize: 1000 };
      await client.query(statements.removeExpiredCacheEntries.text, bind(statements.removeExpiredCacheEntries, params));
      const { rows } = await client.query<{ calls: number }>(
        "select calls::int from pg_stat_xact_user_functions where funcname = 'cache_tags_are_current'",
      );
      return rows[0]?.calls ?? 0;
    };
    try {
      await client.query("begin; set local track_functions = 'all'");
      expect(await sweepAndCount()).toBe(0);
      await client.query(`insert into pevensie.cache (resource_type, key, value, tags, snapshot)
        values ('tagged', 'one', 'value', '{tag}', pg_current_snapshot())`);
      expect(await sweepAndCount()).toBe(1);
    } finally {
      await client.query("rollback");
      client.release();
    }
  });

  test.each([
    ["session", statements.removeExpiredSessions],
    ["one_time_token", statements.removeExpiredOneTimeTokens],
    ["user_token", statements.removeExpiredUserTokens],
    ["api_key", statements.removeExpiredApiKeys],
    ["log_in_budget", statements.removeExpiredLogInBudgets],
    ["log_in_exemption", statements.removeExpiredLogInExemptions],
  ] as const)("F14: expired rows of %s are found by the index on their expiry", async (table: Expiring, statement) => {
    for (const plan of await plansOf(statement, { from: "-infinity", batchSize: 100 })) {
      expect(plan).toContain(`Index Scan using ${table}_expires_at_idx on ${table}`);
    }
  });
});
