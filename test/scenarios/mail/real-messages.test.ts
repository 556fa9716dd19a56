import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusEmails } from '../corpus.ts';
import { Office } from '../office.ts';
import { type CrmEmail, DROPPING, type Mailroom, mailroom, NEW_EMAIL, NEW_OPPORTUNITY } from './mailroom.ts';
import {
  hashOf,
  oneLine,
  type RealLetter,
  realLetters,
  toldSecond,
  wordsOf,
  wordsOfHtml,
} from './real-letters.ts';

const office = new Office();
const requests: string[] = [];
const listener = createServer((request, response) => {
  requests.push(`${request.method} ${request.url}`);
  response.end();
});
let letters: readonly RealLetter[] = [];

beforeAll(async () => {
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  letters = await realLetters(corpusEmails, `http://127.0.0.1:${port}`);
  await office.open();
});
afterAll(async () => {
  listener.close();
  await office.close();
});

const POLICY = {
  ...DROPPING,
  smartConvert: { enabled: true, mustMatch: false, attachments: true },
  assignTo: { enabled: true },
};

type Facts = RealLetter['facts'];

/** Where two parsers read a broken message in different ways; what the mailbox tells is what is archived. */
const READ_OTHERWISE: Readonly<Record<string, readonly (keyof Facts)[]>> = {
  // Bytes that the declared character set does not have.
  'error_emails_content_transfer_encoding_empty.eml': ['words'],
  'error_emails_content_transfer_encoding_plain.eml': ['words'],
  'plain_emails_raw_email6.eml': ['words'],
  // A body under several contradicting dispositions: an attachment for one of them.
  'error_emails_multiple_invalid_content_dispositions.eml': ['words', 'hashes'],
  // Delivery reports: the status is text for one of them, an attachment for the other.
  'mime_emails_raw_email_with_mimepart_without_content_type.eml': ['words', 'hashes'],
  'multipart_report_emails_multi_address_bounce2.eml': ['words', 'hashes'],
  'multipart_report_emails_multipart_report_multiple_status.eml': ['words', 'hashes'],
  'multipart_report_emails_report_422.eml': ['words', 'hashes'],
};

async function factsInCrm(ann: Mailroom, email: CrmEmail): Promise<Facts> {
  const files = await ann.filesOf(email);
  return {
    sender: email.FromAddress ?? null,
    sentSecond: toldSecond(new Date(email.MessageDate)),
    subject: oneLine(email.Subject ?? ''),
    words: email.HtmlBody === null ? wordsOf(email.TextBody ?? '') : wordsOfHtml(email.HtmlBody),
    hashes: files.map(({ content }) => hashOf(content)).sort(),
  };
}

/** Which facts the CRM has otherwise than the other parser reads them. */
function differences(read: Facts, archived: Facts): string[] {
  return (Object.keys(read) as (keyof Facts)[]).filter(
    name => JSON.stringify(read[name]) !== JSON.stringify(archived[name]),
  );
}

interface Entry {
  readonly mailboxItemId: string;
  readonly state: string;
  readonly crmId: string | null;
}

/** Runs a cycle; answers which e-mails these messages are now, in their order. */
async function archivedAs(ann: Mailroom, ids: readonly string[]): Promise<(string | null)[]> {
  await ann.seat.sync();
  const entries = await office.world.tandem.all<Entry>(`/pairings/${ann.seat.pairingId}/items?module=emails`);
  const entryOf = new Map(entries.map(entry => [entry.mailboxItemId, entry]));
  expect(ids.filter(id => entryOf.get(id)?.state !== 'in_sync')).toEqual([]);
  return ids.map(id => entryOf.get(id)?.crmId ?? null);
}

async function deliverAll(
  ann: Mailroom,
  delivered: readonly RealLetter[],
  ...folder: readonly string[]
): Promise<string[]> {
  const ids: string[] = [];
  for (const { eml } of delivered) ids.push(await ann.deliver(eml, ...folder));
  return ids;
}

/** Each message is one e-mail, which says what the other parser reads in it. */
async function expectArchived(
  ann: Mailroom,
  archived: readonly (string | null)[],
  relatedId: RegExp,
): Promise<void> {
  expect(new Set(archived).size).toBe(letters.length);
  const otherwise: Record<string, string[]> = {};
  for (const [index, { file, facts }] of letters.entries()) {
    const email = await ann.emailWithId(archived[index] ?? '');
    expect(email.RelatedToId ?? '').toMatch(relatedId);
    const names = differences(facts, await factsInCrm(ann, email));
    if (names.length > 0) otherwise[file] = names;
  }
  expect(otherwise).toEqual(READ_OTHERWISE);
}

const countEmails = async (ann: Mailroom) => (await ann.query('SELECT Id FROM EmailMessage')).length;

describe.skipIf(corpusEmails.length === 0)('real messages (skipped where the corpus is absent)', () => {
  it('MAIL-2 MAIL-4 MAIL-7: archived as another parser reads them, and once when they come again', async () => {
    const ann = await mailroom(office, 'Ann', POLICY);
    const ids = await deliverAll(ann, letters, NEW_EMAIL);
    const archived = await archivedAs(ann, ids);
    await expectArchived(ann, archived, /^(001.*)?$/);
    const before = await countEmails(ann);

    const copies: string[] = [];
    for (const id of ids) copies.push(await ann.copy(id, NEW_EMAIL));
    const named = letters.filter(({ isNamed }) => isNamed);
    const once = archived.filter((_, index) => letters[index]?.isNamed);
    const again = await deliverAll(ann, named, NEW_EMAIL);
    expect(await archivedAs(ann, [...copies, ...again])).toEqual([...archived, ...once]);
    expect(await countEmails(ann)).toBe(before);
    expect(await ann.subjectsIn(NEW_EMAIL)).toEqual([]);
    await ann.seat.expectSilence();
    expect(requests).toEqual([]);
  });

  it('MAIL-2 MAIL-7: each starts an opportunity of its own', async () => {
    const bob = await mailroom(office, 'Bob', POLICY);
    const archived = await archivedAs(bob, await deliverAll(bob, letters, NEW_OPPORTUNITY));
    await expectArchived(bob, archived, /^006/);
    const opportunities = await bob.query<{ Name: string }>(
      `SELECT Name FROM Opportunity WHERE OwnerId = '${bob.seat.crmUserId}'`,
    );
    const subjects = letters.map(({ facts: { subject } }) => subject || '(no subject)');
    expect(opportunities.map(({ Name }) => oneLine(Name)).sort()).toEqual(
      subjects.map(subject => subject.slice(0, 120)).sort(),
    );
    await bob.seat.expectSilence();
    expect(requests).toEqual([]);
  });

  it('MAIL-5 MAIL-7: all of them are filed against the record of a folder', async () => {
    const cat = await mailroom(office, 'Cat', POLICY);
    const record = { Name: 'Everything', StageName: 'Prospecting', CloseDate: '2027-01-31' };
    const id = await cat.seat.addRecord('Opportunity', record);
    await cat.seat.sync();
    const ids = await deliverAll(cat, letters, 'Opportunities', 'Assign To', '01 Everything');
    const archived = await archivedAs(cat, ids);
    await expectArchived(cat, archived, new RegExp(`^${id}$`));
    await cat.seat.expectSilence();
    expect(requests).toEqual([]);
  });
});
