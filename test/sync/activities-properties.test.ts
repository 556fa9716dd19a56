import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOfAppointment, textOfParticipants, textOfSpan } from '../../sync/calendar/text-form.ts';
import { epochMs, zonedTime } from '../../sync/calendar/zones.ts';
import { baseAfterSending } from '../../sync/items/bases.ts';
import { differing, sameValue, withFields } from '../../sync/items/compare.ts';
import type { Operation } from '../../sync/items/operation.ts';
import { reconcile } from '../../sync/items/reconcile.ts';
import { categoryOf, crmTakes, type ItemRules } from '../../sync/items/rules.ts';
import type { Field, Fields, Meeting } from '../../sync/record.ts';
import { textOfTask } from '../../sync/tasks/text-form.ts';
import { appointment, task } from '../connectors/activity-samples.ts';
import {
  alone,
  called,
  eventRules,
  inCrm,
  inMailbox,
  invited,
  taskRules,
  withCalendar,
} from './activities-sample.ts';

const runs = { numRuns: 400 };

const people = fc
  .subarray(['ann@x.example', 'bob@x.example', 'cho@x.example'])
  .map(addresses =>
    textOfParticipants(
      addresses.map(address => ({ address, name: null, role: 'required', response: 'none' })),
    ),
  );
const events: fc.Arbitrary<Fields> = fc
  .tuple(appointment, fc.option(people, { nil: undefined }))
  .map(([{ recurrence: _series, ...fields }, participants]) => ({
    ...textOfAppointment(fields),
    ...(participants === undefined ? {} : { participants }),
  }));
const tasks: fc.Arbitrary<Fields> = fc
  .tuple(task, fc.constantFrom(undefined, '[]', '[["https://crm.example/1","A"]]'))
  .map(([fields, links]) => ({ ...textOfTask(fields), ...(links === undefined ? {} : { links }) }));

interface Sample {
  readonly rules: ItemRules;
  readonly meeting: Meeting | undefined;
  readonly mailbox: Fields;
  readonly crm: Fields;
  readonly others: Fields;
}

const anyRules = (using: ItemRules) =>
  fc
    .record({
      direction: fc.constantFrom('both' as const, 'to-mailbox' as const),
      conflicts: fc.constantFrom('crm' as const, 'mailbox' as const, 'latest' as const),
      invitations: fc.constantFrom('skip' as const, 'never' as const, 'send' as const),
    })
    .map(({ invitations, ...some }) => withCalendar({ invitations }, { ...using, ...some }));

/** `others`: what somebody may write next. */
const ofEvents: fc.Arbitrary<Sample> = fc.record({
  rules: anyRules(eventRules),
  meeting: fc.constantFrom(alone, called, invited),
  mailbox: events,
  crm: events,
  others: events,
});
const ofTasks: fc.Arbitrary<Sample> = fc.record({
  rules: anyRules(taskRules),
  meeting: fc.constant(undefined),
  mailbox: tasks,
  crm: tasks,
  others: tasks,
});

/** A partnership between systems that keep what they are given: what a cycle reads, writes and remembers. */
class Partners {
  mailbox: Fields;
  crm: Fields;
  #bases: { mailbox: Fields; crm: Fields };
  readonly #sample: Sample;
  readonly lost: string[] = [];

  constructor(sample: Sample) {
    this.#sample = sample;
    this.mailbox = sample.mailbox;
    this.crm = sample.crm;
    this.#bases = { mailbox: sample.mailbox, crm: sample.crm };
  }

  cycle(): Operation[] {
    const { rules, meeting } = this.#sample;
    const operations = reconcile(
      { bases: this.#bases, adopted: false, meeting: meeting ?? null },
      { ...inMailbox(this.mailbox, meeting), categories: [categoryOf(rules)] },
      inCrm(this.crm),
      rules,
    );
    for (const operation of operations) this.#carryOut(operation);
    const sent = operations.find(({ op }) => op === 'update-crm');
    this.#bases = {
      mailbox: this.mailbox,
      crm: withFields(this.crm, sent?.op === 'update-crm' ? baseAfterSending(sent.fields, this.crm) : {}),
    };
    return operations;
  }

  #carryOut(operation: Operation): void {
    if (operation.op === 'update-mailbox') this.mailbox = withFields(this.mailbox, operation.fields);
    if (operation.op === 'update-crm') this.crm = withFields(this.crm, operation.fields);
    if (operation.op === 'keep-loser') this.lost.push(`${operation.loss.field}: ${operation.loss.lost}`);
  }
}

