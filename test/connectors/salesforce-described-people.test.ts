import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinDescription, listOf, splitDescription } from '../../connectors/salesforce/described-people.ts';
import type { Participant } from '../../sync/calendar/appointment.ts';
import { line } from './activity-samples.ts';

const longest = 32_000;
const participant: fc.Arbitrary<Participant> = fc.record({
  address: fc.emailAddress().map(address => address.toLowerCase()),
  name: fc.option(
    line.map(name => name.replaceAll(/[<>]/g, '')).filter(name => name.trim() === name && name !== ''),
    { nil: null },
  ),
  role: fc.constantFrom('organizer', 'required', 'optional', 'resource'),
  response: fc.constantFrom('none', 'accepted', 'declined', 'tentative'),
});
const people = fc.array(participant, { maxLength: 20 });
const text = fc.array(line, { minLength: 1, maxLength: 5 }).map(lines => lines.join('\n'));

describe('people in a description', () => {
  it('CAL-5 are read back from it, and the text is what it was', () => {
    fc.assert(
      fc.property(fc.option(text, { nil: null }), people, (told, listed) => {
        const description = joinDescription(told, listOf(listed, longest), longest) ?? '';
        const split = splitDescription(description);
        expect(split.people).toEqual(listed);
        expect(split.text).toBe(told ?? '');
        expect(joinDescription(told, split.list, longest) ?? '').toBe(description);
      }),
    );
  });

  it('CAL-6 leave the text that somebody writes behind them', () => {
    const listed: Participant[] = [
      { address: 'a@b.example', name: null, role: 'required', response: 'none' },
    ];
    const description = `${joinDescription('Before', listOf(listed, longest), longest)}\r\nBehind`;
    expect(splitDescription(description)).toMatchObject({ text: 'Before\n\nBehind', people: listed });
  });

  it('never need more room than there is, and say when they are not all', () => {
    fc.assert(
      fc.property(people, fc.integer({ min: 300, max: 2_000 }), (listed, room) => {
        const list = listOf(listed, room);
        const description = joinDescription('word '.repeat(room), list, room)!;
        expect(description.replaceAll('\n', '\r\n').length).toBeLessThanOrEqual(room);
        const split = splitDescription(description);
        expect(split.people === null || split.people.length === listed.length).toBe(true);
      }),
    );
  });
});
