import { normalMessageId } from '../../sync/mail/identity.ts';
import type { EmailTrace, HeldEmail } from '../archive.ts';
import type { CheckedAccess } from './access.ts';
import { draftStatus, storedIdentifier, storedSender } from './email-columns.ts';
import { peopleOfEmails } from './email-people.ts';
import { groupsWithin } from './inserts.ts';
import { type DescribedShape, keyColumns } from './shape.ts';
import { and, instant, list, text } from './soql.ts';
import type { Row, SalesforceWire } from './wire.ts';

/** Salesforce takes addresses of 16,384 bytes; the condition shares it with the rest of the query. */
const conditionBytes = 10_000;
const tracesPerQuery = 100;
const secondMs = 1_000;

const columns = [
  'Id',
  'MessageIdentifier',
  'FromAddress',
  'MessageDate',
  'Subject',
  'RelatedToId',
  'ParentId',
  'ActivityId',
  'CreatedDate',
];

/**
 * What the CRM holds of these messages. A Message-ID is the choice of whoever wrote the message: sender and time have to
 * agree with it, and stand in where there is none.
 */
export async function findEmails(
  wire: SalesforceWire,
  access: CheckedAccess | null,
  shape: DescribedShape,
  traces: readonly EmailTrace[],
): Promise<Map<string, HeldEmail[]>> {
  const key = shape.keyColumn === null ? [] : [shape.keyColumn];
  const selected = [...columns.filter(column => shape.columns.has(column)), ...key].join(', ');
  const conditions = traces.map(trace => conditionOf(trace, shape));
  const groups = groupsWithin(
    [...new Set(conditions)],
    tracesPerQuery,
    conditionBytes,
    condition => encodeURIComponent(condition).length,
  );
  const answers = await wire.queries(
    groups.map(
      group =>
        `SELECT ${selected} FROM EmailMessage WHERE Status != ${text(draftStatus)} AND (${group.join(' OR ')}) ` +
        'ORDER BY CreatedDate, Id LIMIT 2000',
    ),
  );
  const rows = await visible(
    access,
    answers.flatMap(({ records }) => records),
  );
  const byId = new Map(rows.map(row => [String(row.Id), row]));
  const meant = new Map(
    traces.map(trace => [trace.key, [...byId.values()].filter(row => isOf(trace, row, shape))]),
  );
  const people = await peopleOfEmails(wire, [
    ...new Set([...meant.values()].flat().map(row => String(row.Id))),
  ]);
  const found = [...meant].map(([key, emails]): [string, HeldEmail[]] => [
    key,
    emails.map(row => heldEmail(row, people)),
  ]);
  return new Map(found.filter(([, emails]) => emails.length > 0));
}

function conditionOf(trace: EmailTrace, shape: DescribedShape): string {
  const identifier = storedIdentifier(trace.messageId, shape);
  if (identifier !== null) return `MessageIdentifier IN ${list([identifier, identifier.slice(1, -1)])}`;
  const from = storedSender(trace.from);
  const { dateMs, subject } = trace;
  const condition = and(
    from === null ? 'FromAddress = null' : `FromAddress = ${text(from)}`,
    dateMs !== null && `MessageDate >= ${instant(dateMs - secondMs)}`,
    dateMs !== null && `MessageDate <= ${instant(dateMs + secondMs)}`,
    dateMs === null && (subject === '' ? 'Subject = null' : `Subject = ${text(subject)}`),
  );
  return `(${condition})`;
}

function isOf(trace: EmailTrace, row: Row, shape: DescribedShape): boolean {
  const sender = typeof row.FromAddress === 'string' ? row.FromAddress.toLowerCase() : null;
  const isSameSender = sender === storedSender(trace.from);
  const isSameTime =
    trace.dateMs === null || Math.abs(Date.parse(String(row.MessageDate)) - trace.dateMs) <= secondMs;
  return isSameSender && isSameTime && isSameName(trace, row, shape);
}

/** Letters' case counts in a Message-ID (RFC 5322), other than for SOQL. */
function isSameName({ messageId, subject }: EmailTrace, row: Row, shape: DescribedShape): boolean {
  if (storedIdentifier(messageId, shape) === null) return String(row.Subject ?? '').trim() === subject.trim();
  return normalMessageId(String(row.MessageIdentifier ?? '')) === messageId;
}

function heldEmail(row: Row, people: ReadonlyMap<string, readonly string[]>): HeldEmail {
  const key = keyColumns.map(column => row[column]).find(value => typeof value === 'string');
  const relatedId = row.RelatedToId ?? row.ParentId;
  return {
    id: String(row.Id),
    relatedId: typeof relatedId === 'string' ? relatedId : null,
    key: typeof key === 'string' ? key : null,
    people: people.get(String(row.Id)) ?? [],
    createdAtMs: Date.parse(String(row.CreatedDate)),
  };
}

/** An e-mail is seen by whoever sees its case, its activity or what it is about (object reference, EmailMessage). */
async function visible(access: CheckedAccess | null, rows: readonly Row[]): Promise<readonly Row[]> {
  if (access === null || rows.length === 0) return rows;
  const behind = (row: Row) =>
    [row.ParentId, row.RelatedToId, row.ActivityId].filter(id => typeof id === 'string');
  const readable = await access.readable(rows.flatMap(behind));
  return rows.filter(row => behind(row).length === 0 || behind(row).some(id => readable.has(id)));
}
