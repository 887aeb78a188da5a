import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { createUser } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { withDrivers } from "../support/fault-drivers.js";
import { ThreadProxy } from "../support/thread-proxy.js";

/** An event loop that is blocked for longer than a statement may take, while the server answers. */

const database = useDatabase();
/** Long enough for a busy machine to do everything else in. */
const TIMEOUTS = { query_timeout: 2_000, connectionTimeoutMillis: 2_000 };
const BLOCKED_MILLIS = 4_000;
const times = (count: number) => Array.from({ length: count }, (_, index) => index);

const proxies: ThreadProxy[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop();
});

async function startProxy(): Promise<ThreadProxy> {
  const proxy = await ThreadProxy.start(database.url);
  proxies.push(proxy);
  return proxy;
}

describe("F16: after the event loop was blocked", () => {
  test.each([10, 1])("responses that have arrived are read before calls time out, with a pool of %i", async (max) => {
    const proxy = await startProxy();
    await withDrivers({ connectionString: proxy.url, max, ...TIMEOUTS }, async (auth, cache) => {
      const user = await createUser(auth, { password: null });
      const call = (round: string) => [
        ...times(20).map((index) => cache.set("blocked", `key ${index}`, round)),
        ...times(20).map(() => auth.getUserById(user.id)),
        auth.setUserRole(user.id, round),
        auth.withTransaction((transaction) => transaction.getUserByEmail(user.email)),
      ];
      await Promise.all(call("before"));
      const outcomes = Promise.allSettled(call("blocked"));
      // What was called has been sent by then.
      await turn();
      proxy.block(BLOCKED_MILLIS);
      expect((await outcomes).filter(({ status }) => status === "rejected")).toEqual([]);
      const values = await database.rows("select distinct value from pevensie.cache where resource_type = 'blocked'");
      expect(values).toEqual([{ value: "blocked" }]);
      expect(await auth.getUserById(user.id)).toMatchObject({ id: user.id, role: "blocked" });
    });
  });

  test("connections that were being established are still established", async () => {
    const proxy = await startProxy();
    await withDrivers({ connectionString: proxy.url, max: 4, ...TIMEOUTS }, async (_, cache) => {
      const calls = Promise.allSettled(times(4).map((index) => cache.getAll(`key ${index}`)));
      await turn();
      proxy.block(BLOCKED_MILLIS);
      expect((await calls).filter(({ status }) => status === "rejected")).toEqual([]);
    });
  });
});
