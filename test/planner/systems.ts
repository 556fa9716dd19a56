import type { Field, Fields } from '../../sync/record.ts';

/** The fields in play: enough for every rule, few enough to collide. */
export const FIELDS = [
  'firstName', 'lastName', 'title', 'department', 'company', 'email1', 'email2',
  'mobilePhone', 'businessStreet', 'businessCity', 'website', 'notes',
] as const satisfies readonly Field[]; // biome-ignore format: one group

export type Draft = { [field in Field]?: string | null };

/** What a system makes of a value, and which fields it has at all. */
export interface System {
  readonly fields: ReadonlySet<Field>;
  stored(field: Field, value: string): string;
}

const CUT_AT = 6;

const having = (...missing: readonly Field[]): ReadonlySet<Field> =>
  new Set(FIELDS.filter(field => !missing.includes(field)));

const faithful: System = { fields: having(), stored: (_field, value) => value };

/** Cuts long notes and streets and has no department. */
const cuttingMailbox: System = {
  fields: having('department'),
  stored: (field, value) =>
    field === 'notes' || field === 'businessStreet' ? value.slice(0, CUT_AT) : value,
};

/** Writes places in capitals, trims, cuts titles and has one address only. */
const formattingCrm: System = {
  fields: having('email2'),
  stored: (field, value) => {
    if (field === 'businessCity') return value.trim().toUpperCase();
    return field === 'title' ? value.slice(0, CUT_AT) : value.trim();
  },
};

export const SYSTEMS = {
  faithful: { mailbox: faithful, crm: faithful },
  'cutting mailbox': { mailbox: cuttingMailbox, crm: faithful },
  'formatting CRM': { mailbox: faithful, crm: formattingCrm },
  'both reshape': { mailbox: cuttingMailbox, crm: formattingCrm },
} as const;
export type SystemsName = keyof typeof SYSTEMS;

/** The fields as the system would hold them. */
export function kept(system: System, fields: Fields): Draft {
  const held: Draft = {};
  for (const field of FIELDS) {
    if (!system.fields.has(field)) continue;
    held[field] = system.stored(field, fields[field] ?? '') || null;
  }
  return held;
}

/** The same but for the case that a system gives it and the space around it. */
export function alike(a: string | null | undefined, b: string | null | undefined): boolean {
  return folded(a) === folded(b);
}

function folded(text: string | null | undefined): string {
  return (text ?? '').replace(/\r\n?/g, '\n').trim().toUpperCase();
}
