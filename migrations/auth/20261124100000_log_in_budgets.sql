-- Takes the place of log_in_attempt, which only the release before this one reads and writes.

-- What has been spent of the budgets of failed logins. Keys are hashes: no email or address is stored. Unlogged, since
-- every failed login writes here: a crash of the server makes every budget whole again.
create unlogged table pevensie.log_in_budget (
  key text collate pg_catalog."C" primary key,
  -- When the budget is whole again. What is missing until then is in proportion to the time that is left.
  expires_at timestamptz not null
);

-- For the sweep. Logins are bound by hashing: the index costs them nothing that can be measured.
create index log_in_budget_expires_at_idx on pevensie.log_in_budget (expires_at);

-- Where a user's logins have a budget of their own, which nobody elsewhere can spend: the network that the user has logged
-- in from, by its hash, or anywhere, for a while after the user has reset the password. Ends with the password.
create table pevensie.log_in_exemption (
  user_id uuid not null references pevensie."user" (id) on delete cascade,
  scope text collate pg_catalog."C" not null,
  budget_key text collate pg_catalog."C" not null,
  expires_at timestamptz not null,
  primary key (user_id, scope)
);

create index log_in_exemption_expires_at_idx on pevensie.log_in_exemption (expires_at);
