import { invalidInput, isPevensieError, userNotFound } from "../../errors/index.js";
import { encodeMetadata } from "../../input/metadata.js";
import { requireText, type TextLimits } from "../../input/text.js";
import { parseId } from "../../input/uuid.js";
import { optionalIp, requireOptions, requireTtl } from "../../input/values.js";
import type {
  ConfirmEmailChangeOptions,
  ConfirmEmailOptions,
  CreateEmailChangeTokenOptions,
  CreateOneTimeTokenOptions,
  CreatePasswordResetTokenOptions,
  OneTimeToken,
  OneTimeTokenFunctions,
  OneTimeTokenOptions,
  OneTimeTokenOwner,
  OneTimeTokenUse,
  ResetPasswordOptions,
} from "../api/tokens.js";
import type { OneTimeTokenKey, OneTimeTokenType } from "../driver/index.js";
import { normaliseEmail, requireEmail } from "../email.js";
import { readOwnerId, readSessionId } from "../input.js";
import { requirePassword } from "../passwords/password-hasher.js";
import { generateToken, hashToken, requireTokenType } from "../secrets/tokens.js";
import type { User } from "../user.js";
import { invalidToken } from "./context.js";
import { Sessions } from "./sessions.js";

const PURPOSE_LIMITS: TextLimits = { min: 1, max: 255, unit: "characters" };

/** Maximum size of a payload, in bytes of its JSON text. */
const MAX_PAYLOAD_BYTES = 8192;

/** So that a stranger who asks for a token does not void the one that the owner is about to use. */
const KEPT_TOKENS = 4;

/** The functions of an auth that concern one-time tokens. */
export class OneTimeTokens<M> extends Sessions<M> implements OneTimeTokenFunctions<M> {
  async createOneTimeToken(options: CreateOneTimeTokenOptions): Promise<string> {
    requireOptions(options, "options", ["userId", "tokenType", "ttlSeconds", "purpose", "payload"]);
    const { tokenType, purpose } = readOwner(options);
    if (tokenType === "email-change") throw invalidInput("tokenType", "email-change: call createEmailChangeToken");
    const ttlSeconds = requireTtl(options.ttlSeconds);
    const payload = readPayload(options.payload);
    const userId = parseId(options.userId, "userId");
    if (userId === null) throw userNotFound();
    const { token, tokenHash } = generateToken(tokenType);
    const keep = tokenType === "application" ? 0 : KEPT_TOKENS;
    const created = { userId, tokenType, purpose, tokenHash, payload, ttlSeconds, keep, email: null };
    try {
      await this.store.createOneTimeToken(created);
    } catch (error) {
      // Whoever asks for a new password is a stranger, who must not learn of the ban: the token is as void as the user's others.
      if (tokenType !== "password-reset" || !isPevensieError(error) || error.code !== "USER_BANNED") throw error;
    }
    return token;
  }

  async createPasswordResetToken(
    options: CreatePasswordResetTokenOptions,
  ): Promise<{ token: string; user: User<M> } | null> {
    requireOptions(options, "options", ["email", "ttlSeconds"]);
    const email = normaliseEmail(options.email);
    const ttlSeconds = requireTtl(options.ttlSeconds);
    const { token, tokenHash } = generateToken("password-reset");
    const user = this.decode(await this.store.createPasswordResetToken(email, tokenHash, ttlSeconds));
    return user && { token, user };
  }

  async validateOneTimeToken(options: OneTimeTokenOptions): Promise<boolean> {
    return (await this.getOneTimeToken(options)) !== null;
  }

  async getOneTimeToken(options: OneTimeTokenOptions): Promise<OneTimeToken | null> {
    const key = readKey(options);
    const found = key && (await this.store.getOneTimeToken(key));
    if (key === null || found === null) return null;
    const { tokenType, purpose } = key;
    return { ...found, tokenType, purpose };
  }

  async useOneTimeToken(options: OneTimeTokenOptions): Promise<OneTimeTokenUse> {
    const key = readKey(options);
    const used = key && (await this.store.useOneTimeToken(key));
    if (key === null || used === null) throw invalidToken();
    this.emit({ type: "token-used", tokenType: key.tokenType, userId: used.userId });
    return used;
  }

  async deleteOneTimeToken(options: OneTimeTokenOptions): Promise<void> {
    const key = readKey(options);
    if (key !== null) await this.store.deleteOneTimeToken(key);
  }

