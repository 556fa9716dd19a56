import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { CATEGORY, type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';

describe('PAIR-10: an item that the CRM refuses', () => {
  let company: Company;
  let pairing: PairingInput;

  beforeEach(async () => {
    company = await openCompany();
    pairing = await company.pair(ANN);
    await company.sync(pairing);
  });
  afterEach(() => company.close());

  it('is tried again by itself, although nobody touches it, and the others do not wait for it', async () => {
    const outlook = company.outlook(ANN);
    const folder = (await outlook.folder(CATEGORY)) ?? '';
    for (const surname of ['Adams', 'Brown'])
      await outlook.addContact({ surname, categories: [CATEGORY] }, folder);
    await refuse("LastName = 'Brown'");
    await company.sync(pairing);
    expect((await company.people(ANN)).crm).toEqual(['Adams']);
    await refuse("LastName = 'Nobody'");
    for (let cycles = 0; cycles < 3; cycles++) await company.scheduled(pairing);
    expect((await company.people(ANN)).crm).toEqual(['Adams', 'Brown']);
  });

  it('is not tried early because its record is heard of again and says nothing new', async () => {
    const [id = ''] = await company.crm(ANN).create('Contact', [{ LastName: 'Adams' }]);
    await company.sync(pairing);
    await company.sync(pairing);
    await refuse("Title = 'Forbidden'");
    const [item] = await company.outlook(ANN).contacts(CATEGORY);
    await company.outlook(ANN).changeContact(item?.id ?? '', { jobTitle: 'Forbidden' });
    await company.sync(pairing);
    await company.salesforce.control('POST', 'touch', { ids: [id] });
    const calls: string[] = [];
    company.intercept((what, call) => {
      calls.push(what);
      return call();
    });
    await company.sync(pairing);
    expect(calls).toContain('crm.read');
    expect(calls).not.toContain('crm.write');
  });

  const refuse = (condition: string) =>
    company.salesforce.control('POST', 'load', {
      validationRules: [{ object: 'Contact', condition, errorMessage: 'Not this one.' }],
    });
});

describe('PAIR-10, CAL-4: an occurrence that the CRM puts beyond the next one, which Exchange refuses', () => {
  let company: Company;
  let pairing: PairingInput;

  interface Occurrence {
    readonly Id: string;
    readonly Subject: string;
    readonly Location: string | null;
    readonly StartDateTime: string;
  }
  const DAY_MS = 86_400_000;
  const dayAfter = (days: number) => new Date(company.now() + days * DAY_MS).toISOString().slice(0, 10);
  const hourOf = (day: string) => ({
    StartDateTime: `${day}T18:00:00.000+0000`,
    EndDateTime: `${day}T19:00:00.000+0000`,
  });
  const inCrm = () =>
    company
      .crm(ANN)
      .query<Occurrence>('SELECT Id, Subject, Location, StartDateTime FROM Event ORDER BY StartDateTime');
  const inOutlook = async () => {
    const range = `startDateTime=${dayAfter(0)}T00:00:00Z&endDateTime=${dayAfter(30)}T00:00:00Z`;
    const { value } = await company
      .outlook(ANN)
      .call<{ value: { subject: string; start: { dateTime: string }; location: { displayName: string } }[] }>(
        'GET',
        `/calendarView?${range}&$orderby=start/dateTime`,
      );
    return value.map(({ subject, start, location }) =>
      [subject, start.dateTime.slice(0, 10), location.displayName].join(' ').trim(),
    );
  };
  const standing = () =>
    company.database.inOrganization(company.organizationId, tx =>
      tx.selectFrom('items').select(['crm_id', 'state', 'code', 'reason', 'fix']).execute(),
    );

  beforeEach(async () => {
    company = await openCompany({
      users: [ANN],
      policy: { modules: { appointments: { enabled: true } }, newItems: { autoSync: true } },
    });
    pairing = await company.pair(ANN);
    await company.sync(pairing);
  });
  afterEach(() => company.close());

  it('waits and says what to do, the next one does not, and it goes on once it is moved back', async () => {
    const [one, two, three] = [dayAfter(1), dayAfter(2), dayAfter(3)];
    await company.outlook(ANN).call('POST', '/events', {
      subject: 'Stand-up',
      start: { dateTime: `${two}T09:00:00`, timeZone: 'UTC' },
      end: { dateTime: `${two}T09:15:00`, timeZone: 'UTC' },
      recurrence: {
        pattern: { type: 'daily', interval: 1 },
        range: { type: 'numbered', startDate: two, numberOfOccurrences: 2 },
      },
    });
    await company.sync(pairing);
    const [first, second] = await inCrm();
    await company
      .crm(ANN)
      .update('Event', first?.Id ?? '', { Subject: 'Stand-up, late', ...hourOf(dayAfter(9)) });
    await company.crm(ANN).update('Event', second?.Id ?? '', { Location: 'Room 4' });
    await company.sync(pairing);
    expect(await inOutlook()).toEqual([`Stand-up ${two}`, `Stand-up ${three} Room 4`]);
    expect(await standing()).toContainEqual({
      crm_id: first?.Id,
      state: 'failing',
      code: 'validation',
      reason: expect.stringContaining('adjacent occurrence'),
      fix: expect.stringContaining('between the one before it and the one after it'),
    });

    await company.crm(ANN).update('Event', first?.Id ?? '', hourOf(one));
    await company.sync(pairing);
    expect(await inOutlook()).toEqual([`Stand-up, late ${one}`, `Stand-up ${three} Room 4`]);
    expect((await standing()).map(({ state }) => state)).toEqual(['in_sync', 'in_sync']);
  });
});
