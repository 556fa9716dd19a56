import type { Updateable } from 'kysely';
import { updatePairing } from '../db/pairing-state.ts';
import type { PairingsTable } from '../db/schema.ts';
import type { ActivityDeps } from './deps.ts';
import type { Step } from './step.ts';
import type { Next, Standing } from './types.ts';

export const STOPPED: Standing = {
  next: 'stop',
  cycle: 0,
  state: 'disabled',
  errorStreak: 0,
  note: 'The pairing is gone.',
};

export function standingOf(
  step: Step,
  next: Next,
  values: Partial<Pick<Standing, 'cycle' | 'state' | 'errorStreak' | 'note'>> = {},
): Standing {
  return {
    ...next,
    cycle: values.cycle ?? step.pairing.cycle,
    state: values.state ?? step.pairing.state,
    errorStreak: values.errorStreak ?? step.pairing.error_streak,
    note: values.note ?? step.pairing.reason ?? '',
  };
}

/** Changes the row where it differs; an unchanged row costs no transaction. */
export async function savePairing(
  deps: ActivityDeps,
  step: Step,
  values: Updateable<PairingsTable>,
): Promise<void> {
  const row = step.pairing as unknown as Record<string, unknown>;
  const differs = Object.entries(values).some(([column, value]) => !same(row[column], value));
  if (!differs) return;
  await deps.database.inOrganization(step.organizationId, tx => updatePairing(tx, step.pairing, values));
}

function same(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return a === b;
}
