import type { Attachment, InternetMessageHeader, Recipient } from '@microsoft/microsoft-graph-types';
import type { AttachmentFacts, MailMessage, NamedAddress } from '../../sync/mail/message.ts';
import { type GraphMessage, listedSelect } from './mail-listed.ts';
import { isSealed, messageClass, rightsClass } from './mail-sealed.ts';
import { extendedValue, markProperty } from './mapping.ts';
import { expandProperties } from './odata.ts';

/** PidTagMessageFlags, PidTagSensitivity, PidTagMessageDeliveryTime, PidTagClientSubmitTime. */
export const messageFlags = 'Integer 0x0E07';
const sensitivity = 'Integer 0x0036';
export const deliveryTime = 'SystemTime 0x0E06';
export const submitTime = 'SystemTime 0x0039';

/** mfHasAttach ([MS-OXCMSG] 2.2.1.6) tells of inline attachments too, which `hasAttachments` does not. */
const HAS_ATTACHMENT = 0x10;

const sensitivities = ['normal', 'personal', 'private', 'confidential'] as const;

/** What is asked of a message, besides its attachments. */
export const wholeMessage = {
  $select: [
    ...listedSelect,
    'from',
    'sender',
    'toRecipients',
    'ccRecipients',
    'bccRecipients',
    'subject',
    'body',
    'bodyPreview',
    'sentDateTime',
    'receivedDateTime',
    'internetMessageId',
    'internetMessageHeaders',
    'hasAttachments',
    'isDraft',
  ].join(','),
  $expand: expandProperties([markProperty, messageFlags, sensitivity, messageClass, rightsClass]),
};

/** What is asked of attachments: not their contents. */
export const attachmentSelect = 'id,name,contentType,size,isInline';

/** Where nothing is said of attachments, there may be some. */
export function mayHaveAttachments(message: GraphMessage): boolean {
  const flags = extendedValue(message.singleValueExtendedProperties, messageFlags);
  return message.hasAttachments !== false || flags === null || (Number(flags) & HAS_ATTACHMENT) !== 0;
}

export function mailMessage(message: GraphMessage, attachments: readonly Attachment[]): MailMessage {
  const { body } = message;
  const isHtml = body?.contentType === 'html';
  const content = body?.content ?? '';
  return {
    from: party(message.from),
    sender: party(message.sender),
    to: parties(message.toRecipients),
    cc: parties(message.ccRecipients),
    bcc: parties(message.bccRecipients),
    subject: message.subject ?? '',
    html: isHtml ? content : null,
    text: isHtml ? null : content,
    sentAtMs: moment(message.sentDateTime),
    receivedAtMs: moment(message.receivedDateTime),
    messageId: message.internetMessageId || null,
    attachments: attachments.map(attachmentFacts),
    sensitivity: sensitivityOf(message),
    isProtected: isSealed(message, attachments),
    isDraft: message.isDraft === true,
    categories: message.categories ?? [],
    lists: (message.internetMessageHeaders ?? []).flatMap(postAddresses),
  };
}

/** PidTagSensitivity has the numbers of [MS-OXCMSG] 2.2.1.13. */
function sensitivityOf({ singleValueExtendedProperties }: GraphMessage): MailMessage['sensitivity'] {
  return sensitivities[Number(extendedValue(singleValueExtendedProperties, sensitivity))] ?? 'normal';
}

function attachmentFacts(attachment: Attachment & { readonly '@odata.type'?: string }): AttachmentFacts {
  return {
    id: attachment.id ?? '',
    name: attachment.name || null,
    contentType: attachment.contentType || null,
    sizeBytes: attachment.size ?? 0,
    type: attachmentType(attachment['@odata.type'] ?? ''),
  };
}

function attachmentType(odataType: string): AttachmentFacts['type'] {
  if (/itemAttachment$/i.test(odataType)) return 'item';
  return /referenceAttachment$/i.test(odataType) ? 'reference' : 'file';
}

function parties(recipients: readonly Recipient[] | null | undefined): NamedAddress[] {
  return (recipients ?? []).flatMap(recipient => party(recipient) ?? []);
}

function party(recipient: Recipient | null | undefined): NamedAddress | null {
  const { name, address } = recipient?.emailAddress ?? {};
  if (!name && !address) return null;
  // Whoever has no name is told by the address in its place.
  return { name: !name || name === address ? null : name, address: address ?? '' };
}

function moment(told: string | null | undefined): number | null {
  const ms = Date.parse(told ?? '');
  return Number.isFinite(ms) ? ms : null;
}

/** `List-Post: <mailto:list@example.org>` (RFC 2369, section 3.4). */
function postAddresses({ name, value }: InternetMessageHeader): string[] {
  if (name?.toLowerCase() !== 'list-post') return [];
  return [...(value ?? '').matchAll(/<mailto:([^>?]+)/gi)].map(([, address = '']) => decoded(address.trim()));
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
