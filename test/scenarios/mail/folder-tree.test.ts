import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilIdle } from '../idle.ts';
import { Office } from '../office.ts';
import { until } from '../product.ts';
import type { PolicyInput } from '../seat.ts';
import { DROPPING, letter, type Mailroom, NEW_CASE, NEW_EMAIL, NEW_OPPORTUNITY } from './mailroom.ts';
import { ASSIGNING_TREE, DROPPING_TREE, type Shelves, shelves } from './shelves.ts';

const office = new Office();
beforeAll(async () => {
  await office.open();
  const { salesforce } = office.world;
  await salesforce.control('POST', 'schema', { object: 'Project__c', label: 'Project', hasActivities: true });
});
afterAll(() => office.close());

function change(room: Mailroom, options: PolicyInput): Promise<unknown> {
  return office.world.tandem.patch(`/policies/${room.seat.policyId}`, options);
}

describe('MAIL-1: the tree', () => {
  it('MAIL-1 POL-9: has what features and modules ask for, quotes and custom objects too', async () => {
    const ann = await shelves(office, {
      modules: {
        opportunities: { enabled: true },
        quotes: { enabled: true },
        custom: [
          { object: 'Project__c', label: 'Projects' },
          { object: 'Nowhere__c', label: 'Off', enabled: false },
        ],
      },
      smartConvert: { enabled: true },
      assignTo: { enabled: true },
    });
    expect(await ann.tree()).toEqual([
      '- Create New Email',
      '- Create New Opportunity',
      '- Create New Projects',
      '- Create New Quote',
      'Opportunities',
      'Opportunities > Assign To',
      'Projects',
      'Projects > Assign To',
      'Quotes',
      'Quotes > Assign To',
    ]);
    await ann.room.seat.expectSilence();
  });

  it('MAIL-1: archiving alone needs one folder, and modules alone show their records', async () => {
    const archiving = await shelves(office, { smartConvert: { enabled: true } });
    expect(await archiving.tree()).toEqual([NEW_EMAIL]);
    const showing = await shelves(office, { modules: { cases: { enabled: true } } });
    expect(await showing.tree()).toEqual(['Cases']);
    const nothing = await shelves(office, { assignTo: { enabled: true } });
    expect(await nothing.tree()).toEqual([]);
    for (const { room } of [archiving, showing, nothing]) await room.seat.expectSilence();
  });
});

