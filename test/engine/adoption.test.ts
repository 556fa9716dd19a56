import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PairingInput } from '../../workflows/messages.ts';
import { CATEGORY, openWorld, type World } from './world.ts';

const ANN = 'ann@contoso.example';
const EVE = 'Eve Adams eve@fabrikam.example';
const inOutlook = {
  givenName: 'Eve',
  surname: 'Adams',
  emailAddresses: [{ address: 'eve@fabrikam.example', name: 'Eve' }],
};
const inCrm = { FirstName: 'Eve', LastName: 'Adams', Email: 'eve@fabrikam.example' };

describe('PAIR-7: a person whom both sides have by themselves', () => {
  let world: World;
  let pairing: PairingInput;

  beforeEach(async () => {
    world = await openWorld();
    pairing = await world.pair(ANN);
  });
  afterEach(() => world.close());

  async function isOneOnBothSides(): Promise<void> {
    await world.sync(pairing);
    await world.sync(pairing);
    expect(await world.people(ANN)).toEqual({ mailbox: [EVE], crm: [EVE] });
    expect((await world.sync(pairing)).note).toBe('nothing to do');
  }

  it('is linked by the first cycle', async () => {
    await world.outlook(ANN).addContact(inOutlook);
    await world.crm(ANN).create('Contact', [inCrm]);
    await isOneOnBothSides();
  });

  it('is linked when the user enters it on both sides between two cycles', async () => {
    await world.sync(pairing);
    const folder = await world.outlook(ANN).folder(CATEGORY);
    await world.outlook(ANN).addContact({ ...inOutlook, categories: [CATEGORY] }, folder ?? '');
    await world.crm(ANN).create('Contact', [inCrm]);
    await isOneOnBothSides();
  });
});
