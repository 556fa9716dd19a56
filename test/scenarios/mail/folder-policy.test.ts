import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Office } from '../office.ts';
import type { PolicyInput } from '../seat.ts';
import { DROPPING, letter, type Mailroom, NEW_CASE, NEW_EMAIL, NEW_OPPORTUNITY } from './mailroom.ts';
import { ASSIGNING_TREE, DROPPING_TREE, shelves } from './shelves.ts';

const office = new Office();
beforeAll(() => office.open());
afterAll(() => office.close());

function change(room: Mailroom, options: PolicyInput): Promise<unknown> {
  return office.world.tandem.patch(`/policies/${room.seat.policyId}`, options);
}

describe('POL-24: names', () => {
  it('POL-24: folders are renamed with the policy, with the mail in them', async () => {
    const ann = await shelves(office);
    const before = await ann.room.folderId('Cases');
    await ann.room.deliver(letter(ann.room.seat, { subject: 'Mine' }), 'Cases');
    await change(ann.room, {
      names: {
        createEmail: '> Ablage',
        createOpportunity: 'Cases',
        opportunities: NEW_OPPORTUNITY,
        cases: 'Fälle 🗂',
        assignTo: 'Zuordnen',
      },
    });
    await ann.room.seat.sync();
    expect(await ann.tree()).toEqual(
      [
        '> Ablage',
        'Cases',
        'Fälle 🗂',
        'Fälle 🗂 > Zuordnen',
        NEW_CASE,
        NEW_OPPORTUNITY,
        `${NEW_OPPORTUNITY} > Zuordnen`,
      ].sort(),
    );
    expect(await ann.room.folderId('Fälle 🗂')).toBe(before);
    expect(await ann.room.subjectsIn('Fälle 🗂')).toEqual(['Mine']);
    await ann.room.seat.expectSilence();
  });

  it('MAIL-3 POL-24: the categories of messages are in the master list, those of the user as they are', async () => {
    const hired = await office.hire('Ann');
    await hired.outlook('POST', '/outlook/masterCategories', {
      displayName: 'not archived',
      color: 'preset9',
    });
    await hired.startSync(DROPPING);
    const colours = async () =>
      Object.fromEntries((await hired.categories()).map(({ displayName, color }) => [displayName, color]));
    expect(await colours()).toMatchObject({ 'Processing Complete': 'preset4', 'not archived': 'preset9' });
    expect(Object.keys(await colours())).toHaveLength(4);

    const processed = (await hired.categories()).find(({ displayName }) =>
      displayName.startsWith('Processing'),
    );
    await hired.outlook('DELETE', `/outlook/masterCategories/${processed?.id}`);
    await hired.sync();
    expect(await colours()).toMatchObject({ 'Processing Complete': 'preset4' });

    await office.world.tandem.patch(`/policies/${hired.policyId}`, { names: { notArchived: 'Failed' } });
    await hired.sync();
    expect(await colours()).toMatchObject({ Failed: 'preset0', 'not archived': 'preset9' });
    await hired.expectSilence();
  });
});

describe('POL-9: what is cleared', () => {
  it('POL-9 MAIL-1: folders go, all mail of the user’s in them is in the Inbox, records stay; on again, all is back', async () => {
    const ann = await shelves(office);
    const { room } = ann;
    const record = await room.seat.addRecord('Case', { Subject: 'Stays' });
    await room.seat.sync();
    const [folder = ''] = await room.folderNames('Cases', 'Assign To');
    const put = (subject: string, ...names: string[]) =>
      room.deliver(letter(room.seat, { subject }), ...names);
    await ann.add('My own', 'Cases');
    await ann.add('Deeper', 'Cases', 'My own');
    await put('In display', 'Cases');
    await put('In own', 'Cases', 'My own');
    await put('In deeper', 'Cases', 'My own', 'Deeper');
    await change(room, { modules: { cases: { enabled: false } } });
    await put('In record', 'Cases', 'Assign To', folder);
    await put('In drop', NEW_CASE);
    await room.seat.sync();
    expect(await ann.tree()).toEqual([
      NEW_EMAIL,
      NEW_OPPORTUNITY,
      'Opportunities',
      'Opportunities > Assign To',
    ]);
    await ann.expectIn('inbox', ['In deeper', 'In display', 'In drop', 'In own', 'In record']);
    expect(await room.seat.record('Case', record, 'Subject, IsClosed')).toEqual({
      Subject: 'Stays',
      IsClosed: false,
    });
    await room.seat.expectSilence();

    await change(room, { modules: { cases: { enabled: true } } });
    await room.seat.sync();
    expect(await ann.tree()).toEqual([...ASSIGNING_TREE, `Cases > Assign To > ${folder}`].sort());
    expect(await room.subjectsIn('Cases')).toEqual([folder.slice(3)]);
    await room.seat.expectSilence();
  });

  it('POL-9: all features off leaves the root folder alone; the user’s own folder in it stays', async () => {
    const ann = await shelves(office);
    const { room } = ann;
    await ann.add('My own');
    await change(room, {
      modules: { cases: { enabled: false }, opportunities: { enabled: false } },
      smartConvert: { enabled: false },
      assignTo: { enabled: false },
    });
    await room.drop({ subject: 'Left' });
    await room.seat.sync();
    expect(await ann.tree()).toEqual(['My own']);
    await ann.expectIn('inbox', ['Left']);
    await room.seat.expectSilence();
  });

  it('POL-9: a smaller subscription takes away what it does not have, a larger one brings it back', async () => {
    const ann = await shelves(office);
    await ann.room.seat.addRecord('Case', { Subject: 'Open' });
    await ann.room.seat.sync();
    const [folder = ''] = await ann.room.folderNames('Cases', 'Assign To');
    expect(folder).toMatch(/^01 \d+ Open$/);
    await subscribe('standard');
    try {
      await ann.add('My own', 'Cases', 'Assign To', folder);
      await ann.room.deliver(
        letter(ann.room.seat, { subject: 'Kept' }),
        'Cases',
        'Assign To',
        folder,
        'My own',
      );
      await ann.room.seat.sync();
      expect(await ann.tree()).toEqual(DROPPING_TREE);
      await ann.expectIn('inbox', ['Kept']);

      await subscribe('lite');
      await ann.room.deliver(letter(ann.room.seat, { subject: 'Kept too' }), NEW_CASE);
      await ann.room.seat.sync();
      expect(await ann.tree()).toEqual(['Cases', 'Opportunities']);
      await ann.expectIn('inbox', ['Kept', 'Kept too']);
      await ann.room.seat.expectSilence();
    } finally {
      await subscribe('premium');
    }
    await ann.room.seat.sync();
    expect(await ann.tree()).toEqual([
      ...ASSIGNING_TREE.slice(0, 5),
      `Cases > Assign To > ${folder}`,
      ...ASSIGNING_TREE.slice(5),
    ]);
    await ann.room.seat.expectSilence();
  });
});

async function subscribe(subscription: string): Promise<void> {
  const { run } = office.world;
  const call = (method: string, path: string, body?: object) =>
    fetch(`${run.api}/v1/organizations${path}`, {
      method,
      headers: { authorization: `Bearer ${run.installationKey}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const { data } = (await (await call('GET', '')).json()) as { data: { id: string }[] };
  const answer = await call('PATCH', `/${data[0]?.id}`, { subscription });
  expect(answer.status).toBe(200);
}
