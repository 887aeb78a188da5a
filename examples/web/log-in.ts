import type { Context } from "hono";
import { isPevensieError, type LoggedInUser } from "pevensie";
import type { Profile } from "./profile.js";
import type { AppEnv } from "./visitor.js";

const HOUR = 3600;
const DAY = 24 * HOUR;

/** How long a session lives: it ends when it is not used for `idleSeconds`, and after `ttlSeconds` in any case. */
export interface SessionLife {
  readonly ttlSeconds: number;
  readonly idleSeconds: number;
}

/** Returns the life of a session: for two weeks without use on a device of one's own, or for two hours. */
export function sessionLife(staysLoggedIn: boolean): SessionLife {
  return staysLoggedIn
    ? { ttlSeconds: 90 * DAY, idleSeconds: 14 * DAY }
    : { ttlSeconds: 12 * HOUR, idleSeconds: 2 * HOUR };
}

/** Returns null, as for a wrong password, for one that nobody can have: it is too long, or has control characters. */
export async function orWrong<T>(attempt: Promise<T>): Promise<T | null> {
  try {
    return await attempt;
  } catch (error) {
    if (isPevensieError(error) && error.code === "INVALID_INPUT" && error.field === "password") return null;
    throw error;
  }
}

/** Logs in with a password, and sets the cookies. Returns null for a wrong email or password. */
export async function logInWithPassword(
  c: Context<AppEnv>,
  credentials: { readonly email: string; readonly password: string },
  staysLoggedIn: boolean,
): Promise<LoggedInUser<Profile> | null> {
  const { sessions, figures } = c.var.services;
  const loggedIn = await orWrong(sessions.logIn(c, { ...credentials, ...sessionLife(staysLoggedIn) }));
  if (loggedIn !== null) figures.countLogIn();
  return loggedIn;
}

/** Sets the cookies after a login by mail, which has created the session. */
export async function startSession(c: Context<AppEnv>, loggedIn: LoggedInUser<Profile>): Promise<void> {
  const { sessions, figures } = c.var.services;
  await sessions.start(c, loggedIn);
  figures.countLogIn();
}
