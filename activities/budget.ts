import type { CrmBudget } from '../connectors/connector.ts';
import type { ConnectionRow } from '../db/pairing-state.ts';

/** How much of what feed and pairings may use today is used: 1 is the limit (POL-25). */
export function apiUsedShare(row: Pick<ConnectionRow, 'api_share'>, budget: CrmBudget | null): number {
  return budget && budget.limit > 0 ? budget.used / (budget.limit * row.api_share) : 0;
}
