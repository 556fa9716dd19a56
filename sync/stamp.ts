/** The ownership stamp on the product's root folder: who synchronizes this mailbox, and how often it was said (PAIR-5). */
export interface OwnershipStamp {
  readonly installationId: string;
  readonly pairingId: string;
  readonly counter: number;
}

export function formatStamp({ installationId, pairingId, counter }: OwnershipStamp): string {
  return `${installationId}:${pairingId}:${counter}`;
}

function parseStamp(text: string): OwnershipStamp | null {
  const [installationId, pairingId, counter, ...rest] = text.split(':');
  if (!installationId || !pairingId || !counter || rest.length > 0 || !/^\d{1,15}$/.test(counter))
    return null;
  return { installationId, pairingId, counter: Number(counter) };
}

export type StampVerdict =
  | { readonly verdict: 'ours' }
  /** Nobody's yet, or what a repair has to write again. */
  | { readonly verdict: 'missing' }
  /** Somebody else's, or ours from a later time than this database knows: it was restored or cloned. */
  | { readonly verdict: 'foreign'; readonly reason: string };

/** Whether the stamp found in the mailbox lets this pairing work there. */
export function judgeStamp(found: string | null, own: OwnershipStamp): StampVerdict {
  if (found === null) return { verdict: 'missing' };
  const stamp = parseStamp(found);
  if (!stamp)
    return { verdict: 'foreign', reason: 'The mailbox carries a mark that this version cannot read.' };
  if (stamp.installationId !== own.installationId)
    return { verdict: 'foreign', reason: 'Another installation synchronizes this mailbox.' };
  if (stamp.pairingId !== own.pairingId)
    return { verdict: 'foreign', reason: 'Another pairing of this installation synchronizes this mailbox.' };
  if (stamp.counter > own.counter)
    return {
      verdict: 'foreign',
      reason: 'This mailbox was synchronized by a later state of this database: it was restored or copied.',
    };
  return { verdict: 'ours' };
}
