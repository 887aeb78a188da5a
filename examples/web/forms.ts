import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { isPevensieError, type PevensieError, WithheldError } from "pevensie";
import { TooManyRequests } from "./limits.js";
import { NAME_LENGTH, readName } from "./profile.js";
import type { AppEnv } from "./visitor.js";

/** What a form holds, and what is wrong with it. */
export interface Form {
  readonly values: Readonly<Record<string, string>>;
  /** By field, what to do about it. */
  readonly errors: Readonly<Record<string, string>>;
  /** What concerns no field. */
  readonly message?: string | undefined;
  readonly status: 200 | 401 | 403 | 409 | 422 | 429 | 503;
  readonly retryAfterSeconds?: number | undefined;
}

/** A form that nobody has filled in, or with values to begin with. */
export function emptyForm(values: Readonly<Record<string, string>> = {}): Form {
  return { values, errors: {}, status: 200 };
}

/** Returns the empty form of a login or password page, with a message if another form was refused. */
export function formBetween(c: Context<AppEnv>, message: string): Form {
  return c.req.query("form") === "refused" ? { ...emptyForm(), message } : emptyForm();
}

/** Returns the texts of a form that was sent. Files are left out. */
export async function readForm(c: Context<AppEnv>): Promise<Readonly<Record<string, string>>> {
  const body = await c.req.parseBody().catch(() => {
    throw new HTTPException(400, { message: "the form is malformed" });
  });
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** Returns the form again with an error at a field. */
export function refuse(values: Form["values"], field: string, error: string): Form {
  return { values, errors: { [field]: error }, status: 422 };
}

const MIN_PASSWORD_LENGTH = 8;
const MAX_PASSWORD_LENGTH = 1024;

/** Whether a text can be an address at all. */
export function isAddress(text: string): boolean {
  return /^[^@\s\0]+@[^@\s\0]+$/.test(text.trim());
}

const CHECKS = {
  name: (text: string) => readName(text) !== null,
  email: isAddress,
  password: ({ length }: string) => length >= MIN_PASSWORD_LENGTH && length <= MAX_PASSWORD_LENGTH,
} as const;

/** Returns the form again with everything that is wrong with these fields; null if nothing is. Pevensie finds what this does not. */
export function check(values: Form["values"], ...fields: (keyof typeof CHECKS)[]): Form | null {
  const wrong = fields.filter((field) => !CHECKS[field](values[field] ?? ""));
  if (wrong.length === 0) return null;
  return { values, errors: Object.fromEntries(wrong.map((field) => [field, HINTS[field]])), status: 422 };
}

/** Returns the form again with what to do about an error; rethrows an error that the user can do nothing about. */
export function explain(error: unknown, values: Form["values"]): Form {
  if (error instanceof TooManyRequests) {
    return tooMany(values, error.retryAfterSeconds, "That was too often. Try again");
  }
  if (!isPevensieError(error)) throw error;
  const field = error.code === "INVALID_INPUT" ? fieldOf(error) : undefined;
  if (field !== undefined) return refuse(values, field, reasonOf(error) ?? HINTS[field]);
  switch (error.code) {
    case "EMAIL_TAKEN":
      return { ...refuse(values, "email", "Another account uses this address."), status: 409 };
    case "USER_BANNED":
      return {
        values,
        errors: {},
        message: "This account is suspended. Write to us if you think that is wrong.",
        status: 403,
      };
    case "TOO_MANY_ATTEMPTS":
      return tooMany(
        values,
        error.retryAfterSeconds ?? 60,
        "Too many attempts have failed. Choose a new password, or try again",
      );
    case "CHANGED_CONCURRENTLY":
      return {
        values,
        errors: {},
        message: "Your account was changed meanwhile. Look at it, and try again.",
        status: 409,
      };
    case "OVERLOADED":
      return {
        values,
        errors: {},
        message: "There is a rush. Try again in a moment.",
        status: 503,
        retryAfterSeconds: 5,
      };
    default:
      throw error;
  }
}

function tooMany(values: Form["values"], retryAfterSeconds: number, message: string): Form {
  return { values, errors: {}, message: `${message} ${inWords(retryAfterSeconds)}.`, status: 429, retryAfterSeconds };
}

/** What to do about a field, by the name that Pevensie has for it, too. */
export const HINTS = {
  name: `Enter a name of 1 to ${NAME_LENGTH} characters.`,
  email: "Enter an address such as name@example.com.",
  password: `Use ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters, in one line.`,
  code: "This code is wrong or too old. After five attempts, ask for another.",
} as const;

/** What the application's own check says about a password. */
function reasonOf({ cause }: PevensieError): string | undefined {
  const reason = cause instanceof WithheldError ? cause.reveal() : null;
  return reason instanceof Error ? `Choose another password: this one ${reason.message}.` : undefined;
}

function fieldOf({ field }: PevensieError): keyof typeof HINTS | undefined {
  return field !== undefined && Object.hasOwn(HINTS, field) ? (field as keyof typeof HINTS) : undefined;
}

/** Returns a duration in words, rounded up: "in 5 minutes". */
export function inWords(seconds: number): string {
  if (seconds < 90) return `in ${Math.ceil(seconds)} ${Math.ceil(seconds) === 1 ? "second" : "seconds"}`;
  if (seconds < 5400) return `in ${Math.ceil(seconds / 60)} minutes`;
  return `in ${Math.ceil(seconds / 3600)} hours`;
}
