import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { letPass, openOnClock } from '../passing-time.ts';
import { until } from '../product.ts';
import {
  DROPPING,
  letter,
  type Mailroom,
  mailroom,
  NEW_EMAIL,
  NEW_OPPORTUNITY,
  PROCESSED,
} from './mailroom.ts';

/** Longer than any request to the CRM takes effect after it was sent, and than a cycle's distance from the next. */
const LATE_MS = 16 * 60_000;
const KEY_FIELD = { name: 'Tandem_Key__c', type: 'string', length: 255, externalId: true, unique: true };
const KEYED = ['Account', 'Case', 'Contact', 'EmailMessage', 'Lead', 'Opportunity'];

const WITH_FILES = {
  ...DROPPING,
  smartConvert: { enabled: true, attachments: true },
};

let stories = 0;

/** A letter from somebody new of a company that is new, with a file, to be dropped. */
function strangersLetter({ seat }: Mailroom): { eml: string; subject: string; domain: string } {
  const number = ++stories;
  const domain = `stranger${number}.example`;
  const subject = `Story ${number}`;
  const eml = letter(seat, {
    from: `Sam Stranger <sam@${domain}>`,
    subject,
    headers: ['X-Parts: two'],
    text: 'Please see the file.',
  }).replace(
    /Content-Type: text\/plain; charset=utf-8\r\n\r\n([\s\S]*)$/,
    [
      'Content-Type: multipart/mixed; boundary=part',
      '',
      '--part',
      'Content-Type: text/plain; charset=utf-8',
      '',
      '$1',
      '--part',
      'Content-Type: text/csv; name=list.csv',
      'Content-Disposition: attachment; filename=list.csv',
      '',
      'a;b',
      '--part--',
      '',
    ].join('\r\n'),
  );
  return { eml, subject, domain };
}

/** Everything that a dropped letter makes is there once, and the letter where it belongs. */
async function expectOnce(
  room: Mailroom,
  messageId: string,
  { subject, domain }: ReturnType<typeof strangersLetter>,
): Promise<void> {
  expect(await room.placeOf(messageId)).toBe('Inbox');
  expect((await room.message(messageId)).categories).toEqual([PROCESSED]);
  const email = await room.email(subject);
  const [contact, ...twins] = await room.query<{ Id: string; AccountId: string | null }>(
    `SELECT Id, AccountId FROM Contact WHERE Email = 'sam@${domain}'`,
  );
  expect(twins).toEqual([]);
  const accounts = await room.query<{ Id: string }>(
    `SELECT Id FROM Account WHERE Website LIKE '%${domain}%'`,
  );
  expect(accounts).toEqual([expect.objectContaining({ Id: contact?.AccountId })]);
  const opportunities = await room.query<{ Id: string }>(
    `SELECT Id FROM Opportunity WHERE Name = '${subject}'`,
  );
  expect(opportunities).toEqual([expect.objectContaining({ Id: email.RelatedToId })]);
  const people = (await room.peopleOf(email)).filter(({ RelationId }) => RelationId === contact?.Id);
  expect(people).toHaveLength(1);
  const files = await room.query(`SELECT Id FROM ContentDocumentLink WHERE LinkedEntityId = '${email.Id}'`);
  expect(files).toHaveLength(1);
}

const ALL = ['Account', 'Contact', 'Opportunity', 'EmailMessage', 'EmailMessageRelation', 'ContentVersion'];

