import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import type { Route } from '../../protocol/router.ts';

const READ = ['Calendars.ReadBasic', 'Calendars.Read', 'Calendars.ReadWrite'];
const WRITE = ['Calendars.ReadWrite'];

/** A route of the calendar: whoever may only read may only GET. */
export const calendarRoute = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  pattern: string,
  handle: (call: MailboxCall) => GraphResponse,
): Route => ({ method, pattern, level: 'mailbox', roles: method === 'GET' ? READ : WRITE, handle });
