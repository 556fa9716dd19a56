import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  ARCHIVE_CLAIM_LIFE_MS,
  type ArchiveAim,
  type Claiming,
  claimingOf,
  type HeldCopy,
  type KnownArchive,
  type Standing,
} from '../../sync/mail/once.ts';

const NOW_MS = 1_800_000_000_000;
const LATE_COMMIT_MS = 10 * 60_000;
const MINUTE_MS = 60_000;

const toPeople: ArchiveAim = {
  target: '',
  recordId: null,
  key: 'key ',
  ...{ messageId: '1@fabrikam.example', hasFiles: false },
};
const toRecord: ArchiveAim = { ...toPeople, target: 'deal', recordId: 'deal', key: 'key deal' };
const toNewRecord: ArchiveAim = { ...toPeople, target: 'create:cases', key: 'key create:cases' };

function archive(values: Partial<KnownArchive> = {}): KnownArchive {
  return {
    ...{ target: '', pairingId: 'ann', claimedAtMs: NOW_MS - MINUTE_MS, begunAtMs: NOW_MS - MINUTE_MS },
    ...{ crmId: 'email', recordId: null, people: ['bob'], ...values },
  };
}

function copy(values: Partial<HeldCopy> = {}): HeldCopy {
  return { id: 'email', relatedId: null, key: null, people: ['bob'], ...values };
}

function standing(values: Partial<Standing> = {}): Standing {
  return {
    ...{ pairingId: 'ann', nowMs: NOW_MS, lateCommitMs: LATE_COMMIT_MS, archives: [], held: [] },
    ...{ goneRecords: new Set<string>(), ...values },
  };
}

const write = { type: 'write', heldId: null, recordId: null, sinceMs: null, linked: [] };
const held = { type: 'held', crmId: 'email', recordId: null, people: ['bob'] };
const isBegun = { crmId: null, people: [] };

describe('MAIL-7: what becomes of a message that may be in the CRM', () => {
  const rows: readonly [string, ArchiveAim, Partial<Standing>, unknown][] = [
    ['nobody knows it: written', toPeople, {}, write],
    [
      'archived by a colleague: held',
      toPeople,
      { archives: [archive({ pairingId: 'tom' })], held: [copy()] },
      held,
    ],
    ['archived by another tool: held', toPeople, { held: [copy()] }, held],
    [
      'an attempt for another record left it behind and is over: completed',
      toPeople,
      {
        archives: [archive({ target: 'create:cases', ...isBegun, claimedAtMs: NOW_MS - LATE_COMMIT_MS })],
        held: [copy()],
      },
      { ...write, heldId: 'email' },
    ],
    [
      'archived on a record: held, its people have it',
      toPeople,
      { held: [copy({ relatedId: 'deal' })] },
      held,
    ],
    [
      'archived for its people, now for a record: a second copy without them',
      toRecord,
      { archives: [archive()], held: [copy()] },
      { ...write, linked: ['bob'] },
    ],
    [
      'archived by another tool on that record: held',
      toRecord,
      { held: [copy({ id: 'other' }), copy({ relatedId: 'deal' })] },
      held,
    ],
    [
      'started a record: held, whoever drops it there',
      toNewRecord,
      {
        archives: [archive({ target: 'create:cases', recordId: 'case', pairingId: 'tom' })],
        held: [copy({ relatedId: 'case' })],
      },
      { ...held, recordId: 'case' },
    ],
    [
      'its record was deleted in the CRM: another one, another copy',
      toNewRecord,
      {
        archives: [archive({ target: 'create:cases', recordId: 'case' })],
        held: [copy({ relatedId: null, people: [] })],
        goneRecords: new Set(['case']),
      },
      write,
    ],
    [
      'its e-mail was deleted in the CRM: written for all its people',
      toPeople,
      { archives: [archive()], held: [] },
      write,
    ],
    [
      'its e-mail was deleted, that of another record stands',
      toRecord,
      { archives: [archive({ target: 'deal', crmId: 'gone' })], held: [copy({ people: ['eve'] })] },
      { ...write, linked: ['eve'] },
    ],
    [
      'without a Message-ID nothing tells of a deletion: held',
      { ...toPeople, messageId: null },
      { archives: [archive()] },
      held,
    ],
    [
      'its e-mail was deleted, its record stands: the record is kept',
      toNewRecord,
      { archives: [archive({ target: 'create:cases', recordId: 'case' })] },
      { ...write, recordId: 'case' },
    ],
  ];
  test.each(rows)('%s', (_, aim, known, expected) => {
    expect(claimingOf(aim, standing(known))).toEqual(expected);
  });
});

