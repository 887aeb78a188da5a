import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Auth, User } from "../../src/auth/index.js";
import { createCache } from "../../src/cache/index.js";
import { createCacheDriver } from "../../src/postgres/index.js";
import { asRead, authOn, createUser, PASSWORD, uniqueEmail } from "../support/auth.js";
import { endPool } from "../support/fault-pool.js";
import { useServer } from "../support/fault-server.js";

// Everything but the collector is at its default: this is what an unconfigured server logs.
const server = useServer({ logging_collector: "on" });

const PLANTED = "planted-7f3a";
const EMAIL = `${PLANTED}@example.com`;
const PHONE_NUMBER = `+44 ${PLANTED}`;

let auth: Auth;
let pool: pg.Pool;
let owner: User;
beforeAll(async () => {
  pool = new pg.Pool({ connectionString: server.current.url() });
  auth = await authOn({ connectionString: server.current.url() }).connect();
  owner = await createUser(auth, { email: EMAIL, phoneNumber: PHONE_NUMBER });
});
afterAll(async () => {
  await auth.disconnect();
  await endPool(pool);
});

/** What the server has logged so far: the collector has written all of it once it has written the marker. */
async function logged(): Promise<string> {
  const marker = `marker ${performance.now()}`;
  await pool.query(`do $$ begin raise log '${marker}'; end $$`);
  for (;;) {
    const { rows } = await pool.query<{ log: string }>("select pg_read_file(pg_current_logfile()) as log");
    const log = rows[0]?.log ?? "";
    if (log.includes(marker)) return log;
  }
}

/** Expects a call to be refused, and the server to have logged none of the planted values. */
async function expectNothingLogged(code: string, call: () => Promise<unknown>): Promise<void> {
  await expect(call()).rejects.toMatchObject({ code });
  expect(await logged()).not.toContain(PLANTED);
}

/** Runs a statement in an open transaction, starts `meanwhile`, which has to wait for it, and ends the transaction. */
async function during<T>(statement: string, end: string, meanwhile: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query(statement);
    const waiting = meanwhile();
    waiting.catch(() => {});
    const isWaiting = "select from pg_stat_activity where wait_event_type = 'Lock'";
    while ((await pool.query(isWaiting)).rows.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await client.query(end);
    return await waiting;
  } finally {
    client.release();
  }
}
const insert = (email: string) =>
  `insert into pevensie."user" (id, email, user_metadata) values (gen_random_uuid(), '${email}', '{}')`;

describe("at its default settings the server does not log", () => {
  test("G12: the email or the phone number of a sign-up that is refused", async () => {
    await expectNothingLogged("EMAIL_TAKEN", () => createUser(auth, { email: EMAIL }));
    await expectNothingLogged("PHONE_NUMBER_TAKEN", () => createUser(auth, { phoneNumber: PHONE_NUMBER }));
    await expectNothingLogged("EMAIL_TAKEN", () => createUser(auth, { email: EMAIL, phoneNumber: PHONE_NUMBER }));
    await expectNothingLogged("EMAIL_TAKEN", () =>
      auth.withTransaction((inside) => inside.createUserWithEmail({ email: EMAIL, password: null, userMetadata: {} })),
    );
  });

  test("G12: the email of one of two concurrent sign-ups", async () => {
    const email = `${PLANTED}-raced@example.com`;
    for (let round = 0; round < 5; round += 1) {
      const signUps = Array.from({ length: 10 }, () => createUser(auth, { email: `${round}${email}`, password: null }));
      const outcomes = await Promise.allSettled(signUps);
      const refusals = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(refusals).toHaveLength(9);
      for (const { reason } of refusals) expect(reason).toMatchObject({ code: "EMAIL_TAKEN" });
    }
    expect(await logged()).not.toContain(PLANTED);
  });

  test("G12: the email or the phone number of a change that is refused", async () => {
    const other = await createUser(auth, { password: null });
    const session = await auth.createSession({ userId: other.id, ttlSeconds: 60 });
    await expectNothingLogged("EMAIL_TAKEN", () => auth.setUserEmail(other.id, EMAIL));
    await expectNothingLogged("EMAIL_TAKEN", () => auth.updateUser(other.id, { email: EMAIL, password: PASSWORD }));
    await expectNothingLogged("PHONE_NUMBER_TAKEN", () => auth.updateUser(other.id, { phoneNumber: PHONE_NUMBER }));
    await expectNothingLogged("EMAIL_TAKEN", () =>
      auth.withTransaction((inside) => inside.setUserEmail(other.id, EMAIL)),
    );
    expect(await auth.getUserById(other.id)).toEqual(other);
    expect(await auth.getSession(session.id)).toEqual(asRead(session));
    // The user's own email is not taken.
    await auth.updateUser(owner.id, { email: EMAIL, phoneNumber: PHONE_NUMBER });
  });

  test("G12: the email or the phone number of a restored user, an email change and an import that are refused", async () => {
    const gone = await createUser(auth, { password: null });
    await auth.deleteUserById(gone.id);
    const restoreAs = async (column: string, value: string) => {
      const text = `update pevensie."user" set ${column} = $2 where id = $1`;
      await auth.withTransaction((_, client) => client.query(text, [gone.id, value]));
      return auth.restoreUser(gone.id);
    };
    await expectNothingLogged("PHONE_NUMBER_TAKEN", () => restoreAs("phone_number", PHONE_NUMBER));
    await expectNothingLogged("EMAIL_TAKEN", () => restoreAs("email", EMAIL));
    const { id: userId } = await createUser(auth, { password: null });
    const token = await auth.createEmailChangeToken({ userId, email: EMAIL, ttlSeconds: 60 });
    await expectNothingLogged("EMAIL_TAKEN", () => auth.confirmEmailChange({ token }));
    expect((await auth.importUsers([{ email: EMAIL }])).refused).toHaveLength(1);
    expect(await logged()).not.toContain(PLANTED);
  });

  test("G12: the values of imported users whose metadata is null", async () => {
    const users = ["first", "second"].map((name) => ({ email: `${PLANTED}-${name}@example.com`, userMetadata: null }));
    const result = await auth.importUsers(users);
    expect(await logged()).not.toContain(PLANTED);
    expect(result).toEqual({ imported: 2, refused: [] });
  });

  test("G12: keys and values of the cache, and input that is refused", async () => {
    await using cache = await createCache({
      driver: createCacheDriver({ connectionString: server.current.url() }),
    }).connect();
    await Promise.all(Array.from({ length: 20 }, () => cache.set(PLANTED, PLANTED, PLANTED, { ttlSeconds: 60 })));
    await cache.setMany(PLANTED, [
      [PLANTED, PLANTED],
      [`${PLANTED}2`, PLANTED],
    ]);
    await expectNothingLogged("INVALID_INPUT", () => cache.set(PLANTED, `${PLANTED}\0`, PLANTED));
    await expectNothingLogged("INVALID_INPUT", () => createUser(auth, { email: `${PLANTED} @example.com` }));
    const unknown = { userId: "0190163d-8694-739b-aea5-966c26f8ad90", userAgent: PLANTED, ttlSeconds: 60 };
    await expectNothingLogged("USER_NOT_FOUND", () => auth.createSession(unknown));
  });
});

