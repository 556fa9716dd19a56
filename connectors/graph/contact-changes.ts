import type { MailboxChange } from '../connector.ts';
import { contactItem } from './contact-item.ts';
import type { DeltaRow, DeltaRows } from './delta.ts';
import { contactSelect, type GraphContact } from './mapping.ts';
import { query } from './odata.ts';
import type { MailboxWire } from './wire.ts';

/** The rows of a folder of contacts. */
export class ContactChanges implements DeltaRows {
  readonly pageSize = 200;
  readonly canBeDeleted = true;
  readonly #wire: MailboxWire;

  constructor(wire: MailboxWire) {
    this.#wire = wire;
  }

  start(containerId: string): string {
    const url = this.#wire.path('contactFolders', containerId, 'contacts', 'delta');
    return url + query({ $select: contactSelect });
  }

  async changes(_folderId: string, rows: readonly DeltaRow[]): Promise<MailboxChange[]> {
    return rows.map(changeOf);
  }
}

function changeOf(row: DeltaRow & GraphContact): MailboxChange {
  if (row['@removed'] !== undefined) return { type: 'removed', itemId: row.id ?? '' };
  const partial = !('displayName' in row) || !('emailAddresses' in row);
  return { type: 'present', item: contactItem(row), partial };
}
