import type { Cache, RateLimitOptions } from "pevensie";

/** How often a form may be sent. Logins have limits of their own, in Pevensie. */
const LIMITS = {
  "sign-up": { limit: 10, windowSeconds: 3600 },
  "mail-to-address": { limit: 5, windowSeconds: 3600 },
  "mail-from-client": { limit: 20, windowSeconds: 3600 },
  note: { limit: 5, windowSeconds: 300 },
} as const satisfies Record<string, RateLimitOptions>;

/** A call that came too early. */
export class TooManyRequests extends Error {
  override readonly name = "TooManyRequests";
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("too many requests");
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Limits of forms, exact over all processes. */
export class Limits {
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  /** Counts a call. @throws TooManyRequests */
  async admit(form: keyof typeof LIMITS, key: string): Promise<void> {
    const { allowed, retryAfterSeconds } = await this.#cache.rateLimit(`limit:${form}`, key, LIMITS[form]);
    if (!allowed) throw new TooManyRequests(retryAfterSeconds);
  }
}
