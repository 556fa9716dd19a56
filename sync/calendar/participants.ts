import type { Participant } from './appointment.ts';

/** Everybody once, as who they were named first; null is somebody without an address, who cannot be told from others. */
export function firstOfEach(named: readonly (Participant | null)[]): Participant[] {
  const byAddress = new Map<string, Participant>();
  for (const participant of named) {
    if (participant !== null && !byAddress.has(participant.address))
      byAddress.set(participant.address, participant);
  }
  return [...byAddress.values()];
}
