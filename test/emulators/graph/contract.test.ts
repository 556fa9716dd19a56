import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import contract from '../../../emulators/graph/contract/outlook-v1.0.json' with { type: 'json' };
import { startTenant, type TenantUnderTest } from './tenant-under-test.ts';

type Definition = { base?: string; props: Record<string, string> };
const types = contract.types as Record<string, Definition>;

function propertiesOf(name: string): string[] {
  const { base, props } = types[`microsoft.graph.${name}`]!;
  const inherited = base ? propertiesOf(base.replace('microsoft.graph.', '')) : [];
  return [...inherited, ...Object.keys(props)].sort();
}

let tenant: TenantUnderTest;
beforeAll(async () => {
  tenant = await startTenant();
  await tenant.call('POST', '/users/ada@example.com/contacts', { body: {} });
  await tenant.call('POST', '/users/ada@example.com/contactFolders', { body: { displayName: 'CRM' } });
  await tenant.call('POST', '/users/ada@example.com/outlook/masterCategories', {
    body: { displayName: 'CRM' },
  });
});
afterAll(() => tenant.close());

describe('answers have exactly the properties of the contract', () => {
  it.each([
    ['contact', '/users/ada@example.com/contacts'],
    ['contactFolder', '/users/ada@example.com/contactFolders'],
    ['mailFolder', '/users/ada@example.com/mailFolders'],
    ['outlookCategory', '/users/ada@example.com/outlook/masterCategories'],
    ['timeZoneInformation', '/users/ada@example.com/outlook/supportedTimeZones'],
  ])('%s', async (type, path) => {
    const { body } = await tenant.call('GET', path);
    const names = Object.keys(body.value[0]).filter(name => !name.startsWith('@'));
    expect(names.sort()).toEqual(propertiesOf(type));
  });

  it('mailboxSettings', async () => {
    const { body } = await tenant.call('GET', '/users/ada@example.com/mailboxSettings');
    expect(
      Object.keys(body)
        .filter(name => !name.startsWith('@'))
        .sort(),
    ).toEqual(propertiesOf('mailboxSettings'));
  });

  it('user, when all are selected', async () => {
    const all = propertiesOf('user').filter(name => name !== 'mailboxSettings');
    const { body } = await tenant.call('GET', `/users/ada@example.com?$select=${all.join(',')}`);
    expect(
      Object.keys(body)
        .filter(name => !name.startsWith('@'))
        .sort(),
    ).toEqual(all);
  });
});
