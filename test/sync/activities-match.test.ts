import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOfSpan } from '../../sync/calendar/text-form.ts';
import { epochMs, zonedTime } from '../../sync/calendar/zones.ts';
import { keysToFind, keysToMatch, matchItem } from '../../sync/items/match.ts';
import type { Fields, Module } from '../../sync/record.ts';
import { spanIn, zone } from '../connectors/activity-samples.ts';
import { appointment, task } from './activities-sample.ts';

function outcome(module: Module, fields: Fields, ...candidates: readonly Fields[]): string {
  const named = candidates.map((candidate, index) => ({ id: `${index}`, fields: candidate }));
  const match = matchItem(module, fields, named);
  if (match.type === 'one') return match.candidate.id;
  return match.type === 'none' ? 'none' : `ambiguous ${match.candidates.map(({ id }) => id).join()}`;
}

const UTC = '2026-04-01T07:00:00[UTC]/2026-04-01T08:00:00[UTC]';

describe('PAIR-7 what an activity is recognised by', () => {
  it.each<[string, Module, Fields, readonly Fields[], string]>(
    // biome-ignore format: one case per line
    [
      ['an appointment by subject, start and end', 'appointments', appointment, [{ ...appointment, location: 'Elsewhere' }], '0'],
      ['the subject in another case', 'appointments', appointment, [{ ...appointment, subject: ' review ' }], '0'],
      ['CAL-3 the same moments in another zone', 'appointments', appointment, [{ ...appointment, span: UTC }], '0'],
      ['another subject', 'appointments', appointment, [{ ...appointment, subject: 'Review 2' }], 'none'],
      ['another end', 'appointments', appointment, [{ ...appointment, span: UTC.replace('T08:00', 'T08:30') }], 'none'],
      ['all day and timed', 'appointments', { ...appointment, span: '2026-04-01/2026-04-01' }, [appointment], 'none'],
      ['all day', 'appointments', { ...appointment, span: '2026-04-01/2026-04-01' }, [{ ...appointment, span: '2026-04-01/2026-04-01' }], '0'],
      ['two alike are never guessed between', 'appointments', appointment, [appointment, { ...appointment, span: UTC }], 'ambiguous 0,1'],
      ['no subject is no evidence', 'appointments', { span: UTC }, [{ span: UTC }], 'none'],
      ['no time is no evidence', 'appointments', { subject: 'Review' }, [{ subject: 'Review' }], 'none'],
      ['a task by subject and due day', 'tasks', task, [{ ...task, status: 'completed' }], '0'],
      ['a task without a day', 'tasks', { subject: 'Buy milk' }, [{ subject: 'Buy milk', dueDay: null }], '0'],
      ['a task of another day', 'tasks', task, [{ ...task, dueDay: '2026-04-02' }], 'none'],
      ['a call', 'calls', task, [task], '0'],
      ['two tasks alike', 'tasks', task, [task, task], 'ambiguous 0,1'],
    ],
  )('%s', (_name, module, fields, candidates, expected) => {
    expect(outcome(module, fields, ...candidates)).toBe(expected);
  });

  it('CAL-3 whatever zones the same span is told in', () => {
    fc.assert(
      fc.property(spanIn(zone), zone, (span, other) => {
        fc.pre(!span.allDay);
        if (span.allDay) return;
        const told = {
          allDay: false as const,
          start: zonedTime(epochMs(span.start), other),
          end: zonedTime(epochMs(span.end), other),
        };
        const keys = [span, told].map(one =>
          keysToMatch('appointments', { subject: 'A', span: textOfSpan(one) }),
        );
        expect(keys[0]).toEqual(keys[1]);
        expect(keys[0]).toHaveLength(1);
      }),
    );
  });

  it('OPS-2 is found by its subject', () => {
    expect(keysToFind('appointments', { subject: '  Big  Deal ' })).toEqual(['n:big deal']);
    expect(keysToFind('tasks', {})).toEqual([]);
  });
});
