/** The fields of a person that mailbox and CRM can share (CON-2). Every value is text. */
export const PERSON_FIELDS = [
  'salutation', 'firstName', 'middleName', 'lastName', 'suffix',
  'title', 'department', 'company',
  'email1', 'email2', 'email3',
  'businessPhone', 'mobilePhone', 'homePhone', 'otherPhone', 'fax',
  'businessStreet', 'businessCity', 'businessState', 'businessPostalCode', 'businessCountry',
  'homeStreet', 'homeCity', 'homeState', 'homePostalCode', 'homeCountry',
  'birthday', 'assistant', 'website', 'notes',
] as const; // biome-ignore format: one line per group reads better
export type PersonField = (typeof PERSON_FIELDS)[number];

/**
 * What one side says about a person. `null` is empty; an absent field is *unknown* and writes nothing
 * (partial rows, field security, fields that a system does not have). `birthday` is `yyyy-MM-dd`.
 */
export type Fields = { readonly [field in PersonField]?: string | null };

/** The modules of the address book. A module is a kind of thing that is synced. */
export type PersonModule = 'contacts' | 'leads';

/** What a CRM calls its things, in the words of the core. */
export type CrmKind = 'contact' | 'lead' | 'account' | 'user';

/** A CRM record by kind and id; ids are opaque and canonical (Salesforce: 18 characters). */
export interface CrmRef {
  readonly kind: CrmKind;
  readonly id: string;
}

/** A person as the acting CRM user sees the record. */
export interface CrmPerson {
  readonly ref: CrmRef;
  readonly ownerId: string;
  readonly accountId: string | null;
  readonly fields: Fields;
  /** When the record was created and last saved, epoch milliseconds of the CRM's clock. */
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** Whether the acting user may edit the record; absent where the CRM was not asked. */
  readonly editable?: boolean;
  /** Our creation key, where the CRM has a unique field for it. */
  readonly key?: string;
  /** The record that took this one's place: the contact of a converted lead, the winner of a merge. */
  readonly successor?: CrmRef;
}

/** A contact item of a mailbox. */
export interface MailboxPerson {
  readonly itemId: string;
  readonly containerId: string;
  readonly etag: string;
  readonly categories: readonly string[];
  readonly fields: Fields;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  /** Our stamp on the item, where it was asked for: the creation key. A hint only, links decide. */
  readonly stamp?: string;
}
