import type { HeaderList } from "./request.js";

/** A response that refuses a request, for `new Response(refusal.body, refusal)` and the like. */
export interface Refusal {
  readonly status: number;
  readonly headers: HeaderList;
  /** JSON: `{ "error": "what happened, and what to do", "code": … }`; empty for a redirect. */
  readonly body: string;
}

/** What the body of a {@link Refusal} has as `code`. */
export type RefusalCode = "CROSS_SITE_REQUEST" | "LOGIN_REQUIRED" | "RECENT_LOGIN_REQUIRED";

export function refusal(status: number, code: RefusalCode, error: string): Refusal {
  return {
    status,
    headers: [
      ["Content-Type", "application/json; charset=utf-8"],
      ["Cache-Control", "no-store"],
    ],
    body: JSON.stringify({ error, code }),
  };
}

/** Returns a response that sends the browser to a page, which it gets with GET whatever the method was. */
export function redirection(location: string): Refusal {
  return {
    status: 303,
    headers: [
      ["Location", location],
      ["Cache-Control", "no-store"],
    ],
    body: "",
  };
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
    const { error, code } = JSON.parse(refusal.body) as { readonly error: string; readonly code: RefusalCode };
    super(error);
    this.status = refusal.status;
    this.code = code;
    this.refusal = refusal;
  }

  /** Returns the response, which Hono sends for an error with this method. */
  getResponse(): Response {
    return new Response(this.refusal.body, this.refusal);
  }
}
