import { leaveActivities } from '../activities/subjectChanges.ts';
import { leaveEmails } from '../email/subjectChanges.ts';
import { leaveFiles } from '../files/leaving.ts';
import type { Row } from '../store/row.ts';
import type { RemoveContext } from './behaviour.ts';

/** What becomes of the activities, e-mails and files of a deleted record. */
export function leaveRecord(removed: Row, context: RemoveContext): void {
  leaveActivities(removed, context);
  leaveEmails(removed, context);
  leaveFiles(removed, context);
}
