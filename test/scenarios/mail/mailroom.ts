import { createTransport, type SendMailOptions } from 'nodemailer';
import { expect } from 'vitest';
import type { Office } from '../office.ts';
import type { PolicyInput, Seat } from '../seat.ts';

type Json = Record<string, unknown>;

/** A folder of mail as Outlook's user sees it. */
export interface OutlookFolder {
  readonly id: string;
  readonly displayName: string;
  readonly parentFolderId: string;
  readonly totalItemCount: number;
}

/** A message as Outlook's user sees it. */
export interface OutlookMessage {
  readonly id: string;
  readonly subject: string;
  readonly categories: string[];
  readonly parentFolderId: string;
  readonly isDraft: boolean;
  readonly body: { readonly contentType: string; readonly content: string };
}

export interface CrmEmail {
  readonly Id: string;
  readonly Subject: string | null;
  readonly TextBody: string | null;
  readonly HtmlBody: string | null;
  readonly FromAddress: string;
  readonly ToAddress: string | null;
  readonly CcAddress: string | null;
  readonly BccAddress: string | null;
  readonly Incoming: boolean;
  readonly MessageDate: string;
  readonly MessageIdentifier: string | null;
  readonly RelatedToId: string | null;
  readonly ParentId: string | null;
}

const EMAIL_FIELDS = `Id, Subject, TextBody, HtmlBody, FromAddress, ToAddress, CcAddress, BccAddress, Incoming, MessageDate,
  MessageIdentifier, RelatedToId, ParentId`;

export const NEW_EMAIL = '- Create New Email';
export const NEW_OPPORTUNITY = '- Create New Opportunity';
export const NEW_CASE = '- Create New Case';
export const PROCESSED = 'Processing Complete';
export const NOT_ARCHIVED = 'Not Archived';

/** What the CRM requires of a new opportunity. */
export const OPPORTUNITY_DEFAULTS = { StageName: 'Prospecting', CloseDate: '2027-01-31' };

/** A policy with drop folders, and with records that have folders. */
export const DROPPING: PolicyInput = {
  modules: {
    opportunities: { enabled: true, defaults: OPPORTUNITY_DEFAULTS },
    cases: { enabled: true },
  },
  smartConvert: { enabled: true },
};

/** Parts of a message that a story tells; the rest is usual. */
export interface Letter {
  readonly from?: string;
  readonly to?: string;
  readonly cc?: string;
  readonly bcc?: string;
  readonly subject?: string;
  readonly text?: string;
  readonly messageId?: string | null;
  readonly date?: Date;
  /** Further header lines. */
  readonly headers?: readonly string[];
}

let letters = 0;

/** A plain message in the form in which it travels (RFC 5322), each with a Message-ID of its own. */
export function letter(seat: Seat, parts: Letter): string {
  const {
    from = 'ann@contoso.example',
    to = seat.mail,
    cc,
    bcc,
    subject = 'Hello',
    text = 'Good day.',
  } = parts;
  const { messageId = `<letter${++letters}.${seat.mail}>`, date = new Date(), headers = [] } = parts;
  const lines = [
    ...[`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Date: ${date.toUTCString()}`],
    ...(cc === undefined ? [] : [`Cc: ${cc}`]),
    ...(bcc === undefined ? [] : [`Bcc: ${bcc}`]),
    ...(messageId === null ? [] : [`Message-ID: ${messageId}`]),
    ...headers,
    ...['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', '', text, ''],
  ];
  return lines.join('\r\n');
}

const writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

/** A message with more than plain text, in the form in which it travels; usually from somebody whom one seat knows. */
export async function parcel(seat: Seat, parts: SendMailOptions): Promise<Buffer> {
  const usual = { from: `sender@${seat.mail.split('@')[0]}.example`, to: seat.mail, text: 'Good day.' };
  return (await writer.sendMail({ ...usual, ...parts })).message as Buffer;
}

/** A file of an e-mail in the CRM. */
export interface CrmFile {
  readonly name: string;
  readonly title: string;
  readonly content: Buffer;
}

/** The mail of one seat: folders and messages in the mailbox, e-mails in the CRM, and what its user does there. */
export class Mailroom {
  readonly seat: Seat;

  constructor(seat: Seat) {
    this.seat = seat;
  }

  /** The folder at the end of these names, from the product's root folder on; undefined where there is none. */
  async folder(...names: readonly string[]): Promise<OutlookFolder | undefined> {
    let folder: OutlookFolder | undefined;
    for (const name of ['Contoso', ...names]) {
      const at: string = folder === undefined ? '/mailFolders' : `/mailFolders/${folder.id}/childFolders`;
      const inside = await this.foldersAt(at);
      folder = inside.find(({ displayName }) => displayName === name);
      if (folder === undefined) return undefined;
    }
    return folder;
  }

  foldersAt(path: string): Promise<OutlookFolder[]> {
    return this.seat.world.graph.list(`/users/${this.seat.mail}${path}?$top=200`);
  }

  /** The names of the folders in one, sorted as Outlook sorts them. */
  async folderNames(...names: readonly string[]): Promise<string[]> {
    const folder = await this.folder(...names);
    if (folder === undefined) return [];
    const inside = await this.foldersAt(`/mailFolders/${folder.id}/childFolders`);
    return inside.map(({ displayName }) => displayName).sort();
  }

  async folderId(...names: readonly string[]): Promise<string> {
    const folder = await this.folder(...names);
    expect(folder, `the folder ${names.join(' / ')}`).toBeDefined();
    return folder?.id ?? '';
  }

