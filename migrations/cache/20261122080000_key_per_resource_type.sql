-- Two resource types may use the same key. The index is for reading every value under a key; upserts do not touch it.
alter table pevensie.cache drop constraint cache_key_key;
create index cache_key_idx on pevensie.cache (key);
