import type { Violation } from '../module.ts';
import type { TakenOut } from './memory.ts';
import { OWNER } from './scene.ts';
import { nameOf, type View } from './view.ts';

/** Invariant 4: what a user took away after both sides had agreed never comes back by itself. */
export function resurrections(view: View): Violation[] {
  return [...backInMailbox(view), ...backInCrm(view)].map(text => ({ invariant: 4, text }));
}

function backInMailbox(view: View): string[] {
  const { memory, work } = view;
  return memory.takenOut.flatMap(taken =>
    work.made
      .filter(item => item.mailbox === taken.mailbox && item.recordId === taken.recordId)
      .filter(item => item.atMs > taken.atMs && !isRestored(view, taken))
      .map(
        () => `${taken.name}, ${taken.how} by ${nameOf(taken.mailbox)}, was made once more in that mailbox`,
      ),
  );
}

/** The deletion may not be written, or the record was edited meanwhile: then it comes back (POL-10, invariant 6). */
function isRestored({ ledger, mailboxes, policy, memory }: View, taken: TakenOut): boolean {
  const pairing = mailboxes.find(one => one.mailbox === taken.mailbox)?.pairing;
  const isReadOnly = Object.values(policy.modules).some(
    module => 'direction' in module && module.direction === 'to-mailbox',
  );
  const isEdited = memory.hasEdited(taken.name, OWNER);
  const restored = ledger.events.filter(({ action, atMs }) => action === 'restored' && atMs >= taken.atMs);
  return restored.some(({ entryId, code }) => {
    const entry = ledger.entries.find(({ id }) => id === entryId);
    if (entry?.pairingId !== pairing?.id || entry?.recordId !== taken.recordId) return false;
    return code === 'edited' ? isEdited : isReadOnly;
  });
}

function backInCrm({ memory, work }: View): string[] {
  const goneAtMs = (name: string, itemId: string) => [
    ...memory.takenOut.filter(taken => taken.itemId === itemId).map(({ atMs }) => atMs),
    ...memory.departures
      .filter(({ how, itemIds }) => how === 'deleted' && itemIds.includes(itemId))
      .filter(departure => departure.name === name)
      .map(({ atMs }) => atMs),
  ];
  const created = work.records.filter(({ method, name }) => method === 'POST' && name !== '');
  return created.flatMap(({ name, atMs }) => {
    const own = memory.ownItems.filter(item => item.name === name);
    const isAlive = own.some(
      ({ itemId }) =>
        goneAtMs(name, itemId).every(gone => gone >= atMs) ||
        memory.marked.some(mark => mark.itemId === itemId && mark.atMs <= atMs),
    );
    return isAlive ? [] : [`${name} was made in the CRM although no user has it any more`];
  });
}
