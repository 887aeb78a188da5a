// DO NOT EDIT: made from migrations/ by `npm run generate`.

/** The migrations of each module, oldest first. */
export const migrations = [
  {
    "module": "base",
    "version": "20241222140532",
    "name": "schema",
    "sql": "-- The schema, the versions of its modules, and ids that sort by creation time.\ncreate schema if not exists pevensie;\n\ncreate type pevensie.module as enum ('base', 'auth', 'cache');\n\ncreate table pevensie.module_version (\n  module pevensie.module primary key,\n  version timestamptz not null\n);\n\ncreate function pevensie.uuid7() returns uuid\nlanguage plpgsql as $$\nbegin\n  return pevensie.uuid7(clock_timestamp());\nend\n$$;\n\ncreate function pevensie.uuid7(timestamptz) returns uuid\nlanguage plpgsql as $$\nbegin\n  return (\n    lpad(to_hex((extract(epoch from $1) * 1000)::bigint), 12, '0')\n    || '7' || substr(md5(random()::text), 1, 3)\n    || to_hex(8 + floor(random() * 4)::int) || substr(md5(random()::text), 1, 15)\n  )::uuid;\nend\n$$;"
  },
  {
    "module": "base",
    "version": "20261122080000",
    "name": "uuid7_from_csprng",
    "sql": "-- UUIDv7 (RFC 9562) from gen_random_uuid(), which draws on the operating system's random numbers; random() can be\n-- foretold. The search_path is pinned, so that nobody's function of the same name is called instead.\n-- Dropped first: a function made elsewhere may name its parameter, and a name cannot be replaced.\ndrop function if exists pevensie.uuid7(timestamptz);\n\ncreate function pevensie.uuid7(timestamptz) returns uuid\nlanguage plpgsql volatile strict parallel safe set search_path = pg_catalog, pg_temp as $$\ndeclare\n  milliseconds constant bytea := substring(int8send(floor(extract(epoch from $1) * 1000)::bigint) from 3);\n  -- A version 4 UUID: its variant bits are right, its first 48 bits make room, its version becomes 7.\n  bytes bytea := overlay(uuid_send(gen_random_uuid()) placing milliseconds from 1 for 6);\nbegin\n  bytes := set_byte(bytes, 6, (get_byte(bytes, 6) & 15) | 112);\n  return encode(bytes, 'hex')::uuid;\nend\n$$;\n\ncreate or replace function pevensie.uuid7() returns uuid\nlanguage plpgsql volatile parallel safe set search_path = pg_catalog, pg_temp as $$\nbegin\n  return pevensie.uuid7(clock_timestamp());\nend\n$$;"
  },
  {
    "module": "auth",
    "version": "20241222140532",
    "name": "users_sessions_tokens",
    "sql": "-- Users, their sessions, and one-time tokens. Users and tokens are deleted softly.\ncreate type pevensie.one_time_token_type as enum ('password-reset');\n\ncreate table pevensie.\"user\" (\n  id uuid primary key default pevensie.uuid7(),\n  created_at timestamptz not null default now(),\n  updated_at timestamptz not null default now(),\n  deleted_at timestamptz,\n  role text,\n  email text not null,\n  password_hash text,\n  email_confirmed_at timestamptz,\n  phone_number text,\n  phone_number_confirmed_at timestamptz,\n  last_sign_in timestamptz,\n  app_metadata jsonb not null default '{}',\n  user_metadata jsonb not null,\n  banned_until timestamptz\n);\n\ncreate unique index user_email_unique_idx\n  on pevensie.\"user\" (email, deleted_at) nulls not distinct\n  where email is not null;\n\ncreate unique index user_phone_number_unique_idx\n  on pevensie.\"user\" (phone_number, deleted_at) nulls not distinct\n  where phone_number is not null;\n\ncreate table pevensie.session (\n  id uuid primary key default pevensie.uuid7(),\n  created_at timestamptz not null default now(),\n  expires_at timestamptz,\n  user_id uuid not null references pevensie.\"user\" (id) on delete cascade,\n  ip inet,\n  user_agent text\n);\n\ncreate table pevensie.one_time_token (\n  id uuid primary key default pevensie.uuid7(),\n  created_at timestamptz not null default now(),\n  deleted_at timestamptz,\n  expires_at timestamptz not null,\n  used_at timestamptz,\n  token_type pevensie.one_time_token_type not null,\n  user_id uuid not null references pevensie.\"user\" (id) on delete cascade,\n  token_hash text not null check (token_hash <> '')\n);\n\ncreate index one_time_token_token_hash_idx\n  on pevensie.one_time_token using hash (token_hash);\n\ncreate unique index one_time_token_user_id_token_type_unique_idx\n  on pevensie.one_time_token (user_id, token_type, deleted_at) nulls not distinct;"
  },
  {
    "module": "auth",
    "version": "20261122080000",
    "name": "live_token_uniqueness",
    "sql": "-- One live token a user and type: a used, replaced or deleted one stands in no other's way.\ndrop index pevensie.one_time_token_user_id_token_type_unique_idx;\n\n-- A token from before this migration carries itself in its hash and can never be redeemed.\nupdate pevensie.one_time_token set deleted_at = now() where deleted_at is null;\n\ncreate unique index one_time_token_live_unique_idx\n  on pevensie.one_time_token (user_id, token_type)\n  where deleted_at is null and used_at is null;\n\n-- What a deletion of users cascades over.\ncreate index one_time_token_user_id_idx on pevensie.one_time_token (user_id);"
  },
  {
    "module": "auth",
    "version": "20261122080100",
    "name": "session_indexes",
    "sql": "-- For ending a user's sessions, and for removing expired ones.\ncreate index session_user_id_idx on pevensie.session (user_id);\ncreate index session_expires_at_idx on pevensie.session (expires_at);\n\n-- An IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2) is the IPv4 address it maps.\nupdate pevensie.session\nset ip = inet '0.0.0.0' + (ip - inet '::ffff:0.0.0.0')\nwhere ip <<= inet '::ffff:0.0.0.0/96';"
  },
  {
    "module": "auth",
    "version": "20261122080200",
    "name": "normalised_emails",
    "sql": "-- Emails in the form that look-ups use: trimmed, NFC, lower case. Where two users would collide, both stay as they\n-- are and a warning names their ids, for somebody to decide.\ndo $$\ndeclare\n  -- lower() knows only the letters of the database's locale; ICU, where it is built in, knows all of them.\n  locale constant text := coalesce(\n    (select format('%I.%I', 'pg_catalog', collname) from pg_catalog.pg_collation\n      where collname = 'und-x-icu' and collnamespace = 'pg_catalog'::regnamespace),\n    'pg_catalog.\"default\"');\n  candidates text;\n  collided uuid;\nbegin\n  if pg_catalog.getdatabaseencoding() <> 'UTF8' then\n    raise warning 'pevensie: emails are not normalised, since the encoding of the database is not UTF8';\n    return;\n  end if;\n  candidates := format(\n    $query$\n      select id, email, normalised, count(*) over (partition by normalised, deleted_at) as claims\n      from (\n        select id, email, deleted_at,\n          normalize(lower(normalize(btrim(email, %L), nfc) collate %s), nfc) as normalised\n        from pevensie.\"user\"\n      ) as normalised_user\n    $query$,\n    -- What JavaScript's trim() removes (ECMA-262, WhiteSpace and LineTerminator).\n    (select string_agg(chr(code), '') from unnest(array[\n      9, 10, 11, 12, 13, 32, 160, 5760, 8192, 8193, 8194, 8195, 8196, 8197, 8198, 8199, 8200, 8201, 8202, 8232, 8233, 8239,\n      8287, 12288, 65279\n    ]) as code),\n    locale);\n  for collided in\n    execute format('select id from (%s) as candidate where claims > 1 and email <> normalised order by id', candidates)\n  loop\n    raise warning 'pevensie: user % keeps an email that is not in normal form: another user has the same one in normal form', collided;\n  end loop;\n  execute format(\n    $query$\n      update pevensie.\"user\" as u\n      set email = candidate.normalised, updated_at = now()\n      from (%s) as candidate\n      where u.id = candidate.id and candidate.claims = 1 and candidate.email <> candidate.normalised\n    $query$, candidates);\nend\n$$;"
  },
  {
    "module": "auth",
    "version": "20261122090000",
    "name": "token_expiry_index",
    "sql": "-- For removing expired tokens.\ncreate index one_time_token_expires_at_idx on pevensie.one_time_token (expires_at);"
  },
  {
    "module": "auth",
    "version": "20261122100000",
    "name": "log_in_attempts",
    "sql": "-- Failed log-ins, by account and by address, for the delays that guessing meets. The keys are hashes: nobody's email stands\n-- here. Unlogged, since every log-in writes to it: a crash forgets the counts, no more.\ncreate unlogged table pevensie.log_in_attempt (\n  key text primary key,\n  failures int not null,\n  -- From then on they do not count any more.\n  failures_expire_at timestamptz,\n  blocked_until timestamptz,\n  -- When somebody last logged in to this account from this address: from there, a stranger's failures do not count.\n  succeeded_at timestamptz,\n  expires_at timestamptz not null\n);"
  },
  {
    "module": "auth",
    "version": "20261123090000",
    "name": "session_autovacuum",
    "sql": "-- Sessions come and go without being updated, so that only a vacuum clears away what is left of them, in their indexes too.\n-- By default one comes when a fifth of the table is dead.\nalter table pevensie.session set (autovacuum_vacuum_scale_factor = 0.05);"
  },
  {
    "module": "auth",
    "version": "20261124100000",
    "name": "log_in_budgets",
    "sql": "-- Takes the place of log_in_attempt, which only the release before this one reads and writes.\n\n-- What has been spent of the budgets of failed logins. Keys are hashes: no email or address is stored. Unlogged, since\n-- every failed login writes here: a crash of the server makes every budget whole again.\ncreate unlogged table pevensie.log_in_budget (\n  key text collate pg_catalog.\"C\" primary key,\n  -- When the budget is whole again. What is missing until then is in proportion to the time that is left.\n  expires_at timestamptz not null\n);\n\n-- For the sweep. Logins are bound by hashing: the index costs them nothing that can be measured.\ncreate index log_in_budget_expires_at_idx on pevensie.log_in_budget (expires_at);\n\n-- Where a user's logins have a budget of their own, which nobody elsewhere can spend: the network that the user has logged\n-- in from, by its hash, or anywhere, for a while after the user has reset the password. Ends with the password.\ncreate table pevensie.log_in_exemption (\n  user_id uuid not null references pevensie.\"user\" (id) on delete cascade,\n  scope text collate pg_catalog.\"C\" not null,\n  budget_key text collate pg_catalog.\"C\" not null,\n  expires_at timestamptz not null,\n  primary key (user_id, scope)\n);\n\ncreate index log_in_exemption_expires_at_idx on pevensie.log_in_exemption (expires_at);"
  },
  {
    "module": "auth",
    "version": "20261124110000",
    "name": "earlier_tokens",
    "sql": "-- The tokens of a live row before its newest one, newest first, each with its expiry. A row is one set: using or voiding the\n-- row ends all of them, also where the previous release does it.\nalter table pevensie.one_time_token\n  add column earlier_hashes text[] not null default '{}',\n  add column earlier_expire_at timestamptz[] not null default '{}';\n\n-- For lookups by the token alone. Without fastupdate: every lookup would read the list of pending entries.\ncreate index one_time_token_earlier_hashes_idx\n  on pevensie.one_time_token using gin (earlier_hashes)\n  with (fastupdate = off)\n  where deleted_at is null and used_at is null and earlier_hashes <> '{}';"
  },
  {
    "module": "auth",
    "version": "20261124110100",
    "name": "refuse_taken",
    "sql": "-- Raises what the unique indexes of emails and phone numbers raise, without their DETAIL, which puts the value into the\n-- server's log. The search_path is pinned, so no other operator of the same name is called instead.\ncreate function pevensie.refuse_taken(account uuid, wanted_email text, wanted_phone_number text) returns void\nlanguage plpgsql volatile set search_path = pg_catalog, pg_temp as $$\nbegin\n  if exists (\n    select from pevensie.\"user\" where email = wanted_email and deleted_at is null and id <> account\n  ) then\n    raise unique_violation using\n      message = 'another user has this email',\n      schema = 'pevensie', table = 'user', constraint = 'user_email_unique_idx';\n  end if;\n  if exists (\n    select from pevensie.\"user\" where phone_number = wanted_phone_number and deleted_at is null and id <> account\n  ) then\n    raise unique_violation using\n      message = 'another user has this phone number',\n      schema = 'pevensie', table = 'user', constraint = 'user_phone_number_unique_idx';\n  end if;\nend\n$$;"
  },
  {
    "module": "auth",
    "version": "20261128100000",
    "name": "session_details",
    "sql": "-- ip and user_agent hold what a session is bound to. A client that is recorded without being bound stands in columns of its own:\n-- the previous release takes whatever stands in ip and user_agent for bound.\n-- Null in sessions of the previous release: they have no idle timeout, and were authenticated when they were created. A row with\n-- any of these has a last_seen_at, too: lookups test that one alone.\nalter table pevensie.session\n  add column recorded_ip inet,\n  add column recorded_user_agent text,\n  add column idle_seconds bigint,\n  add column last_seen_at timestamptz,\n  add column authenticated_at timestamptz;\n\n-- Updates of last_seen_at find room on their page (HOT): no index has a column that they change.\nalter table pevensie.session set (fillfactor = 90);\n\n-- For the sweep of idle sessions.\ncreate index session_idle_idx on pevensie.session (id) where idle_seconds is not null;"
  },
  {
    "module": "auth",
    "version": "20261128100100",
    "name": "user_tokens",
    "sql": "-- One-time tokens, except those for resetting a password: one_time_token admits one live row for each user and type, and the\n-- previous release relies on that. A row is a live token; using or voiding it deletes the row.\ncreate table pevensie.user_token (\n  id uuid primary key,\n  created_at timestamptz not null default now(),\n  expires_at timestamptz not null,\n  user_id uuid not null references pevensie.\"user\" (id) on delete cascade,\n  token_type text collate pg_catalog.\"C\" not null\n    check (token_type in ('email-confirmation', 'email-change', 'log-in', 'log-in-code', 'application')),\n  -- The application's own, for the type 'application'.\n  purpose text collate pg_catalog.\"C\",\n  -- The mailbox that the token is sent to.\n  email text not null,\n  payload jsonb,\n  token_hash text collate pg_catalog.\"C\" not null check (token_hash <> ''),\n  -- For codes, which are short enough to be guessed.\n  attempts_left int\n);\n\ncreate unique index user_token_token_hash_idx on pevensie.user_token (token_hash);\ncreate index user_token_user_id_idx on pevensie.user_token (user_id, token_type);\ncreate index user_token_expires_at_idx on pevensie.user_token (expires_at);\n\n-- The payloads of a row's tokens, by their hash. The previous release leaves those of earlier tokens where they are.\nalter table pevensie.one_time_token add column payloads jsonb not null default '{}';"
  },
  {
    "module": "auth",
    "version": "20261128100200",
    "name": "device_tokens",
    "sql": "-- Device tokens that were issued before this time are void; null if none is.\nalter table pevensie.\"user\" add column device_tokens_valid_from timestamptz;"
  },
  {
    "module": "auth",
    "version": "20261128100300",
    "name": "identities",
    "sql": "-- Accounts at identity providers (OpenID Connect Core, 2: issuer and subject together are unique and never reassigned).\ncreate table pevensie.identity (\n  issuer text collate pg_catalog.\"C\" not null,\n  subject text collate pg_catalog.\"C\" not null,\n  user_id uuid not null references pevensie.\"user\" (id) on delete cascade,\n  email text,\n  created_at timestamptz not null default now(),\n  last_used_at timestamptz,\n  primary key (issuer, subject)\n);\n\ncreate index identity_user_id_idx on pevensie.identity (user_id);"
  },
  {
    "module": "auth",
    "version": "20261128100400",
    "name": "api_keys",
    "sql": "-- API keys. Only the hash of a key is stored, and its first characters, by which its owner recognises it.\ncreate table pevensie.api_key (\n  id uuid primary key,\n  created_at timestamptz not null default now(),\n  expires_at timestamptz,\n  last_used_at timestamptz,\n  user_id uuid not null references pevensie.\"user\" (id) on delete cascade,\n  name text not null,\n  start text not null,\n  scopes text[] not null default '{}',\n  key_hash text collate pg_catalog.\"C\" not null check (key_hash <> '')\n) with (fillfactor = 90);\n\ncreate unique index api_key_key_hash_idx on pevensie.api_key (key_hash);\ncreate index api_key_user_id_idx on pevensie.api_key (user_id);\ncreate index api_key_expires_at_idx on pevensie.api_key (expires_at);"
  },
  {
    "module": "auth",
    "version": "20261128100500",
    "name": "email_patterns",
    "sql": "-- For patterns that begin with literal text, whatever the collation of the database.\ncreate index user_email_pattern_idx on pevensie.\"user\" (email text_pattern_ops);"
  },
  {
    "module": "auth",
    "version": "20261129120000",
    "name": "distributed_schemas",
    "sql": "-- What Citus needs in a distributed schema; the previous release uses neither.\n\n-- The time of the statement that last spent of the budget, by which it knows the time where it meets an earlier row.\nalter table pevensie.log_in_budget add column spent_at timestamptz;\n\n-- refuse_taken for a user who may be unknown: the statement itself reads no table, so Citus does not send it to another node, where\n-- the function could not query. The search_path is pinned, so no other operator of the same name is called instead.\ncreate function pevensie.refuse_taken(account uuid, wanted_email text, wanted_phone_number text, is_new boolean) returns void\nlanguage plpgsql volatile set search_path = pg_catalog, pg_temp as $$\nbegin\n  if not is_new and not exists (select from pevensie.\"user\" where id = account and deleted_at is null) then\n    return;\n  end if;\n  if exists (\n    select from pevensie.\"user\" where email = wanted_email and deleted_at is null and id <> account\n  ) then\n    raise unique_violation using\n      message = 'another user has this email',\n      schema = 'pevensie', table = 'user', constraint = 'user_email_unique_idx';\n  end if;\n  if exists (\n    select from pevensie.\"user\" where phone_number = wanted_phone_number and deleted_at is null and id <> account\n  ) then\n    raise unique_violation using\n      message = 'another user has this phone number',\n      schema = 'pevensie', table = 'user', constraint = 'user_phone_number_unique_idx';\n  end if;\nend\n$$;"
  },
  {
    "module": "auth",
    "version": "20261201100000",
    "name": "user_json",
    "sql": "-- A user in one column, for the lookups of sessions and API keys: PostgreSQL returns one column in less time than eleven. It is generated,\n-- so that whatever updates the user updates it, the application's own SQL too. docs/operations.md, \"Deployments\", says what to consider.\n\n-- A trigger before updates whose WHEN condition compares new.* (a variable of the new row and no column) would stay, but PostgreSQL would\n-- not restore it from a backup.\ndo $$\ndeclare\n  found name;\nbegin\n  select tgname into found\n  from pg_catalog.pg_trigger\n  join pg_catalog.pg_class as subject on subject.oid = tgrelid\n  join pg_catalog.pg_namespace as namespace on namespace.oid = subject.relnamespace\n  where\n    nspname = 'pevensie'\n    and relname = 'user'\n    and tgtype & 2 <> 0\n    and tgqual::text ~ ' :varno 2 :varattno 0 '\n  limit 1;\n  if found is not null then\n    raise exception 'the trigger % compares new.* in its WHEN condition, which a trigger before updates cannot on a table with a generated column: name the columns', found\n      using errcode = 'feature_not_supported';\n  end if;\nend\n$$;\n\n-- An array in JSON. Times are seconds since 1970, as text. Metadata is null in it if both columns together have more than 512 bytes or one is\n-- stored compressed, and a space before the array says so: updates of other columns would print and write it again. To measure it as it is\n-- stored takes no time. The result depends on no setting, and so is immutable; where the metadata stands may depend on how it is stored.\ncreate function pevensie.user_json(\n  created_at timestamptz, updated_at timestamptz, role text, email text, email_confirmed_at timestamptz, phone_number text,\n  phone_number_confirmed_at timestamptz, last_sign_in timestamptz, app_metadata jsonb, user_metadata jsonb, banned_until timestamptz\n) returns text\nlanguage plpgsql immutable parallel safe as $$\ndeclare\n  has_large_metadata constant boolean :=\n    coalesce(pg_catalog.pg_column_size(app_metadata), 0) operator(pg_catalog.+) coalesce(pg_catalog.pg_column_size(user_metadata), 0)\n      operator(pg_catalog.>) 512\n    or coalesce(pg_catalog.pg_column_compression(app_metadata), pg_catalog.pg_column_compression(user_metadata)) is not null;\nbegin\n  return pg_catalog.concat(\n    case when has_large_metadata then ' ' end,\n    pg_catalog.json_build_array(\n      extract(epoch from created_at)::pg_catalog.text,\n      extract(epoch from updated_at)::pg_catalog.text,\n      role,\n      email,\n      extract(epoch from email_confirmed_at)::pg_catalog.text,\n      phone_number,\n      extract(epoch from phone_number_confirmed_at)::pg_catalog.text,\n      extract(epoch from last_sign_in)::pg_catalog.text,\n      case when not has_large_metadata then app_metadata end,\n      case when not has_large_metadata then user_metadata end,\n      extract(epoch from banned_until)::pg_catalog.text\n    )\n  );\nend\n$$;\n\n-- Whoever writes a user calls it, also a process of the previous release.\ngrant execute on function pevensie.user_json to public;\n\n-- This rewrites the table, and locks it meanwhile. The type is text, since rows with one of json cannot be compared.\nalter table pevensie.\"user\"\n  add column json text not null generated always as (\n    pevensie.user_json(\n      created_at, updated_at, role, email, email_confirmed_at, phone_number, phone_number_confirmed_at, last_sign_in, app_metadata,\n      user_metadata, banned_until\n    )\n  ) stored;"
  },
  {
    "module": "cache",
    "version": "20241222140532",
    "name": "cache",
    "sql": "-- The cache. Unlogged: fast to write; emptied by a crash of the server, and not readable on a standby.\ncreate unlogged table pevensie.cache (\n  resource_type text not null,\n  key text not null unique,\n  value text not null,\n  expires_at timestamptz,\n  primary key (resource_type, key)\n);"
  },
  {
    "module": "cache",
    "version": "20261122080000",
    "name": "key_per_resource_type",
    "sql": "-- Two resource types may use the same key. The index is for reading every value under a key; upserts do not touch it.\nalter table pevensie.cache drop constraint cache_key_key;\ncreate index cache_key_idx on pevensie.cache (key);"
  },
  {
    "module": "cache",
    "version": "20261129090000",
    "name": "grace_and_tags",
    "sql": "-- stale_until: an expired value may be served until then, while a newer one is computed. Null in entries without grace. Lookups do\n-- not remove an expired row that has one: whoever computes the value recognises by its version that nobody has changed the entry.\n--\n-- tags and snapshot: both, or neither. The snapshot is from before the value was computed.\nalter table pevensie.cache\n  add column stale_until timestamptz,\n  add column tags text[],\n  add column snapshot pg_catalog.pg_snapshot;\n\n-- The oldest snapshot in the cache: invalidations that every snapshot sees need not be kept. Entries without tags are not in it.\ncreate index cache_snapshot_idx on pevensie.cache (pg_catalog.pg_snapshot_xmin(snapshot)) where snapshot is not null;\n\n-- The transactions that invalidated a tag. One row for each, so that they do not wait for each other.\ncreate unlogged table pevensie.cache_invalidation (\n  tag text not null,\n  xact_id pg_catalog.xid8 not null,\n  invalidated_at timestamptz not null default current_timestamp,\n  primary key (tag, xact_id)\n);\n\n-- Whether no invalidation of the tags is missing in the snapshot. The time at which a transaction invalidated a tag would not tell:\n-- it is visible only after its commit, and a value that is computed in between is of old data. The body is parsed here, so no\n-- search_path affects it.\ncreate function pevensie.cache_tags_are_current(tags text[], snapshot pg_catalog.pg_snapshot) returns boolean\nlanguage sql stable parallel safe\nreturn not exists (\n  select from pevensie.cache_invalidation as invalidation\n  where\n    invalidation.tag operator(pg_catalog.=) any (tags)\n    and not pg_catalog.pg_visible_in_snapshot(invalidation.xact_id, snapshot)\n);"
  },
  {
    "module": "cache",
    "version": "20261129090100",
    "name": "leases",
    "sql": "-- Who computes a missing value. A lease that has expired can be replaced; only the owner of the token stores the value.\n--\n-- snapshot: from before the value was computed. acquired_by: the transaction that acquired the lease. It also wrote the entry's row, so\n-- the row has another xmin once somebody has set or deleted the entry.\ncreate unlogged table pevensie.cache_lease (\n  resource_type text not null,\n  key text not null,\n  token uuid not null,\n  expires_at timestamptz not null,\n  snapshot pg_catalog.pg_snapshot not null,\n  acquired_by pg_catalog.xid8 not null,\n  primary key (resource_type, key)\n);"
  },
  {
    "module": "cache",
    "version": "20261129100000",
    "name": "tag_lookups",
    "sql": "-- The same answer from the index alone: a snapshot misses the transactions from its xmax on, and those that were in progress, which come\n-- after its xmin. Before, PostgreSQL read the whole table, since it expected to find an invalidation soon. Where the first row by the\n-- order of the index is asked for, the planner of every version takes it from there. Transactions in progress are looked for only if\n-- the tag was invalidated since xmin: there may be many.\ncreate or replace function pevensie.cache_tags_are_current(tags text[], snapshot pg_catalog.pg_snapshot) returns boolean\nlanguage sql stable parallel safe\nreturn not exists (\n  select\n  from pg_catalog.unnest(tags) as wanted(tag)\n  cross join lateral (\n    select invalidation.xact_id\n    from pevensie.cache_invalidation as invalidation\n    where invalidation.tag operator(pg_catalog.=) wanted.tag\n    order by invalidation.tag desc, invalidation.xact_id desc\n    limit 1\n  ) as latest\n  where\n    latest.xact_id operator(pg_catalog.>=) pg_catalog.pg_snapshot_xmin(snapshot)\n    and (\n      latest.xact_id operator(pg_catalog.>=) pg_catalog.pg_snapshot_xmax(snapshot)\n      or exists (\n        select\n        from\n          pg_catalog.pg_snapshot_xip(snapshot) as missed(xact_id)\n          cross join lateral (\n            select\n            from pevensie.cache_invalidation as invalidation\n            where\n              invalidation.tag operator(pg_catalog.=) wanted.tag\n              and invalidation.xact_id operator(pg_catalog.=) missed.xact_id\n            order by invalidation.tag, invalidation.xact_id\n            limit 1\n          ) as invalidated\n      )\n    )\n);"
  }
];
