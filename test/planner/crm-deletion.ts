import { isBeginning } from '../../sync/items/compare.ts';
import { isActivity, MODULE_OF } from '../../sync/modules.ts';
import type { CrmRef, RecordKind } from '../../sync/record.ts';
import type { ItemInMailbox, PretendedMailbox } from './mailbox.ts';
import type { Pairing } from './pairing.ts';
import { type RecordInCrm, USER } from './record.ts';
import type { Surroundings } from './surroundings.ts';
import { FIELDS } from './systems.ts';
import { Violation } from './violation.ts';

/**
 * Only what its user took out of the mailbox, whoever was only invited to it never; what is cancelled, by who leads; and
 * what is private where the policy says so (CAL-1, CAL-2, POL-17). What users did after our look we could not know.
 */
export function judgeCrmDeletion(
  ref: CrmRef,
  record: RecordInCrm | null,
  pairing: Pairing,
  mailbox: PretendedMailbox,
  around: Surroundings,
): void {
  const module = MODULE_OF[ref.kind as RecordKind];
  const rules = pairing.rulesOf(module);
  const [entry] = pairing.ledger.itemsOf([], [ref.id]);
  const item = mailbox.items.get(entry?.mailboxItemId ?? '');
  const isPartner = entry?.link === 'linked' || (entry?.link === 'away' && item?.meeting?.isCancelled);
  if (!isActivity(module) || !record || !item || !isPartner)
    throw new Violation('evidence', `${ref.id} is deleted in the CRM`);
  if (rules.direction !== 'both') throw new Violation('direction', `${module} go to the mailbox only`);
  if (record.told?.editable === false && !record.editable)
    throw new Violation('direction', `${ref.id} may not be edited by this user, and says so`);
  noteSuperseded(item, record, mailbox, around);
  if (record.deleted || record.changedTick > record.readTick) return;
  if (record.ownerId !== USER) throw new Violation('evidence', `${ref.id} is somebody else's and is deleted`);
  if (item.changedTick > item.readTick && !item.dead) return;
  const isPrivate = rules.calendar.private === 'skip' && item.fields.privacy === 'private';
  if (!isPrivate && !isOver(item))
    throw new Violation('evidence', `${ref.id} is deleted, ${item.id} says nothing of it`);
}

function isOver({ meeting, dead }: ItemInMailbox): boolean {
  return meeting?.isOrganizer === false ? meeting.isCancelled : dead;
}

/** Who deletes what the mailbox shows the beginning of deletes all of it. */
function noteSuperseded(
  { dead, fields }: ItemInMailbox,
  record: RecordInCrm,
  mailbox: PretendedMailbox,
  { authorship }: Surroundings,
): void {
  for (const field of dead ? FIELDS : []) {
    const value = record.fields[field] ?? '';
    if (mailbox.cuts(field, value) && isBeginning(fields[field], value)) authorship.carried(record.id, field);
  }
}
