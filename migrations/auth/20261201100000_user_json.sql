-- A user in one column, for the lookups of sessions and API keys: PostgreSQL returns one column in less time than eleven. It is generated,
-- so that whatever updates the user updates it, the application's own SQL too. docs/operations.md, "Deployments", says what to consider.

-- A trigger before updates whose WHEN condition compares new.* (a variable of the new row and no column) would stay, but PostgreSQL would
-- not restore it from a backup.
do $$
declare
  found name;
begin
  select tgname into found
  from pg_catalog.pg_trigger
  join pg_catalog.pg_class as subject on subject.oid = tgrelid
  join pg_catalog.pg_namespace as namespace on namespace.oid = subject.relnamespace
  where
    nspname = 'pevensie'
    and relname = 'user'
    and tgtype & 2 <> 0
    and tgqual::text ~ ' :varno 2 :varattno 0 '
  limit 1;
  if found is not null then
    raise exception 'the trigger % compares new.* in its WHEN condition, which a trigger before updates cannot on a table with a generated column: name the columns', found
      using errcode = 'feature_not_supported';
  end if;
end
$$;

-- An array in JSON. Times are seconds since 1970, as text. Metadata is null in it if both columns together have more than 512 bytes or one is
-- stored compressed, and a space before the array says so: updates of other columns would print and write it again. To measure it as it is
-- stored takes no time. The result depends on no setting, and so is immutable; where the metadata stands may depend on how it is stored.
create function pevensie.user_json(
  created_at timestamptz, updated_at timestamptz, role text, email text, email_confirmed_at timestamptz, phone_number text,
  phone_number_confirmed_at timestamptz, last_sign_in timestamptz, app_metadata jsonb, user_metadata jsonb, banned_until timestamptz
) returns text
language plpgsql immutable parallel safe as $$
declare
  has_large_metadata constant boolean :=
    coalesce(pg_catalog.pg_column_size(app_metadata), 0) operator(pg_catalog.+) coalesce(pg_catalog.pg_column_size(user_metadata), 0)
      operator(pg_catalog.>) 512
    or coalesce(pg_catalog.pg_column_compression(app_metadata), pg_catalog.pg_column_compression(user_metadata)) is not null;
begin
  return pg_catalog.concat(
    case when has_large_metadata then ' ' end,
    pg_catalog.json_build_array(
      extract(epoch from created_at)::pg_catalog.text,
      extract(epoch from updated_at)::pg_catalog.text,
      role,
      email,
      extract(epoch from email_confirmed_at)::pg_catalog.text,
      phone_number,
      extract(epoch from phone_number_confirmed_at)::pg_catalog.text,
      extract(epoch from last_sign_in)::pg_catalog.text,
      case when not has_large_metadata then app_metadata end,
      case when not has_large_metadata then user_metadata end,
      extract(epoch from banned_until)::pg_catalog.text
    )
  );
end
$$;

-- Whoever writes a user calls it, also a process of the previous release.
grant execute on function pevensie.user_json to public;

-- This rewrites the table, and locks it meanwhile. The type is text, since rows with one of json cannot be compared.
alter table pevensie."user"
  add column json text not null generated always as (
    pevensie.user_json(
      created_at, updated_at, role, email, email_confirmed_at, phone_number, phone_number_confirmed_at, last_sign_in, app_metadata,
      user_metadata, banned_until
    )
  ) stored;
