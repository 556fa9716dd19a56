import { text } from '../store/row.ts';
import type { Behaviour } from './behaviour.ts';
import { leaveRecord } from './leaving.ts';

const NUMBER_DIGITS = 8;

/** A quote belongs to its opportunity, and through it to the account. */
export const quote: Behaviour = {
  beforeSave(draft, { org }) {
    const opportunity = org.store.table('Opportunity').get(text(draft, 'OpportunityId') ?? '');
    draft.QuoteNumber ??= String(org.nextNumber('QuoteNumber')).padStart(NUMBER_DIGITS, '0');
    draft.AccountId = opportunity === undefined ? null : text(opportunity, 'AccountId');
    draft.TotalPrice ??= 0;
    draft.GrandTotal ??= 0;
  },
  afterRemove: leaveRecord,
};
