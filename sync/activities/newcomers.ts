import type { Offer, OfferedItem } from '../items/offer.ts';
import type { ItemRules } from '../items/rules.ts';
import type { Meeting } from '../record.ts';

/** What an event or a task of the mailbox needs to become a record (CAL-1, POL-16, POL-17, PAIR-6). */
export function considerActivity({ fields, meeting }: OfferedItem, rules: ItemRules): Offer {
  if (fields.status === 'completed')
    return leave('completed', 'The task was completed before it was offered to the CRM.', 'Reopen the task.');
  const offer = meeting ? considerMeeting(meeting, rules) : null;
  if (offer) return offer;
  if (fields.privacy === 'private' && rules.calendar.private === 'skip')
    return leave(
      'private',
      'The policy does not synchronize private appointments.',
      'Take the privacy off in Outlook, or let the policy hide private appointments in the CRM.',
    );
  return { type: 'send', module: rules.module };
}

function considerMeeting({ isCancelled, response, type }: Meeting, { calendar }: ItemRules): Offer | null {
  if (isCancelled) return leave('cancelled', 'The organizer has cancelled the meeting.');
  if (response === 'declined')
    return leave('declined', 'The user has declined the invitation.', 'Accept it in Outlook.');
  if (calendar.recurrence === 'off' && type !== 'single')
    return leave(
      'recurrence_off',
      'The policy does not synchronize recurring appointments.',
      'Choose a form of recurrence in a new policy.',
    );
  return null;
}

function leave(code: string, reason: string, fix?: string): Offer {
  return { type: 'leave', code, reason, ...(fix === undefined ? {} : { fix }) };
}
