import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differing, sameText } from '../../sync/items/compare.ts';
import { mergeFields } from '../../sync/items/merge.ts';
import { reconcile } from '../../sync/items/reconcile.ts';
import { crmTakes, mailboxKeeps } from '../../sync/items/rules.ts';
import type { Fields, PersonField } from '../../sync/record.ts';
import { now } from './people-sample.ts';
import { days, type Edit, fields, fieldsInPlay, setting, value, World } from './people-world.ts';

const runs = { numRuns: 1_000 };
const partly = fc.record(Object.fromEntries(fieldsInPlay.map(field => [field, value])), {
  requiredKeys: [],
}) as fc.Arbitrary<Fields>;
const names = (some: Fields) => Object.keys(some) as PersonField[];

describe('invariant 1: an agreed state gives no operations', () => {
  it('when each side is as it was read back, however different they are', () => {
    fc.assert(
      fc.property(setting, partly, partly, fc.boolean(), (using, mailbox, crm, editable) => {
        const { rules } = using;
        const bases = { mailbox, crm };
        expect(mergeFields(bases, now(mailbox, crm, { editable }), rules)).toEqual({
          toMailbox: {},
          toCrm: {},
          losses: [],
        });
        expect(
          reconcile({ bases, adopted: false }, { state: 'unchanged' }, { state: 'unchanged' }, rules),
        ).toEqual([]);
      }),
      runs,
    );
  });

  it('when both sides say the same, whatever they said before', () => {
    fc.assert(
      fc.property(setting, partly, partly, partly, fc.boolean(), (using, mailbox, crm, both, editable) => {
        expect(mergeFields({ mailbox, crm }, now(both, both, { editable }), using.rules)).toEqual({
          toMailbox: {},
          toCrm: {},
          losses: [],
        });
      }),
      runs,
    );
  });
});

describe('CON-2 unknown writes nothing', () => {
  it('a field that one side does not tell changes on neither', () => {
    fc.assert(
      fc.property(setting, partly, partly, partly, partly, (using, base, other, mailbox, crm) => {
        const merge = mergeFields({ mailbox: base, crm: other }, now(mailbox, crm), using.rules);
        for (const field of names(merge.toMailbox)) {
          expect(mailbox[field]).toBeDefined();
          expect(crm[field]).toBeDefined();
        }
        for (const field of names(merge.toCrm)) {
          expect(crm[field]).toBeDefined();
          if (mailbox[field] === undefined) expect(merge.toCrm[field]).toBe(crm[field]);
        }
      }),
      runs,
    );
  });
});

type Made = Edit & { readonly day: number };

/**
 * The days' edits with a cycle after each; ends when nobody edits any more. Returns what a cycle can see of them: the
 * evening's values that are not the morning's.
 */
function live(world: World, edits: readonly (readonly Edit[])[]): Made[] {
  return edits.flatMap((ofDay, day) => {
    const morning = { mailbox: world.mailbox, crm: world.crm };
    for (const edit of ofDay) world.edit(edit);
    const evening = { mailbox: world.mailbox, crm: world.crm };
    world.cycle();
    return (['mailbox', 'crm'] as const).flatMap(side =>
      differing(morning[side], evening[side]).map(field => ({
        side,
        field,
        value: evening[side][field] ?? null,
        day,
      })),
    );
  });
}

/** Both sides show the same, as far as the weaker of them can. */
function agree(world: World, field: PersonField): boolean {
  return (
    sameText(world.mailbox[field], world.shownIn('mailbox', field)) ||
    sameText(world.crm[field], world.shownIn('crm', field))
  );
}

/** What both sides speak of; the company of a contact without account is the user's own note (CON-2). */
const told = (world: World) =>
  fieldsInPlay.filter(
    field =>
      world.mailbox[field] !== undefined &&
      world.crm[field] !== undefined &&
      !mailboxKeeps(field, world.crm[field] ?? null, world.rules),
  );

describe('three-way convergence between systems that cut and reformat', () => {
  it('is silent once the last edit was carried over and its form came back (invariants 1, 7, 11)', () => {
    fc.assert(
      fc.property(setting, fields, days, fc.boolean(), (using, crm, edits, editable) => {
        const world = World.made(using, crm);
        world.editable = editable;
        live(world, edits);
        world.cycle();
        expect(world.cycle()).toEqual([]);
        for (const field of told(world)) expect(agree(world, field), field).toBe(true);
      }),
      runs,
    );
  });

  it('shows the record in the mailbox where the CRM takes no edits (POL-10, POL-11, POL-12, CON-1)', () => {
    fc.assert(
      fc.property(setting, fields, days, fc.boolean(), (using, crm, edits, editable) => {
        const world = World.made(using, crm);
        world.editable = editable;
        live(world, edits);
        for (const field of told(world).filter(name => !editable || !crmTakes(name, world.rules)))
          expect(world.mailbox[field] ?? null, field).toBe(world.shownIn('mailbox', field));
      }),
      runs,
    );
  });
});

