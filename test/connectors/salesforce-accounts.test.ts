import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityOrg, activityOrg } from './salesforce-activities.ts';

/** More than one page of a query. */
const MANY = 2_005;

describe('CON-1, MAIL-2: accounts by the domain of their website in a large org', () => {
  let org: ActivityOrg;
  beforeAll(async () => {
    org = await activityOrg();
  });
  afterAll(() => org.salesforce.close());

  const load = (websites: readonly string[]) =>
    org.load(
      ...websites.map(Website => ({
        ...{ attributes: { type: 'Account' }, Name: Website.slice(0, 80), Website, OwnerId: org.ann.id },
      })),
    );
  const found = async (domain: string) => (await org.asAnn.accountsByDomain([domain])).get(domain) ?? [];

  it('finds a website however it is written', async () => {
    const written = [
      'site.example',
      'http://site.example',
      'HTTPS://WWW.Site.Example/about',
      'www.site.example',
    ];
    const parted = [
      'site.example:8080',
      'https://site.example?a',
      'site.example#top',
      'https://me@site.example/',
    ];
    const ids = await load([...written, ...parted]);
    await load([
      'mysite.example',
      'site.example.com',
      'https://other.example/site.example',
      'a.site.example',
    ]);
    expect((await found('site.example')).toSorted()).toEqual(ids.toSorted());
  });

  it('no other domain that has it in it, nor a subdomain, hides it or costs a call', async () => {
    await load(Array.from({ length: MANY }, (_, number) => `https://n${number}.co.example`));
    const [id = ''] = await load(['https://co.example']);
    expect(await found('co.example')).toEqual([id]);
    await load(Array.from({ length: MANY }, (_, number) => `https://x.cot${number}.example`));
    const [other = ''] = await load(['https://x.co']);
    const calls = await org.calls(async () => expect(await found('x.co')).toEqual([other]));
    expect(calls).toBe(1);
  });

  it('somebody’s page on a network is no website of the network', async () => {
    await load([
      'https://www.linkedin.com/company/fabrikam',
      'facebook.com/fabrikam',
      'https://xing.com/?p=1',
    ]);
    const [id = ''] = await load(['https://www.linkedin.com/']);
    expect(await found('linkedin.com')).toEqual([id]);
    expect(await found('facebook.com')).toEqual([]);
    expect(await found('xing.com')).toEqual([]);
  });

  it('finds people beside many who share an address', async () => {
    const person = (Email: string) => ({
      ...{ attributes: { type: 'Contact' }, LastName: 'Moss', Email, OwnerId: org.ann.id },
    });
    await org.load(...Array.from({ length: MANY }, () => person('desk@fabrikam.example')));
    await org.load(person('moss@fabrikam.example'));
    const addresses = ['desk@fabrikam.example', 'moss@fabrikam.example'];
    const { contacts } = await org.asAnn.correspondents({ addresses, domains: [], kinds: ['contact'] });
    expect([...contacts].map(([address, { length }]) => [address, length]).sort()).toEqual([
      [addresses[0], MANY],
      [addresses[1], 1],
    ]);
  });
});