describe('MAIL-7, invariant 3: attempts that were not finished', () => {
  const wait = (untilMs: number) => ({ type: 'wait', untilMs });
  const sinceMs = NOW_MS - MINUTE_MS;
  const rows: readonly [string, ArchiveAim, Partial<Standing>, unknown][] = [
    [
      'ours may still take effect: waits',
      toPeople,
      { archives: [archive(isBegun)] },
      wait(sinceMs + LATE_COMMIT_MS),
    ],
    [
      'ours has left its e-mail: it is completed at once',
      toPeople,
      { archives: [archive(isBegun)], held: [copy()] },
      { ...write, heldId: 'email', sinceMs },
    ],
    [
      'ours has left its e-mail, and files of it may be on their way: waits',
      { ...toPeople, hasFiles: true },
      { archives: [archive(isBegun)], held: [copy()] },
      wait(sinceMs + LATE_COMMIT_MS),
    ],
    [
      'ours is over: written, after a look for what it left since it began',
      toNewRecord,
      {
        archives: [
          archive({ ...isBegun, target: 'create:cases', claimedAtMs: NOW_MS - LATE_COMMIT_MS, begunAtMs: 1 }),
        ],
      },
      { ...write, sinceMs: 1 },
    ],
    [
      'ours made the record: it is taken',
      toNewRecord,
      { archives: [archive({ ...isBegun, target: 'create:cases', recordId: 'case', claimedAtMs: 0 })] },
      { ...write, recordId: 'case', sinceMs },
    ],
    [
      'a colleague’s: waits a minute',
      toPeople,
      { archives: [archive({ ...isBegun, pairingId: 'tom' })] },
      wait(NOW_MS + MINUTE_MS),
    ],
    [
      'a colleague’s has left its e-mail: it is the colleague’s to complete',
      toPeople,
      { archives: [archive({ ...isBegun, pairingId: 'tom' })], held: [copy()] },
      wait(NOW_MS + MINUTE_MS),
    ],
    [
      'a colleague’s for another record: whose history gets it is not known yet',
      toPeople,
      { archives: [archive({ ...isBegun, target: 'deal', pairingId: 'tom' })] },
      wait(NOW_MS + MINUTE_MS),
    ],
    [
      'a colleague’s was abandoned: taken over',
      toPeople,
      { archives: [archive({ ...isBegun, pairingId: 'tom', claimedAtMs: NOW_MS - ARCHIVE_CLAIM_LIFE_MS })] },
      { ...write, sinceMs },
    ],
  ];
  test.each(rows)('%s', (_, aim, known, expected) => {
    expect(claimingOf(aim, standing(known))).toEqual(expected);
  });
});

const TARGETS = ['', 'deal', 'case'] as const;
const PAIRINGS = ['ann', 'tom'] as const;
type Target = (typeof TARGETS)[number];
type Pairing = (typeof PAIRINGS)[number];
type Turn = {
  readonly who: Pairing;
  readonly what: 'begin' | 'write' | 'settle' | 'crash';
  readonly target: Target;
};

interface Job {
  readonly target: Target;
  readonly claiming: Extract<Claiming, { type: 'write' }>;
  emailId: string | null;
}

/** One message, two pairings that bring it to three places, and a CRM that carries out what was sent, in its time. */
class Company {
  nowMs = NOW_MS;
  readonly archives = new Map<string, KnownArchive>();
  readonly emails: (HeldCopy & { readonly target: Target })[] = [];
  readonly #jobs = new Map<Pairing, Job>();
  readonly #hasKeys: boolean;
  /** Requests of those who crashed: each may take effect until a moment. */
  #late: { readonly job: Job; readonly untilMs: number }[] = [];

