import { mayModifyAll } from '../access/permissions.ts';
import { failure } from '../failure.ts';
import type { Behaviour } from './behaviour.ts';
import { leaveRecord } from './leaving.ts';
import { composeName } from './personName.ts';

/** A converted lead is history: only an administrator still changes it. */
export const lead: Behaviour = {
  beforeSave(draft, { org, user, previous, isSystem }) {
    if (previous?.IsConverted === true && !isSystem && !mayModifyAll(org, user))
      throw failure('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', []);
    composeName(draft);
  },
  afterRemove: leaveRecord,
  cascade: [['Attachment', 'ParentId']],
};
