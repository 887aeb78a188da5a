import { invalidInput } from "../errors/index.js";
import { encodeMetadata } from "../input/metadata.js";
import { optionalPrefix, optionalText, requireText, type TextLimits } from "../input/text.js";
import { parseId } from "../input/uuid.js";
import { optionalDate, optionalIp, optionalTtl, requireInteger, requireOptions, requireTtl } from "../input/values.js";
import { shapeOf } from "../shape.js";
import type { UserUpdate } from "./api/index.js";
import type {
  SessionPresentation,
  SessionTerms,
  UserChanges,
  UserPage,
  UserPatterns,
  UserSelection,
  UserState,
} from "./driver/index.js";
import { normalForm, requireEmail } from "./email.js";
import type { MetadataFormat } from "./metadata.js";
import { ALL_BINDINGS, readBindTo } from "./session-terms.js";

const ROLE_LIMITS: TextLimits = { min: 1, max: 255, unit: "characters" };

/** Number of characters of a user agent that are stored and compared. */
const USER_AGENT_CHARACTERS = 1024;

/** E.164 numbers have at most 15 digits; separators and extensions are up to the application. */
const PHONE_NUMBER_LIMITS: TextLimits = { min: 1, max: 64, unit: "characters" };

/** Longer than any value that a pattern could match. */
const PATTERN_LIMITS: TextLimits = { max: 1024, unit: "characters" };

const DEFAULT_PAGE = 100;
const MAX_PAGE = 10_000;
const MAX_PATTERNS = 1000;

export function optionalRole(value: unknown): string | null {
  return optionalText(value, "role", ROLE_LIMITS);
}

export function requirePhoneNumber(value: unknown): string {
  return requireText(value, "phoneNumber", PHONE_NUMBER_LIMITS);
}

export function optionalPhoneNumber(value: unknown): string | null {
  return value === undefined || value === null ? null : requirePhoneNumber(value);
}

/**
 * Returns the user who has to own what a call is for: undefined for anybody, null for an id that nobody has. Unlike other options, an
 * explicit `userId: undefined` is refused: it is a missing value, and would extend the call to every user.
 */
export function readOwnerId(options: { readonly userId?: unknown }): string | null | undefined {
  if (!("userId" in options)) return undefined;
  if (options.userId === undefined) {
    throw invalidInput("userId", "must not be undefined. Leave it out to act on what any user owns");
  }
  return parseId(options.userId, "userId");
}

/** The options that describe a client. */
export const CLIENT_KEYS = ["ip", "userAgent"] as const;

const CLIENT = shapeOf(...CLIENT_KEYS);

/** Returns the client that presents a session, or to which a session is bound. */
export function readClient(options: { readonly ip?: unknown; readonly userAgent?: unknown }): SessionPresentation {
  // The client chooses this header, and it must not make a session lookup fail: a long one is truncated, not refused.
  const userAgent = optionalPrefix(options.userAgent, "userAgent", USER_AGENT_CHARACTERS);
  return { ...CLIENT, ip: optionalIp(options.ip), userAgent };
}

/** @param defaultTtlSeconds - null for none: then the option may be null, too. A session of a login cannot be made endless by null. */
export function readSessionTerms(
  options: {
    readonly ip?: unknown;
    readonly userAgent?: unknown;
    readonly bindTo?: unknown;
    readonly ttlSeconds?: unknown;
    readonly idleSeconds?: unknown;
  },
  defaultTtlSeconds: number | null,
): SessionTerms {
  const { bindTo, ttlSeconds = defaultTtlSeconds } = options;
  const boundTo = readBindTo(bindTo, ALL_BINDINGS);
  return {
    ...readClient(options),
    boundTo,
    ttlSeconds: defaultTtlSeconds === null ? optionalTtl(ttlSeconds) : requireTtl(ttlSeconds),
    idleSeconds: optionalTtl(options.idleSeconds, "idleSeconds"),
  };
}

const STATES: readonly unknown[] = ["live", "banned", "deleted", "any"] satisfies UserState[];

