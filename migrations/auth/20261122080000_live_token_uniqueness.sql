-- One live token a user and type: a used, replaced or deleted one stands in no other's way.
drop index pevensie.one_time_token_user_id_token_type_unique_idx;

-- A token from before this migration carries itself in its hash and can never be redeemed.
update pevensie.one_time_token set deleted_at = now() where deleted_at is null;

create unique index one_time_token_live_unique_idx
  on pevensie.one_time_token (user_id, token_type)
  where deleted_at is null and used_at is null;

-- What a deletion of users cascades over.
create index one_time_token_user_id_idx on pevensie.one_time_token (user_id);
