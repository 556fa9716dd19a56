import { accessLevel, LEVELS } from '../access/sharing.ts';
import { canonicalId } from '../recordId.ts';
import type { ObjectType } from '../schema/types.ts';
import { parseDateTime } from '../stamp.ts';
import type { Row } from '../store/row.ts';
import { unquote } from './literals.ts';
import { malformed } from './malformed.ts';
import type { Scope } from './scope.ts';
import type { Comparison } from './tree.ts';

/** Rows that a query has to look at; `inStampOrder` when they come by (SystemModstamp, Id). */
export interface Candidates {
  readonly rows: Iterable<Row>;
  readonly inStampOrder: boolean;
}

const EQUALITY = new Set(['=', 'IN']);
const ACCESS_LIMIT = 200;

/** The field of a comparison that stands on the queried object itself, in lower case. */
function ownField(scope: Scope, comparison: Comparison): string | undefined {
  const prefix = [scope.alias, scope.type.name].find(
    each => each !== undefined && comparison.field?.toLowerCase().startsWith(`${each.toLowerCase()}.`),
  );
  const name = comparison.field?.slice(prefix === undefined ? 0 : prefix.length + 1).toLowerCase();
  return name?.includes('.') ? undefined : name;
}

function literalTexts(comparison: Comparison): string[] | undefined {
  return comparison.literalTypes.every(type => type === 'STRING')
    ? comparison.values.map(value => unquote(value))
    : undefined;
}

function byIds(scope: Scope, comparison: Comparison): Row[] | undefined {
  const table = scope.org.store.table(scope.type.name);
  const ids = new Set(literalTexts(comparison)?.map(each => canonicalId(each) ?? ''));
  return [...ids].flatMap(id => table.get(id) ?? []);
}

const INDEXED = new Set(['reference', 'email']);

function byIndex(scope: Scope, comparison: Comparison, name: string): Row[] | undefined {
  const field = scope.type.fields.get(name);
  const texts = literalTexts(comparison);
  if (field === undefined || texts === undefined || texts.includes('')) return undefined;
  const isIndexed = INDEXED.has(field.type) || field.name === 'MessageIdentifier';
  if (!(isIndexed || field.externalId || field.unique)) return undefined;
  const keys = new Set(
    texts.map(each => (field.type === 'reference' ? (canonicalId(each) ?? '') : each).toLowerCase()),
  );
  return [...keys].flatMap(key => scope.org.store.table(scope.type.name).withValue(field.name, key));
}

function lowerStamp(scope: Scope, comparisons: readonly Comparison[]): string | undefined {
  const bounds = comparisons
    .filter(
      each =>
        ownField(scope, each) === 'systemmodstamp' &&
        ['>', '>=', '='].includes(each.operator) &&
        each.literalTypes[0] === 'DATETIME',
    )
    .flatMap(each => parseDateTime(each.values[0] ?? '') ?? []);
  return bounds.sort().at(-1);
}

/** The narrowest index that the required comparisons allow, else all rows (in stamp order where that saves the sort). */
export function candidatesOf(
  scope: Scope,
  comparisons: readonly Comparison[],
  wantsStampOrder: boolean,
): Candidates {
  const table = scope.org.store.table(scope.type.name);
  const equalities = comparisons.filter(
    each => EQUALITY.has(each.operator) && each.subquery === undefined && each.call === undefined,
  );
  const idComparison = equalities.find(each => ownField(scope, each) === 'id');
  const idRows = idComparison && byIds(scope, idComparison);
  if (idRows) return { rows: idRows, inStampOrder: false };
  for (const comparison of equalities) {
    const rows = byIndex(scope, comparison, ownField(scope, comparison) ?? '');
    if (rows) return { rows, inStampOrder: false };
  }
  const stamp = lowerStamp(scope, comparisons);
  if (stamp !== undefined || wantsStampOrder) return { rows: table.since(stamp ?? ''), inStampOrder: true };
  return { rows: table.rows(), inStampOrder: false };
}

/** As queries see them: versions that are not visible yet give way to the ones before. */
export function visibleVersions(scope: Scope, candidates: Candidates): Candidates {
  const pending = scope.org.pending.get(scope.type.name);
  if (pending === undefined) return candidates;
  const now = scope.org.clock.nowMs();
  for (const [id, version] of pending) if (version.visibleAtMs <= now) pending.delete(id);
  if (pending.size === 0) return candidates;
  const settled = [...candidates.rows].filter(row => !pending.has(row.Id));
  const previous = [...pending.values()].flatMap(version => version.previous ?? []);
  return { rows: [...settled, ...previous], inStampOrder: false };
}

function accessRow(scope: Scope, userId: string, recordId: string): Row {
  const { org } = scope;
  const user = org.store.table('User').get(userId);
  const type: ObjectType | undefined = org.schema.byKeyPrefix(recordId.slice(0, 3));
  const record = type && org.store.table(type.name).get(recordId);
  const level =
    user && type && record && record.IsDeleted !== true ? accessLevel(org, user, type, record) : 0;
  return {
    Id: recordId,
    UserId: userId,
    RecordId: recordId,
    HasReadAccess: level >= 1,
    HasEditAccess: level >= 2,
    HasDeleteAccess: level >= 3,
    HasTransferAccess: level >= 3,
    HasAllAccess: level >= 3,
    MaxAccessLevel: LEVELS[level] ?? 'None',
  };
}

/** UserRecordAccess is computed: for one user and up to 200 records, which the filter must name. */
export function accessRows(scope: Scope, comparisons: readonly Comparison[]): Row[] {
  const textsOf = (name: string): string[] => {
    const comparison = comparisons.find(
      each => ownField(scope, each) === name && EQUALITY.has(each.operator),
    );
    return (comparison && literalTexts(comparison))?.flatMap(each => canonicalId(each) ?? []) ?? [];
  };
  const [userId, ...otherUsers] = textsOf('userid');
  const recordIds = new Set(textsOf('recordid'));
  if (userId === undefined || otherUsers.length > 0 || recordIds.size === 0)
    throw malformed(
      'Implementation restriction: When querying the UserRecordAccess object, you must filter by a single UserId and by RecordId.',
    );
  if (recordIds.size > ACCESS_LIMIT)
    throw malformed(
      `Implementation restriction: UserRecordAccess can be queried for at most ${ACCESS_LIMIT} records.`,
    );
  return [...recordIds].map(id => accessRow(scope, userId, id));
}