  /** A message arrives in a folder of ours, or in a usual one (`inbox`, `sentitems`); answers its immutable id. */
  async deliver(eml: string | Buffer, ...names: readonly string[]): Promise<string> {
    const [first = 'inbox'] = names;
    const isUsual = ['inbox', 'sentitems'].includes(first);
    const { immutableId } = await this.seat.world.graph.control<{ immutableId: string }>('POST', 'deliver', {
      mailbox: this.seat.mail,
      folder: isUsual ? first : await this.folderId(...names),
      eml: Buffer.from(eml).toString('base64'),
    });
    return immutableId;
  }

  /** Writes a letter and drops it into a folder. */
  drop(parts: Letter, ...names: readonly string[]): Promise<string> {
    return this.deliver(letter(this.seat, parts), ...(names.length === 0 ? [NEW_EMAIL] : names));
  }

  /** Moves a message as its user does. */
  async move(messageId: string, ...names: readonly string[]): Promise<void> {
    const [first = 'inbox'] = names;
    const destinationId = ['inbox', 'sentitems'].includes(first) ? first : await this.folderId(...names);
    await this.seat.outlook('POST', `/messages/${messageId}/move`, { destinationId });
  }

  /** Copies a message as its user does; answers the copy's id. */
  async copy(messageId: string, ...names: readonly string[]): Promise<string> {
    const destinationId = await this.folderId(...names);
    const { id } = await this.seat.outlook<OutlookMessage>('POST', `/messages/${messageId}/copy`, {
      destinationId,
    });
    return id;
  }

  message(messageId: string): Promise<OutlookMessage> {
    return this.seat.outlook('GET', `/messages/${messageId}`);
  }

  messagesIn(folderId: string): Promise<OutlookMessage[]> {
    return this.seat.world.graph.list(`/users/${this.seat.mail}/mailFolders/${folderId}/messages?$top=200`);
  }

  async subjectsIn(...names: readonly string[]): Promise<string[]> {
    const [first = ''] = names;
    const id = ['inbox', 'sentitems', 'deleteditems'].includes(first) ? first : await this.folderId(...names);
    return (await this.messagesIn(id)).map(({ subject }) => subject).sort();
  }

  categorize(messageId: string, categories: readonly string[]): Promise<unknown> {
    return this.seat.outlook('PATCH', `/messages/${messageId}`, { categories });
  }

  /** Where a message is: the name of its folder. */
  async placeOf(messageId: string): Promise<string> {
    const { parentFolderId } = await this.message(messageId);
    const folder = await this.seat.outlook<OutlookFolder>('GET', `/mailFolders/${parentFolderId}`);
    return folder.displayName;
  }

  // ---------------------------------------------------------------------------------------- CRM

  /** The e-mails of that subject in the CRM, whoever wrote them there. */
  async emails(subject: string): Promise<CrmEmail[]> {
    return this.seat.world.salesforce.query<CrmEmail>(
      `SELECT ${EMAIL_FIELDS} FROM EmailMessage WHERE Subject = '${quoted(subject)}' ORDER BY CreatedDate, Id`,
    );
  }

  async emailWithId(id: string): Promise<CrmEmail> {
    const found = await this.query<CrmEmail>(`SELECT ${EMAIL_FIELDS} FROM EmailMessage WHERE Id = '${id}'`);
    expect(found).toHaveLength(1);
    return found[0] as CrmEmail;
  }

  async email(subject: string): Promise<CrmEmail> {
    const found = await this.emails(subject);
    expect(found.map(email => email.Subject)).toEqual([subject]);
    return found[0] as CrmEmail;
  }

  /** The records that an e-mail leads to, by the role of the message that they have. */
  async peopleOf(email: CrmEmail): Promise<{ RelationId: string; RelationType: string }[]> {
    const found = await this.seat.world.salesforce.query<{
      RelationId: string | null;
      RelationType: string;
      RelationObjectType: string;
    }>(
      `SELECT RelationId, RelationType, RelationObjectType FROM EmailMessageRelation WHERE EmailMessageId = '${email.Id}'`,
    );
    return found.flatMap(({ RelationId, RelationType }) =>
      RelationId === null ? [] : [{ RelationId, RelationType }],
    );
  }

  /** The subjects in the activity history of a contact or lead, or of a record. */
  async history(of: 'WhoId' | 'WhatId', id: string): Promise<string[]> {
    const tasks = await this.seat.world.salesforce.query<{ Subject: string }>(
      `SELECT Subject FROM Task WHERE ${of} = '${id}' AND TaskSubtype = 'Email' ORDER BY Subject`,
    );
    return tasks.map(({ Subject }) => Subject.replace(/^Email: /, ''));
  }

  /** The files of an e-mail, by name. */
  async filesOf({ Id }: Pick<CrmEmail, 'Id'>): Promise<CrmFile[]> {
    const versions = await this.query<{ Id: string; PathOnClient: string; Title: string }>(
      `SELECT Id, PathOnClient, Title FROM ContentVersion WHERE IsLatest = true AND ContentDocumentId IN
       (SELECT ContentDocumentId FROM ContentDocumentLink WHERE LinkedEntityId = '${Id}') ORDER BY PathOnClient, Id`,
    );
    const { salesforce } = this.seat.world;
    return Promise.all(
      versions.map(async ({ Id: id, PathOnClient: name, Title: title }) => ({
        ...{ name, title },
        content: await salesforce.bytes(`/sobjects/ContentVersion/${id}/VersionData`),
      })),
    );
  }

  query<T = Json>(soql: string): Promise<T[]> {
    return this.seat.world.salesforce.query<T>(soql);
  }
}

const quoted = (text: string) => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");

/** A seat whose first cycle is over, with drop folders unless its options say otherwise. */
export async function mailroom(
  office: Office,
  firstName: string,
  options: PolicyInput = DROPPING,
): Promise<Mailroom> {
  return new Mailroom(await office.seat(firstName, options));
}
