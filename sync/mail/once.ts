/** A message on its way to the CRM: by what its copies are known, and where it belongs. */
export interface ArchiveAim {
  /** The record that it goes to, the kind of record that it starts, or '' for the history of its people. */
  readonly target: string;
  /** The record, where it is there already. */
  readonly recordId: string | null;
  /** By which the e-mail is made. */
  readonly key: string;
  readonly messageId: string | null;
  /** Whether files are brought to the e-mail, which tell nobody what attempt they are of. */
  readonly hasFiles: boolean;
}

/** What the ledgers of all pairings of a CRM know of a message on one target. */
export interface KnownArchive {
  readonly target: string;
  readonly pairingId: string;
  readonly claimedAtMs: number;
  /** When the first attempt began that was not finished. */
  readonly begunAtMs: number;
  /** The e-mail of the CRM; null while it is being written. */
  readonly crmId: string | null;
  /** The record that was made of the message. */
  readonly recordId: string | null;
  /** Whose history has it. */
  readonly people: readonly string[];
}

/** What the CRM itself has of a message. */
export interface HeldCopy {
  readonly id: string;
  readonly relatedId: string | null;
  readonly key: string | null;
  /** Whose history has it. */
  readonly people: readonly string[];
}

export interface Standing {
  readonly pairingId: string;
  readonly nowMs: number;
  /** The longest time a request to the CRM can still take effect after it was sent. */
  readonly lateCommitMs: number;
  readonly archives: readonly KnownArchive[];
  readonly held: readonly HeldCopy[];
  /** Records that were made of the message and are there no more. */
  readonly goneRecords: ReadonlySet<string>;
}

/** Whether a message has to be written to the CRM, or is there. */
export type Claiming =
  /** The CRM has it where it belongs; people who are not linked yet are. */
  | {
      readonly type: 'held';
      readonly crmId: string;
      readonly recordId: string | null;
      readonly people: readonly string[];
    }
  /** Somebody else is writing it, or an earlier attempt may still take effect. */
  | { readonly type: 'wait'; readonly untilMs: number }
  | {
      readonly type: 'write';
      /** The e-mail and the record that an earlier attempt made. */
      readonly heldId: string | null;
      readonly recordId: string | null;
      /** Since when an earlier attempt may have made a record that nobody remembers; null where there was none. */
      readonly sinceMs: number | null;
      /** Whose history has the message through another copy. */
      readonly linked: readonly string[];
    };

/** How long a message waits for a colleague's pairing that is about to archive it. */
const CLAIM_WAIT_MS = 60_000;
/** Whoever has not finished after so long is gone. */
export const ARCHIVE_CLAIM_LIFE_MS = 15 * 60_000;

/**
 * The same message is archived once per record, however often, by whomever and through whichever folder it comes
 * (MAIL-7): what all pairings and the CRM know of it decides. Nobody writes while an attempt may still take effect, nor
 * while a colleague brings the message to another record: whose history has it then is not known yet.
 */
export function claimingOf(aim: ArchiveAim, standing: Standing): Claiming {
  const { archives, held, goneRecords } = standing;
  const mine = archives.find(({ target }) => target === aim.target);
  const linked = [...new Set(held.flatMap(({ people }) => people))];
  const isGone = mine?.recordId != null && goneRecords.has(mine.recordId);
  const recordId = isGone ? null : (mine?.recordId ?? null);
  if (mine?.crmId != null && !isGone && isThere(mine.crmId, aim, held))
    return { type: 'held', crmId: mine.crmId, recordId, people: [...new Set([...linked, ...mine.people])] };
  const found = isGone ? undefined : heldWhereItBelongs(aim, held, recordId);
  const untilMs = busyUntil(aim, standing, found);
  if (untilMs !== null) return { type: 'wait', untilMs };
  const begun = mine?.crmId === null ? mine : null;
  // What an attempt for another record left behind may lack people and files: whoever finds it completes it.
  const isWhole = archives.every(({ crmId }) => crmId !== null);
  if (found && isWhole) return { type: 'held', crmId: found.id, recordId, people: linked };
  return {
    type: 'write',
    heldId: found?.id ?? null,
    recordId,
    sinceMs: begun?.begunAtMs ?? null,
    linked: linked.filter(id => !found?.people.includes(id)),
  };
}

/** Only a Message-ID tells that an e-mail was deleted in the CRM: then it may be archived once more. */
function isThere(crmId: string, { messageId }: ArchiveAim, held: readonly HeldCopy[]): boolean {
  return messageId === null || held.some(({ id }) => id === crmId);
}

function heldWhereItBelongs(
  { target, key, recordId }: ArchiveAim,
  held: readonly HeldCopy[],
  madeId: string | null,
): HeldCopy | undefined {
  const own = held.find(copy => copy.key === key);
  if (own) return own;
  if (target === '') return held[0];
  const belongs = recordId ?? madeId;
  return belongs === null ? undefined : held.find(({ relatedId }) => relatedId === belongs);
}

/**
 * Epoch ms until which nobody may write; null where all attempts are over, or ours is the only one and left its e-mail, to
 * which no files are on their way.
 */
function busyUntil(
  { target, hasFiles }: ArchiveAim,
  { archives, pairingId, nowMs, lateCommitMs }: Standing,
  found: HeldCopy | undefined,
): number | null {
  const ends = archives.flatMap(archive => {
    if (archive.crmId !== null) return [];
    if (archive.pairingId !== pairingId)
      return nowMs < archive.claimedAtMs + ARCHIVE_CLAIM_LIFE_MS
        ? [Math.min(archive.claimedAtMs + ARCHIVE_CLAIM_LIFE_MS, nowMs + CLAIM_WAIT_MS)]
        : [];
    const isSettled = archive.target === target && found !== undefined && !hasFiles;
    return isSettled || nowMs >= archive.claimedAtMs + lateCommitMs
      ? []
      : [archive.claimedAtMs + lateCommitMs];
  });
  return ends.length === 0 ? null : Math.max(...ends);
}
