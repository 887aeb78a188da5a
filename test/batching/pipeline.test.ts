import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Cache } from "../../src/cache/index.js";
import { resolveConfig } from "../../src/postgres/config/config.js";
import { Admission } from "../../src/postgres/execution/admission.js";
import { batched } from "../../src/postgres/execution/batcher.js";
import { LockRetries } from "../../src/postgres/execution/lock-retries.js";
import { Pipeline } from "../../src/postgres/pool/pipeline.js";
import { Pool } from "../../src/postgres/pool/pool.js";
import type { Statement } from "../../src/postgres/protocol/statement.js";
import { now } from "../../src/timers.js";
import { useDatabase } from "../support/database.js";
import { whileHolding } from "../support/fault-blockers.js";
import { withDrivers } from "../support/fault-drivers.js";
import { endPool } from "../support/fault-pool.js";

/** Pipelining: statements are sent before earlier ones on the connection are answered. */

/** The time that the package reads. Tests stop it so that no statement becomes slow, however busy the machine is. */
const clock = vi.hoisted((): { stoppedAt: number | undefined } => ({ stoppedAt: undefined }));
vi.mock("../../src/timers.js", async (original) => {
  const timers = await original<typeof import("../../src/timers.js")>();
  return { ...timers, now: () => clock.stoppedAt ?? timers.now() };
});
const stopClock = () => {
  clock.stoppedAt = now();
};
const startClock = () => {
  clock.stoppedAt = undefined;
};

const database = useDatabase();
const times = (count: number) => Array.from({ length: count }, (_, index) => index);

interface Connection {
  bind(message: { statement: string }): void;
  on(event: "readyForQuery", listener: () => void): void;
}

let pool: pg.Pool;
/** What goes over each connection: a statement's name when it is sent, and "answer". */
let sent: string[][];
let clients: pg.PoolClient[];

function open(max: number): void {
  sent = [];
  clients = [];
  pool = new pg.Pool({ connectionString: database.url, max });
  pool.on("error", () => {});
  pool.on("connect", (client) => {
    client.on("error", () => {});
    clients.push(client);
    const { connection } = client as unknown as { connection: Connection };
    const log: string[] = [];
    sent.push(log);
    const bind = connection.bind.bind(connection);
    connection.bind = (message) => {
      log.push(message.statement.replace(/^pevensie_(.*)_.*$/, "$1"));
      bind(message);
    };
    connection.on("readyForQuery", () => log.push("answer"));
  });
}

beforeEach(() => open(2));
afterEach(startClock);
afterEach(() => endPool(pool));

/** A pipeline on the pool, without a driver. */
function pipelineOf(acquire?: (own: Pool) => ReturnType<Pool["acquire"]>): Pipeline {
  const own = new Pool(resolveConfig({ pool, query_timeout: 10_000 }));
  own.open(() => {});
  if (acquire !== undefined) {
    const original = own.acquire.bind(own);
    own.acquire = () => acquire({ acquire: original } as Pool);
  }
  return new Pipeline(own, "lookups");
}

const statement = (name: string, text: string): Statement<never, { said: string }> => ({
  label: name,
  name,
  text,
  parameters: [],
});
const echo = statement("echo", "select $1::text as said");
const divide = statement("divide", "select (6 / $1::int)::text as said");
/** Each response arrives by itself, so that others are in flight when its caller makes the next call. */
const nap = statement("nap", "select pg_catalog.pg_sleep(0.02)::text || $1::text as said");
/** Answered once no other client holds the lock. */
const wait = statement("wait", "select pg_catalog.pg_advisory_xact_lock(7)::text || $1::text as said");
const waitAndFail = statement(
  "wait_and_fail",
  "select (1 / case when pg_catalog.pg_advisory_xact_lock(7)::text = '' then $1::int end)::text as said",
);
const HOLD = "select pg_catalog.pg_advisory_xact_lock(7)";
const waitForOther = statement(
  "wait_for_other",
  "select pg_catalog.pg_advisory_xact_lock(8)::text || $1::text as said",
);
const HOLD_OTHER = "select pg_catalog.pg_advisory_xact_lock(8)";

/** The result of the statement; undefined if the pipeline does not accept it. */
async function say(
  pipeline: Pipeline,
  asked: Statement<never, { said: string }>,
  value: string,
): Promise<string | undefined> {
  const answer = pipeline.run(asked, [value]);
  return answer === null ? undefined : (await answer).rows[0]?.said;
}

