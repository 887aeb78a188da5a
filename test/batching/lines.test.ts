import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Cache } from "../../src/cache/index.js";
import { Lines } from "../../src/postgres/lines.js";
import type { Statement } from "../../src/postgres/statement.js";
import { useDatabase } from "../support/database.js";
import { whileHolding } from "../support/fault-blockers.js";
import { withDrivers } from "../support/fault-drivers.js";
import { endPool } from "../support/fault-pool.js";

/** Statements that are sent before those ahead of them on the connection are answered. */

const database = useDatabase();
const times = (count: number) => Array.from({ length: count }, (_, index) => index);

interface Connection {
  bind(message: { statement: string }): void;
  on(event: "readyForQuery", listener: () => void): void;
}

let pool: pg.Pool;
/** What goes over each connection: a statement's name when it is sent, and "answer". */
let traffic: string[][];

function open(max: number): void {
  traffic = [];
  pool = new pg.Pool({ connectionString: database.url, max });
  pool.on("connect", (client) => {
    const { connection } = client as unknown as { connection: Connection };
    const log: string[] = [];
    traffic.push(log);
    const bind = connection.bind.bind(connection);
    connection.bind = (message) => {
      log.push(message.statement.replace(/^pevensie_(.*)_.*$/, "$1"));
      bind(message);
    };
    connection.on("readyForQuery", () => log.push("answer"));
  });
}

beforeEach(() => open(2));
afterEach(() => endPool(pool));

const cacheOn = <T>(work: (cache: Cache) => Promise<T>) => withDrivers({ pool }, (_, cache) => work(cache));

/** Calls that come together, over and over: the statements for them are then known on the connection. */
async function warmUp(call: (index: number) => Promise<unknown>): Promise<void> {
  for (let round = 0; round < 3; round += 1) await Promise.all(times(24).map(call));
  for (const log of traffic) log.length = 0;
}

describe("statements of one kind", () => {
  test("are sent three at once on one connection, where they read", async () => {
    await cacheOn(async (cache) => {
      await cache.setMany(
        "type",
        times(24).map((index) => [`key ${index}`, `value ${index}`]),
      );
      const get = (index: number) => cache.get("type", `key ${index}`);
      await warmUp(get);
      expect(await Promise.all(times(24).map(get))).toEqual(times(24).map((index) => `value ${index}`));
      const [used, ...others] = traffic.filter((log) => log.length > 0);
      expect(used).toEqual([...new Array(3).fill("getCacheEntries"), ...new Array(3).fill("answer")]);
      expect(others).toEqual([]);
    });
  });

  test("are sent two at once on one connection, where they write", async () => {
    await cacheOn(async (cache) => {
      const set = (index: number) => cache.set("type", `key ${index}`, "value");
      await warmUp(set);
      await Promise.all(times(16).map(set));
      const [used, ...others] = traffic.filter((log) => log.length > 0);
      expect(used).toEqual(["setCacheEntries", "setCacheEntries", "answer", "answer"]);
      expect(others).toEqual([]);
    });
  });

  test("fail and succeed each by itself", async () => {
    await database.pool.query("alter table pevensie.cache add constraint no_bad_value check (value <> 'bad')");
    try {
      await cacheOn(async (cache) => {
        await warmUp((index) => cache.set("type", `key ${index}`, "value"));
        const bad = 3;
        const outcomes = await Promise.allSettled(
          times(16).map((index) => cache.set("type", `new ${index}`, index === bad ? "bad" : "value")),
        );
        expect(outcomes.map(({ status }) => status === "rejected")).toEqual(times(16).map((index) => index === bad));
        const written = await cache.getMany(
          "type",
          times(16).map((index) => `new ${index}`),
        );
        expect(written.size).toBe(15);
      });
    } finally {
      await database.pool.query("alter table pevensie.cache drop constraint no_bad_value");
    }
  });

  test("go on over another connection, while one waits for a lock", async () => {
    await cacheOn(async (cache) => {
      await cache.set("type", "held", "before");
      await warmUp((index) => cache.set("type", `key ${index}`, "value"));
      let held: Promise<void> | undefined;
      await whileHolding(database.url, "update pevensie.cache set value = 'x' where key = 'held'", async () => {
        held = cache.set("type", "held", "after");
        await new Promise((resolve) => setTimeout(resolve, 20));
        for (const round of times(5))
          await Promise.all(times(24).map((index) => cache.set("type", `${round} ${index}`, "v")));
      });
      await held;
      expect(await cache.get("type", "held")).toBe("after");
    });
  });

  test("take effect in the order of the calls, where they are for one key", async () => {
    await cacheOn(async (cache) => {
      await cache.set("type", "a", "before");
      await warmUp((index) => cache.set("type", `key ${index}`, "value"));
      const sets: Promise<void>[] = [];
      await whileHolding(database.url, "update pevensie.cache set value = 'x' where key = 'a'", async () => {
        // One statement, which waits for the first key before it comes to the second.
        sets.push(cache.set("type", "a", "1"), cache.set("type", "b", "1"));
        await new Promise((resolve) => setTimeout(resolve, 20));
        sets.push(cache.set("type", "b", "2"));
        await cache.set("type", "c", "2");
      });
      await Promise.all(sets);
      expect(await cache.get("type", "b")).toBe("2");
    });
  });
});

/** Lines of the pool's own, without a driver. */
function linesOf(kind: "reads" | "writes"): Lines {
  const host = {
    checkOut: () => pool.connect(),
    giveBack: (client: pg.PoolClient) => client.release(),
    get isContended() {
      return pool.waitingCount > 0;
    },
    timeout: 10_000,
    onStatement() {},
  };
  return new Lines(host, kind);
}

test("statements that follow each other are answered each by itself, be they known to the connection or not", async () => {
  const lines = linesOf("reads");
  const ask = async (name: string) => {
    const text = `select '${name}: ' || $1::text as said`;
    return (await lines.run({ label: name, name, text, parameters: [] }, ["answer"]))?.rows;
  };
  for (const round of times(2)) {
    const names = ["known", `new ${round}`, "known"];
    expect(await Promise.all(names.map(ask))).toEqual(names.map((name) => [{ said: `${name}: answer` }]));
  }
});

test("a connection that statements keep busy is left to others that wait for it", async () => {
  await endPool(pool);
  open(1);
  const sleep: Statement<never, unknown> = {
    label: "sleep",
    name: "sleep",
    text: "select pg_catalog.pg_sleep(0.02)::text",
    parameters: [],
  };
  const lines = linesOf("reads");
  let isServed = false;
  let count = 0;
  const goOn = async () => {
    for (; !isServed && count < 100; count += 1) await lines.run(sleep, []);
  };
  const first = goOn();
  await new Promise((resolve) => setTimeout(resolve, 10));
  const second = goOn();
  await pool.query("select");
  isServed = true;
  expect(count).toBeLessThan(20);
  await Promise.all([first, second]);
});
