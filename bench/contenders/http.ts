import { createAuth } from "pevensie";
import { createAuthDriver } from "pevensie/postgres";
import { createWebSessions } from "pevensie/web";
import type { Dataset } from "../seed.js";
import { createDatabase } from "../servers.js";
import { cookieOf, seedBetterAuth } from "./better-auth.js";
import { seedConnectPgSimple } from "./connect-pg-simple.js";
import type { Stage } from "./contender.js";
import { expressCookieOf } from "./express-session.js";
import { COOKIE_KEY } from "./pevensie.js";

/** What a server looks up before it answers. Each is a process of its own: see scenarios/http-server.ts. */
export const SERVER_KINDS = [
  "none",
  "pevensie",
  "pevensie-unbatched",
  "better-auth",
  "express-session",
  "express-session-untouched",
] as const;

export type ServerKind = (typeof SERVER_KINDS)[number];

/** The names of the table. */
export const SERVER_NAMES: Readonly<Record<ServerKind, string>> = {
  none: "no session",
  pevensie: "pevensie/web, session and user",
  "pevensie-unbatched": "pevensie/web, `batching: false`",
  "better-auth": "better-auth `getSession`",
  "express-session": "express-session, connect-pg-simple",
  "express-session-untouched": "express-session, connect-pg-simple, without touch",
};

/** What a server is started with, and what it is sent. */
export interface HttpContender {
  readonly kind: ServerKind;
  /** Of its database. */
  readonly url: string;
  /** `Cookie` headers, each of another session. */
  readonly cookies: readonly string[];
}

/** Fills the tables of all, and makes their cookies. */
export async function httpContenders({ servers, data }: Stage, cookieCount: number): Promise<HttpContender[]> {
  const ours = { url: data.url, cookies: await ourCookies(data, cookieCount) };
  const betterAuthUrl = await createDatabase(servers.postgres, "better_auth");
  const tokens = (await seedBetterAuth(betterAuthUrl, data)).slice(0, cookieCount);
  const betterAuth = { url: betterAuthUrl, cookies: tokens.map(cookieOf) };
  const expressUrl = await createDatabase(servers.postgres, "connect_pg_simple");
  const ids = (await seedConnectPgSimple(expressUrl, data)).slice(0, cookieCount);
  const express = { url: expressUrl, cookies: ids.map(expressCookieOf) };
  return [
    { kind: "none", ...ours },
    { kind: "pevensie", ...ours },
    { kind: "pevensie-unbatched", ...ours },
    { kind: "better-auth", ...betterAuth },
    { kind: "express-session", ...express },
    { kind: "express-session-untouched", ...express },
  ];
}

/** The cookies that a browser would send over TLS: those that the package sets. */
async function ourCookies({ url, sessionIds }: Dataset, count: number): Promise<string[]> {
  const driver = createAuthDriver({ connectionString: url });
  const auth = await createAuth({ driver, cookieKey: COOKIE_KEY }).connect();
  try {
    const web = createWebSessions(auth);
    const request = new Request("https://example.com/");
    return await Promise.all(
      sessionIds.slice(0, count).map(async (id) => {
        const session = await auth.getSession(id);
        if (session === null) throw new Error("a session of the data is not there");
        const { headers } = await web.start(request, session);
        return new Headers(headers).getSetCookie()[0]?.split(";")[0] ?? "";
      }),
    );
  } finally {
    await auth.disconnect();
  }
}
