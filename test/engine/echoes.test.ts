import { afterEach, expect, it } from 'vitest';
import { CATEGORY, type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';
const DAY_MS = 86_400_000;
const OCCURRENCES = 30;

let company: Company;
afterEach(() => company.close());

/** How many of each route something takes. */
async function graphRequests(work: () => Promise<unknown>): Promise<Record<string, number>> {
  await company.graph.control('POST', 'requests/reset');
  await work();
  const { routes } = (await company.graph.control('GET', 'requests')) as { routes: Record<string, number> };
  return routes;
}

it('CAL-4: a series tells of all its occurrences when one changes; the others are not asked about', async () => {
  company = await openCompany({
    users: [ANN],
    policy: { modules: { appointments: { enabled: true } }, newItems: { autoSync: true } },
  });
  const pairing = await company.pair(ANN);
  await company.sync(pairing);
  const day = (days: number) => new Date(company.now() + days * DAY_MS).toISOString().slice(0, 10);
  const { id } = await company.outlook(ANN).call<{ id: string }>('POST', '/events', {
    subject: 'Stand-up',
    start: { dateTime: `${day(1)}T09:00:00`, timeZone: 'Europe/Berlin' },
    end: { dateTime: `${day(1)}T09:15:00`, timeZone: 'Europe/Berlin' },
    recurrence: {
      pattern: { type: 'daily', interval: 1 },
      range: { type: 'numbered', startDate: day(1), numberOfOccurrences: OCCURRENCES },
    },
  });
  await company.sync(pairing);
  await company.sync(pairing);

  const { value } = await company
    .outlook(ANN)
    .call<{ value: { id: string }[] }>(
      'GET',
      `/events/${id}/instances?startDateTime=${day(3)}T00:00:00Z&endDateTime=${day(5)}T00:00:00Z`,
    );
  await company.outlook(ANN).call('PATCH', `/events/${value[0]?.id}`, { subject: 'Stand-up, late' });
  const requests = await graphRequests(() => company.sync(pairing));
  expect(requests['GET /users/{id}/events/{id}']).toBe(1);
  const subjects = await company
    .crm(ANN)
    .query<{ Subject: string }>("SELECT Subject FROM Event WHERE Subject = 'Stand-up, late'");
  expect(subjects).toHaveLength(1);
});

it('CON-2 invariant 2: an edit of a field alone that no change tells of (the fax number) reaches the CRM', async () => {
  company = await openCompany({ users: [ANN], policy: { modules: { leads: { enabled: true } } } });
  await company.crm(ANN).create('Lead', [{ LastName: 'Moss', Company: 'Fabrikam', MobilePhone: '1' }]);
  const pairing = await company.pair(ANN);
  await company.sync(pairing);
  // What the feed hears of the CRM's record is another reason to read the item.
  await company.sync(pairing);
  const [contact] = await company.outlook(ANN).contacts(CATEGORY);
  for (const fax of ['+49 30 555', '+49 30 666', '+49 30 777']) {
    await company.outlook(ANN).call('PATCH', `/contacts/${contact?.id}`, {
      singleValueExtendedProperties: [{ id: 'String 0x3A24', value: fax }],
    });
    await company.sync(pairing);
    const found = await company
      .crm(ANN)
      .query<{ Fax: string }>("SELECT Fax FROM Lead WHERE LastName = 'Moss'");
    expect(found).toMatchObject([{ Fax: fax }]);
  }
});