/** The same moments and people in other words, as the other system tells them. */
function inOtherWords(fields: Fields): Fields {
  const { span, body } = textForms(fields);
  return { ...fields, ...span, ...body };
}

function textForms({ span, body }: Fields): { readonly span: Fields; readonly body: Fields } {
  const times = span?.includes('[') ? toldInUtc(span) : span;
  return {
    span: times === undefined ? {} : { span: times ?? null },
    body: body == null ? {} : { body: `${body.replaceAll('\n', ' \r\n')}\r\n` },
  };
}

function toldInUtc(text: string): string {
  const [start = '', end = ''] = text.split(/(?<=\])\//);
  const utc = (time: string) => {
    const at = time.indexOf('[');
    const momentMs = epochMs({ local: time.slice(0, at), zone: time.slice(at + 1, -1) });
    return zonedTime(momentMs, 'UTC');
  };
  return textOfSpan({ allDay: false, start: utc(start), end: utc(end) });
}

describe.each([
  ['CAL-1 appointments', ofEvents],
  ['TASK-1 tasks', ofTasks],
])('%s', (_name, samples) => {
  it('invariant 1: an agreed state gives no operations, however different both sides are', () => {
    fc.assert(
      fc.property(samples, sample => {
        expect(new Partners(sample).cycle()).toEqual([]);
      }),
      runs,
    );
  });

  it('invariants 1 and 11: nor does the same in the words of another system', () => {
    fc.assert(
      fc.property(samples, sample => {
        const partners = new Partners({ ...sample, crm: sample.mailbox });
        partners.crm = inOtherWords(partners.crm);
        expect(partners.cycle()).toEqual([]);
        partners.mailbox = inOtherWords(partners.mailbox);
        expect(partners.cycle()).toEqual([]);
      }),
      runs,
    );
  });

  it('invariant 11: what was written is agreed', () => {
    fc.assert(
      fc.property(samples, fc.constantFrom('mailbox', 'crm', 'both'), (sample, side) => {
        const partners = new Partners({ ...sample, crm: sample.mailbox });
        if (side !== 'crm') partners.mailbox = withFields(partners.mailbox, sample.others);
        if (side !== 'mailbox') partners.crm = withFields(partners.crm, sample.crm);
        partners.cycle();
        expect(partners.cycle()).toEqual([]);
      }),
      runs,
    );
  });

  it('invariant 2: what an edit replaced is on the other side, or in the history', () => {
    fc.assert(
      fc.property(samples, sample => {
        const partners = new Partners({ ...sample, crm: sample.mailbox });
        partners.mailbox = withFields(partners.mailbox, sample.others);
        partners.crm = withFields(partners.crm, sample.crm);
        const { mailbox, crm } = partners;
        partners.cycle();
        for (const [before, after] of [
          [mailbox, partners.mailbox],
          [crm, partners.crm],
        ] as const) {
          for (const field of differing(before, after)) {
            const stands = sameValue(field, sample.mailbox[field], before[field]);
            expect(stands || partners.lost.includes(`${field}: ${before[field] ?? null}`), field).toBe(true);
          }
        }
      }),
      runs,
    );
  });

  it('invariant 12: what has attendees is not written in the mailbox, unless Exchange may mail (POL-18)', () => {
    fc.assert(
      fc.property(samples, sample => {
        const partners = new Partners({ ...sample, crm: sample.mailbox });
        partners.crm = withFields(partners.crm, sample.crm);
        const operations = partners.cycle();
        const mails = sample.meeting?.hasAttendees && sample.rules.calendar.invitations !== 'send';
        if (mails) expect(operations.filter(({ op }) => op === 'update-mailbox')).toEqual([]);
      }),
      runs,
    );
  });

  it('invariant 13: the CRM gets only what it takes', () => {
    fc.assert(
      fc.property(samples, sample => {
        const partners = new Partners({ ...sample, crm: sample.mailbox });
        partners.mailbox = withFields(partners.mailbox, sample.others);
        const written = partners
          .cycle()
          .flatMap(operation =>
            operation.op === 'update-crm' ? (Object.keys(operation.fields) as Field[]) : [],
          );
        expect(written.filter(field => !crmTakes(field, sample.rules))).toEqual([]);
      }),
      runs,
    );
  });
});
