import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderModulesOf } from '../../sync/policy/folders.ts';
import { type ChangeContext, patchPolicy, readPolicy, restorePolicy } from '../../sync/policy/policy.ts';
import { created, lite, policyOf, premium, problemsOf, samplePolicy, trial } from './policy-sample.ts';

const saved: ChangeContext = { ...premium, everEnabled: false };
const running: ChangeContext = { ...premium, everEnabled: true };
const patched = (patch: unknown, context = saved, from = samplePolicy()) => patchPolicy(from, patch, context);

describe('a change of a policy', () => {
  it('keeps what is absent', () => {
    const result = patched({ calendar: { reminders: false } });
    const before = samplePolicy();
    expect(policyOf(result)).toEqual({ ...before, calendar: { ...before.calendar, reminders: false } });
  });

  it('takes null where null is a value, and only there', () => {
    expect(policyOf(patched({ schedule: { blackout: null } })).schedule.blackout).toBeNull();
    expect(problemsOf(patched({ schedule: { peak: null } }))).toMatchObject([
      { pointer: '/schedule/peak', code: 'invalid_type' },
    ]);
  });

  it('brings a blackout back, with the defaults of what is not said', () => {
    const without = samplePolicy({ schedule: { blackout: null } });
    const result = patched({ schedule: { blackout: { from: '02:00' } } }, saved, without);
    expect(policyOf(result).schedule.blackout).toEqual({ from: '02:00', to: '05:00' });
  });

  it('replaces lists', () => {
    const from = samplePolicy({ excluded: { domains: ['a.com', 'b.com'] } });
    expect(policyOf(patched({ excluded: { domains: ['c.com'] } }, saved, from)).excluded.domains).toEqual([
      'c.com',
    ]);
  });

  it('merges default values by field; null takes one out', () => {
    const from = samplePolicy({
      modules: { opportunities: { defaults: { StageName: 'New', CloseDate: '2026-12-31' } } },
    });
    const patch = { modules: { opportunities: { defaults: { StageName: null, Type: 'Web' } } } };
    expect(policyOf(patched(patch, saved, from)).modules.opportunities.defaults).toEqual({
      CloseDate: '2026-12-31',
      Type: 'Web',
    });
  });

  it('refuses unknown fields, and enabling by the back door', () => {
    expect(problemsOf(patched({ calendar: { remindrs: false }, enabled: true }))).toMatchObject([
      { pointer: '/calendar/remindrs', code: 'unknown_field' },
    ]);
    expect(problemsOf(patched({ enabled: true }))).toMatchObject([
      { pointer: '/enabled', code: 'read_only' },
    ]);
  });

  it('does not suffer from what was right when it was saved', () => {
    const downgraded = { ...lite, trial: true, nowMs: trial.nowMs + 90 * 86_400_000, everEnabled: true };
    const from = samplePolicy({ inbox: { enabled: true } });
    expect(problemsOf(patched({ name: 'Europe' }, downgraded, from))).toEqual([]);
    expect(problemsOf(patched({ inbox: { enabled: false } }, downgraded, from))).toEqual([]);
    const patch = { assignTo: { enabled: true }, general: { syncStartDate: '2026-03-01' } };
    expect(problemsOf(patched(patch, downgraded, from)).map(({ code }) => code)).toEqual([
      'subscription',
      'trial',
    ]);
  });
});

describe('POL-26 the effect of a change', () => {
  it.each([
    [{ name: 'Europe' }, '/name', 'none'],
    [{ general: { syncStartDate: '2026-01-01' } }, '/general/syncStartDate', 'reprocess'],
    [{ modules: { contacts: { enabled: true } } }, '/modules/contacts/enabled', 'reprocess'],
    [{ modules: { leads: { enabled: false } } }, '/modules/leads/enabled', 'removal'],
    [{ modules: { contacts: { filter: 'visible' } } }, '/modules/contacts/filter', 'reprocess'],
    [{ modules: { leads: { filter: 'owner' } } }, '/modules/leads/filter', 'removal'],
    [{ modules: { custom: [] } }, '/modules/custom', 'removal'],
    [{ modules: { custom: [{ object: 'A__c', label: 'All' }] } }, '/modules/custom', 'reprocess'],
    [{ contacts: { maximum: 99 } }, '/contacts/maximum', 'removal'],
    [{ contacts: { maximum: 101 } }, '/contacts/maximum', 'reprocess'],
    [{ contacts: { maximum: null } }, '/contacts/maximum', 'reprocess'],
    [{ calendar: { private: 'skip' } }, '/calendar/private', 'removal'],
    [{ schedule: { blackout: null } }, '/schedule/blackout', 'none'],
    [{ smartConvert: { enabled: true } }, '/smartConvert/enabled', 'reprocess'],
    [
      { assignTo: { modules: { cases: { maximumItems: 9 } } } },
      '/assignTo/modules/cases/maximumItems',
      'removal',
    ],
    [{ names: { cases: 'Tickets' } }, '/names/cases', 'reprocess'],
    [{ contacts: { separateFolder: false } }, '/contacts/separateFolder', 'locked-after-enabling'],
  ])('%j', (patch, pointer, effect) => {
    const from = samplePolicy({
      modules: { leads: { enabled: true, filter: 'visible' }, custom: [{ object: 'A__c', label: 'As' }] },
      contacts: { maximum: 100 },
    });
    const result = patched(patch, saved, from);
    expect(result).toMatchObject({ ok: true, changes: [{ pointer, effect }] });
  });

  it.each([
    ['/category/name', { category: { name: 'Other' } }, ['locked'], ['locked']],
    ['/contacts/separateFolder', { contacts: { separateFolder: false } }, [], ['locked']],
    ['/calendar/recurrence', { calendar: { recurrence: 'off' } }, [], ['locked']],
    ['/crmConnectionId', { crmConnectionId: 'con_2' }, [], ['locked']],
    ['the same name', { category: { name: ' Contoso CRM ' } }, [], []],
    ['/category/color', { category: { color: 'preset1' } }, [], []],
  ])('%s is locked or not, before and after enabling', (_, patch, before, after) => {
    const codes = (context: ChangeContext) => problemsOf(patched(patch, context)).map(({ code }) => code);
    expect(codes(saved)).toEqual(before);
    expect(codes(running)).toEqual(after);
  });
});

