-- Device tokens that were issued before this time are void; null if none is.
alter table pevensie."user" add column device_tokens_valid_from timestamptz;
