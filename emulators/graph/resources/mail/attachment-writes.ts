import { invalidRequest, unreadableBody } from '../../protocol/errors.ts';
import { checkBody } from '../../protocol/schema.ts';
import type { Mailbox } from '../../store/mailbox.ts';
import type { Item } from '../../store/mailbox-state.ts';
import type { Attachment, FileAttachment, MessageAddress } from '../../store/message-state.ts';
import { saveMessage } from './folder-contents.ts';
import type { MailWorld } from './mail-world.ts';
import { type Body, newMessage } from './message-fields.ts';
import { MESSAGE, messageOf } from './message-type.ts';

type NewAttachment = DistributiveOmit<Attachment, 'number'>;
type DistributiveOmit<Union, Name extends PropertyKey> = Union extends unknown ? Omit<Union, Name> : never;

interface Writing {
  owner: MessageAddress;
  now: number;
  newId: () => string;
}

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** What the body of a creation says, by the type that it names. */
export function writtenAttachment(body: Body, writing: Writing): NewAttachment {
  const typeName = String(body['@odata.type'] ?? '#microsoft.graph.attachment').replace(/^#/, '');
  const common = {
    name: textOf(body.name),
    contentType: textOf(body.contentType),
    isInline: body.isInline === true,
    modifiedAt: writing.now,
  };
  switch (typeName.toLowerCase()) {
    case 'microsoft.graph.fileattachment':
      checkBody(body, 'microsoft.graph.fileAttachment');
      return { ...common, kind: 'file', ...fileOf(body) };
    case 'microsoft.graph.itemattachment':
      return { ...common, kind: 'item', message: messageIn(body, writing) };
    case 'microsoft.graph.referenceattachment':
      checkBody(body, 'microsoft.graph.referenceAttachment');
      return { ...common, kind: 'reference' };
    default:
      throw unreadableBody(
        `An attachment needs an @odata.type of fileAttachment, itemAttachment or referenceAttachment, not '${typeName}'.`,
      );
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : null);

function fileOf({ contentBytes, contentId, contentLocation }: Body) {
  if (typeof contentBytes !== 'string' || !BASE64.test(contentBytes)) {
    throw unreadableBody("The property 'contentBytes' of a file attachment must be base64.");
  }
  return {
    content: Buffer.from(contentBytes, 'base64').toString('base64'),
    contentId: textOf(contentId),
    contentLocation: textOf(contentLocation),
  };
}

function messageIn({ item, ...attachment }: Body, writing: Writing) {
  checkBody(attachment, 'microsoft.graph.itemAttachment');
  const { '@odata.type': type = `#${MESSAGE}`, ...message } = (item ?? {}) as Body;
  if (item === undefined || String(type).replace(/^#/, '').toLowerCase() !== MESSAGE) {
    throw invalidRequest('The item of an item attachment must be a #microsoft.graph.message here.');
  }
  checkBody(message, MESSAGE);
  return { ...newMessage(message, writing), isDraft: false };
}

/** Attachments with numbers of their own within a message. */
export function numbered(attachments: NewAttachment[], after: readonly Attachment[] = []): Attachment[] {
  const last = Math.max(0, ...after.map(({ number }) => number));
  return attachments.map((attachment, index) => ({ ...attachment, number: last + index + 1 }));
}

export function attach(
  world: MailWorld,
  mailbox: Mailbox,
  item: Item,
  attachment: NewAttachment,
): Attachment {
  const { mime: _changed, ...message } = messageOf(item);
  const [added] = numbered([attachment], message.attachments);
  saveMessage(world, mailbox, item, { ...message, attachments: [...message.attachments, added!] });
  return added!;
}

export function detach(world: MailWorld, mailbox: Mailbox, item: Item, attachment: Attachment): void {
  const { mime: _changed, ...message } = messageOf(item);
  const attachments = message.attachments.filter(each => each !== attachment);
  saveMessage(world, mailbox, item, { ...message, attachments });
}

export type NewFile = Omit<FileAttachment, 'number'>;
