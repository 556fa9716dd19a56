import type { ContactFolder, MailFolder, MasterCategory } from '../connector.ts';
import type { BatchAnswer, BatchRequest } from './client.ts';
import { classify, isMailboxMissing } from './failure.ts';
import { extendedValue, stampProperty } from './mapping.ts';
import { expandProperties, query } from './odata.ts';
import {
  bodyOf,
  categoryOf,
  contactFolderOf,
  contactFolderSelect,
  type FolderBody,
  type MailboxWire,
  mailFolderOf,
  mailFolderSelect,
} from './wire.ts';

const pageSize = '100';

/** Where folders and items go that are deleted, and where the folders stand that are in no other. */
interface Places {
  readonly deletedItemsId: string;
  readonly topId: string;
}

export interface StampedFolder {
  readonly folder: MailFolder;
  readonly stamp: string | null;
}

/** Folders and categories of one mailbox. */
export class Folders {
  readonly #wire: MailboxWire;
  #places: Promise<Places> | null = null;

  constructor(wire: MailboxWire) {
    this.#wire = wire;
  }

  contactFolderRequest(id: string): BatchRequest {
    return {
      method: 'GET',
      url: this.#wire.path('contactFolders', id) + query({ $select: contactFolderSelect }),
    };
  }

  mailFolderRequest(id: string): BatchRequest {
    const options = { $select: mailFolderSelect, $expand: expandProperties([stampProperty]) };
    return { method: 'GET', url: this.#wire.path('mailFolders', id) + query(options) };
  }

  categoriesRequest(): BatchRequest {
    return { method: 'GET', url: this.#wire.path('outlook', 'masterCategories') };
  }

  async defaultContactFolder(): Promise<ContactFolder> {
    return contactFolderOf(await this.#wire.send(this.contactFolderRequest('contacts')));
  }

  async contactFolders(): Promise<ContactFolder[]> {
    const options = query({ $top: pageSize, $select: contactFolderSelect });
    return (await this.#wire.list(this.#wire.path('contactFolders') + options)).map(contactFolderOf);
  }

  async createContactFolder(name: string): Promise<ContactFolder> {
    const url = this.#wire.path('contactFolders');
    return contactFolderOf(await this.#wire.send({ method: 'POST', url, body: { displayName: name } }));
  }

  async renameContactFolder(id: string, name: string): Promise<void> {
    const url = this.#wire.path('contactFolders', id);
    await this.#wire.send({ method: 'PATCH', url, body: { displayName: name } });
  }

  async mailFolders(): Promise<MailFolder[]> {
    const options = query({ $top: pageSize, $select: mailFolderSelect });
    return (await this.#wire.list(this.#wire.path('mailFolders') + options)).map(mailFolderOf);
  }

  async createMailFolder(name: string, stamp: string): Promise<MailFolder> {
    const body = { displayName: name, singleValueExtendedProperties: [{ id: stampProperty, value: stamp }] };
    return mailFolderOf(await this.#wire.send({ method: 'POST', url: this.#wire.path('mailFolders'), body }));
  }

  async renameMailFolder(id: string, name: string): Promise<void> {
    await this.#wire.send({
      method: 'PATCH',
      url: this.#wire.path('mailFolders', id),
      body: { displayName: name },
    });
  }

  async mailFolder(id: string): Promise<StampedFolder | null> {
    const [answer] = await this.#wire.batch([this.mailFolderRequest(id)]);
    return stampedFolderOf(answer!);
  }

  async writeFolderStamp(id: string, stamp: string): Promise<void> {
    const body = { singleValueExtendedProperties: [{ id: stampProperty, value: stamp }] };
    await this.#wire.send({ method: 'PATCH', url: this.#wire.path('mailFolders', id), body });
  }

  async categories(): Promise<MasterCategory[]> {
    return (await this.#wire.list(this.categoriesRequest().url)).map(categoryOf);
  }

  async createCategory(name: string, color: string): Promise<MasterCategory> {
    const url = this.categoriesRequest().url;
    return categoryOf(await this.#wire.send({ method: 'POST', url, body: { displayName: name, color } }));
  }

  async recolorCategory(id: string, color: string): Promise<void> {
    const url = this.#wire.path('outlook', 'masterCategories', id);
    await this.#wire.send({ method: 'PATCH', url, body: { color } });
  }

  /** Asks for the usual places, unless they are known: nothing, or a request for each. */
  placesRequests(): BatchRequest[] {
    if (this.#places !== null) return [];
    return ['deleteditems', 'msgfolderroot'].map(name => ({
      method: 'GET',
      url: this.#wire.path('mailFolders', name) + query({ $select: 'id' }),
    }));
  }

  learnPlaces(answers: readonly BatchAnswer[]): void {
    this.#places = Promise.resolve(placesOf(answers));
  }

  /** Their ids never change. */
  places(): Promise<Places> {
    this.#places ??= this.#wire
      .batch(this.placesRequests())
      .then(placesOf)
      .catch((error: unknown) => {
        this.#places = null;
        throw error;
      });
    return this.#places;
  }
}

function placesOf(answers: readonly BatchAnswer[]): Places {
  const [deletedItemsId = '', topId = ''] = answers.map(answer => (bodyOf(answer, 'read') as FolderBody).id);
  return { deletedItemsId, topId };
}

/** A folder that is gone is null; a mailbox that is gone is not. */
export function stampedFolderOf(answer: BatchAnswer): StampedFolder | null {
  const body = presentBody(answer) as FolderBody | null;
  if (body === null) return null;
  return {
    folder: mailFolderOf(body),
    stamp: extendedValue(body.singleValueExtendedProperties, stampProperty),
  };
}

export function presentContactFolder(answer: BatchAnswer): ContactFolder | null {
  const body = presentBody(answer);
  return body === null ? null : contactFolderOf(body);
}

function presentBody(answer: BatchAnswer): unknown {
  if (answer.ok) return answer.body;
  if (answer.error.status === 404 && !isMailboxMissing(answer.error)) return null;
  throw classify(answer.error, 'read');
}

export function categoriesOf(answer: BatchAnswer): MasterCategory[] {
  return ((bodyOf(answer, 'read') as { value?: unknown[] }).value ?? []).map(categoryOf);
}
