import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import {
  DROPPING,
  type Mailroom,
  mailroom,
  NEW_CASE,
  NEW_EMAIL,
  NOT_ARCHIVED,
  PROCESSED,
} from './mailroom.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const converting = (options: object) => ({ ...DROPPING, smartConvert: { enabled: true, ...options } });
const NOBODY_NEW = { creation: { enabled: false } };

/** Where messages of that subject are, Deleted Items and what can be recovered included. */
async function placesOf(ann: Mailroom, subject: string): Promise<string[]> {
  const places = ['inbox', 'deleteditems', 'recoverableitemsdeletions', await ann.folderId(NEW_EMAIL)];
  const found = await Promise.all(
    places.map(async place => (await ann.messagesIn(place)).some(message => message.subject === subject)),
  );
  return places.filter((_, index) => found[index]);
}

const change = (ann: Mailroom, policy: object) =>
  office.world.tandem.patch(`/policies/${ann.seat.policyId}`, policy);

describe('MAIL-3: afterwards', () => {
  it('MAIL-3: the message goes to the Inbox, and keeps the categories that its user gave it', async () => {
    const ann = await mailroom(office, 'Ann');
    const id = await ann.drop({ from: 'a@kept.example', subject: 'Mine' });
    await ann.categorize(id, ['Blue category', NOT_ARCHIVED]);
    await ann.seat.sync();
    expect((await ann.message(id)).categories).toEqual(['Blue category', PROCESSED]);
    expect(await placesOf(ann, 'Mine')).toEqual(['inbox']);
    await ann.seat.expectSilence();
  });

  it('POL-21 MAIL-3: with delete after success it is nowhere in the mailbox, unless the CRM has a part only', async () => {
    const ann = await mailroom(office, 'Ann', converting({ deleteAfter: true }));
    await ann.drop({ from: 'a@purged.example', subject: 'Short' });
    const long = `${'0123456789'.repeat(6_000)}`.replaceAll(/.{70}/g, '$&\r\n');
    await ann.drop({ from: 'a@purged.example', subject: 'Long', text: long });
    const left = await ann.drop({ from: '"none"', subject: 'Left' });
    await ann.seat.sync();
    expect(await ann.email('Short')).toMatchObject({ TextBody: 'Good day.' });
    expect(await placesOf(ann, 'Short')).toEqual([]);
    expect(String((await ann.email('Long')).TextBody).replaceAll('\n', '\r\n')).toHaveLength(32_000);
    expect(await placesOf(ann, 'Long')).toEqual(['inbox']);
    expect((await ann.message(left)).categories).toEqual([NOT_ARCHIVED]);
    await ann.seat.expectSilence();
  });
});

describe('MAIL-3: tried again when something changes', () => {
  it('MAIL-3: somebody of it is in the CRM now', async () => {
    const modules = { ...(DROPPING.modules as object), contacts: { enabled: true } };
    const ann = await mailroom(office, 'Ann', { ...converting(NOBODY_NEW), modules });
    const id = await ann.drop({ from: 'late@again.example', subject: 'Too early' });
    await ann.seat.sync();
    expect((await ann.message(id)).categories).toEqual([NOT_ARCHIVED]);
    const contact = await ann.seat.addRecord('Contact', { LastName: 'Late', Email: 'late@again.example' });
    await ann.seat.sync();
    expect(await ann.history('WhoId', contact)).toEqual(['Too early']);
    expect((await ann.message(id)).categories).toEqual([PROCESSED]);
    expect(await ann.placeOf(id)).toBe('Inbox');
    expect(await ann.seat.item('Too early')).toMatchObject({ state: 'in_sync', link: 'linked', code: null });
    expect((await ann.seat.story('Too early')).map(({ action }) => action)).toEqual([
      ...['not_archived', 'archived'],
    ]);
    await ann.seat.expectSilence();
  });

  it('MAIL-3: the policy allows it now', async () => {
    const ann = await mailroom(office, 'Ann', converting(NOBODY_NEW));
    const id = await ann.drop({ from: 'new@allowed.example', subject: 'Not allowed' });
    await ann.seat.sync(2);
    expect(await ann.placeOf(id)).toBe(NEW_EMAIL);
    await change(ann, { smartConvert: { creation: { enabled: true } } });
    await ann.seat.sync();
    expect(await ann.email('Not allowed')).toMatchObject({ FromAddress: 'new@allowed.example' });
    expect(await ann.placeOf(id)).toBe('Inbox');
    await ann.seat.expectSilence();
  });

  it('MAIL-3: its user changes it, or moves it to another drop folder', async () => {
    const ann = await mailroom(office, 'Ann', converting(NOBODY_NEW));
    const moved = await ann.drop({ from: 'x@moved.example', subject: 'Moved' });
    const unlisted = await ann.drop({ from: 'x@moved.example', subject: 'Touched' });
    await ann.seat.sync();
    await ann.move(moved, NEW_CASE);
    await ann.categorize(unlisted, ['Red category']);
    await ann.seat.sync();
    expect((await ann.email('Moved')).ParentId).toMatch(/^500/);
    expect(await ann.placeOf(moved)).toBe('Inbox');
    expect((await ann.message(moved)).categories).toEqual([PROCESSED]);
    // Looked at again, it gets its category back.
    expect((await ann.message(unlisted)).categories).toEqual(['Red category', NOT_ARCHIVED]);
    await ann.seat.expectSilence();
  });

  it('MAIL-3 OPS-1: on request, also what the CRM refused; nobody and nothing is made twice', async () => {
    const ann = await mailroom(office, 'Ann');
    await office.world.salesforce.control('POST', 'load', {
      validationRules: [
        { object: 'EmailMessage', condition: "Subject = 'Refused'", errorMessage: 'E-mails need a stamp.' },
      ],
    });
    const id = await ann.drop({ from: 'r@refused.example', subject: 'Refused' }, NEW_CASE);
    const other = await ann.drop({ from: 'r@refused.example', subject: 'Taken' }, NEW_CASE);
    await ann.seat.sync();
    expect(await ann.placeOf(other)).toBe('Inbox');
    expect(await ann.placeOf(id)).toBe(NEW_CASE);
    const item = await ann.seat.item('Refused');
    expect(item).toMatchObject({
      ...{ state: 'failing', code: 'validation', reason: expect.stringContaining('E-mails need a stamp.') },
    });
    // The case stands although its e-mail does not: it gets its summary.
    await ann.seat.sync();
    await ann.seat.expectSilence();

    await office.world.salesforce.control('POST', 'load', { validationRules: [] });
    await office.world.tandem.post(`/items/${item?.id}/retry`);
    await ann.seat.sync();
    expect(await ann.placeOf(id)).toBe('Inbox');
    const cases = await ann.query<{ Id: string }>("SELECT Id FROM Case WHERE Subject = 'Refused'");
    expect(cases).toHaveLength(1);
    expect(await ann.email('Refused')).toMatchObject({ ParentId: cases[0]?.Id });
    expect(await ann.query("SELECT Id FROM Contact WHERE Email = 'r@refused.example'")).toHaveLength(1);
    await ann.seat.expectSilence();
  });
});