describe("lookups of one operation", () => {
  test("are sent three at a time on one connection", async () => {
    stopClock();
    const pipeline = pipelineOf();
    await say(pipeline, echo, "known from now on");
    for (const log of sent) log.length = 0;
    expect(await Promise.all(["a", "b", "c"].map((value) => say(pipeline, echo, value)))).toEqual(["a", "b", "c"]);
    expect(sent).toEqual([["echo", "echo", "echo", "answer", "answer", "answer"]]);
  });

  test("are pipelined as soon as the connection has prepared them, however many are queued first", async () => {
    stopClock();
    const pipeline = pipelineOf();
    const goOn = async () => {
      for (const _ of times(10)) await say(pipeline, echo, "");
    };
    await Promise.all([goOn(), goOn(), goOn()]);
    const [log = []] = sent;
    // This listener is notified of a response after the package has handled it.
    expect(log.slice(0, 4)).toEqual(["echo", "echo", "echo", "answer"]);
  });

  test("are not kept in memory by those that follow them", async () => {
    stopClock();
    const queries: WeakRef<object>[] = [];
    pool.on("connect", (client) => {
      const query = client.query.bind(client);
      client.query = ((asked: never) => {
        queries.push(new WeakRef(asked));
        return query(asked);
      }) as typeof client.query;
    });
    const pipeline = pipelineOf();
    const goOn = async (rounds: number) => {
      for (const _ of times(rounds)) await say(pipeline, nap, "");
    };
    const busy = goOn(50);
    await Promise.all([goOn(40), goOn(40)]);
    const ran = queries.length;
    setFlagsFromString("--expose-gc");
    runInNewContext("gc")();
    expect(queries.filter((query) => query.deref() !== undefined).length).toBeLessThan(ran / 10);
    await busy;
  });

  test("fail and succeed independently", async () => {
    const pipeline = pipelineOf();
    await say(pipeline, divide, "1");
    const outcomes = await Promise.allSettled(["1", "0", "2"].map((value) => say(pipeline, divide, value)));
    expect(outcomes[0]).toMatchObject({ value: "6" });
    expect(outcomes[1]).toMatchObject({ reason: { code: "22012" } });
    expect(outcomes[2]).toMatchObject({ value: "3" });
  });

  test("are each answered with their own response, prepared on the connection or not", async () => {
    const pipeline = pipelineOf();
    const ask = (name: string) => say(pipeline, statement(name, `select '${name}: ' || $1::text as said`), "answer");
    for (const round of times(2)) {
      const names = [`new ${round}`, `new ${round}`, "known"];
      expect(await Promise.all(names.map(ask))).toEqual(names.map((name) => `${name}: answer`));
    }
  });

  test("are sent on another connection while one takes long", async () => {
    const pipeline = pipelineOf();
    await Promise.all([say(pipeline, wait, ""), say(pipeline, echo, "")]);
    let late: Promise<string | undefined> | undefined;
    await whileHolding(database.url, HOLD, async () => {
      late = say(pipeline, wait, "late");
      await expect.poll(() => sent.flat().filter((entry) => entry === "wait")).toHaveLength(2);
      await sleep(20);
      expect(await Promise.all(["a", "b", "c"].map((value) => say(pipeline, echo, value)))).toEqual(["a", "b", "c"]);
    });
    expect(await late).toBe("late");
  });

  test("have free slots again once a full connection has become slow, and its listener is notified", async () => {
    const pipeline = pipelineOf();
    await say(pipeline, wait, "");
    stopClock();
    let answers: Promise<unknown> | undefined;
    await whileHolding(database.url, HOLD, async () => {
      answers = Promise.all(times(3).map(() => say(pipeline, wait, "")));
      await expect.poll(() => sent.flat().slice(-3)).toEqual(["wait", "wait", "wait"]);
      const time = now();
      expect(pipeline.freeSlots(time)).toBe(0);
      const isSlow = new Promise<void>((resolve) => pipeline.onceSlow(time, resolve));
      startClock();
      await isSlow;
      await expect.poll(() => pipeline.freeSlots(now())).toBe(3);
    });
    await answers;
  });

  test("share the connection that became slow last, if all connections are slow", async () => {
    const pipeline = pipelineOf();
    let late: Promise<string | undefined> | undefined;
    await whileHolding(database.url, HOLD, async () => {
      late = say(pipeline, wait, "late");
      await expect.poll(() => sent.flat()).toEqual(["wait"]);
      const others = await whileHolding(database.url, HOLD_OTHER, async () => {
        await sleep(20);
        const soon = say(pipeline, waitForOther, "soon");
        await expect.poll(() => sent.flat()).toEqual(["wait", "wait_for_other"]);
        await sleep(20);
        return { all: Promise.all([soon, say(pipeline, echo, "then")]) };
      });
      expect(await others.all).toEqual(["soon", "then"]);
    });
    expect(await late).toBe("late");
  });

  test("are sent on the connected ones while another connection cannot be acquired", async () => {
    let attempts = 0;
    const pipeline = pipelineOf((own) => {
      attempts += 1;
      return attempts === 1 ? new Promise(() => {}) : own.acquire();
    });
    void say(pipeline, echo, "never");
    await sleep(20);
    expect(await say(pipeline, echo, "answered")).toBe("answered");
  });

  test("fail together if a wrapper of pg's query refuses one when it is its turn", async () => {
    stopClock();
    const pipeline = pipelineOf();
    await say(pipeline, echo, "known from now on");
    const [client] = clients as [pg.PoolClient];
    const refusal = new Error("refused by the wrapper");
    const query = client.query.bind(client);
    vi.spyOn(client, "query")
      .mockImplementationOnce(query)
      .mockImplementationOnce(() => {
        throw refusal;
      });
    const outcomes = await Promise.allSettled(["a", "b", "c"].map((value) => say(pipeline, echo, value)));
    expect(outcomes).toEqual([
      { status: "fulfilled", value: "a" },
      { status: "rejected", reason: refusal },
      { status: "rejected", reason: refusal },
    ]);
    expect(await say(pipeline, echo, "afterwards")).toBe("afterwards");
  });

  test.each([
    ["an answer", wait],
    ["an error", waitAndFail],
  ])("a foreign statement sent after %s fails them, and gets none of their responses", async (_, ahead) => {
    stopClock();
    await endPool(pool);
    open(1);
    const pipeline = pipelineOf();
    await Promise.allSettled([say(pipeline, ahead, "0"), say(pipeline, echo, "")]);
    const outcomes = await whileHolding(database.url, HOLD, async () => {
      const ours = [say(pipeline, ahead, "0"), say(pipeline, echo, "second"), say(pipeline, echo, "third")];
      await expect.poll(() => sent[0]?.slice(-3)).toEqual([ahead.name, "echo", "echo"]);
      const theirs = clients[0]?.query("select 'theirs' as said");
      return { all: Promise.allSettled([...ours, theirs]) };
    });
    const [first, ...others] = await outcomes.all;
    expect(first).toMatchObject(ahead === wait ? { value: "0" } : { reason: { code: "22012" } });
    expect(others.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(await say(pipeline, echo, "afterwards")).toBe("afterwards");
  });
});

test("a connection that pipelined statements keep busy is released to pending acquires", async () => {
  await endPool(pool);
  open(1);
  const pipeline = pipelineOf();
  let isServed = false;
  let count = 0;
  const goOn = async () => {
    for (; !isServed && count < 100; count += 1) await say(pipeline, nap, "");
  };
  // As many as one connection takes: some are in flight even if a busy process reads two responses together.
  const calls = times(3).map(goOn);
  await sleep(10);
  count = 0;
  await pool.query("select");
  isServed = true;
  expect(count).toBeLessThan(20);
  await Promise.all(calls);
});

/** Repeated concurrent calls: afterwards the connection has prepared their statements. */
async function warmUp(call: (index: number) => Promise<unknown>): Promise<void> {
  for (const _ of times(3)) await Promise.all(times(24).map(call));
  for (const log of sent) log.length = 0;
}

const cacheOn = <T>(work: (cache: Cache) => Promise<T>) => withDrivers({ pool }, (_, cache) => work(cache));

test("on an owned pool, lookups are pipelined", async () => {
  stopClock();
  const log: string[] = [];
  const { Connection } = pg as unknown as { Connection: { prototype: Connection } };
  const { bind } = Connection.prototype;
  const listened = new WeakSet<Connection>();
  Connection.prototype.bind = function (this: Connection, message) {
    if (!listened.has(this)) this.on("readyForQuery", () => log.push("answer"));
    listened.add(this);
    log.push(message.statement.replace(/^pevensie_(.*)_.*$/, "$1"));
    bind.call(this, message);
  };
  try {
    await withDrivers({ connectionString: database.url }, async (_, cache) => {
      const get = (index: number) => cache.get("type", `key ${index}`);
      await warmUp(get);
      log.length = 0;
      await Promise.all(times(24).map(get));
      expect(log).toEqual([...new Array(3).fill("getCacheEntries"), ...new Array(3).fill("answer")]);
    });
  } finally {
    Connection.prototype.bind = bind;
  }
});

describe("not pipelined", () => {
  test("are lookups on a borrowed pool, whose handlers may send statements at any time", async () => {
    await cacheOn(async (cache) => {
      const get = (index: number) => cache.get("type", `key ${index}`);
      await warmUp(get);
      await Promise.all(times(24).map(get));
      for (const log of sent) expect(log).toEqual(["getCacheEntries", "answer"]);
    });
  });

  test("are writes", async () => {
    await endPool(pool);
    open(3);
    await cacheOn(async (cache) => {
      const set = (index: number) => cache.set("type", `key ${index}`, "value");
      await warmUp(set);
      await Promise.all(times(24).map(set));
      for (const log of sent) expect(log).toEqual(["setCacheEntries", "answer"]);
    });
  });
});

describe("queued calls", () => {
  test("are sent while one of them waits for a lock", async () => {
    await cacheOn(async (cache) => {
      await cache.set("type", "held", "before");
      await warmUp((index) => cache.set("type", `key ${index}`, "value"));
      let held: Promise<void> | undefined;
      await whileHolding(database.url, "update pevensie.cache set value = 'x' where key = 'held'", async () => {
        held = cache.set("type", "held", "after");
        const others = times(3_000).map((index) => cache.set("type", `other ${index}`, "value"));
        // One statement may have taken others along with the one that waits.
        let done = 0;
        for (const other of others) void other.then(() => (done += 1));
        await expect.poll(() => done).toBeGreaterThanOrEqual(3_000 - 512);
      });
      await held;
      expect(await cache.get("type", "held")).toBe("after");
    });
  });

  test("are sent, whatever part of their keys differs from the one that waits for a lock", async () => {
    await cacheOn(async (cache) => {
      const shapes = [
        (name: string) => `${name}:the settings of one user`,
        (name: string) => `the settings of:${name}`,
      ];
      for (const keyOf of shapes) {
        const held = keyOf(crypto.randomUUID());
        await cache.set("type", held, "before");
        let late: Promise<void> | undefined;
        const hold = `update pevensie.cache set value = 'x' where key = '${held}'`;
        await whileHolding(database.url, hold, async () => {
          late = cache.set("type", held, "after");
          await sleep(20);
          await Promise.all(times(50).map(() => cache.set("type", keyOf(crypto.randomUUID()), "value")));
        });
        await late;
      }
    });
  });

  test("take effect in the order of the calls, if they are for one key", async () => {
    await cacheOn(async (cache) => {
      await cache.set("type", "a", "before");
      await warmUp((index) => cache.set("type", `key ${index}`, "value"));
      const sets: Promise<void>[] = [];
      await whileHolding(database.url, "update pevensie.cache set value = 'x' where key = 'a'", async () => {
        // One statement, which waits for the first key before it comes to the second.
        sets.push(cache.set("type", "a", "1"), cache.set("type", "b", "1"));
        await sleep(20);
        sets.push(cache.set("type", "b", "2"));
        await cache.set("type", "c", "2");
      });
      await Promise.all(sets);
      expect(await cache.get("type", "b")).toBe("2");
    });
  });

  test("of any number for one key, the last one takes effect last", async () => {
    await cacheOn(async (cache) => {
      await Promise.all(times(20_000).map((index) => cache.set("type", `key ${index % 3}`, String(index))));
      const values = await cache.getMany("type", ["key 0", "key 1", "key 2"]);
      expect([...values.values()].sort()).toEqual(["19997", "19998", "19999"]);
    });
  });

  test("are sent when a slot becomes free, without a response or another call", async () => {
    let count = 1;
    let onFreed = () => {};
    const admission = new Admission();
    admission.open();
    const call = batched<string, string>(
      {
        mode: "lookups",
        one: (_, input) => (input === "first" ? new Promise(() => {}) : Promise.resolve(input)),
        many: (_, inputs) => Promise.resolve(inputs),
      },
      {
        executor: {} as never,
        slots: {
          free: (inFlight) => count - inFlight,
          onceFreed: (_, listener) => {
            onFreed = listener;
          },
        },
        gate: admission,
        queueTimeoutMillis: 10_000,
        lockTimeoutMillis: 100,
        maxLockWaitMillis: 1_000,
        lockRetries: new LockRetries(1),
      },
    );
    void call("first");
    const second = call("second");
    await sleep(10);
    count = 2;
    onFreed();
    expect(await second).toBe("second");
  });
});
