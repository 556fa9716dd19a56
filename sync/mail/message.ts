/** Who a message is from and to, as it says itself: nothing here is checked yet. */
export interface NamedAddress {
  readonly name: string | null;
  readonly address: string;
}

/** What is known of an attachment without reading it. */
export interface AttachmentFacts {
  readonly id: string;
  readonly name: string | null;
  readonly contentType: string | null;
  readonly sizeBytes: number;
  /** An `item` is another message, appointment or contact; a `reference` is a link to a file elsewhere. */
  readonly type: 'file' | 'item' | 'reference';
}

/** A message of a mailbox, as the core sees it. */
export interface MailMessage {
  readonly from: NamedAddress | null;
  /** Who sent it on behalf of `from`. */
  readonly sender: NamedAddress | null;
  readonly to: readonly NamedAddress[];
  readonly cc: readonly NamedAddress[];
  readonly bcc: readonly NamedAddress[];
  readonly subject: string;
  readonly html: string | null;
  readonly text: string | null;
  readonly sentAtMs: number | null;
  readonly receivedAtMs: number | null;
  /** Chosen by whoever wrote the message: missing, repeated and copied ones occur. */
  readonly messageId: string | null;
  readonly attachments: readonly AttachmentFacts[];
  readonly sensitivity: 'normal' | 'personal' | 'private' | 'confidential';
  /** Rights management or encryption keeps its content from us. */
  readonly isProtected: boolean;
  readonly isDraft: boolean;
  readonly categories: readonly string[];
  /** Addresses of mailing lists that it came through (RFC 2369, List-Post). */
  readonly lists: readonly string[];
}

/** In the order in which a message names them. */
export const ROLES = ['from', 'to', 'cc', 'bcc'] as const;
export type Role = (typeof ROLES)[number];
