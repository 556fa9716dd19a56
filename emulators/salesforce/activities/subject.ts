import { failure } from '../failure.ts';
import type { Org } from '../org.ts';
import type { Draft } from '../records/validate.ts';
import { type Row, text } from '../store/row.ts';

const PEOPLE = new Set(['Contact', 'Lead']);

export function objectOfId(org: Org, id: string | null): string | undefined {
  return id === null ? undefined : org.schema.byKeyPrefix(id.slice(0, 3))?.name;
}

export const isPerson = (org: Org, id: string | null): boolean => PEOPLE.has(objectOfId(org, id) ?? '');

function rowOfId(org: Org, id: string | null): Row | undefined {
  const object = objectOfId(org, id);
  return object === undefined || id === null ? undefined : org.store.table(object).get(id);
}

/** An activity with a lead is about nothing else. */
export function checkSubject(org: Org, draft: Draft): void {
  if (objectOfId(org, text(draft, 'WhoId')) === 'Lead' && text(draft, 'WhatId') !== null)
    throw failure(
      'FIELD_INTEGRITY_EXCEPTION',
      'An activity whose Name ID is a lead cannot have a Related To ID: leave WhatId empty',
      ['WhatId'],
    );
}

/** Undefined when the object has no account of its own; null when it has none at the moment. */
function accountOfWhat(org: Org, whatId: string | null): string | null | undefined {
  const what = rowOfId(org, whatId);
  if (what === undefined) return undefined;
  const type = org.schema.byKeyPrefix(what.Id.slice(0, 3));
  if (type?.name === 'Account') return what.Id;
  if (type?.name === 'Opportunity') return text(what, 'AccountId');
  const field = type?.custom
    ? [...type.fields.values()].find(each => each.referenceTo.includes('Account'))
    : undefined;
  return field === undefined ? undefined : text(what, field.name);
}

function accountOfContact(org: Org, whoId: string | null): string | null {
  const who = rowOfId(org, whoId);
  return who !== undefined && objectOfId(org, whoId) === 'Contact' ? text(who, 'AccountId') : null;
}

const withFallback = (account: string | null | undefined, other: () => string | null): string | null =>
  account === undefined ? other() : account;

/** AccountId of an activity: by what it is about, else by its contact (object reference, Event). */
export const accountOfActivity = (org: Org, activity: Row): string | null =>
  withFallback(accountOfWhat(org, text(activity, 'WhatId')), () =>
    accountOfContact(org, text(activity, 'WhoId')),
  );

/** AccountId of a relation. */
export const accountOfRelation = (org: Org, relationId: string | null): string | null =>
  withFallback(accountOfWhat(org, relationId), () => accountOfContact(org, relationId));
