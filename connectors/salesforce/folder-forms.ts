import type { FolderKind } from '../../sync/folders/kinds.ts';
import type { FolderRecord } from '../archive.ts';
import { type DescribedShape, folderObjectOf, type ObjectShape } from './shape.ts';
import { list } from './soql.ts';
import type { UrlOf } from './task-records.ts';
import type { Row } from './wire.ts';

/** Where an object keeps what folders and summaries show. What it has no column for is null. */
export interface FolderForm {
  readonly kind: FolderKind;
  readonly object: string;
  /** What people call such a record; the object's own label where this is null. */
  readonly word: string | null;
  /** Told before the name (MAIL-5). */
  readonly number: string | null;
  readonly name: string;
  readonly description: string | null;
  readonly account: string | null;
  readonly contact: string | null;
  readonly amount: string | null;
  readonly stage: string | null;
  readonly closeDay: string | null;
}

/** The values of a new org after which a quote goes nowhere (Salesforce Help, Quote Fields); it has no column for that. */
const endedQuotes = ['Accepted', 'Denied', 'Rejected'];

const standard: Readonly<Record<string, Omit<FolderForm, 'kind' | 'object'>>> = {
  Opportunity: {
    word: 'Opportunity',
    number: null,
    name: 'Name',
    description: 'Description',
    account: 'AccountId',
    contact: 'ContactId',
    amount: 'Amount',
    stage: 'StageName',
    closeDay: 'CloseDate',
  },
  Case: {
    word: 'Case',
    number: 'CaseNumber',
    name: 'Subject',
    description: 'Description',
    account: 'AccountId',
    contact: 'ContactId',
    amount: null,
    stage: 'Status',
    closeDay: null,
  },
  Quote: {
    word: 'Quote',
    number: null,
    name: 'Name',
    description: 'Description',
    account: 'AccountId',
    contact: 'ContactId',
    amount: 'GrandTotal',
    stage: 'Status',
    closeDay: 'ExpirationDate',
  },
};

/** Null where the CRM, or its user, has no such records. */
export function folderFormOf(kind: FolderKind, shape: DescribedShape): FolderForm | null {
  const object = folderObjectOf(kind);
  if (object === null || shape.columns.size === 0) return null;
  const known = kind.startsWith('custom:') ? customForm(shape) : standard[object];
  return known === undefined ? null : { kind, object, ...known };
}

/** Of an administrator's object only its name is known; a person or account is where it has one place for them. */
function customForm(shape: DescribedShape): Omit<FolderForm, 'kind' | 'object'> {
  const isText = (column: string) => shape.columns.get(column)?.type === 'textarea';
  return {
    word: null,
    number: null,
    name: shape.nameColumn ?? 'Name',
    description: ['Description__c', 'Description'].find(isText) ?? null,
    account: onlyReference(shape, 'Account'),
    contact: onlyReference(shape, 'Contact'),
    amount: null,
    stage: null,
    closeDay: null,
  };
}

function onlyReference(shape: DescribedShape, object: string): string | null {
  const named = [...shape.columns].filter(([, { referenceTo }]) => referenceTo.includes(object));
  return named.length === 1 ? named[0]![0] : null;
}

/** Rows with which something is left to do; null: all of them. */
export function openCondition({ object }: FolderForm, shape: ObjectShape): string | null {
  if (object === 'Quote')
    return shape.columns.has('Status') ? `(Status = null OR Status NOT IN ${list(endedQuotes)})` : null;
  return shape.columns.has('IsClosed') && object in standard ? 'IsClosed = false' : null;
}

function isOpen({ object }: FolderForm, row: Row): boolean {
  return object === 'Quote' ? !endedQuotes.includes(String(row.Status)) : row.IsClosed !== true;
}

const systemColumns = ['Id', 'CreatedDate', 'LastModifiedDate'];
const visibleOnly = ['OwnerId', 'IsClosed', 'LastActivityDate', 'CurrencyIsoCode'];

/** What is selected of an object's rows, as far as their user may see it. */
export function selectOfForm(form: FolderForm, shape: DescribedShape): string {
  const { number, name, account, contact, amount, stage, closeDay } = form;
  const own = [...visibleOnly, number, name, account, contact, amount, stage, closeDay].filter(
    column => column !== null && shape.columns.has(column),
  );
  const behind = ['OwnerId', account, contact].flatMap(column => {
    const path = relationshipOf(column, shape);
    return path === null ? [] : [`${path}.Name`];
  });
  const key = shape.keyColumn === null ? [] : [shape.keyColumn];
  return [...new Set([...systemColumns, ...key, ...own, ...behind])].join(', ');
}

function relationshipOf(column: string | null, shape: DescribedShape): string | null {
  return (column === null ? undefined : shape.columns.get(column))?.relationship ?? null;
}

/** A detail record has no owner of its own: it is everybody's who sees it. */
export function folderRecordOf(
  form: FolderForm,
  row: Row,
  shape: DescribedShape,
  userId: string,
  urlOf: UrlOf,
): FolderRecord {
  const id = String(row.Id);
  const value = (column: string | null) => (column === null ? null : textOf(row[column]));
  const nameBehind = (column: string | null) => {
    const path = relationshipOf(column, shape);
    return path === null ? null : textOf((row[path] as Row | null | undefined)?.Name);
  };
  const number = value(form.number);
  const name = value(form.name) ?? '';
  return {
    kind: form.kind,
    id,
    number,
    name,
    ownerId: value('OwnerId') ?? userId,
    modifiedAtMs: Date.parse(String(row.LastModifiedDate)),
    isOpen: isOpen(form, row),
    facts: {
      kind: form.word ?? shape.label,
      number,
      name,
      account: nameBehind(form.account),
      contact: nameBehind(form.contact),
      owner: nameBehind('OwnerId'),
      amount: amountOf(form, row),
      stage: value(form.stage),
      closeDay: value(form.closeDay),
      createdDay: textOf(row.CreatedDate)?.slice(0, 'yyyy-MM-dd'.length) ?? null,
      lastActivityDay: value('LastActivityDate'),
      viewUrl: urlOf(form.object, id, 'view'),
      editUrl: urlOf(form.object, id, 'edit'),
    },
  };
}

function amountOf({ amount }: FolderForm, row: Row): FolderRecord['facts']['amount'] {
  const value = amount === null ? null : row[amount];
  return typeof value === 'number' ? { value, currency: textOf(row.CurrencyIsoCode) } : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
