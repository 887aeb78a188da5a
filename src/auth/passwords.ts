import { hash, verify } from "@node-rs/argon2";
import { PevensieError } from "../errors/index.js";
import { requireText, type TextLimits } from "../input/text.js";
import { HashQueue, type QueueLimits } from "./hash-queue.js";

/** OWASP's recommendation for argon2id, which is the library's default algorithm: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** NIST SP 800-63B: at least 8 characters, and no truncation below 64. */
const LIMITS: TextLimits = { min: 8, max: 1024, unit: "characters" };

/** Of text that is yet to be composed (NFC): a character may be written as several. */
const RAW_LIMITS: TextLimits = { max: 4 * LIMITS.max, unit: "characters" };

/** What a hash of ours, or of another argon2 library, looks like: a PHC string. */
const PHC = /^\$argon2(id|i|d)\$v=(\d+)\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/;

/**
 * The hash of nobody's password, with the same parameters: what is verified where there is no other, so that the time of
 * an answer does not tell whether an email is known.
 */
const NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$VOdkj5G9nLcViDV/Jqs5dw$b7C+DWcl3HW0WfV1OcXeyN5Qz/tiJ6NsbExuiao1uQc";

/** A new password in the form that is hashed (NFC), or INVALID_INPUT; its characters are never trimmed. */
export function requirePassword(value: unknown, field = "password"): string {
  return requireText(requireText(value, field, RAW_LIMITS).normalize("NFC"), field, LIMITS);
}

/** A password to be compared: one that is too short may be right for a hash from elsewhere. */
export function requirePasswordGuess(value: unknown): string {
  const password = requireText(value, "password", RAW_LIMITS).normalize("NFC");
  return requireText(password, "password", { max: LIMITS.max, unit: LIMITS.unit });
}

/** Hashes and verifies passwords off the event loop, a few at a time. */
export class PasswordHasher {
  readonly #queue: HashQueue;

  constructor(limits: QueueLimits) {
    this.#queue = new HashQueue(limits);
  }

  /** A PHC string with a fresh salt. @throws PASSWORD_HASH_FAILED, OVERLOADED */
  hash(password: string): Promise<string> {
    return this.#queue.run(async () => {
      try {
        return await hash(password, PARAMETERS);
      } catch (cause) {
        throw new PevensieError("PASSWORD_HASH_FAILED", "The password could not be hashed.", { cause });
      }
    });
  }

  /**
   * Whether the password is the hash's, at the price of exactly one verification, be there a hash or not.
   *
   * @throws PASSWORD_HASH_FAILED for a hash that cannot be read, which is no wrong password; OVERLOADED
   */
  verify(passwordHash: string | null, password: string): Promise<boolean> {
    return this.#queue.run(async () => {
      const readable = passwordHash !== null && PHC.test(passwordHash);
      const matches = await verify(readable ? passwordHash : NOBODY, password).catch(async () => {
        // Refused before any work was done: without this, such an account would answer sooner than others.
        await verify(NOBODY, password);
        throw unreadableHash();
      });
      if (passwordHash !== null && !readable) throw unreadableHash();
      return readable && matches;
    });
  }
}

/** Whether a hash should be replaced at the next log-in: another argon2, or cheaper than what is made now. */
export function isOutdated(passwordHash: string): boolean {
  const [, variant, version, memory, passes, lanes] = PHC.exec(passwordHash) ?? [];
  return (
    variant !== "id" ||
    Number(version) < 19 ||
    Number(memory) < PARAMETERS.memoryCost ||
    Number(passes) < PARAMETERS.timeCost ||
    Number(lanes) < PARAMETERS.parallelism
  );
}

function unreadableHash(): PevensieError {
  const message = "The stored password hash cannot be read: set the user's password anew.";
  return new PevensieError("PASSWORD_HASH_FAILED", message);
}
