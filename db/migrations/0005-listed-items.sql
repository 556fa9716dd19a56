-- The categories of an item that was there before us, as a full enumeration listed it (PAIR-6); null of all others.
alter table inbox add column listed_sealed bytea;
