import { windowOf } from '../../sync/containers.ts';
import { isErrorOfItem, SyncFailure } from '../../sync/failure.ts';
import type { MailboxChange } from '../connector.ts';
import { bodyIn, sent } from './batches.ts';
import type { DeltaRow, DeltaRows, RoundPosition } from './delta.ts';
import { eventItem, type GraphEvent } from './event-item.ts';
import { eventSelect } from './event-mapping.ts';
import type { MailboxZone } from './mailbox-zone.ts';
import { completed, isStub } from './occurrence-rows.ts';
import { query } from './odata.ts';
import type { MailboxWire } from './wire.ts';

type EventRow = DeltaRow & GraphEvent;
type SeriesById = Map<string, GraphEvent | null>;

/** Their bodies are kept no longer than a round. */
const mostSeriesKept = 200;

/** The rows of a window of the primary calendar, each occurrence as a whole event of its own. */
export class EventChanges implements DeltaRows {
  readonly pageSize = 100;
  readonly canBeDeleted = false;
  readonly #wire: MailboxWire;
  readonly #zone: MailboxZone;
  /** The series of which the round that is going on has told: null for those that cannot be read. */
  #round: { readonly containerId: string; readonly series: SeriesById } | null = null;

  constructor(wire: MailboxWire, zone: MailboxZone) {
    this.#wire = wire;
    this.#zone = zone;
  }

  /** The view takes no query options of its own; what it covers is fixed for all rounds that follow. */
  start(containerId: string): string {
    const window = windowOf(containerId);
    if (window === null)
      throw new SyncFailure('permanent', `"${containerId}" is no window of a calendar`, {
        native: 'NoWindow',
      });
    return (
      this.#wire.path('calendarView', 'delta') +
      query({
        startDateTime: `${window.fromDay}T00:00:00Z`,
        endDateTime: `${window.toDay}T00:00:00Z`,
      })
    );
  }

  async changes(containerId: string, rows: readonly DeltaRow[], at: RoundPosition): Promise<MailboxChange[]> {
    const known = this.#seriesOf(containerId, at);
    const events = rows as readonly EventRow[];
    for (const row of events) if (row.type === 'seriesMaster' && isWhole(row)) keep(known, row.id!, row);
    await this.#readSeries(known, events);
    if (events.length === 0) return [];
    const zone = await this.#zone.value();
    return events.map(row => changeOf(row, known, zone));
  }

  #seriesOf(containerId: string, { isFirst, isLast }: RoundPosition): SeriesById {
    const goesOn = !isFirst && this.#round?.containerId === containerId;
    const series: SeriesById = goesOn ? this.#round!.series : new Map();
    this.#round = isLast ? null : { containerId, series };
    return series;
  }

  /** Those of which the round has not told yet, or told somebody else. */
  async #readSeries(known: SeriesById, rows: readonly EventRow[]): Promise<void> {
    const missing = new Set(
      rows.flatMap(row => (isStub(row) && row.seriesMasterId ? [row.seriesMasterId] : [])),
    );
    const ids = [...missing].filter(id => !known.has(id));
    const answers = await sent(
      this.#wire,
      ids.map(id => ({
        method: 'GET',
        url: this.#wire.path('events', id) + query({ $select: eventSelect }),
      })),
    );
    for (const [index, id] of ids.entries()) {
      const series = bodyIn<GraphEvent>(answers[index]!, 'read');
      if (!series.ok && !isErrorOfItem(series.failure.kind)) throw series.failure;
      keep(known, id, series.ok ? series.value! : null);
    }
  }
}

function keep(known: SeriesById, id: string, series: GraphEvent | null): void {
  known.delete(id);
  known.set(id, series);
  for (const oldest of known.keys()) {
    if (known.size <= mostSeriesKept) return;
    known.delete(oldest);
  }
}

function changeOf(row: EventRow, known: SeriesById, mailboxZone: string): MailboxChange {
  if (row['@removed'] !== undefined) return { type: 'removed', itemId: row.id ?? '' };
  const series = isStub(row) ? known.get(row.seriesMasterId ?? '') : undefined;
  const event = series ? completed(row, series, mailboxZone) : null;
  const whole = event ?? row;
  return { type: 'present', item: eventItem(whole, mailboxZone), partial: !isWhole(whole) };
}

function isWhole(row: EventRow): boolean {
  return ['type', 'subject', 'start', 'end', 'attendees', 'iCalUId'].every(name => name in row);
}
