import pg from "pg";
import { expect, test } from "vitest";
import { asRead, authOn, createUser } from "../support/auth.js";
import { useServer } from "../support/fault-server.js";

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

test("G33: the deletion of an expired session does not wait for a standby", async () => {
  await using auth = await authOn(config()).connect();
  const { id: userId } = await createUser(auth, { password: null });
  const expired = await auth.createSession({ userId, ttlSeconds: 60 });
  await onServer("update pevensie.session set expires_at = now()");
  // No server has this name, so that every commit that waits for one never ends.
  await onServer("alter system set synchronous_standby_names = 'absent'");
  await onServer("select pg_reload_conf()");
  try {
    await expect
      .poll(() => onServer("show synchronous_standby_names"))
      .toEqual([{ synchronous_standby_names: "absent" }]);
    expect(await auth.getSession(expired.id)).toBeNull();
    expect(await onServer("select count(*)::int as count from pevensie.session")).toEqual([{ count: 0 }]);
  } finally {
    await onServer("alter system reset synchronous_standby_names");
    await onServer("select pg_reload_conf()");
  }
});

test("G33: on a standby, live sessions are found and expired ones are null, each alone and all in one batch", async () => {
  const auth = await authOn(config()).connect();
  const { id: userId } = await createUser(auth, { password: null });
  const live = await auth.createSession({ userId });
  const expired = await auth.createSession({ userId, ttlSeconds: 60 });
  await auth.disconnect();
  await onServer(`update pevensie.session set expires_at = now() where id = '${expired.id}'`);

  await server.current.restartAsStandby();

  for (const batching of [true, false]) {
    await using reader = await authOn({ ...config(), batching }).connect();
    expect(await reader.getSession(expired.id)).toBeNull();
    expect(await reader.getSession(live.id)).toEqual(asRead(live));
    const calls = Array.from({ length: 20 }, (_, index) => reader.getSession((index === 10 ? expired : live).id));
    expect(await Promise.all(calls)).toEqual(calls.map((_, index) => (index === 10 ? null : asRead(live))));
  }
});
