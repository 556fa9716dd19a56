import type { Behaviour } from '../control/behaviour.ts';
import type { EntityType } from '../odata/entity-type.ts';
import { expander } from '../odata/expand.ts';
import { parseSelect, select } from '../odata/select.ts';
import {
  GraphError,
  invalidUrlQuery,
  syncFolderNotFound,
  syncStateInvalid,
  syncStateNotFound,
} from '../protocol/errors.ts';
import type { GraphResponse, MailboxCall } from '../protocol/exchange.ts';
import { appliedPreferences } from '../protocol/preferences.ts';
import { countOption } from '../protocol/query-options.ts';
import type { Change, ChangeLog } from '../store/change-log.ts';
import type { Folder } from '../store/folder.ts';
import type { FolderClass, Item, ItemKind } from '../store/mailbox-state.ts';
import { keySyntax } from './context-url.ts';

const DEFAULT_PAGE_SIZE = 10;
const MAX_PAGE_SIZE = 200;
const DEFAULT_GENERATIONS = 10;

export interface DeltaWorld {
  behaviour: Behaviour;
  rounds: DeltaRounds;
  newId(): string;
}

/** What a delta query runs over. */
interface DeltaSource {
  /** Names the collection inside its mailbox: a token is good for one only. */
  key: string;
  /** As the service calls it in its errors. */
  resource: string;
  refused: readonly string[];
  /** The options of the first call; without a list, $select. */
  accepted?: readonly string[];
  typeName: string;
  changes: ChangeLog;
  generation(): number;
  nextGeneration(): number;
  id(change: Change): string;
  /** Undefined when the entry is not shown. */
  row(change: Change): Record<string, unknown> | undefined;
  /** Makes what `$expand` adds to a row. */
  expander?(expand: string | undefined): ((change: Change) => Record<string, unknown>) | undefined;
}

interface SyncState {
  collection: string;
  /** The sequence up to which this client has everything. */
  cursor: number;
  /** Where the round began. */
  since: number;
  generation: number;
  round: string;
  page: number;
  pageSize: number;
  select: string;
  expand?: string;
}

/** How long sync states live: by the number of later ones, as in the service's token cache. */
export class DeltaRounds {
  generationLimit = DEFAULT_GENERATIONS;
  readonly #lastPages = new Map<string, number>();

  reset(): void {
    this.generationLimit = DEFAULT_GENERATIONS;
    this.#lastPages.clear();
  }

