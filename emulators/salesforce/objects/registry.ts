import { leaveActivities } from '../activities/subjectChanges.ts';
import type { ObjectType } from '../schema/types.ts';
import { account } from './account.ts';
import type { Behaviour } from './behaviour.ts';
import { contact } from './contact.ts';
import { event } from './event.ts';
import { eventRelation } from './eventRelation.ts';
import { lead } from './lead.ts';
import { task } from './task.ts';
import { taskRelation } from './taskRelation.ts';
import { user } from './user.ts';

/** Records that activities are about, and that do nothing else of their own. */
const subject: Behaviour = { afterRemove: leaveActivities };

/** One line per object that does more than its fields say. */
const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  Account: account,
  Case: subject,
  Contact: contact,
  Event: event,
  EventRelation: eventRelation,
  Lead: lead,
  Opportunity: subject,
  Quote: subject,
  Task: task,
  TaskRelation: taskRelation,
  User: user,
};

export function behaviourOf(type: ObjectType): Behaviour | undefined {
  return BEHAVIOURS[type.name] ?? (type.custom ? subject : undefined);
}
