import { textOfHtml } from '../calendar/body.ts';
import { canonicalAddress } from './address.ts';
import { isExcluded, isSentBy, namedAs, type Surroundings } from './addressees.ts';
import { type PlannedAttachment, summaryLines } from './attachments.ts';
import { messageIdentity, normalMessageId } from './identity.ts';
import { type MailMessage, ROLES, type Role } from './message.ts';
import { isReadWhole, safeHtml } from './safe-html.ts';
import { cleanLine, cleanText, cutHeld, cutText, heldLength, LONGEST_TEXT } from './text.ts';

export interface TextLimits {
  readonly subjectLength: number;
  readonly textLength: number;
  readonly htmlLength: number;
}

export interface Party {
  readonly role: Role;
  readonly name: string | null;
  /** Canonical; null where what is written is no address. */
  readonly address: string | null;
  readonly written: string;
}

/** What the CRM gets of a message. */
export interface ArchivedCopy {
  /** By which copies of one message are known (MAIL-7). */
  readonly identity: string;
  readonly messageId: string | null;
  readonly parties: readonly Party[];
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** When it was sent, else received; null where nothing tells. */
  readonly dateMs: number | null;
  readonly isIncoming: boolean;
  /** Whether all words of the message are in it. */
  readonly isWhole: boolean;
}

export function archivedCopy(
  message: MailMessage,
  summarized: readonly PlannedAttachment[],
  surroundings: Surroundings,
  limits: TextLimits,
): ArchivedCopy {
  const lines = summaryLines(summarized);
  const text = textOf(message);
  const subject = cleanLine(message.subject);
  const kept = withEnding(text, textSummary(lines), limits.textLength);
  return {
    identity: messageIdentity(message),
    messageId: normalMessageId(message.messageId),
    parties: partiesOf(message, surroundings),
    subject: cutText(subject, limits.subjectLength),
    text: kept.text,
    html: htmlWith(message, htmlSummary(lines), limits.htmlLength),
    dateMs: message.sentAtMs ?? message.receivedAtMs,
    isIncoming: !isSentBy(message, surroundings.ownAddresses),
    isWhole: kept.isWhole && isBounded(message) && subject.length <= limits.subjectLength,
  };
}

/** The words of a message; those of its HTML where it has no other. */
export function textOf({ text, html }: Pick<MailMessage, 'text' | 'html'>): string {
  const own = cleanText(text ?? '');
  return own === '' && html !== null ? textOfHtml(safeHtml(html, LONGEST_TEXT)) : own;
}

const isBounded = ({ text, html }: MailMessage) =>
  text || html === null ? (text ?? '').length <= LONGEST_TEXT : isReadWhole(html);

/** All roles, also those that are not matched: it is what the message says of itself. Excluded ones are never archived. */
function partiesOf(message: MailMessage, surroundings: Surroundings): Party[] {
  const roles = ROLES.filter(role => role !== 'bcc' || isSentBy(message, surroundings.ownAddresses));
  return roles.flatMap(role =>
    namedAs(message, role).flatMap(({ name, address }) => {
      const canonical = canonicalAddress(address);
      if (canonical !== null && isExcluded(canonical, surroundings)) return [];
      return [{ role, name: cleanLine(name ?? '') || null, address: canonical, written: cleanLine(address) }];
    }),
  );
}

const textSummary = (lines: readonly string[]) =>
  lines.length === 0 ? '' : `\n\nAttachments:\n${lines.map(line => `- ${line}`).join('\n')}`;

/** The summary is kept whole where there is room for it: it is shorter than what it tells of. */
function withEnding(text: string, ending: string, maxLength: number): { text: string; isWhole: boolean } {
  const fitting = heldLength(ending) <= maxLength ? ending : '';
  const room = maxLength - heldLength(fitting);
  return { text: cutHeld(text, room) + fitting, isWhole: heldLength(text) <= room };
}

const htmlSummary = (lines: readonly string[]) =>
  lines.length === 0
    ? ''
    : `<p>Attachments:</p><ul>${lines.map(line => `<li>${escaped(line)}</li>`).join('')}</ul>`;

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function htmlWith({ html }: MailMessage, summary: string, maxLength: number): string | null {
  if (html === null) return null;
  const fitting = summary.length <= maxLength ? summary : '';
  return safeHtml(html, maxLength - fitting.length) + fitting;
}
