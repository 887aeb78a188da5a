import { isPevensieError } from "pevensie";
import { httpStatusOf } from "pevensie/web";

/** Returns what somebody who has sent a form can do about an error. Rethrows any other error. */
export function explain(error: unknown): string {
  if (!isPevensieError(error)) throw error;
  switch (error.code) {
    case "EMAIL_TAKEN":
      return "There is an account with this address. Log in instead.";
    case "TOO_MANY_ATTEMPTS":
      return `Too many attempts have failed. Try again in ${Math.ceil((error.retryAfterSeconds ?? 60) / 60)} minutes.`;
    case "USER_BANNED":
      return "This account is suspended.";
    case "INVALID_INPUT":
      return error.field === "password"
        ? "Use 8 to 1,024 characters, none of them a control character."
        : "Enter an address such as name@example.com.";
    default:
      throw error;
  }
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
