import type { Entry, Ledger } from './ledger.ts';
import type { Violation } from './module.ts';

/**
 * Invariant 10: when everything works again, nothing waits, and nothing is stuck without a cause that stands.
 * `isForPeople`: whether only a person can take the cause of a quarantine away.
 */
export function leftovers(ledger: Ledger, isForPeople: (entry: Entry) => boolean): Violation[] {
  const stuck = ledger.entries
    .filter(entry => entry.state === 'failing' && !isForPeople(entry))
    .map(({ code, reason, module }) => `one of the ${module} is quarantined: ${code} (${reason})`);
  return [
    ...ledger.openIntents.map(intent => `an intent is open: ${intent}`),
    ...ledger.waiting.map(row => `something waits: ${row}`),
    ...stuck,
  ].map(text => ({ invariant: 10, text }));
}
