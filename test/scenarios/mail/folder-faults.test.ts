import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import { until } from '../product.ts';
import { letter, Mailroom, mailroom, OPPORTUNITY_DEFAULTS } from './mailroom.ts';
import { Shelves } from './shelves.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());
afterEach(() => strike());

const strike = (...faults: readonly object[]) => office.world.graph.control('PUT', 'faults', faults);
const strikeCrm = (...faults: readonly object[]) => office.world.salesforce.control('PUT', 'faults', faults);

const ASSIGNING = {
  modules: { opportunities: { enabled: true, defaults: OPPORTUNITY_DEFAULTS }, cases: { enabled: true } },
  smartConvert: { enabled: true },
  assignTo: { enabled: true, sort: 'name' },
};

const tree = (...records: readonly string[]) => [
  '- Create New Case',
  '- Create New Email',
  '- Create New Opportunity',
  'Cases',
  'Cases > Assign To',
  'Opportunities',
  'Opportunities > Assign To',
  ...[...records].sort().map(name => `Opportunities > Assign To > ${name}`),
];

async function addOpportunities({ seat }: Mailroom, names: readonly string[]): Promise<string[]> {
  const owner = { OwnerId: seat.crmUserId };
  return office.world.salesforce.create(
    'Opportunity',
    names.map(Name => ({ ...OPPORTUNITY_DEFAULTS, ...owner, Name })),
  );
}

/** Each folder and each summary once, and nothing of ours anywhere else. */
async function expectRight(ann: Mailroom, records: readonly string[]): Promise<void> {
  expect(await new Shelves(ann).tree()).toEqual(tree(...records));
  expect(await ann.subjectsIn('Opportunities')).toEqual([...records].sort());
  await ann.seat.expectSilence();
}

/** Who is told to wait waits; then two further cycles. */
async function recover(ann: Mailroom): Promise<void> {
  await strike();
  const isOver = async () => ['done', 'idle'].includes((await ann.seat.sync()).lastCycle?.outcome ?? '');
  await until('the end of the wait', isOver);
  await ann.seat.sync();
}

const NAMES = ['A', 'B', 'C', 'D', 'E', 'F'];
const MODES = [
  ['503', { mode: 'status', status: 503, retryAfter: 1, times: 2 }],
  ['429', { mode: 'status', status: 429, retryAfter: 1, times: 2 }],
  ['a lost answer', { mode: 'lost-response', times: 2 }],
  ['a broken connection', { mode: 'disconnect', times: 2 }],
] as const;

