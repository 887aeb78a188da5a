import type pg from "pg";

/** Queries of the application's own on Pevensie's tables, for administrators. They read what no function of the package returns. */

/** A live one-time token of a user: what it is for, never what it is. */
export interface LiveToken {
  readonly type: string;
  readonly purpose: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export async function listTokens(pool: pg.Pool, userId: string): Promise<LiveToken[]> {
  const { rows } = await pool.query<LiveToken>(
    `select token_type as type, purpose, created_at as "createdAt", expires_at as "expiresAt"
    from pevensie.user_token where user_id = $1 and expires_at > now()
    union all
    select token_type::text, null, created_at, expires_at
    from pevensie.one_time_token where user_id = $1 and expires_at > now() and used_at is null and deleted_at is null
    order by "createdAt" desc`,
    [userId],
  );
  return rows;
}

/** The entries of the cache with one resource type. */
export interface ResourceFigures {
  readonly resourceType: string;
  readonly entries: number;
  readonly bytes: number;
  readonly nextExpiry: Date | null;
}

export async function listResourceTypes(pool: pg.Pool): Promise<ResourceFigures[]> {
  const { rows } = await pool.query<ResourceFigures>(
    `select
      resource_type as "resourceType",
      count(*)::int as entries,
      sum(octet_length(value))::float8 as bytes,
      min(expires_at) as "nextExpiry"
    from pevensie.cache
    where expires_at is null or expires_at > now()
    group by resource_type
    order by resource_type`,
  );
  return rows;
}

export async function countLiveSessions(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    "select count(*)::int as count from pevensie.session where expires_at is null or expires_at > now()",
  );
  return rows[0]?.count ?? 0;
}
