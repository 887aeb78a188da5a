import { invalidInput, isPevensieError, userNotFound } from "../../errors/index.js";
import { requireText, type TextLimits } from "../../input/text.js";
import { parseId } from "../../input/uuid.js";
import { requireBoolean, requireOptions } from "../../input/values.js";
import type {
  IdentityFunctions,
  LinkIdentityOptions,
  LogInWithIdentityOptions,
  LogInWithIdentityResult,
} from "../api/identities.js";
import type { Identity, IdentityKey } from "../driver/index.js";
import { requireEmail } from "../email.js";
import { LOG_IN_KEYS, Logins } from "./logins.js";

/** OpenID Connect Core, 2: a subject has at most 255 characters. An issuer is a URL. */
const ISSUER_LIMITS: TextLimits = { min: 1, max: 1024, unit: "bytes" };
const SUBJECT_LIMITS: TextLimits = { min: 1, max: 1024, unit: "bytes" };

/** The functions of an auth that concern accounts at identity providers. */
export class Identities<M> extends Logins<M> implements IdentityFunctions<M> {
  async logInWithIdentity(options: LogInWithIdentityOptions<M>): Promise<LogInWithIdentityResult<M>> {
    const keys = ["issuer", "subject", "email", "emailVerified", "userMetadata", ...LOG_IN_KEYS] as const;
    const { emailVerified = false, userMetadata } = requireOptions(options, "options", keys);
    const isVerified = requireBoolean(emailVerified, "emailVerified");
    const logIn = this.readLogIn(options);
    const result = await this.store.logInWithIdentity({
      ...logIn,
      identity: { ...readIdentity(options), email: readEmailClaim(options.email) },
      emailVerified: isVerified,
      userMetadata: userMetadata === undefined ? this.#emptyMetadata() : this.parts.metadata.encode(userMetadata),
    });
    if (result.outcome === "link-required") return result;
    return { outcome: result.outcome, ...(await this.loggedIn(result.loggedIn, logIn.device)) };
  }

  /** Returns null if the codec or schema refuses it: then a user who exists can still log in. */
  #emptyMetadata(): string | null {
    try {
      return this.parts.metadata.encode({});
    } catch {
      return null;
    }
  }

  async linkIdentity(userId: string, identity: LinkIdentityOptions): Promise<Identity> {
    requireOptions(identity, "identity", ["issuer", "subject", "email"]);
    const id = parseId(userId, "userId");
    const linked = { ...readIdentity(identity), email: optionalEmail(identity.email) };
    if (id === null) throw userNotFound();
    return this.store.linkIdentity(id, linked);
  }

  async unlinkIdentity(userId: string, identity: IdentityKey): Promise<void> {
    requireOptions(identity, "identity", ["issuer", "subject"]);
    const id = parseId(userId, "userId");
    const key = readIdentity(identity);
    if (id !== null) await this.store.unlinkIdentity(id, key);
  }

  async listIdentities(userId: string): Promise<Identity[]> {
    const id = parseId(userId, "userId");
    return id === null ? [] : this.store.listIdentities(id);
  }
}

function readIdentity({ issuer, subject }: IdentityKey): IdentityKey {
  return {
    issuer: requireText(issuer, "issuer", ISSUER_LIMITS),
    subject: requireText(subject, "subject", SUBJECT_LIMITS),
  };
}

function optionalEmail(email: unknown): string | null {
  return email === undefined || email === null ? null : requireEmail(email);
}

/**
 * Returns the email that a provider has sent; null for one that cannot be stored. It must not keep a user out whose identity is linked,
 * for whom it is for display alone.
 */
function readEmailClaim(email: unknown): string | null {
  if (email !== undefined && email !== null && typeof email !== "string") {
    throw invalidInput("email", "must be a string");
  }
  try {
    return optionalEmail(email);
  } catch (error) {
    if (isPevensieError(error)) return null;
    throw error;
  }
}
