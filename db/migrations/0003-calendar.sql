-- What an event is among others: its series in the mailbox, and the meeting that all who take part share, hashed.
alter table items add column meeting_sealed bytea;
alter table items add column series_id text;
alter table items add column meeting_hash text;
-- How often an item was made anew after its user took it out: each time under another key.
alter table items add column restored integer not null default 0;
create index items_by_series on items (pairing_id, series_id) where series_id is not null;
create index items_by_meeting on items (organization_id, meeting_hash) where meeting_hash is not null;
create index items_by_shared_record on items (organization_id, crm_id) where meeting_hash is not null;
