import type { UserRecord } from "./users.js";

/** A key with which a program acts for a user. The key itself is shown once and not stored. */
export interface ApiKey {
  readonly id: string;
  readonly userId: string;
  /** What its owner calls it. */
  readonly name: string;
  /** The first characters of the key, by which its owner recognises it. */
  readonly start: string;
  /** What the key may be used for. The application decides what a scope means. */
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  /** When the key expires, by the database's clock; null if it never expires. */
  readonly expiresAt: Date | null;
  /** When the key was last used, exact to the minute; null if it has not been yet. */
  readonly lastUsedAt: Date | null;
}

/** A key to create. Its id is the driver's choice. */
export interface NewApiKey {
  readonly userId: string;
  readonly name: string;
  readonly start: string;
  readonly scopes: readonly string[];
  readonly ttlSeconds: number | null;
  /** SHA-256 of the key, in hexadecimal. */
  readonly keyHash: string;
}

/** A key and the user that it belongs to. */
export interface ApiKeyWithUser {
  readonly apiKey: ApiKey;
  readonly user: UserRecord;
}
