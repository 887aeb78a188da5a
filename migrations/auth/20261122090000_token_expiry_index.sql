-- For removing expired tokens.
create index one_time_token_expires_at_idx on pevensie.one_time_token (expires_at);
