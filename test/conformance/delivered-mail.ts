import { createTransport, type SendMailOptions } from 'nodemailer';
import type { AttachmentFacts, MailMessage, NamedAddress } from '../../sync/mail/message.ts';

/** A message as somebody sends it. */
export interface SentMail {
  readonly subject: string;
  readonly from: NamedAddress;
  readonly to?: readonly NamedAddress[];
  readonly cc?: readonly NamedAddress[];
  readonly html: string;
  /** Whole seconds. */
  readonly sentAtMs: number;
  readonly messageId: string;
  readonly list?: string;
  readonly isPrivate?: boolean;
  readonly files?: readonly { readonly name: string; readonly contentType: string; readonly text: string }[];
  readonly enclosed?: SentMail;
}

const writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

/** As it goes over the wire. */
export async function mimeOf(mail: SentMail): Promise<Buffer> {
  const { subject, html, messageId, from, to = [], cc = [], files = [], enclosed } = mail;
  const written: SendMailOptions = {
    ...{ subject, html, messageId, from: sendable(from), to: to.map(sendable), cc: cc.map(sendable) },
    date: new Date(mail.sentAtMs),
    attachments: [
      ...files.map(({ name, contentType, text }) => ({ filename: name, contentType, content: text })),
      ...(enclosed ? [{ contentType: 'message/rfc822', content: await mimeOf(enclosed) }] : []),
    ],
    headers: {
      ...(mail.list !== undefined && { 'List-Post': `<mailto:${mail.list}>` }),
      ...(mail.isPrivate && { Sensitivity: 'Private' }),
    },
  };
  const { message } = await writer.sendMail(written);
  return message as Buffer;
}

/** As a mailbox without a network takes it, with the contents of its attachments in base64. */
export async function readMail(mail: SentMail, receivedAtMs: number) {
  const { subject, html, sentAtMs, messageId, from, to = [], cc = [], files = [], enclosed } = mail;
  const parts: (AttachmentFacts & { readonly content: Buffer })[] = files.map(
    ({ name, contentType, text }, index) => {
      const content = Buffer.from(text);
      return { id: `file-${index}`, name, contentType, sizeBytes: content.length, type: 'file', content };
    },
  );
  if (enclosed) {
    const content = await mimeOf(enclosed);
    const facts = { name: enclosed.subject, contentType: null, sizeBytes: content.length };
    parts.push({ id: 'enclosed', ...facts, type: 'item', content });
  }
  const message: MailMessage = {
    ...{ from, sender: from, to, cc, bcc: [], subject, html, text: null },
    ...{ sentAtMs, receivedAtMs, messageId, categories: [], isDraft: false, isProtected: false },
    attachments: parts.map(({ content: _, ...facts }) => facts),
    sensitivity: mail.isPrivate ? 'private' : 'normal',
    lists: mail.list === undefined ? [] : [mail.list],
  };
  const contents = Object.fromEntries(parts.map(({ id, content }) => [id, content.toString('base64')]));
  return { message, contents };
}

const sendable = ({ name, address }: NamedAddress) => ({ name: name ?? '', address });
