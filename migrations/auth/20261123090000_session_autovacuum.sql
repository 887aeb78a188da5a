-- Sessions come and go without being updated, so that only a vacuum clears away what is left of them, in their indexes too.
-- By default one comes when a fifth of the table is dead.
alter table pevensie.session set (autovacuum_vacuum_scale_factor = 0.05);
