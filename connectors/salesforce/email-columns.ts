import type { Role } from '../../sync/mail/message.ts';
import { cutText } from '../../sync/mail/text.ts';
import type { EmailDraft, LinkedPerson } from '../archive.ts';
import type { DescribedShape } from './shape.ts';
import type { Row } from './wire.ts';

/** Values of Status (object reference, EmailMessage). */
const status = { read: '1', sent: '3' } as const;
export const draftStatus = '5';

type Recipients = Exclude<Role, 'from'>;
const columnsOfRole: Readonly<Record<Recipients, { readonly addresses: string; readonly ids: string }>> = {
  to: { addresses: 'ToAddress', ids: 'ToIds' },
  cc: { addresses: 'CcAddress', ids: 'CcIds' },
  bcc: { addresses: 'BccAddress', ids: 'BccIds' },
};
const recipientRoles = Object.keys(columnsOfRole) as Recipients[];

/**
 * An e-mail as it is archived: it is mailed to nobody, and files may join it later (IsClientManaged). People are told by
 * their ids and not by their addresses, so that the CRM relates them itself (object reference, EmailMessage, ToIds).
 */
export function emailColumns({ copy, key, people, related }: EmailDraft, shape: DescribedShape): Row {
  const sender = copy.parties.find(({ role }) => role === 'from');
  const record: { [column: string]: unknown } = {
    IsClientManaged: true,
    Incoming: copy.isIncoming,
    Status: copy.isIncoming ? status.read : status.sent,
    MessageDate: copy.dateMs === null ? null : new Date(copy.dateMs).toISOString(),
    FromAddress: storedSender(sender?.address ?? null),
    FromName: cut(sender?.name ?? sender?.written ?? null, 'FromName', shape),
    Subject: copy.subject,
    TextBody: copy.text,
    HtmlBody: copy.html,
    MessageIdentifier: storedIdentifier(copy.messageId, shape),
    [related?.kind === 'cases' ? 'ParentId' : 'RelatedToId']: related?.id ?? null,
  };
  for (const role of recipientRoles) {
    const { addresses, ids } = columnsOfRole[role];
    const linked = people.filter(person => person.role === role);
    record[ids] = distinct(linked.map(({ id }) => id));
    record[addresses] = addressesOf({ copy }, role, linked, shape.columns.get(addresses)?.maxLength ?? null);
  }
  if (shape.keyColumn !== null) record[shape.keyColumn] = key;
  const told = Object.entries(record).filter(
    ([column, value]) => isSomething(value) && shape.columns.get(column)?.isCreateable,
  );
  return Object.fromEntries(told);
}

/** Whole addresses, as many as there is room for. */
function addressesOf(
  { copy }: Pick<EmailDraft, 'copy'>,
  role: Role,
  linked: readonly LinkedPerson[],
  maxLength: number | null,
): string {
  const known = new Set(linked.map(({ address }) => address));
  const named = copy.parties.flatMap(party => (party.role === role && party.address ? [party.address] : []));
  let told = '';
  for (const address of distinct(named).filter(one => !known.has(one))) {
    const longer = told === '' ? address : `${told}; ${address}`;
    if (maxLength !== null && longer.length > maxLength) break;
    told = longer;
  }
  return told;
}

/** Salesforce takes addresses in the letters of RFC 5321 alone, for which it was written. */
const storable = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9.-]+$/;

/** What the CRM is told of a sender's address; what it would refuse stands in FromName alone. */
export function storedSender(address: string | null): string | null {
  return address !== null && storable.test(address) && !/^\.|\.\.|\.@/.test(address) ? address : null;
}

/** With its brackets, as Salesforce itself keeps it. One that does not fit is none: cut, it would be another one. */
export function storedIdentifier(messageId: string | null, shape: DescribedShape): string | null {
  const maxLength = shape.columns.get('MessageIdentifier')?.maxLength ?? null;
  const whole = `<${messageId}>`;
  return messageId === null || (maxLength !== null && whole.length > maxLength) ? null : whole;
}

function cut(text: string | null, column: string, shape: DescribedShape): string | null {
  const maxLength = shape.columns.get(column)?.maxLength ?? null;
  return maxLength === null || text === null ? text : cutText(text, maxLength);
}

function isSomething(value: unknown): boolean {
  return value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
