import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { until } from '../product.ts';
import type { PolicyInput, Seat } from '../seat.ts';
import { type Letter, letter, type Mailroom, mailroom, NOT_ARCHIVED } from './mailroom.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

const CATEGORY = 'Contoso';
/** What an archive does without being asked for each message. */
const EVERYTHING = { enabled: true, onlyWithCategory: false, confirm: true };

let people = 0;

/** A room with archives, and somebody whom the CRM knows. */
async function archiving(policy: PolicyInput): Promise<{ ann: Mailroom; known: string; contact: string }> {
  const ann = await mailroom(office, 'Ann', policy);
  return { ann, ...(await knownTo(ann.seat)) };
}

async function knownTo(seat: Seat): Promise<{ known: string; contact: string }> {
  const known = `known${++people}@fabrikam.example`;
  return { known, contact: await seat.addRecord('Contact', { LastName: 'Known', Email: known }) };
}

const received = (ann: Mailroom, parts: Letter) => ann.deliver(letter(ann.seat, parts), 'inbox');
const sent = (ann: Mailroom, parts: Letter) =>
  ann.deliver(letter(ann.seat, { from: ann.seat.mail, ...parts }), 'sentitems');

const patchPolicy = ({ seat }: Mailroom, patch: PolicyInput) =>
  office.world.tandem.patch(`/policies/${seat.policyId}`, patch);

/** Mailboxes tell the second in which a message came: another one begins. */
const nextSecond = () => sleep(1_100);

