import type { Behaviour } from './behaviour.ts';
import { leaveRecord } from './leaving.ts';
import { composeName } from './personName.ts';

export const contact: Behaviour = {
  beforeSave(draft, { previous }) {
    composeName(draft);
    if (draft.Email !== previous?.Email) {
      draft.EmailBouncedDate ??= null;
      draft.IsEmailBounced = draft.EmailBouncedDate !== null;
    }
  },
  afterRemove: leaveRecord,
  cascade: [
    ['OpportunityContactRole', 'ContactId'],
    ['Attachment', 'ParentId'],
  ],
};
