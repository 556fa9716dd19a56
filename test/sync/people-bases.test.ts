import { describe, expect, it } from 'vitest';
import { baseAfterSending } from '../../sync/items/bases.ts';

describe('the base of the CRM after a write of ours', () => {
  it.each([
    ['taken as sent', 'Oslo', 'Oslo', 'Oslo'],
    ['reformatted: a change of the CRM', 'Oslo', 'OSLO', 'Oslo'],
    ['refused by a rule of the CRM: a change', 'Oslo', null, 'Oslo'],
    ['cut: agreed as read back', 'Oslo fjord', 'Oslo', 'Oslo'],
    ['cut at a line end', 'a\r\nb\r\nc', 'a\nb', 'a\nb'],
    ['made longer: a change', 'Oslo', 'Oslo fjord', 'Oslo'],
    ['cleared', null, null, null],
    ['not read back', 'Oslo', undefined, 'Oslo'],
  ])('%s', (_name, sent, readBack, base) => {
    const after = readBack === undefined ? {} : { notes: readBack };
    expect(baseAfterSending({ notes: sent }, { ...after, title: 'CEO' })).toEqual({ notes: base });
  });

  it.each([
    ['a plainer word: agreed as read back', 'tentative', 'busy', 'busy'],
    ['another meaning: a change', 'tentative', 'free', 'tentative'],
    ['a finer word: a change', 'busy', 'tentative', 'busy'],
  ])('CAL-6 %s', (_name, showAs, readBack, base) => {
    expect(baseAfterSending({ showAs }, { showAs: readBack })).toEqual({ showAs: base });
  });
});
