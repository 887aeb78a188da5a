/* @name getPrimaryPosition */
-- How far the primary has written its WAL: every commit that was acknowledged by now comes before. Not the flushed position, which
-- asynchronous commits are ahead of. The names of WAL files begin with the timeline; each promotion begins a new timeline.
-- At the end of a WAL page or segment, the insert position is already past the header of the next page (24 or 40 bytes), which a standby
-- replays only with that page's first record. So the page's start is returned. That is safe for a record which ends within these 40 bytes:
-- it began on the page before, and a standby that has reached the page's start has replayed it.
select
  (
    written.bytes operator(pg_catalog.-) case
      when written.bytes operator(pg_catalog.%) written.page operator(pg_catalog.<=) 40
        then written.bytes operator(pg_catalog.%) written.page
      else 0
    end
  )::pg_catalog.text as "position!",
  pg_catalog.left(pg_catalog.pg_walfile_name(written.lsn), 8) as "timeline!"
from (
  select
    wal.lsn,
    pg_catalog.pg_wal_lsn_diff(wal.lsn, '0/0') as bytes,
    pg_catalog.current_setting('wal_block_size')::pg_catalog.numeric as page
  from (select pg_catalog.pg_current_wal_insert_lsn() as lsn) as wal
) as written;

/* @name getReplicaState */
-- Whether a standby has replayed everything before a position. The statements that follow on the same connection see it. The snapshot
-- of this one may be older than what it answers.
-- A standby of a former primary may have replayed more than the new one had received. Its timeline is that of its last restartpoint: a
-- standby that follows a promotion may take checkpoint_timeout to show the new one.
select
  pg_catalog.pg_is_in_recovery() as "isStandby!",
  coalesce(
    pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_replay_lsn(), '0/0') operator(pg_catalog.>=)
      :position!::pg_catalog.numeric,
    false
  ) and pg_catalog.lpad(pg_catalog.upper(pg_catalog.to_hex(timeline_id)), 8, '0') operator(pg_catalog.=)
    :timeline!::pg_catalog.text as "hasReplayed!"
from pg_catalog.pg_control_checkpoint();
