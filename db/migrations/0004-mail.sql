-- Copies of one message are several entries of the ledger and one e-mail of the CRM.
drop index items_by_crm_record;
create unique index items_by_crm_record on items (pairing_id, crm_id) where crm_id is not null and module <> 'emails';
create index items_by_archived_email on items (pairing_id, crm_id) where crm_id is not null and module = 'emails';

-- The mail folders that are ours, by what they are to us (sync/folders/tree.ts).
create table mail_folders (
  organization_id text not null default current_setting('tandem.organization', true),
  pairing_id text not null,
  key text not null,
  folder_id text not null,
  -- how many messages it had when it was looked at last; of folders whose contents are told by their number
  item_count integer not null default 0,
  primary key (pairing_id, key),
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);
create unique index mail_folders_by_folder on mail_folders (pairing_id, folder_id);

-- What the tree looked like when it was right, and when a record becomes too old for its folder.
alter table pairings add column folders_digest text;
alter table pairings add column folders_due_at timestamptz;
-- The sweep that read the records with folders last.
alter table pairings add column records_sweep integer not null default 0;

-- The open records that folders and summaries show.
create table tracked_records (
  organization_id text not null default current_setting('tandem.organization', true),
  pairing_id text not null,
  kind text not null,
  crm_id text not null,
  record_sealed bytea not null,
  seen_sweep integer not null default 0,
  primary key (pairing_id, crm_id),
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);

-- A message is archived once per record of the CRM (MAIL-7), whoever brings it. `target`: the record, or empty.
create table archived_emails (
  organization_id text not null default current_setting('tandem.organization', true),
  connection_id text not null,
  identity_hash text not null,
  target text not null,
  pairing_id text not null,
  claimed_at timestamptz not null,
  -- when the first attempt began that was not finished: what it made of the message is looked for since then
  begun_at timestamptz not null,
  -- the e-mail of the CRM; null while it is being written
  crm_id text,
  -- the record that was made of it, of the folders that create one
  record_id text,
  -- the people whose history has it
  people text[] not null default '{}',
  primary key (connection_id, identity_hash, target),
  foreign key (organization_id, connection_id) references connections (organization_id, id) on delete cascade
);

-- Addresses of messages that are nobody in the CRM (MAIL-9).
create table unmatched_addresses (
  id text primary key,
  organization_id text not null default current_setting('tandem.organization', true),
  connection_id text not null,
  -- of the pairing that met it last
  pairing_id text not null,
  address_hash text not null,
  -- the address and the name that it goes by
  person_sealed bytea not null,
  code text not null,
  messages integer not null default 1,
  -- 'open', 'wanted' (to be created in the CRM), 'created', 'ignored', 'excluded'
  state text not null default 'open' check (state in ('open', 'wanted', 'created', 'ignored', 'excluded')),
  reason text,
  -- who was made of it
  crm_kind text,
  crm_id text,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  foreign key (organization_id, connection_id) references connections (organization_id, id) on delete cascade,
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);
create unique index unmatched_addresses_once on unmatched_addresses (connection_id, address_hash);
create index unmatched_addresses_by_pairing on unmatched_addresses (pairing_id, state);

-- Messages that had the category when the archive was switched on: it says nothing about them (POL-23).
create table categorized_before (
  organization_id text not null default current_setting('tandem.organization', true),
  pairing_id text not null,
  message_id text not null,
  primary key (pairing_id, message_id),
  foreign key (organization_id, pairing_id) references pairings (organization_id, id) on delete cascade
);