describe("with the settings that docs/security.md names", () => {
  test("G12: the server logs no value of a statement, even where it logs every statement and a change loses a race", async () => {
    await using logging = await authOn({
      connectionString: server.current.url(),
      connectionParameters: {
        log_statement: "all",
        log_min_duration_statement: "0",
        log_parameter_max_length: "0",
        log_error_verbosity: "terse",
      },
    }).connect();
    const user = await createUser(logging, { email: `${PLANTED}-logged@example.com`, userMetadata: PLANTED });
    await logging.logInUser({ email: user.email, password: PASSWORD, userAgent: PLANTED });
    // The other change is not committed yet when this one checks whether the email is taken.
    const email = `${PLANTED}-lost@example.com`;
    await expect(during(insert(email), "commit", () => logging.setUserEmail(user.id, email))).rejects.toMatchObject({
      code: "EMAIL_TAKEN",
    });
    const log = await logged();
    expect(log).toMatch(/execute pevensie_createUserUnlessTaken/);
    expect(log).toMatch(/duplicate key value violates unique constraint "user_email_unique_idx"/);
    expect(log).not.toContain(PLANTED);
  });
});

describe("concurrent claims to an email", () => {
  test("a sign-up waits for another one with the same email: EMAIL_TAKEN after its commit, a user after its rollback", async () => {
    const [first, second] = [uniqueEmail(), uniqueEmail()];
    await expect(during(insert(first), "commit", () => createUser(auth, { email: first }))).rejects.toMatchObject({
      code: "EMAIL_TAKEN",
    });
    await expect(during(insert(second), "rollback", () => createUser(auth, { email: second }))).resolves.toMatchObject({
      email: second,
    });
  });

  test("a sign-up waits for the deletion of the user that has the email", async () => {
    const email = uniqueEmail();
    const user = await createUser(auth, { email, password: null });
    const deletion = `update pevensie."user" set deleted_at = now() where id = '${user.id}'`;
    await expect(during(deletion, "rollback", () => createUser(auth, { email }))).rejects.toMatchObject({
      code: "EMAIL_TAKEN",
    });
    await expect(during(deletion, "commit", () => createUser(auth, { email }))).resolves.toMatchObject({ email });
  });

  test("a sign-up succeeds if the user is deleted after it found the email taken", async () => {
    const email = uniqueEmail();
    const user = await createUser(auth, { email, password: null });
    // Between the two statements of the sign-up.
    await pool.query(`
      create function public.interleave() returns trigger language plpgsql as $$
      begin
        update pevensie."user" set deleted_at = now() where email = '${email}' and deleted_at is null;
        return null;
      end $$;
      create trigger interleave after insert on pevensie."user" for each statement execute function public.interleave()`);
    try {
      await expect(createUser(auth, { email, password: null })).resolves.toMatchObject({ email });
    } finally {
      await pool.query("drop function public.interleave cascade");
    }
    expect(await auth.getUserById(user.id)).toBeNull();
  });

  test("USER_NOT_FOUND comes before EMAIL_TAKEN and PHONE_NUMBER_TAKEN", async () => {
    const gone = await createUser(auth, { password: null });
    await auth.deleteUserById(gone.id);
    for (const id of [gone.id, "0190163d-8694-739b-aea5-966c26f8ad90"]) {
      await expect(auth.setUserEmail(id, EMAIL)).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
      const update = auth.updateUser(id, { phoneNumber: PHONE_NUMBER });
      await expect(update).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
    }
  });

  test("an index of the application's own keeps its name", async () => {
    await pool.query(`create unique index own_role_idx on pevensie."user" (role) where role = 'the only one'`);
    try {
      await createUser(auth, { password: null, role: "the only one" });
      await expect(createUser(auth, { password: null, role: "the only one" })).rejects.toMatchObject({
        code: "CONSTRAINT_VIOLATED",
        cause: { constraint: "own_role_idx" },
      });
    } finally {
      await pool.query("drop index pevensie.own_role_idx");
    }
  });
});
