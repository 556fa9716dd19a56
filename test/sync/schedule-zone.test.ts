import { describe, expect, it } from 'vitest';
import { knownZone, resolveTimeZone } from '../../sync/schedule/zone.ts';

const user = { timeZone: 'user', fallbackTimeZone: 'America/Chicago' };

describe('POL-5 the time zone of the schedule', () => {
  it.each([
    [
      'the policy names one',
      { schedule: { ...user, timeZone: 'Asia/Tokyo' }, crmUserZone: 'Europe/Paris' },
      'Asia/Tokyo',
      'policy',
    ],
    [
      'the CRM user has one',
      { schedule: user, crmUserZone: 'Europe/Paris', mailboxZone: 'UTC' },
      'Europe/Paris',
      'crm',
    ],
    [
      'the CRM does not say',
      { schedule: user, crmUserZone: null, mailboxZone: 'GMT Standard Time' },
      'Europe/London',
      'mailbox',
    ],
    ['nobody says', { schedule: user }, 'America/Chicago', 'fallback'],
    ['nothing is known', { schedule: { ...user, fallbackTimeZone: 'Mars/Olympus' } }, 'UTC', 'utc'],
  ] as const)('when %s', (_, question, timeZone, source) => {
    expect(resolveTimeZone(question)).toMatchObject({ timeZone, source });
  });

  it('names the zone that is not known', () => {
    const choice = resolveTimeZone({
      schedule: user,
      crmUserZone: 'Europe/Atlantis',
      mailboxZone: 'Tokyo Standard Time',
    });
    expect(choice).toEqual({
      timeZone: 'Asia/Tokyo',
      source: 'mailbox',
      reason: 'the mailbox\'s time zone; the CRM user\'s time zone "Europe/Atlantis" is not known',
    });
  });
});

describe('POL-5 names of zones', () => {
  it.each([
    ['Europe/Kyiv', 'Europe/Kyiv'],
    ['Europe/Kiev', 'Europe/Kiev'],
    ['Asia/Calcutta', 'Asia/Calcutta'],
    ['FLE Standard Time', 'Europe/Kiev'],
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['tzone://Microsoft/Custom', undefined],
    ['+05:30', undefined],
    ['', undefined],
  ])('%s', (name, zone) => {
    expect(knownZone(name)).toBe(zone);
  });
});
