import type { Summary } from './summary.ts';

/** A summary message that we put into a display folder. */
export interface ExistingSummary {
  readonly messageId: string;
  readonly recordId: string;
  readonly contentHash: string;
}

export type SummaryOperation =
  | { readonly op: 'create'; readonly recordId: string; readonly summary: Summary }
  /** Messages keep their subject and body once they are no drafts: the new one comes before the old one goes. */
  | {
      readonly op: 'replace';
      readonly recordId: string;
      readonly summary: Summary;
      readonly messageId: string;
    }
  | { readonly op: 'delete'; readonly messageId: string };

/** MAIL-8: one message per open record, replaced only when its content changes, gone with the record. */
export function planSummaries(
  open: ReadonlyMap<string, Summary>,
  existing: readonly ExistingSummary[],
): SummaryOperation[] {
  const kept = new Map<string, ExistingSummary>();
  const surplus: ExistingSummary[] = [];
  for (const one of currentFirst(open, existing)) {
    const isFirst = open.has(one.recordId) && !kept.has(one.recordId);
    if (isFirst) kept.set(one.recordId, one);
    else surplus.push(one);
  }
  const shown = [...open].flatMap(([recordId, summary]): SummaryOperation[] => {
    const before = kept.get(recordId);
    if (!before) return [{ op: 'create', recordId, summary }];
    if (before.contentHash === summary.contentHash) return [];
    return [{ op: 'replace', recordId, summary, messageId: before.messageId }];
  });
  return [...shown, ...surplus.map(({ messageId }): SummaryOperation => ({ op: 'delete', messageId }))];
}

/** What an attempt placed whose answer was lost is the one to keep. */
function currentFirst(
  open: ReadonlyMap<string, Summary>,
  existing: readonly ExistingSummary[],
): ExistingSummary[] {
  const isCurrent = ({ recordId, contentHash }: ExistingSummary) =>
    open.get(recordId)?.contentHash === contentHash;
  return [...existing.filter(isCurrent), ...existing.filter(one => !isCurrent(one))];
}
