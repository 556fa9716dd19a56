import { activityOf, checkNotRelated, checkParents } from '../activities/checks.ts';
import { TASK } from '../activities/kinds.ts';
import { adoptSubject, refreshActivity, releaseSubject } from '../activities/relations.ts';
import { accountOfRelation, isPerson } from '../activities/subject.ts';
import { text } from '../store/row.ts';
import type { Behaviour } from './behaviour.ts';

export const taskRelation: Behaviour = {
  beforeSave(draft, context) {
    if (text(draft, 'TaskId') === null || text(draft, 'RelationId') === null) return;
    const task = activityOf(draft, TASK, context);
    draft.IsWhat = !isPerson(context.org, text(draft, 'RelationId'));
    checkNotRelated(draft, TASK, task, context);
    if (context.previous === undefined) checkParents(draft, TASK, task, context);
    draft.AccountId = accountOfRelation(context.org, text(draft, 'RelationId'));
  },
  afterSave(row, context) {
    adoptSubject(context, TASK, row);
    refreshActivity(context, TASK, text(row, 'TaskId') ?? '');
  },
  afterRemove(row, context) {
    releaseSubject(context, TASK, row);
    refreshActivity(context, TASK, text(row, 'TaskId') ?? '');
  },
};
