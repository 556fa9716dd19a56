import { sql } from 'kysely';
import type { Transaction } from './transaction.ts';

/** A claim older than this is nobody's: its record was looked up, or its attempt is long over. */
const CLAIM_LIFE_MS = 15 * 60_000;

export interface ClaimKey {
  readonly connectionId: string;
  readonly kind: string;
  readonly keyHash: string;
}

/**
 * Takes the right to create one person in one CRM (ARCHITECTURE.md section 5); true when it is this pairing's.
 * Abandoned claims pass on: the caller has looked the person up before it asks. `ownRestMs`: how long an attempt of this
 * very pairing, which may still take effect, keeps it from another one.
 */
export async function takeClaim(
  tx: Transaction,
  claim: ClaimKey,
  pairingId: string,
  nowMs: number,
  ownRestMs = 0,
): Promise<boolean> {
  const isRested = sql<boolean>`(${ownRestMs} = 0 or claims.claimed_at <= ${new Date(nowMs - ownRestMs)})`;
  const taken = await tx
    .insertInto('claims')
    .values({
      connection_id: claim.connectionId,
      kind: claim.kind,
      key_hash: claim.keyHash,
      pairing_id: pairingId,
      crm_id: null,
      claimed_at: new Date(nowMs),
    })
    .onConflict(conflict =>
      conflict
        .columns(['connection_id', 'kind', 'key_hash'])
        .doUpdateSet({ pairing_id: pairingId, crm_id: null, claimed_at: new Date(nowMs) })
        .where(where =>
          where.or([
            where.and([where('claims.pairing_id', '=', pairingId), isRested]),
            where('claims.claimed_at', '<', new Date(nowMs - CLAIM_LIFE_MS)),
          ]),
        ),
    )
    .returning('pairing_id')
    .executeTakeFirst();
  return taken?.pairing_id === pairingId;
}

/** Nothing was made, and nothing will be: whoever wants the person next may make it at once. */
export async function releaseClaim(tx: Transaction, claim: ClaimKey, pairingId: string): Promise<void> {
  await tx
    .deleteFrom('claims')
    .where('connection_id', '=', claim.connectionId)
    .where('kind', '=', claim.kind)
    .where('key_hash', '=', claim.keyHash)
    .where('pairing_id', '=', pairingId)
    .execute();
}
