import type { MailFolder as GraphMailFolder } from '@microsoft/microsoft-graph-types';
import type { ContactFolder, MailFolder, MasterCategory } from '../connector.ts';
import type { BatchAnswer, BatchRequest, GraphClient } from './client.ts';
import { classify, type Effect } from './failure.ts';
import type { Lane } from './lane.ts';
import { path } from './odata.ts';

/** Graph as requests reach it: those that are answered with contents may take longer. */
export interface GraphClients {
  readonly client: GraphClient;
  readonly contentClient: GraphClient;
}

/** A mailbox as the parts of the connector reach it. */
export class MailboxWire {
  readonly client: GraphClient;
  readonly contentClient: GraphClient;
  readonly lane: Lane;
  readonly user: string;
  readonly isAllowedLink: (url: URL) => boolean;

  constructor(clients: GraphClients, lane: Lane, user: string, isAllowedLink: (url: URL) => boolean) {
    this.client = clients.client;
    this.contentClient = clients.contentClient;
    this.lane = lane;
    this.user = user;
    this.isAllowedLink = isAllowedLink;
  }

  path(...segments: readonly string[]): string {
    return path('users', this.user, ...segments);
  }

  get(url: string): Promise<unknown> {
    return this.client.send(this.lane, { method: 'GET', url });
  }

  send(request: BatchRequest): Promise<unknown> {
    return this.client.send(this.lane, request);
  }

  batch(requests: readonly BatchRequest[]): Promise<BatchAnswer[]> {
    return this.client.batch(this.lane, requests);
  }

  getLarge(url: string): Promise<unknown> {
    return this.contentClient.send(this.lane, { method: 'GET', url });
  }

  batchLarge(requests: readonly BatchRequest[]): Promise<BatchAnswer[]> {
    return this.contentClient.batch(this.lane, requests);
  }

  linkPath(link: string): string {
    return this.client.pathOfLink(link, this.isAllowedLink);
  }

  /** All pages of a list. */
  async list<T>(url: string): Promise<T[]> {
    return this.listFrom(await this.get(url));
  }

  /** What is on this page of a list and on those after it. */
  async listFrom<T>(first: unknown): Promise<T[]> {
    let page = first as ListPage<T>;
    const items = [...(page.value ?? [])];
    const seen = new Set<string>();
    for (let next = this.nextOf(page); next !== null && !seen.has(next); next = this.nextOf(page)) {
      seen.add(next);
      page = (await this.get(next)) as ListPage<T>;
      items.push(...(page.value ?? []));
    }
    return items;
  }

  /** Where the page after this one is asked for; null at the end. */
  nextOf(page: ListPage<unknown>): string | null {
    const link = page['@odata.nextLink'];
    return link === undefined ? null : this.linkPath(link);
  }
}

export interface ListPage<T> {
  readonly value?: readonly T[];
  readonly '@odata.nextLink'?: string;
}

export function bodyOf(answer: BatchAnswer, effect: Effect): unknown {
  if (answer.ok) return answer.body;
  throw classify(answer.error, effect);
}

export interface FolderBody {
  readonly id: string;
  readonly displayName: string;
  readonly parentFolderId: string;
  readonly totalItemCount?: number;
  readonly childFolderCount?: number;
  readonly singleValueExtendedProperties?: GraphMailFolder['singleValueExtendedProperties'];
}
export const contactFolderSelect = 'id,displayName,parentFolderId';
export const mailFolderSelect = `${contactFolderSelect},totalItemCount`;

export function contactFolderOf(body: unknown): ContactFolder {
  const folder = body as FolderBody;
  return { id: folder.id, name: folder.displayName, parentId: folder.parentFolderId };
}

export function mailFolderOf(body: unknown): MailFolder {
  return { ...contactFolderOf(body), itemCount: (body as FolderBody).totalItemCount ?? 0 };
}

export function categoryOf(body: unknown): MasterCategory {
  const category = body as { id: string; displayName: string; color: string };
  return { id: category.id, name: category.displayName, color: category.color };
}
