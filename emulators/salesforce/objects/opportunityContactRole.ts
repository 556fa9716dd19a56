import { text } from '../store/row.ts';
import type { Behaviour } from './behaviour.ts';

/** An opportunity has one primary contact: the latest that was made so. */
export const opportunityContactRole: Behaviour = {
  afterSave(row, { org, system }) {
    if (row.IsPrimary !== true) return;
    const opportunityId = text(row, 'OpportunityId') ?? '';
    for (const other of org.store.table('OpportunityContactRole').withValue('OpportunityId', opportunityId))
      if (other.Id !== row.Id && other.IsPrimary === true && other.IsDeleted !== true)
        system.save('OpportunityContactRole', other.Id, { IsPrimary: false });
    const opportunity = org.store.table('Opportunity').get(opportunityId);
    if (opportunity !== undefined)
      system.amend('Opportunity', opportunity, { ContactId: text(row, 'ContactId') });
  },
};
