import { type FailureKind, isWaiting } from '../sync/failure.ts';
import { enabledFolderModules, folderKindOf } from '../sync/folders/kinds.ts';
import { feedKinds } from './feed-kinds.ts';
import { enabledModules } from './rules.ts';
import type { Step } from './step.ts';
import type { StepFailure } from './types.ts';

/**
 * Why this pairing does not hear what happens in the CRM, as the feed's last poll left it. A kind of records that
 * the policy does not use is no concern of the pairing, and waiting is no failure (PAIR-10).
 */
export function feedFailure({ feedFailures, options }: Step): StepFailure | null {
  const used = feedKinds(enabledModules(options), enabledFolderModules(options).map(folderKindOf));
  const kind = used.map(name => feedFailures[name]).find(failure => failure !== undefined);
  if (kind === undefined || isWaiting(kind as FailureKind)) return null;
  return { phase: 'feed', kind, side: 'crm' };
}
