import { PevensieError, userNotFound, WithheldError } from "../../errors/index.js";
import type { EventListener, PevensieEvent } from "../../events.js";
import type { PasswordCheck } from "../api/index.js";
import type { AuthStore, UserRecord } from "../driver/index.js";
import type { LoginCodes } from "../logins/codes.js";
import type { DeviceTokens } from "../logins/device-tokens.js";
import type { LoginLimiter } from "../logins/limiter.js";
import { decodeUserRecord, type MetadataFormat } from "../metadata.js";
import { type PasswordHasher, requirePassword } from "../passwords/password-hasher.js";
import type { CookieSigner } from "../secrets/cookies.js";
import type { InvokeCallback } from "../transactions/calls.js";
import type { User } from "../user.js";

/** The validated parts of an auth, except its store. */
export interface AuthParts<M> {
  readonly signer: CookieSigner;
  readonly devices: DeviceTokens;
  readonly codes: LoginCodes;
  readonly metadata: MetadataFormat<M>;
  readonly hasher: PasswordHasher;
  readonly limiter: LoginLimiter;
  readonly checkPassword: PasswordCheck | undefined;
  /** Inside a transaction, lets the callback wait for other calls of that transaction. */
  readonly invokeCallback: InvokeCallback;
}

/** What the functions of an auth work with. The classes that extend it, one after another, have those of one subject each. */
export class AuthContext<M> {
  readonly #parts: AuthParts<M>;
  readonly #emit: EventListener;
  readonly #currentStore: () => AuthStore;

  /** @param store - returns the store: a driver, or one of its transactions; called at every use */
  constructor(parts: AuthParts<M>, store: () => AuthStore, emit: EventListener) {
    this.#parts = parts;
    this.#currentStore = store;
    this.#emit = emit;
  }

  protected get parts(): AuthParts<M> {
    return this.#parts;
  }

  protected emit(event: PevensieEvent): void {
    this.#emit(event);
  }

  protected get store(): AuthStore {
    return this.#currentStore();
  }

  protected decode(record: UserRecord): User<M>;
  protected decode(record: UserRecord | null): User<M> | null;
  protected decode(record: UserRecord | null): User<M> | null {
    return record && decodeUserRecord(this.parts.metadata, record);
  }

  protected found(record: UserRecord | null): UserRecord {
    if (record === null) throw userNotFound();
    return record;
  }

  /**
   * Returns the hash of a new password.
   *
   * @param emailOf - returns the user's email; null if there is no such user
   */
  protected async hash(password: unknown, emailOf: () => string | null | Promise<string | null>): Promise<string> {
    const text = requirePassword(password);
    const { checkPassword, hasher } = this.parts;
    if (checkPassword !== undefined) {
      const email = await emailOf();
      if (email !== null) await requireAccepted(checkPassword, text, email);
    }
    return hasher.hash(text);
  }

  protected emitPasswordChange(userId: string): void {
    this.emit({ type: "password-changed", userId });
    this.emit({ type: "session-ended", reason: "password-changed", userId });
  }
}

async function requireAccepted(check: PasswordCheck, password: string, email: string): Promise<void> {
  try {
    await check(password, { email });
  } catch (error) {
    // A mistake of the application's, which the user cannot mend with another password.
    if (error instanceof PevensieError && error.field === "checkPassword") throw error;
    throw new PevensieError(
      "INVALID_INPUT",
      "password is refused by the application's checkPassword: choose another one",
      {
        field: "password",
        cause: new WithheldError(error),
      },
    );
  }
}

export function invalidToken(): PevensieError {
  return new PevensieError("INVALID_ONE_TIME_TOKEN", "The token is not valid (any more): ask for a new one.");
}
