import { createHmac, timingSafeEqual } from "node:crypto";
import { invalidInput } from "../errors/index.js";
import { parseId } from "../input/uuid.js";
import { deriveKey, requireKeys } from "./keys.js";
import type { Session } from "./session.js";

const SEPARATOR = "|";

/** Signs session ids with HMAC-SHA256 (RFC 2104), and tells ids that it has signed from others. */
export class CookieSigner {
  readonly #keys: readonly [Buffer, ...Buffer[]];

  /**
   * @param keys - the application's; the first signs, all of them verify, so that a new key can be put before an old one.
   * Signatures are made with keys derived from them: the application may have signed ids with its own key elsewhere.
   * @throws INVALID_INPUT for no key at all, one of fewer than 32 bytes, or a placeholder
   */
  constructor(keys: unknown) {
    const [first, ...rest] = requireKeys(keys, "cookieKey");
    const derived = (key: Buffer) => deriveKey(key, "session-cookie");
    this.#keys = [derived(first), ...rest.map(derived)];
  }

  /** The cookie's value: `<session id>|<signature in base64url>`. */
  sign(session: Session): string {
    const id = parseId((session as Partial<Session> | null)?.id, "session.id");
    if (id === null) throw invalidInput("session.id", "must be a session's id");
    return `${id}${SEPARATOR}${signatureOf(id, this.#keys[0])}`;
  }

  /** The session id of a cookie that this application has signed; null for any other text. */
  verify(cookie: unknown): string | null {
    if (typeof cookie !== "string") throw invalidInput("cookie", "must be a string");
    if (cookie.length !== COOKIE_LENGTH) return null;
    const [id = "", signature = ""] = cookie.split(SEPARATOR);
    if (parseId(id, "cookie") !== id) return null;
    // The signatures are compared as text: another encoding of the same bytes is another text.
    const given = Buffer.from(signature, "utf8");
    const matches = this.#keys.map((key) => {
      const own = Buffer.from(signatureOf(id, key), "utf8");
      return own.length === given.length && timingSafeEqual(own, given);
    });
    return matches.includes(true) ? id : null;
  }
}

/** A canonical UUID, the separator, and 32 bytes in base64url. */
const COOKIE_LENGTH = 36 + SEPARATOR.length + 43;

function signatureOf(id: string, key: Buffer): string {
  return createHmac("sha256", key).update(id, "utf8").digest("base64url");
}