  enter(round: string, page: number): void {
    const last = this.#lastPages.get(round) ?? 0;
    this.#lastPages.delete(round);
    this.#lastPages.set(round, Math.max(last, page));
    if (this.#lastPages.size > 1000) this.#lastPages.delete(this.#lastPages.keys().next().value!);
  }

  isOver({ round, page, generation }: SyncState, current: number): boolean {
    const laterPages = (this.#lastPages.get(round) ?? page) - page;
    return current - generation > this.generationLimit || laterPages > this.generationLimit;
  }
}

export interface ItemDelta {
  call: MailboxCall;
  folderOf: (call: MailboxCall) => Folder;
  type: EntityType<Item, MailboxCall>;
  kind: ItemKind;
  resource: string;
  refused?: readonly string[];
  accepted?: readonly string[];
}

const UNSUPPORTED = ['$orderby', '$filter', '$select', '$expand', '$search', '$top'];

/** The changes of the items of one kind in one folder. */
export function itemDelta(
  { call, folderOf, type, kind, resource, refused = UNSUPPORTED, accepted }: ItemDelta,
  world: DeltaWorld,
): GraphResponse {
  const { mailbox, preferences } = call;
  const folder = syncFolder(call, folderOf);
  return deltaPage(call, world, {
    key: `${kind}/${folder.state.number}`,
    resource,
    refused,
    ...(accepted && { accepted }),
    typeName: type.name,
    changes: folder.changes[kind],
    generation: () => folder.state.generation,
    nextGeneration() {
      folder.state.generation++;
      mailbox.saveFolder(folder);
      return folder.state.generation;
    },
    id: ({ key, removed }) =>
      preferences.immutableIds || !removed
        ? mailbox.ids.immutable(key)
        : mailbox.ids.item(folder.state.number, removed.instance),
    row({ key }) {
      const item = mailbox.items.get(key);
      return item?.kind === kind ? type.render(item, call) : undefined;
    },
    expander(expand) {
      const expanded = expander(type, expand, call);
      return expanded && (({ key }) => expanded(mailbox.items.get(key)!));
    },
  });
}

function syncFolder(call: MailboxCall, folderOf: (call: MailboxCall) => Folder): Folder {
  try {
    return folderOf(call);
  } catch (error) {
    if (error instanceof GraphError && error.code === 'ErrorFolderNotFound') throw syncFolderNotFound();
    throw error;
  }
}

/** The changes of a folder hierarchy, flat. */
export function hierarchyDelta(
  call: MailboxCall,
  world: DeltaWorld,
  hierarchy: {
    folderClass: FolderClass;
    type: EntityType<Folder, MailboxCall>;
    shows: (folder: Folder) => boolean;
    resource?: string;
  },
): GraphResponse {
  const { mailbox } = call;
  const { folderClass, type, shows } = hierarchy;
  return deltaPage(call, world, {
    key: `hierarchy/${folderClass}`,
    resource: hierarchy.resource ?? 'Folders',
    refused: ['$orderby', '$filter', '$search', '$top'],
    typeName: type.name,
    changes: mailbox.hierarchies[folderClass],
    generation: () => mailbox.state.generations[folderClass],
    nextGeneration() {
      mailbox.saveState();
      return ++mailbox.state.generations[folderClass];
    },
    id: ({ key }) => mailbox.ids.folder(key),
    row({ key }) {
      const folder = mailbox.folders.get(key);
      return folder && shows(folder) ? type.render(folder, call) : undefined;
    },
  });
}

function deltaPage(call: MailboxCall, world: DeltaWorld, source: DeltaSource): GraphResponse {
  const state = currentState(call, world, source);
  world.rounds.enter(state.round, state.page);
  const startsEmpty = world.behaviour.deltaEmptyPages && state.page === 0;
  const { changes, more } = source.changes.after(state.cursor, startsEmpty ? 0 : state.pageSize);
  const cursor = changes.at(-1)?.sequence ?? state.cursor;
  const next = { ...state, cursor, page: state.page + 1 };
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
    headers: appliedPreferences(call.preferences, ['odata.track-changes', ...appliedPageSize(call)]),
    body: {
      '@odata.context': `${call.serviceRoot}/$metadata#Collection(${typeName})`,
      ...link,
      value: rowsOf(changes, state, world.behaviour, source),
    },
  };
}

const appliedPageSize = ({ preferences }: MailboxCall) =>
  preferences.maxPageSize === undefined ? [] : [`odata.maxpagesize=${preferences.maxPageSize}`];

function rowsOf(
  changes: Change[],
  state: SyncState,
  behaviour: Behaviour,
  source: DeltaSource,
): Record<string, unknown>[] {
  const selected = parseSelect(state.select || undefined, source.typeName);
  const expanded = source.expander?.(state.expand);
  const rows = changes.flatMap(change => {
    const type = { '@odata.type': `#${source.typeName}` };
    if (change.removed) return [{ ...type, id: source.id(change), '@removed': { reason: 'deleted' } }];
    const row = source.row(change);
    if (!row) return [];
    const isUpdate = state.since > 0 && change.addedAt <= state.since;
    if (behaviour.deltaPartialRows && isUpdate) return [{ ...type, ...partial(row) }];
    return [{ ...type, ...select(row, selected), ...expanded?.(change) }];
  });
  return behaviour.deltaDuplicates ? [...rows, ...rows.slice(0, 1)] : rows;
}

/** What a row is promised to have: the id, and at least what changed in every version. */
const PROMISED = ['@odata.etag', 'id', 'lastModifiedDateTime', 'changeKey', 'parentFolderId'];
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
    parseSelect(selection, source.typeName);
    return {
      collection: `${call.mailbox.guid}/${source.key}`,
      cursor: 0,
      since: 0,
      generation: source.generation(),
      round: world.newId(),
      page: 0,
      pageSize: effectivePageSize(countOption(call.query, '$top') ?? wantedSize ?? DEFAULT_PAGE_SIZE),
      select: selection,
      ...(expand !== undefined && { expand }),
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

const effectivePageSize = (wanted: number) => Math.max(1, Math.min(wanted, MAX_PAGE_SIZE));

/** The message lists $select for items, which the service nevertheless takes in practice. */
function refuseOptions(call: MailboxCall, source: DeltaSource): void {
  const accepted = ['$deltatoken', '$skiptoken', ...(source.accepted ?? ['$select'])];
  for (const name of call.query.keys()) {
    if (!name.startsWith('$') || accepted.includes(name)) continue;
    throw invalidUrlQuery(
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

const encodeToken = (state: SyncState) => Buffer.from(JSON.stringify(state)).toString('base64url');

function decodeToken(token: string): SyncState | undefined {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as SyncState;
  } catch {
    return undefined;
  }
}
