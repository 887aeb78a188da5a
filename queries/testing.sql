/* @name isTemplateFinished */
select exists (
  select from pg_catalog.pg_database
  where datname operator(pg_catalog.=) :name!::pg_catalog.name and not datallowconn
) as "isFinished!";

/* @name lockTemplate */
-- Until the connection ends.
select true as "isLocked!" from pg_catalog.pg_advisory_lock(:key!::bigint);

/* @name expireTestSession */
update pevensie.session set expires_at = current_timestamp
where id operator(pg_catalog.=) :id!::pg_catalog.uuid
returning true as "changed!";

/* @name ageTestSession */
update pevensie.session set
  created_at =
    ((created_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))
      at time zone 'UTC',
  last_seen_at =
    ((last_seen_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))
      at time zone 'UTC',
  authenticated_at =
    ((authenticated_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))
      at time zone 'UTC'
where id operator(pg_catalog.=) :id!::pg_catalog.uuid
returning true as "changed!";

/* @name expireTestApiKey */
update pevensie.api_key set expires_at = current_timestamp
where id operator(pg_catalog.=) :id!::pg_catalog.uuid
returning true as "changed!";

/* @name expireTestTokens */
with of_mail as (
  update pevensie.user_token set expires_at = current_timestamp
  where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
  returning true
),
of_passwords as (
  update pevensie.one_time_token set
    expires_at = current_timestamp,
    earlier_expire_at = array(select current_timestamp from pg_catalog.unnest(earlier_hashes))
  where user_id operator(pg_catalog.=) :userId!::pg_catalog.uuid
  returning true
)
select true as "changed!" from of_mail
union all
select true from of_passwords;

/* @name ageTestLogInLimits */
with budgets as (
  update pevensie.log_in_budget set
    expires_at =
      ((expires_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))
        at time zone 'UTC'
  returning true
),
exemptions as (
  update pevensie.log_in_exemption set
    expires_at =
      ((expires_at at time zone 'UTC') operator(pg_catalog.-) pg_catalog.make_interval(secs => :seconds!::double precision))
        at time zone 'UTC'
  returning true
)
select true as "changed!" from budgets
union all
select true from exemptions;

/* @name expireTestCacheEntry */
-- A lease for the entry stays valid: it knows the entry by the transaction that wrote the row.
with changed as (
  update pevensie.cache set expires_at = current_timestamp
  where
    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
    and key operator(pg_catalog.=) :key!::pg_catalog.text
  returning true as changed, xmin
),
leased as (
  update pevensie.cache_lease set acquired_by = changed.xmin::pg_catalog.text::pg_catalog.xid8
  from changed
  where
    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
    and key operator(pg_catalog.=) :key!::pg_catalog.text
)
select changed as "changed!" from changed;

/* @name endTestCacheGrace */
-- Like expireTestCacheEntry.
with changed as (
  update pevensie.cache set stale_until = current_timestamp
  where
    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
    and key operator(pg_catalog.=) :key!::pg_catalog.text
  returning true as changed, xmin
),
leased as (
  update pevensie.cache_lease set acquired_by = changed.xmin::pg_catalog.text::pg_catalog.xid8
  from changed
  where
    resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
    and key operator(pg_catalog.=) :key!::pg_catalog.text
)
select changed as "changed!" from changed;

/* @name expireTestCacheLease */
update pevensie.cache_lease set expires_at = current_timestamp
where
  resource_type operator(pg_catalog.=) :resourceType!::pg_catalog.text
  and key operator(pg_catalog.=) :key!::pg_catalog.text
returning true as "changed!";
