import type { Transaction } from './transaction.ts';

/** A claim older than this is nobody's: its record was looked up, or its attempt is long over. */
const CLAIM_LIFE_MS = 15 * 60_000;

export interface ClaimKey {
  readonly connectionId: string;
  readonly kind: string;
  readonly keyHash: string;
}

export interface Claimant {
  readonly pairingId: string;
  /** The longest time a request to the CRM can still take effect after it was sent. */
  readonly lateCommitMs: number;
  /** Nothing else keeps an attempt that got no answer from being made twice; items have intents for that. */
  readonly isGuard: boolean;
}

/**
 * Takes the right to create one person in one CRM (ARCHITECTURE.md section 5); true when it is this pairing's.
 * Abandoned claims pass on, and so do the pairing's own: at once from item to item, else when an attempt is over. The
 * caller has looked the person up before it asks.
 */
export async function takeClaim(
  tx: Transaction,
  claim: ClaimKey,
  { pairingId, lateCommitMs, isGuard }: Claimant,
  nowMs: number,
): Promise<boolean> {
  const held = { pairing_id: pairingId, is_guard: isGuard, claimed_at: new Date(nowMs) };
  const taken = await tx
    .insertInto('claims')
    .values({
      connection_id: claim.connectionId,
      kind: claim.kind,
      key_hash: claim.keyHash,
      ...held,
    })
    .onConflict(conflict =>
      conflict
        .columns(['connection_id', 'kind', 'key_hash'])
        .doUpdateSet(held)
        .where(where => {
          const isOver = where('claims.claimed_at', '<=', new Date(nowMs - lateCommitMs));
          const isKnown = where.and([where('claims.is_guard', '=', false), where.val(!isGuard)]);
          return where.or([
            where.and([where('claims.pairing_id', '=', pairingId), where.or([isOver, isKnown])]),
            where('claims.claimed_at', '<', new Date(nowMs - CLAIM_LIFE_MS)),
          ]);
        }),
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
