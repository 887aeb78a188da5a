/** Users, sessions, one-time tokens and a cache on a real Postgres, from the first migration to the last row: `npm run demo`. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createAuth, createCache, type MetadataCodec, PevensieError } from "pevensie";
import { createAuthDriver, createCacheDriver, decodeUser, userSelectFields } from "pevensie/postgres";
import { createUser } from "pevensie/postgres/queries";
import pg from "pg";
import { shorten, step } from "./account.js";
import { openDatabase } from "./database.js";
import { showTables } from "./tables.js";

interface Profile {
  readonly nickname: string;
  readonly bornOn: Date;
}

/** What the application keeps about a user: a Date here, a text in the database. */
const profile: MetadataCodec<Profile> = {
  decode(json) {
    const { nickname, bornOn } = (json ?? {}) as { nickname?: unknown; bornOn?: unknown };
    if (typeof nickname !== "string" || typeof bornOn !== "string") throw new TypeError("not a profile");
    return { nickname, bornOn: new Date(bornOn) };
  },
  encode: ({ nickname, bornOn }) => ({ nickname, bornOn: bornOn.toISOString().slice(0, 10) }),
};

const COMMAND = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
/** An application has one key, in its secrets; for the demo, one of its own will do. */
const COOKIE_KEY = process.env["COOKIE_KEY"] ?? randomBytes(32).toString("base64");
const PASSWORD = "through the wardrobe";
const NEW_PASSWORD = "further up and further in";
const client = { ip: "2001:DB8::1", userAgent: "demo/1.0" };

async function tellStory(url: string): Promise<void> {
  await step("Migrate, by the command: pevensie migrate --apply auth cache", async (say) => {
    const args = [COMMAND, "migrate", "--apply", "auth", "cache"];
    const env = { ...process.env, DATABASE_URL: url };
    const { stderr } = await promisify(execFile)(process.execPath, args, { env });
    for (const line of stderr.trim().split("\n")) say(line);
  });

  const pool = new pg.Pool({ connectionString: url });
  pool.on("error", () => {}); // An idle connection that is lost concerns nobody: the next call opens another.
  try {
    await useEverything(pool);
  } finally {
    await pool.end();
  }
}

