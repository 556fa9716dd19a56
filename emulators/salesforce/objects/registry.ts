import type { ObjectType } from '../schema/types.ts';
import { account } from './account.ts';
import { attachment } from './attachment.ts';
import type { Behaviour } from './behaviour.ts';
import { supportCase } from './case.ts';
import { contact } from './contact.ts';
import { contentDocument } from './contentDocument.ts';
import { contentDocumentLink } from './contentDocumentLink.ts';
import { contentVersion } from './contentVersion.ts';
import { emailMessage } from './emailMessage.ts';
import { emailMessageRelation } from './emailMessageRelation.ts';
import { event } from './event.ts';
import { eventRelation } from './eventRelation.ts';
import { lead } from './lead.ts';
import { leaveRecord } from './leaving.ts';
import { opportunity } from './opportunity.ts';
import { opportunityContactRole } from './opportunityContactRole.ts';
import { quote } from './quote.ts';
import { task } from './task.ts';
import { taskRelation } from './taskRelation.ts';
import { user } from './user.ts';

/** Records of custom objects: activities, e-mails and files may be about them. */
const customRecord: Behaviour = { afterRemove: leaveRecord, cascade: [['Attachment', 'ParentId']] };

/** One line per object that does more than its fields say. */
const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  Account: account,
  Attachment: attachment,
  Case: supportCase,
  Contact: contact,
  ContentDocument: contentDocument,
  ContentDocumentLink: contentDocumentLink,
  ContentVersion: contentVersion,
  EmailMessage: emailMessage,
  EmailMessageRelation: emailMessageRelation,
  Event: event,
  EventRelation: eventRelation,
  Lead: lead,
  Opportunity: opportunity,
  OpportunityContactRole: opportunityContactRole,
  Quote: quote,
  Task: task,
  TaskRelation: taskRelation,
  User: user,
};

export function behaviourOf(type: ObjectType): Behaviour | undefined {
  return BEHAVIOURS[type.name] ?? (type.custom ? customRecord : undefined);
}
