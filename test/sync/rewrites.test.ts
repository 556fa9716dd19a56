import { describe, expect, it } from 'vitest';
import {
  afterChange,
  afterWrite,
  isContested,
  NO_WRITES,
  parkedUntilMs,
  type WriteMemory,
} from '../../sync/rewrites.ts';

const startMs = Date.parse('2026-03-20T10:00:00Z');
const at = (minute: number) => startMs + minute * 60_000;

const write = (memory: WriteMemory, minute: number) =>
  afterWrite(memory, 'mailbox', { title: 'CEO' }, at(minute));

/** At each of these minutes we write and something changes it back a minute later. */
const fought = (...minutes: readonly number[]) =>
  minutes.reduce(
    (memory, minute) => afterChange(write(memory, minute), 'mailbox', ['title', 'notes'], at(minute + 1)),
    NO_WRITES,
  );

describe('PAIR-11 an item that something else keeps rewriting', () => {
  it.each([
    ['never', [], 0, false],
    ['three times in an hour', [0, 10, 20], 21, false],
    ['four times in an hour', [0, 10, 20, 30], 31, true],
    ['four times in an hour, just', [0, 10, 20, 59], 60, true],
    ['four times in more than an hour', [0, 10, 20, 60], 61, false],
    ['every 20 minutes', [0, 20, 40, 60, 80, 100], 101, false],
    ['every 15 minutes', [0, 15, 30, 45], 46, true],
    ['four times, an hour ago', [0, 10, 20, 30], 91, false],
  ])('%s', (_name, minutes, nowMinute, contested) => {
    expect(isContested(fought(...minutes), at(nowMinute))).toBe(contested);
  });

  const written = write(NO_WRITES, 0);
  it.each([
    ['our write was changed back', written, 'mailbox', ['title'], 59, 1],
    ['an hour later', written, 'mailbox', ['title'], 60, 0],
    ['another field', written, 'mailbox', ['notes'], 1, 0],
    ['no field', written, 'mailbox', [], 1, 0],
    ['the other side', written, 'crm', ['title'], 1, 0],
    ['we had not written', NO_WRITES, 'mailbox', ['title'], 1, 0],
  ] as const)('counts what undoes a write of ours: %s', (_name, memory, side, changed, minute, count) => {
    expect(afterChange(memory, side, changed, at(minute)).undoneAtMs).toHaveLength(count);
  });

  it('counts each write once, however often a user edits what it wrote', () => {
    const edited = [1, 2, 3, 4, 5].reduce(
      (memory, minute) => afterChange(memory, 'mailbox', ['title'], at(minute)),
      written,
    );
    expect(edited.undoneAtMs).toHaveLength(1);
  });

  it('knows the writes to both sides apart', () => {
    const both = afterWrite(written, 'crm', { notes: 'n' }, at(1));
    const undone = afterChange(afterChange(both, 'mailbox', ['title'], at(2)), 'crm', ['notes'], at(3));
    expect(undone.undoneAtMs).toEqual([at(2), at(3)]);
  });

  it('remembers no more than the last hour', () => {
    expect(fought(0, 10, 70).undoneAtMs).toEqual([at(71)]);
  });

  it('is no longer contested when it is tried again', () => {
    expect(isContested(fought(0, 10, 20, 30), parkedUntilMs(at(31)))).toBe(false);
  });
});
