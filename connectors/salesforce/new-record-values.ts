import { SyncFailure } from '../../sync/failure.ts';
import type { RecordDraft } from '../archive.ts';
import { cutTo } from './cut.ts';
import { dayAfter, defaultValues, type Value, type Values } from './default-values.ts';
import type { FolderForm } from './folder-forms.ts';
import type { DescribedColumn, DescribedShape } from './shape.ts';

/** How far off a required date is that nobody gave. */
const usualDelayDays = 30;

export interface NewRecordSurroundings {
  readonly form: FolderForm;
  readonly shape: DescribedShape;
  readonly nowMs: number;
  /** Who owns it where the CRM would take somebody else. */
  readonly ownerId: string | null;
  /** Of opportunities, in their order. */
  readonly openStages: readonly string[];
}

/** The columns of a new record: what it is, the policy's defaults, and the usual values of what is required besides. */
export function newRecordValues(draft: RecordDraft, surroundings: NewRecordSurroundings): Values {
  const { form, shape, nowMs, ownerId } = surroundings;
  const given = {
    ...creatable({ OwnerId: ownerId }, shape),
    ...defaultValues(draft.defaults, form.object, shape, nowMs),
    ...creatable(ownValues(draft, form, shape), shape),
  };
  return { ...usualValues(given, surroundings), ...given };
}

function ownValues(
  draft: RecordDraft,
  form: FolderForm,
  shape: DescribedShape,
): Record<string, string | null> {
  const pairs: readonly (readonly [column: string | null, value: string | null])[] = [
    [form.name, draft.name],
    [form.description, heldDescription(draft.description, form, shape)],
    [form.account, draft.accountId],
    [form.contact, draft.contactId],
    [shape.keyColumn, draft.key],
  ];
  return Object.fromEntries(pairs.filter(([column]) => column !== null));
}

function heldDescription(text: string, { description }: FolderForm, shape: DescribedShape): string {
  const maxLength = shape.columns.get(description ?? '')?.maxLength;
  return maxLength == null ? text : cutTo(text, maxLength);
}

function creatable(record: Readonly<Record<string, string | null>>, shape: DescribedShape): Values {
  const entries = Object.entries(record).flatMap(([column, value]): [string, Value][] =>
    value !== null && value !== '' && shape.columns.get(column)?.isCreateable ? [[column, value]] : [],
  );
  return Object.fromEntries(entries);
}

function usualValues(given: Values, { form, shape, nowMs, openStages }: NewRecordSurroundings): Values {
  const missing = [...shape.columns].filter(([name, { isRequired }]) => isRequired && !(name in given));
  const found = missing.map(([name, column]): [string, string | null] => {
    const isStage = form.object === 'Opportunity' && name === 'StageName';
    return [name, isStage ? (openStages[0] ?? null) : usualValue(column, nowMs)];
  });
  const lacking = found.filter(([, value]) => value === null).map(([name]) => name);
  if (lacking.length === 0) return Object.fromEntries(found) as Values;
  throw new SyncFailure('validation', `${form.object} needs ${lacking.join(', ')}, which nothing tells`, {
    native: 'REQUIRED_FIELD_MISSING',
    fields: lacking,
    fix: `Give ${lacking.join(', ')} a value in the policy's defaults for this module.`,
  });
}

function usualValue({ type, values, defaultValue }: DescribedColumn, nowMs: number): string | null {
  if (type === 'date') return dayAfter(nowMs, usualDelayDays);
  return type === 'picklist' ? (defaultValue ?? values[0] ?? null) : null;
}
