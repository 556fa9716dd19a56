import type { Generated } from 'kysely';
import type { Tenant } from './schema.ts';

/** The tables of mail and of records with folders (migration 0004). */
export interface MailTables {
  mail_folders: MailFoldersTable;
  tracked_records: TrackedRecordsTable;
  archived_emails: ArchivedEmailsTable;
  unmatched_addresses: UnmatchedAddressesTable;
  categorized_before: CategorizedBeforeTable;
}

interface MailFoldersTable extends Tenant {
  pairing_id: string;
  key: string;
  folder_id: string;
  item_count: Generated<number>;
}

interface TrackedRecordsTable extends Tenant {
  pairing_id: string;
  kind: string;
  crm_id: string;
  record_sealed: Buffer;
  seen_sweep: Generated<number>;
}

interface ArchivedEmailsTable extends Tenant {
  connection_id: string;
  identity_hash: string;
  target: string;
  pairing_id: string;
  claimed_at: Date;
  begun_at: Date;
  crm_id: string | null;
  record_id: string | null;
  people: Generated<string[]>;
  is_own: Generated<boolean>;
}

export type UnmatchedState = 'open' | 'wanted' | 'created' | 'ignored' | 'excluded';

export interface UnmatchedAddressesTable extends Tenant {
  id: string;
  connection_id: string;
  pairing_id: string;
  address_hash: string;
  person_sealed: Buffer;
  code: string;
  messages: Generated<number>;
  state: Generated<UnmatchedState>;
  reason: string | null;
  crm_kind: 'contact' | 'lead' | null;
  crm_id: string | null;
  first_seen_at: Date;
  last_seen_at: Date;
}

interface CategorizedBeforeTable extends Tenant {
  pairing_id: string;
  message_id: string;
}
