import { SyncFailure } from '../../sync/failure.ts';
import type { CrmRecord, Field, Fields, PersonField } from '../../sync/record.ts';
import { keyColumns, type ObjectShape, type PersonKind } from './shape.ts';
import type { Row } from './wire.ts';

type Columns = { readonly [field in PersonField]?: string };

const nameColumns = {
  salutation: 'Salutation',
  firstName: 'FirstName',
  middleName: 'MiddleName',
  lastName: 'LastName',
  suffix: 'Suffix',
} as const;

/** Fields that are not here (a second e-mail, the website of a contact) stay unknown: the CRM has no place for them. */
const columnsOf: Readonly<Record<PersonKind, Columns>> = {
  contact: {
    ...nameColumns,
    title: 'Title',
    department: 'Department',
    email1: 'Email',
    businessPhone: 'Phone',
    mobilePhone: 'MobilePhone',
    homePhone: 'HomePhone',
    otherPhone: 'OtherPhone',
    fax: 'Fax',
    ...addressColumns('business', 'Mailing'),
    ...addressColumns('home', 'Other'),
    birthday: 'Birthdate',
    assistant: 'AssistantName',
    notes: 'Description',
  },
  lead: {
    ...nameColumns,
    title: 'Title',
    company: 'Company',
    email1: 'Email',
    businessPhone: 'Phone',
    mobilePhone: 'MobilePhone',
    fax: 'Fax',
    ...addressColumns('business', ''),
    website: 'Website',
    notes: 'Description',
  },
};

/** A contact's company is its account's name (CON-1); its address stands in where the contact has none. */
const accountColumns: Columns = { company: 'Name', ...addressColumns('business', 'Billing') };
const businessFields = Object.keys(addressColumns('business', '')) as PersonField[];

const systemColumns = ['Id', 'OwnerId', 'CreatedDate', 'LastModifiedDate'];
const kindColumns = { contact: ['AccountId'], lead: ['IsConverted', 'ConvertedContactId'] } as const;

function addressColumns(owner: 'business' | 'home', prefix: string): Columns {
  return {
    [`${owner}Street`]: `${prefix}Street`,
    [`${owner}City`]: `${prefix}City`,
    [`${owner}State`]: `${prefix}State`,
    [`${owner}PostalCode`]: `${prefix}PostalCode`,
    [`${owner}Country`]: `${prefix}Country`,
  };
}

function entries(columns: Columns): [PersonField, string][] {
  return Object.entries(columns) as [PersonField, string][];
}

/** The fields that this org can hold of a person. */
export function fieldsIn(kind: PersonKind, shape: ObjectShape): Set<PersonField> {
  const own = entries(columnsOf[kind]).filter(([, column]) => shape.columns.has(column));
  return new Set([...own.map(([field]) => field), ...(kind === 'contact' ? (['company'] as const) : [])]);
}

/** What is selected of a person. */
export function selectOfPerson(kind: PersonKind, shape: ObjectShape): string {
  const own = entries(columnsOf[kind]).flatMap(([, column]) => (shape.columns.has(column) ? [column] : []));
  const account = kind === 'contact' ? entries(accountColumns).map(([, column]) => `Account.${column}`) : [];
  const key = shape.keyColumn === null ? [] : [shape.keyColumn];
  return [...systemColumns, ...kindColumns[kind], ...key, ...own, ...account].join(', ');
}

export function personOf(kind: PersonKind, row: Row): CrmRecord {
  const key = keyColumns.map(column => text(row[column])).find(value => value !== null);
  const contactId = row.IsConverted === true ? text(row.ConvertedContactId) : null;
  return {
    ref: { kind, id: String(row.Id) },
    ownerId: String(row.OwnerId),
    accountId: text(row.AccountId),
    fields: fieldsOf(kind, row),
    createdAtMs: Date.parse(String(row.CreatedDate)),
    modifiedAtMs: Date.parse(String(row.LastModifiedDate)),
    ...(key !== undefined && { key }),
    ...(contactId !== null && { successor: { kind: 'contact', id: contactId } }),
  };
}

/** Reads the columns that were answered; the others stay unknown. */
export function fieldsOf(kind: PersonKind, row: Row): Fields {
  const fields: { [field in PersonField]?: string | null } = {};
  for (const [field, column] of entries(columnsOf[kind])) {
    if (column in row) fields[field] = text(row[column]);
  }
  return kind === 'contact' ? { ...fields, ...accountFieldsOf(fields, row) } : fields;
}

function accountFieldsOf(own: Fields, row: Row): Fields {
  if (text(row.AccountId) === null) return { company: null };
  const account = row.Account as Row | null | undefined;
  if (account == null) return {};
  const company = { company: text(account.Name) };
  return isWithoutAddress(own) ? { ...company, ...addressOfAccount(row) } : company;
}

function isWithoutAddress(fields: Fields): boolean {
  return businessFields.every(field => fields[field] == null);
}

/** The account's address, as far as it is shown for the contact. */
function addressOfAccount(row: Row): Fields {
  const account = (row.Account ?? {}) as Row;
  return Object.fromEntries(
    businessFields.flatMap(field => {
      const column = accountColumns[field]!;
      return column in account ? [[field, text(account[column])]] : [];
    }),
  );
}

export function touchesBusinessAddress(fields: Fields): boolean {
  return businessFields.some(field => fields[field] !== undefined);
}

/**
 * A change of a part of the account's address becomes the contact's own address, with the rest of it: else the parts
 * that the user left alone would vanish with it.
 */
export function withAdoptedAddress(fields: Fields, before: Row): Fields {
  const own = Object.fromEntries(
    businessFields.map(field => [field, text(before[columnsOf.contact[field]!])]),
  );
  return isWithoutAddress(own) ? { ...addressOfAccount(before), ...fields } : fields;
}

/** The columns that set these fields. What the CRM has no column for is left out; an empty value clears. */
export function recordOf(kind: PersonKind, fields: Fields, shape: ObjectShape): Row {
  const record: { [column: string]: string | null } = {};
  for (const [field, column] of entries(columnsOf[kind])) {
    const value = fields[field];
    const known = shape.columns.get(column);
    if (value === undefined || known === undefined) continue;
    requireLength(field, value, known.maxLength, kind);
    record[column] = value;
  }
  return record;
}

function requireLength(
  field: PersonField,
  value: string | null,
  maxLength: number | null,
  kind: PersonKind,
): void {
  if (value === null || maxLength === null || value.length <= maxLength) return;
  throw new SyncFailure(
    'validation',
    `${field} has ${value.length} characters, a ${kind} in the CRM takes ${maxLength}`,
    {
      native: 'STRING_TOO_LONG',
      fields: [field],
      fix: `Shorten ${field} to ${maxLength} characters in the mailbox.`,
    },
  );
}

/** Our names of columns. */
export function personFieldNames(kind: PersonKind): ReadonlyMap<string, Field> {
  return new Map(entries(columnsOf[kind]).map(([field, column]) => [column, field]));
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
