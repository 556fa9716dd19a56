import fc from 'fast-check';
import { baseAfterSending } from '../../sync/items/bases.ts';
import { withFields } from '../../sync/items/compare.ts';
import { adoptFields, type Bases, type Loss } from '../../sync/items/merge.ts';
import type { Link, Operation } from '../../sync/items/operation.ts';
import { reconcile } from '../../sync/items/reconcile.ts';
import { categoryOf, type ItemRules } from '../../sync/items/rules.ts';
import { type Field, type Fields, PERSON_FIELDS, type PersonField } from '../../sync/record.ts';
import { leadRules, now, rules, without } from './people-sample.ts';

type Side = 'mailbox' | 'crm';
type Draft = { [field in PersonField]?: string | null };

/** What a system makes of a value, and which fields it has at all. */
export interface System {
  readonly fields: ReadonlySet<Field>;
  stored(field: PersonField, value: string): string;
}

const CUT_AT = 4;

/** A mailbox that cuts long notes and streets and has no department. */
const cuttingMailbox: System = {
  fields: without('department'),
  stored: (field, value) =>
    field === 'notes' || field === 'businessStreet' ? value.slice(0, CUT_AT) : value,
};

/** A CRM that writes places in capitals, trims, cuts titles and has one address only. */
const formattingCrm: System = {
  fields: without('email2', 'email3', 'suffix'),
  stored: (field, value) => {
    if (field === 'businessCity') return value.trim().toUpperCase();
    return field === 'title' ? value.slice(0, CUT_AT) : value.trim();
  },
};

const faithful: System = { fields: new Set(PERSON_FIELDS), stored: (_field, value) => value };

/** The fields in play: enough for every rule, few enough to collide. */
export const fieldsInPlay = [
  'lastName',
  'suffix',
  'title',
  'department',
  'company',
  'email1',
  'email2',
  'businessStreet',
  'businessCity',
  'website',
  'notes',
] as const satisfies readonly PersonField[];

function read(system: System, fields: Fields): Fields {
  const answered: Draft = {};
  for (const field of fieldsInPlay) {
    if (!system.fields.has(field)) continue;
    const value = fields[field] ?? '';
    answered[field] = system.stored(field, value) || null;
  }
  return answered;
}

export interface Edit {
  readonly side: Side;
  readonly field: Field;
  readonly value: string | null;
}

/** A linked person between two systems, carried through cycles as the activities carry it. */
export class World {
  mailbox: Fields;
  crm: Fields;
  readonly losses: Loss[] = [];
  readonly rules: ItemRules;
  editable = true;
  private bases: Bases;
  private clockMs = 0;
  private readonly savedAtMs = { mailbox: 0, crm: 0 };
  private readonly systems: Readonly<Record<Side, System>>;

  constructor(setting: Setting, mailbox: Fields, crm: Fields) {
    this.systems = setting.systems;
    this.rules = {
      ...setting.rules,
      mailboxFields: setting.systems.mailbox.fields,
      crmFields: setting.systems.crm.fields,
    };
    this.mailbox = read(this.systems.mailbox, mailbox);
    this.crm = read(this.systems.crm, crm);
    this.bases = { mailbox: this.mailbox, crm: this.crm };
  }

  /** The item that was made from a record. */
  static made(setting: Setting, record: Fields): World {
    return new World(setting, read(setting.systems.crm, record), record);
  }

  /** What a user does; a field that the system does not have cannot be edited there. */
  edit({ side, field, value }: Edit): void {
    const system = this.systems[side];
    if (!system.fields.has(field)) return;
    this[side] = read(system, withFields(this[side], { [field]: value }));
    this.clockMs += 1;
    this.savedAtMs[side] = this.clockMs;
  }

  /** First cycle with an item that was there before. */
  adopt(): { readonly toMailbox: Fields; readonly toCrm: Fields } {
    const adoption = adoptFields(this.now(), this.rules);
    this.losses.push(...adoption.losses);
    this.mailbox = read(this.systems.mailbox, withFields(this.mailbox, adoption.toMailbox));
    const written = Object.keys(adoption.toMailbox) as PersonField[];
    const readBack = Object.fromEntries(written.map(field => [field, this.mailbox[field] ?? null]));
    this.bases = { ...adoption.bases, mailbox: withFields(adoption.bases.mailbox, readBack) };
    return adoption;
  }

  /** One cycle: plan, carry out, read back. */
  cycle(): Operation[] {
    const link: Link = { bases: this.bases, adopted: false };
    const { mailbox, crm } = this.now();
    const operations = reconcile(
      link,
      {
        state: 'present',
        fields: mailbox,
        categories: [categoryOf(this.rules)],
        modifiedAtMs: this.savedAtMs.mailbox,
      },
      { state: 'present', fields: crm, modifiedAtMs: this.savedAtMs.crm, editable: this.editable },
      this.rules,
    );
    const sent = operations.find(operation => operation.op === 'update-crm')?.fields ?? {};
    for (const operation of operations) this.carryOut(operation);
    this.bases = {
      mailbox: this.mailbox,
      crm: withFields(this.crm, baseAfterSending(sent, this.crm)),
    };
    return operations;
  }

  /** How a value of the CRM looks in the mailbox, and the other way round. */
  shownIn(side: Side, field: PersonField): string | null {
    const from = side === 'mailbox' ? this.crm : this.mailbox;
    return read(this.systems[side], from)[field] ?? null;
  }

  private now() {
    return now(this.mailbox, this.crm, {
      editable: this.editable,
      mailboxModifiedAtMs: this.savedAtMs.mailbox,
      crmModifiedAtMs: this.savedAtMs.crm,
    });
  }

  private carryOut(operation: Operation): void {
    if (operation.op === 'keep-loser') this.losses.push(operation.loss);
    if (operation.op === 'update-mailbox')
      this.mailbox = read(this.systems.mailbox, withFields(this.mailbox, operation.fields));
    if (operation.op === 'update-crm')
      this.crm = read(this.systems.crm, withFields(this.crm, operation.fields));
  }
}

export interface Setting {
  readonly rules: ItemRules;
  readonly systems: Readonly<Record<Side, System>>;
}

/** Long enough to be cut, alike enough to be confused by cutting and capitals. */
export const value = fc.constantFrom(null, '', 'a', 'A', 'oslo', 'OSLO', 'oslo fjord', 'oslo town', 'b\r\nc');

export const fields: fc.Arbitrary<Fields> = fc.record(
  Object.fromEntries(fieldsInPlay.map(field => [field, value])),
) as fc.Arbitrary<Fields>;

export const setting: fc.Arbitrary<Setting> = fc.record({
  rules: fc
    .record({
      module: fc.constantFrom('contacts' as const, 'leads' as const),
      direction: fc.constantFrom('both' as const, 'both' as const, 'to-mailbox' as const),
      conflicts: fc.constantFrom('crm' as const, 'mailbox' as const, 'latest' as const),
      viewLink: fc.boolean(),
    })
    .map(some => ({ ...(some.module === 'leads' ? leadRules : rules), ...some })),
  systems: fc.record({
    mailbox: fc.constantFrom(faithful, cuttingMailbox),
    crm: fc.constantFrom(faithful, formattingCrm),
  }),
});

const edit: fc.Arbitrary<Edit> = fc.record({
  side: fc.constantFrom('mailbox' as const, 'crm' as const),
  field: fc.constantFrom(...fieldsInPlay),
  value,
});

/** What users do between two cycles, for some cycles. */
export const days = fc.array(fc.array(edit, { maxLength: 4 }), { minLength: 1, maxLength: 6 });
