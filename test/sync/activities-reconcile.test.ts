import { describe, expect, it } from 'vitest';
import { shownAppointment } from '../../sync/activities/attendees.ts';
import { reconcile } from '../../sync/items/reconcile.ts';
import type { ItemRules } from '../../sync/items/rules.ts';
import type { CrmRecord, Fields, Meeting } from '../../sync/record.ts';
import {
  alone,
  appointment,
  called,
  eventRules,
  inCrm,
  inMailbox,
  invited,
  link,
  task,
  taskRules,
  unheard,
  withCalendar,
} from './activities-sample.ts';
import { agreed, crmPerson } from './people-sample.ts';

const here = { ...appointment, location: 'Room 2' };
const there = { ...appointment, location: 'Room 3' };
const sending = withCalendar({ invitations: 'send' });
const toMailbox: ItemRules = { ...eventRules, direction: 'to-mailbox' };

const crmGets = (fields: Fields) => ({ op: 'update-crm', fields });
const mailboxGets = (fields: Fields) => ({ op: 'update-mailbox', fields });
const withheld = (fields: Fields) => ({ op: 'withhold', fields });
const kept = (side: 'crm' | 'mailbox', lost: string, value: string) => ({
  op: 'keep-loser',
  loss: { field: 'location', side, lost, kept: value, reason: 'both_changed' },
});

type Row = readonly [
  name: string,
  meeting: Meeting,
  mailbox: Fields | null,
  crm: Fields,
  rules: ItemRules,
  operations: readonly object[],
];

describe('both sides have the appointment', () => {
  it.each<Row>(
    // biome-ignore format: one case per line
    [
      ['CAL-1 an edit goes to the CRM', alone, here, appointment, eventRules, [crmGets({ location: 'Room 2' })]],
      ['CAL-1 and to the mailbox', alone, null, there, eventRules, [mailboxGets({ location: 'Room 3' })]],
      ['POL-19 the CRM wins', alone, here, there, eventRules, [kept('mailbox', 'Room 2', 'Room 3'), mailboxGets({ location: 'Room 3' })]],
      ['CAL-1 the edit of a meeting goes to the CRM', called, here, appointment, eventRules, [crmGets({ location: 'Room 2' })]],
      ["POL-18, invariant 12: the CRM's edit is withheld from a meeting", called, null, there, eventRules, [withheld({ location: 'Room 3' })]],
      ["POL-18 also from an attendee's copy", invited, null, there, eventRules, [withheld({ location: 'Room 3' })]],
      ['POL-18 under send it is written', called, null, there, sending, [mailboxGets({ location: 'Room 3' })]],
      ['POL-18, POL-19: in a meeting the mailbox wins, whatever the policy says', called, here, there, eventRules, [kept('crm', 'Room 3', 'Room 2'), crmGets({ location: 'Room 2' })]],
      ['POL-18 under send the policy decides', called, here, there, sending, [kept('mailbox', 'Room 2', 'Room 3'), mailboxGets({ location: 'Room 3' })]],
      ['POL-11 what may not be written is not put back into a meeting, and nothing is lost', called, here, appointment, toMailbox, [withheld({ location: 'Room 1' })]],
      ['CAL-3 the same moments in another zone are no edit', alone, { ...appointment, span: '2026-04-01T07:00:00[UTC]/2026-04-01T08:00:00[UTC]' }, appointment, eventRules, []],
      ['CAL-6 blanks at the ends of lines are no edit of the body', alone, { ...appointment, body: 'a \r\nb' }, { ...appointment, body: 'a\nb' }, eventRules, []],
      ['POL-15 no reminder is a value', alone, { ...appointment, reminder: '15' }, { ...appointment, reminder: '15' }, eventRules, []],
    ],
  )('%s', (...row) => {
    const [, meeting, mailbox, crm, rules, operations] = row;
    const side = mailbox ? inMailbox(mailbox, meeting) : unheard;
    expect(reconcile(link({ meeting }), side, inCrm(crm), rules)).toEqual(operations);
  });

  it('POL-18, invariant 12: the category is not put back into a meeting', () => {
    const bare = { ...inMailbox(appointment, called), categories: [] };
    expect(reconcile(link({ meeting: called }), bare, unheard, eventRules)).toEqual([]);
    expect(reconcile(link(), { ...bare, meeting: alone }, unheard, eventRules)).toHaveLength(1);
  });

  it('CAL-4 a series gets the category as a whole, and an occurrence what the CRM changed in it', () => {
    const occurrence: Meeting = { ...alone, type: 'occurrence', seriesId: 'series-1' };
    const bare = { ...inMailbox(appointment, occurrence), categories: [] };
    const known = link({ meeting: occurrence });
    const categories = ['Contoso CRM'];
    expect(reconcile(known, bare, unheard, eventRules)).toEqual([
      { op: 'mark-series', seriesId: 'series-1', categories },
    ]);
    expect(reconcile(known, bare, inCrm(there), eventRules)).toEqual([
      { op: 'update-mailbox', fields: { location: 'Room 3' }, categories },
    ]);
  });

  it('POL-18 somebody who was just added counts', () => {
    const now = inMailbox(appointment, called);
    expect(reconcile(link(), now, inCrm(there), eventRules)).toEqual([withheld({ location: 'Room 3' })]);
  });

  it('CAL-2 who follows another pairing brings nothing anywhere', () => {
    const follower = link({ meeting: invited, follows: true });
    expect(reconcile(follower, inMailbox(here, invited), inCrm(there), eventRules)).toEqual([]);
  });

  it('CAL-7 an appointment has no status that could be completed', () => {
    const status = inCrm({ ...appointment, status: 'completed' });
    expect(reconcile(link(), inMailbox(appointment, alone), status, eventRules)).toEqual([]);
  });

  it('POL-18 the CRM hears who takes part, the mailbox does not', () => {
    const [none, some] = ['[]', '[["bob@x.example",null,"required","none"]]'];
    const known = link({ bases: agreed({ ...appointment, participants: none }) });
    const invites = { ...appointment, participants: some };
    const quiet = { ...appointment, participants: none };
    expect(reconcile(known, inMailbox(invites, called), inCrm(quiet), eventRules)).toEqual([
      crmGets({ participants: some }),
    ]);
    expect(reconcile(known, unheard, inCrm(invites), eventRules)).toEqual([]);
  });
});

