import { expect } from 'vitest';
import type { Office } from '../office.ts';
import type { PolicyInput } from '../seat.ts';
import {
  DROPPING,
  type Mailroom,
  mailroom,
  NEW_CASE,
  NEW_EMAIL,
  NEW_OPPORTUNITY,
  type OutlookFolder,
} from './mailroom.ts';

/** A policy with all folders that there are of opportunities and cases, and its tree. */
const ASSIGNING: PolicyInput = { ...DROPPING, assignTo: { enabled: true } };
export const ASSIGNING_TREE = [
  ...[NEW_CASE, NEW_EMAIL, NEW_OPPORTUNITY],
  ...['Cases', 'Cases > Assign To', 'Opportunities', 'Opportunities > Assign To'],
];

/** The tree without folders of single records. */
export const DROPPING_TREE = ASSIGNING_TREE.filter(path => !path.endsWith('Assign To'));

/** A seat whose first cycle is over, by its folders. */
export async function shelves(office: Office, options: PolicyInput = ASSIGNING): Promise<Shelves> {
  return new Shelves(await mailroom(office, 'Ann', options));
}

/** What a user does with the folders of mail in Outlook, and what the user sees of them. */
export class Shelves {
  readonly room: Mailroom;

  constructor(room: Mailroom) {
    this.room = room;
  }

  /** Makes a folder at the end of these names, below the product's root folder. */
  add(name: string, ...within: readonly string[]): Promise<string> {
    return this.room.folderId(...within).then(parentId => this.addTo(parentId, name));
  }

  /** Makes a folder in another one, or at the top. */
  async addTo(parentId: string | null, name: string, isHidden = false): Promise<string> {
    const at = parentId === null ? '/mailFolders' : `/mailFolders/${parentId}/childFolders`;
    const { id } = await this.room.seat.outlook<OutlookFolder>('POST', at, { displayName: name, isHidden });
    return id;
  }

  rename(id: string, displayName: string): Promise<unknown> {
    return this.room.seat.outlook('PATCH', `/mailFolders/${id}`, { displayName });
  }

  move(id: string, destinationId: string): Promise<unknown> {
    return this.room.seat.outlook('POST', `/mailFolders/${id}/move`, { destinationId });
  }

  /** To Deleted Items, with what is in it. */
  remove(id: string): Promise<unknown> {
    return this.room.seat.outlook('DELETE', `/mailFolders/${id}`);
  }

  purge(id: string): Promise<unknown> {
    return this.room.seat.outlook('POST', `/mailFolders/${id}/permanentDelete`);
  }

  /** All folders below the product's root folder, as paths. */
  async tree(): Promise<string[]> {
    const root = await this.room.folder();
    return root === undefined ? [] : (await this.below(root.id)).sort();
  }

  async below(id: string): Promise<string[]> {
    const inside = await this.room.foldersAt(`/mailFolders/${id}/childFolders`);
    const paths = await Promise.all(
      inside.map(async folder => [
        folder.displayName,
        ...(await this.below(folder.id)).map(path => `${folder.displayName} > ${path}`),
      ]),
    );
    return paths.flat();
  }

  /** The user's own mail in a folder: what was delivered to it, without the product's summaries. */
  async expectIn(folder: string, subjects: readonly string[]): Promise<void> {
    expect(await this.room.subjectsIn(folder)).toEqual([...subjects].sort());
  }
}
