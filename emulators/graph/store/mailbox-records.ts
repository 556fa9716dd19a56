import type { FolderState, Item, MailboxState, Tombstone } from './mailbox-state.ts';
import type { RecordStore } from './state-file.ts';

export interface SavedContents {
  folders: FolderState[];
  items: Item[];
  tombstones: Tombstone[];
}

/** The records of one mailbox by their keys. */
export class MailboxRecords {
  readonly #guid: string;
  readonly #records: RecordStore;

  constructor(guid: string, records: RecordStore) {
    this.#guid = guid;
    this.#records = records;
  }

  putState(state: MailboxState): void {
    this.#records.put(`mailbox/${this.#guid}`, state);
  }

  putFolder(folder: FolderState): void {
    this.#records.put(`folder/${this.#guid}/${folder.number}`, folder);
  }

  removeFolder(number: number): void {
    this.#records.remove(`folder/${this.#guid}/${number}`);
  }

  putItem(item: Item): void {
    this.#records.put(`item/${this.#guid}/${item.number}`, item);
  }

  removeItem(number: number): void {
    this.#records.remove(`item/${this.#guid}/${number}`);
  }

  putTombstone(tombstone: Tombstone): void {
    this.#records.put(this.#tombstoneKey(tombstone.container, tombstone.key), tombstone);
  }

  removeTombstone(container: Tombstone['container'], key: number): void {
    this.#records.remove(this.#tombstoneKey(container, key));
  }

  #tombstoneKey(container: Tombstone['container'], key: number): string {
    return `gone/${this.#guid}/${container}/${key}`;
  }
}