  constructor(hasKeys: boolean) {
    this.#hasKeys = hasKeys;
  }

  play({ who, what, target }: Turn): void {
    const job = this.#jobs.get(who);
    if (what === 'begin' && !job) this.#begin(who, target);
    else if (what === 'write' && job) this.#write(job);
    else if (what === 'settle' && job?.emailId) this.#settle(who, job);
    else if (what === 'crash' && job) this.#crash(who, job);
  }

  /** Whoever has not finished for so long is gone. */
  pass(ms: number, lands: boolean): void {
    if (lands) for (const { job } of this.#late) this.#write(job);
    this.nowMs += ms;
    for (const [who, job] of this.#jobs)
      if (this.nowMs >= (this.archives.get(job.target)?.claimedAtMs ?? 0) + LATE_COMMIT_MS)
        this.#jobs.delete(who);
    this.#late = lands ? [] : this.#late.filter(({ untilMs }) => untilMs > this.nowMs);
  }

  #begin(who: Pairing, target: Target): void {
    const aim = {
      target,
      recordId: target || null,
      key: `key ${target}`,
      messageId: '1@fabrikam.example',
      hasFiles: false,
    };
    const archives = [...this.archives.values()];
    const claiming = claimingOf(
      aim,
      standing({ pairingId: who, nowMs: this.nowMs, archives, held: this.emails }),
    );
    if (claiming.type === 'held') expect(this.emails.map(({ id }) => id)).toContain(claiming.crmId);
    if (claiming.type !== 'write') return;
    const begunAtMs = this.archives.get(target)?.begunAtMs ?? this.nowMs;
    const times = { claimedAtMs: this.nowMs, begunAtMs };
    this.archives.set(target, archive({ ...isBegun, ...times, target, pairingId: who }));
    this.#jobs.set(who, { target, claiming, emailId: claiming.heldId });
  }

  #write(job: Job): void {
    if (job.emailId !== null) return;
    const { target, claiming } = job;
    job.emailId = `email ${this.emails.length}`;
    const people = ['bob', 'eve'].filter(id => !claiming.linked.includes(id));
    const key = this.#hasKeys ? `key ${target}` : null;
    this.emails.push({ id: job.emailId, target, relatedId: target || null, key, people });
  }

  #settle(who: Pairing, { target, emailId: crmId }: Job): void {
    this.archives.set(target, archive({ target, pairingId: who, crmId }));
    this.#jobs.delete(who);
  }

  #crash(who: Pairing, job: Job): void {
    this.#late.push({ job, untilMs: (this.archives.get(job.target)?.claimedAtMs ?? 0) + LATE_COMMIT_MS });
    this.#jobs.delete(who);
  }
}

const turns = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({
      who: fc.constantFrom(...PAIRINGS),
      what: fc.constantFrom('begin', 'write', 'settle', 'crash'),
      target: fc.constantFrom(...TARGETS),
    }) },
    { weight: 1, arbitrary: fc.record({
      passMs: fc.constantFrom(1_000, 30_000, MINUTE_MS, 5 * MINUTE_MS),
      lands: fc.boolean(),
    }) },
  ),
  { minLength: 4, maxLength: 60 },
); // biome-ignore format: one table

it('MAIL-7, invariant 3: two pairings that follow it write each copy once, and nobody’s history has it twice', () => {
  fc.assert(
    fc.property(fc.boolean(), turns, (hasKeys, played) => {
      const company = new Company(hasKeys);
      for (const turn of played) {
        if ('passMs' in turn) company.pass(turn.passMs, turn.lands);
        else company.play(turn);
      }
      const targets = company.emails.map(({ target }) => target);
      expect(targets).toEqual([...new Set(targets)]);
      const people = company.emails.flatMap(email => email.people);
      expect(people).toEqual([...new Set(people)]);
    }),
    { numRuns: 3_000 },
  );
});
