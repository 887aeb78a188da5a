/* @name getTransactionSettings */
-- The timeout is in milliseconds; 0 means none.
select
  pg_catalog.current_setting('transaction_isolation') as isolation,
  setting::pg_catalog.int4 as "statementTimeout"
from pg_catalog.pg_settings
where name operator(pg_catalog.=) 'statement_timeout';

/* @name setStatementTimeout */
-- Applies until the transaction ends, or rolls back to a savepoint before it.
select
  pg_catalog.set_config('statement_timeout', (:milliseconds!::pg_catalog.int4)::pg_catalog.text, true) as "statementTimeout";

/* @name setRemovalSettings */
-- Applies until the transaction ends. A statement that waits longer for a lock fails (55P03). The commit waits for no standby:
-- an expired row that reappears after a crash is removed again.
select
  pg_catalog.set_config('lock_timeout', (:lockTimeoutMillis!::pg_catalog.int4)::pg_catalog.text, true) as "lockTimeout",
  pg_catalog.set_config('synchronous_commit', 'off', true) as "synchronousCommit";
