import { describe, expect, it } from 'vitest';
import { considerItem, moduleOf } from '../../sync/items/newcomers.ts';
import type { OfferedItem } from '../../sync/items/offer.ts';
import type { ItemRules } from '../../sync/items/rules.ts';
import { comesInside, staysInside } from '../../sync/items/scope.ts';
import type { CrmRecord, Meeting } from '../../sync/record.ts';
import {
  alone,
  appointment,
  called,
  eventRules,
  invited,
  task,
  taskRules,
  withCalendar,
} from './activities-sample.ts';
import { crmPerson } from './people-sample.ts';

const offered: OfferedItem = {
  fields: appointment,
  categories: ['Contoso CRM'],
  containerId: 'calendar',
  categoriesBefore: null,
  meeting: alone,
};
const offeredTask: OfferedItem = {
  fields: task,
  categories: ['Contoso CRM'],
  containerId: taskRules.newItemsContainer,
  categoriesBefore: null,
};
const as = (meeting: Partial<Meeting>): OfferedItem => ({ ...offered, meeting: { ...alone, ...meeting } });
const secret = { ...offered, fields: { ...appointment, privacy: 'private' } };

describe('whether an appointment or a task of the mailbox goes to the CRM', () => {
  it.each<[string, OfferedItem, ItemRules, string]>(
    // biome-ignore format: one case per line
    [
      ['CAL-1 with the category', offered, eventRules, 'send'],
      ['CAL-1 a meeting that the user has called', { ...offered, meeting: called }, eventRules, 'send'],
      ['CAL-2 an invitation', { ...offered, meeting: invited }, eventRules, 'send'],
      ['CAL-1 one that is not answered yet', as({ ...invited, response: 'none' }), eventRules, 'send'],
      ['CAL-1 a declined one', as({ ...invited, response: 'declined' }), eventRules, 'leave declined'],
      ['CAL-1 a cancelled one', as({ ...invited, isCancelled: true }), eventRules, 'leave cancelled'],
      ['POL-8 without the category', { ...offered, categories: [] }, eventRules, 'leave not_categorized'],
      ['POL-8 without the category, automatically', { ...offered, categories: [] }, { ...eventRules, autoSync: true }, 'send'],
      ['PAIR-6 what was there before us', { ...offered, categoriesBefore: offered.categories }, eventRules, 'leave already_there'],
      ['PAIR-6 what was there and was given the category', { ...offered, categoriesBefore: [] }, eventRules, 'send'],
      ['POL-9 the module is off', offered, { ...eventRules, enabled: false }, 'leave module_off'],
      ['POL-11 to the mailbox only', offered, { ...eventRules, direction: 'to-mailbox' }, 'leave direction'],
      ['POL-16 an occurrence', as({ type: 'occurrence', seriesId: 's' }), eventRules, 'send'],
      ['POL-16 an exception', as({ type: 'exception', seriesId: 's' }), eventRules, 'send'],
      ['POL-16 an occurrence where series are not synced', as({ type: 'occurrence', seriesId: 's' }), withCalendar({ recurrence: 'off' }), 'leave recurrence_off'],
      ['POL-16 a single one there', offered, withCalendar({ recurrence: 'off' }), 'send'],
      ['POL-17 a private one, hidden in the CRM', secret, eventRules, 'send'],
      ['POL-17 a private one under skip', secret, withCalendar({ private: 'skip' }), 'leave private'],
      ['POL-17 one that is not private, under skip', offered, withCalendar({ private: 'skip' }), 'send'],
      ['TASK-1 with the category', offeredTask, taskRules, 'send'],
      ['TASK-1 in another list', { ...offeredTask, containerId: 'tasks:other' }, taskRules, 'leave elsewhere'],
      ['TASK-1 a completed one', { ...offeredTask, fields: { ...task, status: 'completed' } }, taskRules, 'leave completed'],
      ['POL-27 addresses mean nothing to an appointment', offered, { ...eventRules, excludedDomains: new Set(['contoso.example']) }, 'send'],
    ],
  )('%s', (_name, item, using, expected) => {
    const offer = considerItem(item, using);
    expect(offer.type === 'send' ? 'send' : `${offer.type} ${offer.code}`).toBe(expected);
    if (offer.type === 'send') expect(offer.module).toBe(using.module);
    else expect(offer.reason).toMatch(/\.$/);
  });

  it.each([
    ['event', ['Contoso CRM'], 'appointments'],
    ['event', ['Contoso CRM Leads'], 'appointments'],
    ['task', [], 'tasks'],
    ['task', ['Contoso CRM Leads'], 'tasks'],
    ['contact', ['Contoso CRM Leads'], 'leads'],
  ] as const)(
    'CON-5 only contacts become leads by their category: %s with %o',
    (kind, categories, module) => {
      expect(moduleOf(kind, categories, eventRules)).toBe(module);
    },
  );
});

