import type { Org } from '../org.ts';
import type { ObjectType } from '../schema/types.ts';
import type { Row } from '../store/row.ts';

/** Writes a row version, hidden from queries for as long as the org's visibility delay says. */
export function writeRow(org: Org, type: ObjectType, row: Row): void {
  const delay = org.settings.visibility.findLast(
    each => each.object === undefined || each.object.toLowerCase() === type.name.toLowerCase(),
  );
  if (delay !== undefined && delay.delayMs > 0) {
    const pending = org.pending.get(type.name) ?? new Map();
    org.pending.set(type.name, pending);
    const nowMs = org.clock.nowMs();
    const hidden = pending.get(row.Id);
    const isHidden = hidden !== undefined && hidden.visibleAtMs > nowMs;
    const previous = isHidden ? hidden.previous : org.store.table(type.name).get(row.Id);
    pending.set(row.Id, { visibleAtMs: nowMs + delay.delayMs, previous });
  }
  org.store.put(type.name, row);
}
