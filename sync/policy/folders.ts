import type { Policy } from './schema.ts';

const standard = {
  opportunities: 'createOpportunity',
  cases: 'createCase',
  quotes: 'createQuote',
  projects: 'createProject',
  serviceCalls: 'createServiceCall',
} as const;

export type StandardFolderModule = keyof typeof standard;
export const standardFolderModules = Object.keys(standard) as StandardFolderModule[];

/** A module whose records have folders in the mailbox, with what the policy says about it (POL-9, POL-22, POL-24). */
export interface FolderModule {
  module: StandardFolderModule | 'custom';
  /** API name of the object, of custom objects only. */
  object?: string;
  enabled: boolean;
  filter: 'owner' | 'visible';
  defaults: Record<string, string | number | boolean>;
  dropFolder: string;
  displayFolder: string;
  limits: { maximumItems: number; maximumAgeDays: number };
  /** Where the policy has its names, for problems. */
  pointers: { dropFolder: string; displayFolder: string };
}

export function folderModulesOf(policy: Policy): FolderModule[] {
  return [...standardModules(policy), ...customModules(policy)];
}

function standardModules({ modules, names, assignTo }: Policy): FolderModule[] {
  return Object.entries(standard).map(([key, create]) => {
    const module = key as StandardFolderModule;
    return {
      module,
      ...modules[module],
      dropFolder: names[create],
      displayFolder: names[module],
      limits: assignTo.modules[module],
      pointers: { dropFolder: `/names/${create}`, displayFolder: `/names/${module}` },
    };
  });
}

function customModules({ modules, assignTo }: Policy): FolderModule[] {
  return modules.custom.map(({ label, createName, ...custom }, n) => ({
    module: 'custom',
    ...custom,
    dropFolder: createName ?? `- Create New ${label}`,
    displayFolder: label,
    limits: assignTo.modules.custom,
    pointers: {
      dropFolder: `/modules/custom/${n}/${createName === null ? 'label' : 'createName'}`,
      displayFolder: `/modules/custom/${n}/label`,
    },
  }));
}
