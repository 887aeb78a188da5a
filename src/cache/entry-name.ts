import type { CacheKey } from "./driver.js";

/** Returns the name as one string. PostgreSQL text contains no NUL, so it separates type and key unambiguously. */
export function entryNameOf({ resourceType, key }: CacheKey): string {
  return `${resourceType}\0${key}`;
}
