import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { describeOptions } from '../../sync/policy/describe.ts';
import { policyInputSchema, policyPatchSchema } from '../../sync/policy/request.ts';
import { required, samplePolicy } from './policy-sample.ts';

const catalogue = new Map(describeOptions().map(option => [option.pointer, option]));

function leavesOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || catalogue.has(path))
    return [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, `${path}/${key}`));
}

describe('POL the catalogue of options', () => {
  it('describes every option that a policy has', () => {
    expect(leavesOf(samplePolicy()).filter(pointer => !catalogue.has(pointer))).toEqual([]);
    for (const { help } of catalogue.values()) expect(help).toMatch(/\.$/);
  });

  it.each([
    ['/general/syncStartDate', { default: 'today − 15 days', effect: 'reprocess', subscription: 'lite' }],
    ['/schedule/offPeak/everyMinutes', { default: 60, minimum: 1, maximum: 1440 }],
    ['/schedule/blackout', { default: { from: '00:00', to: '05:00' }, nullable: true }],
    ['/category/name', { effect: 'locked-after-save' }],
    ['/contacts/separateFolder', { default: true, effect: 'locked-after-enabling' }],
    ['/contacts/maximum', { default: null, minimum: 1, nullable: true }],
    ['/modules/leads/filter', { values: ['owner', 'visible'], effect: 'removal' }],
    ['/modules/custom/*/label', { nullable: false }],
    ['/smartConvert/creation/enabled', { default: true, subscription: 'standard' }],
    [
      '/assignTo/modules/cases/maximumItems',
      { default: 30, minimum: 1, maximum: 99, subscription: 'premium' },
    ],
    ['/inbox/onlyWithCategory', { default: true, subscription: 'premium' }],
    ['/conflicts', { default: 'crm', values: ['crm', 'mailbox', 'latest'] }],
  ])('%s', (pointer, facts) => {
    expect(catalogue.get(pointer)).toMatchObject(facts);
  });
});

describe('the bodies that OpenAPI shows', () => {
  it('a new policy requires what has no default, a change nothing', () => {
    expect(z.toJSONSchema(policyInputSchema)).toMatchObject({
      required: ['name', 'mailboxConnectionId', 'crmConnectionId', 'category'],
      additionalProperties: false,
      properties: { category: { required: ['name'] }, retentionDays: { default: 90, minimum: 1 } },
    });
    expect(z.toJSONSchema(policyPatchSchema)).not.toHaveProperty('required');
  });

  it('take what the product takes', () => {
    expect(policyInputSchema.safeParse(required).success).toBe(true);
    expect(policyPatchSchema.safeParse({ schedule: { blackout: null }, contacts: {} }).success).toBe(true);
    expect(policyPatchSchema.safeParse({ colour: 1 }).success).toBe(false);
    expect(policyPatchSchema.safeParse({ inbox: { onlyWithCategory: false, confirm: true } }).success).toBe(
      true,
    );
    const defaults = { modules: { cases: { defaults: { Status: null } } } };
    expect(policyPatchSchema.safeParse(defaults).success).toBe(true);
    expect(policyInputSchema.safeParse({ ...required, ...defaults }).success).toBe(false);
    expect(policyInputSchema.safeParse(samplePolicy()).success).toBe(true);
  });
});
