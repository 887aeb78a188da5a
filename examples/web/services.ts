import { type Auth, type Cache, createAuth, createCache } from "pevensie";
import { type HonoSessions, pevensieSessions } from "pevensie/hono";
import { createAuthDriver, createCacheDriver } from "pevensie/postgres";
import { createWebSessions } from "pevensie/web";
import pg from "pg";
import { createTables } from "./database.js";
import { Figures } from "./figures.js";
import { Limits } from "./limits.js";
import { createMailboxMailer, createSmtpMailer, type Mailer } from "./mail.js";
import { Mailbox } from "./mailbox.js";
import { Notes } from "./notes.js";
import { checkPassword } from "./passwords.js";
import { type Profile, profileCodec } from "./profile.js";
import type { Settings } from "./settings.js";

/** What the routes use. */
export interface Services {
  readonly settings: Settings;
  readonly auth: Auth<Profile>;
  readonly sessions: HonoSessions<Profile>;
  readonly cache: Cache;
  readonly pool: pg.Pool;
  readonly notes: Notes;
  readonly limits: Limits;
  readonly figures: Figures;
  readonly mailer: Mailer;
  /** Null where mail is sent by SMTP. */
  readonly mailbox: Mailbox | null;
  disconnect(): Promise<void>;
}

/** Connects to a migrated database, and creates the application's own tables. */
export async function connectServices(settings: Settings, figures = new Figures()): Promise<Services> {
  const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 10 });
  // An idle connection that is lost concerns nobody: the next call opens another.
  pool.on("error", () => {});
  const { onEvent } = figures;
  // Each statement is an event, from which the page of figures is made.
  const config = { pool, slowQueryMillis: 0 };
  const auth = await createAuth({
    driver: createAuthDriver(config),
    cookieKey: settings.cookieKey,
    userMetadata: profileCodec,
    checkPassword,
    onEvent,
  }).connect();
  const cache = await createCache({ driver: createCacheDriver(config), onEvent }).connect();
  await createTables(pool);
  const mailbox = settings.smtpUrl === undefined ? new Mailbox() : null;
  return {
    settings,
    auth,
    // The application refuses requests of other sites itself, with a page.
    sessions: pevensieSessions(createWebSessions(auth, { clientIp: settings.trustedProxies }), { guard: false }),
    cache,
    pool,
    notes: new Notes(auth, cache, pool, (outcome) => figures.count(`cache-${outcome}`)),
    limits: new Limits(cache),
    figures,
    mailer:
      mailbox === null ? createSmtpMailer(settings.smtpUrl ?? "", settings.mailFrom) : createMailboxMailer(mailbox),
    mailbox,
    async disconnect() {
      await Promise.all([auth.disconnect(), cache.disconnect()]);
      await pool.end();
    },
  };
}
