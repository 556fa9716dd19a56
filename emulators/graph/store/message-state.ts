import type { OpenExtension } from './mailbox-state.ts';

export interface MessageAddress {
  name: string;
  address: string;
}

export interface MessageHeader {
  name: string;
  value: string;
}

export interface MessageBody {
  contentType: 'html' | 'text';
  content: string;
}

interface AttachmentBase {
  number: number;
  name: string | null;
  contentType: string | null;
  isInline: boolean;
  modifiedAt: number;
}

/** Bytes that hang on a message. */
export interface FileAttachment extends AttachmentBase {
  kind: 'file';
  /** Base64. */
  content: string;
  contentId: string | null;
  contentLocation: string | null;
}

/** A message in a message. */
export interface ItemAttachment extends AttachmentBase {
  kind: 'item';
  message: MessageState;
}

/** A link to a file elsewhere. */
export interface ReferenceAttachment extends AttachmentBase {
  kind: 'reference';
}

export type Attachment = FileAttachment | ItemAttachment | ReferenceAttachment;

/** What a message says; a write makes a new one, so that copies may share their parts. */
export interface MessageState {
  subject: string;
  body: MessageBody;
  from: MessageAddress | undefined;
  sender: MessageAddress | undefined;
  toRecipients: MessageAddress[];
  ccRecipients: MessageAddress[];
  bccRecipients: MessageAddress[];
  replyTo: MessageAddress[];
  headers: MessageHeader[];
  internetMessageId: string;
  inReplyTo: string | undefined;
  references: string | undefined;
  /** 16 bytes, hexadecimal: the same for all messages of a conversation. */
  conversation: string;
  categories: string[];
  importance: 'low' | 'normal' | 'high';
  sensitivity: 'normal' | 'personal' | 'private' | 'confidential';
  inferenceClassification: 'focused' | 'other';
  /** As in the contract. */
  flag: Record<string, unknown>;
  /** What a meeting message is about, in the contract's words. */
  meetingMessageType?: string;
  isDraft: boolean;
  isRead: boolean;
  isReadReceiptRequested: boolean;
  isDeliveryReceiptRequested: boolean;
  receivedAt: number;
  sentAt: number;
  attachments: Attachment[];
  extensions: OpenExtension[];
  /** The message as it came, base64, as long as nobody changed what it says. */
  mime?: string;
}
