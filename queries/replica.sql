/* @name getPrimaryPosition */
-- How far the primary has written its WAL: every commit that was acknowledged by now comes before. Not the flushed position, which
-- asynchronous commits are ahead of.
select pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::pg_catalog.text as "position!";

/* @name getReplicaState */
-- Whether a standby has replayed everything before a position. The statements that follow on the same connection see it. The snapshot
-- of this one may be older than what it answers.
select
  pg_catalog.pg_is_in_recovery() as "isStandby!",
  coalesce(
    pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_replay_lsn(), '0/0') operator(pg_catalog.>=)
      :position!::pg_catalog.numeric,
    false
  ) as "hasReplayed!";
