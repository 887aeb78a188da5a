import { expect, test } from "vitest";
import { describeCatalog } from "../support/catalog.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();

// Also on PostgreSQL 15: the text holds nothing that a version prints in its own way. After a new migration: vitest run test/migrations/catalog.test.ts --update.
test("the catalog after all migrations equals the committed one", async () => {
  await expect(await describeCatalog(database.pool)).toMatchFileSnapshot("../fixtures/catalog.txt");
});
