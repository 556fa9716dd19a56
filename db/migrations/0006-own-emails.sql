-- Whether one of our pairings wrote the e-mail: only then is it known what the CRM has of the message (MAIL-3).
alter table archived_emails add column is_own boolean not null default false;
