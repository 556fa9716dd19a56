import type { ItemBody } from '@microsoft/microsoft-graph-types';
import type { Body } from '../../sync/calendar/appointment.ts';
import { textOfHtml } from '../../sync/calendar/body.ts';
import { normalText } from '../../sync/calendar/plain-text.ts';

/** A body without a word is empty, whatever markup it has: Outlook leaves a whole document behind. */
export function bodyOf(told: ItemBody | null | undefined): Body | null {
  const content = told?.content ?? '';
  const isHtml = told?.contentType?.toLowerCase() === 'html';
  const text = isHtml ? textOfHtml(content) : normalText(content);
  return text === '' ? null : { text, html: isHtml ? content : null };
}

/** A body that never was HTML is written as text: Exchange makes paragraphs of its lines. */
export function itemBodyOf(body: Body | null): ItemBody {
  return body?.html == null
    ? { contentType: 'text', content: body?.text ?? '' }
    : { contentType: 'html', content: body.html };
}
