-- The schema, the versions of its modules, and ids that sort by creation time.
create schema if not exists pevensie;

create type pevensie.module as enum ('base', 'auth', 'cache');

create table pevensie.module_version (
  module pevensie.module primary key,
  version timestamptz not null
);

create function pevensie.uuid7() returns uuid
language plpgsql as $$
begin
  return pevensie.uuid7(clock_timestamp());
end
$$;

create function pevensie.uuid7(timestamptz) returns uuid
language plpgsql as $$
begin
  return (
    lpad(to_hex((extract(epoch from $1) * 1000)::bigint), 12, '0')
    || '7' || substr(md5(random()::text), 1, 3)
    || to_hex(8 + floor(random() * 4)::int) || substr(md5(random()::text), 1, 15)
  )::uuid;
end
$$;
