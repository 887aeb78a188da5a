import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Auth, createAuth } from "../../src/auth/index.js";
import type { EmbeddedPostgres } from "../../src/embedded/index.js";
import type { PevensieEvent } from "../../src/index.js";
import { createAuthDriver } from "../../src/postgres/index.js";
import { COOKIE_KEY, createUser } from "../support/auth.js";
import { IMPATIENT, PATIENT } from "../support/patience.js";
import { usePair } from "../support/server-pair.js";

const pair = usePair();
let replica: EmbeddedPostgres;
beforeAll(async () => {
  replica = await pair.current.primary.startStandby({ settings: { synchronous_commit: "on" } });
});
afterAll(() => replica.stop());

const maxAgeMillis = 300;

async function positionOf(server: EmbeddedPostgres, position: string): Promise<number> {
  const [row] = await pair.current.on<{ bytes: string }>(server, `select ${position} - '0/0'::pg_lsn as bytes`);
  return Number(row?.bytes);
}

async function roleOf(auth: Auth, id: string): Promise<string | null | undefined> {
  return (await auth.getUserById(id))?.role;
}

test("G78: a replica that has replayed more of a former primary than the new one had received is not read from", async () => {
  const { primary, standby, on } = pair.current;
  const events: string[] = [];
  const onEvent = (event: PevensieEvent) => {
    if (event.type === "replica-unavailable") events.push(event.reason);
  };
  const driver = createAuthDriver({
    connectionString: pair.current.url(),
    ...PATIENT,
    replica: { connectionString: replica.url(), ...IMPATIENT },
    staleReads: { maxAgeMillis },
  });
  await using auth = await createAuth({ driver, cookieKey: COOKIE_KEY, onEvent }).connect();
  const { id } = await createUser(auth, { password: null, role: "first" });
  const replayed = "pg_last_wal_replay_lsn()";
  // Not the insert positions: they may be past the header of an empty page, which a standby has not replayed.
  const written = await positionOf(primary, "pg_current_wal_flush_lsn()");
  for (const server of [standby, replica]) {
    await expect.poll(() => positionOf(server, replayed)).toBeGreaterThanOrEqual(written);
  }
  expect(await roleOf(auth, id)).toBe("first");
  await standby.halt();
  await on(primary, "select pg_logical_emit_message(true, 'lost', repeat('x', 1000000))");
  const lost = await positionOf(primary, "pg_current_wal_flush_lsn()");
  await expect.poll(() => positionOf(replica, replayed)).toBeGreaterThanOrEqual(lost);
  await primary.kill();
  await standby.boot();
  await pair.current.promote();
  await auth.setUserRole(id, "second");
  expect(await positionOf(standby, "pg_current_wal_insert_lsn()")).toBeLessThan(lost);
  // The time is what the bound is about.
  await delay(maxAgeMillis);
  expect(await roleOf(auth, id)).toBe("second");
  await expect
    .poll(async () => {
      expect(await roleOf(auth, id)).toBe("second");
      return events;
    })
    .toContain("lagging");
  await primary.boot();
});
