import { Failure, failure } from '../failure.ts';
import type { Org } from '../org.ts';
import type { ObjectType } from '../schema/types.ts';
import type { DuplicateRule, RewriteRule } from '../settings.ts';
import { matchesCondition } from '../soql/condition.ts';
import type { Row } from '../store/row.ts';
import { text } from '../store/row.ts';
import type { Draft } from './validate.ts';

const concerns = (type: ObjectType) => (rule: { object: string }) =>
  rule.object.toLowerCase() === type.name.toLowerCase();

/** Validation rules of the administrator: the first whose condition holds refuses the record with its own text. */
export function applyValidationRules(org: Org, user: Row, type: ObjectType, draft: Draft): void {
  for (const rule of org.settings.validationRules.filter(concerns(type))) {
    if (!matchesCondition(org, user, type, rule.condition, draft)) continue;
    throw failure(
      'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      rule.errorMessage,
      rule.field === undefined ? [] : [rule.field],
    );
  }
}

const sameText = (a: string | null, b: string | null): boolean =>
  a !== null && b !== null && a.trim().toLowerCase() === b.trim().toLowerCase();

function duplicatesOf(org: Org, type: ObjectType, rule: DuplicateRule, draft: Draft): Row[] {
  const [first, ...others] = rule.fields;
  const value = first === undefined ? null : text(draft, first);
  if (first === undefined || value === null) return [];
  return org.store
    .table(type.name)
    .withValue(first, value)
    .filter(
      row =>
        row.Id !== draft.Id &&
        row.IsDeleted !== true &&
        others.every(field => sameText(text(row, field), text(draft, field))),
    );
}

function duplicatesDetected(type: ObjectType, rule: DuplicateRule, matches: Row[]): Failure {
  const name = rule.name ?? `Standard_${type.name}_Duplicate_Rule`;
  const message = 'Use one of these records?';
  const matchRecords = matches.map(row => ({
    additionalInformation: [],
    fieldDiffs: [],
    matchConfidence: 100,
    record: {
      attributes: { type: type.name, url: `/services/data/v60.0/sobjects/${type.name}/${row.Id}` },
      Id: row.Id,
    },
  }));
  const duplicateResult = {
    allowSave: rule.allowSave,
    duplicateRule: name,
    duplicateRuleEntityType: type.name,
    errorMessage: message,
    matchResults: [
      {
        entityType: type.name,
        errors: [],
        matchEngine: 'ExactMatchEngine',
        matchRecords,
        rule: name,
        size: matches.length,
        success: true,
      },
    ],
  };
  return new Failure(400, [
    { errorCode: 'DUPLICATES_DETECTED', message, fields: [], details: { duplicateResult } },
  ]);
}

/** Duplicate rules; `allowSave` of the request's header passes those that only warn. */
export function applyDuplicateRules(org: Org, type: ObjectType, draft: Draft, allowSave: boolean): void {
  for (const rule of org.settings.duplicateRules.filter(concerns(type))) {
    if (rule.allowSave && allowSave) continue;
    const matches = duplicatesOf(org, type, rule, draft);
    if (matches.length > 0) throw duplicatesDetected(type, rule, matches);
  }
}

const TRANSFORMS: Record<RewriteRule['transform'], (value: string) => string> = {
  upper: value => value.toUpperCase(),
  lower: value => value.toLowerCase(),
  trim: value => value.trim(),
  digits: value => value.replace(/\D/g, ''),
};

/** Triggers that rewrite values: what is stored differs from what was sent. */
export function applyRewriteRules(org: Org, type: ObjectType, draft: Draft): void {
  for (const rule of org.settings.rewriteRules.filter(concerns(type))) {
    const name = type.fields.get(rule.field.toLowerCase())?.name ?? rule.field;
    const value = draft[name];
    if (typeof value === 'string') draft[name] = TRANSFORMS[rule.transform](value);
  }
}
