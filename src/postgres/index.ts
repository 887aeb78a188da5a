/**
 * Drivers for PostgreSQL 15 and newer, migrations, and support for custom queries.
 *
 * @module pevensie/postgres
 */

export type {
  PostgresClient,
  PostgresNotice,
  PostgresPool,
  PostgresPoolClient,
  PostgresQuery,
  PostgresQueryable,
  PostgresResult,
} from "../pg-interface.js";
export type { AuthDriverConfig, StaleReads } from "./config/auth-config.js";
export type { ShardedCacheConfig } from "./config/cache-config.js";
export { type CallerPool, defaultConfig, type PostgresConfig, type PostgresDriverConfig } from "./config/config.js";
export type { HostAddress, TargetSessionAttrs } from "./config/hosts.js";
export type { CacheShardConfig } from "./config/shards.js";
export {
  decodeSession,
  decodeUser,
  type SessionRow,
  sessionSelectFields,
  type UserRow,
  userSelectFields,
} from "./custom-queries.js";
export { createAuthDriver } from "./drivers/create-auth-driver.js";
export { createCacheDriver } from "./drivers/create-cache-driver.js";
export {
  type MigrateAllOptions,
  type MigrateAllResult,
  migrateAllSchemas,
  type SchemaProgress,
  type SchemaResult,
} from "./migrations/all-schemas.js";
export { type MigrateOptions, type MigrateResult, migrate, type PlannedMigration } from "./migrations/migrate.js";
export { type MigrateShardsOptions, migrateShards } from "./migrations/migrate-shards.js";
export { createPool, type PoolSettings } from "./pool/create-pool.js";
export type { DatabaseErrorCause } from "./protocol/sanitize.js";
