import { findIana } from 'windows-iana';
import { isIanaZone } from './iana.ts';

export type ZoneSource = 'policy' | 'crm' | 'mailbox' | 'fallback' | 'utc';

export interface ZoneChoice {
  timeZone: string;
  source: ZoneSource;
  /** Why this one, naming every zone that was given but is not known. */
  reason: string;
}

export interface ZoneQuestion {
  schedule: { timeZone: string; fallbackTimeZone: string };
  crmUserZone?: string | null | undefined;
  mailboxZone?: string | null | undefined;
}

/** The IANA zone of an IANA or Windows name (Exchange answers with either), or undefined if nobody knows it. */
export function knownZone(name: string): string | undefined {
  if (isIanaZone(name)) return name;
  return findIana(name).find(isIanaZone);
}

/** POL-5: the policy's zone if it names one, else the CRM user's, the mailbox's, the policy's fallback, UTC. */
export function resolveTimeZone({ schedule, crmUserZone, mailboxZone }: ZoneQuestion): ZoneChoice {
  const named = schedule.timeZone === 'user' ? undefined : schedule.timeZone;
  const candidates: [ZoneSource, string, string | null | undefined][] = [
    ['policy', "the policy's time zone", named],
    ['crm', "the CRM user's time zone", crmUserZone],
    ['mailbox', "the mailbox's time zone", mailboxZone],
    ['fallback', "the policy's fallback time zone", schedule.fallbackTimeZone],
    ['utc', 'no usable time zone, so UTC', 'UTC'],
  ];
  const unknown: string[] = [];
  for (const [source, words, name] of candidates) {
    if (!name) continue;
    const timeZone = knownZone(name);
    if (timeZone) return { timeZone, source, reason: [words, ...unknown].join('; ') };
    unknown.push(`${words} "${name}" is not known`);
  }
  throw new Error('UTC is always known');
}
