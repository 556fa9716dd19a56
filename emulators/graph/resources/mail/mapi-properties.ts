import type { ExtendedProperties } from '../../store/extended-properties.ts';
import type { MessageState } from '../../store/message-state.ts';

/** The properties of a message that MAPI has under tags (MS-OXPROPS) and the contract under names, or not at all. */
const FLAGS = 'Integer 0xe07';
const DELIVERY_TIME = 'SystemTime 0xe06';
const SUBMIT_TIME = 'SystemTime 0x39';
const SENSITIVITY = 'Integer 0x36';
const MESSAGE_CLASS = 'String 0x1a';
const IN_REPLY_TO = 'String 0x1042';
const REFERENCES = 'String 0x1039';
const HEADERS = 'String 0x7d';
const CONTENT_CLASS = 'String {00020386-0000-0000-c000-000000000046} Name content-class';
export const MESSAGE_ID = 'String 0x1035';

/** Bits of the message flags (MS-OXCMSG 2.2.1.6). */
const READ = 0x01;
const UNSENT = 0x08;
const HAS_ATTACHMENTS = 0x10;

const SENSITIVITIES = ['normal', 'personal', 'private', 'confidential'] as const;

/** What is kept with the extended properties of an item, so that filters find it. */
export const mapiProperties = (message: MessageState): ExtendedProperties => ({
  [FLAGS]: String(flagsOf(message)),
  [DELIVERY_TIME]: new Date(message.receivedAt).toISOString(),
  [SUBMIT_TIME]: new Date(message.sentAt).toISOString(),
  [SENSITIVITY]: String(SENSITIVITIES.indexOf(message.sensitivity)),
  [MESSAGE_CLASS]: classOf(message),
  [MESSAGE_ID]: message.internetMessageId,
  ...(message.inReplyTo !== undefined && { [IN_REPLY_TO]: message.inReplyTo }),
  ...(message.references !== undefined && { [REFERENCES]: message.references }),
  ...contentClass(message),
});

/** The headers are made when somebody looks: an index of them would be as large as the mail. */
export const headerProperty = ({ headers }: MessageState): ExtendedProperties =>
  headers.length === 0
    ? {}
    : { [HEADERS]: `${headers.map(({ name, value }) => `${name}: ${value}`).join('\r\n')}\r\n` };

const flagsOf = ({ isRead, isDraft, attachments }: MessageState) =>
  (isRead ? READ : 0) | (isDraft ? UNSENT : 0) | (attachments.length > 0 ? HAS_ATTACHMENTS : 0);

const MEETING_CLASSES: Record<string, string> = {
  meetingRequest: 'IPM.Schedule.Meeting.Request',
  meetingCancelled: 'IPM.Schedule.Meeting.Canceled',
  meetingAccepted: 'IPM.Schedule.Meeting.Resp.Pos',
  meetingTenativelyAccepted: 'IPM.Schedule.Meeting.Resp.Tent',
  meetingDeclined: 'IPM.Schedule.Meeting.Resp.Neg',
};

/** Encrypted and opaquely signed messages have a class of their own, those signed beside their text one below it. */
function classOf({ meetingMessageType, headers }: MessageState): string {
  if (meetingMessageType !== undefined) return MEETING_CLASSES[meetingMessageType] ?? 'IPM.Schedule.Meeting';
  const type = headers.find(({ name }) => name.toLowerCase() === 'content-type')?.value ?? '';
  if (/^\s*application\/(x-)?pkcs7-mime/i.test(type)) return 'IPM.Note.SMIME';
  const isSigned = /^\s*multipart\/signed/i.test(type) && /pkcs7-signature/i.test(type);
  return isSigned ? 'IPM.Note.SMIME.MultipartSigned' : 'IPM.Note';
}

/** By `rpmsg.message` a rights-protected message is known: the contract has no property for it. */
function contentClass({ headers }: MessageState): ExtendedProperties {
  const header = headers.find(({ name }) => name.toLowerCase() === 'content-class');
  return header ? { [CONTENT_CLASS]: header.value } : {};
}

/** A message with what was written to its tagged properties. */
export function withMapiProperties(message: MessageState, written: ExtendedProperties): MessageState {
  const text = (id: string) => (typeof written[id] === 'string' ? written[id] : undefined);
  const sensitivity = SENSITIVITIES[Number(text(SENSITIVITY))];
  const headers = text(HEADERS);
  return {
    ...message,
    receivedAt: timeOf(text(DELIVERY_TIME)) ?? message.receivedAt,
    sentAt: timeOf(text(SUBMIT_TIME)) ?? message.sentAt,
    internetMessageId: text(MESSAGE_ID) ?? message.internetMessageId,
    inReplyTo: text(IN_REPLY_TO) ?? message.inReplyTo,
    references: text(REFERENCES) ?? message.references,
    headers: headers === undefined ? message.headers : headersIn(headers),
    ...(sensitivity && { sensitivity }),
  };
}

/**
 * Only flags that are given at the creation decide whether a message is a draft: afterwards they are read-only
 * (MS-OXCMSG 2.2.1.6).
 */
export function withCreationFlags(message: MessageState, written: ExtendedProperties): MessageState {
  if (written[FLAGS] === undefined) return message;
  const flags = Number(written[FLAGS]);
  const isDraft = (flags & UNSENT) !== 0;
  return { ...message, isDraft, isRead: isDraft || (flags & READ) !== 0 };
}

const timeOf = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));

function headersIn(text: string): MessageState['headers'] {
  const lines = text.replaceAll(/\r?\n(?=[ \t])/g, '').split(/\r?\n/);
  return lines.flatMap(line => {
    const [, name, value = ''] = /^([^\s:]+):\s*(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, value }];
  });
}
