-- Whether nothing but the claim keeps an unanswered attempt from being made twice: items have intents for that.
alter table claims add column is_guard boolean not null default false, drop column crm_id;
alter table claims alter column is_guard drop default;
