import { describe, expect, it } from 'vitest';
import { created, problemsOf } from './policy-sample.ts';

describe('names that clash are refused', () => {
  it('POL-24 folders with one name, of modules that are on', () => {
    const custom = [{ object: 'Project__c', label: 'projects' }];
    expect(problemsOf(created({ modules: { custom } }))).toEqual([]);
    expect(problemsOf(created({ modules: { custom, projects: { enabled: true } } }))).toMatchObject([
      { pointer: '/modules/custom/0/label', code: 'name_taken' },
    ]);
  });

  const on = { enabled: true };
  const site = { object: 'Site__c', label: 'Sites' };

  it.each([
    [
      'two drop folders',
      { modules: { opportunities: on, cases: on }, names: { createCase: '- create new opportunity' } },
      '/names/createCase',
    ],
    [
      'a drop folder and the one that archives only',
      { modules: { cases: on }, names: { createEmail: '- Create New Case' } },
      '/names/createCase',
    ],
    [
      'a display folder and a drop folder of another module',
      { modules: { opportunities: on, cases: on }, names: { cases: '- Create New Opportunity' } },
      '/names/cases',
    ],
    [
      'a display folder and its own drop folder',
      { modules: { cases: on }, names: { cases: '- Create New Case' } },
      '/names/cases',
    ],
    [
      'the drop folder that follows from a label',
      { modules: { cases: on, custom: [{ object: 'Case__c', label: 'Case' }] } },
      '/modules/custom/0/label',
    ],
    [
      'the drop folders of two custom objects',
      {
        modules: {
          custom: [site, { object: 'Place__c', label: 'Places', createName: '- Create New Sites' }],
        },
      },
      '/modules/custom/1/createName',
    ],
    [
      'an accent written in two ways',
      { modules: { cases: on, custom: [{ ...site, label: 'Fälle' }] }, names: { cases: 'Fa\u0308lle' } },
      '/modules/custom/0/label',
    ],
  ])('POL-24 %s with one name', (_, input, pointer) => {
    expect(problemsOf(created(input))).toMatchObject([{ pointer, code: 'name_taken' }]);
  });

  it.each([
    [
      'the category and that of archived messages',
      { names: { processed: 'CONTOSO crm' } },
      '/names/processed',
    ],
    ['the category and that of others', { names: { notArchived: 'Contoso CRM' } }, '/names/notArchived'],
  ])('POL-24 %s with one name', (_, input, pointer) => {
    expect(problemsOf(created(input))).toMatchObject([{ pointer, code: 'name_taken' }]);
  });

  it('POL-24 a drop folder and a category may have one name, and so may what stands in different folders', () => {
    const names = { createEmail: 'Processing Complete', assignTo: 'Cases' };
    expect(problemsOf(created({ modules: { cases: on }, names }))).toEqual([]);
  });

  it('POL-24 a label that leaves no room for the name of its drop folder', () => {
    const long = { ...site, label: 'x'.repeat(250) };
    expect(problemsOf(created({ modules: { custom: [long] } }))).toMatchObject([
      { pointer: '/modules/custom/0/label', code: 'too_big' },
    ]);
    expect(problemsOf(created({ modules: { custom: [{ ...long, createName: 'New site' }] } }))).toEqual([]);
  });

  it('POL-9 the same custom object twice', () => {
    const custom = [
      { object: 'Site__c', label: 'Sites' },
      { object: 'site__c', label: 'Places' },
    ];
    expect(problemsOf(created({ modules: { custom } }))).toMatchObject([
      { pointer: '/modules/custom/1/object' },
    ]);
  });
});
