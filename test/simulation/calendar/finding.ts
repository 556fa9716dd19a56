import type { Scene } from '../activities/scene.ts';
import type { EventItem, EventRecord, Hands } from './hands.ts';

/** The one that an act is about: of those by its name in the order of their beginnings, as it says. */
export async function itemIn(scene: Scene, hands: Hands, mailbox = scene.mailbox): Promise<EventItem | null> {
  return chosen(scene, await hands.items(mailbox));
}

export async function recordIn(scene: Scene, hands: Hands): Promise<EventRecord | null> {
  const listed = chosen(scene, await hands.records());
  return listed ? hands.opened(listed) : null;
}

function chosen<T extends EventItem | EventRecord>({ name, act }: Scene, all: readonly T[]): T | null {
  const found = all
    .filter(thing => thing.name === name)
    .toSorted((a, b) => ((a.values.span ?? '') < (b.values.span ?? '') ? -1 : 1));
  return found[Number(act.which ?? 0) % Math.max(1, found.length)] ?? null;
}

/** Who called it may change it; a copy is changed by its organizer. */
export function mayChange({ hasAttendees, isOrganizer }: EventItem): boolean {
  return isOrganizer || !hasAttendees;
}
