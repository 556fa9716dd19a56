import { describe, expect, it } from 'vitest';
import { createPolicy, problemsToEnable, readPolicy } from '../../sync/policy/policy.ts';
import {
  created,
  lite,
  policyOf,
  premium,
  problemsOf,
  required,
  samplePolicy,
  standard,
  trial,
} from './policy-sample.ts';

const addressBook = { enabled: false, filter: 'owner', direction: 'both' };
const timed = { enabled: false, direction: 'both' };
const folderBased = { enabled: false, filter: 'owner', defaults: {} };
const limits = { maximumItems: 30, maximumAgeDays: 30 };
const matching = { mustMatch: true, ccAndBcc: true, leadsIfNoContact: false };
const creation = { leadInsteadOfContact: false, accountIfUnmatched: true, excludedDomains: [] };
const archive = {
  enabled: false,
  onlyWithCategory: true,
  ...matching,
  creation: { enabled: false, ...creation },
};

describe('a new policy', () => {
  it('POL-1 … POL-28: has the documented default of every option', () => {
    expect(samplePolicy()).toEqual({
      ...required,
      enabled: false,
      general: { syncStartDate: '2026-03-05', errorNotifications: [] },
      schedule: {
        timeZone: 'user',
        fallbackTimeZone: 'UTC',
        weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
        peak: { from: '08:00', to: '18:00', everyMinutes: 15 },
        offPeak: { everyMinutes: 60 },
        blackout: { from: '00:00', to: '05:00' },
      },
      category: { name: 'Contoso CRM', color: 'preset7' },
      modules: {
        contacts: addressBook,
        leads: addressBook,
        appointments: timed,
        calls: timed,
        tasks: timed,
        opportunities: folderBased,
        cases: folderBased,
        quotes: folderBased,
        projects: folderBased,
        serviceCalls: folderBased,
        custom: [],
      },
      newItems: { autoSync: false },
      contacts: { separateFolder: true, viewLinkInWebsite: false, maximum: null },
      calendar: {
        attendeeDetails: false,
        reminders: true,
        recurrence: 'occurrences',
        private: 'hidden',
        invitations: 'skip',
        pastDays: 30,
        futureDays: 365,
      },
      conflicts: 'crm',
      deletionGuard: { count: 25, percent: 20 },
      smartConvert: {
        enabled: false,
        ...matching,
        deleteAfter: false,
        attachments: false,
        attachmentSummary: false,
        creation: { enabled: true, ...creation },
      },
      assignTo: {
        enabled: false,
        sort: 'modified',
        modules: {
          opportunities: limits,
          cases: limits,
          quotes: limits,
          projects: limits,
          serviceCalls: limits,
          custom: limits,
        },
      },
      sentItems: archive,
      inbox: archive,
      names: {
        createEmail: '- Create New Email',
        createOpportunity: '- Create New Opportunity',
        createCase: '- Create New Case',
        createQuote: '- Create New Quote',
        createProject: '- Create New Project',
        createServiceCall: '- Create New Service Call',
        opportunities: 'Opportunities',
        cases: 'Cases',
        quotes: 'Quotes',
        projects: 'Projects',
        serviceCalls: 'Service Calls',
        assignTo: 'Assign To',
        processed: 'Processing Complete',
        notArchived: 'Not Archived',
      },
      excluded: { addresses: [], domains: [] },
      retentionDays: 90,
    });
  });

  it('fills the defaults inside lists and leaves the input alone', () => {
    const input = { modules: { custom: [{ object: 'Project__c', label: 'Projects' }] } };
    const before = structuredClone(input);
    expect(samplePolicy(input).modules.custom).toEqual([
      {
        object: 'Project__c',
        label: 'Projects',
        createName: null,
        enabled: true,
        filter: 'owner',
        defaults: {},
      },
    ]);
    expect(input).toEqual(before);
  });

  it('tidies up what has one meaning: spaces, capitals, repetitions, a leading @', () => {
    const policy = samplePolicy({
      category: { name: '  Contoso CRM ' },
      general: { errorNotifications: ['Ann@Contoso.com', 'ann@contoso.com'] },
      excluded: { domains: ['@Fabrikam.com', 'fabrikam.com'] },
    });
    expect(policy.category.name).toBe('Contoso CRM');
    expect(policy.general.errorNotifications).toEqual(['ann@contoso.com']);
    expect(policy.excluded.domains).toEqual(['fabrikam.com']);
  });

  it('names everything that is wrong at once', () => {
    const problems = problemsOf(
      createPolicy(
        { name: 5, colour: 1, schedule: { peak: { every: 3 } }, modules: { cases: { 'a/b': 1 } } },
        premium,
      ),
    );
    expect(problems.map(({ pointer, code }) => `${pointer} ${code}`).sort()).toEqual([
      '/category/name required',
      '/colour unknown_field',
      '/crmConnectionId required',
      '/mailboxConnectionId required',
      '/modules/cases/a~1b unknown_field',
      '/name invalid_type',
      '/schedule/peak/every unknown_field',
    ]);
  });

  it.each([[null], [[]], ['policy'], [undefined]])('is an object, not %j', input => {
    expect(problemsOf(createPolicy(input, premium))).toMatchObject([{ pointer: '', code: 'invalid_type' }]);
  });

  it('a key named __proto__ is an unknown field like any other', () => {
    const input = JSON.parse('{"__proto__": {"enabled": true}}');
    expect(problemsOf(createPolicy({ ...required, general: input }, premium))).toMatchObject([
      { pointer: '/general/__proto__', code: 'unknown_field' },
    ]);
  });
});

