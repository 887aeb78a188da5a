-- Failed log-ins, by account and by address, for the delays that guessing meets. The keys are hashes: nobody's email stands
-- here. Unlogged, since every log-in writes to it: a crash forgets the counts, no more.
create unlogged table pevensie.log_in_attempt (
  key text primary key,
  failures int not null,
  -- From then on they do not count any more.
  failures_expire_at timestamptz,
  blocked_until timestamptz,
  -- When somebody last logged in to this account from this address: from there, a stranger's failures do not count.
  succeeded_at timestamptz,
  expires_at timestamptz not null
);
