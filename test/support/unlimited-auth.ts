import { afterAll, beforeAll } from "vitest";
import type { Auth } from "../../src/auth/index.js";
import { authOn } from "./auth.js";

/** `useAuth` without login limits, for tests that log in, and fail to, repeatedly. */
export function useUnlimitedAuth(url: string): { readonly current: Auth } {
  const holder: { current: Auth } = { current: undefined as unknown as Auth };
  beforeAll(async () => {
    holder.current = await authOn({ connectionString: url }, { logInLimits: false }).connect();
  });
  afterAll(async () => {
    await holder.current.disconnect();
  });
  return holder;
}
