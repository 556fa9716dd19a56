import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feedInterval } from '../../sync/schedule/feed.ts';
import { stableOffset } from '../../sync/schedule/offset.ts';

const seconds = (inBlackout: boolean, apiUsedShare: number) =>
  feedInterval({ inBlackout, apiUsedShare }) / 1000;

describe('POL-25 the interval of the feed', () => {
  it.each([
    [false, 0, 60],
    [false, 0.5, 60],
    [false, 0.75, 120],
    [false, 0.9, 300],
    [false, 1, 1800],
    [false, 1.4, 1800],
    [true, 0, 300],
    [true, 0.75, 600],
  ])('blackout %s, %d of the budget used: %d s', (inBlackout, share, restS) => {
    expect(seconds(inBlackout, share)).toBe(restS);
  });

  it('never gets shorter as the budget is used up, and grows before the limit is reached', () => {
    const share = fc.double({ min: 0, max: 2, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.boolean(), (a, b, inBlackout) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(seconds(inBlackout, less)).toBeLessThanOrEqual(seconds(inBlackout, more));
      }),
    );
    expect(seconds(false, 0.99)).toBeGreaterThan(seconds(false, 0.5));
  });

  it('keeps a base that is longer than the longest stretch', () => {
    expect(feedInterval({ baseMs: 3_600_000, inBlackout: true, apiUsedShare: 1 })).toBe(3_600_000);
  });
});

describe('stableOffset', () => {
  it('is the same for the same id and spreads ids evenly', () => {
    expect(stableOffset('prg_1')).toBe(stableOffset('prg_1'));
    const tenths = Array<number>(10).fill(0);
    for (let n = 0; n < 10_000; n += 1) tenths[Math.floor(stableOffset(`prg_${n}`) * 10)]! += 1;
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