describe('POL-23 clearing "only with the category"', () => {
  it.each([
    ['beside the option', { inbox: { onlyWithCategory: false, confirm: true } }],
    ['at the top', { inbox: { onlyWithCategory: false }, confirm: true }],
  ])('is confirmed %s, and the confirmation is not kept', (_, patch) => {
    const { inbox } = policyOf(patched(patch));
    expect(inbox).toEqual({ ...samplePolicy().inbox, onlyWithCategory: false });
  });

  it('is confirmed for that folder only, once, and not by anything but true', () => {
    const both = {
      inbox: { onlyWithCategory: false, confirm: true },
      sentItems: { onlyWithCategory: false, confirm: 'yes' },
    };
    expect(problemsOf(patched(both))).toMatchObject([
      { pointer: '/sentItems/onlyWithCategory', code: 'confirm_required' },
    ]);
    const cleared = policyOf(created({ inbox: { onlyWithCategory: false }, confirm: true }));
    expect(problemsOf(patched({ inbox: { enabled: true } }, saved, cleared))).toEqual([]);
  });
});

describe('POL-21 creation', () => {
  it.each(['smartConvert', 'sentItems', 'inbox'] as const)(
    '%s: a lead instead of a contact switches accounts off',
    key => {
      const policy = policyOf(
        patched({ [key]: { creation: { leadInsteadOfContact: true, accountIfUnmatched: true } } }),
      );
      expect(policy[key].creation.accountIfUnmatched).toBe(false);
    },
  );
});

describe('POL-24 folders of modules', () => {
  it('have the names of the policy; those of custom objects stand with the object', () => {
    const custom = [
      { object: 'Site__c', label: 'Sites' },
      { object: 'Deal__c', label: 'Deals', createName: '- New Deal', enabled: false },
    ];
    const policy = samplePolicy({
      modules: { custom, cases: { enabled: true } },
      names: { cases: 'Tickets' },
    });
    const folders = folderModulesOf(policy).map(({ object, module, enabled, dropFolder, displayFolder }) =>
      [object ?? module, enabled, dropFolder, displayFolder].join(' | '),
    );
    expect(folders).toEqual([
      'opportunities | false | - Create New Opportunity | Opportunities',
      'cases | true | - Create New Case | Tickets',
      'quotes | false | - Create New Quote | Quotes',
      'projects | false | - Create New Project | Projects',
      'serviceCalls | false | - Create New Service Call | Service Calls',
      'Site__c | true | - Create New Sites | Sites',
      'Deal__c | false | - New Deal | Deals',
    ]);
  });
});

describe('restoring a version', () => {
  it('brings its options back, also taken-out ones, and leaves enabled alone', () => {
    const version = samplePolicy({ inbox: { onlyWithCategory: false }, confirm: true });
    const current = {
      ...policyOf(
        patched({ modules: { cases: { defaults: { Status: 'New' } } }, inbox: { onlyWithCategory: true } }),
      ),
      enabled: true,
    };
    const result = restorePolicy(current, version, running);
    expect(policyOf(result)).toEqual({ ...version, enabled: true });
  });

  it('is refused where an option is locked', () => {
    const current = policyOf(patched({ calendar: { recurrence: 'series' } }));
    expect(problemsOf(restorePolicy(current, samplePolicy(), running))).toMatchObject([
      { pointer: '/calendar/recurrence', code: 'locked' },
    ]);
  });
});

describe('whatever is sent', () => {
  const leaf = fc.oneof(
    fc.constantFrom<unknown>(null, true, false, 'user', 'owner', 30, -1, [], {}, '08:00'),
    fc.jsonValue(),
  );
  const groups = Object.entries(samplePolicy()).map(([key, value]): [string, fc.Arbitrary<unknown>] => {
    if (typeof value !== 'object') return [key, leaf];
    return [key, fc.dictionary(fc.constantFrom(...Object.keys(value)), leaf, { maxKeys: 2 })];
  });
  const patches = fc
    .subarray(groups, { maxLength: 3 })
    .chain(chosen => fc.record<Record<string, unknown>>(Object.fromEntries(chosen)));

  it('the answer is a valid policy or a list of problems, and the current one stays as it is', () => {
    const current = samplePolicy();
    fc.assert(
      fc.property(fc.oneof(patches, fc.jsonValue()), patch => {
        const result = patchPolicy(current, patch, running);
        expect(current).toEqual(samplePolicy());
        if (result.ok) expect(readPolicy(JSON.parse(JSON.stringify(result.policy)))).toEqual(result.policy);
        else expect(result.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('the same change a second time changes nothing, and so does the policy itself', () => {
    fc.assert(
      fc.property(patches, patch => {
        const result = patchPolicy(samplePolicy(), patch, saved);
        if (!result.ok) return;
        expect(patchPolicy(result.policy, patch, saved)).toMatchObject({ ok: true, changes: [] });
        expect(patchPolicy(result.policy, result.policy, saved)).toMatchObject({ ok: true, changes: [] });
      }),
      { numRuns: 500 },
    );
  });
});
