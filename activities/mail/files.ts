import type { EmailFile, HeldFile } from '../../connectors/archive.ts';
import { SyncFailure } from '../../sync/failure.ts';
import type { PlannedAttachment } from '../../sync/mail/attachments.ts';
import { renew } from './attempts.ts';
import type { Writing } from './carrying-out.ts';
import type { MailWork } from './work.ts';

/** A file that never gets to the CRM, and why. */
export interface LeftOutFile {
  readonly name: string;
  readonly code: string;
  readonly reason: string;
}

/** What became of the attachments of one message. */
export interface FileResult {
  /** The message is archived without them. */
  readonly leftOut: readonly LeftOutFile[];
  /** Why the others could not all be written: the message is looked at again. */
  readonly failure: SyncFailure | null;
}

/** More at once would be held in memory, and no CRM takes it in one request. */
const BYTES_AT_ONCE = 6_000_000;

/** The e-mail of the CRM that files are brought to. */
interface FileAim {
  readonly id: string;
  readonly isHeld: boolean;
  /** What one of the systems asked for before. */
  readonly waiting: SyncFailure | null;
}

/** Archives the attachments of a message that is in the CRM; what an earlier attempt brought there stays (MAIL-4). */
export async function attachFiles(work: MailWork, writing: Writing, email: FileAim): Promise<FileResult> {
  const { one, plan } = writing;
  const planned = plan.attachments.filter(({ leftOut }) => leftOut === null);
  const leftOut = plan.attachments.flatMap((file): LeftOutFile[] =>
    file.leftOut === null ? [] : [{ name: file.name, ...file.leftOut }],
  );
  if (planned.length === 0) return { leftOut, failure: null };
  if (email.waiting !== null) return { leftOut, failure: email.waiting };
  try {
    const held = email.isHeld ? ((await work.session.mail().files([email.id])).get(email.id) ?? []) : [];
    for (const group of grouped(missingOf(planned, held))) {
      await renew(work, [{ writing }]);
      const refused = await attach(work, one.candidate.messageId, email.id, group);
      leftOut.push(...refused);
      work.deps.heartbeat();
    }
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    return { leftOut, failure: error };
  }
  return { leftOut, failure: null };
}

/** Several files of one name are several files: as many as are there count as brought. */
export function missingOf(
  planned: readonly PlannedAttachment[],
  held: readonly HeldFile[],
): PlannedAttachment[] {
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
): Promise<LeftOutFile[]> {
  const read: EmailFile[] = [];
  for (const { id, name } of group)
    read.push({ emailId, name, contentBase64: await work.mail.attachment(messageId, id) });
  const files = read.filter(({ contentBase64 }) => contentBase64 !== '');
  const empty = read.filter(({ contentBase64 }) => contentBase64 === '');
  const outcomes = files.length === 0 ? [] : await work.session.mail().attach(files);
  const failures = outcomes.flatMap(outcome => (outcome.ok ? [] : [outcome.failure]));
  // What may still take effect is waited for, whatever else there is.
  const failure = failures.find(({ maybeApplied }) => maybeApplied) ?? failures.find(one => !isRefused(one));
  if (failure) throw failure;
  const refused = outcomes.flatMap((outcome, index) =>
    outcome.ok ? [] : [leftOut(files[index]?.name ?? '', outcome.failure.message)],
  );
  return [...refused, ...empty.map(({ name }) => leftOut(name, 'The file is empty.'))];
}

const leftOut = (name: string, reason: string): LeftOutFile => ({ name, code: 'attachment_refused', reason });

/** The CRM will never take it; whatever somebody can put right (rights, storage) keeps the message waiting (MAIL-3). */
function isRefused({ kind }: SyncFailure): boolean {
  return kind === 'validation' || kind === 'permanent';
}
