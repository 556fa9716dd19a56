import type { Violation } from '../module.ts';
import { nameOf } from './scene.ts';
import type { View } from './view.ts';
import { type Work, workOf } from './work.ts';

/** Invariant 13: nobody's mailbox holds other users' people, and a read-only side is not written. */
export function trespasses(view: View): Violation[] {
  const work = workOf(view.writes);
  return [...strangers(view, work), ...againstDirection(view, work)].map(text => ({ invariant: 13, text }));
}

function strangers({ mailboxes, memory }: View, { made }: Work): string[] {
  return made.flatMap(({ mailbox, person, pairingId, recordId }) => {
    const view = mailboxes.find(one => one.mailbox === mailbox);
    const owners = memory.owners.get(recordId);
    if (view?.pairing.id === pairingId && (owners?.has(view.crmUserId) ?? true)) return [];
    return [`${person}, whom ${nameOf(mailbox)} never owned, was put into that mailbox`];
  });
}

/** Whom mail makes in the CRM, an option of its own allows (POL-21). */
function againstDirection({ policy, others }: View, { records }: Work): string[] {
  const isReadOnly = { Contact: policy.modules.contacts, Lead: policy.modules.leads };
  return records
    .filter(({ object, recordId }) => isReadOnly[object].direction === 'to-mailbox' && !others.has(recordId))
    .map(
      ({ object, recordId, method, body }) =>
        `${object} ${recordId} is read-only, and got ${method} ${JSON.stringify(body)}`,
    );
}
