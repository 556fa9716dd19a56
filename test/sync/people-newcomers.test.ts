import { describe, expect, it } from 'vitest';
import { considerItem, moduleOf } from '../../sync/items/newcomers.ts';
import type { OfferedItem } from '../../sync/items/offer.ts';
import type { ItemRules } from '../../sync/items/rules.ts';
import { comesInside, staysInside } from '../../sync/items/scope.ts';
import { addressesOf, isExcluded, shownFields } from '../../sync/people/newcomers.ts';
import type { CrmRecord } from '../../sync/record.ts';
import { crmPerson, leadRules, rules } from './people-sample.ts';

const item: OfferedItem = {
  fields: { lastName: 'Tremblay', company: 'Embraer', email1: 'ftremblay@gmail.com' },
  categories: ['Contoso CRM'],
  containerId: rules.newItemsContainer,
  categoriesBefore: null,
};
const plain = { ...item, categories: ['Friends'] };
const lead = { ...item, categories: ['Contoso CRM Leads'] };
const auto: ItemRules = { ...rules, autoSync: true };

describe('whether an unlinked item goes to the CRM', () => {
  it.each<[string, OfferedItem, ItemRules, string]>(
    // biome-ignore format: one case per line
    [
      ['POL-8 with the category', item, rules, 'send'],
      ['POL-8 with the category in another case', { ...item, categories: ['CONTOSO crm'] }, rules, 'send'],
      ['POL-8 without the category', plain, rules, 'leave not_categorized'],
      ['POL-8 without the category, automatically', plain, auto, 'send'],
      ['POL-8 outside the folder, with the category', { ...item, containerId: 'inbox' }, rules, 'leave elsewhere'],
      ['POL-8 outside the folder, automatically', { ...plain, containerId: 'inbox' }, auto, 'leave elsewhere'],
      ['PAIR-6 it was there before us', { ...plain, categoriesBefore: plain.categories }, auto, 'leave already_there'],
      ['PAIR-6 it was there before us, with the category', { ...item, categoriesBefore: item.categories }, rules, 'leave already_there'],
      ['PAIR-6 already there and merely edited', { ...plain, categoriesBefore: [] }, auto, 'leave already_there'],
      ['PAIR-6 already there with the category and merely edited', { ...item, categoriesBefore: ['contoso crm'] }, auto, 'leave already_there'],
      ['PAIR-6 already there, given the category', { ...item, categoriesBefore: ['Friends'] }, rules, 'send'],
      ['PAIR-6 already there as a contact, given the Leads category', { ...lead, categoriesBefore: ['Contoso CRM'] }, leadRules, 'send'],
      ['POL-9 the module is off', item, { ...rules, enabled: false }, 'leave module_off'],
      ['POL-11 the module goes to the mailbox only', item, { ...rules, direction: 'to-mailbox' }, 'leave direction'],
      ['POL-27 an excluded address', { ...item, fields: { ...item.fields, email3: ' Boss@Rival.example' } }, { ...rules, excludedAddresses: new Set(['boss@rival.example']) }, 'leave excluded_address'],
      ['POL-27 an excluded domain', item, { ...rules, excludedDomains: new Set(['gmail.com']) }, 'leave excluded_address'],
      ['POL-27 a domain of which another is the end', item, { ...rules, excludedDomains: new Set(['mail.com']) }, 'send'],
      ['a contact without a last name', { ...item, fields: { firstName: 'François', lastName: ' ' } }, rules, 'quarantine no_last_name'],
      ['a contact without a company', { ...item, fields: { lastName: 'Tremblay' } }, rules, 'send'],
      ['CON-5 the Leads category', lead, leadRules, 'send'],
      ['CON-5 a lead without a company', { ...lead, fields: { lastName: 'Tremblay' } }, leadRules, 'quarantine no_company'],
    ],
  )('%s', (_name, offered, using, expected) => {
    const offer = considerItem(offered, using);
    expect(offer.type === 'send' ? 'send' : `${offer.type} ${offer.code}`).toBe(expected);
    if (offer.type === 'send') expect(offer.module).toBe(using.module);
    else
      expect(offer).toMatchObject({
        reason: expect.stringMatching(/\.$/),
        fix: expect.stringMatching(/\.$/),
      });
  });

  it.each([
    ['ours', ['Contoso CRM'], 'contacts'],
    ['none of ours', ['Friends'], 'contacts'],
    ['the Leads category', ['contoso crm leads'], 'leads'],
    ['both', ['Contoso CRM', 'Contoso CRM Leads'], 'leads'],
  ])('CON-5 its module by its categories: %s', (_name, categories, module) => {
    expect(moduleOf('contact', categories, rules)).toBe(module);
  });
});

