import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { resolveConfig } from "../../src/postgres/config/config.js";
import { Pool } from "../../src/postgres/pool/pool.js";
import { useDatabase } from "../support/database.js";

const database = useDatabase();

test("G70: close() resolves when the server has the requests to cancel what abort() has given up", async () => {
  const pool = new Pool(resolveConfig({ connectionString: database.url }));
  pool.open(() => {});
  const connection = await pool.acquire();
  const order: string[] = [];
  connection.onAbandoned = async () => {
    await delay(500);
    order.push("cancelled");
  };
  pool.abort();
  pool.release(connection);
  await pool.close();
  order.push("closed");
  expect(order).toEqual(["cancelled", "closed"]);
});
