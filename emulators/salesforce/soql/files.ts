import { isListed } from '../access/files.ts';
import { mayViewAll } from '../access/permissions.ts';
import type { Row } from '../store/row.ts';
import { malformed } from './malformed.ts';
import type { Scope } from './scope.ts';
import type { Comparison } from './tree.ts';

const EQUALITY = new Set(['=', 'IN']);

const names = (comparisons: readonly Comparison[], fields: RegExp): boolean =>
  comparisons.some(({ field, operator }) => EQUALITY.has(operator) && fields.test(field ?? ''));

/** Links are found by their ends alone. */
export function checkFileLinkFilter({ type }: Scope, comparisons: readonly Comparison[]): void {
  if (type.name !== 'ContentDocumentLink' || names(comparisons, /^(id|contentdocumentid|linkedentityid)$/i))
    return;
  throw malformed(
    "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the IN operator.",
  );
}

const FILE_IDS = /^(id|contentdocumentid|latestpublishedversionid|firstpublishlocationid)$/i;

/** Which files a query finds among those that the user may see: named by id all of them, else those in the user's own list. */
export function fileFilter(
  { org, user, type }: Scope,
  comparisons: readonly Comparison[],
): (row: Row) => boolean {
  const isUnbound = org.settings.files.queryAllFiles && mayViewAll(org, user);
  if (isUnbound || names(comparisons, FILE_IDS)) return () => true;
  return row => isListed(org, user, type, row);
}
