import { activityKeys, matchActivity, subjectKey } from '../activities/match.ts';
import { isActivity } from '../modules.ts';
import { addressKeys, type Candidate, matchKeys, matchPerson } from '../people/match.ts';
import type { Fields, Module } from '../record.ts';

export type Match<T> =
  | { readonly type: 'one'; readonly candidate: T }
  | { readonly type: 'none' }
  | { readonly type: 'ambiguous'; readonly candidates: readonly T[] };

/** The ledger's code of what stays without a partner because nothing tells it apart (PAIR-7). */
export const AMBIGUOUS_CODE = 'ambiguous';

/** What an item of a module is recognised by on the other side (PAIR-7). */
export function keysToMatch(module: Module, fields: Fields): string[] {
  return isActivity(module) ? activityKeys(module, fields) : matchKeys(fields);
}

/** What an item is found by that has its partner. */
export function keysToFind(module: Module, fields: Fields): string[] {
  return isActivity(module) ? subjectKey(fields) : addressKeys(fields);
}

export function matchItem<T extends Candidate>(
  module: Module,
  fields: Fields,
  candidates: readonly T[],
): Match<T> {
  return isActivity(module) ? matchActivity(module, fields, candidates) : matchPerson(fields, candidates);
}
