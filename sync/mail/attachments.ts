import type { AttachmentFacts } from './message.ts';
import { cleanLine, cutText } from './text.ts';

export interface AttachmentLimits {
  readonly maxAttachmentBytes: number;
  /** Endings that the CRM refuses, in lower case without the dot. */
  readonly blockedExtensions: ReadonlySet<string>;
}

/** What becomes of one attachment. Its name is safe as that of a file. */
export interface PlannedAttachment {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Null: it is archived. */
  readonly leftOut: { readonly code: LeftOutCode; readonly reason: string } | null;
}

type LeftOutCode = 'attachment_too_large' | 'attachment_type_blocked' | 'attachment_is_link';

/** MAIL-4: within the limits of the CRM; nothing is opened, unpacked or followed. */
export function planAttachments(
  attachments: readonly AttachmentFacts[],
  limits: AttachmentLimits,
): PlannedAttachment[] {
  return attachments.map((attachment, n) => {
    const name = fileName(attachment, n + 1);
    const { id, sizeBytes } = attachment;
    return { id, name, sizeBytes, leftOut: obstacleTo(attachment, name, limits) };
  });
}

function obstacleTo(
  { type, sizeBytes }: AttachmentFacts,
  name: string,
  limits: AttachmentLimits,
): PlannedAttachment['leftOut'] {
  if (type === 'reference')
    return { code: 'attachment_is_link', reason: 'The attachment is a link to a file elsewhere.' };
  if (sizeBytes > limits.maxAttachmentBytes)
    return {
      code: 'attachment_too_large',
      reason: `The CRM takes files of at most ${sizeText(limits.maxAttachmentBytes)}.`,
    };
  if (limits.blockedExtensions.has(extensionOf(name)))
    return { code: 'attachment_type_blocked', reason: 'The CRM refuses files of this type.' };
  return null;
}

const LONGEST_NAME = 255;
const LONGEST_EXTENSION = 20;

/** Characters that are not allowed in names of files, or lead elsewhere. */
const UNSAFE = /[/\\:*?"<>|]/g;

/** A name that every system takes as that of a file; a long one is cut before its extension. */
function fileName({ name, contentType, type }: AttachmentFacts, number: number): string {
  const clean = bare(cleanLine(name ?? '').replaceAll(UNSAFE, '_'));
  const given = clean === '' ? `attachment-${number}${usualExtension(contentType)}` : clean;
  const whole = type === 'item' && !/\.(eml|ics|vcf)$/i.test(given) ? `${given}.eml` : given;
  const extension = extensionOf(whole);
  const ending = extension === '' ? '' : `.${extension}`;
  if (whole.length <= LONGEST_NAME) return whole;
  return cutText(whole.slice(0, whole.length - ending.length), LONGEST_NAME - ending.length) + ending;
}

/** Without blanks and dots at the ends. By hand: an expression would look through each row of dots from each of its dots. */
function bare(name: string): string {
  let end = name.length;
  while (end > 0 && '. '.includes(name.charAt(end - 1))) end--;
  return name.slice(0, end).replace(/^[. ]+/, '');
}

const USUAL: ReadonlyMap<string, string> = new Map([
  ['application/pdf', '.pdf'],
  ['image/gif', '.gif'],
  ['image/jpeg', '.jpg'],
  ['image/png', '.png'],
  ['message/rfc822', '.eml'],
  ['text/calendar', '.ics'],
  ['text/csv', '.csv'],
  ['text/html', '.html'],
  ['text/plain', '.txt'],
]);

function usualExtension(contentType: string | null): string {
  const [type = ''] = (contentType ?? '').split(';', 1);
  return USUAL.get(type.trim().toLowerCase()) ?? '';
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
  return extension.length <= LONGEST_EXTENSION ? extension : '';
}

const UNITS = ['bytes', 'KB', 'MB', 'GB'];

/** `1.4 MB`, as Outlook shows sizes. */
function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const amount = bytes / 1024 ** power;
  return `${power > 0 && amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${UNITS[power]}`;
}

/** A summary that lists more than this tells nothing. */
const MOST_LISTED = 100;

/** The list that stands under the archived text, by option (MAIL-4). */
export function summaryLines(attachments: readonly PlannedAttachment[]): string[] {
  const listed = attachments.slice(0, MOST_LISTED).map(({ name, sizeBytes, leftOut }) => {
    const remark = leftOut === null ? '' : `: not archived. ${leftOut.reason}`;
    return `${name} (${sizeText(sizeBytes)})${remark}`;
  });
  const more = attachments.length - listed.length;
  return more > 0 ? [...listed, `and ${more} more`] : listed;
}
