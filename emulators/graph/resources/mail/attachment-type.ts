import type { EntityType } from '../../odata/entity-type.ts';
import type { MailboxCall } from '../../protocol/exchange.ts';
import { fromRestId, toRestId } from '../../store/ids.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import type { Item } from '../../store/mailbox-state.ts';
import type { Attachment } from '../../store/message-state.ts';
import { itemId } from '../stored-items.ts';
import { wireTime } from '../wire-time.ts';

const ID_MARK = Buffer.from('0112001000', 'hex');
const ID_BYTES = 16;

/** An attachment with the message that it hangs on. */
export interface Attached {
  item: Item;
  attachment: Attachment;
}

/** The id of an attachment is that of its message with a part of its own. */
export function attachmentId(mailbox: Mailbox, { item, attachment }: Attached, immutable: boolean): string {
  const own = Buffer.alloc(ID_BYTES);
  own.writeUInt32BE(attachment.number, ID_BYTES - 4);
  return toRestId(Buffer.concat([fromRestId(itemId(mailbox, item, immutable)), ID_MARK, own]));
}

/** How attachments are shown among the parts of a message. */
export const attachmentType: EntityType<Attached, MailboxCall> = {
  name: 'microsoft.graph.fileAttachment',
  render: (attached, { mailbox, preferences }) => ({
    '@odata.type': `#microsoft.graph.${attached.attachment.kind}Attachment`,
    '@odata.mediaContentType': attached.attachment.contentType ?? 'application/octet-stream',
    id: attachmentId(mailbox, attached, preferences.immutableIds),
    lastModifiedDateTime: wireTime(attached.attachment.modifiedAt),
    name: attached.attachment.name,
    contentType: attached.attachment.contentType,
    size: sizeOf(attached.attachment),
    isInline: attached.attachment.isInline,
    ...fileMembers(attached.attachment),
  }),
  property: (attached, name, call) => attachmentType.render(attached, call)[name],
};

const fileMembers = (attachment: Attachment) =>
  attachment.kind === 'file'
    ? {
        contentId: attachment.contentId,
        contentLocation: attachment.contentLocation,
        contentBytes: attachment.content,
      }
    : {};

/** Bytes of base64. */
const bytesOf = (content: string) => Buffer.byteLength(content, 'base64');

function sizeOf(attachment: Attachment): number {
  if (attachment.kind === 'file') return bytesOf(attachment.content);
  if (attachment.kind === 'reference') return 0;
  const { mime, body, attachments } = attachment.message;
  if (mime !== undefined) return bytesOf(mime);
  return attachments.reduce((size, each) => size + sizeOf(each), Buffer.byteLength(body.content));
}
