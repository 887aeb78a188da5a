-- For ending a user's sessions, and for removing expired ones.
create index session_user_id_idx on pevensie.session (user_id);
create index session_expires_at_idx on pevensie.session (expires_at);

-- An IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2) is the IPv4 address it maps.
update pevensie.session
set ip = inet '0.0.0.0' + (ip - inet '::ffff:0.0.0.0')
where ip <<= inet '::ffff:0.0.0.0/96';
