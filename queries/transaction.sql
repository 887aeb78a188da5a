/* @name getTransactionSettings */
-- The time-out is in milliseconds; 0 is none.
select
  pg_catalog.current_setting('transaction_isolation') as isolation,
  setting::pg_catalog.int4 as "statementTimeout"
from pg_catalog.pg_settings
where name operator(pg_catalog.=) 'statement_timeout';

/* @name setStatementTimeout */
-- Until the transaction ends, or goes back to a savepoint before it.
select
  pg_catalog.set_config('statement_timeout', (:milliseconds!::pg_catalog.int4)::pg_catalog.text, true) as "statementTimeout";

/* @name setRemovalSettings */
-- Until the transaction ends: how long a statement waits for a lock before it fails (55P03), and that the commit waits for no
-- standby. An expired row that is there again after a crash is removed again.
select
  pg_catalog.set_config('lock_timeout', (:lockTimeoutMillis!::pg_catalog.int4)::pg_catalog.text, true) as "lockTimeout",
  pg_catalog.set_config('synchronous_commit', 'off', true) as "synchronousCommit";
