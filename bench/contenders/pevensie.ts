import { randomUUID } from "node:crypto";
import * as core from "pevensie";
import * as drivers from "pevensie/postgres";
import { emailOf, PASSWORD, phoneNumberOf, randomRow, TTL_SECONDS } from "../seed.js";
import { poolOf } from "../statements.js";
import {
  type Candidate,
  expect,
  type Operation,
  OUR_IDLE_SESSION,
  OUR_SESSION,
  OUR_SESSION_WITH_USER,
  OURS,
  type Path,
  pick,
  type Stage,
} from "./contender.js";
import { computedOperations, counterOperations, entryOperations, NEAR, nearOperations } from "./pevensie-cache.js";

export const COOKIE_KEY = "at least 32 bytes, from the application's secrets";

/** A build of the package: this one, or that of another commit. */
export interface Build {
  readonly core: Pick<typeof import("pevensie"), "createAuth" | "createCache">;
  readonly drivers: Pick<typeof import("pevensie/postgres"), "createAuthDriver" | "createCacheDriver">;
}

export type Opened = Awaited<ReturnType<typeof open>>;

/** The public functions of the built package, with its defaults. */
export const pevensie: Candidate = {
  name: OURS,
  async connect(stage) {
    const { url } = stage.data;
    const opened = await open(url, { core, drivers });
    const { cache } = opened;
    const near = await core
      .createCache({ driver: drivers.createCacheDriver({ connectionString: url }), near: NEAR })
      .connect();
    const operations = [
      ...sessionOperations(opened, stage),
      ...(await accountOperations(opened, stage)),
      ...entryOperations(cache, stage),
      ...(await computedOperations(cache, stage)),
      ...nearOperations(near),
      ...(await counterOperations(cache)),
    ];
    return {
      operations: operations.map((operation) => ({ contender: OURS, server: "postgres", ...operation })),
      async close() {
        await near.disconnect();
        await opened.close();
      },
    };
  },
};

export async function open(url: string, { core, drivers }: Build) {
  const config = { connectionString: url, idleTimeoutMillis: 0 };
  const auth = await core.createAuth({ driver: drivers.createAuthDriver(config), cookieKey: COOKIE_KEY }).connect();
  const cache = await core.createCache({ driver: drivers.createCacheDriver(config) }).connect();
  return {
    auth,
    cache,
    async close() {
      await auth.disconnect();
      await cache.disconnect();
    },
  };
}

export type Ours = Pick<Operation, "run" | "check"> & { readonly path: Path; readonly contender?: string };

/** API keys, and sessions with an idle timeout: few enough to be made quickly. */
const KEYS = 4_000;
const IDLE_SESSIONS = 20_000;

/** What returns users too, and what it is held against: plain sessions, of the same run. */
async function accountOperations({ auth }: Opened, { data }: Stage): Promise<Ours[]> {
  const { sessionIds, userIds } = data;
  const idleIds = await idleSessions(data.url);
  const keys = await Promise.all(
    Array.from({ length: KEYS }, async () => (await auth.createApiKey({ userId: pick(userIds), name: "bench" })).key),
  );
  // The first use of a key is written down: that is not what is measured.
  await Promise.all(keys.map((key) => auth.getApiKeyWithUser(key)));
  const withUser = async () =>
    expect((await auth.getSessionWithUser(pick(sessionIds)))?.user !== undefined, "its user");
  const plain = async () => expect((await auth.getSession(pick(sessionIds))) !== null, "getSession");
  return [
    { path: "getSessionWithUser", run: () => auth.getSessionWithUser(pick(sessionIds)), check: withUser },
    {
      path: "getSessionWithUser",
      contender: OUR_SESSION,
      run: () => auth.getSession(pick(sessionIds)),
      check: plain,
    },
    {
      path: "getSessionWithUser",
      contender: OUR_IDLE_SESSION,
      run: () => auth.getSession(pick(idleIds)),
      check: async () => expect((await auth.getSession(pick(idleIds)))?.idleSeconds === 3600, "an idle session"),
    },
    {
      path: "getApiKeyWithUser",
      run: () => auth.getApiKeyWithUser(pick(keys)),
      check: async () => expect((await auth.getApiKeyWithUser(pick(keys)))?.user !== undefined, "the key's user"),
    },
    {
      path: "getApiKeyWithUser",
      contender: OUR_SESSION_WITH_USER,
      run: () => auth.getSessionWithUser(pick(sessionIds)),
      check: withUser,
    },
  ];
}

async function idleSessions(url: string): Promise<string[]> {
  const pool = poolOf(url, 1);
  try {
    const { rows } = await pool.query<{ id: string }>(
      `insert into pevensie.session (user_id, expires_at, idle_seconds, last_seen_at)
       select id, now() + interval '1 day', 3600, now() from pevensie."user" limit $1 returning id`,
      [IDLE_SESSIONS],
    );
    await pool.query("vacuum analyze pevensie.session");
    return rows.map(({ id }) => id);
  } finally {
    await pool.end();
  }
}

export function sessionOperations({ auth }: Pick<Opened, "auth">, { data }: Stage): Ours[] {
  const { sessionIds, userIds, users } = data;
  return [
    {
      path: "getSession",
      run: () => auth.getSession(pick(sessionIds)),
      async check() {
        const id = pick(sessionIds);
        const together = await Promise.all([auth.getSession(id), auth.getSession(randomUUID())]);
        expect((await auth.getSession(id))?.id === id, "getSession of one");
        expect(together[0]?.id === id && together[1] === null, "two concurrent getSession calls");
      },
    },
    {
      path: "getUserById",
      run: () => auth.getUserById(pick(userIds)),
      async check() {
        const id = pick(userIds);
        expect((await auth.getUserById(id))?.id === id, "getUserById");
      },
    },
    {
      path: "getUserByEmail",
      run: () => auth.getUserByEmail(emailOf(randomRow(users))),
      async check() {
        expect((await auth.getUserByEmail(emailOf(1)))?.email === emailOf(1), "getUserByEmail");
      },
    },
    {
      path: "createSession",
      run: () => auth.createSession({ userId: pick(userIds), ttlSeconds: TTL_SECONDS }),
      async check() {
        const userId = pick(userIds);
        const session = await auth.createSession({ userId, ttlSeconds: TTL_SECONDS });
        expect(session.userId === userId && session.expiresAt !== null, "createSession");
      },
    },
    {
      path: "getUserByPhoneNumber",
      run: () => auth.getUserByPhoneNumber(phoneNumberOf(randomRow(users))),
      async check() {
        expect((await auth.getUserByPhoneNumber(phoneNumberOf(1)))?.email === emailOf(1), "getUserByPhoneNumber");
      },
    },
    {
      path: "deleteSession",
      run: () => auth.deleteSession(randomUUID()),
      check: () => auth.deleteSession(randomUUID()),
    },
    {
      path: "logIn",
      run: () => auth.logInUser({ email: emailOf(randomRow(users)), password: PASSWORD }),
      async check() {
        const loggedIn = await auth.logInUser({ email: emailOf(1), password: PASSWORD });
        expect(loggedIn?.user.email === emailOf(1), "logInUser");
      },
    },
  ];
}