describe('whether a record belongs into the mailbox', () => {
  const userId = '005000000000001AAA';
  const event = crmPerson({ ref: { kind: 'event', id: '00U000000000001AAA' }, fields: appointment });
  const todo = crmPerson({ ref: { kind: 'task', id: '00T000000000001AAA' }, fields: task });
  const during = (span: string): CrmRecord => ({ ...event, fields: { ...appointment, span } });
  const private_ = { ...event, fields: { ...appointment, privacy: 'private' } };
  const theirs = { ownerId: '005000000000002AAA' };
  const visible: Partial<ItemRules> = { filter: 'visible' };
  it.each<[string, CrmRecord, ItemRules, comes: string, stays: string]>(
    // biome-ignore format: one case per line
    [
      ['CAL-1 owned', event, eventRules, 'inside', 'inside'],
      ["POL-10 somebody else's", { ...event, ...theirs }, eventRules, 'owner', 'owner'],
      ["POL-10 somebody else's, although all visible ones are chosen", { ...event, ...theirs }, { ...eventRules, ...visible }, 'owner', 'owner'],
      ["CAL-2 somebody else's to which the user is invited", { ...event, ...theirs, invited: true }, eventRules, 'inside', 'inside'],
      ['POL-2 over before the start date', during('2026-03-04T08:00:00[UTC]/2026-03-04T09:00:00[UTC]'), eventRules, 'age', 'inside'],
      ['POL-2 ending at the moment of the start date', during('2026-03-04T08:00:00[UTC]/2026-03-05T00:00:00[UTC]'), eventRules, 'age', 'inside'],
      ['POL-2 still going on then', during('2026-03-04T08:00:00[UTC]/2026-03-05T00:01:00[UTC]'), eventRules, 'inside', 'inside'],
      ['POL-2 the day before, all day', during('2026-03-04/2026-03-04'), eventRules, 'age', 'inside'],
      ['POL-2 all day until the start date', during('2026-03-01/2026-03-05'), eventRules, 'inside', 'inside'],
      ['POL-16 beyond the horizon', during('2027-03-05T00:00:00[UTC]/2027-03-05T01:00:00[UTC]'), eventRules, 'horizon', 'inside'],
      ['POL-16 the last moment before it', during('2027-03-04T23:59:00[UTC]/2027-03-05T01:00:00[UTC]'), eventRules, 'inside', 'inside'],
      ['POL-17 private, hidden from others', private_, eventRules, 'inside', 'inside'],
      ['POL-17 private under skip', private_, withCalendar({ private: 'skip' }), 'private', 'private'],
      ['POL-9 the module is off', event, { ...eventRules, enabled: false }, 'module', 'module'],
      ['TASK-1 an open task', todo, taskRules, 'inside', 'inside'],
      ['PAIR-6 a completed task does not come, and stays', { ...todo, closed: true }, taskRules, 'closed', 'inside'],
      ['POL-2 a task that was saved before the start date', { ...todo, modifiedAtMs: taskRules.sinceMs - 1 }, taskRules, 'age', 'inside'],
      ["POL-10 somebody else's task", { ...todo, ...theirs }, { ...taskRules, ...visible }, 'owner', 'owner'],
    ],
  )('%s', (_name, record, using, comes, stays) => {
    const told = (scope: ReturnType<typeof comesInside>) => (scope.inside ? 'inside' : scope.why);
    expect(told(comesInside(record, userId, using))).toBe(comes);
    expect(told(staysInside(record, userId, using))).toBe(stays);
  });
});