/** The same but for the form that a system gives it. */
const folded = (text: string | null | undefined) => (text ?? '').replaceAll('\r\n', '\n').toUpperCase();

describe('invariant 2: nothing that somebody wrote is lost', () => {
  it('it is on both sides, superseded by a later edit of the field, or kept with the value that won', () => {
    fc.assert(
      fc.property(setting, fields, days, (using, crm, edits) => {
        const world = World.made(using, crm);
        const made = live(world, edits);
        for (const { side, field, value: written, day } of made) {
          const later = made.some(edit => edit.field === field && edit.day > day);
          const stands = folded(world[side][field]) === folded(written);
          const kept = world.losses.some(
            loss => loss.field === field && loss.side === side && sameText(loss.lost, written),
          );
          expect(later || stands || kept, `${side}.${field} = ${written}`).toBe(true);
        }
      }),
      runs,
    );
  });

  it('also the rest of a text that the other system cuts', () => {
    fc.assert(
      fc.property(setting, fields, days, (using, crm, edits) => {
        const world = World.made(using, crm);
        live(world, edits);
        const [mailbox, record] = [world.mailbox, world.crm];
        for (const field of told(world)) {
          const [longer, shorter] = longerOf(mailbox[field] ?? '', record[field] ?? '');
          if (!longer.startsWith(shorter) || shorter === '' || sameText(longer, shorter)) continue;
          const side = longer === mailbox[field] ? 'crm' : 'mailbox';
          world.edit({ side, field, value: 'new' });
          world.cycle();
          const kept = world.losses.some(loss => sameText(loss.lost, longer));
          expect(kept || world.crm[field] === longer || world.mailbox[field] === longer, field).toBe(true);
        }
      }),
      runs,
    );
  });
});

const longerOf = (a: string, b: string) => (a.length > b.length ? [a, b] : [b, a]) as [string, string];

describe('invariant 13: a read-only side is never written', () => {
  it('the CRM: by direction, by rights, and fields that are not taken', () => {
    fc.assert(
      fc.property(
        setting,
        partly,
        partly,
        partly,
        partly,
        fc.boolean(),
        (using, base, other, mailbox, crm, editable) => {
          const { rules } = using;
          const { toCrm } = mergeFields(
            { mailbox: base, crm: other },
            now(mailbox, crm, { editable }),
            rules,
          );
          if (!editable || rules.direction === 'to-mailbox') expect(toCrm).toEqual({});
          for (const field of names(toCrm)) expect(crmTakes(field, rules), field).toBe(true);
        },
      ),
      runs,
    );
  });

  it('either side: fields that it cannot hold', () => {
    const some = fc.uniqueArray(fc.constantFrom(...fieldsInPlay)).map(list => new Set<PersonField>(list));
    fc.assert(
      fc.property(
        setting,
        some,
        some,
        fields,
        fields,
        fields,
        fields,
        (using, mailboxFields, crmFields, ...sides) => {
          const [base, other, mailbox, crm] = sides;
          const rules = { ...using.rules, mailboxFields, crmFields };
          const merge = mergeFields({ mailbox: base, crm: other }, now(mailbox, crm), rules);
          expect(names(merge.toMailbox).filter(field => !mailboxFields.has(field))).toEqual([]);
          expect(names(merge.toCrm).filter(field => !crmFields.has(field))).toEqual([]);
        },
      ),
      runs,
    );
  });
});

describe('PAIR-7 adoption', () => {
  it('fills blanks, writes nothing to the CRM in the first cycle and converges', () => {
    fc.assert(
      fc.property(setting, fields, fields, fc.boolean(), (using, mailbox, crm, editable) => {
        const world = new World(using, mailbox, crm);
        world.editable = editable;
        const [before, record] = [world.mailbox, world.crm];
        const { toCrm, toMailbox } = world.adopt();
        expect(toCrm).toEqual({});
        expect(world.crm).toEqual(record);
        for (const field of told(world)) {
          if (sameText(before[field], null)) expect(toMailbox[field] ?? null, field).toBe(record[field]);
        }
        world.cycle();
        world.cycle();
        expect(world.cycle()).toEqual([]);
      }),
      runs,
    );
  });

  it('keeps or carries over every value, and what only the mailbox has goes to the CRM second', () => {
    fc.assert(
      fc.property(setting, fields, fields, (using, mailbox, crm) => {
        const world = new World(using, mailbox, crm);
        const before = { mailbox: world.mailbox, crm: world.crm };
        world.adopt();
        world.cycle();
        for (const field of told(world)) {
          for (const side of ['mailbox', 'crm'] as const) {
            const had = before[side][field];
            const kept = world.losses.some(loss => loss.field === field && sameText(loss.lost, had));
            if (!sameText(had, null))
              expect(kept || folded(world[side][field]) === folded(had), field).toBe(true);
          }
          if (crmTakes(field, world.rules) && sameText(before.crm[field], null))
            expect(world.crm[field] ?? null, field).toBe(world.shownIn('crm', field));
        }
      }),
      runs,
    );
  });
});
