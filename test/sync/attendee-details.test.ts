import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitAttendeeDetails, withAttendeeDetails } from '../../sync/calendar/attendee-details.ts';
import { textOfHtml } from '../../sync/calendar/body.ts';
import { htmlOfText } from '../../sync/calendar/html-of-text.ts';
import { line } from '../connectors/activity-samples.ts';

const lines = fc.array(line, { minLength: 1, maxLength: 3 }).map(list => list.join('\n'));
const maybe = fc.option(lines, { nil: null });
const bodyOf = (text: string | null, asHtml: boolean) =>
  text === null ? null : { text, html: asHtml ? htmlOfText(text) : null };

describe('POL-14 the people of the CRM at the end of a body', () => {
  it('are taken out of it again, however it was written', () => {
    fc.assert(
      fc.property(maybe, maybe, fc.boolean(), (text, details, asHtml) => {
        const body = withAttendeeDetails(bodyOf(text, asHtml), details);
        expect(splitAttendeeDetails(body?.text ?? '')).toEqual({ text, details });
        if (body?.html) expect(splitAttendeeDetails(textOfHtml(body.html))).toEqual({ text, details });
      }),
      { numRuns: 300 },
    );
  });

  it('take the place of those that were there before', () => {
    fc.assert(
      fc.property(maybe, lines, maybe, fc.boolean(), (text, before, after, asHtml) => {
        const first = withAttendeeDetails(bodyOf(text, asHtml), before);
        const second = withAttendeeDetails(first, after);
        expect(splitAttendeeDetails(second?.text ?? '')).toEqual({ text, details: after });
      }),
    );
  });

  it('CAL-6 leave a body that has none as it is', () => {
    const body = { text: 'a', html: '<p style="color:red">a</p>' };
    expect(withAttendeeDetails(body, null)).toBe(body);
  });

  it('CAL-6 leave the rest of the HTML as it is', () => {
    const html = '<html><body><p style="color:red">a</p></body></html>';
    const shown = withAttendeeDetails({ text: 'a', html }, 'Ann Sample');
    expect(shown?.html).toContain('<p style="color:red">a</p>');
    expect(withAttendeeDetails(shown, null)).toEqual({ text: 'a', html });
  });
});
