import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { DAY_MS, letPass, openOnClock } from '../passing-time.ts';
import type { PolicyInput } from '../seat.ts';
import {
  DROPPING,
  letter,
  type Mailroom,
  mailroom,
  NOT_ARCHIVED,
  OPPORTUNITY_DEFAULTS,
  PROCESSED,
} from './mailroom.ts';
import { Shelves } from './shelves.ts';

const office = new Office();
beforeAll(() => openOnClock(office));
afterAll(() => office.close());

const SECOND_MS = 1_000;

async function room(assignTo: object = {}, options: PolicyInput = DROPPING): Promise<Mailroom> {
  return mailroom(office, 'Ann', { ...options, assignTo: { enabled: true, ...assignTo } });
}

const casesOf = (ann: Mailroom) => ann.folderNames('Cases', 'Assign To');
const opportunitiesOf = (ann: Mailroom) => ann.folderNames('Opportunities', 'Assign To');

/** The clock of the CRM has moved on a little: what is saved next is newer. */
const tick = () => office.world.salesforce.control('PUT', 'clock', { advanceMs: SECOND_MS });

function change(ann: Mailroom, options: PolicyInput): Promise<unknown> {
  return office.world.tandem.patch(`/policies/${ann.seat.policyId}`, options);
}

const addCase = (ann: Mailroom, Subject: string, fields: object = {}) =>
  ann.seat.addRecord('Case', { Subject, ...fields });
const addOpportunity = (ann: Mailroom, Name: string, fields: object = {}) =>
  ann.seat.addRecord('Opportunity', { ...OPPORTUNITY_DEFAULTS, Name, ...fields });

/** The open cases of a user as their folders are called, newest first. */
async function titles({ seat }: Mailroom, limit: number): Promise<string[]> {
  const found = await office.world.salesforce.query<{ CaseNumber: string; Subject: string }>(
    `SELECT CaseNumber, Subject FROM Case WHERE OwnerId = '${seat.crmUserId}' AND IsClosed = false
     ORDER BY LastModifiedDate DESC, Id LIMIT ${limit}`,
  );
  return found.map(({ CaseNumber, Subject }) => `${CaseNumber} ${Subject}`);
}

const numbered = (names: readonly string[]) =>
  names.map((name, n) => `${String(n + 1).padStart(2, '0')} ${name}`);

describe('POL-22: which records have a folder', () => {
  it('MAIL-5 POL-22: of 150 open cases the newest 30, and those that change move up', async () => {
    const ann = await room();
    const ids: string[] = [];
    for (const batch of ['a', 'b', 'c']) {
      const cases = Array.from({ length: 50 }, (_, n) => ({
        Subject: `Case ${batch}${n}`,
        OwnerId: ann.seat.crmUserId,
      }));
      ids.push(...(await office.world.salesforce.create('Case', cases)));
      await tick();
    }
    await ann.seat.sync();
    expect(await casesOf(ann)).toEqual(numbered(await titles(ann, 30)));
    await ann.seat.expectSilence();

    for (const id of ids.slice(0, 3)) {
      await tick();
      await ann.seat.editRecord('Case', id, { Priority: 'High' });
    }
    await ann.seat.sync();
    const after = await casesOf(ann);
    expect(after).toEqual(numbered(await titles(ann, 30)));
    expect(after[0]).toMatch(/^01 \d+ Case a2$/);
    await ann.seat.expectSilence();

    await change(ann, { assignTo: { modules: { cases: { maximumItems: 4 } }, sort: 'name' } });
    await ann.seat.sync();
    expect(await casesOf(ann)).toEqual((await titles(ann, 4)).sort());
    await change(ann, { assignTo: { modules: { cases: { maximumItems: 6 } }, sort: 'modified' } });
    await ann.seat.sync();
    expect(await casesOf(ann)).toEqual(numbered(await titles(ann, 6)));
    await ann.seat.expectSilence();
  });

  it('POL-10 POL-22: those of the user, or by filter all that the user sees', async () => {
    const modules = { opportunities: { enabled: true } };
    const [own, all] = [
      await mailroom(office, 'Owner', { modules, assignTo: { enabled: true } }),
      await mailroom(office, 'Manager', {
        modules: { opportunities: { enabled: true, filter: 'visible' } },
        assignTo: { enabled: true },
      }),
    ];
    await all.seat.manage(own.seat);
    await addOpportunity(own, 'Of the owner');
    await tick();
    await addOpportunity(all, 'Of the manager');
    await own.seat.sync();
    await all.seat.sync();
    expect(await opportunitiesOf(own)).toEqual(['01 Of the owner']);
    expect(await opportunitiesOf(all)).toEqual(['01 Of the manager', '02 Of the owner']);

    await change(all, { modules: { opportunities: { filter: 'owner' } } });
    await all.seat.sync();
    expect(await opportunitiesOf(all)).toEqual(['01 Of the manager']);
    await own.seat.expectSilence();
    await all.seat.expectSilence();
  });

  it('POL-22: too old, a folder goes by itself with its mail to the Inbox; changed, the record has one again', async () => {
    const ann = await room({ modules: { cases: { maximumAgeDays: 10 } } });
    const old = await addCase(ann, 'Old');
    await letPass(ann.seat, 6 * DAY_MS);
    await addCase(ann, 'Young');
    await ann.seat.sync();
    const [young, older = ''] = await casesOf(ann);
    expect([young, older]).toEqual([
      expect.stringMatching(/^01 \d+ Young$/),
      expect.stringMatching(/^02 \d+ Old$/),
    ]);
    await ann.seat.expectSilence();

    const shelves = new Shelves(ann);
    await shelves.add('My own', 'Cases', 'Assign To', older);
    await ann.deliver(letter(ann.seat, { subject: 'Mine' }), 'Cases', 'Assign To', older, 'My own');
    await letPass(ann.seat, 5 * DAY_MS);
    expect(await casesOf(ann)).toEqual([young]);
    expect(await ann.subjectsIn('inbox')).toEqual(['Mine']);
    expect(await ann.subjectsIn('Cases')).toHaveLength(2);
    await ann.seat.expectSilence();

    await ann.seat.editRecord('Case', old, { Priority: 'High' });
    await ann.seat.sync();
    expect(await casesOf(ann)).toEqual([older.replace('02', '01'), young?.replace('01', '02')]);
    await ann.seat.expectSilence();
  });
});