describe('MAIL-6, POL-23: messages with the category', () => {
  it.each([
    ['inbox', 'the Inbox', received],
    ['sentItems', 'Sent Items', sent],
  ] as const)(
    '%s: given on arrival, or later, it is archived and stays in %s',
    async (archive, _, arrive) => {
      const { ann, known, contact } = await archiving({ [archive]: { enabled: true } });
      const [later, atOnce] = [`Later, ${archive}`, `At once, ${archive}`];
      const parties = archive === 'inbox' ? { from: known } : { to: known };
      const plain = await arrive(ann, { ...parties, subject: later });
      const early = await arrive(ann, { ...parties, subject: atOnce });
      await ann.categorize(early, ['Mine', CATEGORY]);
      await ann.seat.sync();
      expect(await ann.email(atOnce)).toMatchObject({ Incoming: archive === 'inbox' });
      expect(await ann.emails(later)).toEqual([]);
      const before = await ann.message(plain);
      await ann.categorize(plain, [CATEGORY]);
      await ann.seat.sync();
      await ann.email(later);
      expect(await ann.history('WhoId', contact)).toEqual([atOnce, later]);
      expect(await ann.message(plain)).toEqual({
        ...before,
        ...{ categories: [CATEGORY], changeKey: expect.any(String), '@odata.etag': expect.any(String) },
        lastModifiedDateTime: expect.any(String),
      });
      expect((await ann.message(early)).categories).toEqual(['Mine', CATEGORY]);
      await ann.seat.expectSilence();
    },
  );

  it('given before the archive was switched on says nothing; taken off and given again it does', async () => {
    const { ann, known } = await archiving({});
    const old = await received(ann, { from: known, subject: 'Old' });
    const older = await received(ann, { from: known, subject: 'Older' });
    await ann.categorize(old, [CATEGORY]);
    await nextSecond();
    await patchPolicy(ann, { inbox: { enabled: true } });
    await ann.seat.sync(2);
    expect(await ann.emails('Old')).toEqual([]);
    await ann.categorize(older, [CATEGORY]);
    await ann.categorize(old, []);
    await ann.seat.sync();
    await ann.email('Older');
    await ann.categorize(old, [CATEGORY]);
    await ann.seat.sync();
    await ann.email('Old');
    await ann.seat.expectSilence();
  });

  it('one that could not be archived says so, is tried again, and then says it no more', async () => {
    const { ann } = await archiving({ inbox: { enabled: true } });
    const id = await received(ann, { from: 'late@fabrikam.example', subject: 'Too early' });
    await ann.categorize(id, [CATEGORY]);
    await ann.seat.sync();
    expect((await ann.message(id)).categories).toEqual([CATEGORY, NOT_ARCHIVED]);
    expect(await ann.seat.item('Too early')).toMatchObject({ state: 'failing', code: 'no_match' });
    await ann.seat.expectSilence();
    await ann.seat.addRecord('Contact', { LastName: 'Late', Email: 'late@fabrikam.example' });
    const item = await ann.seat.item('Too early');
    await office.world.tandem.post(`/items/${item?.id}/retry`);
    await ann.seat.sync(2);
    await ann.email('Too early');
    expect(await ann.placeOf(id)).toBe('Inbox');
    expect((await ann.message(id)).categories).toEqual([CATEGORY]);
    await ann.seat.expectSilence();
  });

  it('one that could not be archived is waited for no more without the category, or where it was moved away', async () => {
    const { ann } = await archiving({ inbox: { enabled: true } });
    const from = 'nobody@fabrikam.example';
    const plain = await received(ann, { from, subject: 'Category off' });
    const moved = await received(ann, { from, subject: 'Moved away' });
    for (const id of [plain, moved]) await ann.categorize(id, [CATEGORY, 'Mine']);
    await ann.seat.sync();
    expect((await ann.message(plain)).categories).toEqual([CATEGORY, 'Mine', NOT_ARCHIVED]);
    await ann.categorize(plain, ['Mine', NOT_ARCHIVED]);
    await ann.seat.outlook('POST', `/messages/${moved}/move`, { destinationId: 'archive' });
    await ann.seat.sync(2);
    expect((await ann.message(plain)).categories).toEqual(['Mine']);
    expect(await ann.seat.item('Category off')).toMatchObject({ state: 'excluded', code: 'not_categorized' });
    expect(await ann.seat.item('Moved away')).toMatchObject({ state: 'excluded', code: 'left_folder' });
    await ann.seat.expectSilence();
    await ann.move(moved, 'inbox');
    await ann.seat.sync();
    expect(await ann.seat.item('Moved away')).toMatchObject({ state: 'failing', code: 'no_match' });
  });

  it('MAIL-9: whom an admin has made of an address, the messages in the Inbox are archived for', async () => {
    const { ann } = await archiving({ inbox: { enabled: true } });
    const id = await received(ann, { from: 'Wanda <wanda@inbox.example>', subject: 'Wanted in the Inbox' });
    await ann.categorize(id, [CATEGORY]);
    await ann.seat.sync();
    const [found] = await office.world.tandem.all<{ id: string }>(
      `/unmatched-addresses?pairing=${ann.seat.pairingId}&q=wanda@inbox.example`,
    );
    await office.world.tandem.post(`/unmatched-addresses/${found?.id}/create`);
    await ann.seat.sync(2);
    await ann.email('Wanted in the Inbox');
    expect((await ann.message(id)).categories).toEqual([CATEGORY]);
    await ann.seat.expectSilence();
  });

  it('private and protected messages never, and they say so; drafts never', async () => {
    const { ann, known } = await archiving({ inbox: { enabled: true } });
    const parts = { from: known };
    const secret = await received(ann, { ...parts, subject: 'Secret', headers: ['Sensitivity: Private'] });
    const sealed = await received(ann, {
      ...{ ...parts, subject: 'Sealed', headers: ['Content-Class: rpmsg.message'] },
    });
    const draft = await ann.seat.outlook<{ id: string }>('POST', '/mailFolders/inbox/messages', {
      subject: 'Draft',
      toRecipients: [{ emailAddress: { address: known } }],
    });
    for (const id of [secret, sealed, draft.id]) await ann.categorize(id, [CATEGORY]);
    await ann.seat.sync(2);
    for (const [subject, code, id] of [
      ['Secret', 'private', secret],
      ['Sealed', 'protected', sealed],
    ] as const) {
      expect(await ann.emails(subject)).toEqual([]);
      expect(await ann.seat.item(subject)).toMatchObject({ code, reason: expect.any(String) });
      expect((await ann.message(id)).categories).toEqual([CATEGORY, NOT_ARCHIVED]);
    }
    expect(await ann.emails('Draft')).toEqual([]);
    expect((await ann.message(draft.id)).categories).toEqual([CATEGORY]);
    await ann.seat.expectSilence();
  });
});

