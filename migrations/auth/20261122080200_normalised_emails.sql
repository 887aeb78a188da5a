-- Emails in the form that look-ups use: trimmed, NFC, lower case. Where two users would collide, both stay as they
-- are and a warning names their ids, for somebody to decide.
do $$
declare
  -- lower() knows only the letters of the database's locale; ICU, where it is built in, knows all of them.
  locale constant text := coalesce(
    (select format('%I.%I', 'pg_catalog', collname) from pg_catalog.pg_collation
      where collname = 'und-x-icu' and collnamespace = 'pg_catalog'::regnamespace),
    'pg_catalog."default"');
  candidates text;
  collided uuid;
begin
  if pg_catalog.getdatabaseencoding() <> 'UTF8' then
    raise warning 'pevensie: emails are not normalised, since the encoding of the database is not UTF8';
    return;
  end if;
  candidates := format(
    $query$
      select id, email, normalised, count(*) over (partition by normalised, deleted_at) as claims
      from (
        select id, email, deleted_at,
          normalize(lower(normalize(btrim(email, %L), nfc) collate %s), nfc) as normalised
        from pevensie."user"
      ) as normalised_user
    $query$,
    -- What JavaScript's trim() removes (ECMA-262, WhiteSpace and LineTerminator).
    (select string_agg(chr(code), '') from unnest(array[
      9, 10, 11, 12, 13, 32, 160, 5760, 8192, 8193, 8194, 8195, 8196, 8197, 8198, 8199, 8200, 8201, 8202, 8232, 8233, 8239,
      8287, 12288, 65279
    ]) as code),
    locale);
  for collided in
    execute format('select id from (%s) as candidate where claims > 1 and email <> normalised order by id', candidates)
  loop
    raise warning 'pevensie: user % keeps an email that is not in normal form: another user has the same one in normal form', collided;
  end loop;
  execute format(
    $query$
      update pevensie."user" as u
      set email = candidate.normalised, updated_at = now()
      from (%s) as candidate
      where u.id = candidate.id and candidate.claims = 1 and candidate.email <> candidate.normalised
    $query$, candidates);
end
$$;
