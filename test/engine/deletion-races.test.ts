import { afterEach, describe, expect, it } from 'vitest';
import { type Company, openCompany } from './company.ts';

const ANN = 'ann@contoso.example';
const DAY_MS = 86_400_000;
const ON = { enabled: true };

interface OutlookEvent {
  readonly id: string;
}

describe('invariant 2: somebody edits a record in the moment in which it is deleted', () => {
  let company: Company;

  afterEach(() => company.close());

  /** An appointment that both sides have. */
  async function opened() {
    company = await openCompany({
      users: [ANN],
      policy: { modules: { appointments: ON }, calendar: { private: 'skip' } },
    });
    const pairing = await company.pair(ANN);
    const at = new Date(company.now() + DAY_MS).toISOString();
    const [recordId = ''] = await company
      .crm(ANN)
      .create('Event', [{ Subject: 'Review', Location: 'Room 1', StartDateTime: at, DurationInMinutes: 30 }]);
    await company.sync(pairing);
    const { value } = await company.outlook(ANN).call<{ value: OutlookEvent[] }>('GET', '/events');
    const path = `/events/${value[0]?.id}`;
    const edit = (fields: Record<string, string>) => company.crm(ANN).update('Event', recordId, fields);
    return { pairing, path, edit };
  }

  const history = () =>
    company.database.inOrganization(company.organizationId, async tx => {
      const rows = await tx.selectFrom('item_events').selectAll().orderBy('id').execute();
      return rows.map(({ action, code, item_id, detail_sealed: sealed }) => ({
        action,
        code,
        detail: sealed && tx.vault.open('item_events', item_id, 'detail_sealed', sealed),
      }));
    });
  const inCrm = () => company.crm(ANN).query<{ Location: string }>('SELECT Location FROM Event');
  const lost = (value: string) => ({
    action: 'conflict',
    code: 'record_left',
    detail: { field: 'location', side: 'crm', lost: value, kept: 'Room 1' },
  });

  const endings = [
    [
      'POL-17 an appointment made private is withdrawn',
      (path: string) => company.outlook(ANN).call('PATCH', path, { sensitivity: 'private' }),
    ],
    [
      'CAL-1 an appointment is deleted in Outlook',
      (path: string) => company.outlook(ANN).call('DELETE', path),
    ],
  ] as const;

  it.each(endings)('%s: the edit is in the history', async (_, end) => {
    const { pairing, path, edit } = await opened();
    await end(path);
    company.intercept(async (what, call) => {
      if (what === 'crm.write') await edit({ Location: 'Room 2' });
      return call();
    });
    await company.sync(pairing);
    expect(await inCrm()).toEqual([]);
    const told = await history();
    expect(told.filter(({ action }) => action === 'conflict')).toEqual([lost('Room 2')]);
    expect(told.filter(({ action }) => action === 'deleted')).toHaveLength(1);
  });

  it.each(endings)('%s: what nobody edited leaves no loss', async (_, end) => {
    const { pairing, path } = await opened();
    await end(path);
    await company.sync(pairing);
    expect(await inCrm()).toEqual([]);
    expect((await history()).filter(({ action }) => action === 'conflict')).toEqual([]);
  });

  it('an edit that was seen before is in the history once', async () => {
    const { pairing, path, edit } = await opened();
    await edit({ Location: 'Room 2' });
    await company.outlook(ANN).call('PATCH', path, { sensitivity: 'private' });
    await company.sync(pairing);
    expect((await history()).filter(({ action }) => action === 'conflict')).toEqual([lost('Room 2')]);
  });
});
