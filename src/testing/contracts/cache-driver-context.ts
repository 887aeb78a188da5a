import { randomUUID } from "node:crypto";
import type { CacheDriver, CacheKey, EntryTerms } from "../../cache/index.js";
import type { ContractRunner } from "./runner.js";

/** Test-only operations that no driver has. */
export interface CacheBackdoor {
  /** Puts an entry's expiry at this moment, by the driver's clock. A lease for the entry stays held. */
  expire(key: CacheKey): Promise<unknown>;
  /** The same for the end of the grace of an expired entry. */
  endGrace(key: CacheKey): Promise<unknown>;
  /** The same for the end of a lease. */
  expireLease(key: CacheKey): Promise<unknown>;
  /** Whether an entry is kept, expired or not. */
  isKept(key: CacheKey): Promise<boolean>;
}

/** A driver under test. */
export interface CacheDriverVariant {
  /** A driver that is not connected; all of them keep their entries in the same place. */
  createDriver(): CacheDriver;
  readonly backdoor: CacheBackdoor;
}

/** What each part of the suite works with. */
export interface CacheContractContext {
  /** The driver, connected. */
  readonly driver: CacheDriver;
  readonly backdoor: CacheBackdoor;
  readonly runner: ContractRunner;
}

export const FOREVER: EntryTerms = { ttlMillis: null, tags: null };
export const lasting = (ttlSeconds: number): EntryTerms => ({ ttlMillis: ttlSeconds * 1000, tags: null });
export const tagged = (...tags: string[]): EntryTerms => ({ ttlMillis: 3_600_000, tags });

export const newKey = (resourceType = "page"): CacheKey => ({ resourceType, key: randomUUID() });
