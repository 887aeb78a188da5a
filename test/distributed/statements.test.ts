import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SchemaStatements } from "../../src/postgres/execution/schema-statements.js";
import { QUERIES, sampleParameters, statementOf } from "../support/catalog-queries.js";
import { useDistributedSchema } from "../support/distributed.js";

const database = useDistributedSchema();
const statements = new SchemaStatements(database.schema);
statements.isDistributed = true;
const client = new pg.Client({ connectionString: database.url });
client.on("error", () => {});
beforeAll(() => client.connect());
afterAll(() => client.end());

/** PostgreSQL chooses between a generic plan and one for the parameters at the sixth execution. */
const EXECUTIONS = 7;

// In place of this one, cache-leases.ts sends several.
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
