import { objectOfId } from '../activities/subject.ts';
import { failure } from '../failure.ts';
import type { Org } from '../org.ts';
import type { Draft } from '../records/validate.ts';
import { text } from '../store/row.ts';
import type { Behaviour, SaveContext } from './behaviour.ts';
import { leaveRecord } from './leaving.ts';

const FIRST_NUMBER = 1000;
const NUMBER_DIGITS = 8;

/** Fields of a case that repeat its contact's. */
const OF_CONTACT = [
  ['ContactEmail', 'Email'],
  ['ContactPhone', 'Phone'],
  ['ContactMobile', 'MobilePhone'],
  ['ContactFax', 'Fax'],
] as const;

function setNumber(draft: Draft, org: Org): void {
  draft.CaseNumber ??= String(FIRST_NUMBER + org.nextNumber('CaseNumber') - 1).padStart(NUMBER_DIGITS, '0');
}

function setStatus(draft: Draft, { org, previous }: SaveContext): void {
  const status = org.store.table('CaseStatus').withValue('ApiName', text(draft, 'Status') ?? '')[0];
  draft.IsClosed = status?.IsClosed === true;
  if (!draft.IsClosed) draft.ClosedDate = null;
  else if (previous?.IsClosed !== true) draft.ClosedDate = org.now();
  if (previous === undefined) draft.IsClosedOnCreate = draft.IsClosed;
}

/** A case has the account of its contact unless it names one. */
function followContact(draft: Draft, { org, given }: SaveContext): void {
  const contact = org.store.table('Contact').get(text(draft, 'ContactId') ?? '');
  if (contact !== undefined && given.has('ContactId') && !given.has('AccountId'))
    draft.AccountId = text(contact, 'AccountId');
  for (const [field, source] of OF_CONTACT)
    draft[field] = contact === undefined ? null : text(contact, source);
}

function checkOwner(draft: Draft, { org }: SaveContext): void {
  const ownerId = text(draft, 'OwnerId');
  if (objectOfId(org, ownerId) !== 'Group') return;
  if (org.store.table('Group').get(ownerId ?? '')?.Type !== 'Queue')
    throw failure('FIELD_INTEGRITY_EXCEPTION', `Owner ID: id value of incorrect type: ${ownerId}`, [
      'OwnerId',
    ]);
}

export const supportCase: Behaviour = {
  beforeSave(draft, context) {
    setNumber(draft, context.org);
    setStatus(draft, context);
    followContact(draft, context);
    checkOwner(draft, context);
  },
  afterRemove: leaveRecord,
  cascade: [
    ['EmailMessage', 'ParentId'],
    ['Attachment', 'ParentId'],
  ],
};
