import type { z } from 'zod';
import { convertActivities, moveActivities } from '../activities/subjectChanges.ts';
import { moveEmails } from '../email/subjectChanges.ts';
import type { Emulator } from '../emulator.ts';
import { failure } from '../failure.ts';
import type { Org } from '../org.ts';
import { canonicalId } from '../recordId.ts';
import { recycle } from '../records/recycle.ts';
import { type Acting, systemOf, systemSave } from '../records/save.ts';
import { writeRow } from '../records/write.ts';
import { type Row, text, type Value } from '../store/row.ts';
import type { convertInput, hardDeleteInput, mergeInput, touchInput } from './inputs.ts';
import { systemActing, typeOf } from './load.ts';

function liveRow(org: Org, object: string, id: string): Row {
  const row = org.store.table(object).get(canonicalId(id) ?? '');
  if (row === undefined || row.IsDeleted === true) throw failure('NOT_FOUND', `There is no ${object} ${id}`);
  return row;
}

const CONTACT_FIELDS = [
  'Salutation',
  'FirstName',
  'LastName',
  'Title',
  'Email',
  'Phone',
  'MobilePhone',
  'Fax',
  'LeadSource',
  'Description',
];
const ADDRESS_PARTS = ['Street', 'City', 'State', 'PostalCode', 'Country'];

function valuesOf(row: Row, fields: readonly string[]): Record<string, Value> {
  return Object.fromEntries(
    fields.flatMap(field => (row[field] === undefined ? [] : [[field, row[field] as Value]])),
  );
}

function convertedContact(acting: Acting, lead: Row, accountId: string): Row {
  const address = ADDRESS_PARTS.map(part => [`Mailing${part}`, lead[part] ?? null]);
  const values = {
    ...valuesOf(lead, CONTACT_FIELDS),
    ...Object.fromEntries(address),
    AccountId: accountId,
    OwnerId: text(lead, 'OwnerId'),
  };
  return systemSave(acting, typeOf(acting.org, 'Contact'), undefined, values);
}

function convertedOpportunity(acting: Acting, lead: Row, accountId: string): Row {
  const values = {
    Name: text(lead, 'Company'),
    AccountId: accountId,
    OwnerId: text(lead, 'OwnerId'),
    StageName: 'Prospecting',
    CloseDate: acting.org.now().slice(0, 10),
  };
  return systemSave(acting, typeOf(acting.org, 'Opportunity'), undefined, values);
}

/** What a user does with *Convert*: account and contact are the given ones or new, the lead is closed and points to them. */
export function convert(emulator: Emulator, input: z.infer<typeof convertInput>): object {
  const { org } = emulator;
  const acting = systemActing(org);
  const lead = liveRow(org, 'Lead', input.leadId);
  if (lead.IsConverted === true)
    throw failure('INVALID_INPUT', `The lead ${input.leadId} is already converted`);
  const given = input.contactId === undefined ? undefined : liveRow(org, 'Contact', input.contactId);
  const knownAccount = input.accountId ?? (given && text(given, 'AccountId')) ?? undefined;
  const account =
    knownAccount === undefined
      ? systemSave(acting, typeOf(org, 'Account'), undefined, {
          Name: text(lead, 'Company'),
          OwnerId: text(lead, 'OwnerId'),
        })
      : liveRow(org, 'Account', knownAccount);
  const contact = given ?? convertedContact(acting, lead, account.Id);
  const opportunity = input.opportunity ? convertedOpportunity(acting, lead, account.Id) : undefined;
  systemSave(acting, typeOf(org, 'Lead'), lead.Id, {
    IsConverted: true,
    Status: 'Closed - Converted',
    ConvertedDate: org.now().slice(0, 10),
    ConvertedAccountId: account.Id,
    ConvertedContactId: contact.Id,
    ConvertedOpportunityId: opportunity?.Id ?? null,
  });
  const system = systemOf(acting);
  moveEmails({ org, system }, lead.Id, contact.Id);
  convertActivities({ org, system }, lead.Id, contact.Id, opportunity?.Id ?? account.Id);
  return { accountId: account.Id, contactId: contact.Id, opportunityId: opportunity?.Id ?? null };
}

/** References to a merge's loser lead to the winner afterwards. */
function repoint(acting: Acting, object: string, from: string, to: string): void {
  const type = typeOf(acting.org, object);
  for (const child of type.children) {
    const childType = typeOf(acting.org, child.childObject);
    for (const row of acting.org.store.table(child.childObject).withValue(child.field, from))
      if (row.IsDeleted !== true) systemSave(acting, childType, row.Id, { [child.field]: to });
  }
}

/** What a user does with *Merge*: empty fields of the master are filled, the losers are deleted and name it. */
export function merge(emulator: Emulator, input: z.infer<typeof mergeInput>): object {
  const { org } = emulator;
  const acting = systemActing(org);
  const type = typeOf(org, input.object);
  const master = liveRow(org, input.object, input.masterId);
  for (const loserId of input.loserIds) {
    const loser = liveRow(org, input.object, loserId);
    if (loser.Id === master.Id) throw failure('INVALID_INPUT', 'A record cannot be merged with itself');
    const current = liveRow(org, input.object, master.Id);
    const gaps = [...type.fields.values()]
      .filter(field => field.updateable && (current[field.name] ?? null) === null)
      .map(field => field.name);
    moveActivities({ org, system: systemOf(acting) }, loser.Id, master.Id);
    repoint(acting, input.object, loser.Id, master.Id);
    recycle(acting, type, loser, { MasterRecordId: master.Id });
    systemSave(acting, type, master.Id, valuesOf(loser, gaps));
  }
  return { id: master.Id, mergedRecordIds: input.loserIds };
}

/** A write of the system's own: SystemModstamp moves, content and LastModifiedDate stay. */
export function touch(emulator: Emulator, input: z.infer<typeof touchInput>): object {
  const { org } = emulator;
  for (const given of input.ids) {
    const type = org.schema.byKeyPrefix(given.slice(0, 3));
    const row = type && org.store.table(type.name).get(canonicalId(given) ?? '');
    if (type === undefined || row === undefined) throw failure('NOT_FOUND', `There is no record ${given}`);
    writeRow(org, type, { ...row, SystemModstamp: org.now() });
  }
  return { touched: input.ids };
}

/** Removes records past the recycle bin, as after 15 days or by *Empty Recycle Bin*. */
export function hardDelete(emulator: Emulator, input: z.infer<typeof hardDeleteInput>): object {
  const { org } = emulator;
  const removed = input.ids.filter(given => {
    const id = canonicalId(given);
    const type = id === undefined ? undefined : org.schema.byKeyPrefix(id.slice(0, 3));
    if (id === undefined || type === undefined || org.store.table(type.name).get(id) === undefined)
      return false;
    org.store.remove(type.name, id);
    return true;
  });
  return { removed };
}
