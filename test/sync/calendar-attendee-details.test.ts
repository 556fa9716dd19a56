import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Body } from '../../sync/calendar/appointment.ts';
import { splitAttendeeDetails, withAttendeeDetails } from '../../sync/calendar/attendee-details.ts';
import { textOfHtml } from '../../sync/calendar/body.ts';
import { normalText } from '../../sync/calendar/plain-text.ts';

const details = 'Ann Müller <ann@example.com>, Contoso & Sons\nBob';
const formatted: Body = {
  text: 'Agenda\n\nBring the plan',
  html: '<html><head></head><body><p style="color:red">Agenda</p><p><b>Bring</b> the plan</p></body></html>',
};

const split = (body: Body | null) => splitAttendeeDetails(body?.text ?? '');

/** As Exchange gives it back: only the HTML is kept. */
const kept = (body: Body | null): Body | null =>
  body?.html == null ? body : { text: textOfHtml(body.html), html: body.html };

describe('POL-14: the list of attendees at the end of a body', () => {
  const line = fc.string({ unit: 'grapheme-ascii', maxLength: 20 });
  const text = fc.array(line, { maxLength: 5 }).map(lines => normalText(lines.join('\n')) || null);

  it('is split off again, whatever stands before it', () => {
    fc.assert(
      fc.property(text, text, (words, people) => {
        const body = words === null ? null : { text: words, html: null };
        expect(split(kept(withAttendeeDetails(body, people)))).toEqual({ text: words, details: people });
      }),
    );
  });

  it('comes, changes and goes without a change of the HTML around it', () => {
    const first = kept(withAttendeeDetails(formatted, details));
    expect(split(first)).toEqual({ text: formatted.text, details });
    const second = kept(withAttendeeDetails(first, 'Cyd'));
    expect(split(second)).toEqual({ text: formatted.text, details: 'Cyd' });
    expect(second?.html).toContain('<p style="color:red">Agenda</p><p><b>Bring</b> the plan</p>');
    expect(kept(withAttendeeDetails(second, null))).toEqual(formatted);
  });

  it('leaves alone what has none and gets none', () => {
    expect(withAttendeeDetails(formatted, null)).toBe(formatted);
    expect(withAttendeeDetails(null, null)).toBeNull();
  });

  it('stays apart from what people write below it', () => {
    const html = `${withAttendeeDetails(formatted, details)?.html?.replace('</body>', '<p>See you</p></body>')}`;
    const body = { text: textOfHtml(html), html };
    expect(split(body).details).toBe(details);
    expect(split(body).text).toContain('See you');
  });

  it('goes by the text where an editor has rewritten it', () => {
    const rewritten = withAttendeeDetails(formatted, details)?.html?.replaceAll('<div>', '<div><span>');
    const body = { text: textOfHtml(rewritten ?? ''), html: rewritten ?? '' };
    expect(withAttendeeDetails(body, null)?.text).toBe(formatted.text);
  });
});