describe('addresses', () => {
  it('are compared without case and white space', () => {
    expect(addressesOf({ email1: ' Luis@Embraer.com.br', email2: '', email3: null })).toEqual([
      'luis@embraer.com.br',
    ]);
  });

  it.each([
    ['luis@embraer.com.br', true],
    ['anna@rival.example', true],
    ['anna@eu.rival.example', false],
    ['rival.example@other.example', false],
  ])('POL-27 %s is excluded: %s', (address, expected) => {
    const excluded = {
      excludedAddresses: new Set(['luis@embraer.com.br']),
      excludedDomains: new Set(['rival.example']),
    };
    expect(isExcluded(address, excluded)).toBe(expected);
  });
});

describe('whether a record belongs into the mailbox', () => {
  const userId = '005000000000001AAA';
  const someoneElses = crmPerson({ ownerId: '005000000000002AAA' });
  const tooOld = crmPerson({ modifiedAtMs: rules.sinceMs - 1 });
  it.each<[string, CrmRecord, ItemRules, string]>([
    ['owned, saved at the start date', crmPerson(), rules, 'inside'],
    ['POL-2 saved before the start date', tooOld, rules, 'age'],
    ['POL-2 created before it, saved since', crmPerson({ createdAtMs: 0 }), rules, 'inside'],
    ["POL-10 someone else's, must be owner", someoneElses, rules, 'owner'],
    ["POL-10 someone else's, all visible", someoneElses, { ...rules, filter: 'visible' }, 'inside'],
    ['POL-2 too old, all visible', tooOld, { ...rules, filter: 'visible' }, 'age'],
    ['POL-9 the module is off', crmPerson(), { ...rules, enabled: false }, 'module'],
  ])('%s', (_name, person, using, expected) => {
    const scope = comesInside(person, userId, using);
    expect(scope.inside ? 'inside' : scope.why).toBe(expected);
    // What has its item stays, however old it is.
    const kept = staysInside(person, userId, using);
    expect(kept.inside ? 'inside' : kept.why).toBe(expected === 'age' ? 'inside' : expected);
  });
});

describe('POL-12 the website that an item shows', () => {
  const viewUrl = 'https://crm.example/003';
  const linking: ItemRules = { ...rules, viewLink: true };
  const own = { lastName: 'Gonçalves', website: 'https://embraer.example' };
  const unknown = { lastName: 'Gonçalves' };
  const linked = { ...own, website: viewUrl };
  it.each([
    ["the record's", own, rules, null, own],
    ['the view link', own, linking, null, linked],
    ['the view link where the CRM has no website', unknown, linking, null, linked],
    ["the record's again when the option is cleared", own, rules, linked, own],
    [
      'none when the option is cleared and the CRM has no website',
      unknown,
      rules,
      linked,
      { ...own, website: null },
    ],
    ["the user's own where the CRM has no website", unknown, rules, own, unknown],
  ])('is %s', (_name, fields, using, before, shown) => {
    expect(shownFields(crmPerson({ fields }), using, viewUrl, before)).toEqual(shown);
  });
});
