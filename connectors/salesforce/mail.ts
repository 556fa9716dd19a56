import { SyncFailure } from '../../sync/failure.ts';
import type { AttachmentLimits } from '../../sync/mail/attachments.ts';
import type { TextLimits } from '../../sync/mail/copy.ts';
import type {
  CrmMail,
  EmailDraft,
  EmailFile,
  EmailTrace,
  HeldEmail,
  HeldFile,
  LinkedPerson,
} from '../archive.ts';
import type { Outcome } from '../connector.ts';
import { archiveEmails, type MailParts } from './archives.ts';
import { attachFiles, filesOfEmails, maxFileBytes } from './email-files.ts';
import { linkPeople } from './email-people.ts';
import { findEmails } from './email-search.ts';
import { type DescribedShape, isVisible } from './shape.ts';

/** Lengths where the description tells none (object reference, EmailMessage). */
const usualLengths = { Subject: 3_000, TextBody: 32_000, HtmlBody: 131_072 } as const;

/** E-mails as records of Enhanced Email. */
export class SalesforceMail implements CrmMail {
  readonly #parts: MailParts;

  constructor(parts: MailParts) {
    this.#parts = parts;
  }

  async limits(): Promise<TextLimits & AttachmentLimits> {
    const { columns } = await this.#shape();
    const lengthOf = (column: keyof typeof usualLengths) =>
      columns.get(column)?.maxLength ?? usualLengths[column];
    return {
      subjectLength: lengthOf('Subject'),
      textLength: lengthOf('TextBody'),
      htmlLength: lengthOf('HtmlBody'),
      maxAttachmentBytes: maxFileBytes,
      blockedExtensions: new Set(),
    };
  }

  async find(traces: readonly EmailTrace[]): Promise<Map<string, HeldEmail[]>> {
    if (traces.length === 0) return new Map();
    const { wire, access } = this.#parts;
    return findEmails(wire, access, await this.#shape(), traces);
  }

  async archive(drafts: readonly EmailDraft[]): Promise<Outcome<{ readonly id: string }>[]> {
    if (drafts.length === 0) return [];
    return archiveEmails(this.#parts, await this.#shape(), drafts);
  }

  async link(emailId: string, people: readonly LinkedPerson[]): Promise<void> {
    const refused = (await linkPeople(this.#parts.wire, [{ emailId, people }])).get(emailId);
    if (refused !== undefined) throw refused;
  }

  files(emailIds: readonly string[]): Promise<Map<string, HeldFile[]>> {
    return filesOfEmails(this.#parts.wire, emailIds);
  }

  attach(files: readonly EmailFile[]): Promise<Outcome<null>[]> {
    return attachFiles(this.#parts.wire, files);
  }

  async #shape(): Promise<DescribedShape> {
    const shape = await this.#parts.schema.ofWriter('EmailMessage');
    if (isVisible(shape)) return shape;
    this.#parts.schema.forget('EmailMessage');
    throw new SyncFailure('schema', 'the CRM keeps no e-mails, or its user may not see them', {
      native: 'INVALID_TYPE',
      fix: "Setup › Enhanced Email: enable it, and give the user's permission set Access Activities.",
    });
  }
}
