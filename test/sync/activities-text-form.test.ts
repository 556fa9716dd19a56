import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { WINDOWS_TO_IANA_MAP } from 'windows-iana';
import type { AppointmentFields, Participant, Span, ZonedTime } from '../../sync/calendar/appointment.ts';
import {
  appointmentOfText,
  momentsOf,
  sameParticipants,
  sameSpan,
  spanOfText,
  textOfAppointment,
  textOfParticipants,
  textOfSpan,
} from '../../sync/calendar/text-form.ts';
import { zonedTime, zoneNamed } from '../../sync/calendar/zones.ts';
import { sameValue } from '../../sync/items/compare.ts';
import { linksOfText, taskOfText, textOfLinks, textOfTask } from '../../sync/tasks/text-form.ts';
import { appointment, spanIn, task, zone } from '../connectors/activity-samples.ts';

/** As Exchange and people name zones: by Windows, by IANA, and by names that say nothing. */
const zoneName = fc.oneof(
  zone,
  fc.constantFrom(...new Set(WINDOWS_TO_IANA_MAP.map(({ windowsName }) => windowsName))),
  fc.constantFrom('tzone://Microsoft/Custom', 'tzone://Microsoft/Utc', 'Customized Time Zone', 'GMT'),
);
/** What a connector makes of a name: a zone, or UTC where the name means none. */
const zoneMeant = zoneName.map(name => zoneNamed(name).zone ?? 'UTC');

const participant: fc.Arbitrary<Participant> = fc.record({
  address: fc.emailAddress().map(address => address.toLowerCase()),
  name: fc.option(fc.string(), { nil: null }),
  role: fc.constantFrom('organizer', 'required', 'optional', 'resource'),
  response: fc.constantFrom('none', 'accepted', 'tentative', 'declined'),
});
const participants = fc.uniqueArray(participant, { maxLength: 5, selector: ({ address }) => address });

/** Independent of our own clocks: where they show a time twice it is the first, where they skip it the moment after. */
const momentOf = ({ local, zone: name }: ZonedTime): number =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(name, { disambiguation: 'compatible' })
    .epochMilliseconds;

