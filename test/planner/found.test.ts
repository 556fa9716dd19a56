import { describe, expect, it } from 'vitest';
import { day, linkedThing, quietStory, usualSettings } from './example.ts';
import type { Deed, Scenario, Settings, ThingSpec } from './scenario.ts';
import { play } from './story.ts';

const both = { enabled: true, direction: 'both', filter: 'owner' } as const;
const settings = usualSettings({ contacts: both, leads: both });
const ann = { firstName: 'Ann', lastName: 'Sample', email1: 'ann@contoso.example' };

function person(more: Partial<ThingSpec> = {}): ThingSpec {
  return { ...linkedThing({ module: 'contacts', meeting: 'alone', fields: ann }), ...more };
}

/** What is wrong with a story; null: nothing. */
async function wrongWith(story: Partial<Scenario>): Promise<string | null> {
  const { violation, lines } = await play(quietStory(settings, story), () => {}, true);
  return violation && `${violation.invariant}: ${violation.what}\n${lines.join('\n')}`;
}

describe('stories that went wrong once', () => {
  it('invariant 2: what an edit overwrote is in the history, although the answer was lost', async () => {
    const days = [
      day(
        { do: 'edit item', who: 0, fields: { title: 'mine' } },
        { do: 'edit record', who: 0, fields: { title: 'theirs' } },
      ),
    ];
    expect(await wrongWith({ things: [person()], days, lostAnswers: 1 })).toBe(null);
  });

  it('CON-2, CON-4: a note that only the mailbox could hold is in the history when its item goes', async () => {
    const days = [
      day({ do: 'edit item', who: 0, fields: { company: 'A note' } }),
      day({ do: 'hide record', who: 0 }),
    ];
    expect(await wrongWith({ things: [person()], days })).toBe(null);
  });

  it('PAIR-7: a value that an adopted item alone had is in the history when the CRM sets the field', async () => {
    const modules = {
      ...settings.modules,
      contacts: { ...settings.modules.contacts, direction: 'to-mailbox' },
    };
    const things = [
      person({ standing: 'both', fields: { ...ann, title: 'mine' }, otherwise: { title: null } }),
    ];
    const days = [day(), day({ do: 'edit record', who: 0, fields: { title: 'theirs' } })];
    expect(
      await wrongWith({ settings: { ...settings, modules } as Settings, things, first: true, days }),
    ).toBe(null);
  });

  it('PAIR-7: a value that won at adoption and is cleared before it travelled is cleared in the CRM', async () => {
    const things = [
      person({ standing: 'both', fields: { ...ann, title: 'mine' }, otherwise: { title: 'theirs' } }),
    ];
    const days = [day(), day({ do: 'edit item', who: 0, fields: { title: null } })];
    const story = { settings: { ...settings, conflicts: 'mailbox' as const }, things, first: true, days };
    expect(await wrongWith(story)).toBe(null);
  });

  it('PAIR-7: an item whose record had been left out takes the place of that entry (POL-13)', async () => {
    const things = [
      person(),
      person({ standing: 'both', fields: { lastName: 'Old', email1: 'bob@x.example' }, old: true }),
    ];
    const days = [day(), day({ do: 'touch record', who: 1 }), day({ do: 'touch item', who: 1 })];
    expect(await wrongWith({ settings: { ...settings, maximum: 1 }, things, days, chunk: 1 })).toBe(null);
  });

  it('PAIR-7: a copy whose original is just getting the address in the CRM makes no second record', async () => {
    const things = [person({ fields: { lastName: 'Sample' } })];
    const days = [
      day(
        { do: 'edit item', who: 0, fields: { email1: 'bob@fabrikam.example' } },
        { do: 'copy item', who: 0 },
      ),
    ];
    expect(await wrongWith({ things, days })).toBe(null);
  });

  it('PAIR-7: an adopted item that was restored under another id is released under that one', async () => {
    const days = [
      day({ do: 'delete item', who: 0 }, { do: 'restore item', who: 0 }, { do: 'hide record', who: 0 }),
    ];
    expect(await wrongWith({ things: [person({ standing: 'adopted' })], days })).toBe(null);
  });

  it('CON-7, POL-10: the item of a merged record goes, although its edits may not be written to the winner', async () => {
    const things = [person(), person({ fields: { lastName: 'Winner' }, editable: false })];
    const days = [
      day(
        { do: 'merge record', who: 0, into: 1 },
        { do: 'edit item', who: 0, fields: { website: 'https://mine.example' } },
      ),
    ];
    expect(await wrongWith({ things, days })).toBe(null);
  });

  it('POL-20: a line of an address is no clearing of the lines that were empty before', async () => {
    const things = [0, 1, 2].map(who => person({ fields: { lastName: `Sample ${who}` } }));
    const edits = things.map(
      (_, who): Deed => ({ do: 'edit item', who, fields: { businessStreet: `Street ${who}` } }),
    );
    const story = {
      settings: { ...settings, guard: { count: 1, percent: 1 } },
      things,
      days: [day(...edits)],
    };
    expect(await wrongWith(story)).toBe(null);
  });

  it('POL-13: an adopted item whose edit the CRM refuses keeps the place that its record gives it', async () => {
    const things = [
      person({
        standing: 'both',
        fields: { ...ann, title: 'mine' },
        otherwise: { title: null },
        editable: false,
        old: true,
      }),
      person({ standing: 'crm', fields: { lastName: 'Other' } }),
    ];
    const days = [day(), day({ do: 'touch record', who: 0 })];
    const story = { settings: { ...settings, maximum: 1 }, things, first: true, days, tellsRights: false };
    expect(await wrongWith(story)).toBe(null);
  });

  it('CON-5: a lead becomes a contact in the item that its user restored, although that was locked', async () => {
    const days = [
      day({ do: 'delete item', who: 0 }, { do: 'restore item', who: 0 }, { do: 'convert record', who: 0 }),
    ];
    const things = [person({ module: 'leads', fields: { ...ann, company: 'Contoso' } })];
    const stories = Array.from({ length: 20 }, (_, seed) => wrongWith({ seed, things, days, refusals: 0.5 }));
    expect((await Promise.all(stories)).filter(story => story !== null)).toEqual([]);
  });

  it('CON-7: an edit that its winner said too, until its item cleared it in the same chunk, reaches it', async () => {
    const address = 'dee@contoso.example';
    const things = [
      person({ fields: { lastName: 'Winner', email2: address } }),
      person({ fields: { lastName: 'Loser' } }),
    ];
    const days = [
      day(
        { do: 'edit item', who: 0, fields: { email2: null } },
        { do: 'merge record', who: 1, into: 0 },
        { do: 'edit item', who: 1, fields: { email2: address } },
      ),
    ];
    expect(await wrongWith({ things, days })).toBe(null);
  });

  it('PAIR-7, POL-19: a value that won while it waits for the second cycle, and is cleared, is cleared in the CRM', async () => {
    const things = [
      person({ standing: 'both', fields: { ...ann, title: 'mine' }, otherwise: { title: null } }),
    ];
    const days = [
      {
        ...day(),
        meanwhile: [
          { do: 'edit record', who: 0, fields: { title: 'theirs' } },
          { do: 'touch item', who: 0 },
        ] as const,
      },
      day({ do: 'edit item', who: 0, fields: { title: null } }),
    ];
    const story = { settings: { ...settings, conflicts: 'mailbox' as const }, things, first: true, days };
    expect(await wrongWith(story)).toBe(null);
  });

  it('POL-20: the rest of an address is not sent when an admin does not let one line of it be cleared', async () => {
    const things = [0, 1].map(who =>
      person({ fields: { lastName: `Sample ${who}`, businessStreet: 'Street' } }),
    );
    const edits = things.map((_, who): Deed => ({ do: 'edit item', who, fields: { businessStreet: null } }));
    const story = {
      settings: { ...settings, guard: { count: 1, percent: 20 } },
      things,
      days: [day(...edits)],
    };
    // The seed tells what the admin says.
    const stories = Array.from({ length: 4 }, (_, seed) => wrongWith({ ...story, seed }));
    expect((await Promise.all(stories)).filter(wrong => wrong !== null)).toEqual([]);
  });

  it('invariant 2: what an edit overwrote is in the history, although its answer was lost and another was told to wait', async () => {
    const things = [0, 1, 2].map(who => person({ fields: { lastName: `Sample ${who}` } }));
    const days = [
      day(
        ...things.flatMap((_, who): Deed[] => [
          { do: 'edit item', who, fields: { title: 'mine' } },
          { do: 'edit record', who, fields: { title: 'theirs', website: 'https://theirs.example' } },
        ]),
      ),
    ];
    const story = {
      settings: { ...settings, conflicts: 'mailbox' as const },
      things,
      days,
      refusals: 0.3,
      lostAnswers: 0.5,
    };
    const stories = Array.from({ length: 60 }, (_, seed) => wrongWith({ ...story, seed }));
    expect((await Promise.all(stories)).filter(wrong => wrong !== null)).toEqual([]);
  });

  it('invariant 3: a copy that was perhaps made into a record does not take the place of its original', async () => {
    const days = [
      day(),
      {
        ...day({ do: 'copy item', who: 0 }, { do: 'edit record', who: 0, fields: { department: 'theirs' } }),
        meanwhile: [{ do: 'delete item', who: 0 }] as const,
      },
    ];
    const things = [person({ fields: { lastName: 'Sample' } })];
    const stories = Array.from({ length: 20 }, (_, seed) =>
      wrongWith({ seed, things, days, lostAnswers: 0.5 }),
    );
    expect((await Promise.all(stories)).filter(wrong => wrong !== null)).toEqual([]);
  });

  it('invariant 1, POL-20: a held item that was found again under another id is kept as that one', async () => {
    const things = [0, 1].map(() => person({ fields: {} }));
    const days = [
      day({ do: 'give record', who: 0, own: false }, { do: 'give record', who: 1, own: false }),
      day({ do: 'copy item', who: 1 }, { do: 'delete item', who: 1 }),
      { ...day(), afterMinutes: 1_500 },
    ];
    const guarded = { ...settings, guard: { count: 1, percent: 20 } };
    const stories = Array.from({ length: 40 }, (_, seed) =>
      wrongWith({ seed, things, days, settings: guarded }),
    );
    expect((await Promise.all(stories)).filter(wrong => wrong !== null)).toEqual([]);
  });
});
