-- For patterns that begin with literal text, whatever the collation of the database.
create index user_email_pattern_idx on pevensie."user" (email text_pattern_ops);
