import { invalidInput } from "../../errors/index.js";
import { parseId } from "../../input/uuid.js";
import type { Session } from "../session.js";
import { deriveKeys, isSignedByAny, type Keys, signatureOf } from "./keys.js";

const SEPARATOR = "|";

/** Signs session ids with HMAC-SHA256 (RFC 2104) and verifies the signatures. */
export class CookieSigner {
  readonly #keys: Keys;

  /**
   * @param keys - the application's keys. The first signs and all verify, so a new key can be put before an old one.
   * Signatures are made with keys derived from them, since the application may sign ids with its own key elsewhere.
   */
  constructor(keys: Keys) {
    this.#keys = deriveKeys(keys, "session-cookie");
  }

  /** Returns the cookie's value: `<session id>|<signature in base64url>`. */
  sign(session: Session): string {
    const id = parseId((session as Partial<Session> | null)?.id, "session.id");
    if (id === null) throw invalidInput("session.id", "must be a session's id");
    return `${id}${SEPARATOR}${signatureOf(id, this.#keys[0])}`;
  }

  /** Returns the session id of a cookie that this application has signed; null for any other text. */
  verify(cookie: unknown): string | null {
    if (typeof cookie !== "string") throw invalidInput("cookie", "must be a string");
    if (cookie.length !== COOKIE_LENGTH) return null;
    const [id = "", signature = ""] = cookie.split(SEPARATOR);
    if (parseId(id, "cookie") !== id) return null;
    return isSignedByAny(id, signature, this.#keys) ? id : null;
  }
}

/** A canonical UUID, the separator, and 32 bytes in base64url. */
const COOKIE_LENGTH = 36 + SEPARATOR.length + 43;