describe('CAL-3 a span as text', () => {
  it('is the same span again, whatever the names of its zones', () => {
    fc.assert(
      fc.property(spanIn(zoneMeant), span => {
        expect(spanOfText(textOfSpan(span))).toEqual(span);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['days', { allDay: true, firstDay: '2026-03-29', lastDay: '2026-03-30' }, '2026-03-29/2026-03-30'],
    [
      'zones with slashes and signs in their names',
      {
        allDay: false,
        start: { local: '2026-03-29T09:00:00', zone: 'America/Argentina/Buenos_Aires' },
        end: { local: '2026-03-29T10:00:00', zone: 'Etc/GMT+12' },
      },
      '2026-03-29T09:00:00[America/Argentina/Buenos_Aires]/2026-03-29T10:00:00[Etc/GMT+12]',
    ],
  ] as const)('%s', (_name, span, text) => {
    expect(textOfSpan(span)).toBe(text);
    expect(spanOfText(text)).toEqual(span);
  });

  const told = (span: Extract<Span, { allDay: false }>, name: string): Span => ({
    allDay: false,
    start: zonedTime(momentOf(span.start), name),
    end: zonedTime(momentOf(span.end), name),
  });

  it('means the same in every zone in which the same moments are told', () => {
    fc.assert(
      fc.property(spanIn(zoneMeant), zoneMeant, (span, other) => {
        const again = span.allDay ? span : told(span, other);
        expect(sameSpan(textOfSpan(span), textOfSpan(again))).toBe(true);
        expect(sameValue('span', textOfSpan(again), textOfSpan(span))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('means the same as another exactly where its moments are the same', () => {
    const near = fc.constantFrom(
      '2026-03-29T01:30:00',
      '2026-03-29T02:30:00',
      '2026-03-29T03:30:00',
      '2026-10-25T02:30:00',
    );
    const few = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'Europe/London',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
    );
    const time = fc.record({ local: near, zone: few });
    fc.assert(
      fc.property(time, time, time, time, (start, end, otherStart, otherEnd) => {
        const same = momentOf(start) === momentOf(otherStart) && momentOf(end) === momentOf(otherEnd);
        const [one, other] = [
          textOfSpan({ allDay: false, start, end }),
          textOfSpan({ allDay: false, start: otherStart, end: otherEnd }),
        ];
        expect(sameSpan(one, other)).toBe(same);
      }),
      { numRuns: 1_000 },
    );
  });

  it('of days is never the same as one with times', () => {
    const day = '2026-04-01/2026-04-01';
    expect(sameSpan(day, '2026-04-01T00:00:00[UTC]/2026-04-02T00:00:00[UTC]')).toBe(false);
    expect(sameSpan(day, '2026-04-01/2026-04-02')).toBe(false);
  });

  it('begins and ends in the moments that its zones say, days at midnight of the zone that is asked for', () => {
    fc.assert(
      fc.property(spanIn(zoneMeant), zone, (span, asked) => {
        const { startMs, endMs } = momentsOf(textOfSpan(span), asked);
        if (!span.allDay) {
          expect([startMs, endMs]).toEqual([momentOf(span.start), momentOf(span.end)]);
          return;
        }
        const after = Temporal.PlainDate.from(span.lastDay).add({ days: 1 }).toString();
        const midnight = (day: string) => momentOf({ local: `${day}T00:00:00`, zone: asked });
        expect([startMs, endMs]).toEqual([midnight(span.firstDay), midnight(after)]);
      }),
    );
  });
});

describe('CAL-1 to CAL-6 an appointment as text', () => {
  it('is the same appointment again, and what is unknown stays unknown', () => {
    fc.assert(
      fc.property(appointment, fc.option(participants, { nil: undefined }), (fields, people) => {
        const { recurrence: _series, ...known } = fields;
        const whole: AppointmentFields = people === undefined ? known : { ...known, participants: people };
        const again = appointmentOfText(textOfAppointment(whole));
        const sorted = people?.toSorted((a, b) => (a.address < b.address ? -1 : 1));
        expect(again).toEqual(sorted === undefined ? whole : { ...whole, participants: sorted });
      }),
      { numRuns: 300 },
    );
  });

  it('POL-15, POL-20: no reminder is a word and no empty value', () => {
    expect(textOfAppointment({ reminderMinutes: null })).toEqual({ reminder: 'none' });
    expect(textOfAppointment({ reminderMinutes: 0 })).toEqual({ reminder: '0' });
    expect(sameValue('reminder', 'none', '0')).toBe(false);
    expect(textOfTask({ reminder: null })).toEqual({ remindAt: 'none' });
  });

  it('CAL-5 people are the same whoever lists them, by whichever names and in which role', () => {
    fc.assert(
      fc.property(participants, people => {
        const renamed = people.map(person => ({
          ...person,
          name: 'Somebody',
          role: person.role === 'organizer' ? person.role : ('optional' as const),
        }));
        expect(sameParticipants(textOfParticipants(people), textOfParticipants(renamed.toReversed()))).toBe(
          true,
        );
      }),
    );
  });

  it.each([
    ['another answer', 'accepted', 'declined', false],
    ['the same answer', 'accepted', 'accepted', true],
  ] as const)('CAL-5 %s', (_name, one, other, same) => {
    const with_ = (response: Participant['response']) =>
      textOfParticipants([{ address: 'bob@x.example', name: null, role: 'required', response }]);
    expect(sameParticipants(with_(one), with_(other))).toBe(same);
    expect(sameParticipants(with_(one), '[]')).toBe(false);
  });

  it('CAL-5 whether the organizer is listed among the people makes no difference', () => {
    const organizer = textOfParticipants([
      { address: 'ann@x.example', name: 'Ann', role: 'organizer', response: 'none' },
    ]);
    expect(sameParticipants(organizer, '[]')).toBe(true);
  });
});

describe('TASK-1 a task as text', () => {
  it('is the same task again', () => {
    fc.assert(
      fc.property(task, ({ startDay: _mailboxOnly, ...fields }) => {
        expect(taskOfText(textOfTask(fields))).toEqual(fields);
      }),
      { numRuns: 300 },
    );
  });

  it('rings at the same moment in whichever zone', () => {
    expect(sameValue('remindAt', '2026-07-01T09:00:00[Europe/Berlin]', '2026-07-01T07:00:00[UTC]')).toBe(
      true,
    );
    expect(sameValue('remindAt', '2026-07-01T09:00:00[Europe/Berlin]', '2026-07-01T09:00:00[UTC]')).toBe(
      false,
    );
    expect(sameValue('remindAt', 'none', '2026-07-01T09:00:00[UTC]')).toBe(false);
  });

  it('keeps its links in their order', () => {
    const link = fc.record({ url: fc.webUrl(), name: fc.string() });
    fc.assert(
      fc.property(fc.array(link), links => {
        expect(linksOfText(textOfLinks(links))).toEqual(links);
      }),
    );
  });
});
