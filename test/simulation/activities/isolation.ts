import type { Violation } from '../module.ts';
import type { ActivityModule } from './thing.ts';
import { nameOf, type View } from './view.ts';

/** Invariant 13: nobody's mailbox gets what others have, and a read-only side is not written. */
export function trespasses(view: View, modules: readonly ActivityModule[]): Violation[] {
  return [...strangers(view), ...againstDirection(view, modules)].map(text => ({ invariant: 13, text }));
}

function strangers({ work, mailboxes, memory }: View): string[] {
  return work.made.flatMap(({ mailbox, name, pairingId, recordId }) => {
    const view = mailboxes.find(one => one.mailbox === mailbox);
    const audience = memory.audience.get(recordId);
    if (view?.pairing.id === pairingId && (audience?.has(view.crmUserId) ?? true)) return [];
    return [`${name}, which was never ${nameOf(mailbox)}'s, was put into that mailbox`];
  });
}

/** A mailbox makes records of the first of these modules. */
function againstDirection({ work, policy }: View, modules: readonly ActivityModule[]): string[] {
  if (modules.some(module => policy.modules[module].direction !== 'to-mailbox')) return [];
  return work.records.map(
    ({ recordId, method, body }) => `${recordId} is read-only, and got ${method} ${JSON.stringify(body)}`,
  );
}
