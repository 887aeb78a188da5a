import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { distributedSql } from "../../src/postgres/execution/distributed-sql.js";
import { SchemaStatements } from "../../src/postgres/execution/schema-statements.js";
import { QUERIES, sampleParameters, statementOf } from "../support/catalog-queries.js";
import { useDatabase } from "../support/database.js";
import { useDistributedSchema } from "../support/distributed.js";

const database = useDistributedSchema();
const statements = new SchemaStatements(database.schema);
statements.isDistributed = true;
const client = new pg.Client({ connectionString: database.url });
client.on("error", () => {});
beforeAll(() => client.connect());
afterAll(() => client.end());
const onPlain = new pg.Client({ connectionString: useDatabase().url });
onPlain.on("error", () => {});
beforeAll(() => onPlain.connect());
afterAll(() => onPlain.end());

/** PostgreSQL chooses between a generic plan and one for the parameters at the sixth execution. */
const EXECUTIONS = 7;

// In place of this one, drivers/cache/leases.ts sends several.
test.each(QUERIES.filter(({ name }) => name !== "acquireCacheLease"))(
  "G85: $name is accepted where the schema is distributed, with either plan",
  async ({ name }) => {
    const { text } = statements.of(statementOf(name));
    await client.query("begin");
    try {
      const values = await sampleParameters(client, text);
      for (let number = 0; number < EXECUTIONS; number += 1) {
        await client.query("savepoint execution");
        const error = await client.query({ name: `accepted_${name}`, text, values }).then(
          () => undefined,
          (reason: pg.DatabaseError) => reason,
        );
        // The sample may violate a constraint: then it was executed.
        expect(error?.code?.startsWith("23") ? undefined : error).toBeUndefined();
        await client.query("rollback to savepoint execution");
      }
    } finally {
      await client.query("rollback");
    }
  },
);

// On plain PostgreSQL: the function cannot query the tables of a distributed schema.
test.each([
  ["there is none", null, true],
  ["its transaction comes before the snapshot's xmin", 99, true],
  ["its transaction had ended", 102, true],
  ["its transaction was the oldest in progress", 100, false],
  ["its transaction was in progress", 103, false],
  ["its transaction is the snapshot's xmax", 200, false],
  ["its transaction comes after the snapshot's xmax", 201, false],
])("G85: the last invalidation of a tag voids the same entries in both forms: %s", async (_, xactId, isCurrent) => {
  const call = "select pevensie.cache_tags_are_current($1::text[], $2::pg_snapshot) as is_current";
  const insert = "insert into pevensie.cache_invalidation (tag, xact_id) values ($1, $2::text::xid8)";
  const values = [["absent", "tag"], "100:200:100,103"];
  expect(distributedSql(call)).not.toContain("cache_tags_are_current");
  await onPlain.query("begin");
  try {
    await onPlain.query(insert, ["tag", "1"]);
    await onPlain.query(insert, ["other", "103"]);
    if (xactId !== null) await onPlain.query(insert, ["tag", String(xactId)]);
    for (const text of [call, distributedSql(call)]) {
      expect((await onPlain.query(text, values)).rows).toEqual([{ is_current: isCurrent }]);
    }
  } finally {
    await onPlain.query("rollback");
  }
});