export function readSelection(options: { filters?: unknown; state?: unknown; role?: unknown }): UserSelection {
  const { filters = {}, state = "live" } = options;
  if (!STATES.includes(state)) throw invalidInput("state", `must be one of: ${STATES.join(", ")}`);
  const given = requireOptions(filters, "filters", ["id", "email", "phoneNumber"]);
  const patterns: UserPatterns = {
    ...patternsOf("id", given.id, normalForm),
    ...patternsOf("email", given.email, normalForm),
    ...patternsOf("phoneNumber", given.phoneNumber, (pattern) => pattern),
  };
  // Null is no role: whoever passes it may mean the users without one, and must not get all.
  const role = options.role === undefined ? null : requireText(options.role, "role", ROLE_LIMITS);
  const selection = { state: state as UserState, role };
  return Object.keys(patterns).length === 0 ? selection : { ...selection, patterns };
}

export function readPage(options: {
  limit?: unknown;
  offset?: unknown;
  after?: unknown;
  filters?: unknown;
  state?: unknown;
  role?: unknown;
}): UserPage {
  const { limit = DEFAULT_PAGE, offset = 0 } = options;
  const given = options.after ?? null;
  const after = given === null ? null : parseId(given, "after");
  if (after === null && given !== null) throw invalidInput("after", "must be the id of a user");
  return {
    ...readSelection(options),
    limit: requireInteger(limit, "limit", 0, MAX_PAGE),
    offset: requireInteger(offset, "offset", 0, Number.MAX_SAFE_INTEGER),
    after,
  };
}

function patternsOf<K extends keyof UserPatterns>(
  field: K,
  values: unknown,
  normalise: (pattern: string, field: string) => string,
): Pick<UserPatterns, K> | undefined {
  if (values === undefined) return undefined;
  const name = `filters.${field}`;
  if (!Array.isArray(values) || values.length > MAX_PATTERNS) {
    throw invalidInput(name, `must be a list of at most ${MAX_PATTERNS} patterns`);
  }
  const patterns = values.map((value) => normalise(requireText(value, name, PATTERN_LIMITS), name));
  return { [field]: patterns } as unknown as Pick<UserPatterns, K>;
}

const UPDATE_KEYS = [
  "role",
  "email",
  "emailConfirmedAt",
  "phoneNumber",
  "phoneNumberConfirmedAt",
  "password",
  "lastSignIn",
  "appMetadata",
  "userMetadata",
  "bannedUntil",
] as const;

/** Returns the changes of an update except the password, which has to be hashed. An undefined key counts as absent. */
export function readUpdate<M>(update: unknown, metadata: MetadataFormat<M>): UserChanges {
  const given = requireOptions(update, "update", UPDATE_KEYS) as UserUpdate<M>;
  const changes: { -readonly [K in keyof UserChanges]: UserChanges[K] } = {};
  if (given.role !== undefined) changes.role = optionalRole(given.role);
  if (given.email !== undefined) changes.email = requireEmail(given.email);
  if (given.phoneNumber !== undefined) changes.phoneNumber = optionalPhoneNumber(given.phoneNumber);
  for (const field of ["emailConfirmedAt", "phoneNumberConfirmedAt", "lastSignIn", "bannedUntil"] as const) {
    if (given[field] !== undefined) changes[field] = optionalDate(given[field], field);
  }
  if (given.appMetadata !== undefined) changes.appMetadata = encodeMetadata(given.appMetadata, "appMetadata");
  if (given.userMetadata !== undefined) changes.userMetadata = metadata.encode(given.userMetadata);
  return changes;
}

/** Returns the id of the session that a password change does not end; null if none is given, or the text is no id. */
export function readKeepSessionId(options: unknown): string | null {
  const { keepSessionId } = requireOptions(options, "options", ["keepSessionId"]);
  return readSessionId(keepSessionId, "keepSessionId");
}

/** Returns a session id in canonical form; null if none is given, or the text is no id. */
export function readSessionId(value: unknown, field: string): string | null {
  return value === undefined || value === null ? null : parseId(value, field);
}
