import type { Ledger } from './ledger.ts';
import type { Violation } from './module.ts';

/**
 * Invariant 10: when everything works again, nothing waits, and nothing is stuck without a cause that stands. `lasting`:
 * causes of a quarantine that only a person can take away; whether they stand, agreement checks.
 */
export function leftovers(ledger: Ledger, lasting: ReadonlySet<string>): Violation[] {
  const stuck = ledger.entries
    .filter(({ state, code }) => state === 'failing' && !lasting.has(code ?? ''))
    .map(({ code, reason, module }) => `one of the ${module} is quarantined: ${code} (${reason})`);
  return [
    ...ledger.openIntents.map(intent => `an intent is open: ${intent}`),
    ...ledger.waiting.map(row => `something waits: ${row}`),
    ...stuck,
  ].map(text => ({ invariant: 10, text }));
}
