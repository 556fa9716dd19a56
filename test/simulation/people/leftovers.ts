import type { Violation } from '../module.ts';
import type { View } from './view.ts';

/** Causes of a quarantine that only a person can take away; whether they stand, agreement checks. */
const LASTING: ReadonlySet<string> = new Set(['no_company', 'exists_hidden']);

/** Invariant 10: when everything works again, nothing waits, and nothing is stuck without a cause that stands. */
export function leftovers({ ledger }: View): Violation[] {
  const stuck = ledger.entries
    .filter(({ state, code }) => state === 'failing' && !LASTING.has(code ?? ''))
    .map(({ code, reason, module }) => `one of the ${module} is quarantined: ${code} (${reason})`);
  return [
    ...ledger.openIntents.map(intent => `an intent is open: ${intent}`),
    ...ledger.waiting.map(row => `something waits: ${row}`),
    ...stuck,
  ].map(text => ({ invariant: 10, text }));
}
