-- What Citus needs in a distributed schema; the previous release uses neither.

-- The time of the statement that last spent of the budget, by which it knows the time where it meets an earlier row.
alter table pevensie.log_in_budget add column spent_at timestamptz;

-- refuse_taken for a user who may be unknown: the statement itself reads no table, so Citus does not send it to another node, where
-- the function could not query. The search_path is pinned, so no other operator of the same name is called instead.
create function pevensie.refuse_taken(account uuid, wanted_email text, wanted_phone_number text, is_new boolean) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if not is_new and not exists (select from pevensie."user" where id = account and deleted_at is null) then
    return;
  end if;
  if exists (
    select from pevensie."user" where email = wanted_email and deleted_at is null and id <> account
  ) then
    raise unique_violation using
      message = 'another user has this email',
      schema = 'pevensie', table = 'user', constraint = 'user_email_unique_idx';
  end if;
  if exists (
    select from pevensie."user" where phone_number = wanted_phone_number and deleted_at is null and id <> account
  ) then
    raise unique_violation using
      message = 'another user has this phone number',
      schema = 'pevensie', table = 'user', constraint = 'user_phone_number_unique_idx';
  end if;
end
$$;
