import pg from "pg";
import { expect, test } from "vitest";
import type { Auth, Session } from "../../src/auth/index.js";
import type { PostgresDriverConfig } from "../../src/postgres/index.js";
import { asRead, authOn, createUser } from "../support/auth.js";
import { endPool } from "../support/fault-pool.js";
import { useServer } from "../support/fault-server.js";
import { observedPool, statementsOf } from "../support/observed-pool.js";

const server = useServer();

const config = () => ({ connectionString: server.current.url() });

async function onServer(text: string): Promise<unknown[]> {
  const client = new pg.Client(config());
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

interface Sessions {
  readonly live: Session;
  readonly expired: readonly Session[];
}

/** A live session, and some that have expired. */
async function createSessions(auth: Auth, count: number): Promise<Sessions> {
  const { id: userId } = await createUser(auth, { password: null });
  const live = await auth.createSession({ userId });
  const expired: Session[] = [];
  for (let n = 0; n < count; n += 1) expired.push(await auth.createSession({ userId, ttlSeconds: 60 }));
  await onServer("update pevensie.session set expires_at = now() where expires_at is not null");
  return { live, expired };
}

/** Looks up an expired session alone, and another one in a batch with live ones. */
async function expectAnswers(config: PostgresDriverConfig, { live, expired }: Sessions): Promise<void> {
  await using reader = await authOn(config).connect();
  const [alone, batched] = expired as readonly [Session, Session];
  expect(await reader.getSession(alone.id)).toBeNull();
  expect(await reader.getSession(live.id)).toEqual(asRead(live));
  const calls = Array.from({ length: 20 }, (_, index) => reader.getSession((index === 10 ? batched : live).id));
  expect(await Promise.all(calls)).toEqual(calls.map((_, index) => (index === 10 ? null : asRead(live))));
}

test("G33: the deletion of an expired session does not wait for a standby, and live ones of its batch are found", async () => {
  await using auth = await authOn(config()).connect();
  const sessions = await createSessions(auth, 4);
  // No server has this name, so that every commit that waits for one never ends.
  await onServer("alter system set synchronous_standby_names = 'absent'");
  await onServer("select pg_reload_conf()");
  try {
    await expect
      .poll(() => onServer("show synchronous_standby_names"))
      .toEqual([{ synchronous_standby_names: "absent" }]);
    await expectAnswers(config(), sessions);
    await expectAnswers({ ...config(), batching: false }, { ...sessions, expired: sessions.expired.slice(2) });
    expect(await onServer("select count(*)::int as count from pevensie.session where expires_at is not null")).toEqual([
      { count: 0 },
    ]);
  } finally {
    await onServer("alter system reset synchronous_standby_names");
    await onServer("select pg_reload_conf()");
  }
});

test("F15: on a standby, live sessions are found and expired ones are null, each alone and all in one batch", async () => {
  const auth = await authOn(config()).connect();
  const sessions = await createSessions(auth, 2);
  await auth.disconnect();

  await server.current.restartAsStandby();

  for (const batching of [true, false]) await expectAnswers({ ...config(), batching }, sessions);

  const observed = observedPool({ ...config(), max: 2 });
  try {
    await using reader = await authOn({ pool: observed.pool }).connect();
    const [first, second] = sessions.expired as readonly [Session, Session];
    const isAttempt = (text: string) => text.startsWith("begin");
    const attempts = async (id: string) =>
      (await statementsOf(observed, () => reader.getSession(id))).filter(isAttempt).length;
    // A refused attempt to delete is not repeated for a while.
    expect(await attempts(first.id)).toBe(1);
    // The lookup may have been answered before its attempt was refused.
    await expect.poll(() => observed.pool.idleCount).toBe(observed.pool.totalCount);
    expect(await attempts(second.id)).toBe(0);
  } finally {
    await endPool(observed.pool);
  }
});
