-- Every tenant row names its organization, by default the one the transaction is in; row-level security enforces it
-- for the application's role, which owns nothing (access.sql). References between tenant tables carry the organization
-- too, because referential checks bypass row-level security. Columns that end in _sealed are encrypted (AES-256-GCM,
-- a key per organization); columns that end in _hash are keyed hashes (HMAC-SHA-256, a key per organization).

create table organizations (
  organization_id text primary key,
  name text not null,
  subscription text not null check (subscription in ('lite', 'standard', 'premium')),
  trial boolean not null default false,
  key_id text not null,
  data_key_wrapped bytea not null,
  created_at timestamptz not null
);

create table api_keys (
  id text primary key,
  organization_id text not null default current_setting('tandem.organization', true) references organizations,
  name text not null,
  role text not null check (role in ('admin', 'operator', 'viewer')),
  secret_hash bytea not null unique,
  hint text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_by_organization on api_keys (organization_id, id);

create table connections (
  id text primary key,
  organization_id text not null default current_setting('tandem.organization', true) references organizations,
  name text not null,
  side text not null check (side in ('mailbox', 'crm')),
  system text not null,
  settings jsonb not null,
  credentials_sealed bytea not null,
  api_share double precision not null default 0.5,
  version integer not null default 1,
  state text not null default 'ok' check (state in ('ok', 'dead')),
  reason text,
  fix text,
  state_since timestamptz,
  -- the feed's own state: the last sequence number given, and when the CRM was asked last
  seq bigint not null default 0,
  polled_at timestamptz,
  poll_requested_at timestamptz,
  budget_used bigint,
  budget_limit bigint,
  created_at timestamptz not null,
  unique (organization_id, id)
);

create table policies (
  id text primary key,
  organization_id text not null default current_setting('tandem.organization', true),
  name text not null,
  enabled boolean not null default false,
  version integer not null default 1,
  mailbox_connection_id text not null,
  crm_connection_id text not null,
  options jsonb not null,
  enabled_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (organization_id, id),
  foreign key (organization_id, mailbox_connection_id) references connections (organization_id, id),
  foreign key (organization_id, crm_connection_id) references connections (organization_id, id)
);

create table policy_versions (
  organization_id text not null default current_setting('tandem.organization', true),
  policy_id text not null,
  version integer not null,
  name text not null,
  enabled boolean not null,
  options jsonb not null,
  actor text not null,
  created_at timestamptz not null,
  primary key (policy_id, version),
  foreign key (organization_id, policy_id) references policies (organization_id, id) on delete cascade
);

create table pairings (
  id text primary key,
  organization_id text not null default current_setting('tandem.organization', true),
  policy_id text not null,
  mailbox text not null,
  crm_user_wanted text,
  -- resolved identities; the key columns are claimed in identity_claims
  mailbox_key text,
  mailbox_time_zone text,
  crm_user_id text,
  crm_user_login text,
  crm_user_email text,
  crm_time_zone text,
  -- what REST wants
  desired text not null default 'running' check (desired in ('running', 'paused', 'removed')),
  run_requested_at timestamptz,
  -- what the workflow last said, guarded by the cycle number
  state text not null default 'initializing'
    check (state in ('initializing', 'in_sync', 'catching_up', 'degraded', 'blocked', 'paused', 'disabled')),
  reason text,
  fix text,
  error_streak integer not null default 0,
  error_since timestamptz,
  notified boolean not null default false,
  cycle integer not null default 0,
  epoch integer not null default 0,
  due_at timestamptz,
  last_cycle_id text,
  last_cycle_at timestamptz,
  policy_version integer,
  progress jsonb,
  -- where the pairing stands
  position bigint,
  initial jsonb,
  initialized_at timestamptz,
  sweep integer not null default 0,
  sweep_wanted boolean not null default false,
  swept_at timestamptz,
  -- what was prepared in the mailbox
  root_folder_id text,
  contact_folder_id text,
  default_folder_id text,
  category_id text,
  leads_category_id text,
  stamp_counter integer not null default 0,
  stamped_at timestamptz,
  created_at timestamptz not null,
  unique (organization_id, id),
  foreign key (organization_id, policy_id) references policies (organization_id, id)
);
create index pairings_by_policy on pairings (organization_id, policy_id);
create unique index pairings_by_mailbox on pairings (organization_id, lower(mailbox)) where desired <> 'removed';

create table identity_claims (
  organization_id text not null default current_setting('tandem.organization', true),
  kind text not null check (kind in ('mailbox', 'crm_user')),
  identity text not null,
  pairing_id text not null,
  primary key (kind, identity),
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);

create table mailbox_cursors (
  organization_id text not null default current_setting('tandem.organization', true),
  pairing_id text not null,
  container_id text not null,
  cursor text,
  -- a full enumeration runs (first, or after 410): its rows are not new items
  enumerating boolean not null default true,
  -- when the container was last read to its end: what was created later is new
  read_at timestamptz,
  primary key (pairing_id, container_id),
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);

create table feed_cursors (
  organization_id text not null default current_setting('tandem.organization', true),
  connection_id text not null,
  kind text not null,
  cursor text not null,
  failure jsonb,
  primary key (connection_id, kind),
  foreign key (organization_id, connection_id) references connections (organization_id, id) on delete cascade
);

create table change_log (
  organization_id text not null default current_setting('tandem.organization', true),
  connection_id text not null,
  kind text not null,
  record_id text not null,
  seq bigint not null,
  version text not null,
  -- read when the row was old enough to change no more without a new version
  settled boolean not null,
  owner_id text,
  deleted boolean not null,
  successor jsonb,
  parent_id text,
  logged_at timestamptz not null,
  primary key (connection_id, kind, record_id),
  foreign key (organization_id, connection_id) references connections (organization_id, id) on delete cascade
);
create index change_log_by_seq on change_log (connection_id, seq);

create sequence inbox_generation;
create table inbox (
  organization_id text not null default current_setting('tandem.organization', true),
  pairing_id text not null,
  side text not null check (side in ('mailbox', 'crm')),
  source_id text not null,
  kind text not null,
  generation bigint not null default nextval('inbox_generation'),
  container_id text,
  etag text,
  -- 'present', 'removed', 'enumerated' (part of a full enumeration), 'changed' (ask for it), 'retry'
  what text not null,
  payload_sealed bytea,
  -- keyed hashes of addresses and names, by which first cycles match (PAIR-7)
  match_keys text[] not null default '{}',
  not_before timestamptz,
  received_at timestamptz not null,
  primary key (pairing_id, side, source_id),
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);
create index inbox_by_generation on inbox (pairing_id, generation);

create table items (
  id text primary key,
  organization_id text not null default current_setting('tandem.organization', true),
  pairing_id text not null,
  module text not null,
  -- 'linked', 'away' (removed from the mailbox by its user), 'already_there', 'none'
  link text not null default 'none',
  -- 'in_sync', 'excluded', 'failing', 'held'
  state text not null,
  code text,
  reason text,
  fix text,
  mailbox_item_id text,
  container_id text,
  mailbox_etag text,
  crm_kind text,
  crm_id text,
  crm_parent_id text,
  crm_modified_at timestamptz,
  adopted boolean not null default false,
  mailbox_base_sealed bytea,
  crm_base_sealed bytea,
  detail_sealed bytea,
  match_keys text[] not null default '{}',
  -- the last sweep that saw the record
  seen_sweep integer not null default 0,
  -- our last writes, and when something undid them (PAIR-11)
  writes jsonb not null default '{}',
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  changed_at timestamptz not null,
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);
create unique index items_by_mailbox_item on items (pairing_id, mailbox_item_id) where mailbox_item_id is not null;
create unique index items_by_crm_record on items (pairing_id, crm_id) where crm_id is not null;
create index items_by_parent on items (pairing_id, crm_parent_id) where crm_parent_id is not null;
create index items_by_state on items (pairing_id, module, state);
create index items_due on items (pairing_id, next_attempt_at) where next_attempt_at is not null;
-- No GIN index on match_keys: && is not leakproof, so under row-level security it would never be used.

create table intents (
  id text primary key,
  organization_id text not null default current_setting('tandem.organization', true),
  pairing_id text not null,
  epoch integer not null,
  target text not null check (target in ('mailbox', 'crm')),
  op text not null check (op in ('create', 'update', 'delete')),
  module text not null,
  key text not null,
  -- the other side's id: what this write is made from
  source_id text not null,
  target_id text,
  container_id text,
  fields_sealed bytea,
  payload_hash text,
  created_at timestamptz not null,
  deadline_at timestamptz not null,
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);
create unique index intents_by_source on intents (pairing_id, target, source_id);

create table claims (
  organization_id text not null default current_setting('tandem.organization', true),
  connection_id text not null,
  kind text not null,
  key_hash text not null,
  pairing_id text not null,
  crm_id text,
  claimed_at timestamptz not null,
  primary key (connection_id, kind, key_hash),
  foreign key (organization_id, connection_id) references connections (organization_id, id) on delete cascade,
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);
create index claims_by_pairing on claims (pairing_id);

create table deletions (
  id bigint generated always as identity primary key,
  organization_id text not null default current_setting('tandem.organization', true),
  connection_id text not null,
  pairing_id text not null,
  module text not null,
  -- 'deletion' or 'clear:FIELD'
  what text not null,
  item_id text not null,
  at timestamptz not null,
  foreign key (organization_id, connection_id) references connections (organization_id, id) on delete cascade,
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);
create index deletions_by_time on deletions (pairing_id, module, at);
create index deletions_by_connection on deletions (connection_id, module, at);

create table held_deletions (
  id text primary key,
  organization_id text not null default current_setting('tandem.organization', true),
  pairing_id text not null,
  item_id text not null references items on delete cascade,
  module text not null,
  what text not null,
  side text not null check (side in ('mailbox', 'crm')),
  reason text not null,
  state text not null default 'held' check (state in ('held', 'approved', 'rejected', 'void')),
  held_at timestamptz not null,
  decided_at timestamptz,
  decided_by text,
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);
create index held_deletions_by_pairing on held_deletions (pairing_id, state);
create unique index held_deletions_open on held_deletions (item_id, what) where state in ('held', 'approved');

create table cycles (
  id text primary key,
  organization_id text not null default current_setting('tandem.organization', true),
  pairing_id text not null,
  number integer not null,
  trigger text not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  outcome text,
  counts jsonb not null default '{}',
  calls jsonb not null default '{}',
  errors jsonb not null default '[]',
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);
create unique index cycles_by_number on cycles (pairing_id, number);
create index cycles_by_start on cycles (organization_id, started_at);

create table item_events (
  id bigint generated always as identity primary key,
  organization_id text not null default current_setting('tandem.organization', true),
  pairing_id text not null,
  item_id text not null,
  cycle integer not null,
  at timestamptz not null,
  action text not null,
  direction text,
  code text,
  reason text not null,
  detail_sealed bytea,
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);
create index item_events_by_item on item_events (item_id, id);
create index item_events_by_cycle on item_events (pairing_id, cycle);

create table operations (
  id text primary key,
  organization_id text not null default current_setting('tandem.organization', true) references organizations,
  kind text not null,
  pairing_id text,
  policy_id text,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  -- done as soon as a cycle with at least this number has ended
  until_cycle integer,
  progress jsonb,
  -- a preview's result shows values of items
  result_sealed bytea,
  created_at timestamptz not null,
  finished_at timestamptz,
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);
create index operations_by_time on operations (organization_id, created_at);
create index operations_open on operations (pairing_id) where state = 'running';

create table notifications (
  id text primary key,
  organization_id text not null default current_setting('tandem.organization', true) references organizations,
  kind text not null,
  pairing_id text,
  connection_id text,
  dedupe text not null,
  recipients text[] not null,
  subject_sealed bytea not null,
  body_sealed bytea not null,
  state text not null default 'kept' check (state in ('pending', 'sent', 'kept', 'failed')),
  error text,
  created_at timestamptz not null,
  sent_at timestamptz
);
create unique index notifications_once on notifications (organization_id, dedupe);
create index notifications_by_time on notifications (organization_id, created_at, id);

create table audit (
  id bigint generated always as identity primary key,
  organization_id text not null default current_setting('tandem.organization', true) references organizations,
  at timestamptz not null,
  actor text not null,
  action text not null,
  target text,
  outcome text not null,
  detail jsonb,
  request_id text
);
create index audit_by_organization on audit (organization_id, id);

create table idempotency_keys (
  organization_id text not null default current_setting('tandem.organization', true) references organizations,
  key text not null,
  request_hash text not null,
  status integer,
  -- an answer may hold a secret that is shown once
  body_sealed bytea,
  created_at timestamptz not null,
  primary key (organization_id, key)
);