  async confirmEmail(options: ConfirmEmailOptions): Promise<User<M>> {
    requireOptions(options, "options", ["token"]);
    const tokenType = "email-confirmation";
    const tokenHash = hashToken(tokenType, options.token);
    const user = tokenHash === null ? null : await this.store.confirmEmail(tokenHash);
    if (user === null) throw invalidToken();
    this.emit({ type: "token-used", tokenType, userId: user.id });
    return this.decode(user);
  }

  async createEmailChangeToken(options: CreateEmailChangeTokenOptions): Promise<string> {
    requireOptions(options, "options", ["userId", "email", "ttlSeconds"]);
    const tokenType = "email-change";
    const email = requireEmail(options.email);
    const ttlSeconds = requireTtl(options.ttlSeconds);
    const userId = parseId(options.userId, "userId");
    if (userId === null) throw userNotFound();
    const { token, tokenHash } = generateToken(tokenType);
    const purpose = null;
    await this.store.createOneTimeToken({
      userId,
      tokenType,
      purpose,
      tokenHash,
      payload: null,
      ttlSeconds,
      keep: 0,
      email,
    });
    return token;
  }

  async confirmEmailChange(options: ConfirmEmailChangeOptions): Promise<{ user: User<M>; previousEmail: string }> {
    requireOptions(options, "options", ["token", "keepSessionId"]);
    const tokenType = "email-change";
    const keepSessionId = readSessionId(options.keepSessionId, "keepSessionId");
    const tokenHash = hashToken(tokenType, options.token);
    const changed = tokenHash === null ? null : await this.store.confirmEmailChange(tokenHash, keepSessionId);
    if (changed === null) throw invalidToken();
    const { user, previousEmail } = changed;
    this.emit({ type: "token-used", tokenType, userId: user.id });
    this.emit({ type: "session-ended", reason: "email-changed", userId: user.id });
    return { user: this.decode(user), previousEmail };
  }

  async resetPassword(options: ResetPasswordOptions): Promise<User<M>> {
    requireOptions(options, "options", ["token", "password", "ip"]);
    const tokenType = "password-reset";
    const password = requirePassword(options.password);
    const ip = optionalIp(options.ip);
    const tokenHash = hashToken(tokenType, options.token);
    if (tokenHash === null) throw invalidToken();
    // Hashing is expensive: an unknown token must not cause it.
    const owner = await this.store.getOneTimeToken({ tokenType, tokenHash, purpose: null, userId: null });
    if (owner === null) throw invalidToken();
    const { userId } = owner;
    const emailOf = async () => (await this.store.getUserById(userId))?.email ?? null;
    const passwordHash = await this.hash(password, emailOf);
    const exemptions = this.parts.limiter.provedMailbox(ip);
    const key = { userId, tokenType, tokenHash, purpose: null } as const;
    const record = await this.store.resetPassword(key, passwordHash, exemptions);
    if (record === null) throw invalidToken();
    this.emit({ type: "token-used", tokenType, userId });
    this.emitPasswordChange(userId);
    return this.decode(record);
  }
}

function readOwner(options: OneTimeTokenOwner): { tokenType: OneTimeTokenType; purpose: string | null } {
  const tokenType = requireTokenType(options.tokenType);
  if (tokenType === "application") {
    if (options.purpose === undefined) throw invalidInput("purpose", 'is required for the token type "application"');
    return { tokenType, purpose: requireText(options.purpose, "purpose", PURPOSE_LIMITS) };
  }
  if (options.purpose === undefined) return { tokenType, purpose: null };
  throw invalidInput("purpose", 'is for the token type "application" alone');
}

/** Returns null for a token or a user's id that nothing can have. */
function readKey(options: OneTimeTokenOptions): OneTimeTokenKey | null {
  requireOptions(options, "options", ["userId", "tokenType", "token", "purpose"]);
  const { tokenType, purpose } = readOwner(options);
  const userId = readOwnerId(options);
  const tokenHash = hashToken(tokenType, options.token);
  if (tokenHash === null || userId === null) return null;
  return { tokenType, purpose, tokenHash, userId: userId ?? null };
}

/** Returns the payload as JSON text; null for none. */
function readPayload(payload: unknown): string | null {
  if (payload === undefined || payload === null) return null;
  const text = encodeMetadata(payload, "payload");
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) {
    throw invalidInput("payload", `must be at most ${MAX_PAYLOAD_BYTES} bytes long, as JSON text`);
  }
  return text;
}
