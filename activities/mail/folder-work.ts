import type { Outcome } from '../../connectors/connector.ts';
import type { MailboxMail } from '../../connectors/mail.ts';
import { rememberFolder } from '../../db/mail-folders.ts';
import { isErrorOfItem, SyncFailure } from '../../sync/failure.ts';
import type { ExistingFolder, FolderOperation, FolderRef } from '../../sync/folders/forest.ts';
import { inRounds } from '../../sync/folders/rounds.ts';
import type { ActivityDeps } from '../deps.ts';
import { inStep, type Step } from '../step.ts';
import { folderMark } from './forest.ts';
import { leaveFolders } from './leaving.ts';
import { rescueMail } from './rescue.ts';

/** Failures that say that the mailbox is not as the plan thought: it is made anew. */
const REPLANNED: ReadonlySet<string> = new Set(['gone', 'duplicate', 'conflict']);

/** `outdated`: the mailbox is not as the plan thought. */
type Result = 'done' | 'refused' | 'outdated';

interface Surroundings {
  readonly deps: ActivityDeps;
  readonly step: Step;
  readonly mail: MailboxMail;
  readonly cycle: number;
}

/** Carries out the plans of one run of the phase; what the mailbox refuses of one folder is left, the others go on (invariant 10). */
export class FolderWork {
  readonly #deps: ActivityDeps;
  readonly #step: Step;
  readonly #mail: MailboxMail;
  readonly #cycle: number;
  readonly #refused = new Set<string>();
  /** The ids of the folders that this plan has made, by their keys. */
  readonly #made = new Map<string, string>();

  constructor({ deps, step, mail, cycle }: Surroundings) {
    this.#cycle = cycle;
    this.#deps = deps;
    this.#step = step;
    this.#mail = mail;
  }

  /** One round after the other; false when nothing could be done, so that planning anew is of no use. */
  async carryOut(
    operations: readonly FolderOperation[],
    existing: readonly ExistingFolder[],
  ): Promise<boolean> {
    this.#made.clear();
    let isChanged = false;
    for (const round of inRounds(operations, existing)) {
      const results = await this.#carryOutRound(round.filter(operation => this.#isPossible(operation)));
      this.#deps.heartbeat();
      if (results.includes('outdated')) return true;
      isChanged ||= results.includes('done');
    }
    return isChanged;
  }

  #isPossible(operation: FolderOperation): boolean {
    return (
      !this.#refused.has(JSON.stringify(operation)) &&
      refsOf(operation).every(ref => this.#idOf(ref) !== undefined)
    );
  }

  /** A round is of one kind (sync/folders/rounds.ts). */
  async #carryOutRound(round: readonly FolderOperation[]): Promise<Result[]> {
    const creates = round.filter(operation => operation.op === 'create');
    if (creates.length > 0) return this.#create(creates);
    const renames = round.filter(operation => operation.op === 'rename');
    if (renames.length > 0) return this.#rename(renames);
    const results: Result[] = [];
    for (const operation of round) results.push(await this.#attempt(operation));
    return results;
  }

  async #create(creates: readonly Extract<FolderOperation, { op: 'create' }>[]): Promise<Result[]> {
    const { id } = this.#step.pairing;
    const parentId = this.#idOf(creates[0]!.parent) ?? '';
    const drafts = creates.map(({ key, name }) => ({ name, mark: folderMark(id, key) }));
    const outcomes = await this.#mail.createFolders(parentId, drafts);
    const made = creates.flatMap(({ key }, index) => {
      const outcome = outcomes[index];
      return outcome?.ok ? [{ key, folderId: outcome.value.id }] : [];
    });
    for (const { key, folderId } of made) this.#made.set(key, folderId);
    await inStep(this.#deps, this.#step, async tx => {
      for (const folder of made) await rememberFolder(tx, id, folder);
    });
    return creates.map((operation, index) => this.#resultOf(operation, outcomes[index]));
  }

  async #rename(renames: readonly Extract<FolderOperation, { op: 'rename' }>[]): Promise<Result[]> {
    const outcomes = await this.#mail.renameFolders(
      renames.map(({ folder, name }) => ({ folderId: this.#idOf(folder) ?? '', name })),
    );
    return renames.map((operation, index) => this.#resultOf(operation, outcomes[index]));
  }

  async #attempt(operation: FolderOperation): Promise<Result> {
    try {
      if (await this.#carryOutOne(operation)) return 'done';
    } catch (error) {
      if (!(error instanceof SyncFailure)) throw error;
      return this.#resultOf(operation, { ok: false, failure: error });
    }
    return this.#refuse(operation);
  }

  /** What concerns all folders stops the phase. */
  #resultOf(operation: FolderOperation, outcome: Outcome<unknown> | undefined): Result {
    if (outcome?.ok) return 'done';
    const failure =
      outcome?.failure ?? new SyncFailure('transient', 'The batch gave no answer for this folder.');
    if (!isErrorOfItem(failure.kind)) throw failure;
    if (REPLANNED.has(failure.kind)) return 'outdated';
    this.#deps.log.warn({ kind: failure.kind, op: operation.op }, 'the mailbox refuses a change of a folder');
    return this.#refuse(operation);
  }

  #refuse(operation: FolderOperation): Result {
    this.#refused.add(JSON.stringify(operation));
    return 'refused';
  }

  /** False where mail of the user's stands in the way. */
  async #carryOutOne(operation: FolderOperation): Promise<boolean> {
    const idOf = (ref: FolderRef) => this.#idOf(ref) ?? '';
    switch (operation.op) {
      case 'move':
        await this.#mail.moveFolder(idOf(operation.folder), idOf(operation.parent));
        return true;
      case 'rescue':
        return this.#rescue(idOf(operation.folder));
      case 'delete':
        return this.#delete(idOf(operation.folder));
      default:
        return false;
    }
  }

  /** What came in since it was emptied is rescued too. */
  async #delete(folderId: string): Promise<boolean> {
    if (!(await this.#rescue(folderId))) return false;
    await this.#mail.deleteFolder(folderId);
    const { pairing, nowMs } = this.#step;
    await inStep(this.#deps, this.#step, async tx => {
      await leaveFolders(tx, { pairingId: pairing.id, cycle: this.#cycle }, [folderId], nowMs);
    });
    return true;
  }

  #rescue(folderId: string): Promise<boolean> {
    return rescueMail(this.#mail, folderId, this.#deps.heartbeat);
  }

  #idOf(ref: FolderRef): string | undefined {
    return ref.type === 'existing' ? ref.id : this.#made.get(ref.key);
  }
}

function refsOf(operation: FolderOperation): FolderRef[] {
  if (operation.op === 'create') return [operation.parent];
  return operation.op === 'move' ? [operation.folder, operation.parent] : [operation.folder];
}
