import type { CrmConnector } from '../connectors/registry.ts';
import type { Connection } from '../db/connections.ts';
import { enabledFolderModules } from '../sync/folders/kinds.ts';
import type { FolderModule } from '../sync/policy/folders.ts';
import type { Problem } from '../sync/policy/problem.ts';
import type { Policy } from '../sync/policy/schema.ts';
import type { Deps } from './deps.ts';
import { refusedPolicy } from './policy-view.ts';

/** A policy that runs asks nothing of its CRM that this system does not offer (POL-1). */
export function requireOffered({ crmConnectors }: Deps, policy: Policy, crm: Connection): void {
  const connector = crmConnectors.get(crm.system);
  if (connector === undefined) return;
  const problems = [
    ...unkeptSeries(policy, crm.name, connector),
    ...unknownModules(policy, crm.name, connector),
  ];
  if (problems.length > 0) throw refusedPolicy(problems);
}

/** The form of recurrence is locked by enabling, so that it has to be one that the CRM can hold (POL-16, POL-26). */
function unkeptSeries({ calendar, modules }: Policy, name: string, { keepsSeries }: CrmConnector): Problem[] {
  if (keepsSeries || !modules.appointments.enabled || calendar.recurrence !== 'series') return [];
  const detail = `The CRM "${name}" cannot keep a series; choose "occurrences" or "off"`;
  return [{ pointer: '/calendar/recurrence', code: 'contradiction', detail }];
}

const WORDS: Readonly<Record<FolderModule['module'], string>> = {
  opportunities: 'opportunities',
  cases: 'cases',
  quotes: 'quotes',
  projects: 'projects',
  serviceCalls: 'service calls',
  custom: 'custom objects',
};

/** POL-9: modules as the CRM offers them. */
function unknownModules(policy: Policy, name: string, { folderModules }: CrmConnector): Problem[] {
  const unknown = enabledFolderModules(policy).filter(({ module }) => !folderModules.includes(module));
  return unknown.map(one => {
    const isCustom = one.module === 'custom' || !folderModules.includes('custom');
    const instead = isCustom
      ? 'switch it off'
      : 'switch it off, and name its object in modules.custom instead';
    return {
      pointer: pointerOf(one, policy),
      code: 'contradiction',
      detail: `The CRM "${name}" has no ${WORDS[one.module]} of its own; ${instead}`,
    };
  });
}

function pointerOf({ module, object }: FolderModule, { modules }: Policy): string {
  const place = modules.custom.findIndex(custom => custom.object === object);
  return module === 'custom' ? `/modules/custom/${place}/enabled` : `/modules/${module}/enabled`;
}
