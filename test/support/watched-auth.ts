import { afterAll, beforeAll, expect } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { authOn, createUser } from "./auth.js";
import { endPool } from "./fault-pool.js";
import { observedPool, statementsOf } from "./observed-pool.js";

/** An auth whose statements are watched, with a user to try things on. Use what it gives inside tests. */
export interface WatchedAuth {
  readonly auth: Auth;
  readonly userId: string;
  /** Expects a call to be refused with INVALID_INPUT naming the field, before any SQL and any hashing. */
  expectRefused(field: string, call: () => unknown): Promise<void>;
}

/**
 * Call it at the file's top level.
 *
 * @param hashRuns - how often a password was hashed or verified so far
 */
export function useWatchedAuth(url: string, hashRuns: () => number = () => 0): WatchedAuth {
  const observed = observedPool({ connectionString: url });
  const watched = {
    auth: undefined as unknown as Auth,
    userId: "",
    expectRefused: async (field: string, call: () => unknown) => {
      const runs = hashRuns();
      const statements = await statementsOf(observed, () =>
        expect((async () => call())()).rejects.toMatchObject({ name: "PevensieError", code: "INVALID_INPUT", field }),
      );
      expect(statements).toEqual([]);
      expect(hashRuns()).toBe(runs);
    },
  };
  beforeAll(async () => {
    watched.auth = await authOn({ pool: observed.pool }).connect();
    watched.userId = (await createUser(watched.auth)).id;
  });
  afterAll(async () => {
    await watched.auth.disconnect();
    await endPool(observed.pool);
  });
  return watched;
}
