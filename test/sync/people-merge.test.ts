import { describe, expect, it } from 'vitest';
import { type Bases, mergeFields, type Now } from '../../sync/items/merge.ts';
import type { ItemRules } from '../../sync/items/rules.ts';
import type { Fields } from '../../sync/record.ts';
import { agreed, leadRules, now, rules, without } from './people-sample.ts';

const nothing = { toMailbox: {}, toCrm: {}, losses: [] };

/** Undefined is unknown. */
type Value = string | null | undefined;

/** One field, from the bases and both sides as they are to what is written where and what gave way. */
type Row = [
  name: string,
  bases: [mailbox: Value, crm: Value],
  sides: [mailbox: Value, crm: Value],
  to: { mailbox?: string | null; crm?: string | null },
  losses?: readonly string[],
];

const named = (field: string, value: string | null | undefined): Fields =>
  value === undefined ? {} : { [field]: value };

function check(field: string, row: Row, more: Partial<Now>, using: ItemRules): void {
  const [, bases, sides, to, losses = []] = row;
  const merge = mergeFields(
    { mailbox: named(field, bases[0]), crm: named(field, bases[1]) },
    now(named(field, sides[0]), named(field, sides[1]), more),
    using,
  );
  expect(merge.toMailbox).toEqual(named(field, to.mailbox));
  expect(merge.toCrm).toEqual(named(field, to.crm));
  expect(merge.losses.map(loss => `${loss.side} ${loss.lost} < ${loss.kept}: ${loss.reason}`)).toEqual(
    losses,
  );
}

describe('one field of a linked person', () => {
  it.each<Row>(
    // biome-ignore format: one case per line
    [
      ['nobody changed it', ['a', 'a'], ['a', 'a'], {}],
      ['the mailbox changed it', ['a', 'a'], ['b', 'a'], { crm: 'b' }],
      ['the CRM changed it', ['a', 'a'], ['a', 'b'], { mailbox: 'b' }],
      ['the mailbox cleared it', ['a', 'a'], [null, 'a'], { crm: null }],
      ['the CRM cleared it', ['a', 'a'], ['a', null], { mailbox: null }],
      ['both made the same edit', ['a', 'a'], ['b', 'b'], {}],
      ['both cleared it, each in its way', ['a', 'a'], ['', null], {}],
      ['both changed it: the CRM wins (POL-19)', ['a', 'a'], ['b', 'c'], { mailbox: 'c' }, ['mailbox b < c: both_changed']],
      ['edit against clearing: the CRM wins', ['a', 'a'], ['b', null], { mailbox: null }, ['mailbox b < null: both_changed']],
      ['the mailbox cuts it: no change (echo)', ['long', 'longer'], ['long', 'longer'], {}],
      ['the CRM reformats it: no change (echo)', ['Oslo', 'OSLO'], ['Oslo', 'OSLO'], {}],
      ['only the line ends changed', ['a\nb', 'a\nb'], ['a\r\nb\r\n', 'a\nb'], {}],
      ["the mailbox took the CRM's form over", ['Oslo', 'OSLO'], ['OSLO', 'OSLO'], {}],
      ["the CRM took the mailbox's form over", ['Oslo', 'OSLO'], ['Oslo', 'Oslo'], {}],
      ['a reformatted value was edited', ['Oslo', 'OSLO'], ['Bergen', 'OSLO'], { crm: 'Bergen' }],
      ['the mailbox does not tell it (CON-2)', ['a', 'a'], [undefined, 'b'], {}],
      ['the CRM does not tell it (CON-2)', ['a', 'a'], ['b', undefined], {}],
      ['the CRM cannot hold it (CON-2)', ['a', undefined], ['b', undefined], {}],
      ['it was never compared before: agreed from here on', [undefined, undefined], ['a', 'b'], {}],
      ['invariant 2: a cut text was edited, its rest is kept', ['abc', 'abcdef'], ['abX', 'abcdef'], { crm: 'abX' }, ['crm abcdef < abX: unseen']],
      ['invariant 2: likewise where the CRM cuts', ['abcdef', 'abc'], ['abcdef', 'abX'], { mailbox: 'abX' }, ['mailbox abcdef < abX: unseen']],
      ['invariant 2: an edit over a value that was never compared', [undefined, 'a'], ['u', 'b'], { mailbox: 'b' }, ['mailbox u < b: unseen']],
      ['invariant 2: likewise in the CRM', ['a', undefined], ['b', 'u'], { crm: 'b' }, ['crm u < b: unseen']],
      ['an edit over an empty value that was never compared', ['a', undefined], ['b', null], { crm: 'b' }],
    ],
  )('%s', (...row) => check('notes', row, {}, rules));

  it('POL-19 different fields merge', () => {
    const base = { title: 'CEO', fax: '1', notes: 'n' };
    expect(mergeFields(agreed(base), now({ ...base, title: 'CTO' }, { ...base, fax: '2' }), rules)).toEqual({
      toMailbox: { fax: '2' },
      toCrm: { title: 'CTO' },
      losses: [],
    });
  });
});

