import type { GraphResponse, MailboxCall } from '../../protocol/exchange.ts';
import type { Change } from '../../store/change-log.ts';
import type { FormerShape } from '../../store/event-state.ts';
import type { Folder } from '../../store/folder.ts';
import { occurrenceId } from '../../store/ids.ts';
import type { Item } from '../../store/mailbox-state.ts';
import { removedItemId, syncFolder } from '../delta.ts';
import { type DeltaRow, deltaPage } from '../delta-page.ts';
import { type SyncState, toldUpTo } from '../delta-state.ts';
import { itemId } from '../stored-items.ts';
import { viewsIn, windowOf } from './calendar-view.ts';
import type { CalendarWorld } from './calendar-world.ts';
import { dayOf } from './civil-days.ts';
import { EVENT, type EventType, occurrenceStub } from './event-type.ts';
import { typeOf, viewOfItem } from './event-view.ts';
import { instancesIn, type TimeWindow } from './instances.ts';
import { outlookPreferences } from './preferences.ts';

const RESOURCE = 'CalendarView';

/** The changes of a calendar view (documentation: event delta, concepts/delta-query-events). */
export function viewDelta(
  world: CalendarWorld,
  type: EventType,
  call: MailboxCall,
  folderOf: (call: MailboxCall) => Folder,
): GraphResponse {
  const { mailbox } = call;
  const folder = syncFolder(call, folderOf);
  return deltaPage(call, world, {
    key: `event/${folder.state.number}`,
    resource: RESOURCE,
    refused: ['$orderby', '$filter', '$select', '$expand', '$search'],
    refusals: {
      $top: `The '$top' parameter is not supported with change tracking over the '${RESOURCE}' resource as page size cannot be guaranteed. Express page size preferences using the Prefer: odata.maxpagesize= header instead.`,
    },
    accepted: [],
    typeName: EVENT,
    changes: folder.changes.event,
    generation: () => folder.state.generation,
    nextGeneration() {
      folder.state.generation++;
      mailbox.saveFolder(folder);
      return folder.state.generation;
    },
    windowOf: () => windowOf(call.query),
    applied: outlookPreferences(call),
    rows(change, state) {
      const item = mailbox.items.get(change.key);
      if (!change.removed) return item?.event ? liveRows(world, type, call, item, change, state) : [];
      const id = removedItemId(call, folder, change.key, change.removed.instance);
      const shapes = world.behaviour.deltaRemovedSeries === 'instances' ? (change.removed.shapes ?? []) : [];
      return [{ removed: id }, ...removedRows(id, goneDates(shapes, state, []))];
    },
  });
}

/** A client knows nothing that was over when his last round ended or his first began. */
const knownSince = ({ since, began }: SyncState) => (since > 0 ? since : began);

const windowIn = ({ window }: SyncState): TimeWindow => window ?? { from: 0, to: 0 };

/** The instances that a client may have been told of and that are not among the present ones. */
function goneDates(shapes: readonly FormerShape[], state: SyncState, present: readonly string[]): string[] {
  const known = shapes.filter(({ until }) => until >= knownSince(state));
  const dates = known.flatMap(shape => instancesIn(shape, windowIn(state)));
  return [...new Set(dates)].filter(date => !present.includes(date)).sort();
}

const removedRows = (masterId: string, dates: string[]): DeltaRow[] =>
  dates.map(date => ({ removed: occurrenceId(masterId, dayOf(date)) }));

/** A changed series is told as a whole: its master, its instances in the window, and those that are gone. */
function liveRows(
  { behaviour }: CalendarWorld,
  type: EventType,
  call: MailboxCall,
  item: Item,
  change: Change,
  state: SyncState,
): DeltaRow[] {
  const views = viewsIn([item], windowIn(state));
  const id = itemId(call.mailbox, item, call.preferences.immutableIds);
  const isKnown = change.knownSince <= toldUpTo(state) && change.sequence > knownSince(state);
  const former = isKnown ? item.event!.former : [];
  const gone = removedRows(
    id,
    goneDates(
      former,
      state,
      views.flatMap(({ date }) => date ?? []),
    ),
  );
  if (views.length === 0) {
    const isTold = isKnown || behaviour.deltaOutsideWindow === 'all';
    return isTold || gone.length > 0 ? [{ removed: id }, ...gone] : [];
  }
  const hasMaster = item.event!.recurrence !== null && behaviour.deltaSeriesMasters === 'shown';
  const master = hasMaster ? [{ entity: type.render(viewOfItem(item), call) }] : [];
  const instances = views.map(view => {
    const entity = type.render(view, call);
    return typeOf(view) === 'occurrence' ? { entity: occurrenceStub(entity), whole: true } : { entity };
  });
  return [...master, ...instances, ...gone];
}
