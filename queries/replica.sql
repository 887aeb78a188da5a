/* @name getPrimaryPosition */
-- How far the primary has written its WAL: every commit that was acknowledged by now comes before. Not the flushed position, which
-- asynchronous commits are ahead of. The names of WAL files begin with the timeline; each promotion begins a new timeline.
-- Where a page or a segment of the WAL has ended, the insert position is behind the header of the next page, of 24 or 40 bytes. A standby
-- replays up to the page's beginning until there is another record. No record lies within the first 40 bytes of a page: one that ends
-- there began on the page before.
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
