-- UUIDv7 (RFC 9562) from gen_random_uuid(), which draws on the operating system's random numbers; random() can be
-- foretold. The search_path is pinned, so that nobody's function of the same name is called instead.
-- Dropped first: a function made elsewhere may name its parameter, and a name cannot be replaced.
drop function if exists pevensie.uuid7(timestamptz);

create function pevensie.uuid7(timestamptz) returns uuid
language plpgsql volatile strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  milliseconds constant bytea := substring(int8send(floor(extract(epoch from $1) * 1000)::bigint) from 3);
  -- A version 4 UUID: its variant bits are right, its first 48 bits make room, its version becomes 7.
  bytes bytea := overlay(uuid_send(gen_random_uuid()) placing milliseconds from 1 for 6);
begin
  bytes := set_byte(bytes, 6, (get_byte(bytes, 6) & 15) | 112);
  return encode(bytes, 'hex')::uuid;
end
$$;

create or replace function pevensie.uuid7() returns uuid
language plpgsql volatile parallel safe set search_path = pg_catalog, pg_temp as $$
begin
  return pevensie.uuid7(clock_timestamp());
end
$$;
