import pg from "pg";
import { expect, test } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { authOn, createUser, uniqueEmail, useAuth } from "../support/auth.js";
import { useDatabase } from "../support/database.js";
import { endPool } from "../support/fault-pool.js";

const database = useDatabase();
const auth = useAuth(database.url);
const ISSUER = "https://id.example";

/** Connections of which one is cut at the statement of a number, counted from now on. */
class CutPool {
  readonly pool: pg.Pool;
  #sent = 0;
  #cutAt = Number.POSITIVE_INFINITY;

  constructor() {
    const onStatement = () => {
      this.#sent += 1;
      return this.#sent === this.#cutAt;
    };
    class CutClient extends pg.Client {
      constructor(config?: string | pg.ClientConfig) {
        super(config);
        const send = this.query.bind(this) as (...args: unknown[]) => unknown;
        const query = (...args: unknown[]) => {
          const stream = (this as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
          if (onStatement()) stream.destroy();
          return send(...args);
        };
        Object.assign(this, { query });
      }
    }
    this.pool = new pg.Pool({ connectionString: database.url, max: 1, Client: CutClient });
    this.pool.on("error", () => {});
  }

  cutAt(number: number): void {
    this.#sent = 0;
    this.#cutAt = number;
  }

  /** Whether the statement at which to cut was reached. */
  get hasCut(): boolean {
    return this.#sent >= this.#cutAt;
  }
}

const TABLES = ['"user"', "session", "one_time_token", "user_token", "identity", "api_key", "log_in_exemption"];

async function everything(): Promise<string> {
  const rows = TABLES.map((table) => database.rows(`select * from pevensie.${table} order by 1, 2`));
  return JSON.stringify(await Promise.all(rows));
}

async function subject() {
  const user = await createUser(auth.current, { password: null });
  const userId = user.id;
  await auth.current.createSession({ userId });
  await auth.current.createApiKey({ userId, name: "x" });
  const identity = { issuer: ISSUER, subject: userId };
  await auth.current.linkIdentity(userId, identity);
  return { user, userId, identity, email: user.email };
}

/** Each prepares what it needs, and returns the call whose statements are cut. */
const CALLS: Readonly<Record<string, () => Promise<(auth: Auth) => Promise<unknown>>>> = {
  createOneTimeToken: async () => {
    const { userId } = await subject();
    const options = { userId, tokenType: "application", purpose: "x", ttlSeconds: 60 } as const;
    await auth.current.createOneTimeToken(options);
    return (own) => own.createOneTimeToken(options);
  },
  confirmEmail: async () => {
    const { userId } = await subject();
    const options = { userId, tokenType: "email-confirmation", ttlSeconds: 60 } as const;
    const token = await auth.current.createOneTimeToken(options);
    return (own) => own.confirmEmail({ token });
  },
  confirmEmailChange: async () => {
    const { userId } = await subject();
    const token = await auth.current.createEmailChangeToken({ userId, email: uniqueEmail(), ttlSeconds: 60 });
    return (own) => own.confirmEmailChange({ token });
  },
  resetPassword: async () => {
    const { userId } = await subject();
    const options = { userId, tokenType: "password-reset", ttlSeconds: 60 } as const;
    const token = await auth.current.createOneTimeToken(options);
    return (own) => own.resetPassword({ token, password: "a new password", ip: "192.0.2.1" });
  },
  createPasswordResetToken: async () => {
    const { email } = await subject();
    return (own) => own.createPasswordResetToken({ email, ttlSeconds: 60 });
  },
  createLogInToken: async () => {
    const { email } = await subject();
    return (own) => own.createLogInToken({ email, ttlSeconds: 60 });
  },
  createLogInCode: async () => {
    const { email } = await subject();
    await auth.current.createLogInCode({ email, ttlSeconds: 60 });
    return (own) => own.createLogInCode({ email, ttlSeconds: 60 });
  },
  logInWithToken: async () => {
    const { email } = await subject();
    const created = await auth.current.createLogInToken({ email, ttlSeconds: 60 });
    return (own) => own.logInWithToken({ token: created?.token ?? "" });
  },
  "logInWithIdentity, known": async () => {
    const { identity } = await subject();
    return (own) => own.logInWithIdentity(identity);
  },
  "logInWithIdentity, new": async () => {
    const email = uniqueEmail();
    const identity = { issuer: ISSUER, subject: email, email, emailVerified: true };
    return (own) => own.logInWithIdentity(identity);
  },
  linkIdentity: async () => {
    const { userId } = await subject();
    return (own) => own.linkIdentity(userId, { issuer: ISSUER, subject: uniqueEmail() });
  },
  unlinkIdentity: async () => {
    const { userId, identity } = await subject();
    await auth.current.linkIdentity(userId, { issuer: ISSUER, subject: uniqueEmail() });
    return (own) => own.unlinkIdentity(userId, identity);
  },
  banUser: async () => {
    const { userId } = await subject();
    return (own) => own.banUser(userId);
  },
  restoreUser: async () => {
    const { userId } = await subject();
    await auth.current.deleteUserById(userId);
    return (own) => own.restoreUser(userId);
  },
};

test.each(Object.entries(CALLS))("F6: %s, cut at any of its statements, changes nothing", async (_, prepare) => {
  const cut = new CutPool();
  const own = await authOn({ pool: cut.pool }).connect();
  try {
    let cuts = 0;
    for (let number = 1; ; number += 1) {
      const call = await prepare();
      const before = await everything();
      cut.cutAt(number);
      const outcome = await call(own).then(
        () => "succeeded",
        (error: { code?: string }) => error.code,
      );
      if (!cut.hasCut) break;
      cuts += 1;
      // A lookup is sent again. The commit never arrives: nothing has changed, which the caller cannot know.
      if (outcome === "succeeded") continue;
      expect(["CONNECTION_UNAVAILABLE", "OUTCOME_UNKNOWN"]).toContain(outcome);
      expect(await everything()).toBe(before);
    }
    expect(cuts).toBeGreaterThan(2);
  } finally {
    await own.disconnect();
    await endPool(cut.pool);
  }
});
