import { SyncFailure } from '../../sync/failure.ts';
import type { MailboxChange, MailboxPage } from '../connector.ts';
import type { BatchAnswer, BatchRequest } from './client.ts';
import { classify, isDeltaExpired, isMailboxMissing } from './failure.ts';
import { contactSelect, type GraphContact } from './mapping.ts';
import { query } from './odata.ts';
import { type MailboxWire, personOf } from './wire.ts';

/** Pages of one round: more than any mailbox fills, so that endless nextLinks end. */
const maxPagesPerRound = 5_000;

type DeltaRow = GraphContact & { readonly '@removed'?: object };
interface DeltaBody {
  readonly value?: readonly DeltaRow[];
  readonly '@odata.nextLink'?: string;
  readonly '@odata.deltaLink'?: string;
}

/** The contact deltas of one mailbox. Cursors are paths below the version, without origin: they survive a move. */
export class ContactDelta {
  readonly #wire: MailboxWire;
  readonly #pages = new Map<string, number>();

  constructor(wire: MailboxWire) {
    this.#wire = wire;
  }

  request(containerId: string, cursor: string | null): BatchRequest {
    if (cursor === null) this.#pages.delete(containerId);
    const start = `${this.#wire.path('contactFolders', containerId, 'contacts', 'delta')}${query({ $select: contactSelect })}`;
    return { method: 'GET', url: cursor ?? start, headers: { prefer: 'odata.maxpagesize=200' } };
  }

  page(containerId: string, cursor: string | null, answer: BatchAnswer): MailboxPage {
    if (!answer.ok) {
      if (isDeltaExpired(answer.error)) return { type: 'resync' };
      if (answer.error.status === 404 && !isMailboxMissing(answer.error)) return { type: 'container-gone' };
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
    return { type: 'page', changes: body.value.map(changeOf), cursor: following, more: next !== undefined };
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

function changeOf(row: DeltaRow): MailboxChange {
  if (row['@removed'] !== undefined) return { type: 'removed', itemId: row.id ?? '' };
  const partial = !('displayName' in row) || !('emailAddresses' in row);
  return { type: 'present', person: personOf(row), partial };
}
