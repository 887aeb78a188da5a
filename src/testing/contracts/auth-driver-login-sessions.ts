import { randomUUID } from "node:crypto";
import type { LogInSession, Session, SessionTerms, UserRecord } from "../../auth/index.js";
import { parseIpAddress } from "../../net/index.js";
import { type AuthContractContext, newHash, PASSWORD_HASH, SESSION_TERMS } from "./auth-driver-context.js";

const HOUR = 3600;
const IP = parseIpAddress("2001:db8::1");
const CLIENT = { ip: IP, userAgent: "A" };

const TERMS: readonly SessionTerms[] = [
  { ...SESSION_TERMS, ttlSeconds: 2 * HOUR },
  { ...SESSION_TERMS, ttlSeconds: null },
  { ...SESSION_TERMS, idleSeconds: HOUR },
  { ...SESSION_TERMS, ...CLIENT, boundTo: [] },
  { ...SESSION_TERMS, ...CLIENT, boundTo: ["ip"] },
  { ...SESSION_TERMS, ...CLIENT, boundTo: ["userAgent"] },
  { ...SESSION_TERMS, ...CLIENT, boundTo: ["ip", "userAgent"] },
];

export function loginSessionsContract(context: AuthContractContext): void {
  const { describe, expect, test } = context.runner;
  const { asRead } = context;

  /** The ways to log in, each of which returns the session that it has created. */
  const logIns: Record<string, (user: UserRecord, logIn: LogInSession) => Promise<Session | undefined>> = {
    "a password": async ({ id: userId }, logIn) => {
      const verified = { userId, passwordHash: PASSWORD_HASH, newPasswordHash: null };
      return (await context.driver.logIn({ ...logIn, ...verified }))?.session;
    },
    "a token": async ({ email }, logIn) => {
      const hash = newHash();
      await context.driver.createLogInToken(email, hash, HOUR);
      return (await context.driver.logInWithToken("log-in", hash, logIn))?.session;
    },
    "a code": async ({ email }, logIn) => {
      const hash = newHash();
      await context.driver.createLogInCode(email, hash, HOUR);
      await context.driver.tryLogInCode(email, [hash]);
      return (await context.driver.logInWithToken("log-in-code", hash, logIn))?.session;
    },
    "an identity": async ({ id: userId, email }, logIn) => {
      const identity = { issuer: "https://issuer.example", subject: randomUUID(), email };
      await context.driver.linkIdentity(userId, identity);
      const identified = { identity, emailVerified: true, userMetadata: null };
      const result = await context.driver.logInWithIdentity({ ...logIn, ...identified });
      return result.outcome === "logged-in" ? result.loggedIn.session : undefined;
    },
  };

  describe("the session of a login", () => {
    for (const [name, logIn] of Object.entries(logIns)) {
      test(`that used ${name} has the terms that were asked for`, async () => {
        const { id } = await context.createUser();
        const user = await context.driver.updateUser(id, { emailConfirmedAt: new Date() }, null);
        for (const terms of TERMS) {
          const asked = { session: terms, replaceSessionId: null, device: null, exemption: null };
          const session = (await logIn(user as UserRecord, asked)) as Session;
          const { createdAt, expiresAt, ip, userAgent, idleSeconds } = session;
          const ttlSeconds = expiresAt && (expiresAt.getTime() - createdAt.getTime()) / 1000;
          const boundTo = terms.ip === null ? [] : terms.boundTo;
          expect({ ...session, ip, userAgent, idleSeconds, ttlSeconds }).toMatchObject({ ...terms, boundTo });
          await expect(context.driver.getSession(session.id, CLIENT)).resolves.toEqual(asRead(session));
        }
      });
    }
  });
}