describe('values that are refused', () => {
  it.each([
    ['POL-1', { enabled: true }, '/enabled', 'read_only'],
    ['POL-2', { general: { syncStartDate: '2026-02-30' } }, '/general/syncStartDate', 'invalid_value'],
    ['POL-3', { general: { errorNotifications: ['ann'] } }, '/general/errorNotifications/0', 'invalid_value'],
    ['POL-4', { schedule: { peak: { from: '24:00' } } }, '/schedule/peak/from', 'invalid_value'],
    ['POL-4', { schedule: { peak: { to: '8:00' } } }, '/schedule/peak/to', 'invalid_value'],
    ['POL-4', { schedule: { peak: { to: '08:00' } } }, '/schedule/peak/to', 'contradiction'],
    ['POL-4', { schedule: { blackout: { to: '00:00' } } }, '/schedule/blackout/to', 'contradiction'],
    ['POL-4', { schedule: { blackout: { to: '23:30' } } }, '/schedule/blackout', 'contradiction'],
    ['POL-4', { schedule: { weekdays: ['monday'] } }, '/schedule/weekdays/0', 'invalid_value'],
    ['POL-4', { schedule: { offPeak: { everyMinutes: 0 } } }, '/schedule/offPeak/everyMinutes', 'too_small'],
    [
      'POL-4',
      { schedule: { offPeak: { everyMinutes: 7.5 } } },
      '/schedule/offPeak/everyMinutes',
      'invalid_type',
    ],
    ['POL-5', { schedule: { timeZone: 'Pacific Standard Time' } }, '/schedule/timeZone', 'invalid_value'],
    ['POL-5', { schedule: { fallbackTimeZone: 'user' } }, '/schedule/fallbackTimeZone', 'invalid_value'],
    ['POL-6', { category: { name: '   ' } }, '/category/name', 'too_small'],
    ['POL-6', { category: { name: 'Sales, Europe' } }, '/category/name', 'invalid_value'],
    ['POL-6', { category: { name: 'Sales; Europe' } }, '/category/name', 'invalid_value'],
    ['POL-6', { category: { name: 'Sales/Europe' } }, '/category/name', 'invalid_value'],
    ['POL-6', { category: { name: 'Sales\u0007' } }, '/category/name', 'invalid_value'],
    ['POL-6', { category: { name: 'x'.repeat(250) } }, '/category/name', 'too_big'],
    ['POL-6', { category: { name: 'contacts' } }, '/category/name', 'name_taken'],
    ['POL-6', { category: { name: 'CRM', color: 'preset25' } }, '/category/color', 'invalid_value'],
    ['POL-9', { modules: { custom: [{ object: 'A__c' }] } }, '/modules/custom/0/label', 'required'],
    ['POL-10', { modules: { contacts: { filter: 'team' } } }, '/modules/contacts/filter', 'invalid_value'],
    ['POL-10', { modules: { tasks: { filter: 'visible' } } }, '/modules/tasks/filter', 'unknown_field'],
    ['POL-11', { modules: { leads: { direction: 'to-crm' } } }, '/modules/leads/direction', 'invalid_value'],
    ['POL-13', { contacts: { maximum: 0 } }, '/contacts/maximum', 'too_small'],
    ['POL-16', { calendar: { recurrence: 'yes' } }, '/calendar/recurrence', 'invalid_value'],
    ['POL-20', { deletionGuard: { percent: 101 } }, '/deletionGuard/percent', 'too_big'],
    [
      'POL-21',
      { smartConvert: { attachmentSummary: true } },
      '/smartConvert/attachmentSummary',
      'contradiction',
    ],
    [
      'POL-21',
      { modules: { cases: { defaults: { Status: {} } } } },
      '/modules/cases/defaults/Status',
      'invalid_value',
    ],
    [
      'POL-21',
      { smartConvert: { creation: { excludedDomains: ['*.com'] } } },
      '/smartConvert/creation/excludedDomains/0',
      'invalid_value',
    ],
    [
      'POL-22',
      { assignTo: { modules: { cases: { maximumItems: 100 } } } },
      '/assignTo/modules/cases/maximumItems',
      'too_big',
    ],
    [
      'POL-22',
      { assignTo: { modules: { cases: { maximumAgeDays: 0 } } } },
      '/assignTo/modules/cases/maximumAgeDays',
      'too_small',
    ],
    ['POL-23', { inbox: { onlyWithCategory: false } }, '/inbox/onlyWithCategory', 'confirm_required'],
    ['POL-24', { names: { processed: 'contoso crm leads' } }, '/names/processed', 'name_taken'],
    ['POL-24', { names: { notArchived: 'Processing Complete' } }, '/names/notArchived', 'name_taken'],
    ['POL-28', { retentionDays: null }, '/retentionDays', 'invalid_type'],
  ])('%s: %j', (_, input, pointer, code) => {
    const problems = problemsOf(created(input));
    expect(problems).toMatchObject([{ pointer, code }]);
    expect(problems[0]!.detail).not.toBe('');
  });
});

