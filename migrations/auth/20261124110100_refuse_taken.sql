-- Raises what the unique indexes of emails and phone numbers raise, without their DETAIL, which puts the value into the
-- server's log. The search_path is pinned, so no other operator of the same name is called instead.
create function pevensie.refuse_taken(account uuid, wanted_email text, wanted_phone_number text) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
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
