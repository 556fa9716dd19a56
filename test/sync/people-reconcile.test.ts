import { describe, expect, it } from 'vitest';
import type { CrmSide, LeftWhy, Link, MailboxSide } from '../../sync/items/operation.ts';
import { reconcile } from '../../sync/items/reconcile.ts';
import type { Fields } from '../../sync/record.ts';
import { agreed, leadRules, rules } from './people-sample.ts';

const base: Fields = { lastName: 'Köhler', title: 'CEO' };
const edited: Fields = { ...base, title: 'CTO' };
const ours = ['Contoso CRM'];

const link: Link = { bases: agreed(base), adopted: false };
const adopted: Link = { ...link, adopted: true };

const unheard = { state: 'unchanged' } as const;
const mailbox = (fields: Fields, categories: readonly string[] = ours): MailboxSide => ({
  state: 'present',
  fields,
  categories,
  modifiedAtMs: 1_000,
});
const crm = (fields: Fields, editable = true): CrmSide => ({
  state: 'present',
  fields,
  modifiedAtMs: 1_000,
  editable,
});
const deleted: CrmSide = { state: 'deleted' };
const left = (why: LeftWhy): CrmSide => ({ state: 'left', why });
const gone = (how: 'deleted' | 'moved'): MailboxSide => ({ state: 'gone', how });

const keep = (reason: string, lost: string, kept: string | null) => ({
  op: 'keep-loser',
  loss: { field: 'title', side: 'mailbox', lost, kept, reason },
});
const remove = (reason: string) => ({ op: 'delete-mailbox', reason });
const toMailbox = (fields: Fields) => ({ op: 'update-mailbox', fields });
const toCrm = (fields: Fields) => ({ op: 'update-crm', fields });

type Row = [name: string, link: Link, mailbox: MailboxSide, crm: CrmSide, operations: readonly object[]];

describe('both sides are there', () => {
  it.each<Row>(
    // biome-ignore format: one case per line
    [
      ['nothing was heard', link, unheard, unheard, []],
      ['both were read, nothing changed (invariant 1)', link, mailbox(base), crm(base), []],
      ['our own write came back (invariant 11)', link, mailbox({ ...base, title: 'CEO ' }), unheard, []],
      ['the mailbox was edited', link, mailbox(edited), unheard, [toCrm({ title: 'CTO' })]],
      ['the CRM was edited', link, unheard, crm(edited), [toMailbox({ title: 'CTO' })]],
      ['both were edited alike', link, mailbox(edited), crm(edited), []],
      ['both were edited (POL-19)', link, mailbox(edited), crm({ ...base, title: 'CFO' }), [keep('both_changed', 'CTO', 'CFO'), toMailbox({ title: 'CFO' })]],
      ['edited without the right to (POL-10)', link, mailbox(edited), crm(base, false), [keep('not_writable', 'CTO', 'CEO'), toMailbox({ title: 'CEO' })]],
      ['an adopted item is edited like any other', adopted, mailbox(edited), unheard, [toCrm({ title: 'CTO' })]],
    ],
  )('%s', (_name, ...[known, item, record, operations]) => {
    expect(reconcile(known, item, record, rules)).toEqual(operations);
  });
});

