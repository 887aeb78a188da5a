import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect } from "vitest";
import { type Auth, type AuthOptions, createAuth, type Json, type User } from "../../src/auth/index.js";
import { createAuthDriver, type PostgresDriverConfig } from "../../src/postgres/index.js";
import { readerWith } from "../../src/testing/contracts/auth-driver-context.js";
import { PATIENT } from "./patience.js";

/** What a later read of a session equals. */
export const asRead = readerWith(expect);

export const COOKIE_KEY = "a key for signing cookies in tests";
export const PASSWORD = "correct horse battery staple";

/** An auth on a database, not yet connected. */
export function authOn(config: PostgresDriverConfig, options: Partial<AuthOptions<Json>> = {}) {
  return createAuth({ driver: createAuthDriver({ ...PATIENT, ...config }), cookieKey: COOKIE_KEY, ...options });
}

/** An auth that is connected for the tests of a file. Call it at the top level, and use `.current` inside tests. */
export function useAuth(url: string, options: Partial<AuthOptions<Json>> = {}): { readonly current: Auth } {
  const holder: { current: Auth } = { current: undefined as unknown as Auth };
  beforeAll(async () => {
    holder.current = await authOn({ connectionString: url }, options).connect();
  });
  afterAll(async () => {
    await holder.current.disconnect();
  });
  return holder;
}

export function uniqueEmail(): string {
  return `${randomUUID()}@example.com`;
}

/** A new user with {@link PASSWORD}. */
export function createUser(
  auth: Auth,
  overrides: Partial<Parameters<Auth["createUserWithEmail"]>[0]> = {},
): Promise<User> {
  return auth.createUserWithEmail({ email: uniqueEmail(), password: PASSWORD, userMetadata: {}, ...overrides });
}
