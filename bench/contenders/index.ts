import { argon2 } from "./argon2.js";
import { baseAt } from "./base.js";
import { bentocache } from "./bentocache.js";
import { betterAuth } from "./better-auth.js";
import { connectPgSimple } from "./connect-pg-simple.js";
import type { Candidate } from "./contender.js";
import { ioredis } from "./ioredis.js";
import { keyv } from "./keyv.js";
import { pevensie } from "./pevensie.js";
import { pgNamed, pgUnnamed } from "./pg.js";
import { postgresJs } from "./postgres-js.js";
import { limiterOnPostgres, limiterOnRedis } from "./rate-limiter-flexible.js";

export const CANDIDATES: readonly Candidate[] = [
  pevensie,
  pgNamed,
  pgUnnamed,
  postgresJs,
  betterAuth,
  connectPgSimple,
  keyv,
  bentocache,
  ioredis,
  limiterOnPostgres,
  limiterOnRedis,
  argon2,
];

/** All of them, those of another commit included if one is named. */
export function candidatesWith(base: string | null): readonly Candidate[] {
  return base === null ? CANDIDATES : [...CANDIDATES, ...baseAt(base)];
}
