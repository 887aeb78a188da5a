/**
 * For the tests of applications and of drivers: databases in milliseconds, on a PostgreSQL that comes as a package, and ways
 * to let time go by.
 *
 * @example
 * ```ts
 * import { expireSession, fastPasswordHashing, startTestDatabase } from "pevensie/testing";
 *
 * await using database = await startTestDatabase();
 * await expireSession(database, session.id);
 * ```
 *
 * @module pevensie/testing
 */
export {
  ageLogInLimits,
  ageSession,
  endCacheGrace,
  expireApiKey,
  expireCacheEntry,
  expireCacheLease,
  expireOneTimeTokens,
  expireSession,
  type TestConnection,
} from "./ageing.js";
export { type AuthBackdoor, type AuthDriverVariant, authDriverContract } from "./contracts/auth-driver.js";
export { type CacheBackdoor, type CacheDriverVariant, cacheDriverContract } from "./contracts/cache-driver.js";
export type { ContractAssertion, ContractExpect, ContractMatchers, ContractRunner } from "./contracts/runner.js";
export { type DevServer, type DevServerOptions, startDevServer } from "./dev-server.js";
export { fastPasswordHashing } from "./password-hashing.js";
export { startTestDatabase, type TestDatabase, type TestDatabaseOptions } from "./test-database.js";
export { startTestServer, type TestServer, type TestServerOptions } from "./test-server.js";
