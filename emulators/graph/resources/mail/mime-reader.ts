import PostalMime, {
  type Address,
  type Email,
  type Mailbox as MimeAddress,
  type Attachment as MimePart,
} from 'postal-mime';
import type { MailBehaviour } from '../../control/mail-behaviour.ts';
import { GraphError } from '../../protocol/errors.ts';
import type { Attachment, MessageAddress, MessageBody, MessageState } from '../../store/message-state.ts';
import { attachmentName } from './attachment-names.ts';
import { conversationOf } from './conversations.ts';

interface ReadingWorld {
  behaviour: MailBehaviour;
  now(): number;
  newId(): string;
}

/** Messages in messages that are opened; what is deeper stays a file. */
const MAX_DEPTH = 10;

/** A message as Exchange takes it from outside: what is broken in it is left out or read as meant, never refused. */
export async function readMime(mime: Buffer, world: ReadingWorld, depth = 0): Promise<MessageState> {
  const email = await parse(mime);
  const headers = email.headers.map(({ originalKey: name, value }) => ({ name, value }));
  const header = (key: string) => email.headers.find(each => each.key === key)?.value;
  const internetMessageId = email.messageId || `<${world.newId()}@mail.emulated>`;
  const from = addressesOf(email.from)[0] ?? addressesOf(email.sender)[0];
  const threading = { internetMessageId, inReplyTo: email.inReplyTo, references: email.references, headers };
  const now = world.now();
  const meetingMessageType = meetingType(email);
  return {
    ...threading,
    subject: email.subject ?? '',
    body: bodyOf(email),
    from,
    sender: addressesOf(email.sender)[0] ?? from,
    toRecipients: addressesOf(email.to),
    ccRecipients: addressesOf(email.cc),
    bccRecipients: addressesOf(email.bcc),
    replyTo: addressesOf(email.replyTo),
    conversation: conversationOf(threading),
    categories: [],
    importance: importanceOf(header('importance') ?? header('x-priority')),
    sensitivity: SENSITIVITIES[header('sensitivity')?.toLowerCase() ?? ''] ?? 'normal',
    inferenceClassification: 'focused',
    flag: { flagStatus: 'notFlagged' },
    isDraft: false,
    isRead: false,
    isReadReceiptRequested: header('disposition-notification-to') !== undefined,
    isDeliveryReceiptRequested: header('return-receipt-to') !== undefined,
    receivedAt: now,
    sentAt: timeOf(email.date) ?? now,
    attachments: await attachmentsOf(email, mime, world, depth),
    extensions: [],
    ...(meetingMessageType !== undefined && { meetingMessageType }),
    mime: mime.toString('base64'),
  };
}

async function parse(mime: Buffer): Promise<Email> {
  try {
    return await PostalMime.parse(mime, { forceRfc822Attachments: true });
  } catch (error) {
    throw new GraphError(
      400,
      'ErrorMimeContentInvalid',
      `The message cannot be taken: ${(error as Error).message}. Send fewer parts or shorter headers.`,
    );
  }
}

function bodyOf({ html, text }: Email): MessageBody {
  if (html !== undefined && html !== '') return { contentType: 'html', content: withMailLines(html) };
  return { contentType: 'text', content: withMailLines(text ?? '') };
}

/** Lines end with CRLF in mail and in Exchange; the parser gives them with LF. */
const withMailLines = (text: string) => text.replaceAll(/\r?\n/g, '\r\n');

function addressesOf(given: Address | Address[] | undefined): MessageAddress[] {
  if (given === undefined) return [];
  return [given]
    .flat()
    .flatMap((each): MimeAddress[] => each.group ?? [each])
    .map(({ name, address }) => ({ name: name || address, address }));
}

const SENSITIVITIES: Record<string, MessageState['sensitivity']> = {
  personal: 'personal',
  private: 'private',
  'company-confidential': 'confidential',
};

function importanceOf(header: string | undefined): MessageState['importance'] {
  const word = header?.trim().toLowerCase() ?? '';
  if (/^(high|[12]\b)/.test(word)) return 'high';
  return /^(low|[45]\b)/.test(word) ? 'low' : 'normal';
}

/** Exchange keeps times from 1601, and years of four digits. */
const FIRST_TIME = Date.parse('1601-01-01T00:00:00Z');
const LAST_TIME = Date.parse('9999-12-31T23:59:59Z');

function timeOf(date: string | undefined): number | undefined {
  const time = Date.parse(date ?? '');
  return time >= FIRST_TIME && time <= LAST_TIME ? time : undefined;
}

const MEETING_TYPES: Record<string, string> = {
  REQUEST: 'meetingRequest',
  CANCEL: 'meetingCancelled',
};
const RESPONSE_TYPES: Record<string, string> = {
  ACCEPTED: 'meetingAccepted',
  TENTATIVE: 'meetingTenativelyAccepted',
  DECLINED: 'meetingDeclined',
};

const meetingPart = ({ attachments }: Email) => attachments.find(({ method }) => method !== undefined);

function meetingType(email: Email): string | undefined {
  const part = meetingPart(email);
  if (part?.method !== 'REPLY') return part && MEETING_TYPES[part.method!];
  const answer = /PARTSTAT=(\w+)/i.exec(bytesOf(part).toString())?.[1];
  return RESPONSE_TYPES[answer?.toUpperCase() ?? ''];
}

async function attachmentsOf(
  email: Email,
  mime: Buffer,
  world: ReadingWorld,
  depth: number,
): Promise<Attachment[]> {
  const meeting = meetingType(email) === undefined ? undefined : meetingPart(email);
  const parts = email.attachments.filter(part => part !== meeting);
  const read: Attachment[] = [];
  for (const part of parts) {
    const content = asSent(bytesOf(part), mime);
    read.push(await attachmentOf(part, content, read.length + 1, world, depth));
  }
  return read;
}

async function attachmentOf(
  part: MimePart,
  content: Buffer,
  number: number,
  world: ReadingWorld,
  depth: number,
): Promise<Attachment> {
  const common = { number, modifiedAt: world.now(), contentType: part.mimeType };
  if (part.mimeType === 'message/rfc822' && depth < MAX_DEPTH) {
    const message = await readMime(content, world, depth + 1);
    const name = message.subject || attachmentName(part.filename, part.mimeType, number, world.behaviour);
    return { ...common, kind: 'item', name, contentType: null, isInline: false, message };
  }
  return {
    ...common,
    kind: 'file',
    name: attachmentName(part.filename, part.mimeType, number, world.behaviour),
    isInline: part.disposition === 'inline' || (part.related === true && part.disposition === null),
    content: content.toString('base64'),
    contentId: part.contentId?.replace(/^<|>$/g, '') ?? null,
    contentLocation: null,
  };
}

const bytesOf = ({ content }: MimePart): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer);

/** Enough of a content in base64 to find it where it was sent so. */
const BASE64_SAMPLE_LENGTH = 16;

/**
 * The parser gives LF for the line ends of parts that are not base64, and one more for that before the boundary,
 * which is not theirs (RFC 2046 5.1.1).
 */
function asSent(content: Buffer, mime: Buffer): Buffer {
  const sample = content.subarray(0, BASE64_SAMPLE_LENGTH).toString('base64').slice(0, BASE64_SAMPLE_LENGTH);
  if (mime.includes(sample)) return content;
  return Buffer.from(withMailLines(content.toString('latin1')).replace(/\r\n$/, ''), 'latin1');
}
