import type { Meeting } from '../../sync/record.ts';
import type { MeetingRole } from './scenario.ts';

/** What an appointment is to others, as its copy in the user's calendar tells it. */
export function meetingOf(role: MeetingRole, who: number): Meeting {
  const isOrganizer = role === 'alone' || role === 'called';
  return {
    uid: uidOf(who),
    type: 'single',
    seriesId: null,
    originalStartMs: null,
    isOrganizer,
    organizer: isOrganizer ? 'user@contoso.example' : 'chair@fabrikam.example',
    hasAttendees: role !== 'alone',
    response: isOrganizer ? 'none' : 'accepted',
    isCancelled: false,
  };
}

/** The same in all calendars. */
export const uidOf = (who: number): string => `uid-${who}`;
