import { SyncFailure } from '../../sync/failure.ts';
import type { MailboxChange, MailboxPage } from '../connector.ts';
import { isItemMissing } from './batches.ts';
import type { BatchAnswer, BatchRequest } from './client.ts';
import { classify, isDeltaExpired } from './failure.ts';
import type { MailboxWire } from './wire.ts';

/** Pages of one round: more than any mailbox fills, so that endless nextLinks end. */
const maxPagesPerRound = 5_000;

export interface DeltaRow {
  readonly id?: string;
  readonly '@removed'?: object;
}
interface DeltaBody {
  readonly value?: readonly DeltaRow[];
  readonly '@odata.nextLink'?: string;
  readonly '@odata.deltaLink'?: string;
}

/** What differs between the deltas of contacts, of the calendar and of tasks. */
export interface DeltaRows {
  readonly pageSize: number;
  /** Whether a missing container is one that somebody deleted. */
  readonly canBeDeleted: boolean;
  /** Where a round of a container begins. */
  start(containerId: string): string;
  changes(containerId: string, rows: readonly DeltaRow[], at: RoundPosition): Promise<MailboxChange[]>;
}

export interface RoundPosition {
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** The deltas of one kind of containers. Cursors are paths below the version, without origin: they survive a move. */
export class Delta {
  readonly #wire: MailboxWire;
  readonly #rows: DeltaRows;
  readonly #pages = new Map<string, number>();

  constructor(wire: MailboxWire, rows: DeltaRows) {
    this.#wire = wire;
    this.#rows = rows;
  }

  request(containerId: string, cursor: string | null): BatchRequest {
    if (cursor === null) this.#pages.delete(containerId);
    const prefer = `odata.maxpagesize=${this.#rows.pageSize}`;
    return { method: 'GET', url: cursor ?? this.#rows.start(containerId), headers: { prefer } };
  }

  async page(containerId: string, cursor: string | null, answer: BatchAnswer): Promise<MailboxPage> {
    if (!answer.ok) {
      if (isDeltaExpired(answer.error)) return { type: 'resync' };
      if (this.#rows.canBeDeleted && isItemMissing(answer.error)) return { type: 'container-gone' };
      throw classify(answer.error, 'read');
    }
    const body = answer.body as DeltaBody;
    const next = body['@odata.nextLink'];
    const link = next ?? body['@odata.deltaLink'];
    if (link === undefined || !Array.isArray(body.value)) {
      throw new SyncFailure('transient', 'a page of changes came without its link', {
        native: 'IncompletePage',
      });
    }
    const following = this.#wire.linkPath(link);
    this.#guardLoop(containerId, next !== undefined, cursor === following);
    const at = { isFirst: cursor === null, isLast: next === undefined };
    const changes = await this.#rows.changes(containerId, body.value, at);
    return { type: 'page', changes, cursor: following, more: next !== undefined };
  }

  #guardLoop(containerId: string, more: boolean, same: boolean): void {
    if (!more) {
      this.#pages.delete(containerId);
      return;
    }
    const pages = (this.#pages.get(containerId) ?? 0) + 1;
    this.#pages.set(containerId, pages);
    if (same || pages > maxPagesPerRound) {
      this.#pages.delete(containerId);
      throw new SyncFailure('permanent', 'the pages of changes never end', { native: 'EndlessPages' });
    }
  }
}