describe('MAIL-6, POL-23: all messages', () => {
  it('without the category needs a confirmation', async () => {
    const { ann } = await archiving({ inbox: { enabled: true } });
    const path = `/policies/${ann.seat.policyId}`;
    const { headers } = await office.world.tandem.raw(path);
    const response = await office.world.tandem.raw(path, {
      method: 'PATCH',
      headers: { 'if-match': headers.get('etag') ?? '' },
      body: JSON.stringify({ inbox: { onlyWithCategory: false } }),
    });
    expect(response.status).toBe(422);
    expect(JSON.stringify(await response.json())).toContain('confirm');
    await patchPolicy(ann, { inbox: { onlyWithCategory: false, confirm: true } });
  });

  it('what comes after it was switched on, of those that match; nothing is written to the mailbox', async () => {
    const { ann, known } = await archiving({ inbox: EVERYTHING });
    await received(ann, { from: known, subject: 'Matches' });
    await received(ann, { from: 'stranger@litware.example', subject: 'Does not' });
    await received(ann, { from: known, subject: 'Confidential', headers: ['Sensitivity: Private'] });
    await ann.seat.forgetRequests();
    await ann.seat.sync();
    await ann.email('Matches');
    for (const subject of ['Does not', 'Confidential']) expect(await ann.emails(subject)).toEqual([]);
    expect(await ann.seat.item('Does not')).toMatchObject({ state: 'excluded', code: 'no_match' });
    expect((await ann.seat.writes()).filter(({ what }) => what.includes('/messages'))).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('each archive has its own options: must match, creation, leads, CC and BCC', async () => {
    const { ann } = await archiving({
      inbox: { ...EVERYTHING, mustMatch: false, ccAndBcc: false },
      sentItems: { ...EVERYTHING, creation: { enabled: true, leadInsteadOfContact: true } },
    });
    await received(ann, { from: 'nobody@one.example', cc: 'copied@one.example', subject: 'From nobody' });
    await sent(ann, { to: 'Nora New <nora@two.example>', subject: 'To somebody new' });
    await ann.seat.sync();
    await ann.email('From nobody');
    await ann.email('To somebody new');
    const found = (type: string, address: string) =>
      ann.query(`SELECT Id FROM ${type} WHERE Email = '${address}'`);
    expect(await found('Contact', 'nobody@one.example')).toEqual([]);
    expect(await found('Lead', 'nora@two.example')).toHaveLength(1);
    expect(await found('Contact', 'nora@two.example')).toEqual([]);
    await ann.seat.sync();
    await ann.seat.expectSilence();
  });

  it('MAIL-7: the BCC recipients of sent mail are kept, those of received mail are nobody’s business', async () => {
    const { ann, known, contact } = await archiving({ inbox: EVERYTHING, sentItems: EVERYTHING });
    const other = await knownTo(ann.seat);
    await sent(ann, { to: known, bcc: `${other.known}, unknown@litware.example`, subject: 'Sent blind' });
    await received(ann, {
      from: known,
      bcc: `${other.known}, unknown@litware.example`,
      subject: 'Got blind',
    });
    await ann.seat.sync();
    const sentEmail = await ann.email('Sent blind');
    expect(sentEmail.BccAddress).toContain('unknown@litware.example');
    expect((await ann.peopleOf(sentEmail)).map(({ RelationId }) => RelationId)).toEqual(
      expect.arrayContaining([contact, other.contact]),
    );
    const gotEmail = await ann.email('Got blind');
    expect(gotEmail.BccAddress ?? '').toBe('');
    const people = (await ann.peopleOf(gotEmail)).map(({ RelationId }) => RelationId);
    expect(people).toContain(contact);
    expect(people).not.toContain(other.contact);
    await ann.seat.expectSilence();
  });

  it('sub-folders are left alone, and so is what was moved out before the cycle', async () => {
    const { ann, known } = await archiving({ inbox: EVERYTHING });
    const below = await ann.seat.outlook<{ id: string }>('POST', '/mailFolders/inbox/childFolders', {
      displayName: 'Below',
    });
    // Mail of the pairing's own second that turns up later is taken for older mail.
    await nextSecond();
    const moved = await received(ann, { from: known, subject: 'Moved out' });
    await ann.seat.outlook('POST', `/messages/${moved}/move`, { destinationId: below.id });
    await office.world.graph.control('POST', 'deliver', {
      mailbox: ann.seat.mail,
      folder: below.id,
      eml: Buffer.from(letter(ann.seat, { from: known, subject: 'Straight below' })).toString('base64'),
    });
    await ann.seat.sync();
    for (const subject of ['Moved out', 'Straight below']) expect(await ann.emails(subject)).toEqual([]);
    await ann.move(moved, 'inbox');
    await ann.seat.sync();
    await ann.email('Moved out');
    await ann.seat.expectSilence();
  });
});

describe('POL-23: since when', () => {
  it('switched off nothing is heard; on again it begins anew', async () => {
    const { ann, known } = await archiving({ inbox: EVERYTHING });
    await patchPolicy(ann, { inbox: { enabled: false } });
    await ann.seat.sync();
    const meanwhile = await received(ann, { from: known, subject: 'Meanwhile' });
    const marked = await received(ann, { from: known, subject: 'Marked meanwhile' });
    await ann.categorize(marked, [CATEGORY]);
    await ann.seat.sync(2);
    await nextSecond();
    await patchPolicy(ann, { inbox: { enabled: true } });
    await received(ann, { from: known, subject: 'Afterwards' });
    await ann.seat.sync(2);
    await ann.email('Afterwards');
    for (const subject of ['Meanwhile', 'Marked meanwhile']) expect(await ann.emails(subject)).toEqual([]);
    await ann.categorize(meanwhile, [CATEGORY]);
    await ann.seat.sync();
    await ann.email('Meanwhile');
    await ann.seat.expectSilence();
  });

  it('what could not be archived does not wait for an archive that was switched off', async () => {
    const { ann } = await archiving({ inbox: { enabled: true } });
    const id = await received(ann, { from: 'nobody@nowhere.example', subject: 'Left behind' });
    await ann.categorize(id, [CATEGORY]);
    await ann.seat.sync();
    const item = await ann.seat.item('Left behind');
    expect(item).toMatchObject({ state: 'failing' });
    await patchPolicy(ann, { inbox: { enabled: false } });
    await ann.seat.sync();
    await office.world.tandem.post(`/items/${item?.id}/retry`);
    await ann.seat.expectSilence();
  });

  it('a policy that is disabled and enabled again takes nothing of the time between', async () => {
    const { ann, known } = await archiving({ inbox: EVERYTHING });
    const policy = `/policies/${ann.seat.policyId}`;
    await office.world.tandem.post(`${policy}/disable`);
    const marked = await received(ann, { from: known, subject: 'Marked while off' });
    await received(ann, { from: known, subject: 'While off' });
    await ann.categorize(marked, [CATEGORY]);
    await nextSecond();
    await office.world.tandem.post(`${policy}/enable`);
    await received(ann, { from: known, subject: 'On again' });
    await ann.seat.sync(3);
    await ann.email('On again');
    for (const subject of ['While off', 'Marked while off']) expect(await ann.emails(subject)).toEqual([]);
    await ann.seat.expectSilence();
  });

  it('a pairing that is made later begins with itself', async () => {
    const { ann } = await archiving({ inbox: EVERYTHING });
    const bob = await office.hire('Bob');
    const { known } = await knownTo(bob);
    const eml = (subject: string) => Buffer.from(letter(bob, { from: known, subject })).toString('base64');
    const deliver = (subject: string) =>
      office.world.graph.control('POST', 'deliver', { mailbox: bob.mail, eml: eml(subject) });
    await deliver('Before Bob');
    await nextSecond();
    const { policyId } = ann.seat;
    const created = await office.world.tandem.post<{ id: string }>('/pairings', {
      policyId,
      mailbox: bob.mail,
    });
    bob.pairingId = created.id;
    await until('the first cycle', async () => (await bob.pairing()).state === 'in_sync');
    await deliver('With Bob');
    await bob.sync(2);
    expect(await ann.emails('Before Bob')).toEqual([]);
    await ann.email('With Bob');
    await bob.expectSilence();
  });

  it('a large Inbox is read once, and nothing old is archived', async () => {
    const ann = await office.hire('Ann');
    const { known } = await knownTo(ann);
    for (let number = 0; number < 600; number++) {
      const eml = letter(ann, { from: known, subject: `Old ${number}` });
      await office.world.graph.control('POST', 'deliver', {
        mailbox: ann.mail,
        eml: Buffer.from(eml).toString('base64'),
      });
    }
    await nextSecond();
    await ann.startSync({ inbox: EVERYTHING });
    await ann.sync(2);
    const emails = await office.world.salesforce.query(
      "SELECT Id FROM EmailMessage WHERE Subject LIKE 'Old %'",
    );
    expect(emails).toEqual([]);
    await ann.expectSilence();
  }, 90_000);
});