describe('one side is gone', () => {
  it.each<Row>(
    // biome-ignore format: one case per line
    [
      ['CON-3 deleted in the mailbox', link, gone('deleted'), unheard, [{ op: 'stay-away', how: 'deleted' }]],
      ['CON-3 moved out of the folder', link, gone('moved'), crm(base), [{ op: 'stay-away', how: 'moved' }]],
      ['CON-3 deleted in the mailbox, edited in the CRM', link, gone('deleted'), crm(edited), [{ op: 'stay-away', how: 'deleted' }]],
      ['PAIR-7 an adopted item deleted in the mailbox', adopted, gone('deleted'), unheard, [{ op: 'stay-away', how: 'deleted' }]],
      ['deleted on both sides', link, gone('deleted'), deleted, [{ op: 'forget', reason: 'crm_deleted' }]],
      ['deleted here, left there', link, gone('moved'), left('owner'), [{ op: 'stay-away', how: 'moved' }]],
      ['CON-3 deleted in the CRM', link, unheard, deleted, [remove('crm_deleted')]],
      ['CON-3 deleted in the CRM, the item read', link, mailbox(base), deleted, [remove('crm_deleted')]],
      ['CON-4 another owner', link, unheard, left('owner'), [remove('left_owner')]],
      ['CON-4 access lost', link, unheard, left('access'), [remove('left_access')]],
      ['CON-4 pushed out by POL-13', link, unheard, left('limit'), [remove('left_limit')]],
      ['POL-2 too old', link, unheard, left('age'), [remove('left_age')]],
      ['POL-9 the module was cleared', link, unheard, left('module'), [remove('left_module')]],
      ['invariant 6: edited here, deleted there', link, mailbox(edited), deleted, [keep('record_left', 'CTO', 'CEO'), remove('crm_deleted')]],
      ['invariant 6: edited here, left there', link, mailbox(edited), left('access'), [keep('record_left', 'CTO', 'CEO'), remove('left_access')]],
      ['PAIR-7 an adopted item is released', adopted, mailbox(base, ['Friends', ...ours]), deleted, [{ op: 'release', reason: 'crm_deleted', categories: ['Friends'] }]],
      ['PAIR-7 with the edits in it', adopted, mailbox(edited), left('owner'), [{ op: 'release', reason: 'left_owner', categories: [] }]],
      ['PAIR-7 also when it was not read', adopted, unheard, deleted, [{ op: 'release', reason: 'crm_deleted', categories: null }]],
    ],
  )('%s', (_name, ...[known, item, record, operations]) => {
    expect(reconcile(known, item, record, rules)).toEqual(operations);
  });

  it.each([
    ['read now', mailbox({ ...base, suffix: 'Jr.' })],
    ['read without that field', mailbox(base)],
    ['not read', unheard],
  ])('invariant 2: what the CRM cannot hold is kept when the item goes: %s', (_name, item) => {
    const bases = { mailbox: { ...base, suffix: 'Jr.' }, crm: base };
    expect(reconcile({ bases, adopted: false }, item, deleted, rules)).toEqual([
      {
        op: 'keep-loser',
        loss: { field: 'suffix', side: 'mailbox', lost: 'Jr.', kept: null, reason: 'record_left' },
      },
      remove('crm_deleted'),
    ]);
  });
});

describe('CON-5, CON-6 the category of a linked item is put back', () => {
  it.each([
    ['it was removed', rules, [], ['Contoso CRM']],
    ['the user keeps their own', rules, ['Friends'], ['Friends', 'Contoso CRM']],
    ['the one of leads was put on a contact', rules, ['Contoso CRM Leads'], ['Contoso CRM']],
    ['the one of leads was added to a contact', rules, ['Contoso CRM', 'Contoso CRM Leads'], ['Contoso CRM']],
    ['the one of contacts was put on a lead', leadRules, ['CONTOSO CRM'], ['Contoso CRM Leads']],
    ['it is there twice', rules, ['Contoso CRM', 'contoso crm'], ['Contoso CRM']],
  ])('%s', (_name, using, categories, put) => {
    expect(reconcile(link, mailbox(base, categories), unheard, using)).toEqual([
      { op: 'update-mailbox', fields: {}, categories: put },
    ]);
    expect(reconcile(link, mailbox(base, put), unheard, using)).toEqual([]);
  });

  it('not when only its case differs', () => {
    expect(reconcile(link, mailbox(base, ['contoso crm', 'Friends']), unheard, rules)).toEqual([]);
  });

  it('in one write with the fields', () => {
    expect(reconcile(link, mailbox(base, ['Friends']), crm(edited), rules)).toEqual([
      { op: 'update-mailbox', fields: { title: 'CTO' }, categories: ['Friends', 'Contoso CRM'] },
    ]);
  });

  it('also where the CRM is read-only', () => {
    const operations = reconcile(link, mailbox(edited, []), crm(base), {
      ...rules,
      direction: 'to-mailbox',
    });
    expect(operations).toEqual([
      keep('not_writable', 'CTO', 'CEO'),
      { op: 'update-mailbox', fields: { title: 'CEO' }, categories: ['Contoso CRM'] },
    ]);
  });
});
