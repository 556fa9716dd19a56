import type { HeldFile, LinkedPerson } from '../../connectors/archive.ts';
import { archivedOf, claimArchive, lockMessages } from '../../db/archived-emails.ts';
import { type FailureKind, isWaiting, SyncFailure } from '../../sync/failure.ts';
import { folderKindOf } from '../../sync/folders/kinds.ts';
import type { ArchivePlan } from '../../sync/mail/convert.ts';
import { type ArchiveAim, type Claiming, claimingOf, type HeldCopy } from '../../sync/mail/once.ts';
import { carryOut, type Writing, type Written } from './carrying-out.ts';
import { missingOf } from './files.ts';
import type { Judged } from './judging.ts';
import type { MailWork } from './work.ts';

/** A message that is for the CRM, with what came of it. */
export type Archived =
  | { readonly type: 'written'; readonly one: Judged; readonly plan: ArchivePlan; readonly written: Written }
  /** It was there before; who is linked to it now. */
  | {
      readonly type: 'held';
      readonly one: Judged;
      readonly plan: ArchivePlan;
      readonly crmId: string;
      readonly recordId: string | null;
      readonly people: readonly string[];
      /** Whether one of our pairings wrote it. */
      readonly isOwn: boolean;
      /** Whether it is known that the CRM has the text and all files that are for it. */
      readonly isWhole: boolean;
    }
  | { readonly type: 'wait'; readonly one: Judged; readonly untilMs: number };

type Planned = Judged & { readonly plan: ArchivePlan };
type Held = Extract<Claiming, { type: 'held' }>;

interface Claimed {
  readonly one: Planned;
  readonly claiming: Claiming;
  /** Whether one of our pairings wrote the e-mail that the CRM has. */
  readonly isOwn: boolean;
}

/** Brings messages into the CRM, each once per record whoever else is at it (MAIL-7). */
export async function archive(work: MailWork, judged: readonly Judged[]): Promise<Archived[]> {
  const planned = judged.filter((one): one is Planned => one.plan.type === 'archive');
  if (planned.length === 0) return [];
  const held = await findHeld(work, planned);
  const claimed = await claimAll(work, planned, held, await goneRecords(work, planned));
  const whole = await wholeCopies(work, claimed);
  const done: Archived[] = [];
  const writings: Writing[] = [];
  for (const { one, claiming, isOwn } of claimed) {
    if (claiming.type === 'write') {
      const copies = held.get(one.identityHash) ?? [];
      writings.push({ one, plan: one.plan, key: keyOf(one), claiming, copies });
    } else if (claiming.type === 'wait') done.push({ type: 'wait', one, untilMs: claiming.untilMs });
    else done.push(await linkMore(work, one, claiming, { isOwn, isWhole: whole.has(one) }));
  }
  const written = writings.length === 0 ? [] : await carryOut(work, writings);
  for (const result of written) {
    const { one, plan } = result.writing;
    done.push({ type: 'written', one, plan, written: result });
  }
  return done;
}

/**
 * Messages that nobody whom the user sees speaks for, and that a colleague has archived all the same (MAIL-7): they are in
 * the CRM, whatever of it this user may see.
 */
export async function archivedByColleagues(work: MailWork, judged: readonly Judged[]): Promise<Archived[]> {
  const planned = judged.flatMap(one =>
    one.planIfArchived === null ? [] : [{ ...one, plan: one.planIfArchived }],
  );
  if (planned.length === 0) return [];
  const held = await findHeld(work, planned);
  const known = await archivesOf(work, planned);
  return planned.flatMap((one): Archived[] => {
    const { plan, identityHash, target } = one;
    const copies = held.get(identityHash) ?? [];
    const archive = known.find(entry => entry.identityHash === identityHash && entry.target === target);
    if (!archive || !copies.some(({ id }) => id === archive.crmId)) return [];
    const { recordId, people, isOwn } = archive;
    return [{ type: 'held', one, plan, crmId: archive.crmId ?? '', recordId, people, isOwn, isWhole: false }];
  });
}

function keyOf({ identityHash, target }: Judged): string {
  return `mail:${identityHash}:${target}`;
}

function aimOf(one: Planned): ArchiveAim {
  const { record, copy, attachments } = one.plan;
  return {
    ...{ target: one.target, recordId: record?.id ?? null, key: keyOf(one), messageId: copy.messageId },
    hasFiles: attachments.some(({ leftOut }) => leftOut === null),
  };
}

/** As the reading user: a colleague's copy counts although this user may not see it. */
async function findHeld(
  { reader }: MailWork,
  planned: readonly Planned[],
): Promise<ReadonlyMap<string, readonly HeldCopy[]>> {
  return reader.mail().find(
    planned.map(({ identityHash, plan: { copy } }) => ({
      key: identityHash,
      messageId: copy.messageId,
      from: copy.parties.find(({ role }) => role === 'from')?.address ?? null,
      dateMs: copy.dateMs,
      subject: copy.subject,
    })),
  );
}

/** Of the records that messages started, those that the CRM has no more: the message may start another one. */
async function goneRecords(work: MailWork, planned: readonly Planned[]): Promise<Set<string>> {
  const gone = new Set<string>();
  const starting = planned.filter(({ destination }) => destination.type === 'create');
  if (starting.length === 0) return gone;
  const kinds = new Map(
    starting.flatMap(({ target, destination }) =>
      destination.type === 'create' ? [[target, folderKindOf(destination.form.type)] as const] : [],
    ),
  );
  const known = await archivesOf(work, starting);
  for (const [target, archives] of Map.groupBy(known, archive => archive.target)) {
    const ids = archives.flatMap(({ recordId }) => recordId ?? []);
    const kind = kinds.get(target);
    if (kind === undefined || ids.length === 0) continue;
    const found = await work.reader.records().read(kind, ids);
    for (const id of ids) if (!found.has(id)) gone.add(id);
  }
  return gone;
}

