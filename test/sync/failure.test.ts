import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  failureKinds,
  isErrorOfItem,
  isWaiting,
  quarantineDelayMs,
  SyncFailure,
} from '../../sync/failure.ts';

describe('SyncFailure', () => {
  it('carries its kind and facts and is an Error with its cause', () => {
    const cause = new Error('socket hang up');
    const failure = new SyncFailure('transient', 'The answer was lost', {
      native: 'ECONNRESET',
      maybeApplied: true,
      cause,
    });
    expect(failure).toBeInstanceOf(Error);
    expect(failure).toMatchObject({
      name: 'SyncFailure',
      kind: 'transient',
      native: 'ECONNRESET',
      maybeApplied: true,
      cause,
    });
  });

  it('has no cause and no facts unless they are given', () => {
    const failure = new SyncFailure('auth', 'Expired');
    expect('cause' in failure).toBe(false);
    expect(failure.retryAfterMs).toBeUndefined();
  });
});

describe('PAIR-10 what a failure means', () => {
  it.each([
    ['auth', 'pairing'],
    ['forbidden', 'item'],
    ['gone', 'item'],
    ['conflict', 'item'],
    ['duplicate', 'item'],
    ['validation', 'item'],
    ['locked', 'item'],
    ['throttled', 'waiting'],
    ['quota', 'waiting'],
    ['schema', 'pairing'],
    ['transient', 'pairing'],
    ['permanent', 'item'],
  ] as const)('%s is of the %s', (kind, whose) => {
    expect(isErrorOfItem(kind)).toBe(whose === 'item');
    expect(isWaiting(kind)).toBe(whose === 'waiting');
  });

  it('knows every kind, and none is both an error of the item and waiting', () => {
    expect(failureKinds).toHaveLength(12);
    expect(failureKinds.filter(kind => isErrorOfItem(kind) && isWaiting(kind))).toEqual([]);
  });
});

describe('PAIR-10 growing intervals', () => {
  it('rests 15 minutes, an hour, four, sixteen, then a day', () => {
    const minutes = [1, 2, 3, 4, 5, 6].map(attempt => quarantineDelayMs(attempt) / 60_000);
    expect(minutes).toEqual([15, 60, 240, 960, 1440, 1440]);
  });

  it('never shrinks and never ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), attempt => {
        const delayMs = quarantineDelayMs(attempt);
        expect(delayMs).toBeGreaterThan(0);
        expect(Number.isFinite(delayMs)).toBe(true);
        expect(quarantineDelayMs(attempt + 1)).toBeGreaterThanOrEqual(delayMs);
      }),
    );
  });
});
