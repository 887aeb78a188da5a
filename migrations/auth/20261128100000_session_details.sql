-- ip and user_agent hold what a session is bound to. A client that is recorded without being bound stands in columns of its own:
-- the previous release takes whatever stands in ip and user_agent for bound.
-- Null in sessions of the previous release: they have no idle timeout, and were authenticated when they were created. A row with
-- any of these has a last_seen_at, too: lookups test that one alone.
alter table pevensie.session
  add column recorded_ip inet,
  add column recorded_user_agent text,
  add column idle_seconds bigint,
  add column last_seen_at timestamptz,
  add column authenticated_at timestamptz;

-- Updates of last_seen_at find room on their page (HOT): no index has a column that they change.
alter table pevensie.session set (fillfactor = 90);

-- For the sweep of idle sessions.
create index session_idle_idx on pevensie.session (id) where idle_seconds is not null;
