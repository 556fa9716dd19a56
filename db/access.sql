-- Who may see what; run after the migrations, every time, as the owner. Whatever table has been added since gets
-- row-level security here.

do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'tandem_app') then
    create role tandem_app login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
  end if;
exception
  -- roles belong to the cluster: another database's migration made it a moment ago
  when duplicate_object or unique_violation then null;
end $$;

grant usage on schema public to tandem_app;
grant usage on all sequences in schema public to tandem_app;
grant select, insert, update, delete on all tables in schema public to tandem_app;

-- What was done cannot be rewritten by who did it.
revoke update, delete on audit from tandem_app;

-- Only tables that are not covered yet: altering one waits for whoever uses it. The owner gets a policy of its own,
-- because forced row-level security binds it as well and the look-ups below run as the owner.
do $$
declare
  tenant_table regclass;
begin
  for tenant_table in
    select c.oid from pg_catalog.pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and not exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid)
  loop
    execute format('alter table %s enable row level security, force row level security', tenant_table);
    execute format(
      'create policy organization on %s to tandem_app
         using (organization_id = current_setting(''tandem.organization'', true))
         with check (organization_id = current_setting(''tandem.organization'', true))', tenant_table);
    execute format('create policy owner on %s to current_user using (true) with check (true)', tenant_table);
  end loop;
end $$;

-- Look-ups across organizations answer ids and no contents. They are the only ones.

create or replace function organization_ids()
returns table (organization_id text)
language sql stable security definer set search_path = ''
begin atomic
  select o.organization_id from public.organizations o order by 1;
end;

create or replace function api_key_by_hash(hash bytea)
returns table (organization_id text, api_key_id text, role text, last_used_at timestamptz)
language sql stable security definer set search_path = ''
begin atomic
  select k.organization_id, k.id, k.role, k.last_used_at
  from public.api_keys k
  where k.secret_hash = hash and k.revoked_at is null;
end;

create or replace function pairings_that_should_run()
returns table (organization_id text, pairing_id text, policy_id text, crm_connection_id text)
language sql stable security definer set search_path = ''
begin atomic
  select p.organization_id, p.id, p.policy_id, y.crm_connection_id
  from public.pairings p
  join public.policies y on y.organization_id = p.organization_id and y.id = p.policy_id
  -- A removed one still has to take its rows with it.
  where (p.desired = 'running' and y.enabled) or p.desired = 'removed'
  order by 1, 2;
end;

create or replace function feeds_that_should_run()
returns table (organization_id text, connection_id text)
language sql stable security definer set search_path = ''
begin atomic
  select distinct p.organization_id, p.crm_connection_id from public.pairings_that_should_run() p order by 1, 2;
end;

create or replace function identity_claim(claimed_kind text, claimed_identity text)
returns table (organization_id text, pairing_id text)
language sql stable security definer set search_path = ''
begin atomic
  select c.organization_id, c.pairing_id
  from public.identity_claims c
  where c.kind = claimed_kind and c.identity = claimed_identity;
end;

revoke execute on all functions in schema public from public;
grant execute on function
  organization_ids(), api_key_by_hash(bytea), pairings_that_should_run(), feeds_that_should_run(),
  identity_claim(text, text)
to tandem_app;

-- The application refuses to work on tables that are older or newer than itself.
grant usage on schema tandem_migrations to tandem_app;
grant select on tandem_migrations.kysely_migration to tandem_app;
