import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONNECTION_FACTOR, type GuardQuestion, mayRemove } from '../../sync/guard.ts';

const limits = { count: 25, percent: 20 };
const ask = (more: Partial<GuardQuestion>): GuardQuestion => ({
  asked: 0,
  recent: 0,
  total: 1_000,
  recentOfConnection: 0,
  ...more,
});

describe('POL-20 mass deletion guard', () => {
  it.each<[string, Partial<GuardQuestion>, boolean]>([
    ['nothing is asked', { asked: 0, recent: 9_999, recentOfConnection: 9_999 }, true],
    ['25 of 1,000', { asked: 25 }, true],
    ['26 of 1,000', { asked: 26 }, false],
    ['25 within the day, in two goes', { asked: 5, recent: 20, total: 980 }, true],
    ['26 within the day, in two goes', { asked: 6, recent: 20, total: 980 }, false],
    ['20 of 100: 20 %', { asked: 20, total: 100 }, true],
    ['21 of 100: more than 20 %', { asked: 21, total: 100 }, false],
    ['the last 20 % of what there was this morning', { asked: 10, recent: 10, total: 90 }, true],
    ['5 of 5: too few to matter', { asked: 5, total: 5 }, true],
    ['5 of 10', { asked: 5, total: 10 }, true],
    ['6 of 10', { asked: 6, total: 10 }, false],
    ['6 of 30: 20 %', { asked: 6, total: 30 }, true],
    ['6 of 29: more than 20 %', { asked: 6, total: 29 }, false],
    ['the 250th of the connection', { asked: 1, recentOfConnection: 249 }, true],
    ['the 251st of the connection', { asked: 1, recentOfConnection: 250 }, false],
  ])('%s', (_name, question, expected) => expect(mayRemove(ask(question), limits)).toBe(expected));

  it('an admin may want to be asked about every single one', () => {
    expect(mayRemove(ask({ asked: 1 }), { count: 0, percent: 20 })).toBe(false);
  });

  const count = fc.nat({ max: 400 });
  const question = fc.record({ asked: count, recent: count, total: count, recentOfConnection: count });
  const limit = fc.record({ count: fc.nat({ max: 60 }), percent: fc.nat({ max: 100 }) });
  const more = fc.nat({ max: 50 });

  it.each(['recent', 'recentOfConnection'] as const)('holds what it held when more was removed: %s', key => {
    fc.assert(
      fc.property(question, limit, more, (asked, using, extra) => {
        fc.pre(!mayRemove(asked, using));
        return !mayRemove({ ...asked, [key]: asked[key] + extra }, using);
      }),
    );
  });

  it('holds the larger request when it holds the smaller', () => {
    fc.assert(
      fc.property(question, limit, more, (asked, using, extra) => {
        fc.pre(!mayRemove(asked, using));
        return !mayRemove({ ...asked, asked: asked.asked + extra }, using);
      }),
    );
  });

  it('allows what it allowed when more is linked or the limits are wider', () => {
    fc.assert(
      fc.property(question, limit, more, (asked, using, extra) => {
        fc.pre(mayRemove(asked, using));
        return (
          mayRemove({ ...asked, total: asked.total + extra }, using) &&
          mayRemove(asked, { ...using, count: using.count + extra }) &&
          mayRemove(asked, { ...using, percent: using.percent + extra })
        );
      }),
    );
  });

  it('never lets more go within a day than the limit, however it is cut up', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 })), limit, fc.nat({ max: 500 }), (batches, using, linked) => {
        let removed = 0;
        for (const asked of batches) {
          const total = Math.max(0, linked - removed);
          if (mayRemove({ asked, recent: removed, total, recentOfConnection: removed }, using))
            removed += asked;
        }
        expect(removed).toBeLessThanOrEqual(using.count);
      }),
    );
  });

  it('allows a connection ten times as many as a pairing', () => {
    const allowed = limits.count * CONNECTION_FACTOR;
    expect(allowed).toBe(250);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 60 }), requests => {
        let removed = 0;
        for (const asked of requests)
          if (mayRemove(ask({ asked, recentOfConnection: removed }), limits)) removed += asked;
        expect(removed).toBeLessThanOrEqual(allowed);
      }),
    );
  });
});