describe('invariants 3 and 8 with folders and summaries', () => {
  it.each(MODES)('MAIL-5 MAIL-8: %s while they are made: each is there once', async (_, fault) => {
    const ann = await mailroom(office, 'Ann', ASSIGNING);
    await addOpportunities(ann, NAMES);
    await strike(
      { match: { mailbox: ann.seat.mail, method: 'POST', path: 'childFolders' }, ...fault },
      { match: { mailbox: ann.seat.mail, method: 'POST', path: '/messages' }, ...fault },
    );
    await ann.seat.sync();
    await recover(ann);
    await expectRight(ann, NAMES);
  });

  it.each(MODES)('MAIL-1 PAIR-6: %s in the first cycle: the tree is made once', async (_, fault) => {
    const seat = await office.hire('Ann');
    const ann = new Mailroom(seat);
    await addOpportunities(ann, ['A', 'B']);
    await strike(
      { match: { mailbox: seat.mail, method: 'POST', path: 'childFolders' }, ...fault },
      { match: { mailbox: seat.mail, method: 'POST', path: 'masterCategories' }, ...fault },
      { match: { mailbox: seat.mail, method: 'POST', path: '/messages' }, ...fault },
      { match: { mailbox: seat.mail, method: 'POST', path: '/mailFolders' }, ...fault },
    );
    await seat.startSync(ASSIGNING);
    await recover(ann);
    const names = (await seat.categories()).map(({ displayName }) => displayName).sort();
    expect(names).toEqual(['Contoso', 'Contoso Leads', 'Not Archived', 'Processing Complete']);
    expect(
      (await ann.foldersAt('/mailFolders')).filter(({ displayName }) => displayName === 'Contoso'),
    ).toHaveLength(1);
    await expectRight(ann, ['A', 'B']);
  });

  it.each(MODES)('MAIL-5: %s while they go and are renamed: mail is kept', async (_, fault) => {
    const ann = await mailroom(office, 'Ann', ASSIGNING);
    const ids = await addOpportunities(ann, NAMES);
    await ann.seat.sync();
    const at = ['Opportunities', 'Assign To', 'A'];
    await new Shelves(ann).add('My own', ...at);
    for (const subject of ['One', 'Two']) await ann.deliver(letter(ann.seat, { subject }), ...at, 'My own');
    await strike(
      { match: { mailbox: ann.seat.mail, method: 'POST', path: '/move' }, ...fault },
      { match: { mailbox: ann.seat.mail, method: 'DELETE' }, ...fault },
      { match: { mailbox: ann.seat.mail, method: 'PATCH', path: '/mailFolders' }, ...fault },
      { match: { mailbox: ann.seat.mail, method: 'POST', path: 'permanentDelete' }, ...fault },
    );
    const [a = '', b = '', c = ''] = ids;
    for (const id of [a, b]) await ann.seat.editRecord('Opportunity', id, { StageName: 'Closed Won' });
    await ann.seat.editRecord('Opportunity', c, { Name: 'C renamed' });
    await ann.seat.sync();
    await recover(ann);
    expect(await ann.subjectsIn('inbox')).toEqual(['One', 'Two']);
    await expectRight(ann, ['C renamed', 'D', 'E', 'F']);
  });

  it.each([
    ['folders', 'childFolders'],
    ['summaries', '/messages'],
  ])(
    'invariant 8: a cycle that can make no %s leaves them to the next, although nothing more is heard',
    async (_, path) => {
      const ann = await mailroom(office, 'Ann', ASSIGNING);
      await addOpportunities(ann, NAMES);
      await strike({ match: { mailbox: ann.seat.mail, method: 'POST', path }, mode: 'status', status: 500 });
      expect((await ann.seat.sync()).lastCycle?.outcome).toBe('error');
      await strike();
      await ann.seat.sync();
      await expectRight(ann, NAMES);
    },
  );

  it('invariant 10: a message that cannot be moved keeps its folder, and holds up nothing else', async () => {
    const ann = await mailroom(office, 'Ann', ASSIGNING);
    const [a = '', b = ''] = await addOpportunities(ann, ['A', 'B']);
    await ann.seat.sync();
    const shelves = new Shelves(ann);
    const at = ['Opportunities', 'Assign To', 'A'];
    await shelves.add('My own', ...at);
    const stuck = await ann.deliver(letter(ann.seat, { subject: 'Stuck' }), ...at, 'My own');
    await ann.deliver(letter(ann.seat, { subject: 'Free' }), ...at, 'My own');
    await strike({
      match: { mailbox: ann.seat.mail, method: 'POST', path: `${stuck}/move` },
      mode: 'status',
      status: 403,
      code: 'ErrorAccessDenied',
    });
    for (const id of [a, b]) await ann.seat.editRecord('Opportunity', id, { StageName: 'Closed Won' });
    await addOpportunities(ann, ['C']);
    await ann.seat.sync();
    expect(await ann.folderNames('Opportunities', 'Assign To')).toEqual(['A', 'C']);
    expect(await ann.subjectsIn(...at, 'My own')).toEqual(['Stuck']);
    expect(await ann.subjectsIn('inbox')).toEqual(['Free']);
    expect(await ann.subjectsIn('Opportunities')).toEqual(['C']);
    expect((await ann.seat.pairing()).state).toBe('in_sync');
    await strike();
    await ann.seat.sync();
    expect(await ann.subjectsIn('inbox')).toEqual(['Free', 'Stuck']);
    await expectRight(ann, ['C']);
  });

  it('invariant 5: a mailbox or a CRM that answers nothing but errors is no evidence', async () => {
    const ann = await mailroom(office, 'Ann', ASSIGNING);
    const [a = ''] = await addOpportunities(ann, NAMES);
    await ann.seat.sync();
    const ids = async () => {
      const parent = await ann.folderId('Opportunities', 'Assign To');
      return (await ann.foldersAt(`/mailFolders/${parent}/childFolders`)).map(({ id }) => id).sort();
    };
    const before = await ids();
    for (const status of [500, 503]) {
      await ann.seat.editRecord('Opportunity', a, { Amount: status });
      await strikeCrm({ match: { object: 'Opportunity', method: 'GET' }, mode: 'status', status });
      await office.world.tandem.post(`/pairings/${ann.seat.pairingId}/sync`);
      await ann.seat.sync();
      await strikeCrm();
      expect(await ids()).toEqual(before);
    }
    for (const status of [404, 500]) {
      await strike({ match: { mailbox: ann.seat.mail, path: 'mailFolders' }, mode: 'status', status });
      await ann.seat.sync();
      await strike();
    }
    await ann.seat.sync(2);
    expect(await ids()).toEqual(before);
    await expectRight(ann, NAMES);
  });
});
