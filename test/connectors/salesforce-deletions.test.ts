import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CrmRecord, CrmRef } from '../../sync/record.ts';
import {
  type ActivityOrg,
  activityOrg,
  create,
  guest,
  recordOf,
  telling,
  written,
} from './salesforce-activities.ts';

describe('deletions in Salesforce', () => {
  let org: ActivityOrg;

  beforeAll(async () => {
    org = await activityOrg();
  });
  afterAll(() => org.salesforce.close());

  const session = (way: 'byUser' | 'checked') =>
    way === 'byUser' ? org.asAnn : org.checked().asUser(org.ann);
  const calls = async () =>
    JSON.stringify(await org.salesforce.control('GET', 'requests/log')).split('"target"').length - 1;
  const deleted = async (way: 'byUser' | 'checked', refs: readonly CrmRef[]) => {
    const as = await session(way);
    const known = await Promise.all(refs.map(ref => recordOf(as, ref)));
    await org.salesforce.control('POST', 'requests/reset');
    const outcomes = await as.write(refs.map(ref => ({ op: 'delete', ref })));
    const before = outcomes.map(outcome => (outcome.ok ? (outcome.value.before ?? null) : null));
    return { known, before, calls: await calls() };
  };
  const without = (record: CrmRecord | null | undefined, ...names: string[]) =>
    Object.fromEntries(Object.entries(record?.fields ?? {}).filter(([field]) => !names.includes(field)));

  it.each([
    ['byUser', 1],
    ['checked', 2],
  ] as const)('invariant 2: tells what goes with the same call: %s', async (way, expected) => {
    const operations = [
      create('event', { span: '2027-02-03/2027-02-04', reminder: '30', location: 'Room 1' }),
      create('event', { location: 'Room 2' }),
      create('task', { dueDay: '2027-02-03' }),
      create('call', { body: 'Call back' }),
    ];
    const as = await session(way);
    const refs: CrmRef[] = [];
    for (const operation of operations) refs.push((await written(as, operation)).ref);
    const result = await deleted(way, refs);
    expect(result.before.map(record => without(record, 'links'))).toEqual(
      result.known.map(record => without(record, 'links')),
    );
    expect(result.calls).toBe(expected);
  });

  it('CAL-5: says nothing of whom an event invited, which is gone with it', async () => {
    const { ref } = await written(org.asAnn, create('event', telling(guest(org.bob.email))));
    const { before, known } = await deleted('byUser', [ref]);
    expect(before[0]?.fields).not.toHaveProperty('participants');
    expect(before[0]?.fields).toEqual(without(known[0], 'participants'));
  });
});
