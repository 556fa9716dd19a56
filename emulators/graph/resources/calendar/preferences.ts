import type { MailboxCall } from '../../protocol/exchange.ts';
import { appliedPreferences } from '../../protocol/preferences.ts';
import { ianaZone } from '../time-zones.ts';

/** The preferences of Outlook that an answer about events follows; an unknown zone is refused. */
export function outlookPreferences({ preferences }: MailboxCall): string[] {
  const { timeZone, bodyContentType } = preferences;
  if (timeZone !== undefined) ianaZone(timeZone);
  return [
    ...(timeZone === undefined ? [] : [`outlook.timezone="${timeZone}"`]),
    ...(bodyContentType ? [`outlook.body-content-type="${bodyContentType}"`] : []),
  ];
}

export const appliedOutlook = (call: MailboxCall): Record<string, string> =>
  appliedPreferences(call.preferences, outlookPreferences(call));