describe('MAIL-5: how folders of records are called', () => {
  it.each<[sort: string, expected: readonly (string | RegExp)[]]>([
    [
      'modified',
      [
        /^01 \d+ 📎{120}$/u,
        /^02 \d+ x{243}$/,
        /^03 \d+ \.\.and more$/,
        /^04 \d+ a-b-c$/,
        /^05 \d+ One line only$/,
        /^06 \d+$/,
      ],
    ],
    [
      'name',
      [/^\d+ 📎{120}$/u, /^\d+ x{246}$/, /^\d+ \.\.and more$/, /^\d+ a-b-c$/, /^\d+ One line only$/, /^\d+$/],
    ],
  ])('MAIL-5: a folder is called as its case, as far as a folder can be (by %s)', async (sort, expected) => {
    const ann = await room({ sort });
    const subjects = [
      '',
      ' One\r\nline\u0007 only ',
      'a/b\\c',
      '..and more..',
      'x'.repeat(255),
      '📎'.repeat(120),
    ];
    for (const Subject of subjects) {
      await addCase(ann, Subject);
      await tick();
    }
    await ann.seat.sync();
    const names = await casesOf(ann);
    expect(names).toHaveLength(subjects.length);
    for (const pattern of expected)
      expect(names.filter(name => name.match(pattern) !== null)).toHaveLength(1);
    await ann.seat.expectSilence();
  });

  it('MAIL-5: records of one name have folders of their own, by date and by name, and no other is renamed', async () => {
    const ann = await room({ sort: 'name' });
    for (const name of ['Same', 'SAME', 'same', '.Same', 'Same (2)']) {
      await addOpportunity(ann, name);
      await tick();
    }
    await ann.seat.sync();
    const names = await opportunitiesOf(ann);
    expect(new Set(names.map(name => name.toLowerCase())).size).toBe(5);
    const ids = async () => {
      const parent = await ann.folderId('Opportunities', 'Assign To');
      const folders = await ann.foldersAt(`/mailFolders/${parent}/childFolders`);
      return new Map(folders.map(({ id, displayName }) => [displayName, id]));
    };
    const before = await ids();
    const [first] = await ann.query<{ Id: string }>("SELECT Id FROM Opportunity WHERE Name = 'Same (2)'");
    await ann.seat.editRecord('Opportunity', first?.Id ?? '', { Amount: 1 });
    await ann.seat.sync();
    expect(await ids()).toEqual(before);
    await change(ann, { assignTo: { sort: 'modified' } });
    await ann.seat.sync();
    expect(await opportunitiesOf(ann)).toEqual(['01 Same (2)', '02 Same', '03 same', '04 SAME', '05 Same']);
    expect([...(await ids()).values()].sort()).toEqual([...before.values()].sort());
    await ann.seat.expectSilence();
  });
});

