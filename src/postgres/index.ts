/**
 * Drivers for PostgreSQL 15 and newer, migrations, and what custom queries need.
 *
 * @module
 */
export { createAuthDriver } from "./auth-driver.js";
export { createCacheDriver } from "./cache-driver.js";
export { type CallerPool, defaultConfig, type PostgresConfig, type PostgresDriverConfig } from "./config.js";
export {
  decodeSession,
  decodeUser,
  type SessionRow,
  sessionSelectFields,
  type UserRow,
  userSelectFields,
} from "./custom-queries.js";
export type { DatabaseErrorCause } from "./errors.js";
export { type MigrateOptions, type MigrateResult, migrate, type PlannedMigration } from "./migrate.js";
