import type { Pool } from "pg";
import { keyOf, randomRow } from "../seed.js";
import { createDatabase } from "../servers.js";
import { poolOf } from "../statements.js";
import {
  type Candidate,
  COUNTERS,
  type Contender,
  expect,
  LIMIT_OF_MANY,
  LIMIT_OF_ONE,
  type Operation,
  withEveryCounter,
} from "./contender.js";

export const LIMITER_POSTGRES = "rate-limiter-flexible, Postgres";
export const LIMITER_POSTGRES_UNLOGGED = "rate-limiter-flexible, Postgres, unlogged table";
export const LIMITER_REDIS = "rate-limiter-flexible, Redis";
export const LIMITER_REDIS_PIPELINING = "rate-limiter-flexible, Redis, auto-pipelining";

/** rate-limiter-flexible on PostgreSQL: with a table as it makes it, and with one that is unlogged, as ours is. */
export const limiterOnPostgres: Candidate = {
  name: "rate-limiter-flexible, Postgres",
  async connect({ servers }) {
    const url = await createDatabase(servers.postgres, "rate_limiter_flexible");
    // Each has a pool of its own: all tables' statements have the same names.
    const logged = await postgresLimiters(url, "logged", LIMITER_POSTGRES);
    const unlogged = await postgresLimiters(url, "unlogged", LIMITER_POSTGRES_UNLOGGED);
    return joined([logged, unlogged]);
  },
};

/** The same on Redis, through ioredis as it is and with its own batching. */
export const limiterOnRedis: Candidate = {
  name: "rate-limiter-flexible, Redis",
  async connect({ servers: { redis } }) {
    if (redis === null) return null;
    const plain = await redisLimiters(redis.port, false, LIMITER_REDIS);
    const pipelining = await redisLimiters(redis.port, true, LIMITER_REDIS_PIPELINING);
    return joined([plain, pipelining]);
  },
};

function joined(contenders: readonly Contender[]): Contender {
  return {
    operations: contenders.flatMap(({ operations }) => operations),
    async close() {
      for (const contender of contenders) await contender.close();
    },
  };
}

async function postgresLimiters(url: string, name: "logged" | "unlogged", contender: string): Promise<Contender> {
  const { RateLimiterPostgres } = await import("rate-limiter-flexible");
  const pools: Pool[] = [];
  const limiter = async ({ limit, windowSeconds }: Limit, table: string): Promise<Limiter> => {
    const pool = poolOf(url);
    pools.push(pool);
    const persistence = name === "unlogged" ? "unlogged" : "";
    await pool.query(
      `create ${persistence} table ${table} (key varchar(255) primary key, points integer not null default 0, expire bigint)`,
    );
    const options = { storeClient: pool, tableName: table, tableCreated: true, clearExpiredByTimeout: false };
    return new RateLimiterPostgres({ ...options, points: limit, duration: windowSeconds });
  };
  const many = await limiter(LIMIT_OF_MANY, `many_${name}`);
  const one = await limiter(LIMIT_OF_ONE, `one_${name}`);
  return {
    operations: limiterOperations(many, one).map((operation) => ({ ...operation, contender, server: "postgres" })),
    async close() {
      for (const pool of pools) await pool.end();
    },
  };
}

async function redisLimiters(port: number, enableAutoPipelining: boolean, contender: string): Promise<Contender> {
  const { Redis } = await import("ioredis");
  const { RateLimiterRedis } = await import("rate-limiter-flexible");
  const client = new Redis(port, "127.0.0.1", { enableAutoPipelining });
  const limiter = ({ limit, windowSeconds }: Limit, keyPrefix: string): Limiter =>
    new RateLimiterRedis({ storeClient: client, keyPrefix, points: limit, duration: windowSeconds });
  const suffix = enableAutoPipelining ? "pipelining" : "plain";
  const many = limiter(LIMIT_OF_MANY, `many-${suffix}`);
  const one = limiter(LIMIT_OF_ONE, `one-${suffix}`);
  return {
    operations: limiterOperations(many, one).map((operation) => ({ ...operation, contender, server: "redis" })),
    async close() {
      await client.quit();
    },
  };
}

type Limit = { readonly limit: number; readonly windowSeconds: number };
type Limiter = Pick<import("rate-limiter-flexible").RateLimiterAbstract, "consume">;

/** A call beyond a limit rejects. */
function limiterOperations(many: Limiter, one: Limiter): Omit<Operation, "contender" | "server">[] {
  return [
    {
      path: "rateLimit",
      run: () => many.consume(keyOf(randomRow(COUNTERS))),
      check: () => withEveryCounter((key) => many.consume(key)),
    },
    {
      path: "rateLimitOneKey",
      run: () => one.consume("one"),
      async check() {
        const before = await one.consume("check");
        const after = await one.consume("check");
        expect(before.consumedPoints === 1 && after.consumedPoints === 2, "rate-limiter-flexible consume");
      },
    },
  ];
}
