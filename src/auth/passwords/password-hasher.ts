import { hash, verify } from "@node-rs/argon2";
import { PevensieError } from "../../errors/index.js";
import { composeText, requireText, type TextLimits } from "../../input/text.js";
import { parseArgon2Hash } from "./argon2-hash.js";
import { reachesBcryptLimit } from "./bcrypt-hash.js";
import { FairSemaphore, type SemaphoreLimits } from "./fair-semaphore.js";
import { readPasswordHash } from "./password-hash.js";
import type { ReadableHash } from "./readable-hash.js";

/** OWASP's recommendation for argon2id, the library's default algorithm: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The least that argon2 computes. For tests, which need no protection. */
const MINIMAL_PARAMETERS = { memoryCost: 8, timeCost: 1, parallelism: 1 } as const;

/** How much a password's hash costs. */
export type HashingCost = "standard" | "minimal";

/** NIST SP 800-63B: at least 8 characters, and no truncation below 64. */
const LIMITS: TextLimits = { min: 8, max: 1024, unit: "characters" };

/** For text before composition (NFC): one character may be written as several. */
const RAW_LIMITS: TextLimits = { max: 4 * LIMITS.max, unit: "characters" };

/** The smallest memory that OWASP recommends, in KiB: more passes do not make up for less. */
const MIN_MEMORY = 7168;

/** RFC 9106, section 3.1: 16 bytes of salt. The output is as long as that of new hashes. */
const MIN_SALT_BYTES = 16;
const MIN_OUTPUT_BYTES = 32;

/**
 * Hashes with the same parameters that belong to no user. It is verified if there is no other hash, so that the
 * response time does not reveal whether an email is known.
 */
const NOBODYS_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$VOdkj5G9nLcViDV/Jqs5dw$b7C+DWcl3HW0WfV1OcXeyN5Qz/tiJ6NsbExuiao1uQc";
const NOBODYS_MINIMAL_HASH =
  "$argon2id$v=19$m=8,t=1,p=1$7b5nkGBMC1jdnmhkxT6FAQ$ZLnXiTrGnVr791EcCGcltuvnRwkz0qkwZsABegB6I0A";
const NOBODY: ReadableHash = { verify: (password) => verify(NOBODYS_HASH, password) };
const MINIMAL_NOBODY: ReadableHash = { verify: (password) => verify(NOBODYS_MINIMAL_HASH, password) };

/** Returns a new password in the form that is hashed (NFC), or throws INVALID_INPUT. Passwords are never trimmed. */
export function requirePassword(value: unknown, field = "password"): string {
  return requireText(composeText(requireText(value, field, RAW_LIMITS, LIMITS), field), field, LIMITS);
}

/**
 * Returns a password to verify. It may be shorter than a new one: a hash from elsewhere may have a shorter password.
 */
export function requirePasswordGuess(value: unknown): string {
  const password = composeText(requireText(value, "password", RAW_LIMITS, LIMITS), "password");
  return requireText(password, "password", { max: LIMITS.max, unit: LIMITS.unit });
}

/** Logins must not wait for the sign-ups of strangers: each class has its share of the slots and its own queue. */
const CLASSES = ["login", "newPassword"] as const;
type HashingClass = (typeof CLASSES)[number];

/** Hashes and verifies passwords off the event loop, with bounded concurrency. */
export class PasswordHasher {
  readonly #slots: FairSemaphore<HashingClass>;
  readonly #parameters: typeof PARAMETERS | typeof MINIMAL_PARAMETERS;
  readonly #nobody: ReadableHash;

  constructor(limits: SemaphoreLimits, cost: HashingCost = "standard") {
    this.#slots = new FairSemaphore(limits, CLASSES, "Too many passwords are queued for hashing. Try again later.");
    this.#parameters = cost === "standard" ? PARAMETERS : MINIMAL_PARAMETERS;
    this.#nobody = cost === "standard" ? NOBODY : MINIMAL_NOBODY;
  }

  /** Returns whether a readable hash should be replaced at a login with this password. See {@link isOutdated}. */
  isOutdated(passwordHash: string, password: string): boolean {
    // bcrypt ignores bytes after the 72nd, which may be mistyped or missing: a new hash would lock the user out.
    return isOutdated(passwordHash, this.#parameters) && !reachesBcryptLimit(passwordHash, password);
  }

  /** Returns a PHC string with a fresh salt. @throws PASSWORD_HASH_FAILED, OVERLOADED */
  hash(password: string): Promise<string> {
    return this.#hash(password, "newPassword");
  }

  /**
   * {@link hash} for a login that replaces an outdated hash. It runs in the class of logins, where sign-ups of
   * strangers cannot keep the user out. Only the correct password, once for each outdated hash, gets this far.
   */
  rehash(password: string): Promise<string> {
    return this.#hash(password, "login");
  }

  #hash(password: string, name: HashingClass): Promise<string> {
    return this.#slots.run(name, async () => {
      try {
        return await hash(password, this.#parameters);
      } catch (cause) {
        throw new PevensieError("PASSWORD_HASH_FAILED", "The password could not be hashed.", { cause });
      }
    });
  }

  /**
   * Returns whether the password matches the hash. Every call costs one verification, whether or not the hash is
   * readable.
   *
   * @throws PASSWORD_HASH_FAILED for a hash that cannot be read or verified, which is not a wrong password; OVERLOADED
   */
  verify(passwordHash: string | null, password: string): Promise<boolean> {
    return this.#slots.run("login", async () => {
      const readable = passwordHash === null ? null : readPasswordHash(passwordHash);
      const matches = await (readable ?? this.#nobody).verify(password).catch(async (error: unknown) => {
        // The library refused the hash without computing it, or is not installed. Without this, such an account would
        // respond sooner than others.
        await this.#nobody.verify(password);
        throw error instanceof PevensieError ? error : unreadableHash();
      });
      if (passwordHash !== null && readable === null) throw unreadableHash();
      return readable !== null && matches;
    });
  }
}

/** The parameters of new hashes. */
interface Strength {
  readonly memoryCost: number;
  readonly timeCost: number;
}

/**
 * Returns whether a readable hash should be replaced at the next login: one of another function or variant than
 * argon2id, or weaker than a new hash.
 */
export function isOutdated(passwordHash: string, { memoryCost, timeCost }: Strength = PARAMETERS): boolean {
  const hash = parseArgon2Hash(passwordHash);
  return (
    hash === null ||
    hash.variant !== "argon2id" ||
    hash.version < 19 ||
    hash.memory < Math.min(MIN_MEMORY, memoryCost) ||
    hash.memory * hash.passes < memoryCost * timeCost ||
    hash.saltBytes < MIN_SALT_BYTES ||
    hash.outputBytes < MIN_OUTPUT_BYTES
  );
}

function unreadableHash(): PevensieError {
  const message = "The stored password hash cannot be read: set the user's password anew.";
  return new PevensieError("PASSWORD_HASH_FAILED", message);
}
