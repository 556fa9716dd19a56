import type { CrmWritten } from '../../connectors/connector.ts';
import type { Item } from '../../db/items.ts';
import { isLocked } from '../../sync/activities/attendees.ts';
import { baseAfterSending } from '../../sync/items/bases.ts';
import { differing, filled, isBlank, pick, sameValue, withFields } from '../../sync/items/compare.ts';
import { hasExactCategories, isOurs } from '../../sync/items/rules.ts';
import { isRecordKind, KIND_OF } from '../../sync/modules.ts';
import { type CrmRecord, FIELDS, type Field, type Fields, type MailboxItem } from '../../sync/record.ts';
import { afterWrite } from '../../sync/rewrites.ts';
import { AGAIN, CLEAR, healthy, type Plan } from './plan.ts';
import { recordKey } from './sides.ts';
import type { Case, Planning } from './work.ts';

/** Plans the record that is made of an item. */
export function planCreate(
  work: Planning,
  one: Case,
  item: Item,
  person: MailboxItem,
  accountId: string | null,
): Plan {
  const { nowMs } = work.step;
  const kind = KIND_OF[work.module];
  const given = filled(person.fields);
  const isGiven = (field: Field) =>
    work.rules.crmFields.has(field) && !isOurs(field) && !(field === 'company' && kind === 'contact');
  const fields = pick(given, FIELDS.filter(isGiven));
  const key = recordKey(work, person.itemId);
  return {
    one,
    item,
    intent: {
      target: 'crm',
      module: work.module,
      key,
      sourceId: person.itemId,
      containerId: null,
      payload: { fields, kind, shown: person.fields, meeting: person.meeting ?? null },
      deadlineAtMs: nowMs + work.crmCapabilities.lateCommitMs,
    },
    crmWrite: { op: 'create', kind, key, fields, accountId },
    events: [{ action: 'created', direction: 'to-crm', reason: 'The user made the item for the CRM.' }],
    // Once more as a partnership: category, and what the CRM added (company and address of the account).
    afterwards: AGAIN,
    onCrm: (current, written, carriedOut) => {
      const sent = sentToCrm(current, written, fields, nowMs);
      if (!isSettled(work, person, fields, written)) return sent;
      carriedOut.afterwards = CLEAR;
      return { ...sent, mailboxEtag: person.etag };
    },
  };
}

/** Nothing is left to write: an appointment that the CRM took as it is, and that cannot get the category. */
function isSettled(
  work: Planning,
  { meeting, categories }: MailboxItem,
  sent: Fields,
  { after }: CrmWritten,
): boolean {
  if (work.module !== 'appointments' || differing(sent, after.fields).length > 0) return false;
  if (hasExactCategories(categories, work.rules) || isLocked(meeting, work.rules.calendar)) return true;
  if (meeting?.type !== 'occurrence' || meeting.seriesId === null) return false;
  const isMarked = work.offeredSeries.has(meeting.seriesId);
  work.offeredSeries.add(meeting.seriesId);
  return isMarked;
}

/**
 * What the CRM holds beyond what was sent is a change of its own, to be shown in the mailbox. Where the user had
 * another wording that was not sent (the company, when the domain told the account), it counts as an edit that gives
 * way: it goes to the history.
 */
export function sentToCrm(
  item: Item,
  { after }: Pick<CrmWritten, 'after'>,
  sent: Fields,
  nowMs: number,
): Item {
  const untold = Object.fromEntries(Object.keys(after.fields).map(field => [field, null]));
  const agreed = Object.fromEntries(
    Object.entries(after.fields).filter(([field, value]) =>
      sameValue(field as Field, value, item.mailboxBase?.fields[field as Field]),
    ),
  );
  const shown = item.mailboxBase?.fields ?? {};
  const overruled = differing(shown, after.fields).filter(
    field => sent[field] === undefined && !isBlank(shown[field]) && !isBlank(after.fields[field]),
  );
  const linked: Item = {
    ...healthy(item),
    link: 'linked',
    adopted: false,
    mailboxBase: item.mailboxBase && {
      ...item.mailboxBase,
      fields: { ...shown, ...Object.fromEntries(overruled.map(field => [field, null])) },
    },
    crmKind: isRecordKind(after.ref.kind) ? after.ref.kind : item.crmKind,
    crmId: after.ref.id,
    crmParentId: after.accountId,
    crmModifiedAtMs: after.modifiedAtMs,
    mailboxEtag: null,
    crmBase: withFields(withFields(untold, agreed), baseAfterSending(sent, after.fields)),
    writes: afterWrite(item.writes, 'crm', sent, nowMs),
  };
  return withGuestsToSend(linked, sent, after);
}

/**
 * Who takes part is written after the record itself: where that failed or the process ended, whom the record does not name is
 * still to be sent, and was not taken out by anybody (CAL-5).
 */
function withGuestsToSend(item: Item, sent: Fields, { fields }: CrmRecord): Item {
  const { participants } = fields;
  if (sent.participants === undefined || participants === undefined || item.mailboxBase === null) return item;
  if (sameValue('participants', participants, sent.participants)) return item;
  return {
    ...item,
    mailboxBase: { ...item.mailboxBase, fields: withFields(item.mailboxBase.fields, { participants }) },
    crmBase: withFields(item.crmBase ?? {}, { participants }),
  };
}
