import type { ColumnType, Generated } from 'kysely';
import type { MailTables } from './schema-mail.ts';

/** jsonb is written as text: the driver would turn a JavaScript array into a PostgreSQL array. */
type Json<T> = ColumnType<T, string, string>;
type GeneratedJson<T> = ColumnType<T, string | undefined, string>;
type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>;
/** Given by the database and never changed. */
type Serial = ColumnType<number, never, never>;

export type JsonObject = Record<string, unknown>;

/** Filled in from the transaction's organization when it is left out. */
export interface Tenant {
  organization_id: Generated<string>;
}

export type Subscription = 'lite' | 'standard' | 'premium';
export type Role = 'admin' | 'operator' | 'viewer';
export type Side = 'mailbox' | 'crm';

export interface OrganizationsTable {
  organization_id: string;
  name: string;
  subscription: Subscription;
  trial: Generated<boolean>;
  key_id: string;
  data_key_wrapped: Buffer;
  created_at: Date;
}

export interface ApiKeysTable extends Tenant {
  id: string;
  name: string;
  role: Role;
  secret_hash: Buffer;
  hint: string;
  created_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

export interface ConnectionsTable extends Tenant {
  id: string;
  name: string;
  side: Side;
  system: string;
  settings: Json<JsonObject>;
  credentials_sealed: Buffer;
  api_share: Generated<number>;
  version: Generated<number>;
  state: Generated<'ok' | 'dead'>;
  reason: string | null;
  fix: string | null;
  state_since: Date | null;
  seq: Generated<number>;
  polled_at: Date | null;
  poll_requested_at: Date | null;
  budget_used: number | null;
  budget_limit: number | null;
  created_at: Date;
}

export interface PoliciesTable extends Tenant {
  id: string;
  name: string;
  enabled: Generated<boolean>;
  version: Generated<number>;
  mailbox_connection_id: string;
  crm_connection_id: string;
  options: Json<JsonObject>;
  enabled_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export interface PolicyVersionsTable extends Tenant {
  policy_id: string;
  version: number;
  name: string;
  enabled: boolean;
  options: Json<JsonObject>;
  actor: string;
  created_at: Date;
}

export interface PairingsTable extends Tenant {
  id: string;
  policy_id: string;
  mailbox: string;
  crm_user_wanted: string | null;
  mailbox_key: string | null;
  mailbox_time_zone: string | null;
  crm_user_id: string | null;
  crm_user_login: string | null;
  crm_user_email: string | null;
  crm_time_zone: string | null;
  desired: Generated<'running' | 'paused' | 'removed'>;
  run_requested_at: Date | null;
  state: Generated<
    'initializing' | 'in_sync' | 'catching_up' | 'degraded' | 'blocked' | 'paused' | 'disabled'
  >;
  reason: string | null;
  fix: string | null;
  error_streak: Generated<number>;
  error_since: Date | null;
  notified: Generated<boolean>;
  cycle: Generated<number>;
  epoch: Generated<number>;
  due_at: Date | null;
  last_cycle_id: string | null;
  last_cycle_at: Date | null;
  policy_version: number | null;
  progress: NullableJson<JsonObject>;
  position: number | null;
  initial: NullableJson<JsonObject>;
  initialized_at: Date | null;
  sweep: Generated<number>;
  sweep_wanted: Generated<boolean>;
  swept_at: Date | null;
  root_folder_id: string | null;
  contact_folder_id: string | null;
  default_folder_id: string | null;
  category_id: string | null;
  leads_category_id: string | null;
  stamp_counter: Generated<number>;
  stamped_at: Date | null;
  folders_digest: string | null;
  folders_due_at: Date | null;
  records_sweep: Generated<number>;
  created_at: Date;
}

export interface IdentityClaimsTable extends Tenant {
  kind: 'mailbox' | 'crm_user';
  identity: string;
  pairing_id: string;
}

export interface MailboxCursorsTable extends Tenant {
  pairing_id: string;
  container_id: string;
  cursor: string | null;
  enumerating: Generated<boolean>;
  read_at: Date | null;
}

export interface FeedCursorsTable extends Tenant {
  connection_id: string;
  kind: string;
  cursor: string;
  failure: NullableJson<JsonObject>;
}

export interface ChangeLogTable extends Tenant {
  connection_id: string;
  kind: string;
  record_id: string;
  seq: number;
  version: string;
  settled: boolean;
  owner_id: string | null;
  deleted: boolean;
  successor: NullableJson<JsonObject>;
  parent_id: string | null;
  logged_at: Date;
}

export interface InboxTable extends Tenant {
  pairing_id: string;
  side: Side;
  source_id: string;
  kind: string;
  generation: Generated<number>;
  container_id: string | null;
  etag: string | null;
  what: string;
  payload_sealed: Buffer | null;
  listed_sealed: Buffer | null;
  match_keys: Generated<string[]>;
  not_before: Date | null;
  received_at: Date;
}

export interface ItemsTable extends Tenant {
  id: string;
  pairing_id: string;
  module: string;
  link: Generated<string>;
  state: string;
  code: string | null;
  reason: string | null;
  fix: string | null;
  mailbox_item_id: string | null;
  container_id: string | null;
  mailbox_etag: string | null;
  crm_kind: string | null;
  crm_id: string | null;
  crm_parent_id: string | null;
  crm_modified_at: Date | null;
  adopted: Generated<boolean>;
  mailbox_base_sealed: Buffer | null;
  crm_base_sealed: Buffer | null;
  detail_sealed: Buffer | null;
  meeting_sealed: Buffer | null;
  series_id: string | null;
  meeting_hash: string | null;
  restored: Generated<number>;
  match_keys: Generated<string[]>;
  seen_sweep: Generated<number>;
  unheard: Generated<boolean>;
  writes: GeneratedJson<JsonObject>;
  attempts: Generated<number>;
  next_attempt_at: Date | null;
  changed_at: Date;
}

export interface IntentsTable extends Tenant {
  id: string;
  pairing_id: string;
  epoch: number;
  target: Side;
  op: 'create' | 'update' | 'delete';
  module: string;
  key: string;
  source_id: string;
  target_id: string | null;
  container_id: string | null;
  fields_sealed: Buffer | null;
  payload_hash: string | null;
  created_at: Date;
  deadline_at: Date;
}

export interface ClaimsTable extends Tenant {
  connection_id: string;
  kind: string;
  key_hash: string;
  pairing_id: string;
  is_guard: boolean;
  claimed_at: Date;
}

export interface DeletionsTable extends Tenant {
  id: Serial;
  connection_id: string;
  pairing_id: string;
  module: string;
  what: string;
  item_id: string;
  at: Date;
}

export interface HeldDeletionsTable extends Tenant {
  id: string;
  pairing_id: string;
  item_id: string;
  module: string;
  what: string;
  side: Side;
  reason: string;
  state: Generated<'held' | 'approved' | 'rejected' | 'void'>;
  held_at: Date;
  decided_at: Date | null;
  decided_by: string | null;
}

export interface CyclesTable extends Tenant {
  id: string;
  pairing_id: string;
  number: number;
  trigger: string;
  started_at: Date;
  finished_at: Date | null;
  outcome: string | null;
  counts: GeneratedJson<JsonObject>;
  calls: GeneratedJson<JsonObject>;
  errors: GeneratedJson<unknown[]>;
}

export interface ItemEventsTable extends Tenant {
  id: Serial;
  pairing_id: string;
  item_id: string;
  cycle: number;
  at: Date;
  action: string;
  direction: string | null;
  code: string | null;
  reason: string;
  detail_sealed: Buffer | null;
}

export interface OperationsTable extends Tenant {
  id: string;
  kind: string;
  pairing_id: string | null;
  policy_id: string | null;
  state: Generated<'running' | 'done' | 'failed'>;
  until_cycle: number | null;
  progress: NullableJson<JsonObject>;
  result_sealed: Buffer | null;
  created_at: Date;
  finished_at: Date | null;
}

export interface NotificationsTable extends Tenant {
  id: string;
  kind: string;
  pairing_id: string | null;
  connection_id: string | null;
  dedupe: string;
  recipients: string[];
  subject_sealed: Buffer;
  body_sealed: Buffer;
  state: Generated<'pending' | 'sent' | 'kept' | 'failed'>;
  error: string | null;
  created_at: Date;
  sent_at: Date | null;
}

export interface AuditTable extends Tenant {
  id: Serial;
  at: Date;
  actor: string;
  action: string;
  target: string | null;
  outcome: string;
  detail: NullableJson<JsonObject>;
  request_id: string | null;
}

export interface IdempotencyKeysTable extends Tenant {
  key: string;
  request_hash: string;
  status: number | null;
  body_sealed: Buffer | null;
  created_at: Date;
}

/** All tables, as the migrations make them; a test compares the two. */
export interface Schema extends MailTables {
  organizations: OrganizationsTable;
  api_keys: ApiKeysTable;
  connections: ConnectionsTable;
  policies: PoliciesTable;
  policy_versions: PolicyVersionsTable;
  pairings: PairingsTable;
  identity_claims: IdentityClaimsTable;
  mailbox_cursors: MailboxCursorsTable;
  feed_cursors: FeedCursorsTable;
  change_log: ChangeLogTable;
  inbox: InboxTable;
  items: ItemsTable;
  intents: IntentsTable;
  claims: ClaimsTable;
  deletions: DeletionsTable;
  held_deletions: HeldDeletionsTable;
  cycles: CyclesTable;
  item_events: ItemEventsTable;
  operations: OperationsTable;
  notifications: NotificationsTable;
  audit: AuditTable;
  idempotency_keys: IdempotencyKeysTable;
}
