import type { MailFolder as GraphMailFolder } from '@microsoft/microsoft-graph-types';
import type { ContactFolder, MailFolder, MasterCategory } from '../connector.ts';
import type { BatchAnswer, BatchRequest, GraphClient } from './client.ts';
import { classify, type Effect } from './failure.ts';
import type { Lane } from './lane.ts';
import { path } from './odata.ts';

/** A mailbox as the parts of the connector reach it. */
export class MailboxWire {
  readonly client: GraphClient;
  readonly lane: Lane;
  readonly user: string;
  readonly isAllowedLink: (url: URL) => boolean;

  constructor(client: GraphClient, lane: Lane, user: string, isAllowedLink: (url: URL) => boolean) {
    this.client = client;
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

  linkPath(link: string): string {
    return this.client.pathOfLink(link, this.isAllowedLink);
  }

  /** All pages of a list. */
  async list<T>(url: string): Promise<T[]> {
    const items: T[] = [];
    const seen = new Set<string>();
    for (let next: string | null = url; next !== null && !seen.has(next); ) {
      seen.add(next);
      const page = (await this.get(next)) as { value?: T[]; '@odata.nextLink'?: string };
      items.push(...(page.value ?? []));
      next = page['@odata.nextLink'] === undefined ? null : this.linkPath(page['@odata.nextLink']);
    }
    return items;
  }
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
