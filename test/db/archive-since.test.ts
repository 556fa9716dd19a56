import { randomBytes } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { archiveSince } from '../../db/archive-since.ts';
import { newId } from '../../db/ids.ts';
import { changePolicy } from '../../db/policies.ts';
import { AT, later, pairing, policy, useWorld } from './world.ts';

const world = useWorld();
const HOUR_MS = 3_600_000;
const ARCHIVED = { inbox: { enabled: true } };

/** The pairing was made at `pairedMs` after the policy was switched on, half a second after a full one. */
function sinceOf(pairedMs: number): Promise<number> {
  return world.database.inOrganization(inOrganization, async tx => {
    const { id: policyId, version } = await policy(tx, ARCHIVED);
    await changePolicy(tx, policyId, {
      expectedVersion: version,
      enabled: true,
      actor: 'key_1',
      at: later(500),
    });
    const pairingId = await pairing(tx, policyId, `${newId('item', randomBytes)}@contoso.example`);
    await tx
      .updateTable('pairings')
      .set({ created_at: later(500 + pairedMs) })
      .where('id', '=', pairingId)
      .execute();
    return archiveSince(tx, { pairingId, policyId }, 'inbox');
  });
}

let inOrganization: string;
beforeAll(async () => {
  inOrganization = await world.organization();
});

test('POL-23: the second in which the policy was switched on counts, since mailboxes tell full seconds', async () => {
  expect(await sinceOf(-HOUR_MS)).toBe(AT.getTime());
});

test('PAIR-6: the second in which the pairing was made does not, since what was there before goes nowhere', async () => {
  expect(await sinceOf(HOUR_MS)).toBe(AT.getTime() + HOUR_MS + 1_000);
});