async function useEverything(pool: pg.Pool): Promise<void> {
  const driver = createAuthDriver({ pool });
  await using auth = await createAuth({ driver, cookieKey: COOKIE_KEY, userMetadata: profile }).connect();
  await using cache = await createCache({ driver: createCacheDriver({ pool }) }).connect();

  const lucy = await step("Create a user with typed metadata", async (say) => {
    const userMetadata = { nickname: "the Valiant", bornOn: new Date("1932-05-09") };
    const user = await auth.createUserWithEmail({ email: " Lucy@Example.com ", password: PASSWORD, userMetadata });
    say("id, a UUIDv7", user.id);
    say("email, in normal form", user.email);
    say("metadata, decoded", `${user.userMetadata.nickname}, born in ${user.userMetadata.bornOn.getUTCFullYear()}`);
    return user;
  });

  const session = await step("Log in", async (say) => {
    const { email } = lucy;
    say("with a wrong password", await auth.logInUser({ email, password: "an open sesame", ...client }));
    const loggedIn = await auth.logInUser({ email, password: PASSWORD, ...client });
    if (loggedIn === null) throw new Error("the right password was refused");
    say("with the right one", `session ${loggedIn.session.id}`);
    say("bound to", `${loggedIn.session.ip}, ${loggedIn.session.userAgent}`);
    say("until", loggedIn.session.expiresAt);
    return loggedIn.session;
  });

  const cookie = await step("Make a session cookie, and check it", async (say) => {
    const made = auth.createSessionCookie(session);
    say("the cookie", shorten(made, 44));
    say("checked", auth.validateSessionCookie(made));
    say(
      "with one letter changed",
      auth.validateSessionCookie(made.replace(/.$/, (last) => (last === "A" ? "E" : "A"))),
    );
    return made;
  });

  await step("Read the session that the cookie names", async (say) => {
    const id = auth.validateSessionCookie(cookie) ?? "";
    say("presented by its client", (await auth.getSession(id, client))?.id);
    say("from another address", await auth.getSession(id, { ...client, ip: "192.0.2.7" }));
  });

  await step("Reset a forgotten password", async (say) => {
    const owner = { userId: lucy.id, tokenType: "password-reset" } as const;
    const token = await auth.createOneTimeToken({ ...owner, ttlSeconds: 900 });
    say("a token, for a link", shorten(token));
    say("valid", await auth.validateOneTimeToken({ ...owner, token }));
    await auth.useOneTimeToken({ ...owner, token });
    say(
      "used a second time",
      await auth.useOneTimeToken({ ...owner, token }).catch((error: PevensieError) => error.code),
    );
    await auth.setUserPassword(lucy.id, NEW_PASSWORD);
    say("the earlier session", await auth.getSession(session.id, client));
    const again = await auth.logInUser({ email: lucy.email, password: NEW_PASSWORD });
    say("with the new password", `session ${again?.session.id}`);
  });

  await step("List the user's devices, and end one", async (say) => {
    const { email } = lucy;
    const phone = await auth.logInUser({ email, password: NEW_PASSWORD, userAgent: "phone/2.0", bindTo: [] });
    for (const { id, userAgent } of await auth.listSessions(lucy.id)) say(userAgent ?? "an unnamed device", id);
    await auth.deleteSession(phone?.session.id ?? "", { userId: lucy.id });
    say("after ending the phone's", `${(await auth.listSessions(lucy.id)).length} session`);
  });

  await step("Ask for the password again, then change the email", async (say) => {
    const [current] = await auth.listSessions(lucy.id);
    const sessionId = current?.id ?? "";
    const renewed = await auth.reauthenticate({ sessionId, password: NEW_PASSWORD });
    say("authenticated", `${renewed?.authenticationAgeSeconds} s ago`);
    const token = await auth.createEmailChangeToken({ userId: lucy.id, email: "queen@example.com", ttlSeconds: 900 });
    say("until it is confirmed", (await auth.getUserById(lucy.id))?.email);
    const { user, previousEmail } = await auth.confirmEmailChange({ token, keepSessionId: sessionId });
    say("confirmed", user.email);
    say("to be told of it", previousEmail);
  });

  await step("Log in with a code from an email", async (say) => {
    const created = await auth.createLogInCode({ email: "queen@example.com", ttlSeconds: 600 });
    say("for an unknown email", await auth.createLogInCode({ email: "witch@example.com", ttlSeconds: 600 }));
    say("the code", `${created?.code.slice(0, 2)}…`);
    const loggedIn = await auth.logInWithCode({ email: "queen@example.com", code: created?.code ?? "" });
    say("logged in", `session ${loggedIn?.session.id}`);
  });

  await step("Create an API key, and use it", async (say) => {
    const { key, apiKey } = await auth.createApiKey({ userId: lucy.id, name: "backup", scopes: ["read"] });
    say("the key, shown once", shorten(key));
    const found = await auth.getApiKeyWithUser(key);
    say("presented", `${found?.apiKey.name} of ${found?.user.email}, for ${found?.apiKey.scopes.join(", ")}`);
    await auth.revokeApiKey(apiKey.id, { userId: lucy.id });
    say("revoked", await auth.getApiKeyWithUser(key));
  });

  await step("Run a generated query inside a transaction of our own", async (say) => {
    await pool.query(`create table visit (user_id uuid not null references pevensie."user" (id), place text not null)`);
    const edmund = await transaction(pool, async (connection) => {
      const { rows } = await connection.query<{ id: string }>("select pevensie.uuid7() as id");
      const id = rows[0]?.id ?? "";
      const userMetadata = JSON.stringify(profile.encode({ nickname: "the Just", bornOn: new Date("1930-11-22") }));
      const [user] = await createUser.run(
        { id, email: "edmund@example.com", appMetadata: "{}", userMetadata },
        connection,
      );
      await connection.query("insert into visit (user_id, place) values ($1, 'the lamp post')", [id]);
      return user;
    });
    say("a user and his visit", edmund?.email);
    await auth.createSession({ userId: edmund?.id ?? "", ttlSeconds: 3600, ...client });
  });

  await step("Search with a wildcard: %@example.com", async (say) => {
    const users = await auth.listUsers({ filters: { email: ["%@example.com"] } });
    for (const { email, userMetadata } of users) say(email, userMetadata.nickname);
  });

  await step("Run a custom query, and decode its users", async (say) => {
    const users = `select ${userSelectFields} from pevensie."user" where deleted_at is null`;
    const { rows } = await pool.query(
      `select u.*, visit.place from (${users}) as u join visit on visit.user_id = u.id::uuid`,
    );
    for (const row of rows) say(row.place, `was visited by ${decodeUser(row, profile).userMetadata.nickname}`);
  });

  await step("Cache a value for a second, and others for longer", async (say) => {
    await cache.set("weather", "narnia", "always winter", { ttlSeconds: 1 });
    say("immediately", await cache.get("weather", "narnia"));
    await sleep(1_050);
    say("a second later", await cache.get("weather", "narnia"));
    await cache.set("weather", "narnia", "spring", { ttlSeconds: 3600 });
    await cache.set("ruler", "narnia", "Aslan");
    say("all that is kept of narnia", JSON.stringify(Object.fromEntries(await cache.getAll("narnia"))));
    let rendered = 0;
    const render = () => {
      rendered += 1;
      return `page ${rendered}`;
    };
    const page = () => cache.getOrSet("page", "/narnia", render, { ttlSeconds: 60, tags: ["narnia"] });
    say("a page, for 100 callers", JSON.stringify([...new Set(await Promise.all(Array.from({ length: 100 }, page)))]));
    await cache.invalidateTags(["narnia"]);
    say("after an invalidation", await page());
    const calls = Array.from({ length: 5 }, () => cache.rateLimit("knock", "lucy", { limit: 3, windowSeconds: 60 }));
    say("admitted of 5 knocks", (await Promise.all(calls)).filter(({ allowed }) => allowed).length);
  });

  await step("Delete the first user", async (say) => {
    say("deleted at", (await auth.deleteUserById(lucy.id)).deletedAt);
    const email = "queen@example.com";
    say("looked up", await auth.getUserByEmail(email));
    say("logging in", await auth.logInUser({ email, password: NEW_PASSWORD }));
  });

  await step("The rows, as they are in the tables", (say) => showTables(pool, say));
}

/** Commits what the work does, all of it or nothing: a connection that is given up rolls back. */
async function transaction<T>(pool: pg.Pool, work: (connection: pg.PoolClient) => Promise<T>): Promise<T> {
  const connection = await pool.connect();
  let failed = true;
  try {
    await connection.query("begin");
    const result = await work(connection);
    await connection.query("commit");
    failed = false;
    return result;
  } finally {
    connection.release(failed);
  }
}

try {
  await using database = await openDatabase();
  console.log(`Pevensie on ${database.place}`);
  await tellStory(database.url);
} catch (error) {
  console.error(
    `The demo failed: ${error instanceof PevensieError ? `${error.code}: ` : ""}${(error as Error).message}`,
  );
  process.exitCode = 1;
}
