import type { Behaviour } from '../control/behaviour.ts';
import { parseSelect, select } from '../odata/select.ts';
import { invalidUrlQuery, syncStateInvalid, syncStateNotFound } from '../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../protocol/exchange.ts';
import { appliedPreferences } from '../protocol/preferences.ts';
import { countOption } from '../protocol/query-options.ts';
import type { Change, ChangeLog } from '../store/change-log.ts';
import { keySyntax } from './context-url.ts';
import {
  type DeltaRounds,
  decodeToken,
  effectivePageSize,
  encodeToken,
  type SyncState,
  toldUpTo,
} from './delta-state.ts';

const DEFAULT_PAGE_SIZE = 10;

export interface DeltaWorld {
  behaviour: Behaviour;
  rounds: DeltaRounds;
  newId(): string;
}

/** An entry that is gone, or one as it is; of a whole one nothing can be left out. */
export type DeltaRow = { removed: string } | { entity: Record<string, unknown>; whole?: boolean };

/** What a delta query runs over. */
export interface DeltaSource {
  /** Names the collection inside its mailbox: a token is good for one only. */
  key: string;
  /** As the service calls it in its errors. */
  resource: string;
  refused: readonly string[];
  /** Options that are refused in words of their own. */
  refusals?: Readonly<Record<string, string>>;
  /** The options of the first call; without a list, $select. */
  accepted?: readonly string[];
  typeName: string;
  changes: ChangeLog;
  generation(): number;
  nextGeneration(): number;
  /** What is told of a change: nothing when the entry is not shown, many rows of a series. */
  rows(change: Change, state: SyncState): DeltaRow[];
  /** Makes what `$expand` adds to a row. */
  expander?(expand: string | undefined): ((change: Change) => Record<string, unknown>) | undefined;
  /** The part of time that the first call asks for. */
  windowOf?(): SyncState['window'];
  /** Preferences that are followed beside those of every delta query. */
  applied?: readonly string[];
}

export function deltaPage(call: MailboxCall, world: DeltaWorld, source: DeltaSource): GraphResponse {
  const state = currentState(call, world, source);
  world.rounds.enter(state.round, state.page);
  const startsEmpty = world.behaviour.deltaEmptyPages && state.page === 0;
  const { rows, cursor, told, more } = takeRows(
    state,
    world.behaviour,
    source,
    startsEmpty ? 0 : state.pageSize,
  );
  const { told: _before, ...position } = state;
  const next = { ...position, cursor, page: state.page + 1, ...(told && { told }) };
  const link =
    more || startsEmpty
      ? { '@odata.nextLink': linkTo(call, '$skiptoken', next) }
      : {
          '@odata.deltaLink': linkTo(call, '$deltatoken', {
            ...next,
            since: cursor,
            generation: source.nextGeneration(),
            round: world.newId(),
            page: 0,
          }),
        };
  const typeName = source.typeName.replace('microsoft.graph.', '');
  return {
    status: 200,
    headers: appliedPreferences(call.preferences, [
      'odata.track-changes',
      ...appliedPageSize(call),
      ...(source.applied ?? []),
    ]),
    body: {
      '@odata.context': `${call.serviceRoot}/$metadata#Collection(${typeName})`,
      ...link,
      value: world.behaviour.deltaDuplicates ? [...rows, ...rows.slice(0, 1)] : rows,
    },
  };
}

const appliedPageSize = ({ preferences }: MailboxCall) =>
  preferences.maxPageSize === undefined ? [] : [`odata.maxpagesize=${preferences.maxPageSize}`];

interface TakenRows {
  rows: Record<string, unknown>[];
  cursor: number;
  told?: SyncState['told'];
  more: boolean;
}

