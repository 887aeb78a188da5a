import type { Session } from "../auth/index.js";
import { invalidInput } from "../errors/index.js";
import { requireOptions, requireTtl } from "../input/values.js";
import { type Refusal, redirection, refusal } from "./refusal.js";

/** Options of `requireUser` and `requireRecentLogin`. */
export interface AccessOptions<R> {
  /**
   * For pages: where a browser is sent (303), which may depend on the request. Default: none, the response is 401 or 403 with JSON.
   */
  readonly redirectTo?: string | ((request: R) => string) | undefined;
}

/** Decides whether a session is admitted. `session` is null or undefined if nobody is logged in. */
export type Access<R> = (session: Session | null | undefined, request: R) => Refusal | null;

/**
 * Creates what decides whether a request is admitted: those with a session. With `seconds`, the last login or `reauthenticate` must be at
 * most that many seconds ago.
 *
 * @throws INVALID_INPUT for seconds that are not a whole number from 1 to 3,155,760,000, or undefined
 */
export function createAccess<R>(options: AccessOptions<R> = {}, ...within: [seconds?: number]): Access<R> {
  const { redirectTo } = requireOptions(options, "options", ["redirectTo"]) as AccessOptions<R>;
  if (redirectTo !== undefined && typeof redirectTo !== "string" && typeof redirectTo !== "function") {
    throw invalidInput("redirectTo", "must be a path, or a function that returns one");
  }
  const withinSeconds = within.length === 0 ? Number.POSITIVE_INFINITY : requireTtl(within[0], "seconds");

  return (session, request) => {
    const isNobody = session === null || session === undefined;
    if (!isNobody && session.authenticationAgeSeconds <= withinSeconds) return null;
    const refused = isNobody
      ? refusal(401, "LOGIN_REQUIRED", "Nobody is logged in, or the session has ended. Log in and try again.")
      : refusal(
          403,
          "RECENT_LOGIN_REQUIRED",
          "The last login was too long ago. Enter the password again and repeat this.",
        );
    if (redirectTo === undefined) return refused;
    return redirection(typeof redirectTo === "string" ? redirectTo : redirectTo(request), refused);
  };
}
