import type { Behaviour } from './behaviour.ts';

const ACTIVITIES = [
  ['Event', 'WhatId'],
  ['Task', 'WhatId'],
] as const;

/** Contacts, opportunities and cases go with their account. */
export const account: Behaviour = {
  cascade: [
    ['Contact', 'AccountId'],
    ['Opportunity', 'AccountId'],
    ['Case', 'AccountId'],
    ['Attachment', 'ParentId'],
    ...ACTIVITIES,
  ],
};
