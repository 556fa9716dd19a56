import { listOf } from '../../sync/containers.ts';
import type { MailboxChange } from '../connector.ts';
import type { DeltaRow, DeltaRows } from './delta.ts';
import type { MailboxZone } from './mailbox-zone.ts';
import { type GraphTask, isWholeTask, taskItem } from './task-item.ts';
import type { MailboxWire } from './wire.ts';

/** The rows of a list of tasks. */
export class TaskChanges implements DeltaRows {
  readonly pageSize = 200;
  readonly canBeDeleted = true;
  readonly #wire: MailboxWire;
  readonly #zone: MailboxZone;

  constructor(wire: MailboxWire, zone: MailboxZone) {
    this.#wire = wire;
    this.#zone = zone;
  }

  start(containerId: string): string {
    return this.#wire.path('todo', 'lists', listOf(containerId), 'tasks', 'delta');
  }

  async changes(containerId: string, rows: readonly DeltaRow[]): Promise<MailboxChange[]> {
    if (rows.length === 0) return [];
    const zone = await this.#zone.value();
    return rows.map(row => changeOf(row, listOf(containerId), zone));
  }
}

function changeOf(row: DeltaRow & GraphTask, listId: string, zone: string): MailboxChange {
  if (row['@removed'] !== undefined) return { type: 'removed', itemId: row.id ?? '' };
  return { type: 'present', item: taskItem(row, listId, zone), partial: !isWholeTask(row) };
}