describe('TASK-1 both sides have the task', () => {
  const known = link({ bases: agreed(task), meeting: null });
  it.each([
    ['completed in the mailbox', { status: 'completed' }],
    ['reopened there', { status: 'inProgress' }],
    ['due another day', { dueDay: '2026-05-01' }],
    ['without a day', { dueDay: null }],
  ])('%s', (_name, change) => {
    const changed = { ...task, ...change };
    expect(reconcile(known, inMailbox(changed), inCrm(task), taskRules)).toEqual([crmGets(change)]);
    expect(reconcile(known, inMailbox(task), inCrm(changed), taskRules)).toEqual([mailboxGets(change)]);
  });

  it('its links are ours: an edit of them is put back and in the history', () => {
    const [ours, theirs] = ['[["https://crm.example/1","A"]]', '[]'];
    const linked = link({ bases: agreed({ ...task, links: ours }), meeting: null });
    const operations = reconcile(
      linked,
      inMailbox({ ...task, links: theirs }),
      inCrm({ ...task, links: ours }),
      taskRules,
    );
    expect(operations).toEqual([
      {
        op: 'keep-loser',
        loss: { field: 'links', side: 'mailbox', lost: theirs, kept: ours, reason: 'not_writable' },
      },
      mailboxGets({ links: ours }),
    ]);
  });
});

describe('POL-14 the people that an appointment shows in the mailbox', () => {
  const attendees = [
    { name: 'Ann Sample', address: 'ann@contoso.example', account: 'Contoso' },
    { name: 'Bob', address: null, account: null },
  ];
  const record: CrmRecord = crmPerson({
    ref: { kind: 'event', id: '00U000000000001AAA' },
    fields: appointment,
    attendees,
  });
  const showing = withCalendar({ attendeeDetails: true }).calendar;
  const list = 'Ann Sample <ann@contoso.example>, Contoso\nBob';
  it.each<[string, Meeting | null, readonly (typeof attendees)[number][], boolean, string | null]>([
    ['a line for each', alone, attendees, true, list],
    ['also before it is in the mailbox', null, attendees, true, list],
    ['nobody without the option', alone, attendees, false, null],
    ['nobody where the CRM names nobody', alone, [], true, null],
    ['nobody in a meeting with others', called, attendees, true, null],
    ['nobody in an invitation', invited, attendees, true, null],
  ])('%s', (_name, meeting, named, attendeeDetails, expected) => {
    const shown = shownAppointment(
      { ...record, attendees: named },
      { before: null, meeting },
      { ...showing, attendeeDetails },
    );
    expect(shown).toEqual({ ...appointment, attendeeDetails: expected });
  });

  it('are never written back', () => {
    const known = link({ bases: agreed({ ...appointment, attendeeDetails: list }) });
    const cut = inMailbox({ ...appointment, attendeeDetails: 'Ann Sample' }, alone);
    const operations = reconcile(known, cut, inCrm({ ...appointment, attendeeDetails: list }), eventRules);
    expect(operations.map(({ op }) => op)).toEqual(['keep-loser', 'update-mailbox']);
  });
});
