import { createHash } from 'node:crypto';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Attachment, MessageAddress, MessageState } from '../../store/message-state.ts';

const writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

/** The message as it came; one that was made here is written as MIME. */
export async function mimeOf(message: MessageState): Promise<Buffer> {
  if (message.mime !== undefined) return Buffer.from(message.mime, 'base64');
  const attachments = await Promise.all(
    message.attachments.flatMap(attachment => mimePart(attachment) ?? []),
  );
  const { content, contentType } = message.body;
  const mail: SendMailOptions & { baseBoundary: string } = {
    ...headersOf(message),
    [contentType === 'html' ? 'html' : 'text']: content,
    attachments,
    disableFileAccess: true,
    disableUrlAccess: true,
    baseBoundary: createHash('md5').update(message.internetMessageId).digest('hex'),
  };
  const { message: written } = await writer.sendMail(mail);
  return written as Buffer;
}

function headersOf(message: MessageState): SendMailOptions {
  const { from, sender, inReplyTo, references } = message;
  return {
    ...(from && { from: mimeAddress(from) }),
    ...(sender && sender.address !== from?.address && { sender: mimeAddress(sender) }),
    to: message.toRecipients.map(mimeAddress),
    cc: message.ccRecipients.map(mimeAddress),
    bcc: message.bccRecipients.map(mimeAddress),
    replyTo: message.replyTo.map(mimeAddress),
    subject: message.subject,
    date: new Date(message.sentAt),
    messageId: message.internetMessageId,
    ...(inReplyTo !== undefined && { inReplyTo }),
    ...(references !== undefined && { references }),
    headers: [
      ...message.headers
        .filter(({ name }) => /^x-/i.test(name))
        .map(({ name, value }) => ({ key: name, value })),
      ...(message.importance === 'normal' ? [] : [{ key: 'Importance', value: message.importance }]),
      ...(message.sensitivity === 'normal'
        ? []
        : [{ key: 'Sensitivity', value: SENSITIVITY[message.sensitivity] }]),
    ],
  };
}

const SENSITIVITY = {
  personal: 'Personal',
  private: 'Private',
  confidential: 'Company-Confidential',
} as const;

const mimeAddress = ({ name, address }: MessageAddress) => ({ name: name === address ? '' : name, address });

/** A link has no bytes to write. */
function mimePart(
  attachment: Attachment,
): Promise<NonNullable<SendMailOptions['attachments']>[number]> | undefined {
  if (attachment.kind === 'reference') return undefined;
  return attachment.kind === 'item'
    ? mimeOf(attachment.message).then(content => ({
        filename: `${attachment.name ?? 'message'}.eml`,
        contentType: 'message/rfc822',
        content,
      }))
    : Promise.resolve({
        filename: attachment.name ?? false,
        ...(attachment.contentType !== null && { contentType: attachment.contentType }),
        content: Buffer.from(attachment.content, 'base64'),
        contentDisposition: attachment.isInline ? 'inline' : 'attachment',
        ...(attachment.contentId !== null && { cid: attachment.contentId }),
      });
}