describe('POL-19 both sides changed the same field', () => {
  const crmWins = { toMailbox: { title: 'crm' }, toCrm: {}, lost: 'mailbox' };
  const mailboxWins = { toMailbox: {}, toCrm: { title: 'mailbox' }, lost: 'crm' };
  it.each([
    ['crm', 2, 1, crmWins],
    ['mailbox', 1, 2, mailboxWins],
    ['latest', 2, 1, mailboxWins],
    ['latest', 1, 2, crmWins],
    ['latest', 1, 1, crmWins],
  ] as const)('rule %s, mailbox saved at %d, CRM at %d', (conflicts, mailboxAt, crmAt, expected) => {
    const merge = mergeFields(
      agreed({ title: 'base' }),
      now({ title: 'mailbox' }, { title: 'crm' }, { mailboxModifiedAtMs: mailboxAt, crmModifiedAtMs: crmAt }),
      { ...rules, conflicts },
    );
    expect(merge).toMatchObject({ toMailbox: expected.toMailbox, toCrm: expected.toCrm });
    expect(merge.losses).toMatchObject([{ lost: expected.lost, reason: 'both_changed' }]);
  });
});

describe('an edit that may not be written back is restored and kept (POL-10)', () => {
  const cases: [string, string, Partial<Now>, ItemRules][] = [
    ['no right to edit the record (POL-10)', 'title', { editable: false }, rules],
    ['direction CRM to mailbox (POL-11)', 'title', {}, { ...rules, direction: 'to-mailbox' }],
    ["the company of a contact is its account's name (CON-1)", 'company', {}, rules],
    ['the website is the view link (POL-12)', 'website', {}, { ...rules, viewLink: true }],
    ['a column that the CRM calculates', 'title', {}, { ...rules, crmFields: without('title') }],
  ];
  it.each(cases)('%s', (_name, field, more, using) => {
    check(
      field,
      ['', ['a', 'a'], ['b', 'a'], { mailbox: 'a' }, ['mailbox b < a: not_writable']],
      more,
      using,
    );
    check(field, ['', ['a', 'a'], ['b', 'c'], { mailbox: 'c' }, ['mailbox b < c: not_writable']], more, {
      ...using,
      conflicts: 'mailbox',
    });
    check(field, ['', ['a', 'a'], ['a', 'c'], { mailbox: 'c' }], more, using);
  });

  it('not where the mailbox cannot be written: the value stays', () => {
    const using = { ...rules, mailboxFields: without('title') };
    check('title', ['', ['a', 'a'], ['b', 'a'], {}], { editable: false }, using);
    check('title', ['', ['a', 'a'], ['a', 'b'], {}], {}, using);
  });

  it('CON-1 the company of a lead is its own', () => {
    check('company', ['', ['a', 'a'], ['b', 'a'], { crm: 'b' }], {}, leadRules);
  });
});

describe('CON-1 a business address reaches the CRM whole', () => {
  const account: Fields = {
    businessStreet: 'Storgata 1',
    businessCity: 'OSLO',
    businessState: null,
    businessPostalCode: '0171',
    businessCountry: 'Norway',
  };
  const shown: Fields = { ...account, businessCity: 'Oslo' };
  const bases: Bases = { mailbox: shown, crm: account };

  it('with the rest in the words of the CRM', () => {
    const merge = mergeFields(bases, now({ ...shown, businessStreet: 'Karl Johans gate 2' }, account), rules);
    expect(merge.toCrm).toEqual({ ...account, businessStreet: 'Karl Johans gate 2' });
  });

  it('with what the CRM cleared at the same time', () => {
    const merge = mergeFields(
      bases,
      now({ ...shown, businessStreet: 'Karl Johans gate 2' }, { ...account, businessPostalCode: null }),
      rules,
    );
    expect(merge).toEqual({
      toMailbox: { businessPostalCode: null },
      toCrm: { ...account, businessStreet: 'Karl Johans gate 2', businessPostalCode: null },
      losses: [],
    });
  });

  it('without the parts that the CRM did not tell or does not have', () => {
    const { businessState: _unknown, ...told } = account;
    const merge = mergeFields(bases, now({ ...shown, businessStreet: 'Nygata 3' }, told), {
      ...rules,
      crmFields: without('businessCountry'),
    });
    expect(Object.keys(merge.toCrm).sort()).toEqual(['businessCity', 'businessPostalCode', 'businessStreet']);
  });

  it('only when a part of it changed in the mailbox', () => {
    expect(mergeFields(bases, now(shown, account), rules)).toEqual(nothing);
    const merge = mergeFields(bases, now({ ...shown, title: 'CEO' }, { ...account, title: null }), rules);
    expect(merge).toEqual(nothing);
  });
});
