import type { FolderModule } from '../policy/folders.ts';
import type { Policy } from '../policy/schema.ts';
import { enabledFolderModules, type FolderKind, folderKindOf } from './kinds.ts';
import { recordFolderNames } from './names.ts';
import { type TrackedRecord, trackedRecords } from './tracked.ts';

/** A folder that the product keeps in a mailbox, by a key that no renaming changes. */
export interface WantedFolder {
  readonly key: string;
  /** Null: directly in the root folder. */
  readonly parentKey: string | null;
  readonly name: string;
}

/** What a folder is for, from its key: the other way round of how keys are made here. */
export const folderKeys = {
  createEmail: 'create:email',
  create: (module: FolderKind) => `create:${module}`,
  display: (module: FolderKind) => `display:${module}`,
  assign: (module: FolderKind) => `assign:${module}`,
  record: (module: FolderKind, id: string) => `record:${module}:${id}`,
};

/** What is done with the messages in a folder of ours, or what it shows. */
export type FolderPurpose =
  | { readonly type: 'archive' }
  | { readonly type: 'create' | 'display' | 'assign'; readonly kind: FolderKind }
  | { readonly type: 'record'; readonly kind: FolderKind; readonly id: string };

/** The other way round of `folderKeys`. */
export function purposeOf(key: string): FolderPurpose {
  if (key === folderKeys.createEmail) return { type: 'archive' };
  const [, type = '', rest = ''] = /^([a-z]+):(.*)$/s.exec(key) ?? [];
  if (type !== 'record') return { type: type as 'create' | 'display' | 'assign', kind: rest as FolderKind };
  const end = rest.lastIndexOf(':');
  return { type, kind: rest.slice(0, end) as FolderKind, id: rest.slice(end + 1) };
}

export interface FolderOptions {
  readonly policy: Policy;
  readonly ownUserId: string;
  readonly nowMs: number;
}

/**
 * The tree of MAIL-1 below the root folder, parents before what is in them. A folder exists only while its feature and
 * module are on (POL-9).
 */
export function wantedFolders(
  records: ReadonlyMap<FolderKind, readonly TrackedRecord[]>,
  options: FolderOptions,
): WantedFolder[] {
  const { policy } = options;
  const modules = enabledFolderModules(policy);
  const inRoot = (key: string, name: string): WantedFolder => ({ key, parentKey: null, name });
  return [
    ...(policy.smartConvert.enabled ? [inRoot(folderKeys.createEmail, policy.names.createEmail)] : []),
    ...modules.flatMap(module => {
      const key = folderKindOf(module);
      return [
        ...(policy.smartConvert.enabled ? [inRoot(folderKeys.create(key), module.dropFolder)] : []),
        inRoot(folderKeys.display(key), module.displayFolder),
        ...(policy.assignTo.enabled ? assignFolders(module, records.get(key) ?? [], options) : []),
      ];
    }),
  ];
}

function assignFolders(
  module: FolderModule,
  records: readonly TrackedRecord[],
  { policy, ownUserId, nowMs }: FolderOptions,
): WantedFolder[] {
  const key = folderKindOf(module);
  const assign = folderKeys.assign(key);
  const tracked = trackedRecords(records, { ...module.limits, filter: module.filter, ownUserId, nowMs });
  const names = recordFolderNames(tracked, policy.assignTo.sort);
  return [
    { key: assign, parentKey: folderKeys.display(key), name: policy.names.assignTo },
    ...tracked.map(({ id }) => ({
      key: folderKeys.record(key, id),
      parentKey: assign,
      name: names.get(id) ?? '',
    })),
  ];
}