describe('MAIL-1: what users do to the folders', () => {
  it('MAIL-1: renamed, moved and deleted ones are back, with the mail that is in them', async () => {
    const ann = await shelves(office);
    const { room } = ann;
    const own = await ann.addTo(null, 'My things');
    const put = (subject: string, ...names: string[]) =>
      room.deliver(letter(room.seat, { subject }), ...names);
    await put('In cases', 'Cases');
    await put('In opportunities', 'Opportunities');
    const ids = {
      cases: await room.folderId('Cases'),
      opportunities: await room.folderId('Opportunities'),
      email: await room.folderId(NEW_EMAIL),
      case: await room.folderId(NEW_CASE),
      opportunity: await room.folderId(NEW_OPPORTUNITY),
      assign: await room.folderId('Cases', 'Assign To'),
    };
    await ann.rename(ids.assign, 'Renamed');
    await ann.move(ids.cases, ids.opportunities);
    await ann.remove(ids.opportunities);
    await ann.move(ids.email, own);
    await ann.move(ids.case, 'msgfolderroot');
    await ann.purge(ids.opportunity);
    await room.seat.sync();
    expect(await ann.tree()).toEqual(ASSIGNING_TREE);
    expect(await room.folderId('Cases')).toBe(ids.cases);
    expect(await room.folderId('Opportunities')).toBe(ids.opportunities);
    expect(await room.subjectsIn('Cases')).toEqual(['In cases']);
    expect(await room.subjectsIn('Opportunities')).toEqual(['In opportunities']);
    expect(await room.folderId(NEW_EMAIL)).toBe(ids.email);
    expect(await ann.below(own)).toEqual([]);
    await room.seat.expectSilence();
  });

  it('MAIL-1: names that go round in a circle are sorted out', async () => {
    const ann = await shelves(office);
    const { room } = ann;
    const [cases, opportunities] = [await room.folderId('Cases'), await room.folderId('Opportunities')];
    await ann.rename(cases, 'x');
    await ann.rename(opportunities, 'cases');
    await ann.rename(cases, 'OPPORTUNITIES');
    await room.seat.sync();
    expect(await ann.tree()).toEqual(ASSIGNING_TREE);
    expect(await room.folderId('Cases')).toBe(cases);
    await room.seat.expectSilence();
  });

  it('MAIL-1: a folder of the user’s that has the name of one of ours makes way, with what is in it', async () => {
    const ann = await shelves(office);
    const { room } = ann;
    await ann.purge(await room.folderId('Cases'));
    const own = await ann.add('cases');
    await ann.addTo(own, 'Assign To');
    await room.deliver(letter(room.seat, { subject: 'Mine' }), 'cases', 'Assign To');
    await room.seat.sync();
    expect(await ann.tree()).toEqual([...ASSIGNING_TREE, 'Cases (2)', 'Cases (2) > Assign To'].sort());
    expect(await room.folderId('Cases (2)')).toBe(own);
    expect(await room.subjectsIn('Cases (2)', 'Assign To')).toEqual(['Mine']);
    await room.seat.expectSilence();
  });

  it('MAIL-1: folders of the user’s within ours stay where they are, hidden ones too, and cost no cycle', async () => {
    const ann = await shelves(office, DROPPING);
    const { room } = ann;
    await ann.add('My own', 'Cases');
    await ann.addTo(await room.folderId(), 'Hidden', true);
    await room.deliver(letter(room.seat, { subject: 'Mine' }), 'Cases', 'My own');
    await room.seat.sync();
    expect(await ann.tree()).toEqual([...DROPPING_TREE, 'Cases > My own'].sort());
    expect(await room.subjectsIn('Cases', 'My own')).toEqual(['Mine']);
    await room.seat.expectSilence();
    await untilIdle(room.seat);
  });

  it('MAIL-1 MAIL-3: mail that stays in the folders makes no cycle read the tree or the summaries', async () => {
    const ann = await shelves(office);
    const { room } = ann;
    await room.seat.addRecord('Case', { Subject: 'Shown' });
    await room.drop({ from: 'Nobody <nobody@nowhere.example>', subject: 'Stays' });
    await ann.add('My own', 'Cases', 'Assign To');
    for (const within of [[], ['My own']])
      await room.deliver(letter(room.seat, { subject: 'Mine' }), 'Cases', 'Assign To', ...within);
    await change(room, { smartConvert: { creation: { enabled: false } } });
    await room.seat.sync(2);
    expect(await room.subjectsIn(NEW_EMAIL)).toEqual(['Stays']);
    await room.seat.expectSilence();
    const filled = await room.folderId(NEW_EMAIL);
    await until('cycles that list nothing else', async () => {
      const requests = await requestsOfCycle(ann);
      const lists = requests.flatMap(url => /mailFolders\/([^/]+)\/messages/.exec(url)?.[1] ?? []);
      return lists.every(id => decodeURIComponent(id) === filled);
    });
  });

  it.each<[what: string, act: (ann: Shelves, root: string) => Promise<unknown>]>([
    ['renamed', (ann, root) => ann.rename(root, 'Fabrikam')],
    ['moved', async (ann, root) => ann.move(root, await ann.addTo(null, 'My things'))],
    ['deleted', (ann, root) => ann.remove(root)],
    [
      'deleted within a folder',
      async (ann, root) => {
        const own = await ann.addTo(null, 'My things');
        await ann.move(root, own);
        await ann.remove(own);
      },
    ],
  ])('MAIL-1 PAIR-6: the root folder is %s and comes back with all that is in it', async (_, act) => {
    const ann = await shelves(office);
    const { room } = ann;
    const root = await room.folderId();
    await ann.add('My own');
    await room.deliver(letter(room.seat, { subject: 'In mine' }), 'My own');
    await room.deliver(letter(room.seat, { subject: 'In cases' }), 'Cases');
    await act(ann, root);
    await room.seat.sync();
    expect(await room.folderId()).toBe(root);
    expect(await ann.tree()).toEqual([...ASSIGNING_TREE, 'My own'].sort());
    expect(await room.subjectsIn('My own')).toEqual(['In mine']);
    expect(await room.subjectsIn('Cases')).toEqual(['In cases']);
    await room.seat.expectSilence();
  });

  it('MAIL-1 PAIR-6: gone for good, the root folder is made anew; folders that were elsewhere come along', async () => {
    const ann = await shelves(office);
    const { room } = ann;
    const cases = await room.folderId('Cases');
    await room.deliver(letter(room.seat, { subject: 'In cases' }), 'Cases');
    await ann.move(cases, await ann.addTo(null, 'My things'));
    await ann.purge(await room.folderId());
    await room.seat.sync();
    expect(await ann.tree()).toEqual(ASSIGNING_TREE);
    expect(await room.folderId('Cases')).toBe(cases);
    expect(await room.subjectsIn('Cases')).toEqual(['In cases']);
    await room.seat.expectSilence();
  });

  it('POL-6 MAIL-1: the name of the root folder is the user’s when the user took it; then it comes back', async () => {
    const ann = await shelves(office, DROPPING);
    const root = await ann.room.folderId();
    await ann.rename(root, 'Away');
    const own = await ann.addTo(null, 'contoso');
    expect(await ann.room.seat.sync()).toMatchObject({
      state: 'blocked',
      fix: expect.stringContaining('Rename or delete'),
    });
    await ann.rename(own, 'Mine');
    await ann.room.seat.sync();
    expect(await ann.room.folderId()).toBe(root);
    expect(await ann.tree()).toEqual(DROPPING_TREE);
    await ann.room.seat.expectSilence();
  });
});

/** What a cycle asks of the mailbox, with what is in batches. */
async function requestsOfCycle({ room }: Shelves): Promise<string[]> {
  await room.seat.forgetRequests();
  await room.seat.sync();
  const log = await office.world.graph.control<
    { mailbox?: string; target: string; subrequests?: { url: string }[] }[]
  >('GET', 'requests/log');
  return log
    .filter(({ mailbox }) => mailbox === room.seat.mail)
    .flatMap(({ target, subrequests }) => subrequests?.map(({ url }) => url) ?? [target]);
}