/** The rows of a page; the rows of one change may go over several pages. */
function takeRows(state: SyncState, behaviour: Behaviour, source: DeltaSource, limit: number): TakenRows {
  const { changes, more } = source.changes.after(state.cursor, limit, toldUpTo(state));
  const render = renderer(state, behaviour, source);
  const rows: Record<string, unknown>[] = [];
  let { cursor } = state;
  for (const change of changes) {
    const told = state.told?.sequence === change.sequence ? state.told.rows : 0;
    const left = source.rows(change, state).slice(told);
    const room = limit - rows.length;
    rows.push(...left.slice(0, room).map(row => render(row, change)));
    if (left.length > room) {
      return { rows, cursor, told: { sequence: change.sequence, rows: told + room }, more: true };
    }
    cursor = change.sequence;
  }
  return { rows, cursor, more };
}

function renderer(state: SyncState, behaviour: Behaviour, source: DeltaSource) {
  const type = { '@odata.type': `#${source.typeName}` };
  const selected = parseSelect(state.select || undefined, source.typeName);
  const expanded = source.expander?.(state.expand);
  return (row: DeltaRow, change: Change): Record<string, unknown> => {
    if ('removed' in row) return { ...type, id: row.removed, '@removed': { reason: 'deleted' } };
    const isUpdate = state.since > 0 && change.addedAt <= state.since;
    if (behaviour.deltaPartialRows && isUpdate && !row.whole) return { ...type, ...partial(row.entity) };
    return { ...type, ...select(row.entity, selected), ...expanded?.(change) };
  };
}

/** What a row is promised to have: the id, and at least what changed in every version. */
const PROMISED = ['@odata.etag', 'id', 'lastModifiedDateTime', 'changeKey', 'parentFolderId', 'isRead'];
const partial = (row: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => PROMISED.includes(name)));

function currentState(call: MailboxCall, world: DeltaWorld, source: DeltaSource): SyncState {
  const token = call.query.get('$skiptoken') || call.query.get('$deltatoken');
  const wantedSize = call.preferences.maxPageSize;
  // Exchange has no "latest" token: it begins from the start, as without one.
  if (!token || token === 'latest') {
    refuseOptions(call, source);
    const selection = call.query.get('$select') ?? '';
    const expand = call.query.get('$expand');
    const filter = call.query.get('$filter');
    const changeType = call.query.get('changetype');
    parseSelect(selection, source.typeName);
    const window = source.windowOf?.();
    return {
      collection: `${call.mailbox.guid}/${source.key}`,
      cursor: 0,
      since: 0,
      generation: source.generation(),
      round: world.newId(),
      page: 0,
      pageSize: effectivePageSize(countOption(call.query, '$top') ?? wantedSize ?? DEFAULT_PAGE_SIZE),
      select: selection,
      began: call.mailbox.state.sequence,
      ...(window && { window }),
      ...(expand !== undefined && { expand }),
      ...(filter !== undefined && { filter }),
      ...(changeType !== undefined && { changeType }),
    };
  }
  const restart = `${deltaUrl(call)}?$deltaToken=`;
  const state = decodeToken(token);
  if (state?.collection !== `${call.mailbox.guid}/${source.key}`) throw syncStateInvalid(restart);
  if (world.rounds.isOver(state, source.generation())) {
    throw syncStateNotFound(state.generation, source.generation(), restart);
  }
  return wantedSize === undefined ? state : { ...state, pageSize: effectivePageSize(wantedSize) };
}

/** The message lists $select for items, which the service nevertheless takes in practice. */
function refuseOptions(call: MailboxCall, source: DeltaSource): void {
  const accepted = ['$deltatoken', '$skiptoken', ...(source.accepted ?? ['$select'])];
  for (const name of call.query.keys()) {
    if (!name.startsWith('$') || accepted.includes(name)) continue;
    throw invalidUrlQuery(
      source.refusals?.[name] ??
        `The following parameters are not supported with change tracking over the '${source.resource}' resource: '${source.refused.join(', ')}'.`,
    );
  }
}

function linkTo(call: MailboxCall, option: '$skiptoken' | '$deltatoken', state: SyncState): string {
  return `${deltaUrl(call)}?${option}=${encodeToken(state)}`;
}

function deltaUrl(call: MailboxCall): string {
  const segments = call.path.split('/').filter(part => part !== '');
  return `${call.serviceRoot}/${keySyntax(segments.slice(0, -1))}/delta`;
}
