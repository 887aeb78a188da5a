import { createHmac } from "node:crypto";

export const SESSION_SECRET = "wS2kV7nT4qX9bJ6mR1zC8dFgH3yLpA5e";

/** The `Cookie` header with a session's id: signed as cookie-signature does, which express-session depends on. */
export function expressCookieOf(id: string): string {
  const signature = createHmac("sha256", SESSION_SECRET).update(id).digest("base64").replace(/=+$/, "");
  return `connect.sid=${encodeURIComponent(`s:${id}.${signature}`)}`;
}