function archivesOf(work: MailWork, planned: readonly Planned[]) {
  return work.inTransaction(tx =>
    archivedOf(
      tx,
      work.step.crmConnection.id,
      planned.map(({ identityHash }) => identityHash),
    ),
  );
}

/** Two copies of a message in one run: the second finds what came of the first. */
async function claimAll(
  work: MailWork,
  planned: readonly Planned[],
  held: ReadonlyMap<string, readonly HeldCopy[]>,
  gone: ReadonlySet<string>,
): Promise<Claimed[]> {
  const { pairing, crmConnection } = work.step;
  const nowMs = work.deps.world.now();
  const hashes = planned.map(({ identityHash }) => identityHash);
  return work.inTransaction(async tx => {
    await lockMessages(tx, crmConnection.id, hashes);
    const known = Map.groupBy(
      await archivedOf(tx, crmConnection.id, hashes),
      ({ identityHash }) => identityHash,
    );
    const claimed: Claimed[] = [];
    const begun = new Set<string>();
    for (const one of planned) {
      const { identityHash, target } = one;
      const archives = known.get(identityHash) ?? [];
      const claiming = claimingOf(aimOf(one), {
        ...{ pairingId: pairing.id, nowMs, lateCommitMs: work.lateCommitMs },
        ...{ archives, held: held.get(identityHash) ?? [], goneRecords: gone },
      });
      const goneId = archives.find(archive => archive.target === target)?.crmId ?? null;
      const key = { connectionId: crmConnection.id, identityHash, target };
      const isFree =
        claiming.type !== 'write' ||
        (!begun.has(identityHash) && (await claimArchive(tx, key, { pairingId: pairing.id, goneId, nowMs })));
      if (claiming.type === 'write') begun.add(identityHash);
      const isOwn =
        claiming.type === 'held' && archives.some(own => own.isOwn && own.crmId === claiming.crmId);
      claimed.push({ one, claiming: isFree ? claiming : { type: 'wait', untilMs: nowMs + 1 }, isOwn });
    }
    return claimed;
  });
}

/** Of messages that would be purged: what we archived once may lack what this policy archives, or what was refused then. */
async function wholeCopies({ session }: MailWork, claimed: readonly Claimed[]): Promise<Set<Planned>> {
  const copies = claimed.flatMap(({ one, claiming, isOwn }) =>
    claiming.type === 'held' && isOwn && one.plan.afterwards === 'purge'
      ? [{ one, crmId: claiming.crmId }]
      : [],
  );
  const withFiles = copies.filter(({ one }) => one.plan.attachments.length > 0);
  const files =
    withFiles.length === 0
      ? new Map<string, HeldFile[]>()
      : await session.mail().files(withFiles.map(({ crmId }) => crmId));
  const isWhole = ({ one, crmId }: (typeof copies)[number]) =>
    missingOf(one.plan.attachments, files.get(crmId) ?? []).length === 0;
  return new Set(copies.filter(isWhole).map(({ one }) => one));
}

/** How long a message rests whose people the CRM cannot be told of now. */
const LINK_WAIT_MS = 60_000;

/** People whom the copy in the CRM does not lead to yet, of a message that goes to people alone. */
async function linkMore(
  work: MailWork,
  one: Planned,
  { crmId, recordId, people }: Held,
  told: { readonly isOwn: boolean; readonly isWhole: boolean },
): Promise<Archived> {
  const more = one.target === '' ? peopleBeside(one, people) : [];
  const linking = more.length === 0 ? 'linked' : await link(work, crmId, more);
  if (linking === 'later') return { type: 'wait', one, untilMs: work.deps.world.now() + LINK_WAIT_MS };
  const all = linking === 'linked' ? [...people, ...more.map(({ id }) => id)] : people;
  return { type: 'held', one, plan: one.plan, crmId, recordId, people: all, ...told };
}

function peopleBeside({ plan }: Planned, people: readonly string[]): LinkedPerson[] {
  return plan.participants.flatMap(({ role, address, refs }) =>
    refs.flatMap(ref =>
      ref.type === 'existing' && ref.kind !== 'user' && !people.includes(ref.id)
        ? [{ role, address, kind: ref.kind, id: ref.id }]
        : [],
    ),
  );
}

const REFUSALS: ReadonlySet<FailureKind> = new Set([
  'forbidden',
  'gone',
  'schema',
  'validation',
  'permanent',
]);

/**
 * As the user, else as the reading user: what a colleague or another tool archived need not be this user's to see. A CRM
 * that relates nobody to an e-mail that is no draft has the message all the same.
 */
async function link(
  { session, reader }: MailWork,
  crmId: string,
  people: readonly LinkedPerson[],
): Promise<'linked' | 'refused' | 'later'> {
  for (const writer of [session, reader]) {
    try {
      await writer.mail().link(crmId, people);
      return 'linked';
    } catch (error) {
      if (!(error instanceof SyncFailure) || isWaiting(error.kind) || error.kind === 'auth') throw error;
      if (!REFUSALS.has(error.kind)) return 'later';
    }
  }
  return 'refused';
}
