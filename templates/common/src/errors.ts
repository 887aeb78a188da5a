import { isPevensieError } from "pevensie";
import { httpStatusOf } from "pevensie/web";
import type { FormError } from "./pages.js";

/** Returns what somebody who has sent a form can do about an error. Rethrows any other error. */
export function explain(error: unknown): FormError {
  if (!isPevensieError(error)) throw error;
  switch (error.code) {
    case "EMAIL_TAKEN":
      return { text: "There is an account with this address. Log in instead.", field: "email" };
    case "TOO_MANY_ATTEMPTS": {
      const minutes = Math.ceil((error.retryAfterSeconds ?? 60) / 60);
      return { text: `Too many attempts have failed. Try again in ${minutes} minutes.`, field: null };
    }
    case "USER_BANNED":
      return { text: "This account is suspended.", field: null };
    case "INVALID_INPUT":
      return error.field === "password"
        ? { text: "Use 8 to 1,024 characters, none of them a control character.", field: "password" }
        : { text: "Enter an address such as name@example.com.", field: "email" };
    default:
      throw error;
  }
}

export const WRONG_CREDENTIALS: FormError = { text: "The address or the password is wrong.", field: null };

/** Returns null, as a login with a wrong password does, for what can be no address or password. Rethrows any other error. */
export function nullIfInvalid(error: unknown): null {
  if (isPevensieError(error) && (error.field === "email" || error.field === "password")) return null;
  throw error;
}

/** Logs an error that a handler has thrown, unless the request alone is at fault, such as one with a body that cannot be read. */
export function logError(error: unknown): void {
  if (isPevensieError(error) || httpStatusOf(error) >= 500) console.error(error);
}

/** Returns a field of a form that was sent. */
export function fieldOf(body: unknown, name: string): string {
  const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === "string" ? value : "";
}
