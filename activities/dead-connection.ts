import type { ConnectionRow } from '../db/pairing-state.ts';
import type { ActivityDeps } from './deps.ts';
import { nextDueMs, type whenDue } from './due.ts';
import { savePairing, standingOf } from './standing.ts';
import type { Step } from './step.ts';
import type { Standing } from './types.ts';

/**
 * A dead credential parks all pairings of its connection; one of them when it is due, or whoever is asked to sync
 * now, tries it again (ARCHITECTURE.md section 8, PAIR-10). Null: go on.
 */
export async function deadConnection(
  deps: ActivityDeps,
  step: Step,
  due: ReturnType<typeof whenDue>,
): Promise<Standing | null> {
  const dead = [step.mailboxConnection, step.crmConnection].find(connection => connection.state === 'dead');
  if (!dead) return null;
  const tries = 'trigger' in due && (step.probes || due.trigger === 'manual');
  return tries
    ? null
    : parkedBy(deps, step, dead, 'dueAtMs' in due ? due.dueAtMs : nextDueMs(step, step.nowMs));
}

async function parkedBy(
  deps: ActivityDeps,
  step: Step,
  dead: ConnectionRow,
  dueAtMs: number,
): Promise<Standing> {
  await savePairing(deps, step, {
    state: 'blocked',
    reason: `The connection "${dead.name}" does not work: ${dead.reason ?? 'its credentials were refused'}`,
    fix: dead.fix ?? 'Give the connection new credentials.',
    due_at: new Date(dueAtMs),
  });
  return standingOf(step, { next: 'sleep', dueAtMs }, { state: 'blocked', note: 'connection dead' });
}
