import { ACCESS } from "./access.js";
import { ACCOUNT_CONTRACT } from "./account-contract.js";
import { ACCOUNTS } from "./accounts.js";
import { CACHE } from "./cache.js";
import { CACHE_COUNTERS } from "./cache-counters.js";
import { CACHE_LEASES } from "./cache-leases.js";
import { CACHE_SHARDS } from "./cache-shards.js";
import { CACHE_TAGS } from "./cache-tags.js";
import { CACHE_VALUES } from "./cache-values.js";
import { CALLERS_POOLS } from "./callers-pools.js";
import { COMMANDS } from "./commands.js";
import { CONNECTIONS } from "./connections.js";
import { COOKIES_AND_TOKENS } from "./cookies-and-tokens.js";
import { EARLIER_TOKENS } from "./earlier-tokens.js";
import { EXPIRED } from "./expired-rows.js";
import { FAIL_OVER } from "./fail-over.js";
import { FOREIGN_HASHES } from "./foreign-hashes.js";
import { INPUT } from "./input.js";
import { LARGE } from "./large-answers.js";
import { LOCKS } from "./locks.js";
import { LOG_IN_LIMITS } from "./login-limits.js";
import { LOG_IN } from "./logins.js";
import { METADATA_SCHEMAS } from "./metadata-schemas.js";
import { MIGRATIONS } from "./migrations.js";
import type { Mutation } from "./mutation.js";
import { REPLICAS } from "./replicas.js";
import { SERVER_LOG } from "./server-log.js";
import { SETTINGS } from "./settings.js";
import { SWEEPS } from "./sweeps.js";
import { TENANTS } from "./tenants.js";
import { TIMERS } from "./timers.js";
import { TRANSACTIONS } from "./transactions.js";
import { WEB } from "./web.js";

/** Every guard that is taken out, in the order of the table. */
export const MUTATIONS: readonly Mutation[] = [
  ...ACCESS,
  ...ACCOUNTS,
  ...ACCOUNT_CONTRACT,
  ...COOKIES_AND_TOKENS,
  ...EARLIER_TOKENS,
  ...LOG_IN,
  ...FOREIGN_HASHES,
  ...LOG_IN_LIMITS,
  ...INPUT,
  ...METADATA_SCHEMAS,
  ...CACHE,
  ...CACHE_LEASES,
  ...CACHE_TAGS,
  ...CACHE_COUNTERS,
  ...CACHE_VALUES,
  ...CACHE_SHARDS,
  ...REPLICAS,
  ...LOCKS,
  ...EXPIRED,
  ...SERVER_LOG,
  ...LARGE,
  ...SWEEPS,
  ...CONNECTIONS,
  ...CALLERS_POOLS,
  ...FAIL_OVER,
  ...TIMERS,
  ...SETTINGS,
  ...TRANSACTIONS,
  ...TENANTS,
  ...WEB,
  ...COMMANDS,
  ...MIGRATIONS,
];
