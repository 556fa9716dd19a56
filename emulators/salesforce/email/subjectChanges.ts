import type { SystemWriter } from '../objects/behaviour.ts';
import type { Org } from '../org.ts';
import type { Row } from '../store/row.ts';

interface Changing {
  readonly org: Org;
  readonly system: SystemWriter;
}

function relationsTo(org: Org, personId: string): Row[] {
  return org.store
    .table('EmailMessageRelation')
    .withValue('RelationId', personId)
    .filter(relation => relation.IsDeleted !== true);
}

/** E-mails outlive what they are about: the address of a deleted person stays, without the person. */
export function leaveEmails(removed: Row, { org, system }: Changing): void {
  for (const message of org.store.table('EmailMessage').withValue('RelatedToId', removed.Id))
    if (message.IsDeleted !== true) system.save('EmailMessage', message.Id, { RelatedToId: null });
  for (const relation of relationsTo(org, removed.Id))
    system.save('EmailMessageRelation', relation.Id, { RelationId: null });
}

/** E-mails of a converted lead are those of its contact. */
export function moveEmails({ org, system }: Changing, from: string, to: string): void {
  for (const relation of relationsTo(org, from))
    system.save('EmailMessageRelation', relation.Id, { RelationId: to });
}
