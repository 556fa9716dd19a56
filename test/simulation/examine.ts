import { difference } from './difference.ts';
import type { Finding } from './finding.ts';
import type { SimulatedModule } from './module.ts';
import { type Played, play } from './play.ts';
import { onServer } from './postgres.ts';
import type { ProcessStore } from './process-store.ts';
import type { Scenario } from './scenario.ts';

/** What is looked at beside the run's own rules. */
export interface Comparisons {
  /** Whether a second run does the same. */
  readonly again: boolean;
  /** A server (a superuser's URL, with the template of test/setup) on which the same has to happen; null: none. */
  readonly server: string | null;
}

/** Plays a scenario as often as the comparisons ask for, and says all that is wrong. */
export async function examine(
  scenario: Scenario,
  modules: readonly SimulatedModule[],
  { again, server }: Comparisons,
  store: ProcessStore,
): Promise<Played> {
  const compares = again || server !== null;
  const played = await onFreshStore(scenario, modules, store, compares);
  const findings: Finding[] = [...played.findings];
  if (again) {
    const second = await onFreshStore(scenario, modules, store, true);
    findings.push(...parting('runs repeat', 'a second run differs', played, second));
  }
  if (server !== null) {
    const elsewhere = await play(scenario, modules, onServer(server), true);
    findings.push(...parting('databases agree', 'on a server it differs', played, elsewhere));
  }
  return { ...played, findings };
}

async function onFreshStore(
  scenario: Scenario,
  modules: readonly SimulatedModule[],
  store: ProcessStore,
  keepsLines: boolean,
): Promise<Played> {
  const played = await play(scenario, modules, store.open, keepsLines);
  if (played.findings.some(({ invariant }) => invariant === 'the run breaks')) await store.discard();
  return played;
}

function parting(invariant: Finding['invariant'], words: string, one: Played, other: Played): Finding[] {
  const found = difference(one, other);
  if (found === null) return [];
  const breaks = other.findings.filter(finding => finding.invariant === 'the run breaks');
  return [{ invariant, text: `${words} in ${found}` }, ...breaks];
}
