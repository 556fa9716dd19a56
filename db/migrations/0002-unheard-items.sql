-- Made by us, or to be listed anew, and not yet seen among the changes of its container.
alter table items add column unheard boolean not null default false;
create index items_unheard on items (pairing_id, container_id) where unheard;
