import { describe, expect, it } from 'vitest';
import { guardRemovals } from '../../activities/items/guarding.ts';
import { CLEAR, type Plan } from '../../activities/items/plan.ts';
import { newItem } from '../../db/items.ts';
import { alone } from './activities-sample.ts';

let ids = 0;

/** An appointment that goes, alone or as an occurrence of a series. */
function removal(seriesId: string | null): Plan {
  const item = newItem(kind => `${kind}-${++ids}`, {
    module: 'appointments',
    state: 'in_sync',
    link: 'linked',
    meeting: { ...alone, type: seriesId === null ? 'single' : 'occurrence', seriesId },
  });
  return {
    one: { item, mailboxRow: null, crmRow: null },
    item,
    removes: true,
    mailboxWrite: { op: 'delete', itemId: item.id },
    events: [],
    afterwards: CLEAR,
  };
}

const removals = (count: number, seriesId: string | null) =>
  Array.from({ length: count }, () => removal(seriesId));

function held(plans: readonly Plan[]): number {
  const standing = {
    decisions: new Map(),
    recent: new Map(),
    total: 500,
    limits: { count: 10, percent: 100 },
  };
  return guardRemovals(plans, standing).held.length;
}

describe('POL-20 the guard', () => {
  it.each([
    ['lets a whole series go: it is one thing to its user', removals(200, 'series-1'), 0],
    ['lets few appointments go', removals(10, null), 0],
    ['holds too many of them', removals(11, null), 11],
    [
      'holds all when there are too many beside a series',
      [...removals(10, null), ...removals(5, 'series-1')],
      15,
    ],
    ['counts each series', Array.from({ length: 11 }, (_, series) => removal(`series-${series}`)), 11],
  ])('%s', (_name, plans, expected) => expect(held(plans)).toBe(expected));
});