describe('POL-2 the trial', () => {
  it.each([
    [trial, '2026-03-05', []],
    [trial, '2026-03-04', ['trial']],
    [premium, '2020-01-01', []],
  ])('%o from %s', (context, syncStartDate, codes) => {
    const problems = problemsOf(created({ general: { syncStartDate } }, context));
    expect(problems.map(({ code }) => code)).toEqual(codes);
  });
});

describe('POL-4 the shortest interval', () => {
  it.each([
    [lite, 60, 60],
    [standard, 30, 60],
    [premium, 15, 60],
    [{ ...lite, intervalFloors: { lite: 90, standard: 1, premium: 1 } }, 90, 90],
  ])('raises the defaults: %o', (context, peak, offPeak) => {
    const { schedule } = policyOf(created({}, context));
    expect([schedule.peak.everyMinutes, schedule.offPeak.everyMinutes]).toEqual([peak, offPeak]);
  });

  it('refuses what is given shorter, by name of option and subscription', () => {
    const problems = problemsOf(created({ schedule: { peak: { everyMinutes: 15 } } }, lite));
    expect(problems).toEqual([
      {
        pointer: '/schedule/peak/everyMinutes',
        code: 'subscription',
        detail: 'The shortest interval of the lite subscription is 60 minutes',
      },
    ]);
  });
});

describe('what the subscription allows', () => {
  it.each([
    ['smartConvert', lite, false],
    ['smartConvert', standard, true],
    ['assignTo', standard, false],
    ['assignTo', premium, true],
    ['sentItems', standard, false],
    ['sentItems', premium, true],
    ['inbox', standard, false],
    ['inbox', premium, true],
  ])('%s with %o: %s', (feature, context, allowed) => {
    const problems = problemsOf(created({ [feature]: { enabled: true } }, context));
    expect(problems).toMatchObject(allowed ? [] : [{ pointer: `/${feature}/enabled`, code: 'subscription' }]);
  });

  it('options of a feature that is off are no use of it', () => {
    expect(problemsOf(created({ smartConvert: { deleteAfter: true } }, lite))).toEqual([]);
  });

  it('POL-1 enabling looks at all of it again', () => {
    const policy = samplePolicy({ inbox: { enabled: true } });
    expect(problemsToEnable(policy, premium)).toEqual([]);
    expect(problemsToEnable(policy, lite).map(({ pointer }) => pointer)).toEqual([
      '/inbox/enabled',
      '/schedule/peak/everyMinutes',
    ]);
    expect(problemsToEnable({ ...policy, retentionDays: 0 }, premium)).toMatchObject([
      { pointer: '/retentionDays' },
    ]);
  });
});

describe('what is stored', () => {
  it('is read with the defaults of options that came later', () => {
    const { conflicts: _, ...older } = samplePolicy();
    expect(readPolicy(older)).toEqual(samplePolicy());
  });
});
