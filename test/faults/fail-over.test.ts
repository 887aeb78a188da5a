import { afterEach, beforeEach, expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { PevensieError } from "../../src/errors/index.js";
import type { PevensieEvent } from "../../src/events.js";
import { asRead, authOn, createUser, PASSWORD } from "../support/auth.js";
import { withDrivers } from "../support/fault-drivers.js";
import { type ServerPair, startPair } from "../support/server-pair.js";

const READERS = 8;
const WRITERS = 4;

/** What a write may reject with while its server goes away. */
const TYPED = ["CONNECTION_UNAVAILABLE", "OUTCOME_UNKNOWN", "TIMEOUT"];

let pair: ServerPair;
beforeEach(async () => {
  pair = await startPair();
});
afterEach(() => pair.stop());

interface LoadOutcome {
  readonly readFailures: unknown[];
  readonly writeFailures: unknown[];
  /** The ids of sessions whose creation was acknowledged. */
  readonly acknowledged: string[];
}

/** Reads and writes sessions without a pause while some work is done, and until as much was written after it as before. */
async function underLoad(auth: Auth, work: () => Promise<void>): Promise<LoadOutcome> {
  const { id: userId } = await createUser(auth, { password: null });
  const session = await auth.createSession({ userId });
  const outcome: LoadOutcome = { readFailures: [], writeFailures: [], acknowledged: [] };
  let isOver = false;
  const loop = async (call: () => Promise<void>, failures: unknown[]) => {
    while (!isOver) await call().catch((error: unknown) => failures.push(error));
  };
  const read = async () => expect(await auth.getSession(session.id)).toEqual(asRead(session));
  const write = async () => {
    outcome.acknowledged.push((await auth.createSession({ userId })).id);
  };
  const loops = [
    ...Array.from({ length: READERS }, () => loop(read, outcome.readFailures)),
    ...Array.from({ length: WRITERS }, () => loop(write, outcome.writeFailures)),
  ];
  const written = async (count: number) => {
    const goal = outcome.acknowledged.length + count;
    await expect.poll(() => outcome.acknowledged.length).toBeGreaterThanOrEqual(goal);
  };
  try {
    await written(50);
    await work();
    await written(50);
  } finally {
    isOver = true;
    await Promise.all(loops);
  }
  return outcome;
}

/** Expects that no read has failed, of the writes at most those in flight, and that no acknowledged one is missing. */
async function expectFailOver({ readFailures, writeFailures, acknowledged }: LoadOutcome): Promise<void> {
  expect(readFailures).toEqual([]);
  for (const error of writeFailures) {
    expect(error).toBeInstanceOf(PevensieError);
    expect(TYPED).toContain((error as PevensieError).code);
  }
  expect(writeFailures.length).toBeLessThanOrEqual(WRITERS);
  const rows = await pair.on<{ id: string }>(pair.standby, "select id from pevensie.session");
  const stored = new Set(rows.map(({ id }) => id));
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
}

test("F18: during a switch-over no getSession fails, and of the writes at most those in flight, each with a type", async () => {
  const events: PevensieEvent[] = [];
  const onEvent = (event: PevensieEvent) => events.push(event);
  await using auth = await authOn({ connectionString: pair.url() }, { onEvent }).connect();
  const outcome = await underLoad(auth, async () => {
    await pair.primary.halt();
    await pair.promote();
    await pair.primary.restartAsStandby(pair.standby);
  });
  await expectFailOver(outcome);
  const changes = events.filter(({ type }) => type === "primary-changed");
  expect(changes).toEqual([{ type: "primary-changed", host: "127.0.0.1", port: pair.standby.port }]);
  // The former primary follows the new one.
  const lag = `select count(*)::int as count from pevensie.session`;
  const [expected] = await pair.on(pair.standby, lag);
  await expect.poll(async () => (await pair.on(pair.primary, lag))[0]).toEqual(expected);
});

test("F19: after SIGKILL of a primary that replicates synchronously, no acknowledged write is missing", async () => {
  await pair.replicateSynchronously();
  await using auth = await authOn({ connectionString: pair.url() }).connect();
  const outcome = await underLoad(auth, async () => {
    await pair.primary.kill();
    await pair.promote();
  });
  await expectFailOver(outcome);
});

test("G68: logins and the cache work on a promoted server, whose cache is empty", async () => {
  await withDrivers({ connectionString: pair.url() }, async (auth, cache) => {
    const user = await createUser(auth);
    const session = await auth.createSession({ userId: user.id });
    await cache.set("type", "key", "value", { tags: ["tag"] });
    await pair.primary.halt();
    await pair.promote();
    expect(await auth.getSession(session.id)).toEqual(asRead(session));
    expect(await auth.logInUser({ email: user.email, password: PASSWORD })).toMatchObject({ user: { id: user.id } });
    expect(await cache.get("type", "key")).toBeNull();
    expect(await cache.getOrSet("type", "key", () => "computed", { ttlSeconds: 60, tags: ["tag"] })).toBe("computed");
    await cache.invalidateTags(["tag"]);
    expect(await cache.get("type", "key")).toBeNull();
    await cache.set("type", "key", "value");
    expect(await cache.get("type", "key")).toBe("value");
  });
});
