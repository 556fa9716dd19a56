import type { Outcome } from '../../connectors/connector.ts';
import type { ListedMessage, MailboxMail, PlacedMessage } from '../../connectors/mail.ts';
import { addToCycle } from '../../db/cycles.ts';
import { isInDoubt, type KnownFolder, knownFolders, saveItemCount } from '../../db/mail-folders.ts';
import { type RememberedRecord, trackedRecordsOf } from '../../db/tracked-records.ts';
import { isErrorOfItem } from '../../sync/failure.ts';
import { type ExistingSummary, planSummaries, type SummaryOperation } from '../../sync/folders/summaries.ts';
import { type Summary, summaryOf } from '../../sync/folders/summary.ts';
import { purposeOf } from '../../sync/folders/tree.ts';
import type { ActivityDeps } from '../deps.ts';
import type { OpenedConnections } from '../opened.ts';
import { inStep, requireStep, type Step } from '../step.ts';
import type { CycleRef, PhaseResult } from '../types.ts';
import { messagesIn } from './rescue.ts';

/** Keeps one message per open record in the display folders (MAIL-8). */
export function createSummariesPhase(deps: ActivityDeps, opened: OpenedConnections) {
  return async function summaries(input: CycleRef): Promise<PhaseResult> {
    const step = await requireStep(deps, opened, input);
    const { records, folders } = await deps.database.inOrganization(step.organizationId, async tx => ({
      records: await trackedRecordsOf(tx, step.pairing.id),
      folders: await knownFolders(tx, step.pairing.id),
    }));
    for (const folder of folders) {
      const purpose = purposeOf(folder.key);
      if (purpose.type !== 'display' || !isInDoubt(folder)) continue;
      const shown = records.filter(({ kind }) => kind === purpose.kind);
      await showIn(deps, step, input, folder, shown);
    }
    return { more: false };
  };
}

async function showIn(
  deps: ActivityDeps,
  step: Step,
  input: CycleRef,
  { folderId }: KnownFolder,
  records: readonly RememberedRecord[],
): Promise<void> {
  const mail = step.mailbox().mail();
  const present = await messagesIn(mail, folderId);
  const open = new Map(records.map(record => [record.id, summaryOf(record.facts)]));
  const operations = planSummaries(open, present.flatMap(summaryIn));
  const modified = new Map(records.map(({ id, modifiedAtMs }) => [id, modifiedAtMs]));
  const placed = await place(mail, folderId, operations, modified, deps.heartbeat);
  const removed = await remove(mail, operations, placed);
  await inStep(deps, step, async tx => {
    const count = present.length + placed.size - removed;
    await saveItemCount(tx, step.pairing.id, folderId, count);
    const written = placed.size + removed;
    if (written > 0) await addToCycle(tx, step.pairing.id, input.cycle, { 'summaries.written': written });
  });
}

/** Which record a summary is of, and what it says, stand in its mark: the mailbox itself remembers. */
const markOf = (recordId: string, { contentHash }: Summary) => `summary ${recordId} ${contentHash}`;

function summaryIn({ id, mark }: ListedMessage): ExistingSummary[] {
  const [what, recordId, contentHash] = mark?.split(' ') ?? [];
  if (what !== 'summary' || recordId === undefined || contentHash === undefined) return [];
  return [{ messageId: id, recordId, contentHash }];
}

type Showing = Exclude<SummaryOperation, { op: 'delete' }>;

/** The ids of the records whose message is there now. */
async function place(
  mail: MailboxMail,
  folderId: string,
  operations: readonly SummaryOperation[],
  modified: ReadonlyMap<string, number>,
  heartbeat: () => void,
): Promise<Set<string>> {
  const showing = operations.filter((operation): operation is Showing => operation.op !== 'delete');
  if (showing.length === 0) return new Set();
  const outcomes = await mail.place(
    folderId,
    showing.map(
      ({ recordId, summary }): PlacedMessage => ({
        subject: summary.subject,
        html: summary.html,
        receivedAtMs: modified.get(recordId) ?? 0,
        mark: markOf(recordId, summary),
      }),
    ),
  );
  heartbeat();
  // What was placed is found by its mark when the phase is tried again.
  requireAll(outcomes);
  return new Set(showing.flatMap(({ recordId }, index) => (outcomes[index]?.ok ? [recordId] : [])));
}

/** Old messages go once the new ones are there, to where nobody looks for them. */
async function remove(
  mail: MailboxMail,
  operations: readonly SummaryOperation[],
  placed: ReadonlySet<string>,
): Promise<number> {
  const gone = operations.flatMap(operation => {
    if (operation.op === 'delete') return [operation.messageId];
    return operation.op === 'replace' && placed.has(operation.recordId) ? [operation.messageId] : [];
  });
  if (gone.length === 0) return 0;
  const outcomes = await mail.change(gone.map(id => ({ op: 'purge', id })));
  requireAll(outcomes);
  return outcomes.filter(({ ok }) => ok).length;
}

/** A message that the mailbox refuses is missing for itself; what concerns all of them stops the phase (invariant 10). */
function requireAll(outcomes: readonly Outcome<unknown>[]): void {
  for (const outcome of outcomes)
    if (!outcome.ok && !isErrorOfItem(outcome.failure.kind)) throw outcome.failure;
}
