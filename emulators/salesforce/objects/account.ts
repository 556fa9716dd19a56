import type { Behaviour } from './behaviour.ts';
import { leaveRecord } from './leaving.ts';

/** Contacts, opportunities and cases go with their account. */
export const account: Behaviour = {
  afterRemove: leaveRecord,
  cascade: [
    ['Contact', 'AccountId'],
    ['Opportunity', 'AccountId'],
    ['Case', 'AccountId'],
    ['Attachment', 'ParentId'],
  ],
};
