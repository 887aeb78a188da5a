import type { HeaderList } from "./request.js";

/** A response that refuses a request, for `new Response(refusal.body, refusal)` and the like. */
export interface Refusal {
  readonly status: number;
  readonly code: RefusalCode;
  /** What happened, and what to do. */
  readonly message: string;
  readonly headers: HeaderList;
  /** JSON, `{ "error": message, "code": code }`; empty for a redirect. */
  readonly body: string;
}

/** Why a request is refused. */
export type RefusalCode = "CROSS_SITE_REQUEST" | "LOGIN_REQUIRED" | "RECENT_LOGIN_REQUIRED";

export function refusal(status: number, code: RefusalCode, message: string): Refusal {
  return {
    status,
    code,
    message,
    headers: [
      ["Content-Type", "application/json; charset=utf-8"],
      ["Cache-Control", "no-store"],
    ],
    body: JSON.stringify({ error: message, code }),
  };
}

/** Returns a response that refuses a request by sending the browser to a page, which it gets with GET whatever the method was. */
export function redirection(location: string, { code, message }: Refusal): Refusal {
  return {
    status: 303,
    code,
    message,
    headers: [
      ["Location", asciiOf(location)],
      ["Cache-Control", "no-store"],
    ],
    body: "",
  };
}

/**
 * Returns an address that a header can have: what is not printable ASCII is percent-encoded as UTF-8, and `%` stays, so that what is
 * encoded is not encoded again.
 */
function asciiOf(location: string): string {
  return location.toWellFormed().replaceAll(/[^ -~]+/g, encodeURIComponent);
}

/**
 * A {@link Refusal} as an error, for handlers that need a user and run without one. Express and Fastify respond with its `status`, Hono with
 * `getResponse()`, and `httpStatusOf` returns the status.
 */
export class RefusalError extends Error {
  override readonly name = "RefusalError";
  readonly status: number;
  readonly code: RefusalCode;
  /** The response, as `requireUser` sends it. */
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.status = refusal.status;
    this.code = refusal.code;
    this.refusal = refusal;
  }

  /** Returns the response, which Hono sends for an error with this method. */
  getResponse(): Response {
    return new Response(this.refusal.body, this.refusal);
  }
}
