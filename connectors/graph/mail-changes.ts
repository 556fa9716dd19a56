import { type ArchivedFolder, archivedFolderOf } from '../../sync/containers.ts';
import type { MailboxChange } from '../connector.ts';
import { isItemMissing, sent } from './batches.ts';
import type { BatchRequest } from './client.ts';
import type { DeltaRow, DeltaRows } from './delta.ts';
import { classify } from './failure.ts';
import type { GraphMessage } from './mail-listed.ts';
import { query } from './odata.ts';
import { momentMs } from './times.ts';
import type { MailboxWire } from './wire.ts';

type MessageRow = DeltaRow & GraphMessage;

const rowProperties = ['categories', 'receivedDateTime', 'sentDateTime', 'isDraft'] as const;
const rowSelect = [...rowProperties, 'lastModifiedDateTime', 'parentFolderId'].join(',');

/** The messages of the Inbox or of Sent Items: that they are there, when they came, and their categories. */
export class MailChanges implements DeltaRows {
  /** Rows are small, and a folder may have a hundred thousand. */
  readonly pageSize = 500;
  readonly canBeDeleted = false;
  readonly #wire: MailboxWire;

  constructor(wire: MailboxWire) {
    this.#wire = wire;
  }

  start(containerId: string): string {
    const url = this.#wire.path('mailFolders', archivedFolderOf(containerId), 'messages', 'delta');
    return url + query({ $select: rowSelect });
  }

  async changes(containerId: string, rows: readonly DeltaRow[]): Promise<MailboxChange[]> {
    const whole = await this.#completed(rows as readonly MessageRow[]);
    return whole.flatMap(row => changeOf(row, containerId));
  }

  /** A row promises what changed, and no more: the rest of it is read. */
  async #completed(rows: readonly MessageRow[]): Promise<MessageRow[]> {
    const requests = rows.map((row): BatchRequest | null => {
      if (row['@removed'] !== undefined || isWhole(row)) return null;
      const url = this.#wire.path('messages', row.id ?? '') + query({ $select: rowSelect });
      return { method: 'GET', url };
    });
    const answers = await sent(this.#wire, requests);
    return rows.map((row, index) => {
      const answer = answers[index]!;
      if (answer === null) return row;
      if (answer.ok) return completedRow(row, answer.body as GraphMessage);
      if (isItemMissing(answer.error)) return removedRow(row);
      throw classify(answer.error, 'read');
    });
  }
}

function isWhole(row: MessageRow): boolean {
  return rowProperties.every(name => name in row);
}

/** By now it may be in another folder, whose id need not be known to see that. */
function completedRow(row: MessageRow, message: GraphMessage): MessageRow {
  const stays = row.parentFolderId == null || row.parentFolderId === message.parentFolderId;
  return stays ? message : removedRow(row);
}

function removedRow({ id }: MessageRow): MessageRow {
  return { ...(id !== undefined && { id }), '@removed': {} };
}

/** What is being written is no message yet. */
function changeOf(row: MessageRow, containerId: string): MailboxChange[] {
  if (row['@removed'] !== undefined) return [{ type: 'removed', itemId: row.id ?? '' }];
  if (row.isDraft === true) return [];
  const item = {
    itemId: row.id ?? '',
    containerId,
    etag: row['@odata.etag'] ?? '',
    categories: row.categories ?? [],
    fields: {},
    createdAtMs: momentMs(row[cameWith[archivedFolderOf(containerId)]]),
    modifiedAtMs: momentMs(row.lastModifiedDateTime),
  };
  return [{ type: 'present', item, partial: false }];
}

const cameWith = { inbox: 'receivedDateTime', sentitems: 'sentDateTime' } as const satisfies {
  readonly [folder in ArchivedFolder]: keyof GraphMessage;
};
