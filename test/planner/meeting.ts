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

export type Convening = 'decline item' | 'cancel item' | 'invite item';

/** Who is invited declines, or hears that it is cancelled; who has called it adds people. Null where that cannot be. */
export function reconvened(deed: Convening, meeting: Meeting | undefined): Meeting | null {
  if (!meeting || meeting.isOrganizer !== (deed === 'invite item')) return null;
  if (deed === 'decline item') return { ...meeting, response: 'declined' };
  return deed === 'cancel item' ? { ...meeting, isCancelled: true } : { ...meeting, hasAttendees: true };
}
