import type { EmailFile, HeldFile } from '../../connectors/archive.ts';
import { isErrorOfItem, isWaiting, SyncFailure } from '../../sync/failure.ts';
import type { PlannedAttachment } from '../../sync/mail/attachments.ts';
import type { Writing } from './carrying-out.ts';
import type { MailWork } from './work.ts';

/** What became of the attachments of one message. */
export interface FileResult {
  /** Files that the CRM refuses; the message is archived without them. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  /** Why the others could not all be written: the message is looked at again. */
  readonly failure: SyncFailure | null;
}

/** More at once would be held in memory, and no CRM takes it in one request. */
const BYTES_AT_ONCE = 6_000_000;

/** Archives the attachments of a message that is in the CRM; what an earlier attempt brought there stays (MAIL-4). */
export async function attachFiles(
  work: MailWork,
  { one, plan, claiming }: Writing,
  emailId: string,
): Promise<FileResult> {
  const planned = plan.attachments.filter(({ leftOut }) => leftOut === null);
  if (planned.length === 0) return { leftOut: [], failure: null };
  const held =
    claiming.heldId === null ? [] : ((await work.session.mail().files([emailId])).get(emailId) ?? []);
  const missing = without(planned, held);
  const leftOut: FileResult['leftOut'][number][] = [];
  try {
    for (const group of grouped(missing)) {
      const refused = await attach(work, one.candidate.messageId, emailId, group);
      leftOut.push(...refused);
      work.deps.heartbeat();
    }
  } catch (error) {
    if (!(error instanceof SyncFailure) || isWaiting(error.kind)) throw error;
    return { leftOut, failure: error };
  }
  return { leftOut, failure: null };
}

/** Several files of one name are several files: as many as are there count as brought. */
function without(planned: readonly PlannedAttachment[], held: readonly HeldFile[]): PlannedAttachment[] {
  const there = held.map(({ name }) => name);
  return planned.filter(({ name }) => {
    const index = there.indexOf(name);
    if (index < 0) return true;
    there.splice(index, 1);
    return false;
  });
}

function grouped(files: readonly PlannedAttachment[]): PlannedAttachment[][] {
  const groups: PlannedAttachment[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const file of files) {
    bytes += file.sizeBytes;
    if (bytes > BYTES_AT_ONCE) {
      groups.push([]);
      bytes = file.sizeBytes;
    }
    groups.at(-1)?.push(file);
  }
  return groups;
}

async function attach(
  work: MailWork,
  messageId: string,
  emailId: string,
  group: readonly PlannedAttachment[],
): Promise<FileResult['leftOut'][number][]> {
  const files: EmailFile[] = [];
  for (const { id, name } of group)
    files.push({ emailId, name, contentBase64: await work.mail.attachment(messageId, id) });
  const outcomes = await work.session.mail().attach(files);
  return outcomes.flatMap((outcome, index) => {
    if (outcome.ok) return [];
    if (!isErrorOfItem(outcome.failure.kind)) throw outcome.failure;
    return [{ name: files[index]?.name ?? '', reason: outcome.failure.message }];
  });
}