describe('MAIL-5: mail in the folder of a record', () => {
  it('MAIL-5 MAIL-7: is in the history of the record and of its people, and goes to the Inbox', async () => {
    const ann = await room();
    const contact = await ann.seat.addRecord('Contact', {
      LastName: 'Moss',
      Email: `moss@${ann.seat.mail.split('@')[0]}.example`,
    });
    const opportunity = await addOpportunity(ann, 'Big one');
    const record = await addCase(ann, 'Broken');
    await ann.seat.sync();
    const [folder = ''] = await casesOf(ann);
    const from = `Max Moss <moss@${ann.seat.mail.split('@')[0]}.example>`;
    const ids = [
      await ann.drop({ from, subject: 'Offer' }, 'Opportunities', 'Assign To', '01 Big one'),
      await ann.drop({ from, subject: 'Complaint' }, 'Cases', 'Assign To', folder),
    ];
    await ann.seat.sync();
    expect(await ann.email('Offer')).toMatchObject({ RelatedToId: opportunity });
    expect(await ann.email('Complaint')).toMatchObject({ ParentId: record });
    for (const subject of ['Offer', 'Complaint'])
      expect(await ann.peopleOf(await ann.email(subject))).toContainEqual({
        RelationId: contact,
        RelationType: 'FromAddress',
      });
    for (const id of ids) {
      expect(await ann.placeOf(id)).toBe('Inbox');
      expect((await ann.message(id)).categories).toEqual([PROCESSED]);
    }
    await ann.seat.sync();
    await ann.seat.expectSilence();
  });

  it.each<[what: string, act: (ann: Mailroom, id: string) => Promise<unknown>]>([
    ['closes', (ann, id) => ann.seat.editRecord('Case', id, { Status: 'Closed' })],
    ['is deleted', (_, id) => office.world.salesforce.delete('Case', id)],
    [
      'goes to somebody else',
      async (ann, id) => {
        const other = await office.hire('Other');
        await ann.seat.editRecord('Case', id, { OwnerId: other.crmUserId });
      },
    ],
  ])('MAIL-5: a record that %s takes its folder along; mail that is left is in the Inbox', async (_, act) => {
    const ann = await room();
    const id = await addCase(ann, 'Leaving');
    await tick();
    await addCase(ann, 'Staying');
    await ann.seat.sync();
    const [staying, leaving = ''] = await casesOf(ann);
    const shelves = new Shelves(ann);
    await shelves.add('My own', 'Cases', 'Assign To', leaving);
    await ann.deliver(letter(ann.seat, { subject: 'Mine' }), 'Cases', 'Assign To', leaving, 'My own');
    await act(ann, id);
    await ann.seat.sync();
    expect(await casesOf(ann)).toEqual([staying]);
    expect(await ann.subjectsIn('inbox')).toEqual(['Mine']);
    expect(await ann.subjectsIn('Cases')).toEqual([staying?.slice(3)]);
    expect(await shelves.tree()).not.toContain(`Cases > Assign To > ${leaving}`);
    await ann.seat.expectSilence();
  });

  it.each<[what: string, act: (id: string) => Promise<unknown>]>([
    ['is deleted', id => office.world.salesforce.delete('Case', id)],
    [
      'is taken from the user',
      async id => {
        const other = await office.hire('Other');
        await office.world.salesforce.update('Case', id, { OwnerId: other.crmUserId });
      },
    ],
  ])(
    'MAIL-3 MAIL-5: a record %s while a message waits in its folder: it is in the Inbox and says so',
    async (_, act) => {
      const ann = await room();
      const id = await addCase(ann, 'Lost');
      await ann.seat.sync();
      const [folder = ''] = await casesOf(ann);
      const message = await ann.drop({ subject: `Too late ${id}` }, 'Cases', 'Assign To', folder);
      await act(id);
      await ann.seat.sync();
      expect(await casesOf(ann)).toEqual([]);
      expect(await ann.placeOf(message)).toBe('Inbox');
      expect((await ann.message(message)).categories).toEqual([NOT_ARCHIVED]);
      expect(await ann.emails(`Too late ${id}`)).toEqual([]);
      await ann.seat.expectSilence();
    },
  );

  it('MAIL-5: a record closes while a message waits in its folder: it is archived first', async () => {
    const ann = await room();
    const id = await addCase(ann, 'Closing');
    await ann.seat.sync();
    const [folder = ''] = await casesOf(ann);
    const message = await ann.drop({ subject: `In time ${id}` }, 'Cases', 'Assign To', folder);
    await ann.seat.editRecord('Case', id, { Status: 'Closed' });
    await ann.seat.sync();
    expect(await casesOf(ann)).toEqual([]);
    expect(await ann.placeOf(message)).toBe('Inbox');
    expect(await ann.email(`In time ${id}`)).toMatchObject({ ParentId: id });
    await ann.seat.expectSilence();
  });

  it('MAIL-1 MAIL-5: folders of records that users rename, move or delete come back with what is in them', async () => {
    const ann = await room();
    for (const subject of ['A', 'B', 'C', 'D']) {
      await addCase(ann, subject);
      await tick();
    }
    await ann.seat.sync();
    const names = await casesOf(ann);
    const [d = '', c = '', b = '', a = ''] = await Promise.all(
      names.map(name => ann.folderId('Cases', 'Assign To', name)),
    );
    const shelves = new Shelves(ann);
    await shelves.rename(d, names[1] === undefined ? '' : '02 swapped');
    await shelves.move(c, d);
    await shelves.remove(b);
    await shelves.purge(a);
    await ann.seat.sync();
    expect(await casesOf(ann)).toEqual(names);
    expect(
      await Promise.all(names.slice(0, 3).map(name => ann.folderId('Cases', 'Assign To', name))),
    ).toEqual([d, c, b]);
    await ann.seat.expectSilence();
  });
});
