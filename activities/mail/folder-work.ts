import type { MailboxMail } from '../../connectors/mail.ts';
import { forgetFolders, rememberFolder } from '../../db/mail-folders.ts';
import { requireEpoch } from '../../db/pairing-state.ts';
import type { Transaction } from '../../db/transaction.ts';
import { isErrorOfItem, SyncFailure } from '../../sync/failure.ts';
import type { FolderOperation, FolderRef } from '../../sync/folders/forest.ts';
import type { ActivityDeps } from '../deps.ts';
import type { Step } from '../step.ts';
import { folderMark } from './forest.ts';
import { rescueMail } from './rescue.ts';

/** Failures that say that the mailbox is not as the plan thought: it is made anew. */
const REPLANNED: ReadonlySet<string> = new Set(['gone', 'duplicate', 'conflict']);

interface Surroundings {
  readonly deps: ActivityDeps;
  readonly step: Step;
  readonly mail: MailboxMail;
}

/** Carries out the plans of one run of the phase; what the mailbox refuses of one folder is left, the others go on (invariant 10). */
export class FolderWork {
  readonly #deps: ActivityDeps;
  readonly #step: Step;
  readonly #mail: MailboxMail;
  readonly #refused = new Set<string>();
  /** The ids of the folders that this plan has made, by their keys. */
  readonly #made = new Map<string, string>();

  constructor({ deps, step, mail }: Surroundings) {
    this.#deps = deps;
    this.#step = step;
    this.#mail = mail;
  }

  /** One operation after the other; false when nothing could be done, so that planning anew is of no use. */
  async carryOut(operations: readonly FolderOperation[]): Promise<boolean> {
    this.#made.clear();
    let isChanged = false;
    for (const operation of operations) {
      const result = await this.#attempt(operation);
      if (result === 'outdated') return true;
      isChanged ||= result === 'done';
      this.#deps.heartbeat();
    }
    return isChanged;
  }

  async #attempt(operation: FolderOperation): Promise<'done' | 'refused' | 'outdated'> {
    const told = JSON.stringify(operation);
    if (this.#refused.has(told) || refsOf(operation).some(ref => this.#idOf(ref) === undefined))
      return 'refused';
    try {
      if (await this.#carryOut(operation)) return 'done';
    } catch (error) {
      if (!(error instanceof SyncFailure) || !isErrorOfItem(error.kind)) throw error;
      if (REPLANNED.has(error.kind)) return 'outdated';
      this.#deps.log.warn({ kind: error.kind, op: operation.op }, 'the mailbox refuses a change of a folder');
    }
    this.#refused.add(told);
    return 'refused';
  }

  /** False where mail of the user's stands in the way. */
  async #carryOut(operation: FolderOperation): Promise<boolean> {
    const idOf = (ref: FolderRef) => this.#idOf(ref) ?? '';
    switch (operation.op) {
      case 'create':
        await this.#create(operation.key, idOf(operation.parent), operation.name);
        return true;
      case 'rename':
        await this.#mail.renameFolder(idOf(operation.folder), operation.name);
        return true;
      case 'move':
        await this.#mail.moveFolder(idOf(operation.folder), idOf(operation.parent));
        return true;
      case 'rescue':
        return this.#rescue(idOf(operation.folder));
      case 'delete':
        return this.#delete(idOf(operation.folder));
    }
  }

  async #create(key: string, parentId: string, name: string): Promise<void> {
    const { id } = this.#step.pairing;
    const folder = await this.#mail.createFolder(parentId, name, folderMark(id, key));
    this.#made.set(key, folder.id);
    await inStep(this.#deps, this.#step, tx => rememberFolder(tx, id, { key, folderId: folder.id }));
  }

  /** What came in since it was emptied is rescued too. */
  async #delete(folderId: string): Promise<boolean> {
    if (!(await this.#rescue(folderId))) return false;
    await this.#mail.deleteFolder(folderId);
    await inStep(this.#deps, this.#step, tx => forgetFolders(tx, this.#step.pairing.id, [folderId]));
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

/** Nothing is written by a step that another one has overtaken. */
export function inStep<T>(deps: ActivityDeps, step: Step, run: (tx: Transaction) => Promise<T>): Promise<T> {
  return deps.database.inOrganization(step.organizationId, async tx => {
    await requireEpoch(tx, step.pairing.id, step.pairing.epoch);
    return run(tx);
  });
}
