import { leaveActivities } from '../activities/subjectChanges.ts';
import type { Behaviour } from './behaviour.ts';

/** Contacts, opportunities and cases go with their account. */
export const account: Behaviour = {
  afterRemove: leaveActivities,
  cascade: [
    ['Contact', 'AccountId'],
    ['Opportunity', 'AccountId'],
    ['Case', 'AccountId'],
    ['Attachment', 'ParentId'],
  ],
};
