import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  categoriesWith,
  categoriesWithout,
  crmTakes,
  hasExactCategories,
  type ItemRules,
  isOurCategory,
} from '../../sync/items/rules.ts';
import type { PersonField } from '../../sync/record.ts';
import { leadRules, rules, without } from './people-sample.ts';

describe('whether the CRM takes an edit of the mailbox', () => {
  it.each<[string, PersonField, ItemRules, boolean]>(
    // biome-ignore format: one case per line
    [
      ['a field that both have', 'title', rules, true],
      ['POL-11 direction CRM to mailbox', 'title', { ...rules, direction: 'to-mailbox' }, false],
      ['CON-1 the company of a contact', 'company', rules, false],
      ['CON-1 the company of a lead', 'company', leadRules, true],
      ['POL-12 the website', 'website', rules, true],
      ['POL-12 the website that is the view link', 'website', { ...rules, viewLink: true }, false],
      ['CON-2 a field that the CRM does not have', 'fax', { ...rules, crmFields: without('fax') }, false],
      ['CON-2 one that the mailbox does not have', 'fax', { ...rules, mailboxFields: without('fax') }, true],
    ],
  )('%s', (_name, field, using, expected) => expect(crmTakes(field, using)).toBe(expected));
});

describe('CON-5, CON-6 categories', () => {
  const names = fc.array(
    fc.constantFrom(
      'Contoso CRM',
      'contoso crm',
      'Contoso CRM Leads',
      'CONTOSO CRM LEADS',
      'Contoso',
      'Friends',
    ),
  );
  const either = fc.constantFrom(rules, leadRules);

  it("put back are exact, and keep the user's own in their order", () => {
    fc.assert(
      fc.property(names, either, (current, using) => {
        const put = categoriesWith(current, using);
        expect(hasExactCategories(put, using)).toBe(true);
        expect(categoriesWithout(put, using)).toEqual(current.filter(name => !isOurCategory(name, using)));
        expect(categoriesWith(put, using)).toEqual(put);
      }),
    );
  });

  it('PAIR-7 taken off leave none of ours', () => {
    fc.assert(
      fc.property(names, either, (current, using) => {
        expect(categoriesWithout(current, using).some(name => isOurCategory(name, using))).toBe(false);
      }),
    );
  });
});
