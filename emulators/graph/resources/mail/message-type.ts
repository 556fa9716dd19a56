import type { Behaviour } from '../../control/behaviour.ts';
import type { EntityType } from '../../odata/entity-type.ts';
import { parseSelect } from '../../odata/select.ts';
import { itemNotFound } from '../../protocol/errors.ts';
import type { MailboxCall } from '../../protocol/exchange.ts';
import type { Item } from '../../store/mailbox-state.ts';
import type { MessageAddress, MessageBody, MessageState } from '../../store/message-state.ts';
import { bodyPreview, wireBody } from '../calendar/body-text.ts';
import { otherExtensionIds, renderExtension } from '../open-extensions.ts';
import { etagOf, itemId } from '../stored-items.ts';
import { wireTime } from '../wire-time.ts';
import { attachmentType } from './attachment-type.ts';
import { conversationIndex } from './conversations.ts';
import { seesContent } from './mail-route.ts';
import { headerProperty } from './mapi-properties.ts';

export const MESSAGE = 'microsoft.graph.message';

export type MessageType = EntityType<Item, MailboxCall>;

type Show<Of> = (of: Of, call: MailboxCall, behaviour: Behaviour) => unknown;

/** A preview does not read more of a body than this. */
const PREVIEWED_CHARACTERS = 65_536;

const recipient = ({ name, address }: MessageAddress) => ({ emailAddress: { name, address } });
const recipients = (addresses: MessageAddress[]) => addresses.map(recipient);

const IDENTITY: Record<string, Show<Item>> = {
  '@odata.etag': ({ changedAt }, { mailbox }) => etagOf(mailbox, changedAt),
  id: (item, { mailbox, preferences }) => itemId(mailbox, item, preferences.immutableIds),
  createdDateTime: ({ createdAt }) => wireTime(createdAt),
  lastModifiedDateTime: ({ modifiedAt }) => wireTime(modifiedAt),
  changeKey: ({ changedAt }, { mailbox }) => mailbox.ids.changeKey(changedAt),
  parentFolderId: ({ folder }, { mailbox }) => mailbox.ids.folder(folder),
  webLink: (item, { mailbox, preferences }) =>
    `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(itemId(mailbox, item, preferences.immutableIds))}&exvsurl=1&viewmodel=ReadMessageItem`,
};

const CONTENT: Record<string, Show<MessageState>> = {
  categories: ({ categories }) => categories,
  receivedDateTime: ({ receivedAt }) => wireTime(receivedAt),
  sentDateTime: ({ sentAt }) => wireTime(sentAt),
  hasAttachments: ({ attachments }) => attachments.some(({ isInline }) => !isInline),
  internetMessageId: ({ internetMessageId }) => internetMessageId,
  subject: ({ subject }) => subject,
  importance: ({ importance }) => importance,
  conversationId: ({ conversation }, { mailbox }) => mailbox.ids.conversation(conversation),
  conversationIndex,
  isDeliveryReceiptRequested: message => message.isDeliveryReceiptRequested,
  isReadReceiptRequested: message => message.isReadReceiptRequested,
  isRead: ({ isRead }) => isRead,
  isDraft: ({ isDraft }) => isDraft,
  inferenceClassification: message => message.inferenceClassification,
  sender: ({ sender }) => (sender ? recipient(sender) : null),
  from: ({ from }) => (from ? recipient(from) : null),
  toRecipients: message => recipients(message.toRecipients),
  ccRecipients: message => recipients(message.ccRecipients),
  bccRecipients: message => recipients(message.bccRecipients),
  replyTo: message => recipients(message.replyTo),
  flag: ({ flag }) => flag,
};

/** What Mail.ReadBasic does not show. */
const INNER: Record<string, Show<MessageState>> = {
  bodyPreview: ({ body }) => bodyPreview({ ...body, content: body.content.slice(0, PREVIEWED_CHARACTERS) }),
  body: ({ body }, call, behaviour) => shownBody(body, call, behaviour),
};

/** What comes only when it is selected (documentation: message resource type). */
const ON_SELECT: Record<string, Show<MessageState>> = {
  uniqueBody: ({ body }, call, behaviour) => shownBody(body, call, behaviour),
  internetMessageHeaders: ({ headers }) => headers,
};

function shownBody(body: MessageBody, { preferences }: MailboxCall, { plainBodies }: Behaviour): MessageBody {
  const preferred = preferences.bodyContentType;
  if (preferred === undefined && body.contentType === 'text' && plainBodies === 'text') return body;
  return wireBody(body, preferred);
}

export function messageOf({ message }: Item): MessageState {
  if (!message) throw itemNotFound();
  return message;
}

/** What a message says, alone or within another one. */
export function renderMessage(
  message: MessageState,
  call: MailboxCall,
  behaviour: Behaviour,
): Record<string, unknown> {
  const selected = parseSelect(call.query.get('$select'), MESSAGE);
  const shown = {
    ...CONTENT,
    ...(seesContent(call) && INNER),
    ...(selected && seesContent(call) && ON_SELECT),
  };
  const rendered: Record<string, unknown> = { ...meetingMembers(message) };
  for (const [name, show] of Object.entries(shown)) {
    if (!selected || selected.has(name)) rendered[name] = show(message, call, behaviour);
  }
  return rendered;
}

function meetingMembers({ meetingMessageType }: MessageState): Record<string, unknown> {
  if (meetingMessageType === undefined) return {};
  const isRequest = meetingMessageType === 'meetingRequest';
  const isAnswer = !isRequest && meetingMessageType !== 'meetingCancelled';
  const kind = isRequest ? 'Request' : isAnswer ? 'Response' : '';
  return { '@odata.type': `#microsoft.graph.eventMessage${kind}`, meetingMessageType };
}

/** How messages are shown; `$select` decides what is made at all. */
export function messageType(behaviour: Behaviour): MessageType {
  const type: MessageType = {
    name: MESSAGE,
    render: (item, call) => ({
      ...Object.fromEntries(
        Object.entries(IDENTITY).map(([name, show]) => [name, show(item, call, behaviour)]),
      ),
      ...renderMessage(messageOf(item), call, behaviour),
    }),
    property: (item, name, call) => {
      if (name in IDENTITY) return IDENTITY[name]!(item, call, behaviour);
      const show = CONTENT[name] ?? (seesContent(call) ? (INNER[name] ?? ON_SELECT[name]) : undefined);
      return show?.(messageOf(item), call, behaviour);
    },
    extended: item => ({ ...item.extended, ...headerProperty(messageOf(item)) }),
    navigation: {
      attachments: {
        elements: (item, call) =>
          seesContent(call)
            ? messageOf(item).attachments.map(attachment => attachmentType.render({ item, attachment }, call))
            : [],
        contextUrl: (item, call) => contextOfPart(item, call, 'attachments'),
      },
      extensions: {
        elements: item => messageOf(item).extensions.map(extension => renderExtension(extension, behaviour)),
        otherIds: otherExtensionIds,
        contextUrl: (item, call) => contextOfPart(item, call, 'extensions'),
      },
    },
  };
  return type;
}

const contextOfPart = (item: Item, call: MailboxCall, part: string) =>
  `${call.serviceRoot}/$metadata#users('${encodeURIComponent(call.params[0]!)}')/messages('${encodeURIComponent(itemId(call.mailbox, item, call.preferences.immutableIds))}')/${part}`;
