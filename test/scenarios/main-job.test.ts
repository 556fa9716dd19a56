import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GraphContact } from './clients.ts';
import { adventureWorksPeople, type CorpusPerson, chinookPeople, corpusMissing } from './corpus.ts';
import { Product, until } from './product.ts';
import { connect, loadUsers, type PairingView, pairing, syncNow, type World, worldOf } from './tenant.ts';
import { crmWrites, mailboxWrites } from './writes.ts';

const CATEGORY = 'Contoso CRM';
const MAILBOXES = ['ines@tandem.example', 'jonas@tandem.example', 'kavya@tandem.example'] as const;

describe.skipIf(corpusMissing)('the main job on real input', () => {
  const product = new Product();
  let world: World;
  const owners = new Map<string, string>();
  const contactIds = new Map<string, string>();
  const expected = new Map<string, CorpusPerson[]>();
  const pairings = new Map<string, string>();

  beforeAll(async () => {
    world = worldOf(await product.start());
    const users = await loadUsers(world, [
      { mail: MAILBOXES[0], firstName: 'Ines', lastName: 'Okafor' },
      { mail: MAILBOXES[1], firstName: 'Jonas', lastName: 'Brandt' },
      { mail: MAILBOXES[2], firstName: 'Kavya', lastName: 'Rao' },
    ]);
    for (const mail of MAILBOXES) owners.set(mail, users.get(mail) ?? '');
    await loadPeople([...chinookPeople(), ...adventureWorksPeople(5_000)]);
  });

  afterAll(() => product.dispose());

  async function loadPeople(people: readonly CorpusPerson[]): Promise<void> {
    const names = [...new Set(people.flatMap(person => person.account ?? []))];
    const ids = await world.salesforce.create(
      'Account',
      names.map(Name => ({ Name })),
    );
    const accounts = new Map(names.map((name, index) => [name, ids[index]]));
    const records = people.map((person, index) => {
      const mail = MAILBOXES[index % MAILBOXES.length] as string;
      expected.set(mail, [...(expected.get(mail) ?? []), person]);
      return {
        ...person.fields,
        OwnerId: owners.get(mail),
        ...(person.account ? { AccountId: accounts.get(person.account) } : {}),
      };
    });
    const created = await world.salesforce.create('Contact', records);
    for (const [index, person] of people.entries()) contactIds.set(keyOf(person), created[index] ?? '');
  }

  const keyOf = ({ fields }: CorpusPerson) => `${fields.Email}|${fields.FirstName}|${fields.LastName}`;
  const shownKey = (contact: GraphContact) =>
    `${contact.emailAddresses[0]?.address}|${contact.givenName}|${contact.surname}`;

  async function shown(mail: string): Promise<GraphContact[]> {
    return world.graph.contacts(mail, CATEGORY);
  }

  async function byAddress(mail: string, address: string): Promise<GraphContact | undefined> {
    return (await shown(mail)).find(contact => contact.emailAddresses[0]?.address === address);
  }

  async function settle(): Promise<PairingView[]> {
    const views: PairingView[] = [];
    for (const id of pairings.values()) views.push(await syncNow(world, id, 240_000));
    return views;
  }

  test('PAIR-6, CON-1, CON-2: first cycles finish with every contact, none twice, nothing written to the CRM, although the worker is killed', async () => {
    const connections = await connect(world);
    await world.salesforce.control('POST', 'requests/reset');
    const policy = await world.tandem.post<{ id: string }>('/policies', {
      name: 'Sales',
      ...connections,
      category: { name: CATEGORY },
      newItems: { autoSync: true },
      modules: { contacts: { enabled: true }, leads: { enabled: true } },
    });
    await world.tandem.post(`/policies/${policy.id}/enable`);
    for (const mailbox of MAILBOXES) {
      const created = await world.tandem.post<{ id: string }>('/pairings', { policyId: policy.id, mailbox });
      pairings.set(mailbox, created.id);
    }
    await until(
      'some contacts to be copied',
      async () =>
        (await world.graph.control<{ totals: { counted: number } }>('GET', 'requests')).totals.counted > 700,
    );
    process.kill(product.run().pids.workers[0] as number, 'SIGKILL');
    for (const id of pairings.values()) {
      await until(
        `the first cycle of ${id}`,
        async () => ['in_sync', 'blocked'].includes((await pairing(world, id)).state),
        240_000,
        500,
      );
    }
    for (const mail of MAILBOXES) {
      const wanted = (expected.get(mail) ?? []).map(keyOf).sort();
      expect((await shown(mail)).map(shownKey).sort()).toEqual(wanted);
    }
    expect(await crmWrites(world)).toEqual([]);
  }, 400_000);

  test('CON-1, CON-2: accents, companies, phones and addresses arrive as they are', async () => {
    const luis = await byAddress(MAILBOXES[0], 'luisg@embraer.com.br');
    expect(luis).toMatchObject({
      givenName: 'Luís',
      surname: 'Gonçalves',
      companyName: 'Embraer - Empresa Brasileira de Aeronáutica S.A.',
      businessPhones: ['+55 (12) 3923-5555'],
      categories: [CATEGORY],
      businessAddress: {
        street: 'Av. Brigadeiro Faria Lima, 2170',
        city: 'São José dos Campos',
        state: 'SP',
        postalCode: '12227-000',
        countryOrRegion: 'Brazil',
      },
    });
  });

  test('invariant 7: cycles without changes write nothing on either side', async () => {
    await settle();
    await world.graph.control('POST', 'requests/reset');
    await world.salesforce.control('POST', 'requests/reset');
    await settle();
    expect(await mailboxWrites(world)).toEqual([]);
    expect(await crmWrites(world)).toEqual([]);
  }, 120_000);

  test('CON-1, CON-3, CON-4, CON-5: edits, creations, categories, conversions and deletions on both sides converge; a killed worker changes nothing', async () => {
    const [ines, jonas] = MAILBOXES;
    const mine = (expected.get(ines) ?? []).slice(0, 40);
    const idOf = (person: CorpusPerson | undefined) => contactIds.get(keyOf(person as CorpusPerson)) ?? '';
    const items = new Map((await shown(ines)).map(contact => [shownKey(contact), contact]));
    const itemOf = (person: CorpusPerson | undefined) =>
      items.get(keyOf(person as CorpusPerson)) as GraphContact;
    for (const person of mine.slice(0, 10))
      await world.salesforce.update('Contact', idOf(person), { Title: 'Chair' });
    for (const person of mine.slice(10, 20))
      await world.graph.call('PATCH', `/users/${ines}/contacts/${itemOf(person).id}`, {
        mobilePhone: '+44 20 7946 0000',
      });
    await world.salesforce.delete('Contact', idOf(mine[20]));
    await world.graph.call('DELETE', `/users/${ines}/contacts/${itemOf(mine[21]).id}`);
    await world.salesforce.update('Contact', idOf(mine[22]), { OwnerId: owners.get(jonas) });
    await world.graph.call('PATCH', `/users/${ines}/contacts/${itemOf(mine[23]).id}`, { categories: [] });
    const folder = await world.graph.folder(ines, CATEGORY);
    await world.graph.call('POST', `/users/${ines}/contactFolders/${folder}/contacts`, {
      givenName: 'Nora',
      surname: 'Vik',
      emailAddresses: [{ address: 'nora.vik@tandem.example', name: 'Nora Vik' }],
    });
    await world.graph.call('POST', `/users/${ines}/contactFolders/${folder}/contacts`, {
      givenName: 'Otto',
      surname: 'Lind',
      companyName: 'Lind AB',
      emailAddresses: [{ address: 'otto@lind.example' }],
      categories: [`${CATEGORY} Leads`],
    });
    const [leadId] = await world.salesforce.create('Lead', [
      {
        FirstName: 'Petra',
        LastName: 'Moss',
        Company: 'Moss Ltd',
        Email: 'petra@moss.example',
        Status: 'Open - Not Contacted',
        OwnerId: owners.get(ines),
      },
    ]);
    const started = world.tandem.post(`/pairings/${pairings.get(ines)}/sync`);
    process.kill(product.run().pids.workers[0] as number, 'SIGKILL');
    await started;
    await until(
      'the leads to arrive',
      async () => (await byAddress(ines, 'petra@moss.example'))?.categories.includes(`${CATEGORY} Leads`),
      240_000,
      1_000,
    );
    await settle();
    await settle();

    const after = new Map((await shown(ines)).map(contact => [shownKey(contact), contact]));
    for (const person of mine.slice(0, 10))
      expect(after.get(keyOf(person))).toMatchObject({ jobTitle: 'Chair' });
    const mobiles = await world.salesforce.query<{ MobilePhone: string }>(
      `SELECT MobilePhone FROM Contact WHERE Id IN (${mine
        .slice(10, 20)
        .map(person => `'${idOf(person)}'`)
        .join(',')})`,
    );
    expect(mobiles.map(record => record.MobilePhone)).toEqual(Array(10).fill('+44 20 7946 0000'));
    expect(after.has(keyOf(mine[20] as CorpusPerson))).toBe(false);
    expect(after.has(keyOf(mine[21] as CorpusPerson))).toBe(false);
    expect(
      await world.salesforce.query(`SELECT Id FROM Contact WHERE Id = '${idOf(mine[21])}'`),
    ).toHaveLength(1);
    expect(after.has(keyOf(mine[22] as CorpusPerson))).toBe(false);
    expect((await shown(jonas)).map(shownKey)).toContain(keyOf(mine[22] as CorpusPerson));
    expect(after.get(keyOf(mine[23] as CorpusPerson))?.categories).toEqual([CATEGORY]);
    expect(
      await world.salesforce.query("SELECT Id FROM Contact WHERE Email = 'nora.vik@tandem.example'"),
    ).toHaveLength(1);
    expect(
      await world.salesforce.query(
        "SELECT Id FROM Lead WHERE Email = 'otto@lind.example' AND Company = 'Lind AB'",
      ),
    ).toHaveLength(1);

    const lead = await byAddress(ines, 'petra@moss.example');
    await world.salesforce.control('POST', 'convert', { leadId });
    await settle();
    const converted = await byAddress(ines, 'petra@moss.example');
    expect(converted?.id).toBe(lead?.id);
    expect(converted?.categories).toEqual([CATEGORY]);
  }, 400_000);

  test('invariants 3, 7: kill -9 in the middle of a later write, then nothing is doubled and all is quiet', async () => {
    const [, , kavya] = MAILBOXES;
    const people = (expected.get(kavya) ?? []).slice(0, 400);
    for (let start = 0; start < people.length; start += 200) {
      const records = people.slice(start, start + 200).map(person => ({
        attributes: { type: 'Contact' },
        id: contactIds.get(keyOf(person)),
        Department: 'Sales',
      }));
      await world.salesforce.call('PATCH', '/composite/sobjects', { allOrNone: false, records });
    }
    await world.graph.control('POST', 'requests/reset');
    const id = pairings.get(kavya) as string;
    await world.tandem.post(`/pairings/${id}/sync`);
    await until('some updates', async () => (await mailboxWrites(world)).length > 30, 60_000, 20);
    process.kill(product.run().pids.workers[0] as number, 'SIGKILL');
    await until(
      'all updates',
      async () =>
        (await shown(kavya)).filter(
          contact => (contact as unknown as { department: string }).department === 'Sales',
        ).length === people.length,
      240_000,
      1_000,
    );
    const wanted = (expected.get(kavya) ?? []).map(keyOf).sort();
    expect((await shown(kavya)).map(shownKey).sort()).toEqual(wanted);
    await settle();
    await world.graph.control('POST', 'requests/reset');
    await settle();
    expect(await mailboxWrites(world)).toEqual([]);
  }, 400_000);
});
