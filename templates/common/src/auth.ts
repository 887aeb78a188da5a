import { existsSync } from "node:fs";
import { type CreateSessionOptions, createAuth, type User } from "pevensie";
import { createAuthDriver } from "pevensie/postgres";
import type { WebLogInOptions } from "pevensie/web";

// Variables that are set already win, such as DATABASE_URL of `npm run dev`.
if (existsSync(".env")) process.loadEnvFile();

const { DATABASE_URL, COOKIE_KEY = "" } = process.env;
if (DATABASE_URL === undefined) throw new Error("Set DATABASE_URL, or use `npm run dev`, which starts a database.");

export const port = Number(process.env["PORT"] ?? 3000);
/** In a container, HOST=0.0.0.0: localhost is reachable from inside alone. */
export const host = process.env["HOST"] ?? "localhost";
export const address = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;

export const auth = await createAuth({
  driver: createAuthDriver({ connectionString: DATABASE_URL }),
  cookieKey: COOKIE_KEY,
}).connect();

/** Returns the session of somebody who has just signed up. A login would hash the password again, and could be refused by its limits. */
export function newSession(user: User, options: WebLogInOptions): CreateSessionOptions {
  const { ip, userAgent, bindTo, ttlSeconds, idleSeconds } = options;
  return { userId: user.id, ip, userAgent, bindTo, ttlSeconds, idleSeconds };
}