describe.each([
  ['without a key field', false, ALL],
  ['with a key field', true, ['Contact', 'Opportunity', 'EmailMessage']],
] as const)('MAIL-7, invariants 3 and 8: what fails in an org %s', (_, hasKeyField, objects) => {
  const office = new Office();
  let ann: Mailroom;
  beforeAll(async () => {
    await openOnClock(office);
    if (hasKeyField)
      await office.world.salesforce.control(
        'POST',
        'schema',
        KEYED.map(object => ({ object, fields: [KEY_FIELD] })),
      );
    ann = await mailroom(office, 'Ann', WITH_FILES);
  });
  afterEach(() => strike());
  afterAll(async () => {
    await ann.seat.expectSilence();
    await office.close();
  });

  const strike = async (faults: { salesforce?: object[]; graph?: object[] } = {}) => {
    await office.world.salesforce.control('PUT', 'faults', faults.salesforce ?? []);
    await office.world.graph.control('PUT', 'faults', faults.graph ?? []);
  };

  /** A cycle that fails, time for what may still take effect, and the cycle that puts it right. */
  const settle = async () => {
    await ann.seat.sync();
    await strike();
    await letPass(ann.seat, LATE_MS);
    await ann.seat.sync();
  };

  const modes = ['lost-response', 'disconnect'] as const;
  it.each(objects.flatMap(object => modes.map(mode => [mode, object] as const)))(
    '%s while %s is written',
    async (mode, object) => {
      const told = strangersLetter(ann);
      const id = await ann.deliver(told.eml, NEW_OPPORTUNITY);
      const match = { method: 'POST', soql: `"${object}"` };
      const isFile = object === 'ContentVersion';
      await strike({
        salesforce: [
          { match: isFile ? { method: 'POST', soql: 'sobjects/ContentVersion' } : match, mode, times: 1 },
        ],
      });
      await settle();
      await expectOnce(ann, id, told);
    },
    60_000,
  );

  it.each([
    ['lost-response', 'PATCH', '/messages/'],
    ['disconnect', 'PATCH', '/messages/'],
    ['lost-response', 'POST', '/move'],
    ['disconnect', 'POST', '/move'],
  ])(
    '%s while the mailbox is changed (%s)',
    async (mode, method, path) => {
      const told = strangersLetter(ann);
      const id = await ann.deliver(told.eml, NEW_OPPORTUNITY);
      await strike({ graph: [{ match: { mailbox: ann.seat.mail, method, path }, mode, times: 1 }] });
      await settle();
      await expectOnce(ann, id, told);
    },
    60_000,
  );

  it.each(['Contact', 'Opportunity', 'EmailMessage'])(
    'the CRM asks to wait when %s is to be written',
    async object => {
      const told = strangersLetter(ann);
      const id = await ann.deliver(told.eml, NEW_OPPORTUNITY);
      const fault = { mode: 'status', status: 503, errorCode: 'SERVER_UNAVAILABLE', retryAfter: 1, times: 1 };
      await strike({ salesforce: [{ ...fault, match: { method: 'POST', soql: `"${object}"` } }] });
      await settle();
      await expectOnce(ann, id, told);
      expect(await ann.seat.pairing()).toMatchObject({ state: 'in_sync', errorStreak: 0 });
      await ann.seat.expectSilence();
    },
    60_000,
  );

  it.each(['Opportunity', 'EmailMessage'])(
    'the worker is killed while %s is written',
    async object => {
      const told = strangersLetter(ann);
      const id = await ann.deliver(told.eml, NEW_OPPORTUNITY);
      const match = { method: 'POST', soql: `"${object}"` };
      await strike({ salesforce: [{ match, mode: 'latency', delayMs: 1_500, times: 1 }] });
      const running = ann.seat.sync();
      await until('the write to be on its way', async () => {
        const { faults } = await office.world.salesforce.control<{ faults: unknown[] }>('GET', 'faults');
        return faults.length === 0;
      });
      const [worker = 0] = office.product.run().pids.workers;
      process.kill(worker, 'SIGKILL');
      await running;
      await settle();
      await expectOnce(ann, id, told);
    },
    120_000,
  );

  it('a letter that was dropped elsewhere meanwhile is archived there', async () => {
    const told = strangersLetter(ann);
    const id = await ann.deliver(told.eml, NEW_EMAIL);
    await strike({
      salesforce: [{ match: { method: 'POST', soql: '"EmailMessage"' }, mode: 'lost-response', times: 3 }],
    });
    await ann.seat.sync();
    await strike();
    await ann.move(id, NEW_OPPORTUNITY);
    await settle();
    expect(await ann.placeOf(id)).toBe('Inbox');
    const emails = await ann.emails(told.subject);
    const people = (await Promise.all(emails.map(email => ann.peopleOf(email)))).flat();
    const [contact] = await ann.query<{ Id: string }>(
      `SELECT Id FROM Contact WHERE Email = 'sam@${told.domain}'`,
    );
    expect(people.filter(({ RelationId }) => RelationId === contact?.Id)).toHaveLength(1);
    await ann.seat.expectSilence();
  }, 60_000);
});
