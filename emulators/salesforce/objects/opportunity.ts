import type { Org } from '../org.ts';
import type { Draft } from '../records/validate.ts';
import { type Row, text } from '../store/row.ts';
import type { Behaviour, SaveContext } from './behaviour.ts';
import { leaveRecord } from './leaving.ts';

function stageOf(org: Org, draft: Draft): Row | undefined {
  return org.store.table('OpportunityStage').withValue('ApiName', text(draft, 'StageName') ?? '')[0];
}

/** The stage says whether it is closed and won, and what probability and forecast it has unless they are given. */
function setStage(draft: Draft, { org, previous, given }: SaveContext): void {
  const stage = stageOf(org, draft);
  draft.IsClosed = stage?.IsClosed === true;
  draft.IsWon = stage?.IsWon === true;
  if (previous?.StageName === draft.StageName || stage === undefined) return;
  if (!given.has('Probability')) draft.Probability = stage.DefaultProbability ?? null;
  if (!given.has('ForecastCategoryName')) draft.ForecastCategoryName = stage.ForecastCategoryName ?? null;
  draft.ForecastCategory = stage.ForecastCategory ?? null;
}

/** The fiscal year is the calendar year. */
function setFiscalPeriod(draft: Draft): void {
  const [year = '', month = ''] = text(draft, 'CloseDate')?.split('-') ?? [];
  if (year === '') return;
  const quarter = Math.ceil(Number(month) / 3);
  Object.assign(draft, { FiscalYear: Number(year), FiscalQuarter: quarter, Fiscal: `${year} ${quarter}` });
}

export const opportunity: Behaviour = {
  beforeSave(draft, context) {
    setStage(draft, context);
    setFiscalPeriod(draft);
  },
  /** ContactId of a new opportunity is its primary contact role (object reference, Opportunity). */
  afterSave(row, { previous, system }) {
    const contactId = text(row, 'ContactId');
    if (previous === undefined && contactId !== null)
      system.save('OpportunityContactRole', undefined, {
        OpportunityId: row.Id,
        ContactId: contactId,
        IsPrimary: true,
      });
  },
  afterRemove: leaveRecord,
  cascade: [
    ['OpportunityContactRole', 'OpportunityId'],
    ['Quote', 'OpportunityId'],
    ['Attachment', 'ParentId'],
  ],
};
